"""What a database must be able to do to carry a store. `sqlite` and `postgres` do it, each in its own way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager

    from sqlalchemy import Connection, Table
    from sqlalchemy.dialects import postgresql, sqlite

    from chaveiro.core.fleet import NodeReport, NodeSeen
    from chaveiro.core.names import Moment


Insert: TypeAlias = "sqlite.Insert | postgresql.Insert"


class Database(Protocol):
    """One database. Whatever its driver raises comes out as StoreUnavailable."""

    @property
    def keeps_nodes(self) -> bool:
        """Whether what nodes report is kept."""

    def writing(self) -> AbstractContextManager[Connection]:
        """The only transaction, of all processes', that may commit a change; it ends durable or not at all."""

    def counting(self) -> AbstractContextManager[Connection]:
        """A transaction for what is no change: it holds up no change where the database can do both at once."""

    def reading(self) -> AbstractContextManager[Connection]:
        """A transaction that sees one moment."""

    def polling(self) -> AbstractContextManager[Connection]:
        """A connection for one short statement, which waits for nothing else that this process asks."""

    def stamp(self) -> int | None:
        """A number that differs once anybody has committed since the last call; None where asking costs as much."""

    def pulse(self) -> bytes:
        """What differs once anybody on this machine has committed a change; the same for ever where nobody can tell."""

    def insert(self, table: Table) -> Insert:
        """An INSERT that may say what to do about a row that is there already."""

    def announce(self, connection: Connection, /) -> None:
        """Wake whoever watches, once the transaction is committed."""

    def watch(self, wake: Callable[[], None]) -> None:
        """Call *wake*, from a thread of the database's own, whenever somebody may have committed."""

    def report(self, node: NodeReport) -> None:
        """Note what a node has applied."""

    def nodes(self) -> tuple[Moment, Sequence[NodeSeen]]:
        """The database's time, and the nodes that reported."""

    def leave(self, node: NodeReport) -> None:
        """Forget a node: it decides nothing any more."""

    def keep_room(self) -> None:
        """Hold room on the disk for revocations, where the disk is this machine's."""

    def make_room(self) -> bool:
        """Give that room up for something that must be written; whether there was any."""

    def spare_room(self) -> None:
        """Raise DiskFull where what room is left is for revocations alone."""

    def check(self) -> None:
        """Raise StoreUnavailable where the database is damaged."""

    def close(self) -> None:
        """Let go of the database."""
