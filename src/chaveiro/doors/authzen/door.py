"""`POST /access/v1/evaluation` and `/access/v1/evaluations`: what a subject may do.

A subject that shows its pair, or a user token, is judged as at every other door. One that is only named is looked up,
for a client that shows a pair of its own which may view keys, or users: nobody proved to be that subject, and whoever
enforces the answer has to know who calls.
"""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from chaveiro.core.names import NameMalformed
from chaveiro.doors.authzen import reason
from chaveiro.doors.authzen.asking import Asking, CannotAnswer, Outcome
from chaveiro.doors.authzen.discovery import EVALUATION, EVALUATIONS
from chaveiro.wire import answer as wire
from chaveiro.wire.answer import JSON
from chaveiro.wire.authzen import Batch, Evaluation, Semantic, evaluation, evaluations
from chaveiro.wire.check import BodyMalformed
from chaveiro.wire.read import AT_LEAST, at_least

if TYPE_CHECKING:
    from chaveiro.core.keyring import Revision
    from chaveiro.doors.authzen.asking import Decided
    from chaveiro.doors.place import Place
    from chaveiro.node import Node
    from chaveiro.wire.authzen import Item
    from chaveiro.wire.message import Message, Reply

NAME: Final = "authzen"
PATHS: Final = frozenset({EVALUATION, EVALUATIONS})
_READ: Final = {EVALUATION: evaluation, EVALUATIONS: evaluations}
_STOPS_AT: Final = {Semantic.DENY: False, Semantic.PERMIT: True}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a client asks, and the revision below which it wants no answer."""

    question: Evaluation | Batch
    at_least: Revision | None = None


def asked(message: Message, body: bytes) -> Asked | Reply:
    """Read a question, or say what is wrong with it."""
    if (message.one(b"content-type") or "").partition(";")[0].strip().lower() != JSON.decode():
        return wire.plain_problem(400, "Bad Request", "the body is `application/json`, and says so")
    try:
        return Asked(_READ[message.path](body), at_least(message))
    except BodyMalformed as malformed:
        return wire.plain_problem(malformed.status, HTTPStatus(malformed.status).phrase, str(malformed))
    except NameMalformed as malformed:
        return wire.plain_problem(400, "Bad Request", f"`{AT_LEAST}` cannot be read: {malformed}, and is sent once")


def replied(asked: Asked, message: Message, place: Place, node: Node) -> tuple[Reply, list[Decided]]:
    """Answer, and say what was decided for it. It may wait for the store."""
    # Noted before anything is looked at: what comes to be known meanwhile may not be in the answers.
    standing = node.known.standing()
    asking = Asking(message, place, node, asked.at_least)
    try:
        body = _body(asking, asked.question)
    except CannotAnswer as none:
        return none.reply, asking.decided
    return wire.dated(wire.json_reply(body, asking.language), standing), asking.decided


def _body(asking: Asking, question: Evaluation | Batch) -> dict[str, Any]:
    if isinstance(question, Evaluation):
        return _written(asking.outcome(question))
    answers: list[dict[str, Any]] = []
    for item in question.items:
        outcome = _of_item(asking, item)
        answers.append(_written(outcome))
        if outcome.decision is _STOPS_AT.get(question.semantic):
            break
    return {"evaluations": answers}


def _of_item(asking: Asking, item: Item) -> Outcome:
    if isinstance(item, Evaluation):
        return asking.outcome(item)
    return Outcome(decision=False, context=reason.of_error(str(item)))


def _written(outcome: Outcome) -> dict[str, Any]:
    return {"decision": outcome.decision, **({"context": dict(outcome.context)} if outcome.context else {})}
