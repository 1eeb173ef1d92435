"""One request as a server received it: what is judged of it, told by whoever may be believed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from chaveiro.core.attempt import Transport

if TYPE_CHECKING:
    from chaveiro.core.attempt import Need
    from chaveiro.wire.message import Headers


@dataclass(frozen=True, slots=True)
class Received:
    """What a gateway or an application received. Headers and target may hold a token, so its repr leaves them out."""

    method: str
    target: str = field(repr=False)  # path and query exactly as sent, one character per byte
    host: str  # as sent, with or without a port; empty where nobody says
    headers: Headers = field(repr=False)  # names in lower case; those in which no credential can be may be left out
    address: str = ""  # the caller's own address, empty where it is not known
    transport: Transport = Transport.UNKNOWN
    need: Need | None = None  # asked for by name, instead of by method and target
