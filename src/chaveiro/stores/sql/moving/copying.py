"""Copying table by table and page by page, going on where a former try stopped."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from chaveiro.stores.sql import tables
from chaveiro.stores.sql.moving.arrival import Filled
from chaveiro.stores.sql.moving.progress import Stage, Step
from chaveiro.stores.sql.moving.rows import Fingerprint, count, rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Table

    from chaveiro.stores.sql.moving.arrival import Arrival
    from chaveiro.stores.sql.moving.progress import Watcher
    from chaveiro.stores.sql.moving.rows import Values

PAGE_ROWS = 5_000  # of one transaction, which a server that is not silent for long can take
PAGE_BYTES = 4 * 1024 * 1024  # a page with long rows has fewer


class Copying:
    """One pass over all tables of a source that nobody can change meanwhile."""

    def __init__(self, source: Connection, arrival: Arrival, watch: Watcher) -> None:
        self.total = sum(count(source, table) for table in tables.METADATA.sorted_tables)
        self.resumed = 0  # rows that a former try had copied
        self._source = source
        self._arrival = arrival
        self._watch = watch
        self._done = 0

    def run(self) -> dict[str, Filled]:
        """Copy what is missing; what each table of the source holds."""
        return {table.name: self._table(table) for table in tables.METADATA.sorted_tables}

    def _table(self, table: Table) -> Filled:
        coming = rows(self._source, table)
        seen, before = Fingerprint(), self._arrival.filled(table)
        for row in islice(coming, before.rows):
            seen.add(row)
        if (seen.rows, seen.digest) != before:  # the source was changed since
            self._arrival.empty(table)
            return self._table(table)
        self.resumed += before.rows
        self._tell(table, before.rows)
        for page in _pages(coming, seen):
            self._arrival.fill(table, page, seen)
            self._tell(table, len(page))
        if seen.rows > before.rows:
            self._arrival.settle(table)
        return Filled(seen.rows, seen.digest)

    def _tell(self, table: Table, more: int) -> None:
        self._done += more
        self._watch(Step(Stage.COPYING, table.name, self._done, self.total))


def _pages(coming: Iterator[Values], seen: Fingerprint) -> Iterator[list[Values]]:
    """Rows by pages; *seen* is of all that are given so far."""
    page: list[Values] = []
    size = 0
    for row in coming:
        size += seen.add(row)
        page.append(row)
        if len(page) >= PAGE_ROWS or size >= PAGE_BYTES:
            yield page
            page, size = [], 0
    if page:
        yield page
