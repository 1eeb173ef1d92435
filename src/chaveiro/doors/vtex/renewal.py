"""A key's second token, and the end of its first."""

from __future__ import annotations

from typing import Annotated, Final, NoReturn
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import Field

from chaveiro.core.command import FinishRenewal, Reason, Refusal
from chaveiro.core.keyring import Key, Keyring
from chaveiro.core.names import AppKey
from chaveiro.doors.vtex import needs
from chaveiro.doors.vtex.caller import Caller
from chaveiro.doors.vtex.problems import KEY_NOT_OWNED, RENEWAL_NOT_FOUND, RENEWAL_PENDING, documented
from chaveiro.doors.vtex.shapes import Told, iso

router = APIRouter(tags=["VTEX ID"])
ADVISED_DAYS: Final = 90  # after which VTEX advises to renew a token; nothing ends then


class Renewed(Told):
    """A key with a second token, which nobody can read again."""

    id: str
    key_name: str = Field(description="The appKey.")
    creation_date_token: str
    creation_date_new_token: str
    expiration_period: int = Field(
        default=ADVISED_DAYS, description="Days after which to renew again. Nothing ends then."
    )
    new_token: str = Field(repr=False)


class Finished(Told):
    """A key whose second token is its only one."""

    id: str
    creation_date_token: str
    creation_date_new_token: None = None


@router.patch("/api/vtexid/apikey/{apiKey}/apitoken/renew")
def renew(apiKey: str, caller: Annotated[Caller, Depends(needs.KEY_RENEWED)]) -> Renewed:  # noqa: N803 - VTEX's name
    """Give a key a second token. Both work until the renewal is finished."""
    app_key = AppKey(apiKey)
    _own(caller.keyring(), app_key)
    issued = caller.call.door.node.renew(caller.account, app_key, by=caller.actor)
    if isinstance(issued, Refusal):
        _refuse(caller, issued)
    key = caller.keyring().keys[app_key]
    return Renewed(
        id=str(UUID(key.id)),
        key_name=app_key,
        creation_date_token=_created(key),
        creation_date_new_token=iso(issued.change.at),
        new_token=issued.token.reveal(),
    )


@router.patch("/api/vtexid/apikey/{apiKey}/apitoken/finish-renewal")
def finish(apiKey: str, caller: Annotated[Caller, Depends(needs.KEY_RENEWED)]) -> Finished:  # noqa: N803 - likewise
    """Retire a key's first token, and every user token that was given for it."""
    app_key = AppKey(apiKey)
    _own(caller.keyring(), app_key)
    done = caller.carry_out(
        FinishRenewal(caller.account, app_key), or_else=frozenset({Reason.RENEWAL_NOT_OPEN, *_NOT_OWN})
    )
    if isinstance(done, Refusal):
        _refuse(caller, done)
    key = caller.keyring().keys[app_key]
    return Finished(id=str(UUID(key.id)), creation_date_token=_created(key))


_NOT_OWN: Final = frozenset({Reason.KEY_UNKNOWN, Reason.KEY_DELETED, Reason.KEY_EXTERNAL})


def _own(keyring: Keyring, app_key: AppKey) -> None:
    """Ask for a key of this account. Raises Refused, alike for a deleted, a foreign and a made up one."""
    if app_key not in keyring.keys or app_key in keyring.external:
        raise _unknown()


def _refuse(caller: Caller, refusal: Refusal) -> NoReturn:
    if refusal.reason is Reason.RENEWAL_OPEN:
        raise documented(409, RENEWAL_PENDING, "finish the renewal first; both tokens work until then")
    if refusal.reason is Reason.RENEWAL_NOT_OPEN:
        raise documented(404, RENEWAL_NOT_FOUND, "renew the key first, deploy its second token, then finish")
    if refusal.reason in _NOT_OWN:
        raise _unknown()
    raise caller.refused(refusal)


def _unknown() -> Exception:
    return documented(400, KEY_NOT_OWNED, "the account has no key with this appKey; the list of keys shows them")


def _created(key: Key) -> str:
    return iso((key.token_created or key.created).at)
