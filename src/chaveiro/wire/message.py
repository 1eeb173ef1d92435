"""HTTP as data: what came in, and what goes out."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TypeAlias

Headers: TypeAlias = "tuple[tuple[bytes, bytes], ...]"

_HOST = re.compile(rb"(?:[A-Za-z0-9](?:[A-Za-z0-9._-]{0,252})|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?")


@dataclass(frozen=True, slots=True, repr=False)
class Message:
    """One request as it was received. It may hold a token anywhere, so its repr is mute."""

    method: str
    target: str  # path and query exactly as sent, one character per byte
    headers: Headers  # names in lower case, in the order of arrival
    peer: str = ""  # the address of whoever is connected to us; empty for a Unix socket
    secure: bool = False  # whether the connection to us is TLS
    body: bytes = b""

    def __repr__(self) -> str:
        return f"Message(<{len(self.headers)} headers>)"

    @property
    def path(self) -> str:
        """The path as it was sent, percent codes and all."""
        return self.target.partition("?")[0]

    @property
    def query(self) -> str:
        """The query as it was sent."""
        return self.target.partition("?")[2]

    def values(self, name: bytes) -> list[bytes]:
        """Every value of a header, blanks around it removed."""
        return [value.strip(b" \t") for sent, value in self.headers if sent == name]

    def one(self, name: bytes) -> str | None:
        """The value of a header that was sent exactly once, under its own spelling and no other."""
        found = None
        for sent, value in self.headers:
            if sent == name or (b"_" in sent and sent.replace(b"_", b"-") == name):
                if found is not None or sent != name:
                    return None
                found = value.strip(b" \t")
        return None if found is None else found.decode("latin-1")

    @property
    def host(self) -> str | None:
        """The host it was sent to, without port and in lower case; None where it names none, two or nonsense."""
        hosts = self.values(b"host")
        if len(hosts) != 1 or not _HOST.fullmatch(hosts[0]):
            return None
        return host_name(hosts[0].decode())


def host_name(host: str) -> str:
    """A host without its port, in lower case."""
    return (host if host.endswith("]") else re.sub(r":[0-9]*$", "", host)).lower()


@dataclass(frozen=True, slots=True)
class Reply:
    """One response."""

    status: int
    headers: Headers = ()
    body: bytes = field(default=b"", repr=False)
