"""The console's style, scripts and pictures: our own, and those of others in `static/vendor/`, as published."""

from __future__ import annotations

import gzip
import hashlib
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from chaveiro.wire.answer import plain_problem
from chaveiro.wire.message import Reply

if TYPE_CHECKING:
    from chaveiro.wire.message import Message

FOLDER: Final = "/console/static/"
FILES: Final = {
    "choosing.js": b"text/javascript; charset=utf-8",
    "console.js": b"text/javascript; charset=utf-8",
    "icon.svg": b"image/svg+xml",
    "once.js": b"text/javascript; charset=utf-8",
    "registering.js": b"text/javascript; charset=utf-8",
    "style.css": b"text/css; charset=utf-8",
    "vendor/htmx.min.js": b"text/javascript; charset=utf-8",
    "vendor/pico.cyan.min.css": b"text/css; charset=utf-8",
    "vendor/uPlot.iife.min.js": b"text/javascript; charset=utf-8",
    "vendor/uPlot.min.css": b"text/css; charset=utf-8",
}
"""Every file that is handed out, and its type. Nothing that was asked ever becomes a path."""

_HERE = Path(__file__).parent / "static"
_KEPT_SECONDS = 31536000
_REFUSED = re.compile(rb"q=0(?:\.0{0,3})?")
_CLOSED = (
    # A picture that is opened by itself is a page of its own.
    (b"content-security-policy", b"default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
)


@cache
def address(name: str) -> str:
    """The address of a file, new whenever its content is, so that it may be kept for ever."""
    return f"{FOLDER}{name}?v={hashlib.sha256(_content(name)).hexdigest()[:12]}"


def static_file(message: Message) -> Reply:
    """Answer a GET below the folder, whatever its query: the hash in it is for caches alone."""
    name = message.path.removeprefix(FOLDER)
    if name not in FILES:
        return plain_problem(404, "Not Found", "there is no such file")
    if message.method not in {"GET", "HEAD"}:
        return plain_problem(405, "Method Not Allowed", "a file is read with GET", (b"allow", b"GET, HEAD"))
    small = takes_gzip(message)
    coding = ((b"content-encoding", b"gzip"),) if small else ()
    headers = (
        (b"content-type", FILES[name]),
        *coding,
        (b"vary", b"Accept-Encoding"),
        (b"cache-control", b"public, max-age=%d, immutable" % _KEPT_SECONDS),
        *_CLOSED,
    )
    return Reply(200, headers, _small(name) if small else _content(name))


def takes_gzip(message: Message) -> bool:
    """Whether gzip is accepted by name. Whoever refuses it says `q=0`."""
    named = (
        one.strip().partition(b";") for value in message.values(b"accept-encoding") for one in value.lower().split(b",")
    )
    return any(coding.strip() == b"gzip" and not _REFUSED.fullmatch(weight.strip()) for coding, _, weight in named)


@cache
def _content(name: str) -> bytes:
    if name not in FILES:
        raise KeyError(name)
    return (_HERE / name).read_bytes()


@cache
def _small(name: str) -> bytes:
    return gzip.compress(_content(name), 9, mtime=0)
