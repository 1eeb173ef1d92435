"""How far what was taken away has come: in force everywhere, or who can still decide as before, and until when."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from chaveiro.core import event as happened
from chaveiro.core.fleet import UNHEARD
from chaveiro.core.names import Moment
from chaveiro.core.revoking import revokes
from chaveiro.doors.keeping.texts import told
from chaveiro.stores.port import StoreUnavailable
from chaveiro.words import figures
from chaveiro.words.language import N_, Language, sentences

if TYPE_CHECKING:
    from chaveiro.core.event import Event
    from chaveiro.core.fleet import NodeSeen, Reach
    from chaveiro.core.keyring import Revision
    from chaveiro.core.names import AccountName
    from chaveiro.node import Node

# After these, too, somebody may do less than before, although they may give something as well.
_ALSO: Final = (happened.CatalogueImported, happened.RoleEdited, happened.SettingsEdited, happened.SponsorChanged)

_PENDING = N_("In force on {done} of {count} nodes; the last can decide as before until {until}.")
_LOST = N_(
    "In force on {done} of {count} nodes; what others reported was lost with the server of the database, and they can "
    "decide as before until {until}."
)
_ON_THIS_MACHINE = N_("In force in every process of this machine within {seconds} s.")
_NOWHERE = N_("In force: no node is running that could decide as before.")
_UNKNOWN = N_("It is done. Nobody can tell now which nodes know of it; from {until} on, none can decide as before.")


@dataclass(frozen=True, slots=True)
class InForce:
    """How far a change has come, as far as anybody can tell."""

    revision: Revision
    latest_by: Moment  # from when on nobody decides by what was before
    reach: Reach | None  # None: nobody can tell
    here: bool  # whether the process that tells is a node itself, in which it is in force

    @property
    def effective(self) -> bool | None:
        """Whether no node is known to be without it; None: nobody can tell."""
        return self.reach.effective if self.reach else None

    @property
    def out(self) -> tuple[NodeSeen, ...]:
        """The nodes that may not have it yet."""
        return self.reach.out if self.reach else ()


def takes_away(event: Event) -> bool:
    """Say whether somebody may do less after it."""
    return revokes(event) or isinstance(event, _ALSO)


def in_force(node: Node, account: AccountName) -> InForce:
    """How far the newest change of an account that this process made has come. Waits a little; never raises.

    INVARIANT: what is done stays done. A store that is gone by then makes it unknown, never an error.
    """
    return reached(node, node.known.revision_of(account))


def reached(node: Node, revision: Revision) -> InForce:
    """How far a change has come. Waits a little for nodes that are about to apply it; never raises."""
    try:
        found = node.reach(revision)
    except StoreUnavailable:
        # A proof of freshness without it is older than this moment, and lasts no longer than the longest there is.
        return InForce(revision, Moment(node.now() + node.others_stale_seconds_max), None, node.known.follows)
    return InForce(revision, found.latest_by, found, node.known.follows)


def summary(found: InForce, language: Language) -> str:
    """The same in one sentence."""
    until = figures.moment(math.ceil(found.latest_by), language)  # to the second, and not too early
    reach = found.reach
    if reach is None:
        return told(_UNKNOWN, language, until=until)
    count = len(reach.nodes) + found.here
    if reach.out:
        lost = any(one.report.id == UNHEARD for one in reach.out)  # stands for others, however many
        known = figures.number(count - lost, language)
        done = figures.number(count - len(reach.out), language)
        return told(_LOST if lost else _PENDING, language, done=done, count=known, until=until)
    if spread := round(reach.latest_by - reach.at, 1):
        return told(_ON_THIS_MACHINE, language, seconds=figures.number(spread, language))
    if not count:
        return told(_NOWHERE, language)
    said = sentences(language).ngettext(
        "In force on {count} node, the only one.", "In force on all {count} nodes.", count
    )
    return said.format(count=figures.number(count, language))
