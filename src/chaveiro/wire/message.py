"""HTTP as data: what came in, and what goes out."""

from __future__ import annotations

import random
import re
import secrets
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, TypeAlias

from msgspec import Struct

from chaveiro.core.names import looks_secret

Headers: TypeAlias = "tuple[tuple[bytes, bytes], ...]"

TARGET: Final = "chaveiro.target"  # the ASGI extension by which our server hands on the target exactly as sent
HOSTS_REMEMBERED: Final = 1_000
HOST_BYTES_MAX: Final = 300  # with its port; longer ones are none
REQUEST_ID: Final = b"x-request-id"
_REQUEST_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}")
_REQUEST_IDS = random.Random(secrets.randbits(256))  # noqa: S311 - they tell requests apart, and hide nothing
_HOST = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9._-]{0,252})|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?")


@dataclass(slots=True, repr=False, eq=False)
class Message:
    """One request as it was received. It may hold a token anywhere, so its repr is mute."""

    method: str
    target: str  # path and query exactly as sent, one character per byte
    headers: Headers  # names in lower case, in the order of arrival
    peer: str = ""  # the address of whoever is connected to us; empty for a Unix socket
    path: str = field(init=False)  # as it was sent, percent codes and all
    query: str = field(init=False)
    _said: dict[bytes, bytes | None] = field(init=False)  # None: said twice, or in a second spelling

    def __post_init__(self) -> None:
        self.path, _, self.query = self.target.partition("?")
        said: dict[bytes, bytes | None] = dict(self.headers)
        if len(said) != len(self.headers) or b"_" in b"".join(said):
            said = _told_apart(self.headers)
        self._said = said

    def __repr__(self) -> str:
        return f"Message(<{len(self.headers)} headers>)"

    def values(self, name: bytes) -> list[bytes]:
        """Every value of a header, blanks around it removed."""
        return [value.strip(b" \t") for sent, value in self.headers if sent == name]

    def one(self, name: bytes) -> str | None:
        """The value of a header that was sent exactly once, under its own spelling and no other."""
        value = self._said.get(name)
        return None if value is None else value.strip(b" \t").decode("latin-1")

    def sent_once(self, name: bytes) -> bytes | None:
        """Such a value as it was sent, blanks and all."""
        return self._said.get(name)

    def says(self, name: bytes) -> bool:
        """Whether a header was sent at all, be it twice or in another spelling."""
        return name in self._said

    def names_none_of(self, names: frozenset[bytes]) -> bool:
        """Whether no header of these names was sent, be it in a spelling with `_` for `-`."""
        return names.isdisjoint(self._said)

    @property
    def host(self) -> str | None:
        """The host it was sent to, without port and in lower case; None where it names none, two or nonsense."""
        value = self._said.get(b"host")
        return None if value is None or len(value) > HOST_BYTES_MAX else _host(value)


def _told_apart(headers: Headers) -> dict[bytes, bytes | None]:
    """What was said under each name; None where that was said twice, or in a second spelling."""
    said: dict[bytes, bytes | None] = {}
    for name, value in headers:
        if b"_" in name:  # to many a reader the same name, so that nobody knows which of the two was meant
            said[name.replace(b"_", b"-")] = None
        else:
            said[name] = None if name in said else value
    return said


@lru_cache(maxsize=HOSTS_REMEMBERED)
def _host(value: bytes) -> str | None:
    host = value.strip(b" \t").decode("latin-1")
    return host_name(host) if _HOST.fullmatch(host) else None


def request_id(given: str | None) -> bytes:
    """The caller's own id where it is one, and surely no secret; a new one otherwise."""
    if given and _REQUEST_ID.fullmatch(given) and not looks_secret(given):
        return given.encode()
    return b"%016x" % _REQUEST_IDS.getrandbits(64)


def host_name(host: str) -> str:
    """A host without its port, in lower case; the root's dot after it makes it no other host."""
    if not host.endswith("]"):
        host = host.rpartition(":")[0] or host
    return host.lower().rstrip(".")


class Reply(Struct, frozen=True, gc=False):
    """One response. Its repr shows no body."""

    status: int
    headers: Headers = ()
    body: bytes = b""

    def __repr__(self) -> str:
        return f"Reply(status={self.status}, headers={self.headers})"
