"""People: found, listed, added and removed."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import Field

from chaveiro.core import names
from chaveiro.core.command import AddUser, Reason, RemoveUser
from chaveiro.core.keyring import Keyring, Mark, User
from chaveiro.core.names import Email, NameMalformed
from chaveiro.doors.vtex import needs
from chaveiro.doors.vtex.caller import Caller
from chaveiro.doors.vtex.problems import INVALID_EMAIL, INVALID_USER_ID, Refused, documented
from chaveiro.doors.vtex.roles import foreseen, give, is_admin, living
from chaveiro.doors.vtex.shapes import Page, PageAsked, Sent, Told, paged
from chaveiro.doors.vtex.subject import IdMalformed, id_of, subject
from chaveiro.usertokens import user_id

router = APIRouter(tags=["Users"])


class NewUser(Sent):
    """A person to be added."""

    email: str = Field(description="Their e-mail address.", examples=["bia@acme.example"])
    name: str | None = Field(
        default=None, description="Their full name; without one, the address.", examples=["Bia Souza"]
    )


class RoleRef(Sent):
    """A role by its number. What else VTEX's clients say of it is not read."""

    id: int
    name: str | None = None


class NewLogin(NewUser):
    """A person to be added, with roles."""

    roles: list[RoleRef | int] = Field(
        default=[], max_length=1000, description="Roles by number, or as objects with an `id`."
    )


class UserTold(Told):
    """A person."""

    id: str = Field(description="32 hexadecimal digits.")
    name: str
    email: str


class UserListed(Told):
    """A person in the list."""

    id: str
    email: str
    name: str
    is_admin: bool = Field(description="Whether they are the sponsor, or hold a role that holds everything.")
    is_reliable: bool = Field(default=False, description="VTEX's own affair; always false here.")
    is_blocked: bool = Field(default=False, description="Nobody blocks a person here; always false.")
    roles: list[str] = Field(default=[], description="Always empty, as at VTEX: ask for the person's roles.")
    account_names: list[str] = Field(description="This account.")


class UserFound(Told):
    """A person, as clients of the older address read them."""

    user_id: str = Field(alias="UserId")
    email: str = Field(alias="Email")
    name: str = Field(alias="Name")


@router.get("/api/license-manager/users/{userId}")
def user(userId: str, caller: Annotated[Caller, Depends(needs.USER_READ)]) -> UserTold:  # noqa: N803 - VTEX's name
    """Read a person."""
    return _told(_known(caller.keyring(), userId))


@router.delete("/api/license-manager/users/{userId}", response_class=Response)
def remove(userId: str, caller: Annotated[Caller, Depends(needs.USER_REMOVED)]) -> Response:  # noqa: N803 - likewise
    """Remove a person, with the roles they hold."""
    found = _known(caller.keyring(), userId)
    caller.carry_out(RemoveUser(caller.account, found.email))
    return Response()


@router.post("/api/license-manager/users")
def add(sent: NewUser, caller: Annotated[Caller, Depends(needs.USER_SAVED)]) -> UserTold:
    """Add a person, who holds no role yet."""
    email, name = _read(sent)
    caller.carry_out(AddUser(caller.account, email, name))
    return UserTold(id=user_id(email).hex, name=name, email=email)


@router.post("/api/license-manager/site/pvt/logins")
def add_with_roles(sent: NewLogin, caller: Annotated[Caller, Depends(needs.USER_SAVED)]) -> UserTold:
    """Add a person with roles. Whoever is there already is given the roles."""
    email, name = _read(sent)
    keyring = caller.keyring()
    roles = living(keyring, [role if isinstance(role, int) else role.id for role in sent.roles])
    known = keyring.users.get(email)
    if known is None:
        new = User(email, name, Mark(caller.now, caller.actor.name))
        foreseen(caller, replace(keyring, users={**keyring.users, email: new}), new, roles)
        caller.carry_out(AddUser(caller.account, email, name), or_else=frozenset({Reason.USER_EXISTS}))
        keyring = caller.keyring()
        known = keyring.users[email]
    give(caller, keyring, known, roles)
    return _told(known)


@router.get("/api/license-manager/site/pvt/logins/list/paged")
def users(asked: PageAsked, caller: Annotated[Caller, Depends(needs.USERS_LISTED)]) -> Page[UserListed]:
    """List the people of the account. Sorted by `name`, `email` or `id`."""
    keyring = caller.keyring()
    listed = [
        UserListed(
            id=user_id(one.email).hex,
            email=one.email,
            name=one.name,
            is_admin=is_admin(keyring, one, caller.now),
            account_names=[keyring.account],
        )
        for one in keyring.users.values()
    ]
    if asked.sort in {"email", "id"}:
        listed.sort(key=lambda one: one.email if asked.sort == "email" else one.id, reverse=asked.descending)
    else:
        listed.sort(key=lambda one: (one.name.casefold(), one.email), reverse=asked.descending)
    return paged(listed, asked)


@router.get("/api/license-manager/pvt/users/{emailOrId}")
def find(
    emailOrId: str,  # noqa: N803 - the name in the documentation
    caller: Annotated[Caller, Depends(needs.USER_READ)],
) -> UserFound | None:
    """Find a person by e-mail address or id. Nobody is `null`, as clients ask before they add."""
    try:
        found = subject(caller.keyring(), emailOrId)
    except IdMalformed:
        raise _invalid() from None
    if not isinstance(found, User):
        return None
    return UserFound(UserId=id_of(found).hex, Email=found.email, Name=found.name)


def _read(sent: NewUser) -> tuple[Email, str]:
    try:
        email = names.email(sent.email)
    except NameMalformed as malformed:
        raise documented(400, INVALID_EMAIL, str(malformed)) from None
    if not sent.name:
        return email, email
    try:
        return email, names.plain_text(sent.name, what="name")
    except NameMalformed as malformed:
        raise documented(400, "Invalid name", str(malformed)) from None


def _known(keyring: Keyring, text: str) -> User:
    try:
        found = subject(keyring, text)
    except IdMalformed:
        raise _invalid() from None
    if not isinstance(found, User):
        raise _invalid()
    return found


def _invalid() -> Refused:
    return documented(400, INVALID_USER_ID, "the account has no user with this id; the list of users shows their ids")


def _told(one: User) -> UserTold:
    return UserTold(id=id_of(one).hex, name=one.name, email=one.email)
