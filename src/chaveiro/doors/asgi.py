"""The way in by HTTP: one plain ASGI callable, no framework before the check.

It bounds what comes in, finds the door, and sends what the door replies. An account that is in memory is decided at
once; the first request of any other waits for the store in a thread.
"""

from __future__ import annotations

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final

import structlog

from chaveiro.doors import check, gateways, health, leaks, simulate
from chaveiro.doors.authzen import door as authzen
from chaveiro.doors.authzen.discovery import CONFIGURATION, discovery
from chaveiro.doors.causes.pages import page
from chaveiro.doors.console.app import arrived_console, body_bytes_max, console_app, is_console
from chaveiro.doors.console.room import CONSOLE
from chaveiro.doors.console.visit import Console
from chaveiro.doors.decided import awaited, decided
from chaveiro.doors.doctor.page import PATH as DOCTOR
from chaveiro.doors.doctor.page import doctor_page
from chaveiro.doors.metrics import METRICS, Metrics
from chaveiro.doors.openapi.document import PATH as OPENAPI
from chaveiro.doors.openapi.document import document, written
from chaveiro.doors.openapi.vtex import vtex_described
from chaveiro.doors.traces import traces
from chaveiro.doors.vtex.app import arrived, is_vtex, told_reach, vtex_app
from chaveiro.doors.vtex.caller import Door
from chaveiro.doors.vtex.problems import for_vtex
from chaveiro.node.answer import RETRY_SECONDS
from chaveiro.wire.answer import NO_STORE, NOSNIFF, dated, plain_problem, unavailable
from chaveiro.wire.check import BODY_BYTES_MAX
from chaveiro.wire.leaks import REPORT_BYTES_MAX
from chaveiro.wire.link import HANDOVER
from chaveiro.wire.message import REQUEST_ID, TARGET, Message, Reply, request_id

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping

    from chaveiro.denials import Denials
    from chaveiro.doors.leaks import Leaks
    from chaveiro.doors.place import Place
    from chaveiro.node import Answer, Node
    from chaveiro.usertokens import UserTokens

    Scope = MutableMapping[str, Any]
    Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
    Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
    ASGIApp = Callable[[Scope, Receive, Send], Awaitable[None]]

BODY_SECONDS_MAX: Final = 10.0
CAUSES: Final = "/causes"
_CLOSE: Final = (b"connection", b"close")

_DIGITS = re.compile(rb"[0-9]{1,15}")
_READING = ("GET", "HEAD")
_GATEWAYS = frozenset({gateways.AUTH_REQUEST, gateways.FORWARD_AUTH})
_OF_CHECKS = frozenset({check.PATH, health.HEALTHZ, health.READYZ, METRICS})
_PAGES = frozenset({health.HEALTHZ, health.READYZ, METRICS, OPENAPI, CONFIGURATION})

_log = structlog.get_logger(__name__)


class App:
    """Every door of one process."""

    def __init__(
        self,
        node: Node,
        denials: Denials,
        place: Place,
        user_tokens: UserTokens,
        console: Console,
        *,
        reports: Leaks | None = None,
    ) -> None:
        self._node = node
        self._console = console
        self._console_app = console_app()
        self._vtex = Door(node, user_tokens, place)
        self._vtex_app = vtex_app()
        self._denials = denials
        self._place = place
        self._metrics = Metrics(node, denials, console.sessions)
        self._traces = traces()
        self._questions = {check.PATH: self._check, simulate.PATH: self._simulate}
        self._questions |= dict.fromkeys(authzen.PATHS, self._authzen)
        self._leaks = reports
        if reports is not None:
            self._questions[leaks.PATH] = self._report
        # A thread of their own: reports wait for each other, and nobody else for them.
        self._reporting = ThreadPoolExecutor(1, "leaks") if reports else None
        self._openapi: Reply | None = None
        self._draining = False

    def drain(self) -> None:
        """Say that this process is about to stop. What is still asked of it is answered."""
        self._draining = True

    @property
    def metrics(self) -> Metrics:
        """What is counted here."""
        return self._metrics

    @property
    def checks(self) -> CheckApp:
        """The doors for checks, and nothing else."""
        return CheckApp(self)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, whatever comes."""
        if scope["type"] != "http":
            await _decline(scope, receive, send)
            return
        message = _message(scope)
        await _sent(await self._whatever_comes(message, self._reply(message, receive)), message, send)

    async def gateway(self, message: Message) -> Reply:
        """Answer a gateway that asks by other means than HTTP, whatever comes."""
        return await self._whatever_comes(message, self._checked(message, b""))

    async def _whatever_comes(self, message: Message, reply: Awaitable[Reply]) -> Reply:
        began, door = perf_counter(), _route(message.path)
        if self._traces is None:
            found = await self._answered(message, reply)
        else:
            with self._traces.request(door, message, believed=self._place.trusts(message.peer)) as span:
                found = await self._answered(message, reply)
                self._traces.answered(span, found.status)
        self._metrics.answered(door, found.status, perf_counter() - began)
        return found

    async def _answered(self, message: Message, reply: Awaitable[Reply]) -> Reply:
        try:
            return await reply
        except Exception as surprise:  # noqa: BLE001 - a doubt is never an allow, nor a 401 that blames the caller
            return self._surprised(surprise, message)

    def at_once(self, message: Message, body: bytes) -> Reply | None:
        """Answer a check that waits for nothing, as it would be answered otherwise; None for all else. Never raises.

        *body* is whole, and no longer than a question may be. The reply has all its headers. Where spans are made it is
        always None.
        """
        if self._traces is not None:
            return None
        began, door = perf_counter(), _route(message.path)
        try:
            reply = self._checked_at_once(message, body, door, began)
        except Exception as surprise:  # noqa: BLE001 - as in `__call__`
            reply = self._surprised(surprise, message)
        if reply is None:
            return None
        self._metrics.answered(door, reply.status, perf_counter() - began)
        return completed(reply, message)

    def _checked_at_once(self, message: Message, body: bytes, door: str, began: float) -> Reply | None:
        asks = message.path == check.PATH and message.method == "POST" and "#" not in message.target
        if message.host is None or not (asks or is_gateways(message.path)):
            return None
        asked = self._question(message, body)
        if isinstance(asked, Reply):
            return asked
        answer = self._node.check_at_once(asked.account, asked.request, at_least=asked.at_least)
        if answer is None:
            return None
        reply = self._replied(asked, answer, message)
        self._metrics.count(door, answer.verdict, perf_counter() - began)
        return reply

    async def _checked(self, message: Message, body: bytes) -> Reply:
        """Answer a check, be it after waiting for the store."""
        began = perf_counter()
        asked = self._question(message, body)
        if isinstance(asked, Reply):
            return asked
        answer = await decided(self._node, asked.account, asked.request, asked.at_least)
        reply = self._replied(asked, answer, message)
        self._metrics.count(_route(message.path), answer.verdict, perf_counter() - began)
        if self._traces is not None:
            self._traces.decided(answer.verdict)
        return reply

    def _question(self, message: Message, body: bytes) -> gateways.Asked | check.Asked | Reply:
        """What a gateway or a program wants to know, or what is wrong with its question."""
        if not is_gateways(message.path):
            return check.asked(message, body, self._place, self._node)
        asked = gateways.asked(message, self._place, self._node)
        return self._dated(asked) if isinstance(asked, Reply) else asked

    def _replied(self, asked: gateways.Asked | check.Asked, answer: Answer, message: Message) -> Reply:
        if isinstance(asked, gateways.Asked):
            return gateways.replied(asked, answer, message, self._place)
        return check.replied(asked, answer, message, self._place, self._node)

    async def _reply(self, message: Message, receive: Receive) -> Reply:
        path = message.path
        if message.host is None:
            refused = plain_problem(400, "Bad Request", "a request names exactly one host, in one `Host` header")
            return for_vtex(refused) if is_vtex(path) else refused
        if is_gateways(path):
            return await self._checked(message, b"")
        if "#" in message.target:
            return plain_problem(400, "Bad Request", "a request's target has no fragment")
        if (asked := self._questions.get(path)) is not None:
            return await asked(message, receive)
        if path == OPENAPI and message.method in _READING and self._openapi is None:
            self._openapi = await asyncio.to_thread(self.described)
        if is_vtex(path):
            return await self._as_vtex(message, receive)
        if is_console(path):
            return await self._as_console(message, receive)
        if path == METRICS and message.method in _READING:
            return await asyncio.to_thread(self._metrics.reply)  # which asks the store how the other nodes are
        return self._page(message)

    def described(self) -> Reply:
        """Write the description of every door. It takes a while, and is the same each time."""
        return written(document(self._place.public_url, vtex_described()))

    async def _check(self, message: Message, receive: Receive) -> Reply:
        if message.method != "POST":
            return _not_allowed("POST")
        body = await _body(message, receive)
        return body if isinstance(body, Reply) else await self._checked(message, body)

    async def _simulate(self, message: Message, receive: Receive) -> Reply:
        if message.method != "POST":
            return _not_allowed("POST")
        body = await _body(message, receive)
        if isinstance(body, Reply):
            return body
        return await asyncio.to_thread(simulate.replied, message, body, self._place, self._node, self._denials)

    async def _authzen(self, message: Message, receive: Receive) -> Reply:
        if message.method != "POST":
            return _not_allowed("POST")
        body = await _body(message, receive)
        if isinstance(body, Reply):
            return body
        asked = authzen.asked(message, body)
        if isinstance(asked, Reply):
            return asked
        if asked.at_least is not None:
            await awaited(self._node, asked.at_least)
        reply, verdicts = await asyncio.to_thread(authzen.replied, asked, message, self._place, self._node)
        for found, seconds in verdicts:  # counted here: two threads that add to one number may lose one
            self._metrics.count(authzen.NAME, found, seconds)
        return reply

    async def _report(self, message: Message, receive: Receive) -> Reply:
        if self._leaks is None or message.method != "POST":
            return _not_allowed("POST")
        body = await _body(message, receive, REPORT_BYTES_MAX)
        if isinstance(body, Reply):
            return body
        return await asyncio.get_running_loop().run_in_executor(self._reporting, self._leaks.replied, message, body)

    async def _as_vtex(self, message: Message, receive: Receive) -> Reply:
        body = await _body(message, receive)
        if isinstance(body, Reply):
            return for_vtex(body)
        scope = arrived(message, body, self._vtex)
        return scope if isinstance(scope, Reply) else told_reach(await _asked(self._vtex_app, scope, body), scope)

    async def _as_console(self, message: Message, receive: Receive) -> Reply:
        most = await asyncio.to_thread(body_bytes_max, message, self._console)
        body = await _body(message, receive, most)
        if isinstance(body, Reply):
            return body
        scope = arrived_console(message, self._console)
        return scope if isinstance(scope, Reply) else await _asked(self._console_app, scope, body)

    def _dated(self, reply: Reply) -> Reply:
        """A reply that no decision was made for, saying what this node knows now."""
        return dated(reply, self._node.known.standing())

    def _page(self, message: Message) -> Reply:
        path = message.path
        if path not in _PAGES and not _below(path, CAUSES) and not _below(path, DOCTOR):
            return plain_problem(404, "Not Found", "there is nothing here; docs/reference/http.md lists every address")
        if message.method not in _READING:
            return _not_allowed(", ".join(_READING))
        if path == OPENAPI and self._openapi is not None:
            return self._openapi
        if path == health.HEALTHZ:
            return health.healthz()
        if path == health.READYZ:
            return health.readyz(self._node, self._place, draining=self._draining)
        if path == CONFIGURATION:
            return discovery(message, self._place)
        if _below(path, DOCTOR):
            return doctor_page(path, message.query, _joined(message.values(b"accept-language")), self._place.public_url)
        return _cause_page(message)

    def _surprised(self, surprise: Exception, message: Message) -> Reply:
        _log.error("request_failed", surprise=type(surprise).__name__, door=_route(message.path))
        return self._cannot_tell(message)

    def _cannot_tell(self, message: Message) -> Reply:
        told = self._place.cannot_tell(message)
        reply = self._dated(unavailable(told, retry_after_seconds=RETRY_SECONDS, causes=self._place.public_url))
        if is_vtex(message.path):
            return for_vtex(reply)
        return gateways.carried(reply) if message.path == gateways.AUTH_REQUEST else reply


class CheckApp:
    """Checks, health and metrics of one process: what is told to a gateway beside it. There is nothing else."""

    def __init__(self, app: App) -> None:
        self._app = app
        self.at_once = app.at_once

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, whatever comes."""
        message = _message(scope) if scope["type"] == "http" else None
        if message is None or is_gateways(message.path) or message.path in _OF_CHECKS or message.host is None:
            await self._app(scope, receive, send)
        else:
            await _sent(plain_problem(404, "Not Found", "checks alone are answered at this address"), message, send)


def is_gateways(path: str) -> bool:
    """Say whether a gateway asks there."""
    return path in _GATEWAYS or _below(path, gateways.ENVOY)


def _below(path: str, folder: str) -> bool:
    return path.startswith(folder) and (len(path) == len(folder) or path[len(folder)] == "/")


_DOORS: Final = {
    check.PATH: check.NAME,
    simulate.PATH: "simulate",
    leaks.PATH: "leaks",
    **dict.fromkeys((*authzen.PATHS, CONFIGURATION), authzen.NAME),
    gateways.AUTH_REQUEST: "auth-request",
    gateways.FORWARD_AUTH: "forward-auth",
    health.HEALTHZ: "healthz",
    health.READYZ: "readyz",
    METRICS: "metrics",
    OPENAPI: "openapi",
    gateways.ENVOY: "envoy",
    CAUSES: "causes",
    DOCTOR: "doctor",
    CONSOLE: "console",
    HANDOVER: "handover",
}
_FOLDERS: Final = tuple((f"{one}/", _DOORS[one]) for one in (gateways.ENVOY, CAUSES, DOCTOR, CONSOLE, HANDOVER))


def _route(path: str) -> str:
    """The door's name for logs, metrics and spans: never the path itself, which may hold anything."""
    if (named := _DOORS.get(path)) is not None:
        return named
    for folder, name in _FOLDERS:
        if path.startswith(folder):
            return name
    return "vtex" if is_vtex(path) else "other"


def _message(scope: Scope) -> Message:
    raw = (scope.get("extensions") or {}).get(TARGET, {}).get("raw")
    if raw is None:
        path = scope.get("raw_path") or scope["path"].encode()
        query = scope["query_string"]
        raw = path + b"?" + query if query else path
    client = scope.get("client")
    return Message(
        method=scope["method"],
        target=raw.decode("latin-1"),
        headers=tuple(scope["headers"]),
        peer=client[0] if client else "",
    )


async def _body(message: Message, receive: Receive, bytes_max: int = BODY_BYTES_MAX) -> bytes | Reply:
    lengths = message.values(b"content-length")
    if any(not _DIGITS.fullmatch(length) for length in lengths) or len(lengths) > 1:
        return plain_problem(400, "Bad Request", "a request has at most one length")
    if lengths and int(lengths[0]) > bytes_max:
        return _too_long(bytes_max)
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS_MAX):
            while True:
                event = await receive()
                if event["type"] != "http.request":
                    return plain_problem(400, "Bad Request", "the request ended before its body did", _CLOSE)
                body += event.get("body", b"")
                if len(body) > bytes_max:
                    return _too_long(bytes_max)
                if not event.get("more_body"):
                    return bytes(body)
    except TimeoutError:
        return plain_problem(408, "Request Timeout", "the body took too long to arrive", _CLOSE)


async def _asked(app: ASGIApp, scope: Scope, body: bytes) -> Reply:
    """Ask an application, the whole body in hand, and take its whole answer."""
    said: list[MutableMapping[str, Any]] = []

    async def receive() -> MutableMapping[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(event: MutableMapping[str, Any]) -> None:
        said.append(event)

    await app(scope, receive, send)
    headers = [(name, value) for name, value in said[0]["headers"] if name != b"content-length"]
    if not any(name == NO_STORE[0] for name, _ in headers):
        headers.append(NO_STORE)
    return Reply(said[0]["status"], tuple(headers), b"".join(event.get("body", b"") for event in said[1:]))


def _too_long(bytes_max: int) -> Reply:
    return plain_problem(413, "Content Too Large", f"a question has at most {bytes_max // 1024} KiB", _CLOSE)


def _not_allowed(methods: str) -> Reply:
    detail = f"use {methods} here"
    return plain_problem(405, "Method Not Allowed", detail, (b"allow", methods.encode()))


def _cause_page(message: Message) -> Reply:
    accept, language = message.values(b"accept"), message.values(b"accept-language")
    found = page(message.path, message.query, _joined(accept), _joined(language))
    headers = ((name.lower().encode(), value.encode()) for name, value in found.headers)
    return Reply(found.status, tuple(one for one in headers if one != NOSNIFF), found.body)


def _joined(values: list[bytes]) -> str:
    return b", ".join(values).decode("latin-1")


def completed(reply: Reply, message: Message) -> Reply:
    """A reply with the headers that every reply has."""
    more = NOSNIFF, (REQUEST_ID, request_id(message.one(REQUEST_ID))), (b"content-length", b"%d" % len(reply.body))
    return Reply(reply.status, reply.headers + more, reply.body)


async def _sent(reply: Reply, message: Message, send: Send) -> None:
    headers = completed(reply, message).headers
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if message.method == "HEAD" else reply.body})


async def _decline(scope: Scope, receive: Receive, send: Send) -> None:
    """Follow a server's start and stop; take no WebSocket."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1000})
    while scope["type"] == "lifespan":
        event = await receive()
        await send({"type": f"{event['type']}.complete"})
        if event["type"] == "lifespan.shutdown":
            return
