"""Whether a request was made by one of our own pages. Only such a one may change something."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from chaveiro.core.attempt import Transport

if TYPE_CHECKING:
    from chaveiro.doors.place import Place
    from chaveiro.wire.message import Message

FORMS: Final = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})
# No browser says how a form is coded: all are in UTF-8. Whoever says it chooses a decoder that may take seconds.
_CODED: Final = re.compile(r"charset(?!\s*=\s*\"?utf-8\b)")
_SITE: Final = b"sec-fetch-site"
_LOOPBACK: Final = ("localhost", "127.0.0.1", "[::1]")


def is_ours(message: Message, place: Place) -> bool:
    """Say whether a form comes from a page of this very origin, as a browser says it. A browser always says it."""
    kind, _, more = (message.one(b"content-type") or "").lower().partition(";")
    form = kind.strip() in FORMS and not _CODED.search(more)
    return form and message.one(_SITE) == "same-origin" and _same(message, place)


def from_elsewhere(message: Message) -> bool:
    """Say whether a link on another site led here: the browser then kept the session's cookie back."""
    return message.one(_SITE) in {"cross-site", "same-site"} and message.one(b"sec-fetch-mode") == "navigate"


def is_private(message: Message, place: Place) -> bool:
    """Say whether nobody on the way can read along, as far as can be told: a browser keeps our cookies only then."""
    return is_local(message) or place.transport(message) is not Transport.PLAIN


def is_local(message: Message) -> bool:
    """Say whether it was asked for on this very machine, by the name that only itself has."""
    host = message.host or ""
    return host in _LOOPBACK or host.endswith(".localhost")


def _same(message: Message, place: Place) -> bool:
    origin = message.one(b"origin") or ""
    if place.public_url and origin == _origin_of(place.public_url):
        return True
    scheme, _, named = origin.partition("://")
    host = message.one(b"host") or ""
    return scheme in {"http", "https"} and named == host.lower()


def _origin_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()
