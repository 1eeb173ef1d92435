"""The page of one role: what it gives, and to whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from chaveiro.doors.console.paging import paged
from chaveiro.doors.console.role.found import DELETING, ONE, SAVING, crumbs, found, is_own, path_of
from chaveiro.doors.console.role.groups import Names, grouped
from chaveiro.doors.console.role.holding import counted, held_by, row
from chaveiro.doors.console.room import CONSOLE, Room
from chaveiro.doors.keeping.handling import VIEWING_KEYS

if TYPE_CHECKING:
    from chaveiro.doors.console.visit import Visit
    from chaveiro.wire.message import Reply

room = Room("roles")
OPEN_MAX: Final = 40  # resources; where there are more, products begin folded


@room.page(ONE)
def role_page(visit: Visit) -> Reply:
    """Show a role. A deleted one can still be looked at: it gives nothing, and says so."""
    role = found(visit)
    if role is None:
        return visit.missing()
    keyring = visit.keyring
    with_keys = visit.may(*VIEWING_KEYS)
    page = paged(visit, held_by(keyring, role, visit.at, with_keys=with_keys))
    counts = counted(keyring, visit.at)
    return visit.page(
        "role.html",
        crumbs=crumbs(visit),
        role=role,
        here=CONSOLE + path_of(role),
        products=grouped(role.resources, Names(keyring, visit.console.node.catalogue(keyring))),
        unfolded=len(role.resources) <= OPEN_MAX,
        keys=counts.keys[role.id],
        users=counts.users[role.id],
        with_keys=with_keys,
        page=page,
        rows=[row(one) for one in page.rows],
        own=is_own(role),
        saving=visit.may(*SAVING),
        deleting=visit.may(*DELETING),
    )
