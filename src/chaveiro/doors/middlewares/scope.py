"""An ASGI scope as a message: the target as it was sent, and the headers as they came."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

from chaveiro.doors.middlewares.guard import Arrived, Misread, Open, recoded
from chaveiro.wire.message import Message

if TYPE_CHECKING:
    from collections.abc import MutableMapping

    from chaveiro.doors.middlewares.guard import Guard
    from chaveiro.wire.identity import Identity

ARRIVED: Final = "chaveiro.arrived"  # in a scope: the request as it came, before anything was kept from the application
POLICY_VIOLATION: Final = 1008  # how a WebSocket ends that nobody may open (RFC 6455)
IDENTITY: Final = "chaveiro"  # in a scope and in its state: who calls; None where the path is open


def arrived(scope: MutableMapping[str, Any]) -> Arrived:
    """Read a scope, as it came even where somebody judged it before. Raises Misread."""
    known = scope.get(ARRIVED)
    if isinstance(known, Arrived):
        return known
    path, query = _path(scope), scope.get("query_string") or b""
    client = scope.get("client")
    message = Message(
        method=scope.get("method", "GET"),  # a WebSocket begins as a GET
        target=f"{path}?{query.decode('latin-1')}" if query else path,
        headers=tuple((bytes(name).lower(), bytes(value)) for name, value in scope["headers"]),
        peer=client[0] if client else "",
    )
    return Arrived(message, scope.get("scheme") or "")


def _path(scope: MutableMapping[str, Any]) -> str:
    raw, path = scope.get("raw_path"), scope["path"]
    if not raw:
        return recoded(path.encode("utf-8", "surrogatepass"))
    sent: str = raw.partition(b"?")[0].decode("latin-1")
    if unquote(sent) != path:
        raise Misread("the server and what stands before the application read the path in two ways")
    return sent


def told(scope: MutableMapping[str, Any], came: Arrived, verdict: Identity | Open, guard: Guard) -> None:
    """Put into a scope who calls, and take out of it what its application is not to see."""
    caller = who(verdict)
    scope[ARRIVED] = came
    scope[IDENTITY] = caller
    scope.setdefault("state", {})[IDENTITY] = caller
    shown = list(guard.shown(came.message.headers))
    if isinstance(scope["headers"], list):
        scope["headers"][:] = shown  # in its place: Starlette's headers, where they were read already, are this list
    else:
        scope["headers"] = shown


def who(verdict: Identity | Open) -> Identity | None:
    """Who calls; None where the path is open to everybody."""
    return None if isinstance(verdict, Open) else verdict
