"""The roles of an account: what each is made of, and who uses it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from chaveiro.doors.console.paging import paged
from chaveiro.doors.console.role.found import ROLES, SAVING, path_of
from chaveiro.doors.console.role.groups import Names
from chaveiro.doors.console.role.holding import counted
from chaveiro.doors.console.room import CONSOLE, Room

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chaveiro.core.keyring import Role
    from chaveiro.core.names import Resource
    from chaveiro.doors.console.role.holding import Counts
    from chaveiro.doors.console.visit import Visit
    from chaveiro.wire.message import Reply

room = Room("roles")
QUERY_LENGTH_MAX: Final = 100
FOUND_SHOWN: Final = 3  # resources of a role that fit what was searched

KINDS: Final = ("own", "predefined", "unused")  # what the list can be narrowed to


@dataclass(frozen=True, slots=True)
class Row:
    """A role in the list."""

    role: Role
    href: str
    keys: int
    users: int
    found: Sequence[str]  # the first resources in it that were searched
    more: int  # further ones


@room.page(ROLES)
def roles_page(visit: Visit) -> Reply:
    """List the roles, the account's own before those that came with a catalogue."""
    query = visit.asked("q")[:QUERY_LENGTH_MAX].strip()
    counts, searched = counted(visit.keyring, visit.at), _searched(visit, query.casefold())
    kind = visit.asked("kind")
    roles = [
        one
        for one in sorted(visit.keyring.living_roles, key=lambda one: (one.predefined, one.name.casefold(), one.id))
        if _is(one, kind, counts) and _fits(one, query.casefold(), searched)
    ]
    page = paged(visit, roles)
    return visit.page(
        "roles_part.html" if visit.is_fragment else "roles.html",
        page=page,
        rows=[_row(role, counts, searched if query else frozenset()) for role in page.rows],
        query=query,
        kind=kind if kind in KINDS else "",
        any=bool(visit.keyring.living_roles),
        saving=visit.may(*SAVING),
    )


def _is(role: Role, kind: str, counts: Counts) -> bool:
    match kind:
        case "own":
            return not role.predefined
        case "predefined":
            return role.predefined
        case "unused":
            return counts.unused(role)
        case _:
            return True


def _searched(visit: Visit, query: str) -> frozenset[Resource]:
    """The resources of all roles that fit what was searched, by what they are or what they are called."""
    if not query:
        return frozenset()
    names = Names(visit.keyring, visit.console.node.catalogue(visit.keyring))
    every: frozenset[Resource] = frozenset().union(*(role.resources for role in visit.keyring.living_roles))
    return frozenset(one for one in every if query in str(one).casefold() or query in names.of(one).name.casefold())


def _fits(role: Role, query: str, searched: frozenset[Resource]) -> bool:
    named = not query or query in role.name.casefold() or query == str(role.id)
    return named or not role.resources.isdisjoint(searched)


def _row(role: Role, counts: Counts, searched: frozenset[Resource]) -> Row:
    found = sorted(str(one) for one in role.resources & searched)
    return Row(
        role=role,
        href=CONSOLE + path_of(role),
        keys=counts.keys[role.id],
        users=counts.users[role.id],
        found=found[:FOUND_SHOWN],
        more=max(0, len(found) - FOUND_SHOWN),
    )
