"""A world in which something is refused, for the tests of the pages that say why."""

from __future__ import annotations

import re
from collections.abc import Mapping

from tests.doors.console.browserless import Reader
from tests.doors.world import ACME, ORDERS, World, done

from chaveiro.core.attempt import Request, presented
from chaveiro.core.command import AddUser, CreateRole, GrantToUser
from chaveiro.core.denial import DenialId
from chaveiro.core.keyring import Actor, ActorKind
from chaveiro.core.names import AccountName, AppKey, Email, Resource, RoleId

ANA = Actor(ActorKind.USER, "ana@acme.example")
VIEWER = Email("vera@acme.example")  # may view keys, and change nothing
PLAIN = Email("paulo@acme.example")  # may not even view them
_BUTTON = re.compile(r'<form method="post" action="([^"]+)">(.*?)</form>', re.DOTALL)
_FIELD = re.compile(r'name="([^"]+)" value="([^"]*)"')
_CHANGING = re.compile(r'(?<=name="form_token" value=")[^"]+')


def refuse(world: World, name: str, path: str = ORDERS, *, token: str | None = None, method: str = "GET") -> DenialId:
    """Let a request be refused; the denial's id."""
    pair = world.pairs[name]
    account = AccountName("globex") if name.startswith("globex") else ACME
    request = Request(presented(pair.app_key), presented(token or pair.app_token), method=method, target=path)
    told = world.house.node.check(account, request).told
    assert told is not None
    world.house.denials.drain()
    return told.id


def app_key(world: World, name: str) -> AppKey:
    return AppKey(world.pairs[name].app_key)


def roles_of(world: World, name: str) -> tuple[RoleId, ...]:
    """The roles that a key is linked to."""
    return tuple(grant.role for grant in world.house.node.keyring(ACME).keys[app_key(world, name)].grants)


def with_people(world: World) -> World:
    """Add somebody who may view keys, and somebody who may not."""
    for person in (VIEWER, PLAIN):
        done(world.house, AddUser(ACME, person, person.partition("@")[0]), ANA)
    done(world.house, CreateRole(ACME, "Ver", frozenset({Resource("License Manager", "ViewApiKeys")})), ANA)
    number = max(world.house.node.keyring(ACME).roles)
    done(world.house, GrantToUser(ACME, number, VIEWER), ANA)
    return world


def buttons(reader: Reader, says: str = "remedy") -> list[tuple[str, dict[str, str]]]:
    """The forms of the page that hold a field of this name: where they go, and what they send."""
    forms = [(action, dict(_FIELD.findall(inside))) for action, inside in _BUTTON.findall(reader.page.text)]
    return [(action, fields) for action, fields in forms if says in fields]


def press(reader: Reader, place: int = 0, *, says: str = "remedy", **more: str) -> int:
    """Press one of them."""
    action, fields = buttons(reader, says)[place]
    return reader.post(action, {**fields, **more}).status_code


def steady(page: str) -> str:
    """A page without what differs each time it is made."""
    return _CHANGING.sub("", page)


def broken(page: str) -> Mapping[str, str]:
    """How each link of the chain is, by what it is."""
    return {kind: state for state, kind in re.findall(r'<li class="(\w+)">\s*<span class="kind">([^<]+)<', page)}
