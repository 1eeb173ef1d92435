"""The way in by HTTP: the doors for checks, and behind them all others.

It bounds what comes in, finds the door, and sends what the door replies.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final

from chaveiro.doors import gateways, leaks, simulate
from chaveiro.doors.authzen import door as authzen
from chaveiro.doors.authzen.discovery import CONFIGURATION, discovery
from chaveiro.doors.causes.pages import page
from chaveiro.doors.checks import DOORS, READING, Checks, below
from chaveiro.doors.console.app import arrived_console, body_bytes_max, console_app, is_console
from chaveiro.doors.console.room import CONSOLE
from chaveiro.doors.decided import awaited
from chaveiro.doors.doctor.page import PATH as DOCTOR
from chaveiro.doors.doctor.page import doctor_page
from chaveiro.doors.exchange import body_of, not_allowed
from chaveiro.doors.metrics import Metrics
from chaveiro.doors.openapi.document import PATH as OPENAPI
from chaveiro.doors.openapi.document import document, written
from chaveiro.doors.openapi.vtex import vtex_described
from chaveiro.doors.vtex.app import arrived, is_vtex, told_reach, vtex_app
from chaveiro.doors.vtex.caller import Door
from chaveiro.doors.vtex.problems import for_vtex
from chaveiro.wire.answer import NO_STORE, NOSNIFF, plain_problem
from chaveiro.wire.leaks import REPORT_BYTES_MAX
from chaveiro.wire.link import HANDOVER
from chaveiro.wire.message import Reply

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping

    from chaveiro.denials import Denials
    from chaveiro.doors.console.visit import Console
    from chaveiro.doors.exchange import Receive, Scope, Send
    from chaveiro.doors.leaks import Leaks
    from chaveiro.doors.place import Place
    from chaveiro.node import Node
    from chaveiro.usertokens import UserTokens
    from chaveiro.wire.message import Message

    ASGIApp = Callable[[Scope, Receive, Send], Awaitable[None]]

CAUSES: Final = "/causes"
_PAGES = frozenset({OPENAPI, CONFIGURATION})


class App(Checks):
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
        super().__init__(node, place, Metrics(node, denials, console.sessions))
        self.checks = Checks(node, place, self.metrics)  # for an address of their own
        self._console = console
        self._console_app = console_app()
        self._vtex = Door(node, user_tokens, place)
        self._vtex_app = vtex_app()
        self._denials = denials
        self._questions = {simulate.PATH: self._simulate, **dict.fromkeys(authzen.PATHS, self._authzen)}
        self._leaks = reports
        if reports is not None:
            self._questions[leaks.PATH] = self._report
        # A thread of their own: reports wait for each other, and nobody else for them.
        self._reporting = ThreadPoolExecutor(1, "leaks") if reports else None
        self._openapi: Reply | None = None

    def drain(self) -> None:
        """Say likewise, at each address."""
        super().drain()
        self.checks.drain()

    async def _elsewhere(self, message: Message, receive: Receive) -> Reply:
        path = message.path
        if (asked := self._questions.get(path)) is not None:
            return await asked(message, receive)
        if path == OPENAPI and message.method in READING and self._openapi is None:
            self._openapi = await asyncio.to_thread(self.described)
        if is_vtex(path):
            return await self._as_vtex(message, receive)
        if is_console(path):
            return await self._as_console(message, receive)
        return self._page(message)

    def described(self) -> Reply:
        """Write the description of every door. It takes a while, and is the same each time."""
        return written(document(self._place.public_url, vtex_described()))

    async def _simulate(self, message: Message, receive: Receive) -> Reply:
        if message.method != "POST":
            return not_allowed("POST")
        body = await body_of(message, receive)
        if isinstance(body, Reply):
            return body
        return await asyncio.to_thread(simulate.replied, message, body, self._place, self._node, self._denials)

    async def _authzen(self, message: Message, receive: Receive) -> Reply:
        if message.method != "POST":
            return not_allowed("POST")
        body = await body_of(message, receive)
        if isinstance(body, Reply):
            return body
        asked = authzen.asked(message, body)
        if isinstance(asked, Reply):
            return asked
        if asked.at_least is not None:
            await awaited(self._node, asked.at_least)
        reply, verdicts = await asyncio.to_thread(authzen.replied, asked, message, self._place, self._node)
        for found, seconds in verdicts:  # counted here: two threads that add to one number may lose one
            self.metrics.count(authzen.NAME, found, seconds)
        return reply

    async def _report(self, message: Message, receive: Receive) -> Reply:
        if self._leaks is None or message.method != "POST":
            return not_allowed("POST")
        body = await body_of(message, receive, REPORT_BYTES_MAX)
        if isinstance(body, Reply):
            return body
        return await asyncio.get_running_loop().run_in_executor(self._reporting, self._leaks.replied, message, body)

    async def _as_vtex(self, message: Message, receive: Receive) -> Reply:
        body = await body_of(message, receive)
        if isinstance(body, Reply):
            return for_vtex(body)
        scope = arrived(message, body, self._vtex)
        return scope if isinstance(scope, Reply) else told_reach(await _asked(self._vtex_app, scope, body), scope)

    async def _as_console(self, message: Message, receive: Receive) -> Reply:
        most = await asyncio.to_thread(body_bytes_max, message, self._console)
        body = await body_of(message, receive, most)
        if isinstance(body, Reply):
            return body
        scope = arrived_console(message, self._console)
        return scope if isinstance(scope, Reply) else await _asked(self._console_app, scope, body)

    def _page(self, message: Message) -> Reply:
        path = message.path
        if path not in _PAGES and not below(path, CAUSES) and not below(path, DOCTOR):
            return plain_problem(404, "Not Found", "there is nothing here; docs/reference/http.md lists every address")
        if message.method not in READING:
            return not_allowed(", ".join(READING))
        if path == OPENAPI and self._openapi is not None:
            return self._openapi
        if path == CONFIGURATION:
            return discovery(message, self._place)
        if below(path, DOCTOR):
            return doctor_page(path, message.query, _joined(message.values(b"accept-language")), self._place.public_url)
        return _cause_page(message)

    def _worded(self, reply: Reply, message: Message) -> Reply:
        return for_vtex(reply) if is_vtex(message.path) else reply

    def _door(self, path: str) -> str:
        if (named := _DOORS.get(path)) is not None:
            return named
        for folder, name in _FOLDERS:
            if path.startswith(folder):
                return name
        return "vtex" if is_vtex(path) else "other"


_DOORS: Final = {
    **DOORS,
    simulate.PATH: "simulate",
    leaks.PATH: "leaks",
    **dict.fromkeys((*authzen.PATHS, CONFIGURATION), authzen.NAME),
    OPENAPI: "openapi",
    gateways.ENVOY: "envoy",
    CAUSES: "causes",
    DOCTOR: "doctor",
    CONSOLE: "console",
    HANDOVER: "handover",
}
_FOLDERS: Final = tuple((f"{one}/", _DOORS[one]) for one in (gateways.ENVOY, CAUSES, DOCTOR, CONSOLE, HANDOVER))


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


def _cause_page(message: Message) -> Reply:
    accept, language = message.values(b"accept"), message.values(b"accept-language")
    found = page(message.path, message.query, _joined(accept), _joined(language))
    headers = ((name.lower().encode(), value.encode()) for name, value in found.headers)
    return Reply(found.status, tuple(one for one in headers if one != NOSNIFF), found.body)


def _joined(values: list[bytes]) -> str:
    return b", ".join(values).decode("latin-1")
