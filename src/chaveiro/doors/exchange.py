"""One exchange by ASGI: its events become a message, and a reply becomes events."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Any, Final

from chaveiro.wire.answer import NOSNIFF, plain_problem
from chaveiro.wire.check import BODY_BYTES_MAX
from chaveiro.wire.message import REQUEST_ID, TARGET, Message, Reply, request_id

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping

    Scope = MutableMapping[str, Any]
    Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
    Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

BODY_SECONDS_MAX: Final = 10.0
_CLOSE: Final = (b"connection", b"close")
_DIGITS = re.compile(rb"[0-9]{1,15}")


def message_of(scope: Scope) -> Message:
    """The head of a request, its target exactly as sent where the server says it."""
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


async def body_of(message: Message, receive: Receive, bytes_max: int = BODY_BYTES_MAX) -> bytes | Reply:
    """The whole body, or what is wrong with it: it is too long, or took too long."""
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


def _too_long(bytes_max: int) -> Reply:
    return plain_problem(413, "Content Too Large", f"a question has at most {bytes_max // 1024} KiB", _CLOSE)


def not_allowed(methods: str) -> Reply:
    """Say by which methods it may be asked there."""
    detail = f"use {methods} here"
    return plain_problem(405, "Method Not Allowed", detail, (b"allow", methods.encode()))


def completed(reply: Reply, message: Message) -> Reply:
    """A reply with the headers that every reply has."""
    more = NOSNIFF, (REQUEST_ID, request_id(message.one(REQUEST_ID))), (b"content-length", b"%d" % len(reply.body))
    return Reply(reply.status, reply.headers + more, reply.body)


async def sent(reply: Reply, message: Message, send: Send) -> None:
    """Send a reply whole."""
    headers = completed(reply, message).headers
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if message.method == "HEAD" else reply.body})


async def decline(scope: Scope, receive: Receive, send: Send) -> None:
    """Follow a server's start and stop; take no WebSocket."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1000})
    while scope["type"] == "lifespan":
        event = await receive()
        await send({"type": f"{event['type']}.complete"})
        if event["type"] == "lifespan.shutdown":
            return
