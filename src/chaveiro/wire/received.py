"""One request as a server received it: what is judged of it, told by whoever may be believed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from chaveiro.core.attempt import Transport

if TYPE_CHECKING:
    from chaveiro.core.attempt import Need
    from chaveiro.wire.message import Headers


class Received(Struct, frozen=True, gc=False):
    """What a gateway or an application received. Headers and target may hold a token, so its repr leaves them out."""

    method: str
    target: str  # path and query exactly as sent, one character per byte
    host: str  # as sent, with or without a port; empty where nobody says
    headers: Headers  # names in lower case; those in which no credential can be may be left out
    address: str = ""  # the caller's own address, empty where it is not known
    transport: Transport = Transport.UNKNOWN
    need: Need | None = None  # asked for by name, instead of by method and target

    @property
    def query(self) -> str:
        """What stands behind the `?`, as sent."""
        return self.target.partition("?")[2]

    def __repr__(self) -> str:
        return f"Received({self.method!r}, {self.host!r}, <{len(self.headers)} headers>)"
