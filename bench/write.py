"""A key issued, beside bare sqlite3 inserting the same rows: both are on the disk when they return.

Issuing mints a pair, authorizes, plans, writes change, key and MACs, and brings the account in memory up to date. What
it is held against inserts those rows as they came to be, in the same tables, in one transaction with the same pragmas.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from functools import partial
from pathlib import Path
from shutil import copy
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final

from bench.accounts import BENCH, KEPT, SPONSOR, open_account, settings
from bench.measure import Figure, interleaved, ratio

from chaveiro.node import Issued
from chaveiro.serve.house import House, open_house

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.measure import Dose

TITLE: Final = "A durable write"
_TABLES: Final = ("changes", "keys", "row_macs")
_Rows = dict[str, list[tuple[Any, ...]]]


def figures(dose: Dose) -> Iterator[Figure]:
    """Issue keys and insert rows, in turn, in two files of one disk."""
    KEPT.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=KEPT) as name:  # on the disk: a folder in memory would have nothing to wait for
        folder = Path(name)
        house = open_house(settings(folder))
        try:
            open_account(house, BENCH)
            with closing(_bare(folder, house)) as bare:
                rows = _Source(folder / "chaveiro.db", bare)
                _issuing(house, dose.writes)  # whichever turn it is, there is something to insert
                sides = {
                    "issue": partial(_issuing, house, dose.writes),
                    "bare": partial(_inserting, bare, rows, dose.writes),
                }
                found = interleaved(sides, dose.rounds)
        finally:
            house.close()
    issued = Figure("a key issued", found["issue"], "ms", "mint, authorize, plan, MACs, audit; durable, in force")
    inserted = Figure("bare sqlite3 inserting the same rows", found["bare"], "ms", "one transaction, on the disk")
    yield issued
    yield inserted
    yield ratio("bare sqlite3 against a key issued", inserted, issued, goal="write", includes="writes in the same time")


def _issuing(house: House, count: int) -> float:
    began = perf_counter()
    for _ in range(count):
        assert isinstance(house.node.issue(BENCH, label="bench", by=SPONSOR), Issued)
    return (perf_counter() - began) / count * 1_000


class _Source:
    """The rows that Chaveiro wrote last, which bare sqlite3 is to write next."""

    def __init__(self, path: Path, bare: sqlite3.Connection) -> None:
        self._path, self._bare = path, bare

    def newest(self, count: int) -> list[_Rows]:
        """Each of *count* keys that were issued and not inserted yet, as its rows."""
        (after,) = self._bare.execute("SELECT max(seq) FROM changes").fetchone()
        with closing(sqlite3.connect(self._path)) as read:
            changes = read.execute(
                "SELECT * FROM changes WHERE seq > ? ORDER BY seq LIMIT ?", (after, count)
            ).fetchall()
            found = [_rows(read, change) for change in changes]
        assert len(found) == count
        return found


def _rows(read: sqlite3.Connection, change: tuple[Any, ...]) -> _Rows:
    (key,) = read.execute("SELECT * FROM keys WHERE seq = ?", (change[0],)).fetchall()
    macs = read.execute("SELECT * FROM row_macs WHERE account = ? AND name = ?", (BENCH, key[0])).fetchall()
    return {"changes": [change], "keys": [key], "row_macs": macs}


def _bare(folder: Path, house: House) -> sqlite3.Connection:
    """A copy of the file as it is before the first key, opened as Chaveiro opens its own."""
    assert not house.node.keyring(BENCH).keys
    with closing(sqlite3.connect(folder / "chaveiro.db")) as own:
        own.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    copy(folder / "chaveiro.db", folder / "bare.db")
    bare = sqlite3.connect(folder / "bare.db", isolation_level=None)
    assert bare.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    bare.execute("PRAGMA synchronous = FULL")
    bare.execute("PRAGMA foreign_keys = ON")
    return bare


def _inserting(bare: sqlite3.Connection, source: _Source, count: int) -> float:
    """Insert what was issued, each key in a transaction of its own."""
    waiting = source.newest(count)
    began = perf_counter()
    for rows in waiting:
        bare.execute("BEGIN IMMEDIATE")
        for table in _TABLES:
            for row in rows[table]:
                places = ", ".join("?" for _ in row)
                bare.execute(f"INSERT INTO {table} VALUES ({places})", row)  # noqa: S608 - our own tables
        bare.execute("UPDATE accounts SET seq = ? WHERE name = ?", (rows["changes"][0][0], BENCH))
        bare.execute("COMMIT")
    return (perf_counter() - began) / count * 1_000
