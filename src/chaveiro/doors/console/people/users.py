"""The people of an account: who they are, which roles they have, whether they have signed in; and adding one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from chaveiro.core.command import EDIT_ADMIN_USERS, EDIT_API_KEYS, SAVE_USER, AddUser, GrantToUser, Refusal
from chaveiro.core.credential import key_format, token_format
from chaveiro.core.names import NameMalformed, email, looks_secret, plain_text, role_id
from chaveiro.doors.console.addresses import of_user
from chaveiro.doors.console.keys.picking import picked
from chaveiro.doors.console.paging import paged
from chaveiro.doors.console.refused import refused
from chaveiro.doors.console.room import CONSOLE, Room
from chaveiro.words.language import N_

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from chaveiro.core.keyring import Keyring, Role, User
    from chaveiro.core.names import Email, Moment, RoleId
    from chaveiro.doors.console.refused import Refused
    from chaveiro.doors.console.visit import Visit
    from chaveiro.wire.message import Reply

USERS: Final = "/users"
MANAGING: Final = (SAVE_USER, EDIT_ADMIN_USERS)  # what it takes to add people and to give them roles
REGISTERING: Final = (EDIT_API_KEYS, SAVE_USER)  # what it takes to register a pair
EVERYBODY, NO_PASSWORD = "", "no-password"

NO_EMAIL: Final = N_("That is no e-mail address: write one such as `ana@acme.example`.")
NO_NAME: Final = N_("A name is one line of 1 to 100 characters.")
_PREFIXES: Final = ("cvk_", "cvt_", "vtexappkey-")

room = Room("users")


@dataclass(frozen=True, slots=True)
class Row:
    """A user in the list."""

    user: User
    address: str
    is_sponsor: bool
    roles: tuple[Role, ...]  # in force
    seen: Moment | None  # of the sign-in that was used last, of those that are open


@room.page(USERS)
def users_page(visit: Visit) -> Reply:
    """Show the people of the account."""
    keyring, managing = visit.keyring, visit.may(*MANAGING)
    seen = _seen(visit) if managing else {}
    state = visit.asked("state") if managing else EVERYBODY
    wanted = visit.asked("q").strip().casefold()
    found = [one for one in _in_order(keyring) if _fits(keyring, one, wanted, state, visit.at)]
    page = paged(visit, found)
    rows = [_row(visit, one, seen.get(one.email)) for one in page.rows]
    template = "users_part.html" if visit.is_fragment else "users.html"
    return visit.page(
        template,
        rows=rows,
        page=page,
        q=visit.asked("q"),
        state=state,
        managing=managing,
        registering=visit.may(*REGISTERING),
    )


@room.page(f"{USERS}/add", needs=MANAGING)
def add_page(visit: Visit) -> Reply:
    """Ask whom to add."""
    return _add_form(visit)


@room.act(f"{USERS}/add", needs=MANAGING, again=add_page)
def add(visit: Visit) -> Reply:
    """Add a person, and give them the roles that were chosen."""
    given, name = visit.given("email").strip(), visit.given("name").strip()
    if _like_credential(given) or _like_credential(name):
        return _add_form(visit, status=422, pair=True)
    person, errors = _read(visit, given, name)
    if person is None or errors:
        return _add_form(visit, status=422, errors=errors)
    done = visit.carry_out(AddUser(visit.account, person, name))
    if isinstance(done, Refusal):
        told = refused(visit, done)
        return _add_form(visit, status=told.status, refusal=told)
    refusals = _given(visit, person)
    if refusals:
        address = CONSOLE + of_user(person)
        return visit.page("user_added.html", status=409, email=person, address=address, refusals=refusals)
    return visit.go(of_user(person), done="user_added")


def chosen_roles(visit: Visit) -> tuple[RoleId, ...]:
    """The roles that were ticked in a form. What is no role's number was not sent by a form of ours."""
    chosen = []
    for text in visit.chosen("role"):
        try:
            chosen.append(role_id(text))
        except NameMalformed:
            continue
    return tuple(dict.fromkeys(chosen))


def role_named(keyring: Keyring, role: RoleId) -> str:
    """A role's name, or its number where it has none."""
    known = keyring.roles.get(role)
    return known.name if known else str(role)


def _read(visit: Visit, given: str, name: str) -> tuple[Email | None, Mapping[str, str]]:
    """Whom to add, and what is wrong with what was given, by field."""
    person, errors = None, {}
    try:
        person = email(given)
    except NameMalformed:
        errors["email"] = visit.text(NO_EMAIL)
    try:
        plain_text(name, what="name")
    except NameMalformed:
        errors["name"] = visit.text(NO_NAME)
    return person, errors


def _given(visit: Visit, person: Email) -> Sequence[tuple[str, Refused]]:
    """Give somebody the roles that were chosen; those that were refused, with why."""
    refusals = []
    for role in chosen_roles(visit):
        done = visit.carry_out(GrantToUser(visit.account, role, person))
        if isinstance(done, Refusal):
            refusals.append((role_named(visit.keyring, role), refused(visit, done)))
    return refusals


def _add_form(
    visit: Visit,
    *,
    status: int = 200,
    errors: Mapping[str, str] | None = None,
    refusal: Refused | None = None,
    pair: bool = False,
) -> Reply:
    return visit.page(
        "user_add.html",
        status=status,
        errors=errors or {},
        refusal=refusal,
        pair=pair,
        email="" if pair or looks_secret(visit.given("email")) else visit.given("email"),
        name="" if pair or looks_secret(visit.given("name")) else visit.given("name"),
        roles=picked(visit, chosen_roles(visit)),
    )


def _like_credential(value: str) -> bool:
    """Say whether a value is half of a pair, whole or damaged, so that it is neither kept nor shown."""
    known = key_format(value) is not None or token_format(value) is not None
    return known or looks_secret(value) or value.lower().startswith(_PREFIXES)


def _in_order(keyring: Keyring) -> Sequence[User]:
    """The sponsor first, then everybody else by their address."""
    return sorted(keyring.users.values(), key=lambda one: (one.email != keyring.sponsor, one.email))


def _fits(keyring: Keyring, user: User, wanted: str, state: str, at: Moment) -> bool:
    if state == NO_PASSWORD and user.password:
        return False
    if not wanted or wanted in user.email or wanted in user.name.casefold():
        return True
    return any(wanted in keyring.roles[role].name.casefold() for role in keyring.in_force(user.grants, at))


def _row(visit: Visit, user: User, seen: Moment | None) -> Row:
    keyring = visit.keyring
    roles = tuple(keyring.roles[role] for role in keyring.in_force(user.grants, visit.at))
    return Row(user, CONSOLE + of_user(user.email), user.email == keyring.sponsor, roles, seen)


def _seen(visit: Visit) -> Mapping[Email, Moment]:
    """When everybody who is signed in was last seen."""
    seen: dict[Email, Moment] = {}
    for one in visit.console.sessions.of(visit.account):
        seen[one.email] = max(seen.get(one.email, one.seen), one.seen)
    return seen
