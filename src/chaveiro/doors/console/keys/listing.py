"""The list of keys: how each is, what it may do, when it last worked, what last went wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from chaveiro.core.cause import Audience, Finding
from chaveiro.core.command import NEEDS, AdoptKey, IssueKey
from chaveiro.core.credential import is_token, public
from chaveiro.core.names import AppKey
from chaveiro.doors.console.account.sighting import sightings
from chaveiro.doors.console.keys.selection import Order, Trait, selected, selection
from chaveiro.doors.console.room import CONSOLE, Room
from chaveiro.doors.keeping.handling import VIEWING_KEYS
from chaveiro.doors.keeping.key import Standing, standing, state
from chaveiro.words.explain import explain
from chaveiro.words.language import N_

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chaveiro.core.command import Command
    from chaveiro.core.keyring import Key, Role
    from chaveiro.core.names import Moment, Resource
    from chaveiro.doors.console.account.sighting import Sightings
    from chaveiro.doors.console.keys.selection import Selection
    from chaveiro.doors.console.visit import Visit
    from chaveiro.wire.message import Reply

KEYS: Final = "/keys"
ROWS_MAX: Final = 50  # on one page
UNLINKED: Final = N_("not linked to any role: every request will be refused")

room = Room("keys")


def delegable(command: type[Command]) -> tuple[Resource, ...]:
    """The resources one of which lets somebody who is not the sponsor ask for a command."""
    needs = NEEDS[command]
    return needs if isinstance(needs, tuple) else ()


ISSUING: Final = delegable(IssueKey)
_KINDS: Mapping[Standing, str] = {
    Standing.ACTIVE: "ok",
    Standing.RENEWING: "info",
    Standing.NOT_YET_VALID: "off",
    Standing.EXPIRED: "bad",
    Standing.INACTIVE: "off",
    Standing.BLOCKED: "bad",
}
_STATES: Mapping[Standing, str] = {
    Standing.ACTIVE: N_("active"),
    Standing.RENEWING: N_("active, being renewed"),
    Standing.INACTIVE: N_("inactive"),
    Standing.BLOCKED: N_("blocked"),
    Standing.EXPIRED: N_("expired"),
    Standing.NOT_YET_VALID: N_("not yet valid"),
}
_TRAITS: Mapping[Trait, str] = {
    Trait.UNLINKED: N_("linked to no role"),
    Trait.FAILING: N_("refused lately"),
    Trait.UNUSED: N_("not used yet"),
    Trait.OLD: N_("token due to be renewed"),
    Trait.EXTERNAL: N_("of another account"),
}
_ORDERS: Mapping[Order, str] = {
    Order.LABEL: N_("Label"),
    Order.USED: N_("Last use, newest first"),
    Order.IDLE: N_("Last use, oldest first"),
    Order.FAILED: N_("Last refusal, newest first"),
    Order.AGE: N_("Token, oldest first"),
}


@dataclass(frozen=True, slots=True)
class Failure:
    """What last went wrong with a key."""

    title: str
    at: Moment
    count: int
    address: str  # below the console


@dataclass(frozen=True, slots=True)
class Row:
    """One key of the list."""

    key: Key
    app_key: str
    address: str
    kind: str  # of its badge
    state: str
    roles: tuple[Role, ...]
    used: Moment | None
    failure: Failure | None
    failing: bool
    days: int | None  # None: how old its token is concerns another account
    old: bool


@dataclass(frozen=True, slots=True)
class Pages:
    """Where one is in a list, and where one may turn to."""

    newer: str
    older: str
    first: int
    last: int
    count: int


@room.page(KEYS, needs=VIEWING_KEYS)
def keys_page(visit: Visit) -> Reply:
    """Show the keys that are asked for; a script asks for the same again as a part of the page."""
    return listed(visit)


def listed(visit: Visit, *, status: int = 200, error: str = "") -> Reply:
    """The list, with what could not be done with it."""
    asked, seen = selection(visit.query or visit.form), sightings(visit)
    found = selected(asked, seen)
    asked = asked.on(min(asked.page, max(1, -(-len(found) // ROWS_MAX))))
    first = (asked.page - 1) * ROWS_MAX
    rows = [row(visit, key, seen) for key in found[first : first + ROWS_MAX]]
    return visit.page(
        "keys_part.html" if visit.is_fragment else "keys.html",
        status=status,
        error=error,
        rows=rows,
        asked=asked,
        address=f"{CONSOLE}{KEYS}{asked.query}",
        page=_pages(asked, len(found), first + len(rows)),
        total=len(seen.keyring.keys),
        days_max=seen.days_max,
        unlinked=visit.text(UNLINKED),
        may_issue=visit.may(*ISSUING),
        may_adopt=visit.may(*delegable(AdoptKey)),
        issuing=ISSUING,
        **_choices(visit),
    )


def row(visit: Visit, key: Key, seen: Sightings) -> Row:
    """What the list tells of one key."""
    now = standing(key, seen.at)
    return Row(
        key=key,
        app_key=public(key.app_key),
        address=address_of_key(key),
        kind=_KINDS[now],
        state=state(key, visit.language, seen.at),
        roles=tuple(seen.keyring.roles[role] for role in seen.roles(key)),
        used=seen.used(key),
        failure=_failure(visit, key, seen),
        failing=seen.failing(key),
        days=None if key.home else seen.days(key),
        old=seen.old(key),
    )


def address_of_key(key: Key) -> str:
    """Where a key's own page is. What stands in the place of an appKey may be a token, and is in no address."""
    return f"{CONSOLE}{KEYS}/{key.id if is_token(key.app_key) else quote(key.app_key, safe='')}"


def key_named(visit: Visit, text: str) -> Key | None:
    """The account's key with this appKey, or with this id."""
    keys = visit.keyring.keys
    return keys.get(AppKey(text)) or next((key for key in keys.values() if key.id == text), None)


def _failure(visit: Visit, key: Key, seen: Sightings) -> Failure | None:
    episode = seen.failure(key)
    if episode is None:
        return None
    title = explain(Finding(episode.cause), to=Audience.KEEPER, language=visit.language).title
    return Failure(title, episode.last, episode.count, f"{CONSOLE}/denials/{episode.newest}")


def _pages(asked: Selection, count: int, last: int) -> Pages:
    def address(page: int) -> str:
        return f"{CONSOLE}{KEYS}{asked.on(page).query or '?'}"

    first = (asked.page - 1) * ROWS_MAX + 1 if count else 0
    newer = address(asked.page - 1) if asked.page > 1 else ""
    return Pages(newer, address(asked.page + 1) if last < count else "", first, last, count)


def _choices(visit: Visit) -> dict[str, Any]:
    roles = sorted(visit.keyring.living_roles, key=lambda role: role.name.casefold())
    return {
        "states": [("", visit.text(N_("any state")))] + [(one, visit.text(name)) for one, name in _STATES.items()],
        "traits": [(one, visit.text(name)) for one, name in _TRAITS.items()],
        "roles": [("", visit.text(N_("any role")))] + [(str(role.id), role.name) for role in roles],
        "orders": [("" if one is Order.LABEL else one.value, visit.text(name)) for one, name in _ORDERS.items()],
    }
