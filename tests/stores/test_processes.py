"""Several processes on one database, and processes that are killed."""

from __future__ import annotations

import os
import random
import signal
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from tests.dose import dose
from tests.keys import KEYS
from tests.stores.histories import ACME, ANA, BIA, create, folded, insist, live
from tests.stores.writers import Writers, key_number, running

from chaveiro.core.command import AddUser, Reason, Refusal
from chaveiro.core.keyring import Actor, ActorKind
from chaveiro.core.names import AccountName, KeyId, Moment
from chaveiro.node import Issued, Node
from chaveiro.stores.sql import SqlStore

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.promises.plugin import Proof

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the writers are forked")

KILLS = dose(40, 100, 500)


@pytest.fixture(scope="module")
def writers() -> Iterator[Writers]:
    with running() as found:
        yield found


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/chaveiro.db"


def test_a_commit_is_seen_by_other_processes(writers: Writers, url: str) -> None:
    """What another process committed is in the head, in the feed and in the account, without opening anything anew."""
    store = SqlStore.open(url, keys=KEYS)
    live(store, [create()])
    known = store.head()
    writers.start(url, commits=3)
    acknowledged = writers.finish()
    assert acknowledged == [2, 3, 4]
    assert store.head().seq == 4
    assert [one.revision.seq for one in store.changes(after=known)] == acknowledged
    assert len(store.keyring(ACME).users) == 4
    store.close()


def test_many_processes_lose_nothing(writers: Writers, url: str, proof: Proof) -> None:
    """Six processes that make one database and change one account at once: one order, no gap, nothing lost or twice."""
    writers.start(url, writers=6, commits=12)
    acknowledged = writers.finish()
    store = SqlStore.open(url, keys=KEYS)
    assert sorted(acknowledged) == [one.revision.seq for one in store.changes()] == list(range(1, 6 * 12 + 2))
    assert len(store.keyring(ACME).users) == 6 * 12 + 1
    assert store.keyring(ACME) == folded(store.changes())
    store.close()
    proof("G4", dose="several processes writing", figure="0 lost, 0 twice")


def test_a_process_that_writes_does_not_stop_readers(writers: Writers, url: str) -> None:
    """While others commit, this process reads whole accounts, each as it was at one revision, and writes as well."""
    store = SqlStore.open(url, keys=KEYS)
    live(store, [create()])
    writers.start(url, commits=40, kind="anything")
    reports = writers.reports()
    mine = 0
    for mark, _ in reports:
        if mark == "=":
            keyring = store.keyring(ACME)
            upto = [one for one in store.changes() if one.revision.seq <= keyring.revision.seq]
            assert keyring == folded(upto)
            mine += insist(store, AddUser(ACME, BIA, "Bia")).seq > keyring.revision.seq
    assert mine >= 40
    store.close()


def test_killed_processes_leave_whole_changes(writers: Writers, url: str, proof: Proof) -> None:
    """Writers killed at random: all they acknowledged is there, nothing is half there, the file is sound."""
    dice = random.Random(os.urandom(8))
    store = SqlStore.open(url, keys=KEYS)
    unacknowledged = 0
    for _ in range(KILLS):
        before = store.head().seq
        acknowledged, killed = [], False
        writers.start(url, commits=10_000, kind="anything")
        writer, patience = 0, dice.randrange(8)
        for mark, number in writers.reports():
            if mark == "+":
                writer = number
            else:
                acknowledged.append(number)
            if not killed and len(acknowledged) >= patience:
                time.sleep(dice.random() * 0.015)  # so that no moment of a commit is spared
                os.kill(writer, signal.SIGKILL)
                killed = True
        committed = range(before + 1, store.head().seq + 1)
        assert acknowledged == list(committed)[: len(acknowledged)]
        assert len(committed) - len(acknowledged) in {0, 1}
        unacknowledged += len(committed) - len(acknowledged)
        if store.head().seq:
            assert store.keyring(AccountName("acme")) == folded(store.changes(limit=100_000))
    with store._database.reading() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
    assert store.head().seq > KILLS
    figure = f"{store.head().seq} changes, {unacknowledged} not acknowledged: 0 lost, 0 halves"
    store.close()
    proof("G5", dose=KILLS, figure=figure)


class _Nobody:
    """Whom nothing is refused to here."""

    def note(self, *_: object) -> object:
        raise AssertionError


def test_asking_again_makes_no_second_key(writers: Writers, url: str, proof: Proof) -> None:
    """Writers killed while they make keys: under the id that was under way, asking again leaves exactly one key."""
    dice = random.Random(os.urandom(8))
    store = SqlStore.open(url, keys=KEYS)
    live(store, [create()])
    node = Node(
        store,
        _Nobody(),  # type: ignore[arg-type] # nothing is checked
        pepper=bytes(range(32)),
        clock=lambda: Moment(2e9),
        boottime=time.monotonic,
        mint=os.urandom,
    )
    ids: dict[KeyId, int] = {}
    made, found = 0, 0
    for _ in range(KILLS):
        writers.start(url, commits=10_000, kind="keys")
        writer, acknowledged, patience, killed = 0, 0, dice.randrange(12), False
        for mark, number in writers.reports():
            writer = number if mark == "+" else writer
            acknowledged += mark == "="
            if not killed and acknowledged >= patience:
                time.sleep(dice.random() * 0.015)  # so that no moment of a commit is spared
                with suppress(ProcessLookupError):  # some kill themselves between a commit and its acknowledgement
                    os.kill(writer, signal.SIGKILL)
                killed = True
        own = [KeyId(f"{key_number(writer, number):032x}") for number in range(acknowledged + 1)]
        again = node.issue(ACME, label="again", by=Actor(ActorKind.USER, ANA), id=own[-1])
        made += isinstance(again, Issued)
        found += isinstance(again, Refusal) and again.reason is Reason.KEY_EXISTS
        ids |= dict.fromkeys(own, 0)
    for key in store.keyring(ACME).keys.values():
        ids[key.id] += 1
    assert set(ids.values()) == {1}
    assert made + found == KILLS
    assert made > 0
    assert found > 0
    store.close()
    proof("G5", dose=KILLS, figure=f"asked again {KILLS} times, {found} were there already: 0 second keys")
