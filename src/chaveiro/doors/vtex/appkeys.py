"""Keys: listed, issued, switched on and off."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from pydantic import Field

from chaveiro.core import names
from chaveiro.core.command import ActivateKey, DeactivateKey, Reason, Refusal
from chaveiro.core.keyring import Key
from chaveiro.core.names import NameMalformed
from chaveiro.doors.vtex import needs
from chaveiro.doors.vtex.caller import Caller
from chaveiro.doors.vtex.problems import TOKEN_UNKNOWN, documented
from chaveiro.doors.vtex.shapes import Sent, Told, iso
from chaveiro.doors.vtex.subject import key_by_id

router = APIRouter(tags=["App keys"])


class NewKey(Sent):
    """A key to be issued."""

    label: str = Field(description="What it is for.", examples=["ERP"])


class KeyState(Sent):
    """Whether a key is to work."""

    is_active: bool


class KeyTold(Told):
    """A key."""

    id: str = Field(description="A UUID, with dashes.")
    app_key: str
    label: str
    created_in: str = Field(description="When it was issued, ISO 8601.")
    is_active: bool = Field(description="Whether it is neither switched off nor blocked.")


class KeyIssued(KeyTold):
    """A new key, with the token that nobody can read again."""

    app_token: str = Field(repr=False, description="Shown here alone.")


@router.post("/api/vlm/appkeys")
def issue(sent: NewKey, caller: Annotated[Caller, Depends(needs.KEYS_CHANGED)]) -> KeyIssued:
    """Issue a pair, which is linked to no role yet."""
    try:
        label = names.plain_text(sent.label, what="label")
    except NameMalformed as malformed:
        raise documented(400, "Invalid label", str(malformed)) from None
    issued = caller.call.door.node.issue(caller.account, label=label, by=caller.actor)
    if isinstance(issued, Refusal):
        raise caller.refused(issued)
    key = caller.keyring().keys[issued.app_key]
    return KeyIssued(**told(key).model_dump(), app_token=issued.token.reveal())


@router.get("/api/vlm/appkeys")
def keys(caller: Annotated[Caller, Depends(needs.KEYS_READ)]) -> list[KeyTold]:
    """List the account's keys and, after them, the other accounts' keys to which it gives roles."""
    return [told(key) for key in caller.keyring().keys.values()]


@router.put("/api/vlm/appkeys/{id}", response_class=Response)
def switch(
    id: str,  # noqa: A002 - VTEX's name
    sent: KeyState,
    caller: Annotated[Caller, Depends(needs.KEYS_CHANGED)],
) -> Response:
    """Switch a key on or off."""
    key = key_by_id(caller.keyring(), id)
    if key is None:
        raise documented(
            400,
            TOKEN_UNKNOWN,
            "the account has no key with this id; the list of keys shows their ids",
            Details=None,
            HttpStatusCode=400,
            VLMErrorCode=17,
        )
    command = ActivateKey if sent.is_active else DeactivateKey
    caller.carry_out(command(caller.account, key.app_key), or_else=frozenset({Reason.ALREADY_SO}))
    return Response()


def told(key: Key) -> KeyTold:
    """A key as the list has it."""
    return KeyTold(
        id=str(UUID(key.id)),
        app_key=key.app_key,
        label=key.label,
        created_in=iso(key.created.at),
        is_active=works(key),
    )


def works(key: Key) -> bool:
    """Whether people left a key alone."""
    return not (key.inactive or key.blocked)
