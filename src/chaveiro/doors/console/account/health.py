"""How this process is: whether it keeps up, what waits, what was lost, and how long what is kept."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import version
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final

from chaveiro.core.fleet import SPREAD_SECONDS
from chaveiro.core.keyring import Part
from chaveiro.core.traffic import DAY, HOUR, KEPT_SECONDS
from chaveiro.denials import KEEP_SECONDS
from chaveiro.doors.console.room import Room
from chaveiro.doors.keeping.handling import VIEWING_KEYS
from chaveiro.doors.keeping.nodes import LOST, NOBODY_REPORTS, STATES, nodes
from chaveiro.sessions import IDLE_SECONDS, LIFE_SECONDS
from chaveiro.stores.port import EPISODE_SECONDS, EPISODES_MAX, USES_MAX
from chaveiro.words import figures
from chaveiro.words.language import N_

if TYPE_CHECKING:
    from chaveiro.doors.console.visit import Visit
    from chaveiro.wire.message import Reply

HEALTH: Final = "/health"

room = Room("health")

_PARTS: Final = {
    Part.ACCOUNT: N_("Account"),
    Part.USER: N_("User"),
    Part.ROLE: N_("Role"),
    Part.KEY: N_("Key"),
    Part.EXTERNAL_KEY: N_("Key of another account"),
}


@dataclass(frozen=True, slots=True)
class Kept:
    """One kind of records, and how long they stay."""

    what: str
    days: int | None  # None: for ever
    most: int | None  # of one account, or of one key; None: however many there are


@room.page(HEALTH, needs=VIEWING_KEYS)
def health_page(visit: Visit) -> Reply:
    """Show how this process is."""
    return visit.page("health.html", kept=_kept(visit), **_now(visit))


@room.page(f"{HEALTH}/now", needs=VIEWING_KEYS)
def health_now(visit: Visit) -> Reply:
    """Show the same figures again, for pages that stay open."""
    return visit.page("health_now.html", **_now(visit))


def _now(visit: Visit) -> dict[str, Any]:
    console = visit.console
    node, denials, stale_max = console.node, console.denials, console.place.stale_seconds_max
    began = perf_counter()
    console.store.meta("health")  # there is no such note: it is asked to see how fast the database answers
    took = perf_counter() - began
    stale = node.known.stale_seconds()
    fleet = nodes(node)
    return {
        "version": version("chaveiro"),
        "began": console.began,
        "ready": node.known.is_fresh(),
        "stale": round(stale, 1),
        "stale_max": stale_max,
        "store_ms": max(round(took * 1000, 1), 0.1),
        "revision": str(node.known.revision),
        "own_revision": str(visit.keyring.revision),
        "damaged": [(visit.text(_PARTS[one.part]), one.name) for one in sorted(visit.keyring.damaged)],
        "name": node.name,
        "nodes": fleet.nodes,
        "head": str(fleet.head),
        "lost": visit.text(LOST),
        "states": {state: visit.text(said) for state, said in STATES.items()},
        "nobody_reports": visit.text(NOBODY_REPORTS, seconds=figures.number(SPREAD_SECONDS, visit.language)),
        "waiting": denials.waiting,
        "waiting_max": denials.waiting_max,
        "noted": denials.noted,
        "kept_denials": denials.kept,
        "dropped": denials.dropped,
        "failed": denials.failed,
    }


def _kept(visit: Visit) -> tuple[Kept, ...]:
    most = visit.console.denials.limits
    return (
        Kept(visit.text(N_("Changes, which are the audit")), None, None),
        Kept(visit.text(N_("Single refusals")), _days(KEEP_SECONDS), most.account),
        Kept(visit.text(N_("Failures: what was refused, since when, how often")), _days(EPISODE_SECONDS), EPISODES_MAX),
        Kept(visit.text(N_("When each token last worked")), None, None),
        Kept(visit.text(N_("What each key did last, route by route")), None, USES_MAX),
        Kept(visit.text(N_("Counts by the hour")), _days(KEPT_SECONDS[HOUR]), None),
        Kept(visit.text(N_("Counts by the day")), _days(KEPT_SECONDS[DAY]), None),
        Kept(
            visit.text(N_("Sessions of people, ended sooner after {hours} hours unused"), hours=IDLE_SECONDS // HOUR),
            _days(LIFE_SECONDS),
            None,
        ),
    )


def _days(seconds: int) -> int:
    return seconds // DAY
