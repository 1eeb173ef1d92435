"""A move from its first note to its last. Whatever is killed in between, the same move goes on where it stopped."""

from __future__ import annotations

import secrets
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from chaveiro.stores.sql import schema, standing, tables
from chaveiro.stores.sql.integrity import Integrity
from chaveiro.stores.sql.moving.arrival import Arrival, Filled, beginning
from chaveiro.stores.sql.moving.copying import Copying
from chaveiro.stores.sql.moving.obstacle import CannotMove, Obstacle
from chaveiro.stores.sql.moving.progress import Stage, Step
from chaveiro.stores.sql.moving.verifying import verify_accounts, verify_rows
from chaveiro.stores.sql.standing import Note, Standing
from chaveiro.stores.sql.store import SqlStore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from chaveiro.stores.port import Store
    from chaveiro.stores.sql.database import Database
    from chaveiro.stores.sql.integrity import MacKeys
    from chaveiro.stores.sql.moving.ends import Ends
    from chaveiro.stores.sql.moving.progress import Watcher
    from chaveiro.stores.sql.sqlite import Sqlite


@dataclass(frozen=True, slots=True)
class Moved:
    """What was moved, and how long each stage took."""

    tables: Mapping[str, Filled]
    accounts: int
    resumed: int  # rows that a former try had copied
    seconds: Mapping[Stage, float]

    @property
    def rows(self) -> int:
        """Of all tables."""
        return sum(filled.rows for filled in self.tables.values())


def _as_it_is(database: Database, integrity: Integrity) -> Store:
    """A store of tables that the move has made or upgraded, before either is the truth for anybody else."""
    return SqlStore(database, integrity, prepared=True)


def move(
    ends: Ends,
    *,
    keys: MacKeys,
    pepper_check: str,
    watch: Watcher,
    opened: Callable[[Database, Integrity], Store] = _as_it_is,
) -> Moved:
    """Move everything. Raises CannotMove and StoreUnavailable; the source is the truth then, as before."""
    integrity = Integrity(keys)
    left = _left(ends.source, integrity)
    name = left.move if left else secrets.token_hex(16)
    arrival = Arrival(ends.target, beginning(name, ends.source_name), pepper_check=pepper_check)
    try:
        begun = arrival.begun()
    except CannotMove:
        if left is None or left.standing is not Standing.LEFT:
            raise
        begun = False
    if left is not None and left.standing is Standing.LEFT and not begun:
        raise CannotMove(Obstacle.SOURCE_MOVED, other=left.other)
    with ends.source.writing() as source:
        if left is None or left.standing is not Standing.LEFT:
            standing.write(source, Note(Standing.LEAVING, name, ends.target_name))
    arrival.claim()
    clock = _Clock()
    with ends.source.writing() as source:  # nobody changes anything until this ends
        copying = Copying(source, arrival, watch)
        with clock.measuring(Stage.COPYING):
            filled = copying.run()
        with clock.measuring(Stage.VERIFYING), ends.target.reading() as target:
            verify_rows(target, filled, watch)
        with clock.measuring(Stage.LOADING):
            accounts = verify_accounts(opened(ends.source, integrity), opened(ends.target, integrity), watch)
        seq = source.scalar(select(func.max(tables.changes.c.seq))) or 0
        # INVARIANT: first the source says that it is no longer the truth, then the target says that it is.
        standing.write(source, Note(Standing.LEFT, name, ends.target_name, {"seq": seq}))
    watch(Step(Stage.DONE, "", 0, 0))
    arrival.open()
    return Moved(filled, accounts, copying.resumed, clock.seconds)


def _left(source: Sqlite, integrity: Integrity) -> Note | None:
    """What a former try of this move noted in the source. Raises CannotMove where it is not in the way of one."""
    with source.writing() as connection:
        if schema.version(connection) is None:
            raise CannotMove(Obstacle.SOURCE_NO_FILE)
        note = standing.parsed(standing.written(connection))
        if note is None or note.is_truth:
            integrity.begin(connection, upgraded_from=schema.prepare(connection))
    source.check()
    return note if note and note.standing in {Standing.LEAVING, Standing.LEFT} else None


class _Clock:
    """How long each stage takes."""

    def __init__(self) -> None:
        self.seconds: dict[Stage, float] = {}

    @contextmanager
    def measuring(self, stage: Stage) -> Iterator[None]:
        """Measure what is done meanwhile."""
        began = monotonic()
        yield
        self.seconds[stage] = monotonic() - began
