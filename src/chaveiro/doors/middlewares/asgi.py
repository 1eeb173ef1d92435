"""Any ASGI application: judged before it sees a request, WebSockets included."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from chaveiro.doors.middlewares.guard import Guard, Misread, headers_of, misread
from chaveiro.doors.middlewares.scope import POLICY_VIOLATION, arrived, told
from chaveiro.stores.port import StoreUnavailable
from chaveiro.wire.message import Reply

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, MutableMapping

    from chaveiro.doors.middlewares.port import Authorizer

    Event = MutableMapping[str, Any]
    Receive = Callable[[], Awaitable[Event]]
    Send = Callable[[Event], Awaitable[None]]
    ASGIApp = Callable[[Event, Receive, Send], Awaitable[None]]


class ChaveiroMiddleware:
    """Judges each request by the account's catalogue. `scope["chaveiro"]` says who calls; None where it is open."""

    def __init__(
        self, app: ASGIApp, authorizer: Authorizer, *, public: Iterable[str] = (), keep_credentials: bool = False
    ) -> None:
        """Stand before *app*, outermost. Raises ValueError for a *public* path that can be read in two ways."""
        self._app = app
        self._guard = Guard(authorizer, public=public, keep_credentials=keep_credentials)

    async def __call__(self, scope: Event, receive: Receive, send: Send) -> None:
        """Pass on what may go on, and answer the rest. What is neither HTTP nor a WebSocket goes nowhere."""
        if scope["type"] == "lifespan":
            await _Lifespan(self._app, self._guard.authorizer)(scope, receive, send)
        elif scope["type"] in {"http", "websocket"}:
            await self._judged(scope, receive, send)

    async def _judged(self, scope: Event, receive: Receive, send: Send) -> None:
        try:
            came = arrived(scope)
        except Misread as problem:
            await _refused(misread(problem), scope, receive, send)
            return
        verdict = await self._guard.ajudge(came)
        if isinstance(verdict, Reply):
            await _refused(verdict, scope, receive, send)
            return
        inner = {**scope, "headers": list(scope["headers"])}
        told(inner, came, verdict, self._guard)
        await self._app(inner, receive, send)


async def _refused(reply: Reply, scope: Event, receive: Receive, send: Send) -> None:
    """Answer a request, or the beginning of a WebSocket, with a reply."""
    kind = "http"
    if scope["type"] == "websocket":
        await receive()  # that somebody wants to connect
        kind = "websocket.http"
        if f"{kind}.response" not in (scope.get("extensions") or {}):
            await send({"type": "websocket.close", "code": POLICY_VIOLATION})
            return
    headers = [(name.encode(), value.encode("latin-1")) for name, value in headers_of(reply)]
    body = b"" if scope.get("method") == "HEAD" else reply.body
    await send({"type": f"{kind}.response.start", "status": reply.status, "headers": headers})
    await send({"type": f"{kind}.response.body", "body": body})


class _Lifespan:
    """An application's start and stop, with an authorizer's around it."""

    def __init__(self, app: ASGIApp, authorizer: Authorizer) -> None:
        self._app = app
        self._authorizer = authorizer

    async def __call__(self, scope: Event, receive: Receive, send: Send) -> None:
        """Start before the application, stop after it. An application without a lifespan is none to wait for."""
        told = False

        async def starting() -> Event:
            event = await receive()
            if event["type"] == "lifespan.startup":
                await asyncio.to_thread(self._authorizer.start)
            return event

        async def stopping(event: Event) -> None:
            nonlocal told
            told = told or event["type"] == "lifespan.startup.failed"
            if event["type"] in {"lifespan.shutdown.complete", "lifespan.shutdown.failed", "lifespan.startup.failed"}:
                await asyncio.to_thread(self._authorizer.close)
            await send(event)

        try:
            await self._app(scope, starting, stopping)
        except StoreUnavailable as unavailable:
            if not told:
                await send({"type": "lifespan.startup.failed", "message": str(unavailable)})
