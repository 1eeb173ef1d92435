"""The nodes of one installation: what each has applied, and who could still allow what was revoked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NewType

from msgspec import Struct

from chaveiro.core.keyring import Revision
from chaveiro.core.names import Moment

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from chaveiro.core.keyring import Keyring
    from chaveiro.core.names import AccountName

NodeId = NewType("NodeId", str)

# Stands for all nodes that once reported, where what they said was lost: with a server that crashed or was replaced.
UNHEARD = NodeId("")
LEASE_SECONDS_MAX = 3600.0  # of any node: no installation may choose more

# A poll that takes longer has failed. So much later than the node's last report may its last proof of freshness be.
POLL_SECONDS_MAX = 2.0

# Where the store keeps no list of nodes, nobody decides by what it has not confirmed for longer than this.
SPREAD_SECONDS = 0.5


class Standing(Struct, frozen=True, gc=False):
    """What a node knew when it answered."""

    revision: Revision  # every change up to this one
    stale_seconds: float  # how long ago it knew for certain that there was no other; infinite where it never did


@dataclass(frozen=True, slots=True)
class Held:
    """What a node knew at a moment from which it had proved that it knew every change."""

    proved_at: float  # by a clock that nobody can set
    revision: Revision
    accounts: frozenset[AccountName]  # all there were
    keyrings: Mapping[AccountName, Keyring]  # those it was asked about


@dataclass(frozen=True, slots=True)
class Proof:
    """That what a node held was all there was at a moment, in a form in which it can be left behind."""

    boot: str  # for as long as which `proved_at` means something
    proved_at: float
    stale_seconds_max: float
    revision: Revision
    accounts: frozenset[AccountName]
    files: Mapping[AccountName, bytes]  # what each account that was held is recognised by


@dataclass(frozen=True, slots=True)
class NodeReport:
    """What a node says of itself with every poll."""

    id: NodeId  # drawn at each start
    name: str  # for people: the host's, unless the installation chose
    revision: Revision  # the newest change it has applied
    stale_seconds_max: float  # how long it goes on answering once it hears nothing


@dataclass(frozen=True, slots=True)
class NodeSeen:
    """A node as the store knows it."""

    report: NodeReport
    began: Moment
    at: Moment  # of its last report

    def has(self, revision: Revision) -> bool:
        """Say whether it said that it has applied a change."""
        return self.report.revision.epoch == revision.epoch and self.report.revision.seq >= revision.seq

    def decides_until(self) -> Moment:
        """The latest moment at which it can still decide, should it never hear anything again."""
        return Moment(self.at + POLL_SECONDS_MAX + self.report.stale_seconds_max)


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a change has come."""

    revision: Revision
    at: Moment  # when this was so
    nodes: tuple[NodeSeen, ...]  # that decide
    out: tuple[NodeSeen, ...]  # those of them that may not have applied it
    latest_by: Moment  # from when on nobody decides by what was before

    @property
    def effective(self) -> bool:
        """Whether it is in force everywhere."""
        return not self.out


def unheard(at: Moment, stale_seconds_max: float = LEASE_SECONDS_MAX) -> NodeSeen:
    """All who may have reported up to a moment, and what they said is lost."""
    return NodeSeen(NodeReport(UNHEARD, "", Revision("", 0), stale_seconds_max), at, at)


def reach(revision: Revision, seen: Sequence[NodeSeen], *, at: Moment, spread_seconds: float = 0.0) -> Reach:
    """Say who has applied a change at a moment. Only nodes that can still decide count.

    INVARIANT: a proof of freshness leaves a report. A node that polled after the commit knows of it, so whoever is out
    polled before, and decides for `stale_seconds_max` after that at most. *spread_seconds* is what a change takes to
    those who report nothing.
    """
    alive = tuple(one for one in seen if one.decides_until() > at)
    out = tuple(one for one in alive if not one.has(revision))
    ends = [min(one.decides_until(), at + one.report.stale_seconds_max) for one in out]
    return Reach(revision, at, alive, out, Moment(max([at + spread_seconds, *ends])))
