"""The way in by HTTP: one plain ASGI callable, no framework before the check.

The only module that speaks `async`. It bounds what comes in, finds the door, and sends what the door replies. An
account that is in memory is decided at once; the first request of any other waits for the store in a thread.
"""

from __future__ import annotations

import asyncio
import re
import secrets
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final

import structlog

from chaveiro.core.names import looks_secret
from chaveiro.doors import check, gateways, health, leaks, simulate
from chaveiro.doors.causes.pages import page
from chaveiro.doors.console.app import arrived_console, body_bytes_max, console_app, is_console
from chaveiro.doors.console.room import CONSOLE
from chaveiro.doors.console.visit import Console
from chaveiro.doors.doctor.page import PATH as DOCTOR
from chaveiro.doors.doctor.page import doctor_page
from chaveiro.doors.metrics import METRICS, Metrics
from chaveiro.doors.openapi.document import PATH as OPENAPI
from chaveiro.doors.openapi.document import document, written
from chaveiro.doors.openapi.vtex import vtex_described
from chaveiro.doors.vtex.app import arrived, is_vtex, told_reach, vtex_app
from chaveiro.doors.vtex.caller import Door
from chaveiro.doors.vtex.problems import for_vtex
from chaveiro.node.answer import RETRY_SECONDS
from chaveiro.node.node import WAIT_SECONDS_MAX
from chaveiro.wire.answer import NO_STORE, dated, plain_problem, unavailable
from chaveiro.wire.check import BODY_BYTES_MAX
from chaveiro.wire.leaks import REPORT_BYTES_MAX
from chaveiro.wire.link import HANDOVER
from chaveiro.wire.message import TARGET, Message, Reply

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping

    from chaveiro.core.attempt import Request
    from chaveiro.core.keyring import Revision
    from chaveiro.core.names import AccountName
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
LOOK_SECONDS: Final = 0.01  # between two looks whether a change that somebody insists on is known by now
CAUSES: Final = "/causes"
NOSNIFF: Final = (b"x-content-type-options", b"nosniff")
_CLOSE: Final = (b"connection", b"close")

_REQUEST_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}")
_DIGITS = re.compile(rb"[0-9]{1,15}")
_READING = ("GET", "HEAD")
_PAGES = frozenset({health.HEALTHZ, health.READYZ, METRICS, OPENAPI})

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
        self._leaks = reports
        self._posted = {check.PATH: self._check, simulate.PATH: self._simulate}
        if reports is not None:
            self._posted[leaks.PATH] = self._report
        # A thread of their own: reports wait for each other, and nobody else for them.
        self._reporting = ThreadPoolExecutor(1, "leaks") if reports else None
        self._metrics = Metrics(node, denials)
        self._openapi: Reply | None = None
        self._draining = False

    def drain(self) -> None:
        """Say that this process is about to stop. What is still asked of it is answered."""
        self._draining = True

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, whatever comes."""
        if scope["type"] != "http":
            await _decline(scope, receive, send)
            return
        message = _message(scope)
        try:
            reply = await self._reply(message, receive)
        except Exception as surprise:  # noqa: BLE001 - a doubt is never an allow, nor a 401 that blames the caller
            _log.error("request_failed", surprise=type(surprise).__name__, path=_route(message.path))
            reply = self._cannot_tell(message)
        await _sent(reply, message, send)

    async def _reply(self, message: Message, receive: Receive) -> Reply:
        path = message.path
        if message.host is None:
            refused = plain_problem(400, "Bad Request", "a request names exactly one host, in one `Host` header")
            return for_vtex(refused) if is_vtex(path) else refused
        if path in {gateways.AUTH_REQUEST, gateways.FORWARD_AUTH} or _below(path, gateways.ENVOY):
            return await self._gateway(message)
        if "#" in message.target:
            return plain_problem(400, "Bad Request", "a request's target has no fragment")
        if asked := self._posted.get(path):
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

    async def _gateway(self, message: Message) -> Reply:
        began = perf_counter()
        asked = gateways.asked(message, self._place, self._node)
        if isinstance(asked, Reply):
            return self._dated(asked)
        answer = await self._decided(asked.account, asked.request, asked.at_least)
        reply = gateways.replied(asked, answer, message, self._place)
        self._metrics.count(_route(message.path), answer.verdict, perf_counter() - began)
        return reply

    async def _check(self, message: Message, receive: Receive) -> Reply:
        if message.method != "POST":
            return _not_allowed("POST")
        body = await _body(message, receive)
        if isinstance(body, Reply):
            return body
        began = perf_counter()
        asked = check.asked(message, body, self._place, self._node)
        if isinstance(asked, Reply):
            return asked
        answer = await self._decided(asked.account, asked.request, asked.at_least)
        reply = check.replied(asked, answer, message, self._place, self._node)
        self._metrics.count(check.NAME, answer.verdict, perf_counter() - began)
        return reply

    async def _simulate(self, message: Message, receive: Receive) -> Reply:
        if message.method != "POST":
            return _not_allowed("POST")
        body = await _body(message, receive)
        if isinstance(body, Reply):
            return body
        return await asyncio.to_thread(simulate.replied, message, body, self._place, self._node, self._denials)

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

    async def _decided(self, account: AccountName | None, request: Request, at_least: Revision | None) -> Answer:
        node = self._node
        if at_least is not None and not node.known.is_at(at_least):
            await self._awaited(at_least)
            return await asyncio.to_thread(node.check, account, request, at_least=at_least, wait_seconds=0)
        if node.known.has(account):
            return node.check(account, request, at_least=at_least, wait_seconds=0)
        return await asyncio.to_thread(node.check, account, request, at_least=at_least, wait_seconds=0)

    async def _awaited(self, revision: Revision) -> None:
        """Wait a little for a revision. On the loop: whoever insists on one that never comes must hold no thread."""
        node, give_up = self._node, perf_counter() + WAIT_SECONDS_MAX
        while node.known.follows and not node.known.is_at(revision) and perf_counter() < give_up:
            node.known.hurry()
            await asyncio.sleep(LOOK_SECONDS)

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
        if _below(path, DOCTOR):
            return doctor_page(path, message.query, _joined(message.values(b"accept-language")), self._place.public_url)
        return _cause_page(message)

    def _cannot_tell(self, message: Message) -> Reply:
        told = self._place.cannot_tell(message)
        reply = self._dated(unavailable(told, retry_after_seconds=RETRY_SECONDS, causes=self._place.public_url))
        if is_vtex(message.path):
            return for_vtex(reply)
        return gateways.carried(reply) if message.path == gateways.AUTH_REQUEST else reply


def _below(path: str, folder: str) -> bool:
    return path == folder or path.startswith(f"{folder}/")


def _route(path: str) -> str:
    """The door's name for logs and metrics: never the path itself, which may hold anything."""
    named = (
        gateways.AUTH_REQUEST,
        gateways.FORWARD_AUTH,
        gateways.ENVOY,
        check.PATH,
        simulate.PATH,
        leaks.PATH,
        CAUSES,
        DOCTOR,
        CONSOLE,
        HANDOVER,
    )
    for name in named:
        if _below(path, name):
            return name.rpartition("/")[2]
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


def _request_id(message: Message) -> bytes:
    """The caller's own id where it is one, and surely no secret; a new one otherwise."""
    given = message.one(b"x-request-id")
    if given and _REQUEST_ID.fullmatch(given) and not looks_secret(given):
        return given.encode()
    return secrets.token_hex(8).encode()


async def _sent(reply: Reply, message: Message, send: Send) -> None:
    headers = [
        *reply.headers,
        NOSNIFF,
        (b"x-request-id", _request_id(message)),
        (b"content-length", str(len(reply.body)).encode()),
    ]
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
