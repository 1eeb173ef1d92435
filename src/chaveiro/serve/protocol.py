"""HTTP/1.1 read strictly: what two servers could read in two ways is refused before anything is decided.

uvicorn's httptools protocol, with what it leaves open: the size of a head, the time it may take, the version, and the
target as it was sent, of which uvicorn hands on only what its own parser made of it.
"""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from chaveiro.wire.message import REQUEST_ID, TARGET, request_id

if TYPE_CHECKING:
    import asyncio

    from uvicorn.config import Config
    from uvicorn.server import ServerState

HEAD_BYTES_MAX = 32 * 1024
HEADERS_MAX = 100
HEAD_SECONDS_MAX = 5.0
LINGER_SECONDS_MAX = 2.0

_REFUSALS = {
    400: "The message is not HTTP/1.1 that every server reads alike.",
    408: "The request took too long to arrive.",
    431: f"A head has at most {HEAD_BYTES_MAX // 1024} KiB and {HEADERS_MAX} fields.",
}


class _Refused(Exception):
    """The head must not be read further."""


class StrictProtocol(HttpToolsProtocol):
    """One connection."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._head_bytes = 0
        self._in_head = True
        self._head_since: float | None = None
        self._refusal = 400
        self._refused_at: float | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(transport)
        self._head_since = self.loop.time()

    def data_received(self, data: bytes) -> None:
        """Feed the parser; a head that is too long is refused while it still arrives."""
        if self._refused_at is not None:
            return
        if self._in_head:
            self._head_bytes += len(data)
            if self._head_since is None:
                self._head_since = self.loop.time()
        super().data_received(data)
        if self._in_head and self._head_bytes > HEAD_BYTES_MAX:
            self.refuse(431)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._in_head = True

    def on_headers_complete(self) -> None:
        """Refuse what is not plainly HTTP/1.0 or 1.1 in origin form, then let the request begin."""
        self._in_head = False
        self._head_bytes = 0
        self._head_since = None
        length = len(self.url) + sum(len(name) + len(value) for name, value in self.headers)
        if length > HEAD_BYTES_MAX or len(self.headers) > HEADERS_MAX:
            self._refusal = 431
            raise _Refused
        if self.parser.get_http_version() not in {"1.0", "1.1"} or not self.url.startswith(b"/"):
            raise _Refused
        self.scope["extensions"] = {TARGET: {"raw": self.url}}
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._in_head = True

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - uvicorn's words
        """Answer what the parser refused."""
        self.refuse(self._refusal)

    def _unsupported_upgrade_warning(self) -> None:
        """Answer in HTTP/1.1 whoever would rather speak something else, and say nothing of it."""

    def refuse(self, status: int) -> None:
        """Answer without asking the application, once, and end the connection."""
        if self._refused_at is not None or self.transport.is_closing():
            return
        self._refused_at = self.loop.time()
        if self.cycle is not None:
            self.cycle.disconnected = True  # an answer that is still being made has nowhere to go
        phrase = HTTPStatus(status).phrase
        problem = {"type": "about:blank", "title": phrase, "status": status, "detail": _REFUSALS[status]}
        body = json.dumps(problem).encode()
        head = (
            f"HTTP/1.1 {status} {phrase}",
            "content-type: application/problem+json",
            f"content-length: {len(body)}",
            "cache-control: no-store",
            "x-content-type-options: nosniff",
            "connection: close",
            f"{REQUEST_ID.decode()}: {request_id(self._named()).decode()}",
        )
        self.transport.write("\r\n".join((*head, "", "")).encode() + body)
        # Closed with bytes unread, a connection is reset, and the answer may be lost on its way: so only our half ends
        # now, and what still arrives is thrown away until the other side has read the answer and hangs up.
        if self.transport.can_write_eof():
            self.transport.write_eof()
        else:
            self.transport.close()

    def _named(self) -> str | None:
        """The request id of a head that came so far."""
        said = [value for name, value in self.headers or () if name.lower() == REQUEST_ID]
        return said[0].decode("latin-1") if len(said) == 1 else None

    def sweep(self, now: float) -> None:
        """End the connection if its head has been arriving for too long, or if it does not hang up when refused."""
        if self._refused_at is not None:
            if now - self._refused_at > LINGER_SECONDS_MAX:
                self.transport.close()
        elif self._head_since is not None and now - self._head_since > HEAD_SECONDS_MAX:
            self.refuse(408)
