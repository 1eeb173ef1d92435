"""Which roles would let a key do all that is wished, decided as if they had been linked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chaveiro.core.ask import DAYS_DEFAULT, Ask
from chaveiro.core.attempt import AnyRole, Need, NoMethod, NoRoute
from chaveiro.doctor import simulation
from chaveiro.doors.console.failing.mending import Offer, offer_of
from chaveiro.doors.console.failing.question import wanted
from chaveiro.doors.keeping import texts
from chaveiro.doors.supposed import cause_of
from chaveiro.words import figures

if TYPE_CHECKING:
    from chaveiro.core.command import Command
    from chaveiro.core.keyring import Key
    from chaveiro.doctor.simulation import Outcome, Simulation
    from chaveiro.doors.console.failing.question import Question
    from chaveiro.doors.console.visit import Visit


@dataclass(frozen=True, slots=True)
class Row:
    """One wish: what it needs, and why it is refused now and would be then; empty where it is allowed."""

    name: str
    needs: str
    now: str
    then: str


@dataclass(frozen=True, slots=True)
class Supposing:
    """What would let a key do all of it."""

    key: Key
    rows: tuple[Row, ...]
    days: int  # all that it was refused in so many days; 0: what was asked for
    offer: Offer | None  # link these roles, or make one
    exact: bool  # no other roles give less besides
    makes: bool  # no existing roles do: one is made
    alone: tuple[tuple[str, int], ...]  # roles that would be enough alone, and how much they give besides
    commands: tuple[Command, ...]


def supposing(visit: Visit, asked: Question) -> Supposing:
    """Find the least that lets the question's key do all of it. May raise StoreUnavailable."""
    if asked.key is None:
        raise LookupError("a question that was read names a key")
    found = _simulated(visit, asked, asked.key)
    excess = found.cover.excess if found.cover else 0
    return Supposing(
        key=asked.key,
        rows=tuple(_row(visit, one) for one in found.outcomes),
        days=0 if asked.wishes else DAYS_DEFAULT,
        offer=offer_of(visit, found.commands, excess=excess) if found.commands else None,
        exact=found.cover is None or found.cover.exact,
        makes=bool(found.commands) and found.cover is None,
        alone=tuple((f"{one.role.id} {one.role.name}", one.excess) for one in found.alone),
        commands=found.commands,
    )


def _simulated(visit: Visit, asked: Question, key: Key) -> Simulation:
    if asked.wishes:
        wishes = [simulation.Wish(str(one), wanted(visit, one)[0], asked.address) for one in asked.wishes]
        return simulation.simulate(visit.keyring, key, wishes, visit.at)
    catalogue = visit.console.node.catalogue(visit.keyring)
    found = visit.console.denials.supposed(Ask(app_key=key.app_key, days=DAYS_DEFAULT), visit.keyring, catalogue)
    if not isinstance(found, simulation.Simulation):
        raise TypeError("of a key that is known, it is said what would let it do something")
    return found


def _row(visit: Visit, one: Outcome) -> Row:
    needed = one.wish.wanted
    needs = ""
    if isinstance(needed, Need):
        needs = figures.needed(needed, visit.language)
    elif isinstance(needed, AnyRole):
        needs = texts.told(texts.ANY_ROLE, visit.language)
    elif isinstance(needed, NoRoute | NoMethod):
        needs = texts.told(texts.NEEDS_NOTHING_KNOWN, visit.language)
    return Row(one.wish.name, needs, cause_of(one.now, visit.language), cause_of(one.then, visit.language))
