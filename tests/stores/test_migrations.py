"""The tables' versions."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from alembic import command, op
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine
from tests.keys import KEYS
from tests.promises.plugin import Proof
from tests.stores.contract import denial, lacking, stranger
from tests.stores.histories import ACME, NOON

from chaveiro.stores import codec
from chaveiro.stores.port import StoreUnavailable
from chaveiro.stores.sql import SqlStore, schema, tables

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from chaveiro.core.denial import Denial


def made(path: Path) -> dict[str, str]:
    """The statements that made a database."""
    with sqlite3.connect(path) as connection:
        found = connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    connection.close()
    return {name: " ".join(sql.split()) for name, sql in found if name != "alembic_version"}


def test_migrations_make_the_tables(tmp_path: Path) -> None:
    """What the migrations make is what the code expects: to Alembic, and to the letter."""
    SqlStore.open(f"sqlite:///{tmp_path}/migrated.db", keys=KEYS).close()
    expected = create_engine(f"sqlite:///{tmp_path}/expected.db")
    tables.METADATA.create_all(expected)
    expected.dispose()
    assert made(tmp_path / "migrated.db") == made(tmp_path / "expected.db")
    migrated = create_engine(f"sqlite:///{tmp_path}/migrated.db")
    with migrated.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, tables.METADATA) == []
    migrated.dispose()


def test_the_newest_migration_is_this_version() -> None:
    """A new migration cannot be forgotten at the start."""
    assert ScriptDirectory(str(schema.MIGRATIONS)).get_heads() == [schema.VERSION]


def test_opening_again_changes_nothing(tmp_path: Path) -> None:
    """The epoch stands from the first start on, and no other database has it."""
    url = f"sqlite:///{tmp_path}/chaveiro.db"
    first = SqlStore.open(url, keys=KEYS)
    epoch = first.head().epoch
    first.close()
    again = SqlStore.open(url, keys=KEYS)
    assert again.head().epoch == epoch
    assert len(epoch) == 8
    assert int(epoch, 16) >= 0
    again.close()
    other = SqlStore.open(f"sqlite:///{tmp_path}/other.db", keys=KEYS)
    assert other.head().epoch != epoch
    other.close()


def test_a_newer_database_is_refused(tmp_path: Path, proof: Proof) -> None:
    """A database that a newer version wrote is left as it is."""
    path = tmp_path / "chaveiro.db"
    SqlStore.open(f"sqlite:///{path}", keys=KEYS).close()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    with pytest.raises(StoreUnavailable, match="a newer Chaveiro wrote the database"):
        SqlStore.open(f"sqlite:///{path}", keys=KEYS)
    proof("G22", dose=1, figure="a database of a newer version")


def test_another_programs_database_is_refused(tmp_path: Path, proof: Proof) -> None:
    """Tables are never put beside somebody else's."""
    path = tmp_path / "chaveiro.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE theirs (x)")
    connection.close()
    path.chmod(0o600)
    with pytest.raises(StoreUnavailable, match="belongs to another program"):
        SqlStore.open(f"sqlite:///{path}", keys=KEYS)
    assert set(made(path)) == {"theirs"}
    proof("G22", dose=1, figure="another program's database")


def test_a_broken_off_migration_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, proof: Proof) -> None:
    """Tables are made all of the way or not at all, and the next start makes them."""
    path = tmp_path / "chaveiro.db"
    create_table = op.create_table

    def fail(name: str, *items: object, **options: object) -> object:
        if name == "keys":
            raise KeyboardInterrupt
        return create_table(name, *items, **options)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(op, "create_table", fail)
        with pytest.raises(KeyboardInterrupt):
            SqlStore.open(f"sqlite:///{path}", keys=KEYS)
    assert made(path) == {}
    SqlStore.open(f"sqlite:///{path}", keys=KEYS).close()
    assert "keys" in made(path)
    proof("G21", dose="a migration broken off", figure="nothing of it is left, and it is done at the next start")


def as_first_written(one: Denial) -> str:
    """A denial as the first version wrote it."""
    written = json.loads(codec.written(one))
    del written["route"]
    return json.dumps(written)


def test_the_first_version_s_denials_are_read_and_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They come back whole, in the episodes they make; the route nobody kept stays empty."""
    upgrade: Callable[..., None] = command.upgrade
    with monkeypatch.context() as patched:
        patched.setattr(command, "upgrade", lambda config, _: upgrade(config, "0001"))
        patched.setattr(schema, "VERSION", "0001")
        SqlStore.open(f"sqlite:///{tmp_path}/chaveiro.db", keys=KEYS).close()
    old = [lacking(3), lacking(1), stranger(2), stranger(4), denial(6)]
    with sqlite3.connect(tmp_path / "chaveiro.db") as connection:
        rows = [(one.id, one.account, one.at, as_first_written(one)) for one in old]
        connection.executemany("INSERT INTO denials VALUES (?, ?, ?, ?)", rows)
    connection.close()
    store = SqlStore.open(f"sqlite:///{tmp_path}/chaveiro.db", keys=KEYS)
    assert [store.denial(one.id) for one in old] == [replace(one, route="") for one in old]
    found = {one.cause: one for one in store.episodes(ACME)}
    assert {cause: (one.count, one.first - NOON, one.last - NOON) for cause, one in found.items()} == {
        old[0].findings[0].cause: (2, 1, 3),
        old[2].findings[0].cause: (2, 2, 4),
        old[4].findings[0].cause: (1, 6, 6),
    }
    assert store.episode_of(old[0].id) == found[old[0].findings[0].cause]
    store.keep_denials([stranger(7)], forget_before=NOON)
    assert [one.count for one in store.episodes(ACME)] == [3, 1, 2]
    store.close()
