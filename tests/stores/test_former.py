"""Databases as each former version left them are brought to this one, whole, however often it is interrupted."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.dose import dose
from tests.keys import KEYS
from tests.stores.histories import ACME, folded, live
from tests.stores.test_migrations import made

from chaveiro.core.command import AddUser
from chaveiro.core.names import AccountName, Email
from chaveiro.stores.sql import SqlStore, schema

if TYPE_CHECKING:
    from tests.promises.plugin import Proof

# Each was written by the code of its time: `EVERY_EVENT` of its day, sixty random commands, some denials.
FORMER = sorted((Path(__file__).parent / "former").glob("*.sql"))
VERSIONS = [one.stem for one in FORMER]
MORE = dose(7, 1, 0)  # an upgrade is killed at its statements 1, 8, 64; or 1, 2, 4, 8 and so on; or at each
ROOT = Path(__file__).parents[2]


def former(version: str, folder: Path) -> Path:
    """A database as that version left it."""
    path = folder / f"{version}.db"
    path.touch(0o600)
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript((FORMER[VERSIONS.index(version)]).read_text())
        connection.execute("PRAGMA journal_mode=WAL")
    return path


def content(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """What stands in each table."""
    with closing(sqlite3.connect(path)) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: sorted(connection.execute(f"SELECT * FROM {name}"), key=repr) for name in tables}  # noqa: S608 - names of tables


def test_there_is_one_of_each_former_version() -> None:
    """The first database after a new migration belongs here."""
    assert [f"{number:04}" for number in range(1, int(schema.VERSION))] == VERSIONS


@pytest.mark.parametrize("version", VERSIONS)
def test_a_former_database_is_brought_here(version: str, quick_path: Path, proof: Proof) -> None:
    """Its tables become this version's, nothing of it is lost, it is what its history says, and it goes on."""
    path = former(version, quick_path)
    before = content(path)["changes"]
    with closing(SqlStore.open(f"sqlite:///{path}", keys=KEYS)) as store:
        for account in store.accounts():
            assert store.keyring(account) == folded(store.changes(account=account, limit=1000))
        assert set(store.accounts()) == {ACME, AccountName("other")}
        assert len(store.denials(ACME)) > 0
        assert len(store.episodes(ACME)) > 0
        assert len(store.changes(limit=1000)) == len(before)
        live(store, [AddUser(ACME, Email("new@acme.example"), "New")])
    with closing(SqlStore.open(f"sqlite:///{quick_path}/new.db", keys=KEYS)):
        pass
    assert made(path) == made(quick_path / "new.db")
    assert {row[:3] for row in before} < {row[:3] for row in content(path)["changes"]}  # without their MACs
    proof("G21", dose="databases of every former version", figure="each whole and in use at this one")


@pytest.mark.parametrize("version", VERSIONS)
def test_upgrading_twice_is_upgrading_once(version: str, quick_path: Path) -> None:
    """The second start changes nothing."""
    path = former(version, quick_path)
    SqlStore.open(f"sqlite:///{path}", keys=KEYS).close()
    once = content(path)
    SqlStore.open(f"sqlite:///{path}", keys=KEYS).close()
    assert content(path) == once


@pytest.mark.parametrize("version", VERSIONS)
def test_an_upgrade_that_is_killed_is_begun_anew(version: str, quick_path: Path) -> None:
    """Killed before any of its statements it leaves the former version as it was; the next start goes all the way."""
    path = former(version, quick_path)
    before, statement, ended = content(path), 1, -1
    while ended != 0:
        program = [sys.executable, "-c", KILLED, str(path), str(statement)]
        ended = subprocess.run(program, cwd=ROOT, check=False).returncode
        assert ended in {0, -signal.SIGKILL}
        assert ended == 0 or content(path) == before, statement
        statement += max(1, statement * MORE)
    assert statement > 2, "none was killed"
    with closing(SqlStore.open(f"sqlite:///{path}", keys=KEYS)) as store:
        assert store.keyring(ACME) == folded(store.changes(account=ACME, limit=1000))


KILLED = """
import os, signal, sys
from sqlalchemy import event
from sqlalchemy.engine import Engine
from chaveiro.stores.sql import SqlStore, schema
left = [int(sys.argv[2])]
upgrading = []
upgrade = schema._upgrade
schema._upgrade = lambda *given: (upgrading.append(1), upgrade(*given), upgrading.clear())
@event.listens_for(Engine, "before_cursor_execute")
def seen(*_):
    left[0] -= bool(upgrading)
    if left[0] == 0:
        os.kill(os.getpid(), signal.SIGKILL)
from tests.keys import KEYS
SqlStore.open(f"sqlite:///{sys.argv[1]}", keys=KEYS).close()
"""
