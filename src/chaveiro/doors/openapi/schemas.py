"""Every schema by its name: fields, causes, codes and bounds are those that the doors read and write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from chaveiro.core.attempt import Match
from chaveiro.core.cause import Audience, Cause, Code, Stage
from chaveiro.core.names import TEXT_LENGTH_MAX
from chaveiro.doors.openapi import authzen
from chaveiro.doors.openapi.problems import denial, problem, vtex_problem
from chaveiro.doors.openapi.questions import (
    STATUSES,
    check_answer,
    check_question,
    leaks,
    simulate_answer,
    simulate_question,
)
from chaveiro.doors.openapi.shapes import listed, nullable, record, ref, text, whole
from chaveiro.words.language import Language

if TYPE_CHECKING:
    from chaveiro.doors.openapi.shapes import Schema


def schemas() -> dict[str, Schema]:
    """Every schema of the doors that ask and answer about pairs, by its name."""
    return {
        "Resource": _RESOURCE,
        "Need": record(
            "What a request needs.",
            {
                "match": text("Whether one of the resources is enough.", enum=[match.value for match in Match]),
                "resources": listed(ref("Resource"), "The resources.", minItems=1),
            },
        ),
        "Cause": text("Why. A value is never renamed and never reused; `/causes/{cause}` explains it.", enum=[*Cause]),
        "Code": text("What a program may branch on.", enum=[*Code]),
        "Problem": problem(),
        "Denial": denial(),
        "VtexError": record(
            "What clients of orders and checkout look for.",
            {
                "code": text("The problem's code, the reason of a refused command, or the status."),
                "message": text("The whole sentence."),
                "exception": {"type": "null"},
            },
        ),
        "VtexProblem": vtex_problem(),
        **check_question(),
        **check_answer(),
        **simulate_question(),
        **simulate_answer(),
        **authzen.schemas(),
        **leaks(),
        **_pages(),
    }


_PART = r"^[!-.0-~]([ !-.0-~]{0,98}[!-.0-~])?$"
_RESOURCE: Final = record(
    "What a role lets a key do. Two resources are the same when product and key are.",
    {
        "product": text("The product.", pattern=_PART, maxLength=TEXT_LENGTH_MAX, examples=["OMS"]),
        "key": text("The resource's key in it.", pattern=_PART, maxLength=TEXT_LENGTH_MAX, examples=["ListOrders"]),
    },
    additionalProperties=False,
)


def _pages() -> dict[str, Schema]:
    short = {
        "cause": ref("Cause"),
        "stage": text("How far the request had come.", enum=[stage.name.lower() for stage in Stage]),
        "code": ref("Code"),
        "status": whole("The status it is answered with.", enum=STATUSES),
        "title": text("What is wrong, in one sentence."),
    }
    language = {"language": text("The language of the words.", enum=[one.tag for one in Language])}
    cause = short | {
        "readable_by": listed({"enum": [one.name.lower() for one in Audience], "type": "string"}, "Who may read it."),
        "others_read": nullable(text("What is told to whoever may not read it.")),
        "detail": text("What exactly."),
        "remedy": text("What would help."),
        "facts": listed({"type": "string"}, "Which facts it carries."),
        "field": nullable(text("Which of the two values it is about.")),
        "related": listed(ref("Cause"), "Causes that look alike."),
    }
    return {
        "CauseList": record(
            "Every cause.",
            {"causes": listed(record("A cause.", short | {"href": text("Its page.")}), "The causes."), **language},
        ),
        "CausePage": record("A cause, explained.", cause | language),
        "NotThere": record("There is no such cause.", {"title": text("That there is no such cause.")}),
        "Health": record("The process answers.", {"status": text("Always `ok`.", const="ok")}),
        "Readiness": record(
            "Whether checks are decided here.",
            {
                "status": text(
                    "`stale`: cut off from the database for too long; `draining`: about to stop; `starting`: the "
                    "database has not answered yet; `unfit`: it must not be served from, and the log says why.",
                    enum=["ready", "stale", "draining", "starting", "unfit"],
                ),
                "node": text("What tells this process from others; drawn at each start."),
                "name": text("What people call it."),
                "revision": {
                    "type": ["string", "null"],
                    "description": "The newest change that is known here, if any is.",
                },
                "stale_seconds": {
                    "type": ["number", "null"],
                    "description": "How long ago that was last proved, if it ever was.",
                },
                "stale_seconds_max": {"type": "number", "description": "How long it may be."},
                "rows_refused": {"type": "integer", "description": "Parts of accounts that are refused as damaged."},
            },
        ),
    }
