"""Which role an address means, where its page is, and who may change it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from chaveiro.core.command import DELETE_ROLE, SAVE_ROLE
from chaveiro.core.names import NameMalformed, role_id
from chaveiro.doors.console.room import CONSOLE
from chaveiro.words.language import N_

if TYPE_CHECKING:
    from chaveiro.core.keyring import Role
    from chaveiro.doors.console.visit import Visit
    from chaveiro.wire.message import Reply

ROLES: Final = "/roles"
ONE: Final = f"{ROLES}/{{id}}"
SAVING: Final = (SAVE_ROLE,)
DELETING: Final = (DELETE_ROLE,)
_ROLES = N_("Roles")


def path_of(role: Role) -> str:
    """Where a role is, below the console."""
    return f"{ROLES}/{role.id}"


def found(visit: Visit) -> Role | None:
    """The role that the visit's address names, also a deleted one; None where the account never had it."""
    return numbered(visit, visit.path["id"])


def changeable(visit: Visit) -> Role | Reply:
    """The role that the address names; where it cannot be changed, its page says why."""
    role = found(visit)
    if role is None:
        return visit.missing()
    return role if is_own(role) else visit.go(path_of(role), done="role_stays")


def numbered(visit: Visit, number: str) -> Role | None:
    """A role by its number as it was typed."""
    try:
        return visit.keyring.roles.get(role_id(number))
    except NameMalformed:
        return None


def is_own(role: Role) -> bool:
    """Say whether a role can be changed at all: it lives, and did not come with a catalogue."""
    return not (role.predefined or role.deleted)


def crumbs(visit: Visit, role: Role | None = None) -> list[tuple[str, str]]:
    """What stands above a page about roles, or about what is done with one of them."""
    above = [(visit.text(_ROLES), CONSOLE + ROLES)]
    return [*above, (role.name, CONSOLE + path_of(role))] if role else above
