"""A command that is refused, as a page tells it: what stands in its way, what would help, and with which status."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from chaveiro.core.command import Reason, Refusal
from chaveiro.core.plan import plan

if TYPE_CHECKING:
    from chaveiro.core.command import Command
    from chaveiro.doors.console.visit import Visit

_NOT_THEIRS: Final = frozenset(
    {
        Reason.BEYOND_OWN_ROLES,
        Reason.BEYOND_OWN_TIME,
        Reason.NOT_DELEGATED,
        Reason.NOT_INVITED,
        Reason.NOT_ONESELF,
        Reason.NOT_OPERATOR,
        Reason.NOT_SPONSOR,
    }
)


@dataclass(frozen=True, slots=True)
class Refused:
    """A refusal in words."""

    message: str
    remedy: str
    status: int  # 403 where it is about who asks, 409 where it is about how things are


def refused(visit: Visit, refusal: Refusal) -> Refused:
    """Tell a refusal in the visitor's language."""
    message, remedy = visit.refusal(refusal)
    return Refused(message, remedy, 403 if refusal.reason in _NOT_THEIRS else 409)


def foreseen(visit: Visit, command: Command) -> Refused | None:
    """How a command would be refused if the visitor asked for it now; None where it would be carried out.

    It asks the one place that plans, and keeps nothing of the answer.
    """
    planned = plan(visit.keyring, command, by=visit.actor, at=visit.at)
    return refused(visit, planned) if isinstance(planned, Refusal) else None
