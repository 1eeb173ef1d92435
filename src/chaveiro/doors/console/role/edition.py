"""Changing a role: choosing, looking at what it would break and allow, then saving."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from chaveiro.core.command import EditRole, Refusal
from chaveiro.core.keyring import Role
from chaveiro.doors.console.refused import refused
from chaveiro.doors.console.role.breaking import DAYS
from chaveiro.doors.console.role.choice import choice_for
from chaveiro.doors.console.role.draft import Draft, draft_sent
from chaveiro.doors.console.role.editor import DO, REVISION, SAVE, editor, is_on_the_way, ticked
from chaveiro.doors.console.role.effect import effect
from chaveiro.doors.console.role.found import ONE, SAVING, changeable, crumbs, path_of
from chaveiro.doors.console.role.meanwhile import meanwhile
from chaveiro.doors.console.room import CONSOLE, Room
from chaveiro.doors.keeping.handling import VIEWING_KEYS

if TYPE_CHECKING:
    from chaveiro.doors.console.role.choice import Choice
    from chaveiro.doors.console.role.meanwhile import Meanwhile
    from chaveiro.doors.console.visit import Visit
    from chaveiro.wire.message import Reply

room = Room("roles")
EDITING: Final = f"{ONE}/edit"


@room.page(EDITING, needs=SAVING)
def edit_page(visit: Visit) -> Reply:
    """Ask what a role should give."""
    role = changeable(visit)
    if not isinstance(role, Role):
        return role
    draft = Draft(role.name, role.resources)
    return editor(visit, choice_for(visit, role), draft, role=role, revision=str(visit.keyring.revision))


@room.act(EDITING, needs=SAVING)
def edit(visit: Visit) -> Reply:
    """Go on choosing, show what would come of it, or save it."""
    role = changeable(visit)
    if not isinstance(role, Role):
        return role
    choice = choice_for(visit, role)
    draft = draft_sent(visit, choice.known | choice.base)
    if is_on_the_way(visit, draft):
        chosen = replace(ticked(visit, choice, draft), errors={})
        return editor(visit, choice, chosen, role=role, revision=visit.given(REVISION))
    if draft.errors:
        return editor(visit, choice, draft, role=role, revision=visit.given(REVISION), status=422)
    others = meanwhile(visit, role, visit.given(REVISION), known_as=draft.name)
    if visit.given(DO) != SAVE or others:
        return _preview(visit, role, choice, draft, others)
    done = visit.carry_out(_command(visit, role, draft))
    if isinstance(done, Refusal):
        return _refused(visit, role, choice, draft, done)
    return visit.go(path_of(role), done="role_saved")


def _command(visit: Visit, role: Role, draft: Draft) -> EditRole:
    return EditRole(
        visit.account,
        role.id,
        name=None if draft.name == role.name else draft.name,
        add=draft.chosen - role.resources,
        remove=role.resources - draft.chosen,
    )


def _preview(visit: Visit, role: Role, choice: Choice, draft: Draft, others: Meanwhile) -> Reply:
    """What would come of it. Whoever saves what others changed meanwhile is told first, and asked again."""
    found = effect(visit, role, _command(visit, role, draft))
    if isinstance(found, Refusal):
        return _refused(visit, role, choice, draft, found)
    return visit.page(
        "role_preview.html",
        status=409 if others else 200,
        crumbs=crumbs(visit, role),
        role=role,
        here=f"{CONSOLE}{path_of(role)}/edit",
        draft=draft,
        chosen=sorted(map(str, draft.chosen)),
        revision=visit.keyring.revision,
        others=others,
        effect=found,
        days=DAYS,
        with_keys=visit.may(*VIEWING_KEYS),
    )


def _refused(visit: Visit, role: Role, choice: Choice, draft: Draft, refusal: Refusal) -> Reply:
    told = refused(visit, refusal)
    return editor(visit, choice, draft, role=role, revision=visit.given(REVISION), status=told.status, refusal=told)
