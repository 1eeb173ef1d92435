"""HTTP as data: what came in, and what goes out."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from chaveiro.core.names import looks_secret

Headers: TypeAlias = "tuple[tuple[bytes, bytes], ...]"

TARGET: Final = "chaveiro.target"  # the ASGI extension by which our server hands on the target exactly as sent
REQUEST_ID: Final = b"x-request-id"
_REQUEST_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}")
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
        said: dict[bytes, bytes | None] = {}
        for name, value in self.headers:
            if b"_" in name:  # to many a reader the same name, so that nobody knows which of the two was meant
                said[name.replace(b"_", b"-")] = None
            else:
                said[name] = None if name in said else value
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

    def says(self, name: bytes) -> bool:
        """Whether a header was sent at all, be it twice or in another spelling."""
        return name in self._said

    @property
    def host(self) -> str | None:
        """The host it was sent to, without port and in lower case; None where it names none, two or nonsense."""
        host = self.one(b"host")
        return host_name(host) if host and _HOST.fullmatch(host) else None


def request_id(given: str | None) -> bytes:
    """The caller's own id where it is one, and surely no secret; a new one otherwise."""
    if given and _REQUEST_ID.fullmatch(given) and not looks_secret(given):
        return given.encode()
    return secrets.token_hex(8).encode()


def host_name(host: str) -> str:
    """A host without its port, in lower case; the root's dot after it makes it no other host."""
    if not host.endswith("]"):
        host = host.rpartition(":")[0] or host
    return host.lower().rstrip(".")


@dataclass(frozen=True, slots=True)
class Reply:
    """One response."""

    status: int
    headers: Headers = ()
    body: bytes = field(default=b"", repr=False)
