"""The standard door: the shapes and examples of AuthZEN's Authorization API 1.0, as they are read here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from chaveiro.core.attempt import Need
from chaveiro.core.cause import Cause
from chaveiro.doors.authzen.discovery import configuration
from chaveiro.doors.authzen.reason import of_obstacle
from chaveiro.doors.causes.samples import APP_KEY, LIST_ORDERS, OTHER_KEY
from chaveiro.doors.openapi.examples import ACCOUNT, PAIR, ROLES, TARGET, shown
from chaveiro.doors.openapi.shapes import listed, nullable, record, ref, text
from chaveiro.wire.authzen import EVALUATIONS_MAX, KEY, ROUTE, USER, Semantic
from chaveiro.words.language import Language

if TYPE_CHECKING:
    from chaveiro.doors.openapi.shapes import Schema

_ANYTHING: Final[Schema] = {"type": "object", "description": "Anything else is passed over."}


def schemas() -> dict[str, Schema]:
    """Every schema of the standard door. Members that are not named are passed over, as the standard says."""
    subject = {
        "type": text("What it is; any other is nobody.", minLength=1, examples=[KEY, USER]),
        "id": text("An appKey, or a user's e-mail address.", minLength=1),
        "properties": _properties(),
    }
    action = {
        "name": text("The method of a route; else a resource's key.", minLength=1, examples=["GET", "ListOrders"]),
        "properties": _ANYTHING,
    }
    resource = {
        "type": text(f"`{ROUTE}`, or a resource's product.", minLength=1, examples=[ROUTE, "OMS"]),
        "id": text(
            "The path of a route as it was received, or its template. Roles know no instances of anything else.",
            minLength=1,
        ),
        "properties": _ANYTHING,
    }
    asked = {name: ref(f"AuthZen{name.title()}") for name in ("subject", "action", "resource", "context")}
    options = {
        "evaluations_semantic": text("How far the list is gone through.", enum=[*Semantic], default=Semantic.ALL)
    }
    one = record("One question; a member that it lacks is that of the list.", asked, tuple(asked))
    batch = {
        **asked,
        "evaluations": listed(one, "Questions.", minItems=1, maxItems=EVALUATIONS_MAX),
        "options": record("Options.", options, tuple(options)),
    }
    return {
        "AuthZenSubject": record("Who.", subject, ("properties",)),
        "AuthZenAction": record("Does what.", action, ("properties",)),
        "AuthZenResource": record("With what.", resource, ("properties",)),
        "AuthZenContext": record("How it came.", _CONTEXT, tuple(_CONTEXT)),
        "AuthZenEvaluation": record("May this subject do this?", asked, ("context",)),
        "AuthZenBatch": record("Several questions.", batch, (*asked, "options")),
        "AuthZenEvaluations": {
            "description": "Several questions, or one.",
            "anyOf": [ref("AuthZenBatch"), ref("AuthZenEvaluation")],
        },
        "AuthZenDecision": record("The answer.", _decision(), ("context",)),
        "AuthZenDecisions": {
            "description": "An answer to each question, in their order, or to the one.",
            "anyOf": [
                record("Answers.", {"evaluations": listed(ref("AuthZenDecision"), "In order.", minItems=1)}),
                ref("AuthZenDecision"),
            ],
        },
        "AuthZenConfiguration": record("Where to ask.", {name: text("An address.") for name in configuration("")}),
    }


_CONTEXT: Final = {"scheme": text("How the subject was connected.", enum=["https", "http"])}


def _properties() -> Schema:
    known = {
        "appToken": text("The token that the subject showed: with it, it is proved to be this key.", format="password"),
        "userToken": text("The user token that the subject showed.", format="password"),
        "ip_address": text("The subject's address, for keys that work from some networks only."),
    }
    return record("What the client knows of it.", {name: nullable(one) for name, one in known.items()}, tuple(known))


def _decision() -> dict[str, Schema]:
    reason = {"type": "object", "additionalProperties": {"type": "string"}}
    context = {
        "id": text("Why not: a cause, `subject_unknown` or `subject_differs`."),
        "reason_user": {**reason, "description": "Why not, for whoever showed the pair."},
        "reason_admin": {**reason, "description": "Why not, for whoever may view the account's keys."},
        "detail": text("What exactly."),
        "remedy": text("What would help."),
        "denial": nullable(text("By this id whoever keeps the account's keys reads the rest.")),
        "required": ref("Need"),
        "error": record(
            "Why one of a list could not be read.",
            {"status": {"const": 400, "type": "integer"}, "message": text("Why.")},
        ),
        "account": text("The account, once the pair has matched."),
        "key": text("The appKey, once the pair has matched."),
        "user": text("The user, once the user token was found to be theirs."),
        "roles": listed({"type": "string"}, "Names of the roles in force."),
    }
    return {
        "decision": {"type": "boolean", "description": "Whether it may."},
        "context": record("More about it.", context, tuple(context)),
    }


def evaluate_questions() -> dict[str, Any]:
    """What a client asks. The answers have the same names."""
    subject = {"type": KEY, "id": APP_KEY, "properties": {"appToken": PAIR.app_token}}
    named = {"type": KEY, "id": OTHER_KEY}
    return {
        "shown": shown("Of whoever shows a pair: a route", {"subject": subject, **_ROUTE}),
        "named": shown("Of a key by its name: a resource", {"subject": named, **_RESOURCE}),
    }


def evaluate_answers() -> dict[str, Any]:
    """How they are answered."""
    return {"shown": shown("It may", _ALLOWED), "named": shown("It is linked to no role", _denied())}


def evaluate_all_questions() -> dict[str, Any]:
    """Two in one."""
    several = {
        "subject": {"type": KEY, "id": APP_KEY, "properties": {"appToken": PAIR.app_token}},
        **_RESOURCE,
        "evaluations": [_ROUTE, {"subject": {"type": KEY, "id": OTHER_KEY}}],
        "options": {"evaluations_semantic": Semantic.ALL},
    }
    return {"several": shown("Two subjects", several)}


def evaluate_all_answers() -> dict[str, Any]:
    """How they are answered."""
    return {"several": shown("In their order", {"evaluations": [_ALLOWED, _denied()]})}


_ROUTE: Final = {"action": {"name": "GET"}, "resource": {"type": ROUTE, "id": TARGET}}
_RESOURCE: Final = {
    "action": {"name": LIST_ORDERS.key},
    "resource": {"type": LIST_ORDERS.product, "id": "*"},
}
_ALLOWED: Final = {"decision": True, "context": {"account": ACCOUNT, "key": APP_KEY, "roles": [*ROLES]}}


def _denied() -> dict[str, Any]:
    wanted = Need((LIST_ORDERS,))
    return {"decision": False, "context": of_obstacle(Cause.NO_ROLE_LINKED, wanted, Language.EN)}
