"""Linking a key to one more role: which there are, and what each would give it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from chaveiro.core.attempt import Need
from chaveiro.core.ceiling import beyond
from chaveiro.core.command import GrantToKey, Refusal
from chaveiro.core.names import Moment, NameMalformed, role_id
from chaveiro.doctor.simulation import missing
from chaveiro.doors.console.key.asking import may, who_may
from chaveiro.doors.console.key.found import ONE, crumbs, found, named, path_of
from chaveiro.doors.console.moments import moment_given
from chaveiro.doors.console.paging import paged
from chaveiro.doors.console.refused import Refused, refused
from chaveiro.doors.console.room import CONSOLE, Room
from chaveiro.doors.keeping.handling import VIEWING_KEYS
from chaveiro.doors.keeping.key import DAY_SECONDS
from chaveiro.words.language import N_

if TYPE_CHECKING:
    from chaveiro.core.keyring import Key, Role
    from chaveiro.core.names import Resource
    from chaveiro.doors.console.visit import Visit
    from chaveiro.wire.message import Reply

room = Room("keys")
LINK: Final = f"{ONE}/link"
REFUSED_DAYS: Final = 30
_NO_ROLE = N_("Choose a role.")
_NO_MOMENT = N_("This is no date and time. Write one such as 2027-01-31T18:00, or leave it empty.")
_SEARCH_MAX: Final = 100  # characters


@dataclass(frozen=True, slots=True)
class Offer:
    """A role that could be linked."""

    role: Role
    new: int  # resources that the key has not yet
    covers: int  # of what the key was refused lately
    excess: int  # resources that nothing it was refused asked for
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a key was refused lately for want of a permission, and still would be."""

    needs: tuple[Need, ...]
    held: frozenset[Resource]

    @property
    def asked(self) -> frozenset[Resource]:
        """Every resource that was asked for."""
        return frozenset(resource for need in self.needs for resource in need.resources)


@room.page(LINK, needs=VIEWING_KEYS)
def link_page(visit: Visit) -> Reply:
    """Show the roles that the key has not, best first."""
    key = found(visit)
    return visit.missing() if key is None else _form(visit, key)


@room.act(LINK, needs=VIEWING_KEYS)
def link(visit: Visit) -> Reply:
    """Link the key to the role that was chosen."""
    key = found(visit)
    if key is None:
        return visit.missing()
    try:
        role = role_id(visit.given("role"))
    except NameMalformed:
        return _form(visit, key, status=422, role_error=visit.text(_NO_ROLE))
    try:
        until = moment_given(visit.given("until"))
    except ValueError:
        return _form(visit, key, status=422, until_error=visit.text(_NO_MOMENT))
    done = visit.carry_out(GrantToKey(visit.account, role, key.app_key, until))
    if isinstance(done, Refusal):
        stop = refused(visit, done)
        return _form(visit, key, status=stop.status, stop=stop)
    return visit.go(path_of(key), done="key_linked")


def _form(
    visit: Visit,
    key: Key,
    *,
    status: int = 200,
    stop: Refused | None = None,
    role_error: str = "",
    until_error: str = "",
) -> Reply:
    query = visit.asked("q")[:_SEARCH_MAX].strip()
    wanted = _wanted(visit, key)
    offers = _offers(visit, key, query, wanted)
    return visit.page(
        "key_link.html",
        status=status,
        crumbs=crumbs(visit, key),
        key=key,
        called=named(key),
        here=f"{CONSOLE}{path_of(key)}/link",
        back=CONSOLE + path_of(key),
        query=query,
        offers=paged(visit, offers),
        wanted=len(wanted.needs),
        days=REFUSED_DAYS,
        chosen=visit.given("role") or visit.asked("role"),
        until=visit.given("until"),
        stop=stop,
        role_error=role_error,
        until_error=until_error,
        allowed=may(visit, GrantToKey),
        who_may=who_may(visit, GrantToKey),
    )


def _wanted(visit: Visit, key: Key) -> Wanted:
    since = Moment(visit.at - REFUSED_DAYS * DAY_SECONDS)
    episodes = visit.console.store.episodes(visit.account, app_key=key.app_key)
    wishes = missing(visit.keyring, key, episodes, (), since=since, at=visit.at)
    held = visit.keyring.resources_of(visit.keyring.in_force(key.grants, visit.at))
    return Wanted(tuple({one.wanted: None for one in wishes if isinstance(one.wanted, Need)}), held)


def _offers(visit: Visit, key: Key, query: str, wanted: Wanted) -> list[Offer]:
    """What can be linked, that first which gives most of what was refused, and least besides."""
    linked = {grant.role for grant in key.grants if grant.until is None}
    asked, folded = wanted.asked, query.casefold()
    found_roles = (one for one in visit.keyring.living_roles if one.id not in linked and _matches(one, folded))
    offers = [_offer(visit, role, wanted, asked) for role in found_roles]
    offers.sort(key=lambda one: (-one.covers, one.excess if one.covers else 0, one.role.name.casefold()))
    return offers


def _offer(visit: Visit, role: Role, wanted: Wanted, asked: frozenset[Resource]) -> Offer:
    new = role.resources - wanted.held
    covers = sum(need.met_by(wanted.held | role.resources) for need in wanted.needs) if new & asked else 0
    lacking = beyond(visit.keyring, role.resources, visit.actor, visit.at)
    return Offer(role, len(new), covers, len(new - asked), visit.refusal(lacking)[0] if lacking else "")


def _matches(role: Role, folded: str) -> bool:
    """Say whether a role is what somebody searches, by its number, its name or a resource in it."""
    if not folded or folded in role.name.casefold() or folded == str(role.id):
        return True
    return any(folded in str(one).casefold() for one in role.resources)
