"""The account that the document's examples are about, and a process that answers for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from tests.doors.world import OPERATOR, ORDERS, Credentials, World, done, furnish, listening

from chaveiro.core.attempt import Need
from chaveiro.core.command import AddUser, CreateAccount, CreateRole, GrantToKey, ImportCatalogue, IssueKey
from chaveiro.core.keyring import Actor, ActorKind
from chaveiro.core.names import RoleId
from chaveiro.doors.causes.samples import LIST_ORDERS
from chaveiro.doors.openapi import examples
from chaveiro.doors.openapi.examples import ACCOUNT, ANA, BIA, HOST, KEY_ID, OTHER_KEY_ID, ROLES
from chaveiro.doors.place import Place
from chaveiro.doors.vtex import needs
from chaveiro.doors.vtex.caller import Needs
from chaveiro.settings import Settings

PAIR = Credentials(examples.PAIR.app_key, examples.PAIR.app_token)
CATALOGUE = f"""
name = "orders"

[[route]]
method = "GET"
path = "{ORDERS}"
any_of = ["{LIST_ORDERS}"]
"""
REPORTERS = Path(__file__).with_name("reporters.json")
PLACE = Place(base_hosts=(HOST.partition(".")[2],))
ASKED = {
    one
    for need in vars(needs).values()
    if isinstance(need, Needs) and isinstance(need.need, Need)
    for one in need.need.resources
}


def furnish_examples() -> World:
    """Make the account as the examples tell it."""
    world = furnish(accounts=0)
    world.house = replace(world.house, settings=Settings(leak_reporters=REPORTERS))
    done(world.house, CreateAccount(ACCOUNT, ANA), OPERATOR)
    ana = Actor(ActorKind.USER, ANA)
    done(world.house, ImportCatalogue(ACCOUNT, CATALOGUE), ana)
    done(world.house, AddUser(ACCOUNT, BIA, "Bia Souza"), ana)
    for name, resources in zip(ROLES, ({LIST_ORDERS}, ASKED), strict=True):
        done(world.house, CreateRole(ACCOUNT, name, frozenset(resources)), ana)
    kept = world.house.node._digest
    for pair, id_, label in ((examples.PAIR, KEY_ID, "ERP"), (examples.OTHER, OTHER_KEY_ID, "Loja")):
        done(world.house, IssueKey(ACCOUNT, pair.app_key, id_, kept(pair.app_token), label), ana)
    for role in (1, 2):
        done(world.house, GrantToKey(ACCOUNT, RoleId(role), examples.PAIR.app_key), ana)
    return world


@contextmanager
def answering() -> Iterator[tuple[World, str]]:
    """Answer for the examples' account at an address of its own."""
    world = furnish_examples()
    try:
        with listening(world.app(PLACE)) as port:
            yield world, f"http://127.0.0.1:{port}"
    finally:
        world.house.close()
