"""Where somebody begins who signed in: what needs them first, the account in figures, the first steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from chaveiro.core.cause import Audience, Finding
from chaveiro.core.credential import public
from chaveiro.core.names import Moment
from chaveiro.core.traffic import DAY, KEPT_SECONDS
from chaveiro.doors.console.account.attention import attention, room
from chaveiro.doors.console.account.sighting import sightings
from chaveiro.doors.console.addresses import of_user
from chaveiro.doors.console.keys.listing import KEYS
from chaveiro.doors.console.keys.selection import Trait
from chaveiro.doors.console.room import CONSOLE
from chaveiro.doors.keeping.handling import VIEWING_KEYS
from chaveiro.doors.keeping.key import Standing, standing
from chaveiro.words.explain import explain
from chaveiro.words.language import N_

if TYPE_CHECKING:
    from chaveiro.core.episode import Episode
    from chaveiro.doors.console.visit import Visit
    from chaveiro.wire.message import Reply

__all__ = ["room"]

NEWEST: Final = 5  # failures on the overview


@dataclass(frozen=True, slots=True)
class Figure:
    """One number, and the list behind it."""

    name: str
    count: int
    href: str
    bad: bool = False  # where it is not nothing, somebody should look


@dataclass(frozen=True, slots=True)
class Failure:
    """What was refused lately."""

    title: str
    about: str  # the key's label; empty where no key of the account is known
    app_key: str
    count: int
    last: Moment
    href: str


@dataclass(frozen=True, slots=True)
class Step:
    """One of the first steps of a new account."""

    name: str
    why: str
    href: str
    done: bool


@room.page("")
def overview(visit: Visit) -> Reply:
    """Show what needs attention; to people who may not see keys, who they are here and who can help."""
    if not visit.may(*VIEWING_KEYS):
        own = [visit.keyring.roles[one].name for one in visit.keyring.in_force(visit.who.user.grants, visit.at)]
        return visit.page("overview_plain.html", own=own, own_page=f"{CONSOLE}{of_user(visit.who.user.email)}")
    return visit.page(
        "overview.html",
        attention=attention(visit),
        look="",
        steps=_steps(visit),
        figures=_figures(visit),
        failures=_failures(visit),
    )


@room.page("/overview/figures/now", needs=VIEWING_KEYS)
def figures_now(visit: Visit) -> Reply:
    """Show the figures again, for overviews that stay open."""
    return visit.page("overview_figures.html", figures=_figures(visit))


@room.page("/overview/failures/now", needs=VIEWING_KEYS)
def failures_now(visit: Visit) -> Reply:
    """Show the newest failures again, likewise."""
    return visit.page("overview_failures.html", failures=_failures(visit))


def _figures(visit: Visit) -> tuple[Figure, ...]:
    seen = sightings(visit)
    keys = tuple(seen.keyring.keys.values())
    failing = sum(seen.failing(key) for key in keys)
    unlinked = sum(not seen.roles(key) for key in keys)
    renewing = sum(standing(key, visit.at) is Standing.RENEWING for key in keys)
    href = CONSOLE + KEYS
    return (
        Figure(visit.text(N_("Keys")), len(keys), href),
        Figure(visit.text(N_("Failing now")), failing, f"{href}?with={Trait.FAILING}", bad=True),
        Figure(visit.text(N_("Linked to no role")), unlinked, f"{href}?with={Trait.UNLINKED}", bad=True),
        Figure(visit.text(N_("Renewals open")), renewing, f"{href}?state={Standing.RENEWING}"),
    )


def _failures(visit: Visit) -> list[Failure]:
    muted = visit.keyring.muted
    newest = visit.console.store.episodes(visit.account, limit=NEWEST + len(muted))
    return [_failure(visit, one) for one in newest if one.id not in muted][:NEWEST]


def _failure(visit: Visit, one: Episode) -> Failure:
    key = visit.keyring.keys.get(one.app_key) if one.app_key else None
    return Failure(
        title=explain(Finding(one.cause), to=Audience.KEEPER, language=visit.language).title,
        about=key.label if key else "",
        app_key=public(one.app_key) if one.app_key else "",
        count=one.count,
        last=one.last,
        href=f"{CONSOLE}/denials/{one.newest}",
    )


def _steps(visit: Visit) -> tuple[Step, ...]:
    """The first steps; none once all of them are done."""
    keyring = visit.keyring
    steps = (
        Step(
            visit.text(N_("Say what each request needs")),
            visit.text(N_("Import a catalogue: from OpenAPI, from TOML, or the one of VTEX that comes along.")),
            f"{CONSOLE}/settings/catalogue/import",
            bool(keyring.catalogue),
        ),
        Step(
            visit.text(N_("Make a role")),
            visit.text(N_("A role is what an integration may do: a set of resources with a name.")),
            f"{CONSOLE}/roles/new",
            bool(keyring.living_roles),
        ),
        Step(
            visit.text(N_("Issue a key")),
            visit.text(N_("An appKey and an appToken for one integration, linked to the roles it needs.")),
            f"{CONSOLE}/keys/issue",
            bool(keyring.keys or keyring.tombstones),
        ),
        Step(
            visit.text(N_("Put a gateway in front of your API")),
            visit.text(N_("nginx or Caddy asks Chaveiro about every request. This step is done when the first came.")),
            f"{CONSOLE}/settings/gateways",
            _was_asked(visit),
        ),
    )
    return () if all(one.done for one in steps) else steps


def _was_asked(visit: Visit) -> bool:
    after = Moment(visit.at - KEPT_SECONDS[DAY])
    return bool(visit.console.store.traffic(visit.account, after=after, span=DAY))
