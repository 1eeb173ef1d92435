"""What an account was, told of a few of its keys without the changes of all others."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from tests.house import House
from tests.world import PEPPER, WORLD

from chaveiro.core.change import after
from chaveiro.core.keyring import Keyring
from chaveiro.core.names import AccountName, AppKey
from chaveiro.doctor.history import about
from chaveiro.stores.memory import MemoryStore
from chaveiro.stores.port import Committed

ALL = 1_000_000


@pytest.fixture(scope="module")
def histories() -> Mapping[AccountName, Sequence[Committed]]:
    house = House(MemoryStore(), PEPPER, WORLD.now)
    WORLD.install(lambda command, by: house.node.carry_out(command, by=by), lambda at: setattr(house, "at", at))
    return {account: house.store.changes(account=account, limit=ALL) for account in house.store.accounts()}


def folded(changes: Any) -> Keyring:
    keyring: Keyring | None = None
    for revision, change in changes:
        keyring = after(keyring, change, revision)
    assert keyring is not None
    return keyring


def of_key(keyring: Keyring, app_key: AppKey) -> Keyring:
    """An account as if it had no other key."""
    kept = {name: {app_key} & getattr(keyring, name).keys() for name in ("keys", "tombstones", "external")}
    own: dict[str, Any] = {name: {one: getattr(keyring, name)[one] for one in keys} for name, keys in kept.items()}
    return replace(keyring, revision=beginning(keyring), **own)


def beginning(keyring: Keyring) -> Any:
    """One and the same, whatever the newest change was about."""
    return keyring.revision._replace(seq=0)


def test_of_one_key_nothing_depends_on_the_changes_of_others(
    histories: Mapping[AccountName, Sequence[Committed]],
) -> None:
    """At each of its points an account's past, folded without them, is the same but for the other keys."""
    compared = left_out = 0
    for changes in histories.values():
        whole = folded(changes)
        for app_key in {*whole.keys, *whole.tombstones, *whole.external}:
            own = tuple(about(changes, (app_key,)))
            for length in (len(changes) // 2, len(changes)):
                newest = changes[length - 1].revision
                part = [one for one in own if one[0] <= newest]
                assert of_key(folded(part), app_key) == of_key(folded(changes[:length]), app_key)
            compared += 1
            left_out += len(changes) - len(own)
    assert compared > 20
    assert left_out > compared
