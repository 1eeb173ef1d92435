"""What operations answer alike: headers that every response carries, and the problems that may befall any request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from chaveiro.core.cause import Code
from chaveiro.doors.openapi.examples import refusals
from chaveiro.doors.openapi.shapes import REVISION, ref, text
from chaveiro.wire.answer import IDENTITY, IN_FORCE, JSON, PROBLEM, STANDING
from chaveiro.words.language import Language

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from chaveiro.doors.openapi.shapes import Schema

DENIED: Final = tuple(sorted({code.status for code in Code} - {Code.AUTHORIZATION_UNAVAILABLE.status}))
UNAVAILABLE: Final = Code.AUTHORIZATION_UNAVAILABLE.status
UNREAD: Final = (400, 408, 431)  # what the server itself may answer, before any door is found
TO_GATEWAY: Final = "ToGateway"
CARRIED: Final = "Carried"  # a problem that stands in a header as well
PROBLEM_HEADER: Final = "X-Chaveiro-Problem"

_ALWAYS: Final = ("X-Content-Type-Options", "X-Request-Id")
_MORE: Final = {
    401: ("WWW-Authenticate",),
    405: ("Allow",),
    429: ("Retry-After",),
    503: ("Retry-After",),
}
_WHY: Final = {  # named here: Python's own phrases change with its versions
    400: ("BadRequest", "The message cannot be read, or could be read in two ways."),
    401: ("Unauthorized", "The caller did not prove who it is, or its key is not in force."),
    403: ("Forbidden", "The caller proved who it is, and may not do this, or not from here."),
    404: ("NotFound", "There is no such thing."),
    405: ("MethodNotAllowed", "Another method is used here; `Allow` names it."),
    408: ("RequestTimeout", "The request took too long to arrive."),
    409: ("Conflict", "It is so already, or something stands in its way."),
    413: ("ContentTooLarge", "The body is too long."),
    415: ("UnsupportedMediaType", "The body is called something else than JSON."),
    422: ("UnprocessableContent", "The body is JSON, and not what is asked for."),
    429: ("TooManyRequests", "Too many requests; `Retry-After` says when to try again."),
    431: ("HeadTooLarge", "The head is too long."),
    500: ("UnexpectedError", "As VTEX answers where a user or key is nobody's."),
    503: (
        "ServiceUnavailable",
        "Nobody can tell now. It says nothing about the caller's credentials; `Retry-After` says when to try again.",
    ),
    507: ("InsufficientStorage", "The database has no room left: nothing is made, and revoking still works."),
}


def headers() -> dict[str, Schema]:
    """Every header by its name, as a component."""
    said: dict[str, Schema] = {
        "Allow": text("The methods that are used here."),
        "Cache-Control": text("Whether, and for how long, a cache may keep the answer."),
        "Content-Language": text("The language of the words.", enum=[one.tag for one in Language]),
        "Retry-After": {"type": "integer", "minimum": 1, "description": "In how many seconds to try again."},
        "WWW-Authenticate": text("How to authenticate; with the error if something was sent (RFC 6750)."),
        "X-Content-Type-Options": text("Nothing is guessed from a body.", const="nosniff"),
        "X-Request-Id": text("The caller's own id, where it is one and cannot be a secret; a new one otherwise."),
        PROBLEM_HEADER: text("The problem once more, for gateways that drop the body of an authorizer's answer."),
        IDENTITY[0]: text("The account that the caller acts in."),
        IDENTITY[1]: text("Who calls: the appKey, or a user's e-mail address."),
        IDENTITY[2]: text("The caller's roles by number, with commas between.", pattern="^([0-9]+(,[0-9]+)*)?$"),
        STANDING[0]: text("Every change up to this one was known when this was answered.", pattern=REVISION),
        IN_FORCE[0]: text("Whether every node knows of it.", enum=["true", "false", "unknown"]),
        IN_FORCE[1]: text("From when on no node decides as before.", format="date-time"),
        STANDING[1]: {
            "type": "number",
            "minimum": 0,
            "description": "How many seconds before it was certain that there was no other.",
        },
    }
    return {
        name: {"description": schema.pop("description"), "required": True, "schema": schema}
        for name, schema in said.items()
    }


def answer(
    description: str,
    content: Mapping[str, Schema] | None = None,
    *,
    told: Iterable[str] = (),
) -> Schema:
    """One response: its bodies by content type, and the headers that it surely carries."""
    names = sorted({*_ALWAYS, *told, *(["Cache-Control"] if content else [])})
    response: Schema = {"description": description, "headers": {name: ref(name, "headers") for name in names}}
    if content:
        response["content"] = dict(content)
    return response


def json_answer(description: str, schema: Schema, *, told: Iterable[str] = (), **more: Schema) -> Schema:
    """A response with a body of one shape."""
    return answer(description, {JSON.decode(): {"schema": schema, **more}}, told=told)


def shared() -> dict[str, Schema]:
    """Every shared response by its name, as a component; and without a body, as HEAD is answered."""
    told = {_name(status): _problem(status) for status in _WHY}
    told |= {_name(status, "Denial"): _denial(status) for status in (*DENIED, UNAVAILABLE)}
    told |= {_name(status, "Denial", CARRIED): _denial(status, PROBLEM_HEADER) for status in DENIED}
    told[_name(UNAVAILABLE, "Problem", TO_GATEWAY)] = _problem(UNAVAILABLE, *STANDING)
    told[_name(UNAVAILABLE, "Problem", CARRIED)] = _problem(UNAVAILABLE, *STANDING, PROBLEM_HEADER)
    told |= {vtex_name(status): _to_vtex(status) for status in _WHY}
    return told | {f"{name}Head": bodiless(response) for name, response in told.items()}


def _problem(status: int, *told: str) -> Schema:
    """What is wrong with a message, or with whoever passed it on."""
    read = status not in UNREAD
    said = (*_MORE.get(status, ()), *(("Content-Language",) if read else ()), *told)
    content = {PROBLEM.decode(): {"schema": ref("Problem")}}
    return answer(_WHY[status][1], content, told=said)


def _denial(status: int, *told: str) -> Schema:
    """How a caller is refused with a cause."""
    content = {PROBLEM.decode(): {"schema": ref("Denial"), "examples": refusals(status)}}
    return answer(_WHY[status][1], content, told=(*_MORE.get(status, ()), "Content-Language", *STANDING, *told))


def _to_vtex(status: int) -> Schema:
    """How VTEX's clients are told: the same, and what they look for."""
    read = status not in {408, 431}
    content = {PROBLEM.decode(): {"schema": ref("VtexProblem" if read else "Problem")}}
    said = (*_MORE.get(status, ()), *(("Content-Language",) if status not in UNREAD else ()))
    return answer(_WHY[status][1], content, told=said)


def vtex_name(status: int) -> str:
    """The name of a response to VTEX's clients."""
    return _name(status, "Vtex")


def bodiless(response: Schema) -> Schema:
    """The same response to HEAD."""
    if "$ref" in response:
        return ref(f"{response['$ref'].rpartition('/')[2]}Head", "responses")
    return {name: value for name, value in response.items() if name != "content"}


def problems(*statuses: int) -> dict[str, Schema]:
    """Problems about a message itself, beside those that may befall any request."""
    told = {str(status): ref(_name(status), "responses") for status in sorted({*statuses, *UNREAD})}
    return told | {str(UNAVAILABLE): ref(_name(UNAVAILABLE, "Denial"), "responses")}


def denials(form: str = "") -> dict[str, Schema]:
    """Refusals with a cause."""
    return {str(status): ref(_name(status, "Denial", form), "responses") for status in DENIED}


def to_gateway(form: str = "") -> dict[str, Schema]:
    """What a gateway is answered but an allow. One that is not trusted, or says too little, is told no cause."""
    misconfigured = {str(UNAVAILABLE): ref(_name(UNAVAILABLE, "Problem", form or TO_GATEWAY), "responses")}
    return problems() | denials(form) | misconfigured


def _name(status: int, kind: str = "Problem", form: str = "") -> str:
    return f"{kind}{_WHY[status][0]}{form}"
