"""`POST /v1/check`: a program asks whether a pair may do something. The answer is 200, whatever it says."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, assert_never

from chaveiro.core.attempt import Need, Request
from chaveiro.core.decision import Allowed, Denied
from chaveiro.doors.denied import reader
from chaveiro.doors.heard import heard
from chaveiro.doors.place import Place, only_account
from chaveiro.node import Answer, CannotTell, Node
from chaveiro.wire import answer as wire
from chaveiro.wire.check import BodyMalformed, Forwarded, Question, question
from chaveiro.wire.message import host_name
from chaveiro.wire.read import pair
from chaveiro.words.explain import explain

if TYPE_CHECKING:
    from chaveiro.core.keyring import Revision
    from chaveiro.core.names import AccountName
    from chaveiro.wire.message import Message, Reply

NAME = "check"
PATH = "/v1/check"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and the account it is about."""

    account: AccountName | None
    named: AccountName | None  # as the asker named it; the only account there is, is not told to strangers
    request: Request
    at_least: Revision | None = None
    forwarded: bool = False  # whether the asker received the request itself, and passes the answer on


def asked(message: Message, body: bytes, place: Place, node: Node) -> Asked | Reply:
    """Read a question, or say what is wrong with it."""
    try:
        read = question(body)
    except BodyMalformed as malformed:
        return wire.plain_problem(malformed.status, HTTPStatus(malformed.status).phrase, str(malformed))
    named = _named(read, message, place)
    if read.account is not None:
        if place.account and read.account != named:
            return wire.plain_problem(422, "Unprocessable Content", "this process decides for another account alone")
        named = read.account
    match read:
        case Forwarded():
            found = heard(read.received, pair(read.received.headers, read.received.query), place, node.accounts, named)
            return Asked(found.account, found.named, found.request, read.at_least, forwarded=True)
        case Question():
            return Asked(only_account(named, node.accounts), named, read.request, read.at_least)
        case _ as never:
            assert_never(never)


def _named(read: Question | Forwarded, message: Message, place: Place) -> AccountName | None:
    """The account that is asked about, where the body does not say it: by the request that is asked about."""
    if isinstance(read, Forwarded):
        return place.named_account(host_name(read.received.host), read.received.target.partition("?")[2])
    return place.named_account(message.host, read.request.target.partition("?")[2])


def replied(question: Asked, answer: Answer, message: Message, place: Place, node: Node) -> Reply:
    """Write the answer as the asker may read it."""
    verdict, standing = answer.verdict, answer.standing
    match verdict:
        case Allowed():
            roles = node.known.role_names(answer.account, verdict.roles)
            return wire.allow_json(verdict, answer.account, roles, standing=standing)
        case CannotTell(seconds):
            told = place.cannot_tell(message)
            return wire.unknown_json(told, account=question.named, retry_after_seconds=seconds, standing=standing)
        case Denied():
            if answer.told is None:
                raise TypeError("a denial came without words")
            return wire.deny_json(
                verdict,
                explain(
                    answer.told.finding,
                    to=reader(verdict),
                    language=place.language_for(message),
                ),
                id=answer.told.id,
                account=answer.account if verdict.proven else question.named,
                required=answer.wanted if isinstance(answer.wanted, Need) else None,
                standing=standing,
                passing_on=place.public_url if question.forwarded else None,
            )
        case _ as never:
            assert_never(never)
