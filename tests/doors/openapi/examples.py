"""The account that the document's examples are about, and a process that answers for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tests.doors.world import CATALOGUE, OPERATOR, Credentials, World, done, furnish, listening

from chaveiro.core.command import VIEW_API_KEYS, CreateAccount, CreateRole, GrantToKey, ImportCatalogue, IssueKey
from chaveiro.core.credential import digest
from chaveiro.core.keyring import Actor, ActorKind
from chaveiro.core.names import Email, KeyId, Resource, RoleId
from chaveiro.doors.causes.samples import APP_KEY, LIST_ORDERS, OTHER_KEY
from chaveiro.doors.openapi.examples import ACCOUNT, HOST, OTHER_TOKEN, ROLES, TOKEN
from chaveiro.doors.place import Place

SPONSOR = Email("ana@acme.example")
PAIR, OTHER = Credentials(APP_KEY, TOKEN), Credentials(OTHER_KEY, OTHER_TOKEN)
PLACE = Place(base_hosts=(HOST.partition(".")[2],))


def furnish_examples(*more: Resource) -> World:
    """Make the account as the examples tell it; the first pair may do *more*."""
    world = furnish(accounts=0)
    done(world.house, CreateAccount(ACCOUNT, SPONSOR), OPERATOR)
    ana = Actor(ActorKind.USER, SPONSOR)
    done(world.house, ImportCatalogue(ACCOUNT, CATALOGUE), ana)
    for name, resources in zip(ROLES, ({LIST_ORDERS}, {VIEW_API_KEYS, *more}), strict=True):
        done(world.house, CreateRole(ACCOUNT, name, frozenset(resources)), ana)
    pepper = world.house.node._pepper
    for number, (pair, roles) in enumerate(((PAIR, (1, 2)), (OTHER, ()))):
        kept = digest(pepper, pair.app_token)
        done(
            world.house,
            IssueKey(ACCOUNT, APP_KEY if not number else OTHER_KEY, KeyId(f"{number:032x}"), kept, "ERP"),
            ana,
        )
        for role in roles:
            done(world.house, GrantToKey(ACCOUNT, RoleId(role), APP_KEY), ana)
    return world


@contextmanager
def answering(*more: Resource) -> Iterator[tuple[World, str]]:
    """Answer for the examples' account at an address of its own."""
    world = furnish_examples(*more)
    try:
        with listening(world.app(PLACE)) as port:
            yield world, f"http://127.0.0.1:{port}"
    finally:
        world.house.close()
