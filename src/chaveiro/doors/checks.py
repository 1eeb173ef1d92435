"""The doors for checks: gateways and programs ask whether a request may go on, and monitors how this process is.

One plain ASGI callable, no framework before the check. An account that is in memory is decided at once; the first
request of any other waits for the store in a thread.
"""

from __future__ import annotations

import asyncio
from time import perf_counter
from typing import TYPE_CHECKING, Final

import structlog

from chaveiro.doors import check, gateways, health
from chaveiro.doors.decided import decided
from chaveiro.doors.exchange import body_of, completed, decline, message_of, not_allowed, sent
from chaveiro.doors.metrics import METRICS
from chaveiro.doors.traces import traces
from chaveiro.node.answer import RETRY_SECONDS
from chaveiro.wire.answer import dated, plain_problem, unavailable
from chaveiro.wire.message import Reply

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from chaveiro.doors.exchange import Receive, Scope, Send
    from chaveiro.doors.metrics import Metrics
    from chaveiro.doors.place import Place
    from chaveiro.node import Answer, Node
    from chaveiro.wire.message import Message

READING: Final = ("GET", "HEAD")
_GATEWAYS: Final = frozenset({gateways.AUTH_REQUEST, gateways.FORWARD_AUTH})
_HEALTH: Final = frozenset({health.HEALTHZ, health.READYZ, METRICS})

_log = structlog.get_logger(__name__)


class Checks:
    """Checks, health and metrics of one process. There is nothing else."""

    def __init__(self, node: Node, place: Place, metrics: Metrics) -> None:
        self._node = node
        self._place = place
        self._metrics = metrics
        self._traces = traces()
        self._draining = False

    def drain(self) -> None:
        """Say that this process is about to stop. What is still asked of it is answered."""
        self._draining = True

    @property
    def metrics(self) -> Metrics:
        """What is counted here."""
        return self._metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, whatever comes."""
        if scope["type"] != "http":
            await decline(scope, receive, send)
            return
        message = message_of(scope)
        await sent(await self._whatever_comes(message, self._reply(message, receive)), message, send)

    async def gateway(self, message: Message) -> Reply:
        """Answer a gateway that asks by other means than HTTP, whatever comes."""
        return await self._whatever_comes(message, self._checked(message, b""))

    async def _whatever_comes(self, message: Message, reply: Awaitable[Reply]) -> Reply:
        began, door = perf_counter(), self._door(message.path)
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
        began, door = perf_counter(), self._door(message.path)
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
        self._metrics.count(self._door(message.path), answer.verdict, perf_counter() - began)
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
            return self._worded(refused, message)
        if is_gateways(path):
            return await self._checked(message, b"")
        if "#" in message.target:
            return plain_problem(400, "Bad Request", "a request's target has no fragment")
        if path == check.PATH:
            return await self._check(message, receive)
        if path in _HEALTH:
            return await self._health(message)
        return await self._elsewhere(message, receive)

    async def _check(self, message: Message, receive: Receive) -> Reply:
        if message.method != "POST":
            return not_allowed("POST")
        body = await body_of(message, receive)
        return body if isinstance(body, Reply) else await self._checked(message, body)

    async def _health(self, message: Message) -> Reply:
        if message.method not in READING:
            return not_allowed(", ".join(READING))
        if message.path == METRICS:
            return await asyncio.to_thread(self._metrics.reply)  # which asks the store how the other nodes are
        if message.path == health.HEALTHZ:
            return health.healthz()
        return health.readyz(self._node, self._place, draining=self._draining)

    async def _elsewhere(self, message: Message, receive: Receive) -> Reply:  # noqa: ARG002 - where there is more
        """Answer what is asked at any other path."""
        return plain_problem(404, "Not Found", "checks alone are answered at this address")

    def _dated(self, reply: Reply) -> Reply:
        """A reply that no decision was made for, saying what this node knows now."""
        return dated(reply, self._node.known.standing())

    def _surprised(self, surprise: Exception, message: Message) -> Reply:
        _log.error("request_failed", surprise=type(surprise).__name__, door=self._door(message.path))
        return self._cannot_tell(message)

    def _cannot_tell(self, message: Message) -> Reply:
        told = self._place.cannot_tell(message)
        reply = self._dated(unavailable(told, retry_after_seconds=RETRY_SECONDS, causes=self._place.public_url))
        return gateways.carried(reply) if message.path == gateways.AUTH_REQUEST else self._worded(reply, message)

    def _worded(self, reply: Reply, message: Message) -> Reply:  # noqa: ARG002 - where there are several dialects
        """A problem as whoever asks at this path reads one."""
        return reply

    def _door(self, path: str) -> str:
        """The door's name for logs, metrics and spans: never the path itself, which may hold anything."""
        named = DOORS.get(path)
        return named if named is not None else "envoy" if below(path, gateways.ENVOY) else "other"


def is_gateways(path: str) -> bool:
    """Say whether a gateway asks there."""
    return path in _GATEWAYS or below(path, gateways.ENVOY)


def below(path: str, folder: str) -> bool:
    """Say whether a path is this one or stands below it."""
    return path.startswith(folder) and (len(path) == len(folder) or path[len(folder)] == "/")


DOORS: Final = {
    check.PATH: check.NAME,
    gateways.AUTH_REQUEST: "auth-request",
    gateways.FORWARD_AUTH: "forward-auth",
    health.HEALTHZ: "healthz",
    health.READYZ: "readyz",
    METRICS: "metrics",
}
