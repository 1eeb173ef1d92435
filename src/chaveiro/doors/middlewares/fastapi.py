"""FastAPI: a dependency that says who calls, and what callers must send in the documentation that FastAPI makes."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Annotated, Any, Final

from fastapi import FastAPI, Security
from fastapi.security import APIKeyHeader
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.websockets import WebSocket

from chaveiro.doors.middlewares.guard import Guard, Misread, headers_of, misread, named
from chaveiro.doors.middlewares.scope import POLICY_VIOLATION, arrived, told, who
from chaveiro.wire.identity import Identity
from chaveiro.wire.message import Reply
from chaveiro.wire.read import APP_KEY, APP_TOKEN

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterable

    from chaveiro.core.attempt import Need
    from chaveiro.doors.middlewares.port import Authorizer


class _Documented(APIKeyHeader):
    """A header that callers must send. It is read elsewhere, as it came."""

    async def __call__(self, request: HTTPConnection) -> None:
        """Take nothing from the request."""


SCHEMES: Final = ("appKey", "appToken")
_APP_KEY = _Documented(name=APP_KEY, scheme_name=SCHEMES[0], description="The pair's public half.", auto_error=False)
_APP_TOKEN = _Documented(name=APP_TOKEN, scheme_name=SCHEMES[1], description="Its secret half.", auto_error=False)


class Refused(HTTPException):
    """What a caller is answered with in the place of a route's answer. `protect` has it sent as it stands."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.status)
        self.reply = reply


class Chaveiro:
    """The dependency: `caller: Annotated[Identity, Depends(chaveiro)]`, by the account's catalogue."""

    def __init__(self, authorizer: Authorizer, *, public: Iterable[str] = (), keep_credentials: bool = False) -> None:
        """Judge by *authorizer*. Raises ValueError for a *public* path that can be read in two ways."""
        self._guard = Guard(authorizer, public=public, keep_credentials=keep_credentials)

    def protect(self, app: FastAPI) -> None:
        """Start and stop with *app*, answer refusals as problems, and document that both headers go together."""
        app.router.lifespan_context = self._lifespan(app.router.lifespan_context)
        app.add_exception_handler(Refused, _refused)
        written = app.openapi

        def openapi() -> dict[str, Any]:
            return _together(written())

        app.openapi = openapi  # type: ignore[method-assign] # as FastAPI's documentation has it

    async def __call__(
        self,
        connection: HTTPConnection,
        _key: Annotated[None, Security(_APP_KEY)],
        _token: Annotated[None, Security(_APP_TOKEN)],
    ) -> Identity | None:
        """Say who calls; None where the path is open. Raises Refused."""
        return await self._judged(connection, None)

    def resource(self, product: str, key: str) -> Callable[..., Awaitable[Identity | None]]:
        """A dependency that judges by a resource, and not by the catalogue. Raises NameMalformed."""
        need = named(product, key)

        async def demanded(
            connection: HTTPConnection,
            _key: Annotated[None, Security(_APP_KEY)],
            _token: Annotated[None, Security(_APP_TOKEN)],
        ) -> Identity | None:
            return await self._judged(connection, need)

        return demanded

    async def _judged(self, connection: HTTPConnection, need: Need | None) -> Identity | None:
        try:
            came = arrived(connection.scope)
        except Misread as problem:
            raise Refused(misread(problem)) from None
        verdict = await self._guard.ajudge(came, need)
        if isinstance(verdict, Reply):
            raise Refused(verdict)
        told(connection.scope, came, verdict, self._guard)
        return who(verdict)

    def _lifespan(self, inner: Callable[[Any], Any]) -> Callable[[FastAPI], Any]:
        authorizer = self._guard.authorizer

        @asynccontextmanager
        async def around(app: FastAPI) -> AsyncIterator[Any]:
            await asyncio.to_thread(authorizer.start)
            try:
                async with inner(app) as state:
                    yield state
            finally:
                await asyncio.to_thread(authorizer.close)

        return around


async def _refused(connection: Request | WebSocket, refused: Exception) -> Response:
    if not isinstance(refused, Refused):
        raise TypeError("only what was refused is answered like this")
    reply = refused.reply
    body = b"" if connection.scope.get("method") == "HEAD" else reply.body
    response = Response(body, reply.status, dict(headers_of(reply)))
    if isinstance(connection, WebSocket):
        if "websocket.http.response" in connection.scope.get("extensions", {}):
            await connection.send_denial_response(response)
        else:
            await connection.close(POLICY_VIOLATION)
    return response


def _together(document: dict[str, Any]) -> dict[str, Any]:
    """Say that the two headers go together: FastAPI writes each dependency as another way in."""
    for path in document.get("paths", {}).values():
        for operation in path.values():
            ways = operation.get("security", []) if isinstance(operation, dict) else []
            ours = [way for way in ways if set(way) <= set(SCHEMES)]
            if ours:
                both: dict[str, list[str]] = {name: [] for name in SCHEMES}
                operation["security"] = [both, *(way for way in ways if way not in ours)]
    return document
