"""The shapes of problems: what every refusal says, and what VTEX's clients read of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from chaveiro.core.attempt import Field, Need
from chaveiro.core.cause import Audience, Cause
from chaveiro.doors.causes.samples import sample
from chaveiro.doors.openapi.shapes import listed, record, ref, text, whole

if TYPE_CHECKING:
    from chaveiro.core.cause import Fact
    from chaveiro.doors.openapi.shapes import Schema

READABLE: Final = [cause for cause in Cause if cause.audience <= Audience.HOLDER]  # by whoever is refused


def _rfc_9457() -> dict[str, Schema]:
    return {
        "type": text("The cause's page, or `about:blank` where the message itself is wrong.", format="uri-reference"),
        "title": text("What is wrong, in one sentence."),
        "status": whole("The response's own status.", minimum=400, maximum=599),
        "detail": text("What exactly, and where."),
    }


def problem() -> Schema:
    """What is wrong with a message itself; some of these also have a cause."""
    return record(
        "A problem (RFC 9457).",
        _rfc_9457() | {"cause": ref("Cause"), "code": ref("Code"), "remedy": text("What would help.")},
        ("cause", "code", "remedy"),
    )


def denial() -> Schema:
    """Why a caller may not, or why nobody can tell."""
    told = {
        "cause": text("Why, as far as this caller may know.", enum=READABLE),
        "code": ref("Code"),
        "remedy": text("What would help."),
        "instance": text(
            "The denial's id, by which whoever keeps the account's keys reads the rest.",
            pattern=r"^urn:chaveiro:denial:[0-9A-Z]{26}$",
        ),
        "required": ref("Need"),
    }
    facts = _facts()
    return record(
        "A problem (RFC 9457) that tells why a caller may not, or that nobody can tell now.",
        _rfc_9457() | told | facts,
        ("instance", "required", *facts),
    )


def vtex_problem() -> Schema:
    """Why not, as VTEX's clients are told: a problem, and what they look for."""
    told = denial()
    optional = tuple({*told["properties"]} - {*_rfc_9457()})
    properties = told["properties"] | {
        "Message": text("The whole sentence, or the one that VTEX documents."),
        "error": ref("VtexError"),
        "reason": text("Why a command was refused, for programs."),
        "authStatus": text("What clients of VTEX ID look at first."),
        "Details": {"type": "null"},
        "HttpStatusCode": whole("The response's own status."),
        "VLMErrorCode": whole("17: there is no such key."),
    }
    more = ("reason", "authStatus", "Details", "HttpStatusCode", "VLMErrorCode")
    return record("A problem (RFC 9457), and what VTEX's clients read.", properties, (*optional, *more))


def _facts() -> dict[str, Schema]:
    """What causes are about, by the samples of the causes that a caller may read."""
    told = {name: fact for cause in READABLE for name, fact in sample(cause).facts.items()}
    facts = {name: _fact(name, fact) for name, fact in sorted(told.items()) if not isinstance(fact, Need)}
    return facts | {"field": text("Which of the two values the cause is about.", enum=[*Field])}


_FACTS: Final = {
    "at": text("Since when.", format="date-time"),
    "retry_after": {"type": "number", "minimum": 0, "description": "In how many seconds to try again."},
    "position": whole("Where, counted from 1.", minimum=1),
    "positions": listed({"type": "integer", "minimum": 1}, "Where, counted from 1."),
}


def _fact(name: str, fact: Fact) -> Schema:
    if name in _FACTS:
        return _FACTS[name]
    about = "What the cause is about."
    if isinstance(fact, tuple):
        return listed({"type": "integer" if isinstance(fact[0], int) else "string"}, about)
    return {"type": "string" if isinstance(fact, str) else "integer", "description": about}
