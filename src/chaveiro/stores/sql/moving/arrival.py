"""The database that an installation moves into: what it must not hold, and how far it is filled."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import Connection, Table, delete, func, select

from chaveiro.stores.port import PEPPER_CHECK, StoreUnavailable
from chaveiro.stores.sql import fleet, schema, standing, tables
from chaveiro.stores.sql.moving.obstacle import CannotMove, Obstacle
from chaveiro.stores.sql.moving.rows import Fingerprint, Values, moved, writable
from chaveiro.stores.sql.standing import Note, Standing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from chaveiro.stores.sql.postgres import Postgres

NODE_SECONDS: Final = 10  # a node that reported so lately is still there
_TABLES: Final = "tables"


class Filled(NamedTuple):
    """How much of a table is there: so many rows, in the order of its primary key, with this digest."""

    rows: int
    digest: str


NOTHING: Final = Filled(0, Fingerprint().digest)


class Arrival:
    """One PostgreSQL database, while one move fills it."""

    def __init__(self, database: Postgres, note: Note, *, pepper_check: str) -> None:
        """*note* is what this move notes about itself in it."""
        self._database = database
        self._note = note
        self._pepper_check = pepper_check

    # -- beginning

    def begun(self) -> bool:
        """Whether this move has begun there before. Raises CannotMove where it must not begin."""
        with self._database.reading() as connection:
            return self._known(connection) is not None

    def claim(self) -> None:
        """Make the tables and note the move, or go on with what this move did before. Raises CannotMove."""
        with self._database.writing() as connection:
            found = self._known(connection)
            if found is not None:
                self._note = found
                return
            schema.prepare(connection)
            connection.execute(delete(tables.meta))
            standing.write(connection, self._note)

    def _known(self, connection: Connection) -> Note | None:
        """What this move noted there before, None where nothing is there. Raises CannotMove for anything else."""
        if connection.exec_driver_sql("SHOW server_encoding").scalar() != "UTF8":
            raise CannotMove(Obstacle.TARGET_ENCODING)
        try:
            version = schema.version(connection)
        except StoreUnavailable:
            raise CannotMove(Obstacle.TARGET_FOREIGN) from None
        if version is None:
            return None
        if version != schema.VERSION:
            raise CannotMove(Obstacle.TARGET_NEWER if version > schema.VERSION else Obstacle.TARGET_OLDER)
        found = standing.parsed(standing.written(connection))
        if found is not None:
            if found.standing is Standing.ARRIVING and found.move == self._note.move:
                return found
            raise CannotMove(
                Obstacle.TARGET_OTHER_MOVE if found.standing is Standing.ARRIVING else Obstacle.TARGET_HOLDS,
                other=found.other,
            )
        self._refuse_contents(connection)
        return None

    def _refuse_contents(self, connection: Connection) -> None:
        noted = connection.scalar(select(tables.meta.c.value).where(tables.meta.c.name == PEPPER_CHECK))
        if noted is not None and noted != self._pepper_check:
            raise CannotMove(Obstacle.TARGET_PEPPER)
        for table in tables.METADATA.sorted_tables:
            if table is not tables.meta and connection.execute(select(table).limit(1)).first() is not None:
                raise CannotMove(Obstacle.TARGET_HOLDS, table=table.name)
        now, nodes = fleet.nodes(connection)
        for node in nodes:
            if now - node.at < NODE_SECONDS:
                raise CannotMove(Obstacle.TARGET_IN_USE, node=node.report.name or node.report.id)

    # -- filling

    def filled(self, table: Table) -> Filled:
        """How much of a table is there."""
        return Filled(*self._note.facts[_TABLES].get(table.name, NOTHING))

    def fill(self, table: Table, page: Sequence[Values], print_: Fingerprint) -> None:
        """Add rows to a table; *print_* is of all its rows so far. Both are kept together, or neither is."""
        with self._database.writing() as connection:
            written = writable(table, connection.dialect)
            self._database.fill(connection, table, map(written, page))
            self._keep(connection, {table.name: [print_.rows, print_.digest]})

    def settle(self, table: Table) -> None:
        """Let the database look at what a whole table holds, so that it knows how to find something in it."""
        with self._database.writing() as connection:
            connection.exec_driver_sql(f"ANALYZE {table.name}")

    def empty(self, table: Table) -> None:
        """Take out of a table, and of whatever hangs from it, all that was filled in."""
        gone = list(_hanging(table))
        with self._database.writing() as connection:
            if table is tables.meta:
                connection.execute(delete(table).where(moved(table)))
            else:
                connection.exec_driver_sql(f"TRUNCATE {', '.join(one.name for one in gone)}")
            self._keep(connection, {one.name: list(NOTHING) for one in gone})

    def _keep(self, connection: Connection, filled: dict[str, list[object]]) -> None:
        facts = {**self._note.facts, _TABLES: {**self._note.facts[_TABLES], **filled}}
        self._note = replace(self._note, facts=facts)
        standing.write(connection, self._note)

    # -- ending

    def open(self) -> None:
        """Let it be the truth. The source says by now that it is none."""
        with self._database.writing() as connection:
            seq = connection.scalar(select(func.max(tables.changes.c.seq))) or 0
            arrived = replace(self._note, standing=Standing.ARRIVED, facts={**self._note.facts, "seq": seq})
            standing.write(connection, arrived)


def beginning(move: str, source: str) -> Note:
    """What a move notes in a database that it begins to fill."""
    return Note(Standing.ARRIVING, move, source, {_TABLES: {}})


def _hanging(table: Table) -> Iterator[Table]:
    """A table and, after it, those whose rows cannot be without its own."""
    found = {table}
    for one in tables.METADATA.sorted_tables:
        if one is table or any(key.column.table in found for key in one.foreign_keys):
            found.add(one)
            yield one
