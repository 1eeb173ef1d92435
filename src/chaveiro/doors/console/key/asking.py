"""An act before it is done: whether it would be refused, and who else may do it; and how a refusal is answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from chaveiro.core.command import NEEDS, Authority, Reason, Refusal
from chaveiro.core.plan import plan
from chaveiro.words import figures
from chaveiro.words.language import N_

if TYPE_CHECKING:
    from chaveiro.core.command import Command
    from chaveiro.doors.console.visit import Visit

FORBIDDEN: Final = frozenset(
    {Reason.NOT_DELEGATED, Reason.NOT_SPONSOR, Reason.BEYOND_OWN_ROLES, Reason.BEYOND_OWN_TIME}
)
_WHO = N_("This is up to {sponsor}, the sponsor, and to whoever has {resources}.")


@dataclass(frozen=True, slots=True)
class Stopped:
    """A refused command as a form shows it."""

    message: str
    remedy: str
    status: int


def stopped(visit: Visit, refusal: Refusal) -> Stopped:
    """Why a command was refused, or would be."""
    message, remedy = visit.refusal(refusal)
    return Stopped(message, remedy, 403 if refusal.reason in FORBIDDEN else 409)


def foreseen(visit: Visit, command: Command) -> Stopped | None:
    """Why a command would be refused if it were asked for now. Nothing is changed, and nothing kept of it."""
    planned = plan(visit.keyring, command, by=visit.actor, at=visit.at)
    return stopped(visit, planned) if isinstance(planned, Refusal) else None


def may(visit: Visit, kind: type[Command]) -> bool:
    """Say whether a command of this kind is up to whoever is signed in."""
    needs = NEEDS[kind]
    return not isinstance(needs, Authority) and visit.may(*needs)


def who_may(visit: Visit, kind: type[Command]) -> str:
    """Who may ask for a command of this kind, in a sentence."""
    needs = NEEDS[kind]
    resources = () if isinstance(needs, Authority) else tuple(f"`{one}`" for one in needs)
    said = figures.listed(resources, visit.language, either=True)
    return visit.text(_WHO, sponsor=visit.keyring.sponsor, resources=said)
