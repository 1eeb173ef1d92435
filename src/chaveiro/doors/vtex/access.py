"""What somebody may do, asked by programs: pure questions. An answer allows nothing."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path
from fastapi import Request as HttpRequest

from chaveiro.catalogue.predefined import vtex_resources
from chaveiro.core.attempt import AnyRole, Need
from chaveiro.core.decision import may_hold
from chaveiro.core.keyring import Keyring
from chaveiro.core.names import AccountName, NameMalformed, Resource, resource
from chaveiro.doors.vtex import needs
from chaveiro.doors.vtex.caller import Caller, Needs, call_of, route_of
from chaveiro.doors.vtex.problems import documented
from chaveiro.doors.vtex.shapes import COUNT_MAX
from chaveiro.doors.vtex.subject import IdMalformed, Subject, name_of, subject

router = APIRouter(tags=["Access"])


class Asks(Needs):
    """Asks for a caller with any role, who may also show its user token in `Authorization`, as apps of VTEX do."""

    def __call__(self, request: HttpRequest) -> Caller:
        """The caller. Raises Refused."""
        return call_of(request).authorize(self.need, route_of(request), or_bearer=True)


Asking = Annotated[Caller, Depends(Asks())]
ABOUT_OTHERS = needs.ROLES_READ


@router.get(
    "/api/license-manager/pvt/accounts/{account}/products/{productId}/logins/{userIdOrEmail}/resources/{resourceKey}/granted"
)
def granted(  # noqa: PLR0917 - FastAPI hands them over by name
    request: HttpRequest,
    account: str,
    product: Annotated[str, Path(alias="productId")],
    who: Annotated[str, Path(alias="userIdOrEmail")],
    key: Annotated[str, Path(alias="resourceKey")],
    caller: Asking,
) -> bool:
    """Say whether a user or key of the account may do what a resource stands for. Who nobody knows may do nothing."""
    keyring, found = _about(request, account, who, caller)
    wanted = _resources(product, key)
    return found is not None and bool(wanted) and may_hold(keyring, found, Need(wanted), caller.now)


@router.get("/api/license-manager/pvt/accounts/{account}/logins/{userId}/granted")
def admitted(request: HttpRequest, account: str, who: Annotated[str, Path(alias="userId")], caller: Asking) -> bool:
    """Say whether a user or key of the account holds any role."""
    keyring, found = _about(request, account, who, caller)
    return found is not None and may_hold(keyring, found, AnyRole(), caller.now)


@router.get("/api/license-manager/resources/{resourceKey}/access")
def access(
    request: HttpRequest,
    key: Annotated[str, Path(alias="resourceKey")],
    caller: Annotated[Caller, Depends(needs.ANY_ROLE)],
) -> bool:
    """Say whether whoever asks holds a resource with this key, of any product: true, or 403."""
    keyring = caller.keyring()
    known = {one.resource for one in vtex_resources().keyed(key)}
    held = {one for role in keyring.roles.values() for one in role.resources if one.key == key}
    wanted = tuple(sorted(known | held))
    if not wanted:
        raise documented(404, "Resource not found", "neither VTEX nor a role of the account has a resource of this key")
    call_of(request).authorize(Need(wanted), route_of(request))
    return True


def _about(request: HttpRequest, account: str, who: str, caller: Caller) -> tuple[Keyring, Subject | None]:
    """Whom a question is about. Others than oneself may be asked about by whoever may read their roles."""
    keyring = caller.keyring()
    try:
        found = subject(keyring, who)
    except IdMalformed:
        found = None
    if found is None or name_of(found) != caller.actor.name:
        call_of(request).authorize(ABOUT_OTHERS.need, route_of(request), or_bearer=True)
    if AccountName(account) != caller.account:
        raise documented(404, "Account not found", "a question is about the account that host or query name")
    return keyring, found


def _resources(product: str, key: str) -> tuple[Resource, ...]:
    """The resource that a product, by number or by name, has under this key."""
    if product.isascii() and product.isdigit():
        number = int(product) if len(product) < len(str(COUNT_MAX)) else -1  # none has a longer one
        return tuple(one.resource for one in vtex_resources().keyed(key, product_id=number))
    try:
        return (resource(f"{product}/{key}"),)
    except NameMalformed:
        return ()
