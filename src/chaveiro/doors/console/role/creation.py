"""Making a role, from nothing or from another one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from chaveiro.core.command import CreateRole, Refusal
from chaveiro.core.event import RoleCreated
from chaveiro.doctor.remedy import free_name
from chaveiro.doors.console.refused import refused
from chaveiro.doors.console.role.choice import choice_for, ungivable
from chaveiro.doors.console.role.draft import RESOURCE, Draft, draft_sent
from chaveiro.doors.console.role.editor import editor, is_on_the_way, ticked
from chaveiro.doors.console.role.found import ROLES, SAVING, numbered
from chaveiro.doors.console.room import Room
from chaveiro.words.language import N_

if TYPE_CHECKING:
    from chaveiro.doors.console.visit import Visit
    from chaveiro.wire.message import Reply

room = Room("roles")
NEW: Final = f"{ROLES}/new"
_COPY = N_("{name} (copy)")
_NOTHING = N_("Choose at least one resource.")


@room.page(NEW, needs=SAVING)
def new_page(visit: Visit) -> Reply:
    """Ask what a role is made of; `?from=` begins with what another one gives."""
    choice = choice_for(visit)
    model = numbered(visit, visit.asked("from")) if visit.asked("from") else None
    if model is None:
        return visit.missing() if visit.asked("from") else editor(visit, choice, Draft("", frozenset()))
    lacking = ungivable(visit, model.resources, for_ever=False)
    given = frozenset(one for one in model.resources if str(one) not in lacking)
    name = free_name(visit.keyring, visit.text(_COPY, name=model.name))
    return editor(visit, choice, Draft(name, given), left_out=len(model.resources) - len(given))


@room.act(NEW, needs=SAVING)
def create(visit: Visit) -> Reply:
    """Make the role that was put together."""
    choice = choice_for(visit)
    draft = draft_sent(visit, choice.known)
    if is_on_the_way(visit, draft):
        return editor(visit, choice, replace(ticked(visit, choice, draft), errors={}))
    if not draft.chosen:
        draft = replace(draft, errors={RESOURCE: visit.text(_NOTHING), **draft.errors})
    if draft.errors:
        return editor(visit, choice, draft, status=422)
    done = visit.carry_out(CreateRole(visit.account, draft.name, draft.chosen))
    if isinstance(done, Refusal):
        told = refused(visit, done)
        return editor(visit, choice, draft, status=told.status, refusal=told)
    if not isinstance(done.event, RoleCreated):  # what this command does, told to the type checker
        raise TypeError(type(done.event).__name__)
    return visit.go(f"{ROLES}/{done.event.role}", done="role_created")
