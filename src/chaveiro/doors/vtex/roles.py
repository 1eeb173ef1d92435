"""Roles: listed, created, given to users and keys, taken from them."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Body, Depends, Response
from pydantic import Field

from chaveiro.catalogue.predefined import predefined_roles, vtex_resources
from chaveiro.core import names
from chaveiro.core.command import CreateRole, GrantToKey, GrantToUser, Reason, Refusal
from chaveiro.core.event import RoleCreated
from chaveiro.core.keyring import Keyring, Role, User
from chaveiro.core.names import Moment, NameMalformed, Resource, RoleId
from chaveiro.core.plan import plan
from chaveiro.doors.vtex import needs
from chaveiro.doors.vtex.caller import Caller
from chaveiro.doors.vtex.problems import INVALID_USER_ID, ROLES_UNKNOWN, UNEXPECTED, documented
from chaveiro.doors.vtex.shapes import Page, PageAsked, Sent, Told, paged
from chaveiro.doors.vtex.subject import IdMalformed, Subject, granting, subject, withdrawing

router = APIRouter(tags=["Roles"])
PREDEFINED: Final = 0
CUSTOM: Final = 1


class RoleTold(Told):
    """A role by number and name."""

    id: int
    name: str


class ProductTold(Told):
    """A product of which a role holds resources. VTEX fills the name alone, and so do we."""

    name: str
    category_id: str | None = None
    category_name: str | None = None
    console_url_mask: str | None = None
    description: str | None = None
    id: str | None = None
    product_resources: str | None = None
    url: str | None = None
    url_configuration: str | None = None
    web_api_url_mask: str | None = None


class RoleListed(Told):
    """A role in the list."""

    id: int
    is_admin: bool = Field(description="Whether it is the predefined role that holds everything.")
    role_type: int = Field(description="1 for a role of the account's own, 0 for a predefined one.")
    products: list[ProductTold]
    resources: None = None
    logins: None = None
    name: str


class ResourceRef(Sent):
    """A resource by VTEX's number."""

    id: int
    has_access: bool = True
    is_custom_resource: bool = False


class NewRole(Sent):
    """A role to be created."""

    name: str = Field(examples=["Orders, read only"])
    resources: list[ResourceRef] = Field(max_length=1000)
    logins: list[str] = Field(
        default=[], max_length=0, description="Give the role afterwards; anything in here is refused."
    )
    role_type: int | None = Field(default=None, description="Not read: what is created is the account's own.")


RolesSent = Annotated[
    list[Annotated[int, Field(strict=True)]], Body(max_length=1000, description="Numbers of roles.", examples=[[957]])
]


@router.get("/api/license-manager/site/pvt/roles/list/paged")
def roles(asked: PageAsked, caller: Annotated[Caller, Depends(needs.ROLES_LISTED)]) -> Page[RoleListed]:
    """List the account's roles. Sorted by `id`, or by name."""
    alive = list(caller.keyring().living_roles)
    if asked.sort == "id":
        alive.sort(key=lambda role: role.id, reverse=asked.descending)
    else:
        alive.sort(key=lambda role: (role.name.casefold(), role.id), reverse=asked.descending)
    return paged([_listed(role) for role in alive], asked)


@router.post("/api/license-manager/site/pvt/roles")
def create(sent: NewRole, caller: Annotated[Caller, Depends(needs.ROLE_SAVED)]) -> RoleTold:
    """Create a role of resources that VTEX has numbered."""
    try:
        name = names.plain_text(sent.name, what="name")
    except NameMalformed as malformed:
        raise documented(400, "Invalid name", str(malformed)) from None
    change = caller.carry_out(CreateRole(caller.account, name, _resources(sent.resources)))
    if isinstance(change, Refusal) or not isinstance(change.event, RoleCreated):
        raise TypeError("a created role is a change")
    return RoleTold(id=change.event.role, name=name)


@router.get("/api/license-manager/users/{userId}/roles")
def roles_of(
    userId: str,  # noqa: N803 - VTEX's name
    caller: Annotated[Caller, Depends(needs.ROLES_READ)],
) -> list[RoleTold]:
    """List the roles of a user or a key."""
    keyring = caller.keyring()
    found = _subject(keyring, userId)
    if found is None:
        raise documented(400, INVALID_USER_ID, "the account has no user and no key with this id")
    held = keyring.in_force(found.grants, caller.now)
    return [RoleTold(id=role, name=keyring.roles[role].name) for role in held]


@router.put("/api/license-manager/users/{userId}/roles", status_code=204, response_class=Response)
def add(
    userId: str,  # noqa: N803 - likewise
    sent: RolesSent,
    caller: Annotated[Caller, Depends(needs.ROLES_CHANGED)],
) -> Response:
    """Give roles to a user or a key. Those that it holds stay."""
    keyring = caller.keyring()
    found = _subject(keyring, userId)
    if found is None:
        raise documented(500, UNEXPECTED, "the account has no user and no key with this id; VTEX answers the same")
    give(caller, keyring, found, living(keyring, sent))
    return Response(status_code=204)


@router.delete("/api/license-manager/users/{userId}/roles/{roleId}", status_code=204, response_class=Response)
def withdraw(
    userId: str,  # noqa: N803 - likewise
    roleId: str,  # noqa: N803 - likewise
    caller: Annotated[Caller, Depends(needs.ROLES_CHANGED)],
) -> Response:
    """Take a role from a user or a key. Where nobody holds it, nothing is to be done."""
    found = _subject(caller.keyring(), userId)
    try:
        role = names.role_id(roleId)
    except NameMalformed:
        return Response(status_code=204)  # no role has such a number
    if found is not None:
        caller.carry_out(withdrawing(caller.account, role, found), or_else=_NOT_THERE)
    return Response(status_code=204)


_NOT_THERE: Final = frozenset(
    {Reason.ROLE_NOT_HELD, Reason.ROLE_UNKNOWN, Reason.USER_UNKNOWN, Reason.KEY_UNKNOWN, Reason.KEY_DELETED}
)
_HELD: Final = frozenset({Reason.ROLE_HELD})


def living(keyring: Keyring, numbers: list[int]) -> list[RoleId]:
    """These roles, each once. Raises Refused where the account lacks one."""
    found = [RoleId(number) for number in dict.fromkeys(numbers)]
    if any(role not in keyring.roles or keyring.roles[role].deleted for role in found):
        raise documented(400, ROLES_UNKNOWN, "the list of roles shows the numbers there are; nothing was given")
    return found


def give(caller: Caller, keyring: Keyring, to: Subject, roles: list[RoleId]) -> None:
    """Give roles, all or, where one is refused, none. What is held already, be it for a time, stays as it is."""
    for command in foreseen(caller, keyring, to, roles):
        caller.carry_out(command, or_else=_HELD)


def foreseen(caller: Caller, keyring: Keyring, to: Subject, roles: list[RoleId]) -> list[GrantToUser | GrantToKey]:
    """The commands that give roles. Raises Refused where one of them would be: then none is begun."""
    held = keyring.in_force(to.grants, caller.now)
    commands = [granting(caller.account, role, to) for role in roles if role not in held]
    for command in commands:
        planned = plan(keyring, command, by=caller.actor, at=caller.now)
        if isinstance(planned, Refusal) and planned.reason not in _HELD:
            caller.carry_out(command, or_else=frozenset(Reason))  # which records that it was refused
            raise caller.refused(planned)
    return commands


def is_admin(keyring: Keyring, user: User, at: Moment) -> bool:
    """Whether somebody is the sponsor, or holds the predefined role that holds everything."""
    if user.email == keyring.sponsor:
        return True
    return any(_is_owner(keyring.roles[role]) for role in keyring.in_force(user.grants, at))


def _is_owner(role: Role) -> bool:
    return role.predefined and role.name == predefined_roles()[0].name


def _listed(role: Role) -> RoleListed:
    return RoleListed(
        id=role.id,
        is_admin=_is_owner(role),
        role_type=PREDEFINED if role.predefined else CUSTOM,
        products=[ProductTold(name=name) for name in sorted({one.product for one in role.resources})],
        name=role.name,
    )


def _resources(sent: list[ResourceRef]) -> frozenset[Resource]:
    known = {one.id: one.resource for one in vtex_resources().all if one.id is not None}
    asked = [one.id for one in sent if one.has_access]
    if any(number not in known for number in asked):
        raise documented(400, "Invalid resource", "VTEX has published no resource with one of these numbers")
    return frozenset(known[number] for number in asked)


def _subject(keyring: Keyring, text: str) -> Subject | None:
    try:
        return subject(keyring, text)
    except IdMalformed:
        raise documented(400, INVALID_USER_ID, "an id has 32 hexadecimal digits, with dashes or without") from None
