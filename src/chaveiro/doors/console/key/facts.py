"""What is written down of a key: its facts, its tokens, its roles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chaveiro.core.credential import public
from chaveiro.doors.console.room import CONSOLE
from chaveiro.doors.keeping.key import FINISHING, token_made
from chaveiro.words import figures
from chaveiro.words.language import N_

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chaveiro.core.keyring import Grant, Key, Mark
    from chaveiro.core.names import Moment, RoleId
    from chaveiro.doors.console.visit import Visit
    from chaveiro.doors.keeping.key import Finishing, Uses

_LABEL = N_("Label")
_OWNER = N_("Who looks after it")
_HOME = N_("Its account")
_ISSUED = N_("Issued")
_REGISTERED = N_("Registered by hand")
_ADOPTED = N_("Added here")
_BY = N_("{at}, by {by}")
_VALID_FROM = N_("Valid from")
_UNTIL = N_("Valid until")
_NETWORKS = N_("May be used from")
_ANYWHERE = N_("anywhere")
_HANDED_OVER = N_("A link that shows its token once is open until")


@dataclass(frozen=True, slots=True)
class Token:
    """One live token, never its value."""

    number: int
    made: Moment
    last: Moment | None
    count: int
    old: bool  # the one that a renewal retires


@dataclass(frozen=True, slots=True)
class Linked:
    """One role that a key was given."""

    role: RoleId
    name: str
    gives: int
    until: Moment | None
    given: Mark
    kind: str  # of a badge
    state: str
    href: str  # of the role
    away: str  # where it is unlinked


_ENDED = ("bad", N_("its time has run out"))
_DELETED = ("bad", N_("the role was deleted"))
_EMPTY = ("warn", N_("gives nothing"))
_COUNTS = ("ok", N_("in force"))


def facts(visit: Visit, key: Key) -> list[tuple[str, str]]:
    """Names and values, without what is not so."""
    return [(visit.text(name), value) for name, value in _facts(visit, key)]


def _facts(visit: Visit, key: Key) -> Iterator[tuple[str, str]]:
    yield "appKey", public(key.app_key)
    if key.home:
        yield _HOME, key.home.account
        yield _ADOPTED, _marked(visit, visit.keyring.external[key.app_key].added)
    else:
        yield _LABEL, key.label
        if key.owner:
            yield _OWNER, key.owner
        yield _REGISTERED if key.registered else _ISSUED, _marked(visit, key.created)
    if key.valid_from is not None:
        yield _VALID_FROM, figures.moment(key.valid_from, visit.language)
    if key.expires is not None:
        yield _UNTIL, figures.moment(key.expires, visit.language)
    networks = figures.listed(map(str, key.networks), visit.language, either=True)
    yield _NETWORKS, networks if key.networks else visit.text(_ANYWHERE)
    if key.handover is not None and visit.at < key.handover.expires:
        yield _HANDED_OVER, figures.moment(key.handover.expires, visit.language)


def tokens(key: Key, usage: Uses) -> tuple[Token, ...]:
    """The live tokens; none of an external key, as how old they are concerns its own account alone."""
    return tuple(_tokens(key, usage)) if key.home is None else ()


def _tokens(key: Key, usage: Uses) -> Iterator[Token]:
    for number in key.live_tokens:
        use = usage.get((key.app_key, number))
        old = key.renewing and number == key.live_tokens[0]
        yield Token(number, token_made(key, number), use.last if use else None, use.count if use else 0, old)


def safety(visit: Visit, ending: Finishing) -> str:
    """Whether it is safe to finish a renewal, in words."""
    at = "" if ending.at is None else figures.moment(ending.at, visit.language)
    return visit.text(FINISHING[ending.safety], at=at)


def linked(visit: Visit, key: Key, path: str) -> tuple[Linked, ...]:
    """The roles that a key was given, in their order. *path* is the key's."""
    return tuple(_linked(visit, grant, path) for grant in sorted(key.grants, key=lambda one: one.role))


def _linked(visit: Visit, grant: Grant, path: str) -> Linked:
    role = visit.keyring.roles.get(grant.role)
    gone = role is None or role.deleted is not None
    resources = frozenset() if role is None or gone else role.resources
    ended = grant.until is not None and visit.at >= grant.until
    kind, state = _DELETED if gone else _ENDED if ended else _COUNTS if resources else _EMPTY
    return Linked(
        role=grant.role,
        name=role.name if role else str(grant.role),
        gives=len(resources),
        until=grant.until,
        given=grant.given,
        kind=kind,
        state=visit.text(state),
        href=f"{CONSOLE}/roles/{grant.role}",
        away=f"{CONSOLE}{path}/unlink?role={grant.role}",
    )


def _marked(visit: Visit, mark: Mark) -> str:
    return visit.text(_BY, at=figures.moment(mark.at, visit.language), by=mark.by)
