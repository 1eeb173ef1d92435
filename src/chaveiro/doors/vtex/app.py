"""VTEX's License Manager and VTEX ID, as their clients know them."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from fastapi import FastAPI, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from chaveiro.catalogue import canonical
from chaveiro.core.attempt import Ambiguous, Need
from chaveiro.core.names import AccountName, Resource
from chaveiro.doors.vtex import access, account, appkeys, renewal, roles, signin, users
from chaveiro.doors.vtex.caller import CALL, Call, Door, Needs
from chaveiro.doors.vtex.problems import INVALID_EMAIL, Refused, documented, for_vtex, malformed
from chaveiro.node.answer import RETRY_SECONDS
from chaveiro.stores.port import DiskFull, StoreUnavailable
from chaveiro.wire import answer as wire
from chaveiro.wire.check import BodyMalformed, json_value
from chaveiro.wire.message import Message, Reply

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from fastapi.telemetry import TelemetryConfig

    from chaveiro.doors.place import Place

    Scope = dict[str, Any]

FOLDERS: Final = ("/api/license-manager", "/api/vlm", "/api/vtexid")
ROOMS: Final = (users, roles, appkeys, account, access, signin, renewal)
_EXTRA: Final = "extra_forbidden"  # pydantic's word
_JSON: Final = (b"content-type", b"application/json")
_BY_PATH = re.compile(r"/([a-z0-9]{1,32})(/api/(?:license-manager|vlm|vtexid)/.*)")
_OF_ACCOUNT = re.compile(r"/api/license-manager/pvt/accounts/([a-z0-9]{1,32})/")
_NO_ID = re.compile(r"/api/license-manager/users//roles(?:/[^/]*)?")  # what an id that is null makes of the path


# FastAPI's own would record addresses and the messages of exceptions, in both of which a credential may stand.
_SILENT: Final[TelemetryConfig] = {
    "tracing": False, "metrics": False, "logs": False, "operation_spans": False, "auto_configure": False,
}  # fmt: skip


def is_vtex(path: str) -> bool:
    """Say whether a path is one of VTEX's."""
    if path == signin.JWKS or path.startswith(tuple(f"{folder}/" for folder in FOLDERS)):
        return True
    return _BY_PATH.fullmatch(path) is not None


def vtex_app() -> FastAPI:
    """All routes, each with what it needs. It answers requests that `arrived` made."""
    app = FastAPI(
        title="VTEX",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        telemetry=_SILENT,
    )
    for room in ROOMS:
        app.include_router(room.router)
    for surprise, answer in _ANSWERS.items():
        app.add_exception_handler(surprise, answer)
    return app


def routes() -> dict[tuple[str, str], tuple[Resource, ...]]:
    """Every method and path, with the resources of which a caller needs one; none where any role is enough, or none."""
    return {(method, route.path): _resources(route) for route in api_routes() for method in route.methods or ()}


def api_routes() -> Iterator[APIRoute]:
    """Every route, as FastAPI knows it."""
    for room in ROOMS:
        yield from (route for route in room.router.routes if isinstance(route, APIRoute))


def needs_of(route: APIRoute) -> Needs | None:
    """What a route asks of its caller. None: it judges what the body holds, or asks nobody."""
    return next((one.call for one in route.dependant.dependencies if isinstance(one.call, Needs)), None)


def _resources(route: APIRoute) -> tuple[Resource, ...]:
    needs = needs_of(route)
    return needs.need.resources if needs and isinstance(needs.need, Need) else ()


def arrived(message: Message, body: bytes, door: Door) -> Scope | Reply:
    """A request as the application reads it: its path in one reading, its body strict JSON, its account named."""
    addressed = _addressed(message, door.place)
    if addressed is None:
        return malformed(404, "host or query name one account and the path another")
    named, path = addressed
    if _NO_ID.fullmatch(path):
        return _not_allowed(())
    segments = canonical(path)
    if isinstance(segments, Ambiguous):
        return malformed(400, f"the path has `{segments.part}`, which servers read in different ways")
    if body and message.values(b"cookie") and not _says_json(message):
        return malformed(
            415, "a request with a cookie says `Content-Type: application/json`: other sites cannot do that"
        )
    if body:
        try:
            json_value(body)
        except BodyMalformed as surprise:
            return malformed(surprise.status, str(surprise))
    said = "/" + "/".join(segments).removesuffix("/")
    headers = [(name, value) for name, value in message.headers if name != b"content-type"]
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": "GET" if message.method == "HEAD" else message.method,
        "scheme": "https",
        "path": said,
        "raw_path": quote(said).encode(),
        "root_path": "",
        "query_string": message.query.encode("latin-1"),
        "headers": [*headers, _JSON] if body else headers,
        "client": None,
        "server": None,
        CALL: Call(door, message, named),
    }


def told_reach(reply: Reply, scope: Scope) -> Reply:
    """The same reply and, where something was taken away, on headers where that is in force. Bodies are VTEX's."""
    call: Call = scope[CALL]
    if not call.taken:
        return reply
    found = call.taken[-1]
    return wire.in_force(reply, found.revision, effective=found.effective, latest_by=found.latest_by)


def _says_json(message: Message) -> bool:
    """Whether a page of another site could not have sent it without being asked first whether it may."""
    return (message.one(b"content-type") or "").partition(";")[0].strip().lower() == "application/json"


def _addressed(message: Message, place: Place) -> tuple[AccountName | None, str] | None:
    """The account that door, host, query or path name, and the path without it. None: they name two."""
    named, path = place.named_account(message.host, message.query), message.path
    if found := _BY_PATH.fullmatch(path):
        account, path = AccountName(found[1]), found[2]
        if named not in {None, account}:
            return None
        named = account
    if named is None and (found := _OF_ACCOUNT.match(path)):
        named = AccountName(found[1])
    return named, path


def _refused(_request: object, refused: Exception) -> Response:
    if not isinstance(refused, Refused):
        raise TypeError(type(refused).__name__)
    return _response(refused.reply)


def _cannot_tell(request: Any, _surprise: Exception) -> Response:  # noqa: ANN401 - what Starlette hands over
    call: Call = request.scope[CALL]
    told = call.door.place.cannot_tell(call.message)
    reply = wire.unavailable(told, retry_after_seconds=RETRY_SECONDS, causes=call.door.place.public_url)
    return _response(for_vtex(wire.dated(reply, call.door.node.known.standing())))


def _no_room(_request: object, _surprise: Exception) -> Response:
    """Say that nothing can be added now, and what still can be done."""
    told = "the database has no room left: nothing can be made or changed until whoever runs Chaveiro frees space"
    return _response(malformed(507, f"{told}; keys are still decided, and can be deactivated and deleted"))


def _not_as_asked(_request: object, surprise: Exception) -> Response:
    """Say which field is wrong and how, and quote nothing of what was sent."""
    if not isinstance(surprise, RequestValidationError):
        raise TypeError(type(surprise).__name__)
    found = [_told(one) for one in surprise.errors()]
    if ("body", "email") in {where for where, _ in found}:
        return _response(documented(400, INVALID_EMAIL, "the body names one e-mail address, as a text").reply)
    told = "; ".join(dict.fromkeys(f"{'.'.join(where)}: {what}" for where, what in found))
    return _response(malformed(422, told))


def _nowhere(request: Any, surprise: Exception) -> Response:  # noqa: ANN401 - what Starlette hands over
    """Nothing is here, or not with this method."""
    if not isinstance(surprise, HTTPException):
        raise TypeError(type(surprise).__name__)
    if surprise.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        here = (route for route in api_routes() if route.path_regex.match(request.scope["path"]))
        used = {method for route in here for method in route.methods or ()}
        return _response(_not_allowed(sorted(used | ({"HEAD"} if "GET" in used else set()))))
    return _response(malformed(surprise.status_code, "there is nothing here; docs/reference/vtex.md lists every route"))


_ANSWERS: Final = {
    Refused: _refused,
    DiskFull: _no_room,
    StoreUnavailable: _cannot_tell,
    RequestValidationError: _not_as_asked,
    HTTPException: _nowhere,
}


def _told(error: Mapping[str, Any]) -> tuple[tuple[str, ...], str]:
    """Where something is wrong, and what. A field that nobody asked for is not named: its name may be anything."""
    where = tuple(map(str, error["loc"]))
    return (where[:-1], "it has a field that nobody asked for") if error["type"] == _EXTRA else (where, error["msg"])


def _not_allowed(methods: Sequence[str]) -> Reply:
    allowed = ", ".join(methods)
    detail = f"use {allowed} here" if allowed else "an id is missing in the path"
    reply = wire.plain_problem(405, "Method Not Allowed", detail, (b"allow", allowed.encode()))
    return for_vtex(reply)


def _response(reply: Reply) -> Response:
    response = Response(reply.body, status_code=reply.status)
    response.raw_headers.extend(reply.headers)
    return response
