"""The feed of changes, on a real PostgreSQL that several processes write to at once."""

from __future__ import annotations

import random
from threading import Event, Thread
from typing import TYPE_CHECKING

import pytest
from tests.dose import dose
from tests.keys import KEYS
from tests.stores.histories import folded
from tests.stores.writers import running

from chaveiro.stores.port import Committed, RevisionMoved
from chaveiro.stores.sql import SqlStore

if TYPE_CHECKING:
    from tests.postgres import PostgresServer
    from tests.promises.plugin import Proof

WRITERS = 8
RESUMED = 50


def test_a_reader_that_is_resumed_again_and_again_misses_nothing(postgres: PostgresServer, proof: Proof) -> None:
    """Eight writers at once; a reader that is ended and begun anew by its bookmark sees each change once, in order."""
    commits = dose(25, 500, 2_000)
    url = postgres.url(postgres.new_database())
    SqlStore.open(url, keys=KEYS).close()
    reader = _Reader(url)
    with running() as writers:
        thread = Thread(target=reader.read)
        thread.start()
        writers.start(url, apart=True, writers=WRITERS, commits=commits)
        acknowledged = writers.finish()
        reader.last = max(acknowledged)
        reader.done.set()
        thread.join(60)
        assert not thread.is_alive()
    seqs = [one.revision.seq for one in reader.seen]
    assert seqs == list(range(1, WRITERS * (commits + 1) + 1)), "ordered, without gap, none twice"
    assert sorted(acknowledged) == seqs, "each acknowledged change, and no other"
    assert len({one.revision.epoch for one in reader.seen}) == 1
    store = SqlStore.open(url, keys=KEYS)
    for account in store.accounts():
        own = [one for one in reader.seen if one.change.account == account]
        assert store.keyring(account) == folded(own), "each change whole: its rows and its entry"
    bookmark = reader.seen[len(seqs) // 2].revision
    after = store.changes(after=bookmark, limit=len(seqs))
    assert after == tuple(reader.seen[len(seqs) // 2 + 1 :]), "from any bookmark"
    with pytest.raises(RevisionMoved):
        store.changes(after=bookmark._replace(epoch="ffffffff"))
    store.close()
    assert reader.resumed >= RESUMED
    proof(
        "G4",
        dose=f"{WRITERS} writers x {commits:,} changes, a reader resumed {reader.resumed} times",
        figure="in order, 0 missing, 0 twice, 0 halves; another epoch refused",
    )


class _Reader:
    """Reads the feed in small pages, and forgets all but its bookmark now and then."""

    def __init__(self, url: str) -> None:
        self.seen: list[Committed] = []
        self.resumed = 0
        self.done = Event()
        self.last = 0
        self._url = url
        self._dice = random.Random(8)

    def read(self) -> None:
        while self.resumed < RESUMED or not self._is_complete():
            store = SqlStore.open(self._url, keys=KEYS)
            for _ in range(self._dice.randint(1, 4)):
                after = self.seen[-1].revision if self.seen else None
                found = store.changes(after=after, limit=self._dice.randint(1, 40))
                self.seen += found
                if not found:
                    self.done.wait(0.02)
            store.close()
            self.resumed += 1

    def _is_complete(self) -> bool:
        return self.done.is_set() and bool(self.seen) and self.seen[-1].revision.seq >= self.last
