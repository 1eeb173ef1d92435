"""A WSGI environment as a message. Servers have already joined what came twice, and forgotten `_` for `-`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote_to_bytes

from chaveiro.doors.middlewares.guard import Arrived, Misread, recoded
from chaveiro.wire.message import Message

if TYPE_CHECKING:
    from chaveiro.doors.middlewares.guard import Guard
    from chaveiro.wire.message import Headers

ARRIVED: Final = "chaveiro.arrived"  # the request as it came, before anything was kept from the application
IDENTITY: Final = "chaveiro"  # who calls; None where the path is open
_RAW: Final = ("RAW_URI", "REQUEST_URI")  # where servers say the target as it was sent
_HEADER: Final = "HTTP_"
_COOKIE: Final = "HTTP_COOKIE"


def arrived(environ: dict[str, Any]) -> Arrived:
    """Read an environment. Raises Misread."""
    try:
        message = Message(
            method=environ["REQUEST_METHOD"],
            target=_target(environ),
            headers=_headers(environ),
            peer=environ.get("REMOTE_ADDR") or "",
        )
    except UnicodeEncodeError:
        raise Misread("the server hands over what no message can hold") from None
    return Arrived(message, environ.get("wsgi.url_scheme") or "")


def _headers(environ: dict[str, Any]) -> Headers:
    return tuple(
        (_name(key), value.encode("latin-1"))
        for key, value in environ.items()
        if key.startswith(_HEADER) and isinstance(value, str)
    )


def _name(key: str) -> bytes:
    return key.removeprefix(_HEADER).replace("_", "-").lower().encode("latin-1")


def _target(environ: dict[str, Any]) -> str:
    """The target as it was sent where the server says so, else from what it decoded. Raises Misread."""
    path = (environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")).encode("latin-1")
    query = environ.get("QUERY_STRING") or ""
    raw = next((environ[name] for name in _RAW if environ.get(name)), "")
    if not raw:
        return f"{recoded(path)}?{query}" if query else recoded(path)
    raw.encode("latin-1")
    sent, _, sent_query = raw.partition("?")
    if sent.startswith("/") and (unquote_to_bytes(sent.encode("latin-1")) != path or sent_query != query):
        raise Misread("the server and what stands before the application read the target in two ways")
    return str(raw)


def keep_back(environ: dict[str, Any], guard: Guard) -> None:
    """Take out of an environment what its application is not to see."""
    for key in [key for key in environ if key.startswith(_HEADER) and guard.hides(_name(key))]:
        del environ[key]
    if _COOKIE in environ:
        kept = guard.cookies(environ.pop(_COOKIE).encode("latin-1"))
        if kept is not None:
            environ[_COOKIE] = kept.decode("latin-1")
