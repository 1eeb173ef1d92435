"""Who decides for an application: a node in the same process, or a Chaveiro elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from chaveiro.core.keyring import Revision
    from chaveiro.doors.place import Place
    from chaveiro.wire.identity import Identity
    from chaveiro.wire.message import Message, Reply
    from chaveiro.wire.received import Received


@dataclass(frozen=True, slots=True)
class Asked:
    """What an application wants to know: whether a request that it received may go on."""

    received: Received
    message: Message  # as it came in; what is not judged of it says in which language to answer
    at_least: Revision | None = None  # below which no answer is wanted


class Authorizer(Protocol):
    """Says who calls, or what to answer the caller with. It may be asked before it was started, and by many threads."""

    @property
    def place(self) -> Place:
        """Whose word on a caller is believed."""

    def start(self) -> None:
        """Be ready to answer; may wait for a store. Raises StoreUnavailable where people must act."""

    def close(self) -> None:
        """Let go of what was opened; may wait for a store. Whoever asks again starts it again."""

    def check(self, asked: Asked) -> Identity | Reply:
        """Judge a request, and wait for it."""

    async def acheck(self, asked: Asked) -> Identity | Reply:
        """Judge a request. The event loop waits for no store."""
