"""A request's path: read where it can be read in one way only, and shown without what may be a secret."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, unquote, unquote_to_bytes

from chaveiro.core.attempt import Ambiguous
from chaveiro.core.names import looks_secret

if TYPE_CHECKING:
    from collections.abc import Iterator

SHOWN_LENGTH_MAX: Final = 200
HIDDEN: Final = "••••"

SAFE: Final = r"A-Za-z0-9\-_~!$&'()*+,=:@."  # what a segment may hold as it is
_PLAIN = re.compile(rf"/(?:[{SAFE}]+(?:/[{SAFE}]+)*/?)?")
_UNSAFE = re.compile(rf"%(?![0-9A-Fa-f]{{2}})|[^{SAFE}%]")
_CODED = re.compile(r"%([0-9A-Fa-f]{2})")
_QUERY_UNSAFE = re.compile(r"[\x00-\x20\x7f#]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_METHOD = re.compile(r"[A-Za-z-]{1,20}")

# Decoded a hop too early, these end a segment, a path or a coded character: gateway and backend would read two paths.
_MEANS_SOMETHING = frozenset(rb"/\.;#?%")
# Nobody needs to code these (RFC 3986, 2.3), and a backend that does not decode them takes another route.
_NEVER_CODED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_~")
_REFUSED_CODED = _MEANS_SOMETHING | _NEVER_CODED | frozenset(range(0x20)) | {0x7F}


def canonical(target: str) -> tuple[str, ...] | Ambiguous:
    """Read the segments of a raw request target, percent codes decoded once, or say what is ambiguous about it.

    A slash at the end makes another path: its last segment is empty, and only a template with that slash matches it.
    """
    path, _, query = target.partition("?")
    if query and (unsafe := _QUERY_UNSAFE.search(query)):
        return Ambiguous(_named(unsafe[0]))
    if _PLAIN.fullmatch(path) and "/." not in path:
        return tuple(path[1:].split("/"))
    if not path.startswith("/"):
        return Ambiguous("://" if "://" in path else "no leading /")
    raw = path[1:].split("/")
    for part in _ambiguities(raw):
        return Ambiguous(part)
    return tuple(map(unquote, raw))


def _ambiguities(raw: list[str]) -> Iterator[str]:
    last = len(raw) - 1
    for at, segment in enumerate(raw):
        if not segment and at < last:
            yield "//"
        if segment in {".", ".."}:
            yield segment
        if unsafe := _UNSAFE.search(segment):
            yield _named(unsafe[0])
        for coded in _CODED.finditer(segment):
            if int(coded[1], 16) in _REFUSED_CODED:
                yield f"%{coded[1].upper()}"
        try:
            decoded = unquote_to_bytes(segment).decode()
        except UnicodeDecodeError:
            yield "UTF-8"
        else:
            yield from map(_named, _CONTROL.findall(decoded))


def _named(character: str) -> str:
    """Name one character: itself where it can be seen, its code point otherwise."""
    return character if "!" <= character <= "~" else f"U+{ord(character):04X}"


def shown(target: str) -> str:
    """The path for records and messages: without query, what may be a secret hidden, at most 200 characters."""
    path = re.split(r"[?#]", target, maxsplit=1)[0]
    if not path.startswith("/"):
        return HIDDEN if path else ""
    text = "/".join(HIDDEN if _may_be_secret(segment) else _printable(segment) for segment in path.split("/"))
    return text if len(text) <= SHOWN_LENGTH_MAX else f"{text[: SHOWN_LENGTH_MAX - 1]}…"


def shown_method(method: str) -> str:
    """The method for records and messages, unless it is none."""
    return method if not method or _METHOD.fullmatch(method) else HIDDEN


def _may_be_secret(segment: str) -> bool:
    for _ in range(3):  # a secret stays one when it is coded twice
        if looks_secret(segment) or looks_secret(segment.lower()):
            return True
        segment = unquote(segment, "latin-1")
    return False


def _printable(segment: str) -> str:
    """Percent-code what is not printable ASCII, and leave codes as they were sent."""
    if segment.isascii() and segment.isprintable() and " " not in segment:
        return segment
    return quote(segment, safe=_VISIBLE, errors="surrogatepass")


_VISIBLE = "".join(map(chr, range(0x21, 0x7F)))
