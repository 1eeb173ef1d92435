"""The nodes of an installation as whoever runs it sees them: how far each is, and whether it decides."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from chaveiro.core.fleet import UNHEARD
from chaveiro.words.language import N_

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chaveiro.core.fleet import NodeSeen
    from chaveiro.core.keyring import Revision
    from chaveiro.core.names import Moment
    from chaveiro.node import Node

# A node says how far it is several times a second. So long without a word, it is ended, paused or cut off.
SILENT_SECONDS: Final = 5.0


class State(StrEnum):
    """How a node is."""

    DECIDING = "deciding"  # by everything that was ever changed
    BEHIND = "behind"  # there are changes that it has not said it applied
    SILENT = "silent"  # nothing was heard of it lately


# As people read them.
STATES: Final[Mapping[State, str]] = {
    State.DECIDING: N_("deciding"),
    State.BEHIND: N_("behind"),
    State.SILENT: N_("silent"),
}
NOBODY_REPORTS = N_(
    "No node is listed: with SQLite the processes of one machine share one file, and follow each other within "
    "{seconds} s."
)
LOST = N_("nodes whose reports were lost")
DECIDES_UNTIL = N_("can decide until {until}")
DECIDES_NO_MORE = N_("cannot decide any more")


@dataclass(frozen=True, slots=True)
class NodeTold:
    """One node."""

    seen: NodeSeen
    age_seconds: float  # of its last report
    behind: int | None  # how many changes it has not applied; None: it knows another history
    state: State
    decides: bool  # whether it still can, should it hear nothing more
    here: bool  # whether it is the process that tells


@dataclass(frozen=True, slots=True)
class Nodes:
    """All of them, at one moment of the store's own clock."""

    at: Moment
    head: Revision
    nodes: tuple[NodeTold, ...]


def nodes(node: Node) -> Nodes:
    """The nodes that share the store. Raises StoreUnavailable."""
    head = node.head()  # asked first: what is changed after it makes nobody look behind
    at, seen = node.nodes()
    return Nodes(at, head, tuple(_told(one, head, at, here=one.report.id == node.id) for one in seen))


def behind(known: Revision, head: Revision) -> int | None:
    """How many changes are missing. None: they are of another history, from before a restore or a failover."""
    return max(0, head.seq - known.seq) if known.epoch == head.epoch else None


def _told(seen: NodeSeen, head: Revision, at: Moment, *, here: bool) -> NodeTold:
    age, missing = max(0.0, at - seen.at), behind(seen.report.revision, head)
    silent = age > SILENT_SECONDS or seen.report.id == UNHEARD
    state = State.SILENT if silent else State.DECIDING if missing == 0 else State.BEHIND
    return NodeTold(seen, age, missing, state, seen.decides_until() > at, here)
