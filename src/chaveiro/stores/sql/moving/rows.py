"""Rows as both databases mean them, and what tells whether two tables hold the same ones."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import ColumnElement, Connection, Table, func, select, true, tuple_

from chaveiro.stores.sql import standing, tables
from chaveiro.stores.sql.columns import FLAG
from chaveiro.stores.sql.moving.obstacle import CannotMove, Obstacle

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sqlalchemy import Dialect

READ_ROWS: Final = 1_000  # by one statement
DIGEST_BYTES: Final = 16

Values = tuple[Any, ...]


def moved(table: Table) -> ColumnElement[bool]:
    """Which rows of a table move. What a database notes about the move itself stays where it is."""
    return table.c.name != standing.NOTE if table is tables.meta else true()


def count(connection: Connection, table: Table) -> int:
    """How many rows of a table move."""
    return connection.scalar(select(func.count()).select_from(table).where(moved(table))) or 0


def rows(connection: Connection, table: Table) -> Iterator[Values]:
    """A table's rows in the order of its primary key, which both databases compare byte by byte.

    By pages, each a short statement: a server that is silent for long has not answered.
    """
    key = list(table.primary_key)
    meant = _meant(table)
    positions = [list(table.c).index(column) for column in key]
    chosen = select(table).where(moved(table)).order_by(*key).limit(READ_ROWS)
    page: Sequence[Any] = connection.execute(chosen).all()
    while page:
        for row in page:
            yield meant(row)
        last = [page[-1][position] for position in positions]
        page = connection.execute(chosen.where(tuple_(*key) > tuple_(*last))).all()


def _meant(table: Table) -> Callable[[Sequence[Any]], Values]:
    """What a row says, whatever its database says it with: SQLite has no true and false."""
    flags = [position for position, column in enumerate(table.c) if column.type is FLAG]
    if not flags:
        return tuple

    def meant(row: Sequence[Any]) -> Values:
        values = list(row)
        for position in flags:
            if values[position] not in {0, 1}:
                raise CannotMove(Obstacle.SOURCE_UNREADABLE, table=table.name)
            values[position] = bool(values[position])
        return tuple(values)

    return meant


class Fingerprint:
    """Counts rows and digests them in their order. Floats count to the bit, and nothing equals NULL but NULL."""

    def __init__(self) -> None:
        self.rows = 0
        self._digest = hashlib.blake2b(digest_size=DIGEST_BYTES)

    def add(self, row: Values) -> int:
        """Take a row in; how long it is, written out."""
        written = repr(row).encode()
        self._digest.update(b"%d:%b" % (len(written), written))
        self.rows += 1
        return len(written)

    @property
    def digest(self) -> str:
        """Of all rows so far."""
        return self._digest.copy().hexdigest()


def writable(table: Table, dialect: Dialect) -> Callable[[Values], Values]:
    """How a row is handed to a driver: what SQLAlchemy would bind, once it is known for the whole table."""
    bound = [
        (position, processor)
        for position, column in enumerate(table.c)
        if (processor := column.type.dialect_impl(dialect).bind_processor(dialect)) is not None
    ]

    def written(row: Values) -> Values:
        values = list(row)
        for position, processor in bound:
            values[position] = processor(values[position])
        return tuple(values)

    return written
