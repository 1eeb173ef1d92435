"""What needs attention in an account: what a round has seen, by how soon somebody should look, and what mends it."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from itertools import groupby
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from chaveiro.core.command import (
    NEEDS,
    DeactivateKey,
    DeleteKey,
    DeleteRole,
    EditRole,
    FinishRenewal,
    GrantToKey,
    Refusal,
    RenewKey,
    WithdrawFromKey,
)
from chaveiro.doctor.rounds import DAY_SECONDS, SEVERITY, Records, Seen, Severity, Sight, rounds
from chaveiro.doors.console.keys.listing import address_of_key
from chaveiro.doors.console.paging import paged
from chaveiro.doors.console.refused import Refused, refused
from chaveiro.doors.console.room import CONSOLE, Room
from chaveiro.doors.keeping import seen as told
from chaveiro.doors.keeping.handling import VIEWING_KEYS
from chaveiro.stores.port import EPISODES_MAX
from chaveiro.words.commands import command_line, in_turn
from chaveiro.words.language import N_

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from chaveiro.core.command import Command
    from chaveiro.core.keyring import Keyring
    from chaveiro.core.names import Moment
    from chaveiro.doors.console.account.rounds import Round
    from chaveiro.doors.console.visit import Visit
    from chaveiro.wire.message import Reply

ATTENTION: Final = "/attention"
SHOWN_FIRST: Final = 3  # of each kind, on the overview

room = Room("overview")

_KINDS: Final[Mapping[Severity, str]] = {
    Severity.BROKEN: "bad",
    Severity.SOON: "warn",
    Severity.OPEN: "info",
    Severity.TIDY: "off",
}
_HERE: Final = (GrantToKey, WithdrawFromKey, EditRole, DeactivateKey)  # done with one press; all others on their page
_LOOK_AT_KEY: Final = N_("Look at the key")
_LOOK_AT_ROLE: Final = N_("Look at the role")
_NOT_SO: Final = N_("Nothing was changed: since this was shown, somebody changed what it is about.")
_NOT_SO_REMEDY: Final = N_("Look at it as it is now.")

_PAGES: Final[Mapping[type, tuple[str, str]]] = {
    RenewKey: ("/renew", N_("Renew it")),
    FinishRenewal: ("/finish", N_("Finish the renewal")),
    DeleteKey: ("/delete", N_("Delete it")),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that was seen, and what may be done about it."""

    id: str
    said: str
    steps: tuple[str, ...]  # what the button does; none: there is a link alone
    mark: str  # of those steps
    about: str
    href: str
    link: str


@dataclass(frozen=True, slots=True)
class Kind:
    """All that is alike."""

    sight: Sight
    title: str
    count: int
    rows: tuple[Row, ...]  # the first
    href: str  # where all of them are


@dataclass(frozen=True, slots=True)
class Group:
    """All that is equally urgent."""

    badge: str
    heading: str
    count: int
    kinds: tuple[Kind, ...]


@dataclass(frozen=True, slots=True)
class Attention:
    """What a round has seen, as far as it is still so."""

    at: Moment
    current: bool  # nothing was changed since
    groups: tuple[Group, ...]


@room.page(f"{ATTENTION}/now", needs=VIEWING_KEYS)
def attention_now(visit: Visit) -> Reply:
    """Show what needs attention, for overviews that stay open."""
    return visit.page("attention_part.html", attention=attention(visit), look="")


@room.page(ATTENTION, needs=VIEWING_KEYS)
def attention_page(visit: Visit) -> Reply:
    """Show all that is alike."""
    return _listed(visit, visit.asked("look"))


@room.act(f"{ATTENTION}/mend", needs=VIEWING_KEYS)
def mend(visit: Visit) -> Reply:
    """Do what was offered, unless what it is about has changed since it was shown."""
    look = visit.given("look")
    found = next((one for one in _standing(visit, look) if one.about == visit.given("about")), None)
    if found is None or not _done_here(found) or _mark(found) != visit.given("mark"):
        return _listed(visit, look, Refused(visit.text(_NOT_SO), visit.text(_NOT_SO_REMEDY), 409))
    for command in found.commands:
        outcome = visit.carry_out(command)
        if isinstance(outcome, Refusal):
            return _listed(visit, look, refused(visit, outcome))
    return visit.go(f"{ATTENTION}?{urlencode({'look': look})}" if visit.given("listed") else "", done="mended")


def attention(visit: Visit) -> Attention | None:
    """What needs attention, the most urgent first; None: nobody has gone through all keys yet."""
    latest = latest_round(visit)
    if latest is None:
        return None
    keyring = visit.console.node.keyring(visit.account)
    still = {sight: _still(latest, keyring, sight) for sight in latest.seen}
    kinds = [_kind(visit, sight, seen) for sight, seen in still.items() if seen]
    groups = []
    for severity, alike in groupby(kinds, key=lambda one: SEVERITY[one.sight]):
        own = tuple(alike)
        heading = told.heading(severity, visit.language)
        groups.append(Group(_KINDS[severity], heading, sum(one.count for one in own), own))
    return Attention(latest.at, latest.keyring.revision == keyring.revision, tuple(groups))


def latest_round(visit: Visit) -> Round | None:
    """The last round through the account; another one is begun where it is due."""
    console, account, at = visit.console, visit.account, visit.at
    keyring = console.node.keyring(account)
    old_seconds = (keyring.token_days_max or console.token_days_max) * DAY_SECONDS

    def look(pause: Callable[[], None]) -> tuple[Seen, ...]:
        store = console.store
        episodes, exposures = store.episodes(account, limit=EPISODES_MAX), store.exposures(account)
        records = Records(store.usage(account), store.uses(account), episodes, exposures)
        return rounds(keyring, records, console.node.catalogue(keyring), at, old_seconds=old_seconds, pause=pause)

    return console.rounds.latest(keyring, at, look)


def _listed(visit: Visit, look: str, problem: Refused | None = None) -> Reply:
    if look not in set(Sight):
        return visit.missing()
    page = paged(visit, _standing(visit, look))
    return visit.page(
        "attention.html",
        status=problem.status if problem else 200,
        problem=problem,
        title=told.title(Sight(look), visit.language),
        look=look,
        rows=[_row(visit, one) for one in page.rows],
        page=page,
        ready=latest_round(visit) is not None,
    )


def _standing(visit: Visit, look: str) -> Sequence[Seen]:
    latest = latest_round(visit)
    known = latest is not None and look in set(Sight)
    return _still(latest, visit.console.node.keyring(visit.account), Sight(look)) if latest and known else ()


def _still(latest: Round, keyring: Keyring, sight: Sight) -> Sequence[Seen]:
    """What was seen, without that about keys, roles and routes that were changed since."""
    seen = latest.seen.get(sight, ())
    return (
        seen if latest.keyring.revision == keyring.revision else [one for one in seen if _is_same(one, latest, keyring)]
    )


def _is_same(one: Seen, latest: Round, keyring: Keyring) -> bool:
    then = latest.keyring
    if one.key is not None:
        return keyring.keys.get(one.key) is then.keys.get(one.key)
    if one.sight is Sight.ROUTE_UNCALLABLE:
        return then.catalogue == keyring.catalogue and then.roles is keyring.roles
    named = (command.role for command in one.commands if isinstance(command, DeleteRole))
    return all(keyring.roles.get(role) is then.roles.get(role) for role in named)


def _kind(visit: Visit, sight: Sight, seen: Sequence[Seen]) -> Kind:
    first = tuple(_row(visit, one) for one in seen[:SHOWN_FIRST])
    href = f"{CONSOLE}{ATTENTION}?{urlencode({'look': sight.value})}"
    return Kind(sight, told.title(sight, visit.language), len(seen), first, href)


def _row(visit: Visit, one: Seen) -> Row:
    keyring = visit.keyring
    may = all(_may(visit, command) for command in one.commands)
    steps = in_turn(one.commands, visit.language, roles=keyring.roles) if may and _done_here(one) else ()
    href, link = _where(one, keyring, may=may)
    return Row(
        id=f"{one.sight.value}-{_digest(one.about)}",
        said=told.sentence(one, keyring, visit.language),
        steps=steps,
        mark=_mark(one),
        about=one.about,
        href=f"{CONSOLE}{href}",
        link=visit.text(link),
    )


def _where(one: Seen, keyring: Keyring, *, may: bool) -> tuple[str, str]:
    """The page on which more is seen, or done."""
    first = one.commands[0] if one.commands else None
    if one.key is None:
        if isinstance(first, DeleteRole):
            return f"/roles/{first.role}", _LOOK_AT_ROLE
        return ("/roles/new", N_("Make a role")) if one.sight is Sight.ROUTE_UNCALLABLE else ("/roles", _LOOK_AT_ROLE)
    known = keyring.keys.get(one.key)
    key = address_of_key(known).removeprefix(CONSOLE) if known else "/keys"
    if may and type(first) in _PAGES:
        suffix, text = _PAGES[type(first)]
        return key + suffix, text
    if one.sight is Sight.ALWAYS_FAILING:
        return f"/denials/{one.facts['denial']}", N_("See the last refusal")
    if one.sight is Sight.EXPIRES_SOON:
        return "/keys/issue", N_("Issue its successor")
    unlinked = one.sight in {Sight.UNLINKED, Sight.LINKS_DEAD, Sight.ROLES_EMPTY}
    return (f"{key}/link", N_("Choose its roles")) if unlinked else (key, _LOOK_AT_KEY)


def _may(visit: Visit, command: Command) -> bool:
    needs = NEEDS[type(command)]
    return isinstance(needs, tuple) and visit.may(*needs)


def _done_here(one: Seen) -> bool:
    return bool(one.commands) and all(isinstance(command, _HERE) for command in one.commands)


def _mark(one: Seen) -> str:
    return _digest("\n".join(map(command_line, one.commands))) if _done_here(one) else ""


def _digest(text: str) -> str:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
