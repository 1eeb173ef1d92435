"""What happened in accounts is read once, and followed from there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.core.worlds import ACME, ERP, SPONSOR, Story, working
from tests.house import told

from chaveiro.core.command import DeactivateKey
from chaveiro.core.keyring import Revision
from chaveiro.core.names import AccountName
from chaveiro.histories import Histories
from chaveiro.stores.memory import MemoryStore
from chaveiro.stores.port import Committed, RevisionMoved

GLOBEX = AccountName("globex")
LENGTH = len(working().changes)


class Watched:
    """A store that tells how many changes were read; it can lose its past, as a restore does."""

    def __init__(self, store: MemoryStore) -> None:
        self.store, self.read, self.restored = store, 0, False

    def changes(self, *, after: Revision | None = None, account: AccountName) -> Sequence[Committed]:
        if self.restored and after is not None:
            self.restored = False
            raise RevisionMoved
        found = self.store.changes(after=after, account=account)
        self.read += len(found)
        return found


def of(store: Any, **more: int) -> tuple[Histories, Watched]:
    watched: Any = Watched(store)
    return Histories(watched, **more), watched


def test_only_what_is_new_is_read() -> None:
    """Asked again, it is as long as the account's past, and the past was read once."""
    house = told(working())
    histories, store = of(house.store)
    assert len(histories.of(ACME)) == store.read == LENGTH
    house.node.carry_out(DeactivateKey(ACME, ERP), by=SPONSOR)
    assert histories.of(ACME) == house.store.changes(account=ACME)
    assert store.read == LENGTH + 1


def test_after_a_restore_everything_is_read_anew() -> None:
    """What is in memory may never have happened."""
    house = told(working())
    histories, store = of(house.store)
    histories.of(ACME)
    store.restored = True
    assert histories.of(ACME) == house.store.changes(account=ACME)
    assert store.read == 2 * LENGTH


def test_no_more_is_kept_than_there_is_room_for() -> None:
    """The account that was asked for longest ago makes room."""
    house = told(working(), Story(account=GLOBEX))
    histories, store = of(house.store, kept_max=LENGTH)
    histories.of(ACME)
    assert len(histories.of(GLOBEX)) == 1
    store.read = 0
    histories.of(GLOBEX)
    assert store.read == 0
    assert len(histories.of(ACME)) == store.read == LENGTH


def test_what_is_too_long_is_read_anew_each_time() -> None:
    """One long account does not push out all others."""
    house = told(working(), Story(account=GLOBEX))
    histories, store = of(house.store, kept_max=LENGTH - 1)
    histories.of(GLOBEX)
    assert len(histories.of(ACME)) == len(histories.of(ACME)) == LENGTH
    store.read = 0
    histories.of(GLOBEX)
    assert store.read == 0
