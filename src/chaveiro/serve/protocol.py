"""HTTP/1.1 read strictly: what two servers could read in two ways is refused before anything is decided.

uvicorn's httptools protocol, with what it leaves open: the size of a head, the time it may take, the version, and the
target as it was sent, of which uvicorn hands on only what its own parser made of it. And with a short way: a check that
waits for nothing is answered where its last byte was read. Whatever else is asked goes to the application.
"""

from __future__ import annotations

import json
from http import HTTPStatus
from itertools import chain
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import uvicorn
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from chaveiro.wire.check import BODY_BYTES_MAX
from chaveiro.wire.message import REQUEST_ID, TARGET, Message, Reply, request_id

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

    from uvicorn.protocols.http.httptools_impl import RequestResponseCycle
    from uvicorn.server import ServerState

    from chaveiro.serve.crowd import Crowd

    # Answers a whole message, headers complete, or None where that takes waiting. Never raises.
    AtOnce: TypeAlias = Callable[[Message, bytes], Reply | None]

HEAD_BYTES_MAX = 32 * 1024
HEADERS_MAX = 100
HEAD_SECONDS_MAX = 5.0
LINGER_SECONDS_MAX = 2.0
_RETRY_SECONDS: Final = 5

_REFUSALS = {
    400: "The message is not HTTP/1.1 that every server reads alike.",
    408: "The request took too long to arrive.",
    431: f"A head has at most {HEAD_BYTES_MAX // 1024} KiB and {HEADERS_MAX} fields.",
    503: "There are as many connections as may be, in all or from your address: close one, or come again.",
}
# What may be answered at once, by how its target begins; and whether its answer waits for a body.
_GATEWAYS: Final = b"/authz/"
_CHECK: Final = b"/v1/check"
_CLOSE: Final = (b"connection", b"close")


class _Refused(Exception):
    """The head must not be read further."""


class Listening(uvicorn.Config):
    """How one address is listened on: uvicorn's configuration, who answers at once, and whom there is room for."""

    def __init__(self, app: Any, *, at_once: AtOnce | None, crowd: Crowd, **more: Any) -> None:  # noqa: ANN401 - as uvicorn has it
        super().__init__(app, http=StrictProtocol, **more)
        self.at_once = at_once
        self.crowd = crowd


class StrictProtocol(HttpToolsProtocol):
    """One connection.

    INVARIANT: a request is answered at once or goes to the application, as a whole: never both, and only while no
    answer to an earlier one of this connection is still being made.
    """

    def __init__(
        self,
        config: Listening,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._at_once = config.at_once
        self._crowd = config.crowd
        self._peer = ""
        self._head_bytes = 0
        self._chunk_bytes = 0
        self._in_head = True
        self._begun_here = False  # whether the head began in the chunk that is being read
        self._head_since: float | None = None
        self._idle_since: float | None = None  # where the last answer was given at once
        self._now = 0.0
        self._keeps = True  # the connection, once the request that is being read was answered
        self._waiting: Message | None = None  # a request that may be answered at once, once it is complete
        self._said = b""  # its body
        self._refusal = 400
        self._refused_at: float | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(transport)
        self._head_since = self._now = self.loop.time()
        self._peer = self.client[0] if self.client else ""
        if self._crowd.enter(self._peer):
            return
        if self._crowd.is_overrun:
            self.transport.abort()
        else:
            self.refuse(503)

    def connection_lost(self, exc: Exception | None) -> None:
        self._crowd.leave(self._peer)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Feed the parser; a head that is too long is refused while it still arrives."""
        if self._refused_at is not None:
            return
        self._begun_here = False
        self._chunk_bytes = len(data)
        if self._in_head:
            self._head_bytes += self._chunk_bytes
            if self._head_since is None:
                self._head_since = self._now = self.loop.time()
        super().data_received(data)
        if self._in_head and self._head_bytes > HEAD_BYTES_MAX:
            self.refuse(431)

    def on_message_begin(self) -> None:
        self.url = b""
        self.headers = []
        self._in_head = self._begun_here = True

    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        """Refuse what is not plainly HTTP/1.0 or 1.1 in origin form, then let the request begin."""
        self._in_head = False
        self._head_bytes = 0
        self._head_since = None
        if self._is_long() or len(self.headers) > HEADERS_MAX:
            self._refusal = 431
            raise _Refused
        version = self.parser.get_http_version()
        if version not in {"1.0", "1.1"} or not self.url.startswith(b"/"):
            raise _Refused
        if self.transport.is_closing():  # the answer before was the last
            raise _Refused
        self._said = b""  # what the request before said is no part of this one
        self._waiting = self._short()
        if self._waiting is None:
            self._ask()
        else:
            self._keeps = version != "1.0" and self.parser.should_keep_alive()

    def _is_long(self) -> bool:
        if self._begun_here and self._chunk_bytes <= HEAD_BYTES_MAX:
            return False
        return len(self.url) + sum(map(len, chain.from_iterable(self.headers))) > HEAD_BYTES_MAX

    def on_body(self, body: bytes) -> None:
        if self._waiting is not None:
            self._said += body
        else:
            super().on_body(body)

    def on_message_complete(self) -> None:
        self._in_head = True
        if self._waiting is not None:
            if self._answered(self._waiting):
                return
            self._ask()
        super().on_message_complete()

    # -- the short way

    def _short(self) -> Message | None:
        """A request that may be answered as soon as it is complete: then it is not begun before. Else None."""
        before: RequestResponseCycle | None = self.cycle
        if self._at_once is None or self.flow.write_paused or (before is not None and not before.response_complete):
            return None
        asks = self.url.startswith(_CHECK)
        if not (asks or self.url.startswith(_GATEWAYS)) or self.parser.should_upgrade():
            return None
        method = self.parser.get_method().decode("ascii")
        message = Message(method, self.url.decode("latin-1"), tuple(self.headers), self._peer)
        if message.says(b"transfer-encoding") or message.says(b"expect"):
            return None
        if message.says(b"content-length"):
            length = message.one(b"content-length") or ""
            # Of what gateways send along nobody waits for the end.
            if not (asks and length.isdecimal() and int(length) <= BODY_BYTES_MAX):
                return None
        return message

    def _answered(self, message: Message) -> bool:
        """Answer at once, in the bytes that the application would have answered in; or say that it must be asked."""
        reply = self._at_once(message, self._said) if self._at_once is not None else None
        if reply is None:
            return False
        defaults = self.server_state.default_headers
        headers = (*defaults, *reply.headers) if defaults else reply.headers
        closes = _CLOSE in headers
        keeps = self._keeps and not closes
        if not keeps and not closes:
            headers = (*headers, _CLOSE)
        head = STATUS_LINE[reply.status] + b"\r\n".join(map(b": ".join, headers)) + b"\r\n\r\n"
        if head.count(b"\n") != len(headers) + 2 or head.count(b"\r") != len(headers) + 2:
            return False  # a value that would be two headers: nothing of it is sent
        self.transport.write(head if message.method == "HEAD" else head + reply.body)
        self.server_state.total_requests += 1
        self._waiting = None
        self._idle_since = self._now
        if not keeps:
            self.transport.close()
        return True

    # -- the long way

    def _ask(self) -> None:
        """Let the application answer, with what has arrived so far."""
        self._waiting = self._idle_since = None
        url, headers = self.url, self.headers
        super().on_message_begin()  # makes what it needs of a request, and forgets what was read
        self.url = url
        self.headers.extend(headers)
        self.expect_100_continue = any(
            name == b"expect" and value.lower() == b"100-continue" for name, value in headers
        )
        self.scope["extensions"] = {TARGET: {"raw": self.url}}
        super().on_headers_complete()
        if self._said:
            super().on_body(self._said)
            self._said = b""

    def shutdown(self) -> None:
        """Finish what was begun, and end the connection."""
        if self._waiting is not None:
            self._ask()
        super().shutdown()

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
            *((f"retry-after: {_RETRY_SECONDS}",) if status == HTTPStatus.SERVICE_UNAVAILABLE else ()),
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
        """End the connection if a head takes too long, if it is idle for too long, or does not hang up when refused."""
        if self._refused_at is not None:
            if now - self._refused_at > LINGER_SECONDS_MAX:
                self.transport.close()
        elif self._head_since is not None and now - self._head_since > HEAD_SECONDS_MAX:
            self.refuse(408)
        elif self._waiting is not None:  # for a body: the application counts how long
            self._ask()
        elif self._head_since is None and now - (self._idle_since or now) > self.timeout_keep_alive:
            self.transport.close()
