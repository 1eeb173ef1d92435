"""The chain of one request: request, key, role, resource, and the first link that broke."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import TYPE_CHECKING

from chaveiro.catalogue import read_toml
from chaveiro.catalogue.route import Undecided
from chaveiro.core.attempt import Ambiguous, AnyRole, Need, NoRoute
from chaveiro.core.cause import Cause, Stage
from chaveiro.core.decision import Denied
from chaveiro.core.denial import Denial
from chaveiro.core.keyring import Key, Keyring, User
from chaveiro.core.names import Email, Moment
from chaveiro.doors.keeping import texts
from chaveiro.doors.keeping.key import state
from chaveiro.node.decider import EMPTY_CATALOGUE
from chaveiro.words import figures

if TYPE_CHECKING:
    from chaveiro.denials import Examined
    from chaveiro.words.language import Language

_OF_ROLES = frozenset(
    {
        Cause.NO_ROLE_LINKED,
        Cause.ROLE_DELETED,
        Cause.ROLE_LINK_EXPIRED,
        Cause.ROLE_OF_ANOTHER_ACCOUNT,
        Cause.ROLE_EMPTY,
    }
)


class State(Enum):
    """How a link is."""

    HOLDS = "holds"
    BROKEN = "broken"
    NOT_REACHED = "not_reached"


class Part(StrEnum):
    """Which link it is."""

    REQUEST = "request"
    KEY = "key"
    ROLE = "role"
    RESOURCE = "resource"


_NAMES = {Part.REQUEST: texts.REQUEST, Part.KEY: texts.KEY, Part.ROLE: texts.ROLE, Part.RESOURCE: texts.RESOURCE}


@dataclass(frozen=True, slots=True)
class Link:
    """One link: which it is and what it is called, how it is, what it is in this case."""

    part: Part
    name: str
    state: State
    what: str


def chain(case: Denial | Examined, keyring: Keyring, language: Language, at: Moment | None = None) -> tuple[Link, ...]:
    """The four links of a case, in order, as they are at a moment; without one, as they were when it was decided.

    What was allowed has four that hold.
    """
    broken = _broken(case)
    moment = case.at if at is None else at
    holder = _holder(case, keyring)
    whats = {
        Part.REQUEST: _request(case),
        Part.KEY: _key(case, holder, keyring, language, moment),
        Part.ROLE: _roles(holder, keyring, language, moment),
        Part.RESOURCE: _resource(case, keyring, language),
    }
    return tuple(
        Link(part, texts.told(_NAMES[part], language), _state(place, broken), what)
        for place, (part, what) in enumerate(whats.items())
    )


def _broken(case: Denial | Examined) -> int:
    """Which link broke; one beyond the last where none did."""
    if isinstance(case, Denial):
        cause = case.findings[0].cause if case.findings else case.told
    elif isinstance(case.decision, Denied):
        cause = case.findings[0].cause if case.findings else case.decision.cause
    else:
        return len(Part)
    if cause.stage <= Stage.SHAPE:
        return 0
    if cause.stage < Stage.AUTHORIZATION:
        return 1
    return 2 if cause in _OF_ROLES else 3


def _state(place: int, broken: int) -> State:
    if place == broken:
        return State.BROKEN
    return State.HOLDS if place < broken else State.NOT_REACHED


def _request(case: Denial | Examined) -> str:
    asked = f"{case.method} {case.path}".strip()
    return f"{asked} ({case.address})" if asked and case.address else asked or case.address or "-"


def _holder(case: Denial | Examined, keyring: Keyring) -> Key | User | None:
    """The key that asked, or the user who did by a user token."""
    if case.app_key:
        return keyring.keys.get(case.app_key)
    if not isinstance(case, Denial) and case.decision.user:
        return keyring.users.get(case.decision.user)
    user = case.findings[0].evidence.get("user") if case.findings else None
    return keyring.users.get(Email(str(user)))


def _key(case: Denial | Examined, holder: Key | User | None, keyring: Keyring, language: Language, at: Moment) -> str:
    if isinstance(holder, User):
        return f"{holder.email} {holder.name}"
    if holder is None:
        gone = keyring.tombstones.get(case.app_key) if case.app_key else None
        if gone is None:
            return texts.told(texts.UNKNOWN_KEY, language)
        return f"{gone.app_key} {gone.label} ({texts.told(texts.GONE, language)})"
    return f"{holder.app_key} {holder.label} ({state(holder, language, at)})"


def _roles(holder: Key | User | None, keyring: Keyring, language: Language, at: Moment) -> str:
    linked = keyring.in_force(holder.grants, at) if holder else ()
    return ", ".join(f"{role} {keyring.roles[role].name}" for role in linked) or texts.told(texts.NONE, language)


def _resource(case: Denial | Examined, keyring: Keyring, language: Language) -> str:
    if isinstance(case.wanted, Need):
        return figures.needed(case.wanted, language)
    if isinstance(case.wanted, AnyRole):
        return texts.told(texts.ANY_ROLE, language)
    if isinstance(case.wanted, Ambiguous):
        return texts.told(texts.PATH_READ_TWICE, language, part=case.wanted.part)
    catalogue = read_toml(keyring.catalogue) if keyring.catalogue else EMPTY_CATALOGUE
    undecided = catalogue.entry_of(case.method, case.path)
    if isinstance(case.wanted, NoRoute) and isinstance(undecided, Undecided):
        return texts.told(texts.ROUTE_UNDECIDED, language, route=undecided, why=undecided.why)
    return texts.told(texts.NEEDS_NOTHING_KNOWN, language)
