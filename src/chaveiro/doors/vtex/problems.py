"""Refusals as VTEX's clients read them: the problem that every door tells, and beside it `Message` and `error`."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from chaveiro.core.command import Reason
from chaveiro.wire import answer as wire
from chaveiro.wire.message import Reply
from chaveiro.words.explain import refuse

if TYPE_CHECKING:
    from chaveiro.core.command import Refusal
    from chaveiro.words.language import Language

# The sentences that VTEX documents; clients compare them.
INVALID_EMAIL: Final = "Invalid email"
INVALID_USER_ID: Final = "Invalid UserId"
ROLES_UNKNOWN: Final = "Roles list contains roles that do not exist in this account"
UNEXPECTED: Final = "Unexpected error"
TOKEN_UNKNOWN: Final = "Token not exists for this account"  # noqa: S105 - a sentence
KEY_NOT_OWNED: Final = "Invalid API key or API key not owned by tenant"
RENEWAL_PENDING: Final = "Already has a renewed token pending"
RENEWAL_NOT_FOUND: Final = "No renewed API token was found"

_FORBIDDEN: Final = frozenset(
    {
        Reason.BEYOND_OWN_ROLES,
        Reason.BEYOND_OWN_TIME,
        Reason.NOT_DELEGATED,
        Reason.NOT_INVITED,
        Reason.NOT_OPERATOR,
        Reason.NOT_SPONSOR,
    }
)
_UNKNOWN: Final = frozenset(
    {
        Reason.ACCOUNT_UNKNOWN,
        Reason.KEY_DELETED,
        Reason.KEY_NOWHERE,
        Reason.KEY_UNKNOWN,
        Reason.ROLE_DELETED,
        Reason.ROLE_UNKNOWN,
        Reason.USER_UNKNOWN,
    }
)


class Refused(Exception):
    """A request of this door is answered by a refusal, which is ready to be sent."""

    def __init__(self, reply: Reply) -> None:
        super().__init__()
        self.reply = reply


def for_vtex(reply: Reply, **more: object) -> Reply:
    """Add to a problem what VTEX's clients read: one whole sentence, under each of the names they look for."""
    body = json.loads(reply.body)
    said = " ".join(part for part in (f"{body['title']}.", body["detail"], body.get("remedy", "")) if part)
    code = body.get("code") or body.get("reason") or str(reply.status)
    told = {"Message": said, "error": {"code": code, "message": said, "exception": None}}
    return Reply(reply.status, reply.headers, json.dumps(body | told | more).encode())


def documented(status: int, sentence: str, detail: str, **more: object) -> Refused:
    """A refusal in the words that VTEX documents, and in ours."""
    reply = wire.plain_problem(status, sentence, detail)
    return Refused(for_vtex(reply, **({"Message": sentence} | more)))


def malformed(status: int, detail: str) -> Reply:
    """Say what is wrong with a message itself."""
    return for_vtex(wire.plain_problem(status, HTTPStatus(status).phrase, detail))


def not_carried_out(refusal: Refusal, language: Language) -> Refused:
    """Say why a command is refused, and what to do."""
    message, remedy = refuse(refusal, language)
    status = 403 if refusal.reason in _FORBIDDEN else 404 if refusal.reason in _UNKNOWN else 409
    body = {
        "type": "about:blank",
        "title": message,
        "status": status,
        "detail": remedy,
        "reason": refusal.reason,
    }
    return Refused(for_vtex(wire.problem(status, body, (b"content-language", language.tag.encode()))))
