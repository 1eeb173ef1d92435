"""Who may handle keys is said by what every command needs."""

from __future__ import annotations

from typing import get_args

import pytest
from tests.doors.world import ACME, NOW, World, done, furnish

from chaveiro.core.command import (
    EDIT_API_KEYS,
    NEEDS,
    RENEW_API_TOKEN,
    VIEW_API_KEYS,
    AddUser,
    CreateRole,
    DeactivateKey,
    GrantToKey,
    GrantToUser,
    HandoverCommand,
    KeyCommand,
    OpenHandover,
)
from chaveiro.core.keyring import Actor, ActorKind, Key, Keyring, User
from chaveiro.core.names import AppKey, Email, Moment, RoleId
from chaveiro.doors.keeping.handling import DEEDS, VIEWING_KEYS, deeds, handlers, needed

ANA, BIA, CAIO = (Email(f"{name}@acme.example") for name in ("ana", "bia", "caio"))
SPONSOR = Actor(ActorKind.USER, ANA)
RENEWING, VIEWING = RoleId(3), RoleId(4)
ENDS = Moment(NOW + 60)


@pytest.fixture
def world() -> World:
    world = furnish(accounts=1)
    for person in (BIA, CAIO):
        done(world.house, AddUser(ACME, person, person), SPONSOR)
    done(world.house, CreateRole(ACME, "Renovar", frozenset({RENEW_API_TOKEN})), SPONSOR)
    done(world.house, CreateRole(ACME, "Olhar", frozenset({VIEW_API_KEYS})), SPONSOR)
    return world


def keyring(world: World) -> Keyring:
    return world.house.node.keyring(ACME)


def test_every_command_about_keys_is_among_the_deeds() -> None:
    """Those told together need the same, so that one sentence is true of all of them."""
    told = [command for _, commands in DEEDS for command in commands]
    assert len(set(told)) == len(told)
    assert {*get_args(KeyCommand), *get_args(HandoverCommand)} - {OpenHandover} <= set(told)
    for _, commands in DEEDS:
        assert {NEEDS[command] for command in commands} == {needed(commands)}
    assert needed(DEEDS[0][1]) == VIEWING_KEYS


def test_what_stands_there_is_what_they_may_do(world: World) -> None:
    """Each line is there for exactly those whom the keyring lets do it."""
    done(world.house, GrantToUser(ACME, RENEWING, BIA), SPONSOR)
    done(world.house, GrantToKey(ACME, VIEWING, AppKey(world.pairs["good"].app_key)), SPONSOR)
    account = keyring(world)
    subjects: list[User | Key] = [*account.users.values(), *account.keys.values()]
    for subject in subjects:
        if isinstance(subject, User):
            actor = Actor(ActorKind.USER, subject.email)
        else:
            actor = Actor(ActorKind.KEY, subject.app_key)
        may = [what for what, commands in DEEDS if account.may(actor, needed(commands), NOW)]
        assert [one.what for one in deeds(account, subject, NOW)] == may


def test_it_is_told_through_which_role_and_until_when(world: World) -> None:
    """What ended, and what was deleted, lets nobody do anything."""
    done(world.house, GrantToUser(ACME, RENEWING, BIA, ENDS), SPONSOR)
    done(world.house, GrantToUser(ACME, VIEWING, BIA), SPONSOR)
    account = keyring(world)
    seeing, renewing, handing = deeds(account, account.users[BIA], NOW)
    assert [(one.role, one.until) for one in seeing.through] == [(RENEWING, ENDS), (VIEWING, None)]
    assert [one.role for one in (*renewing.through, *handing.through)] == [RENEWING, RENEWING]
    assert [one.what for one in deeds(account, account.users[BIA], ENDS)] == [seeing.what]


def test_everybody_is_found_the_sponsor_first(world: World) -> None:
    """Keys as well, as long as they are not refused. Whoever may do nothing is left out."""
    good, roleless = (AppKey(world.pairs[name].app_key) for name in ("good", "roleless"))
    done(world.house, CreateRole(ACME, "Chaves", frozenset({EDIT_API_KEYS})), SPONSOR)
    for key in (good, roleless):
        done(world.house, GrantToKey(ACME, RoleId(5), key), SPONSOR)
    done(world.house, GrantToUser(ACME, VIEWING, BIA), SPONSOR)
    done(world.house, DeactivateKey(ACME, roleless), SPONSOR)
    found = list(handlers(keyring(world), NOW))
    named = [one.subject.email if isinstance(one.subject, User) else one.subject.app_key for one in found]
    assert named == [ANA, BIA, good]
    assert [one.is_sponsor for one in found] == [True, False, False]
    assert len(found[0].deeds) == len(DEEDS)
