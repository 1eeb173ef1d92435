"""Deleting a role, after looking at what it would break."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from chaveiro.core.command import DeleteRole, Refusal
from chaveiro.core.keyring import Role
from chaveiro.doors.console.refused import Refused, refused
from chaveiro.doors.console.role.breaking import DAYS
from chaveiro.doors.console.role.editor import REVISION
from chaveiro.doors.console.role.effect import effect
from chaveiro.doors.console.role.found import DELETING, ONE, ROLES, changeable, crumbs, path_of
from chaveiro.doors.console.role.meanwhile import Meanwhile, meanwhile
from chaveiro.doors.console.room import CONSOLE, Room
from chaveiro.doors.keeping.handling import VIEWING_KEYS

if TYPE_CHECKING:
    from chaveiro.doors.console.visit import Visit
    from chaveiro.wire.message import Reply

room = Room("roles")
DELETION: Final = f"{ONE}/delete"


@room.page(DELETION, needs=DELETING)
def delete_page(visit: Visit) -> Reply:
    """Show what deleting a role would break."""
    role = changeable(visit)
    return _page(visit, role) if isinstance(role, Role) else role


@room.act(DELETION, needs=DELETING, again=delete_page)
def delete(visit: Visit) -> Reply:
    """Delete it."""
    role = changeable(visit)
    if not isinstance(role, Role):
        return role
    if others := meanwhile(visit, role, visit.given(REVISION)):
        return _page(visit, role, status=409, others=others)
    done = visit.carry_out(DeleteRole(visit.account, role.id))
    if isinstance(done, Refusal):
        told = refused(visit, done)
        return _page(visit, role, status=told.status, refusal=told)
    return visit.go(ROLES, done="role_deleted")


def _page(
    visit: Visit, role: Role, *, status: int = 200, others: Meanwhile | None = None, refusal: Refused | None = None
) -> Reply:
    found = effect(visit, role, DeleteRole(visit.account, role.id))
    if isinstance(found, Refusal):
        refusal = refused(visit, found)
    return visit.page(
        "role_delete.html",
        status=refusal.status if refusal else status,
        crumbs=crumbs(visit, role),
        role=role,
        here=f"{CONSOLE}{path_of(role)}/delete",
        back=CONSOLE + path_of(role),
        revision=visit.keyring.revision,
        others=others or Meanwhile(),
        refusal=refusal,
        effect=None if isinstance(found, Refusal) else found,
        days=DAYS,
        with_keys=visit.may(*VIEWING_KEYS),
    )
