"""The form in which a role is put together: a name, and resources to be ticked."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from chaveiro.doors.console.role.choice import shelves, with_group
from chaveiro.doors.console.role.found import ROLES, crumbs, path_of
from chaveiro.doors.console.room import CONSOLE

if TYPE_CHECKING:
    from chaveiro.core.keyring import Role
    from chaveiro.doors.console.refused import Refused
    from chaveiro.doors.console.role.choice import Choice
    from chaveiro.doors.console.role.draft import Draft
    from chaveiro.doors.console.visit import Visit
    from chaveiro.wire.message import Reply

# What the form's buttons are called. DEFAULT is what the Enter key presses.
DO, ALL, NONE, SOUGHT = "do", "all", "none", "sought"
DEFAULT, SEARCH, EDIT, SAVE = "default", "search", "edit", "save"
REVISION: Final = "revision"


def is_on_the_way(visit: Visit, draft: Draft) -> bool:
    """Say whether a form was sent to go on choosing: to search, to tick all of a group, or back from the preview."""
    if visit.given(ALL) or visit.given(NONE):
        return True
    searched = visit.given(DO) == DEFAULT and visit.given(SOUGHT) != draft.query
    return searched or visit.given(DO) in {SEARCH, EDIT}


def ticked(visit: Visit, choice: Choice, draft: Draft) -> Draft:
    """The draft after a button that ticks all of a group, or nothing in it."""
    for button, all_of_it in ((ALL, True), (NONE, False)):
        if group := visit.given(button):
            return replace(draft, chosen=with_group(visit, choice, draft, group, ticked=all_of_it))
    return draft


def editor(
    visit: Visit,
    choice: Choice,
    draft: Draft,
    *,
    role: Role | None = None,
    revision: str = "",
    status: int = HTTPStatus.OK,
    refusal: Refused | None = None,
    left_out: int = 0,
) -> Reply:
    """The form, for a role that there is or for a new one."""
    if status != HTTPStatus.OK:
        draft = replace(draft, query="", only=False)  # what is wrong may be out of sight
    offered = shelves(visit, choice, draft)
    return visit.page(
        "role_form.html",
        status=status,
        crumbs=crumbs(visit, role),
        role=role,
        here=f"{CONSOLE}{path_of(role)}/edit" if role else f"{CONSOLE}{ROLES}/new",
        back=CONSOLE + (path_of(role) if role else ROLES),
        draft=draft,
        shelves=offered,
        some=any(one.whole.shown for one in offered),
        count=sum(len(one.whole.items) for one in offered),
        locked=sum(item.locked for one in offered for item in one.whole.items),
        left_out=left_out,
        revision=revision,
        refusal=refusal,
    )
