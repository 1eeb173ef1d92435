"""The console's cookies: bound to this host, to TLS and to our own pages, and unreadable for scripts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from chaveiro.wire.message import Message

SESSION: Final = "__Host-chaveiro-session"  # whoever is signed in
VISIT: Final = "__Host-chaveiro-visit"  # whoever is not: what a form's token is bound to
DEVICE: Final = "__Host-chaveiro-device"  # a browser that signed in before
LANGUAGE: Final = "__Host-chaveiro-language"  # chosen by hand
NOTICE: Final = "__Host-chaveiro-notice"  # what was done, to be told on the next page

_VALUE = re.compile(r"[A-Za-z0-9._~=-]{1,512}")
_HELD: Final = "; Path=/; Secure; HttpOnly; SameSite=Strict"
_DAY_SECONDS: Final = 86_400


def read(message: Message, name: str) -> str:
    """A cookie's value; empty where there is none, several of that name, or one that we never gave."""
    sent = (one.strip(" ") for value in message.values(b"cookie") for one in value.decode("latin-1").split(";"))
    found = [value for key, _, value in (one.partition("=") for one in sent) if key == name]
    return found[0] if len(found) == 1 and _VALUE.fullmatch(found[0]) else ""


def keep(name: str, value: str, *, days: int | None = None) -> tuple[bytes, bytes]:
    """The header that sets a cookie; without *days* the browser forgets it when it is closed."""
    if not _VALUE.fullmatch(value):
        raise ValueError(f"the cookie `{name}` cannot hold such a value")
    life = "" if days is None else f"; Max-Age={days * _DAY_SECONDS}"
    return (b"set-cookie", f"{name}={value}{_HELD}{life}".encode("ascii"))


def forget(name: str) -> tuple[bytes, bytes]:
    """The header that removes a cookie."""
    return (b"set-cookie", f"{name}={_HELD}; Max-Age=0".encode("ascii"))
