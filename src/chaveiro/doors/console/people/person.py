"""The page of one user: their roles, what these let them do with keys, where they are signed in, their set-up link."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import structlog

from chaveiro.core.ceiling import beyond
from chaveiro.core.command import (
    EDIT_ADMIN_USERS,
    REMOVE_USER,
    SAVE_USER,
    GiveSetUpLink,
    GrantToUser,
    Refusal,
    RemoveUser,
    WithdrawFromUser,
)
from chaveiro.core.names import NameMalformed, role_id
from chaveiro.doors.console.addresses import of_user, user_named
from chaveiro.doors.console.moments import moment_given
from chaveiro.doors.console.people.users import MANAGING, USERS
from chaveiro.doors.console.refused import Refused, foreseen, refused
from chaveiro.doors.console.room import CONSOLE, Room
from chaveiro.doors.keeping.handling import deeds
from chaveiro.wire.link import set_up_link
from chaveiro.words.language import N_

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chaveiro.core.command import Command
    from chaveiro.core.keyring import Grant, Role, User
    from chaveiro.core.names import Moment, RoleId
    from chaveiro.core.session import Session
    from chaveiro.doors.console.visit import Visit
    from chaveiro.wire.message import Reply

PERSON: Final = f"{USERS}/{{email}}"
REMOVING: Final = (SAVE_USER, REMOVE_USER, EDIT_ADMIN_USERS)
EVERY: Final = "all"  # of somebody's sessions, where a form names one
NO_ROLE: Final = N_("Choose a role.")
NO_MOMENT: Final = N_("That is no moment: choose a day and a time, or leave it empty.")

room = Room("users")
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Held:
    """A role that somebody was given."""

    grant: Grant
    role: Role | None
    state: str  # in_force, ended or deleted


@dataclass(frozen=True, slots=True)
class Giving:
    """A role that may be given to somebody, as a form offers it."""

    role: Role
    beyond: bool  # it gives what the visitor lacks, so that they cannot


@room.page(PERSON)
def person_page(visit: Visit) -> Reply:
    """Show a user of the account."""
    user = _user(visit)
    return visit.missing() if user is None else _shown(visit, user)


@room.act(f"{PERSON}/roles", needs=MANAGING, again=person_page)
def give(visit: Visit) -> Reply:
    """Give somebody a role, or another end to one they have."""
    user = _user(visit)
    if user is None:
        return visit.missing()
    role, until = _role(visit), _until(visit)
    if role is None:
        return _shown(visit, user, status=422, errors={"role": visit.text(NO_ROLE)})
    if isinstance(until, str):
        return _shown(visit, user, status=422, errors={"until": until})
    return _changed(visit, user, GrantToUser(visit.account, role, user.email, until), done="role_given")


@room.act(f"{PERSON}/roles/withdraw", needs=MANAGING)
def withdraw(visit: Visit) -> Reply:
    """Take a role from somebody."""
    user, role = _user(visit), _role(visit)
    if user is None or role is None:
        return visit.missing()
    return _changed(visit, user, WithdrawFromUser(visit.account, role, user.email), done="role_withdrawn")


@room.act(f"{PERSON}/sessions/end")
def end_session(visit: Visit) -> Reply:
    """End one of somebody's sessions, or all of them. Only they may, and whoever may remove them."""
    user = _user(visit)
    if user is None or not _may_end(visit, user):
        return visit.missing()
    wanted = visit.given("session")
    ending = [one.id for one in _sessions(visit, user) if wanted in {one.id, EVERY}]
    if not ending and wanted != EVERY:
        return visit.missing()
    visit.console.sessions.end(visit.account, *ending)
    _log.info("sessions_ended", account=visit.account, sessions=ending, by=visit.who.session.id)
    return visit.go(of_user(user.email), done="sessions_ended" if wanted == EVERY else "session_ended")


@room.act(f"{PERSON}/invite", needs=MANAGING, again=person_page)
def invite(visit: Visit) -> Reply:
    """Make the link by which somebody chooses their password, and show it this once."""
    user = _user(visit)
    if user is None:
        return visit.missing()
    secret = visit.console.node.invite(visit.account, user.email, by=visit.actor)
    if isinstance(secret, Refusal):
        told = refused(visit, secret)
        return _shown(visit, user, status=told.status, refusal=told)
    given = visit.console.node.keyring(visit.account).users[user.email].set_up
    link = set_up_link(_origin(visit), visit.account, user.email, secret)
    return visit.page(
        "invited.html", email=user.email, address=CONSOLE + of_user(user.email), link=link.reveal(), given=given
    )


@room.page(f"{PERSON}/remove", needs=REMOVING)
def remove_page(visit: Visit) -> Reply:
    """Say what it means to remove somebody, and ask whether to."""
    user = _user(visit)
    return visit.missing() if user is None else _removing(visit, user)


@room.act(f"{PERSON}/remove", needs=REMOVING, again=remove_page)
def remove(visit: Visit) -> Reply:
    """Remove somebody, and end their sessions."""
    user = _user(visit)
    if user is None:
        return visit.missing()
    done = visit.carry_out(RemoveUser(visit.account, user.email))
    if isinstance(done, Refusal):
        told = refused(visit, done)
        return _removing(visit, user, status=told.status, refusal=told)
    sessions = visit.console.sessions
    sessions.end(visit.account, *(one.id for one in sessions.of(visit.account, user.email)))
    return visit.go(USERS, done="user_removed")


def _changed(visit: Visit, user: User, command: Command, *, done: str) -> Reply:
    outcome = visit.carry_out(command)
    if isinstance(outcome, Refusal):
        told = refused(visit, outcome)
        return _shown(visit, user, status=told.status, refusal=told)
    return visit.go(of_user(user.email), done=done)


def _shown(
    visit: Visit,
    user: User,
    *,
    status: int = 200,
    errors: dict[str, str] | None = None,
    refusal: Refused | None = None,
) -> Reply:
    keyring, managing, ending = visit.keyring, visit.may(*MANAGING), _may_end(visit, user)
    return visit.page(
        "person.html",
        status=status,
        errors=errors or {},
        refusal=refusal,
        person=user,
        address=CONSOLE + of_user(user.email),
        oneself=user.email == visit.who.user.email,
        is_sponsor=user.email == keyring.sponsor,
        managing=managing,
        held=_held(visit, user),
        roles=_givable(visit) if managing else (),
        chosen=visit.given("role"),
        until=visit.given("until"),
        deeds=deeds(keyring, user, visit.at),
        role_names={role.id: role.name for role in keyring.roles.values()},
        sessions=_sessions(visit, user) if ending else None,
        here=visit.who.session.id,
        unlinkable=foreseen(visit, GiveSetUpLink(visit.account, user.email, b"")) if managing else None,
        removable=visit.may(*REMOVING),
        unremovable=foreseen(visit, RemoveUser(visit.account, user.email)),
    )


def _removing(visit: Visit, user: User, *, status: int = 200, refusal: Refused | None = None) -> Reply:
    return visit.page(
        "person_remove.html",
        status=status,
        refusal=refusal or foreseen(visit, RemoveUser(visit.account, user.email)),
        person=user,
        address=CONSOLE + of_user(user.email),
        oneself=user.email == visit.who.user.email,
        count=len(visit.keyring.in_force(user.grants, visit.at)),
        invited=visit.keyring.transfer is not None and visit.keyring.transfer.to == user.email,
    )


def _user(visit: Visit) -> User | None:
    named = user_named(visit.path["email"])
    return visit.keyring.users.get(named) if named else None


def _held(visit: Visit, user: User) -> Sequence[Held]:
    """The roles somebody was given, those that count before those that do not any more."""
    held = []
    for grant in user.grants:
        role = visit.keyring.roles.get(grant.role)
        gone = role is None or role.deleted is not None
        in_force = bool(visit.keyring.in_force((grant,), visit.at))
        held.append(Held(grant, role, "deleted" if gone else "in_force" if in_force else "ended"))
    return sorted(held, key=lambda one: one.state != "in_force")


def _givable(visit: Visit) -> tuple[Giving, ...]:
    """The account's roles: its own before those that came with a catalogue. What they give may be given with an end."""
    keyring = visit.keyring
    roles = sorted(keyring.living_roles, key=lambda role: (role.predefined, role.name.casefold(), role.id))
    return tuple(Giving(role, beyond(keyring, role.resources, visit.actor, visit.at) is not None) for role in roles)


def _may_end(visit: Visit, user: User) -> bool:
    """Whoever may remove somebody may put them out as well, and everybody may do it to themselves."""
    oneself = user.email == visit.who.user.email
    return oneself or foreseen(visit, RemoveUser(visit.account, user.email)) is None


def _sessions(visit: Visit, user: User) -> Sequence[Session]:
    return visit.console.sessions.of(visit.account, user.email)


def _role(visit: Visit) -> RoleId | None:
    try:
        return role_id(visit.given("role"))
    except NameMalformed:
        return None


def _until(visit: Visit) -> Moment | str | None:
    """When a role that is given ends, in UTC as the form says; a sentence where what was sent is no moment."""
    try:
        return moment_given(visit.given("until"))
    except ValueError:
        return visit.text(NO_MOMENT)


def _origin(visit: Visit) -> str:
    """Where this console answers. The gate has seen that a form comes from this very origin."""
    return visit.console.place.public_url.rstrip("/") or (visit.message.one(b"origin") or "")
