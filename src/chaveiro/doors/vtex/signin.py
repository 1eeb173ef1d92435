"""VTEX ID: a pair becomes a user token, and a user token says whose it is."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Query
from fastapi import Request as HttpRequest
from pydantic import Field

from chaveiro.core.attempt import NOTHING, AnyRole, Presented, Request, presented
from chaveiro.core.decision import Allowed
from chaveiro.core.names import AccountName, AppKey
from chaveiro.doors.denied import denied
from chaveiro.doors.vtex.caller import Call, call_of, route_of
from chaveiro.doors.vtex.problems import Refused, for_vtex
from chaveiro.doors.vtex.shapes import Sent, Told
from chaveiro.doors.vtex.subject import Subject, id_of, name_of
from chaveiro.node import Answer, CannotTell
from chaveiro.usertokens import AUDIENCE
from chaveiro.wire.read import in_query, user_token

router = APIRouter(tags=["VTEX ID"])
JWKS: Final = "/.well-known/jwks.json"
WRONG: Final = "WrongCredentials"
OUT_OF_SCOPE: Final = "InvalidScope"  # VTEX's word for right credentials that open nothing


class PairSent(Sent):
    """A pair."""

    app_key: str | None = Field(default=None, alias="appkey", repr=False)
    app_token: str | None = Field(default=None, alias="apptoken", repr=False)


class SignedIn(Told):
    """A user token for a pair."""

    auth_status: Literal["Success"] = "Success"
    token: str = Field(repr=False, description="The user token, for `VtexIdclientAutCookie`.")
    expires: int = Field(description="When it ends, in seconds since 1970.")


class TokenSent(Sent):
    """A user token."""

    token: str = Field(repr=False)


class Validated(Told):
    """Whose a user token is."""

    auth_status: Literal["Success"] = "Success"
    id: str = Field(description="The user's or key's id, a UUID with dashes.")
    user: str = Field(description="E-mail address, or appKey.")
    account: str
    audience: Literal["admin"] = AUDIENCE
    token_type: Literal["user"] = "user"  # noqa: S105 - a word of VTEX's


class Authenticated(Told):
    """Whose a user token is, as apps read it."""

    user_id: str
    user: str
    user_type: None = None
    account: str


@router.post("/api/vtexid/apptoken/login")
def login(request: HttpRequest, sent: PairSent) -> SignedIn:
    """Exchange a pair for a user token of 6 hours. It says who, and never what: roles are looked up at each request."""
    call = call_of(request)
    app_key, app_token = _value(sent.app_key), _value(sent.app_token)
    misplaced = tuple(in_query(call.message.query, app_key, app_token))
    answer = call.decided(Request(app_key, app_token, need=AnyRole(), misplaced=misplaced), route_of(request))
    one = _whose(call, answer)
    given = call.door.user_tokens.give(name_of(one), answer.account, id=id_of(one), number=answer.token)
    return SignedIn(token=given.text, expires=int(given.expires))


@router.post("/api/vtexid/credential/validate")
def validate(request: HttpRequest, sent: TokenSent) -> Validated:
    """Say whose a user token is, if it still counts."""
    call = call_of(request)
    answer = call.holder(presented(sent.token), route_of(request))
    one = _whose(call, answer)
    return Validated(id=str(id_of(one)), user=name_of(one), account=answer.account)


@router.get("/api/vtexid/pub/authenticated/user")
def authenticated(
    request: HttpRequest, token: Annotated[str | None, Query(alias="authToken", max_length=4096)] = None
) -> Authenticated | None:
    """Say whose a user token is, from the query or the cookie; `null` where it is nobody's, as clients expect."""
    call = call_of(request)
    sent = len(request.query_params.getlist("authToken"))  # two are refused, as the next reader might take the other
    shown = user_token(call.message.headers, call.account or "") if token is None else Presented(token, sent)
    answer = call.holder(shown, route_of(request))
    if isinstance(answer.verdict, CannotTell):
        raise Refused(for_vtex(denied(answer, call.message, call.door.place)))
    if not isinstance(answer.verdict, Allowed):
        return None
    one = _subject(call, answer.account, answer.verdict)
    return Authenticated(user_id=str(id_of(one)), user=name_of(one), account=answer.account)


@router.get(JWKS)
def jwks(request: HttpRequest) -> dict[str, list[dict[str, Any]]]:
    """Publish the keys by which others can verify a user token (RFC 7517): the last one, this one and the next."""
    return call_of(request).door.user_tokens.jwks()


def _value(text: str | None) -> Presented:
    return NOTHING if text is None else presented(text)


def _whose(call: Call, answer: Answer) -> Subject:
    """Who was allowed. Raises Refused with the status that VTEX's clients look at first."""
    verdict = answer.verdict
    if isinstance(verdict, Allowed):
        return _subject(call, answer.account, verdict)
    reply = denied(answer, call.message, call.door.place)
    status = {401: WRONG, 403: OUT_OF_SCOPE}.get(reply.status)
    raise Refused(for_vtex(reply, authStatus=status) if status else for_vtex(reply))


def _subject(call: Call, account: AccountName, allowed: Allowed) -> Subject:
    node = call.door.node
    keyring = node.whole(node.keyring(account))
    return keyring.users[allowed.user] if allowed.user else keyring.keys[AppKey(allowed.subject)]
