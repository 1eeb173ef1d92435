"""The one database: a memory store that fails over, is restored, and can be robbed of what it promises."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from chaveiro.core.change import after as following
from chaveiro.core.event import KeyIssued
from chaveiro.core.fleet import UNHEARD, NodeReport, NodeSeen, unheard
from chaveiro.core.keyring import Keyring, Revision
from chaveiro.core.names import Moment
from chaveiro.stores.memory import MemoryStore
from chaveiro.stores.port import Committed, RevisionMoved

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from tests.simulation.world import World

    from chaveiro.core.change import Change
    from chaveiro.core.names import AccountName


class Truth(MemoryStore):
    """A memory store between whose steps the world goes on, where a database's would let it."""

    def __init__(self, world: World, made: Mapping[int, Keyring], *, without: Collection[str] = ()) -> None:
        super().__init__(epoch="e0000000", clock=self.now)
        self._world, self._without = world, without
        self._drawn = 0
        self._torn: dict[AccountName, Keyring] = {}
        self._epochs = 0
        self._made: dict[int, Keyring] = dict(made)  # what followed from a change, by its identity
        self.ahead = 0.0  # how much this machine's clock is

    def now(self) -> float:
        """Its own time."""
        return self._world.now + self.ahead

    @property
    def log(self) -> Sequence[Committed]:
        """All that was committed and not forgotten."""
        return self._committed

    def head(self) -> Revision:
        return Revision(self._epoch, self._committed[-1].revision.seq if self._committed else 0)

    def changes(
        self, *, after: Revision | None = None, account: AccountName | None = None, limit: int = 1000
    ) -> Sequence[Committed]:
        assert account is None
        seq, head = after.seq if after else 0, self.head()
        if after is not None and "epoch" not in self._without and (after.epoch != head.epoch or seq > head.seq):
            raise RevisionMoved("the changes go on from another point: load everything again")
        if "order" not in self._without:
            return self._committed[seq : seq + limit]
        return [one for one in self._committed if one.revision.seq > seq][:limit]

    def keyring(self, account: AccountName) -> Keyring:
        return self._torn.get(account) or super().keyring(account)

    def commit(self, change: Change, *, seen: Revision | None) -> Revision:
        if "order" in self._without:
            revision = self._commit_when_done(change, seen)
        elif "atomicity" in self._without:
            revision = self._commit_by_halves(change, seen)
        else:
            revision = super().commit(change, seen=seen)
        self._made[id(change)] = self._keyrings[change.account]
        self._world.committed(Committed(revision, change))
        return revision

    def _commit_when_done(self, change: Change, seen: Revision | None) -> Revision:
        """Draw the number first and commit when there is time, as a sequence without a lock does."""
        self._drawn = max(self._drawn, self.head().seq) + 1
        revision = Revision(self._epoch, self._drawn)
        self._world.meanwhile()
        keyring = self._keyrings.get(change.account)
        if seen != (keyring.revision if keyring else None):
            raise RevisionMoved
        if isinstance(change.event, KeyIssued):
            self._homes[change.event.app_key] = change.account
        self._keyrings[change.account] = following(keyring, change, revision)
        self._committed.append(Committed(revision, change))
        self._committed.sort(key=lambda one: one.revision.seq)
        return revision

    def _commit_by_halves(self, change: Change, seen: Revision | None) -> Revision:
        """Write the log first and the rows when there is time."""
        before = self._keyrings.get(change.account)
        revision = super().commit(change, seen=seen)
        if before is not None:
            self._torn[change.account] = before
            self._world.meanwhile()
            self._torn.pop(change.account, None)
        return revision

    def report(self, node: NodeReport) -> Revision:
        if not self._nodes and "unheard" not in self._without:
            self._nodes[UNHEARD] = unheard(Moment(self.now()))
        return super().report(node)

    def nodes(self) -> tuple[Moment, Sequence[NodeSeen]]:
        now, seen = super().nodes()
        if not seen and "unheard" not in self._without:
            seen = [unheard(now)]
        return now, seen

    def begin(self, log: Sequence[Committed]) -> None:
        """Go on with this log in another epoch. Who reported is forgotten, as unlogged rows are."""
        self._epochs += 1
        self._epoch = f"e{self._epochs:07}"
        self._homes, self._torn = {}, {}
        self._nodes = {} if self._epochs > 1 else {UNHEARD: unheard(Moment(-9.0), 0.0)}
        self._committed = [Committed(Revision(self._epoch, one.revision.seq), one.change) for one in log]
        newest = {change.account: (revision, change) for revision, change in self._committed}
        self._keyrings = {name: replace(self._made[id(one)], revision=at) for name, (at, one) in newest.items()}
        for _, change in self._committed:
            if isinstance(change.event, KeyIssued):
                self._homes[change.event.app_key] = change.account
