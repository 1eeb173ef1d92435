"""The chain of one request: request, key, role, resource, and the first link that broke."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from chaveiro.catalogue import read_toml
from chaveiro.catalogue.route import Undecided
from chaveiro.core.attempt import Ambiguous, AnyRole, Need, NoRoute
from chaveiro.core.cause import Cause, Stage
from chaveiro.core.denial import Denial
from chaveiro.core.keyring import Key, Keyring, User
from chaveiro.core.names import Email
from chaveiro.doors.cli import texts
from chaveiro.doors.cli.desk import Desk
from chaveiro.doors.cli.keycard import state
from chaveiro.node import EMPTY_CATALOGUE
from chaveiro.words import figures

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


@dataclass(frozen=True, slots=True)
class Link:
    """One link: its name, how it is, what it is in this case."""

    name: str
    state: State
    what: str


def chain(denial: Denial, keyring: Keyring, desk: Desk) -> tuple[Link, ...]:
    """The four links of a denial, in order."""
    broken = _broken(denial)
    whats = (
        _request(denial),
        _key(denial, keyring, desk),
        _roles(denial, keyring, desk),
        _resource(denial, keyring, desk),
    )
    names = (texts.REQUEST, texts.KEY, texts.ROLE, texts.RESOURCE)
    return tuple(
        Link(name, _state(place, broken), what) for place, (name, what) in enumerate(zip(names, whats, strict=True))
    )


def _broken(denial: Denial) -> int:
    cause = denial.findings[0].cause if denial.findings else denial.told
    if cause.stage <= Stage.SHAPE:
        return 0
    if cause.stage < Stage.AUTHORIZATION:
        return 1
    return 2 if cause in _OF_ROLES else 3


def _state(place: int, broken: int) -> State:
    if place == broken:
        return State.BROKEN
    return State.HOLDS if place < broken else State.NOT_REACHED


def _request(denial: Denial) -> str:
    asked = f"{denial.method} {denial.path}".strip()
    return f"{asked} ({denial.address})" if asked and denial.address else asked or denial.address or "-"


def _holder(denial: Denial, keyring: Keyring) -> Key | User | None:
    """The key that asked, or the user who did by a user token."""
    if denial.app_key:
        return keyring.keys.get(denial.app_key)
    user = denial.findings[0].evidence.get("user") if denial.findings else None
    return keyring.users.get(Email(str(user)))


def _key(denial: Denial, keyring: Keyring, desk: Desk) -> str:
    holder = _holder(denial, keyring)
    if isinstance(holder, User):
        return f"{holder.email} {holder.name}"
    if holder is None:
        gone = keyring.tombstones.get(denial.app_key) if denial.app_key else None
        return f"{gone.app_key} {gone.label} ({desk.text(texts.GONE)})" if gone else desk.text(texts.UNKNOWN_KEY)
    return f"{holder.app_key} {holder.label} ({state(desk, holder)})"


def _roles(denial: Denial, keyring: Keyring, desk: Desk) -> str:
    holder = _holder(denial, keyring)
    linked = keyring.in_force(holder.grants, desk.at) if holder else ()
    return ", ".join(f"{role} {keyring.roles[role].name}" for role in linked) or desk.text(texts.NONE)


def _resource(denial: Denial, keyring: Keyring, desk: Desk) -> str:
    if isinstance(denial.wanted, Need):
        return figures.needed(denial.wanted, desk.language)
    if isinstance(denial.wanted, AnyRole):
        return desk.text(texts.ANY_ROLE)
    if isinstance(denial.wanted, Ambiguous):
        return desk.text(texts.PATH_READ_TWICE, part=denial.wanted.part)
    catalogue = read_toml(keyring.catalogue) if keyring.catalogue else EMPTY_CATALOGUE
    undecided = catalogue.entry_of(denial.method, denial.path)
    if isinstance(denial.wanted, NoRoute) and isinstance(undecided, Undecided):
        return desk.text(texts.ROUTE_UNDECIDED, route=undecided, why=undecided.why)
    return desk.text(texts.NEEDS_NOTHING_KNOWN)
