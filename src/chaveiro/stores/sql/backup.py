"""Copies of an SQLite database: whole and looked over, or not at all; and how one takes another's place."""

from __future__ import annotations

import os
import secrets
import sqlite3
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from chaveiro.core.keyring import Revision
from chaveiro.stores.port import DiskFull, StoreUnavailable
from chaveiro.stores.sql.sqlite import BUSY_SECONDS, make_durable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_BESIDE = ("-wal", "-shm")  # what SQLite keeps beside a file that is in use


@dataclass(frozen=True, slots=True)
class Copied:
    """What a copy holds."""

    revision: Revision
    version: str  # of its tables
    accounts: int
    users: int
    keys: int
    bytes: int


def back_up(database: Path, to: Path) -> Copied:
    """Copy a database, in use or not, into a new file that its owner alone can read. Raises StoreUnavailable.

    It has every change that was acknowledged before this began.
    """
    if os.path.lexists(to):
        raise StoreUnavailable(f"`{to}` exists and is not overwritten: name another file")
    unfinished = to.with_name(f".{to.name}.{secrets.token_hex(8)}")
    try:
        copied = copy(database, unfinished)
        _link(unfinished, to)
    finally:
        remove(unfinished)
    make_durable(to.parent)
    return copied


def copy(database: Path, to: Path) -> Copied:
    """Copy a database into a new file, durably, and look the copy over. Raises StoreUnavailable."""
    if not database.is_file():
        raise StoreUnavailable(f"there is no database `{database}`: name the file")
    with _told(database, to):
        os.close(os.open(to, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        with closing(_open(database, "rw" if os.access(database, os.W_OK) else "ro")) as source:
            source.execute("PRAGMA query_only=1")
            with closing(_open(to, "rw")) as target:
                # INVARIANT: in one step, so it is one moment, which nobody's changes can make it begin anew.
                source.backup(target, pages=-1)
                target.execute("PRAGMA journal_mode=DELETE")  # one file, whole without any beside it
        with to.open("rb+") as file:
            os.fsync(file.fileno())
    return examined(to)


def examined(path: Path) -> Copied:
    """What a file holds. Raises StoreUnavailable where it is damaged, or no database of ours."""
    with _told(path, path), closing(_open(path, "ro")) as connection:
        if connection.execute("PRAGMA integrity_check(1)").fetchone() != ("ok",):
            raise StoreUnavailable(f"`{path}` is damaged: take another backup")
        if connection.execute("PRAGMA foreign_key_check").fetchone() is not None:
            raise StoreUnavailable(f"`{path}` holds rows that do not fit together: take another backup")
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if not {"alembic_version", "meta", "changes", "accounts", "users", "keys"} <= tables:
            raise StoreUnavailable(f"`{path}` is not a database of Chaveiro: name another file")
        epoch, seq, version, accounts, users, keys = connection.execute(_HELD).fetchone()
        return Copied(Revision(epoch, seq), version, accounts, users, keys, path.stat().st_size)


_HELD = """
    SELECT (SELECT value FROM meta WHERE name = 'epoch'), (SELECT coalesce(max(seq), 0) FROM changes),
        (SELECT version_num FROM alembic_version), (SELECT count(*) FROM accounts), (SELECT count(*) FROM users),
        (SELECT count(*) FROM keys)
"""


def put_in_place(new: Path, database: Path, former: Path) -> bool:
    """Let one database take another's name, at once; the former one stays under *former*, if there was any.

    Nobody may have either open. Whether there was a former one. Raises StoreUnavailable.
    """
    try:
        was = database.exists()
        if was:
            _link(database, former)
        for end in _BESIDE:  # INVARIANT: gone before the new one is there, which it would damage
            with suppress(FileNotFoundError):
                database.with_name(database.name + end).rename(former.with_name(former.name + end))
        new.replace(database)
        make_durable(database.parent)
    except OSError as surprise:
        raise StoreUnavailable(f"`{database}` cannot be replaced: {surprise.strerror}") from None
    return was


def _link(file: Path, name: Path) -> None:
    """Give a file another name, which must be free."""
    try:
        os.link(file, name)
    except FileExistsError:
        raise StoreUnavailable(f"`{name}` exists and is not overwritten: name another file") from None
    except OSError:  # a file system without links
        if os.path.lexists(name):
            raise StoreUnavailable(f"`{name}` exists and is not overwritten: name another file") from None
        file.rename(name)


def remove(file: Path) -> None:
    """Remove a database with all that SQLite keeps beside it, if it is there."""
    for end in ("", "-journal", *_BESIDE):
        file.with_name(file.name + end).unlink(missing_ok=True)


def _open(path: Path, mode: str) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{quote(str(path))}?mode={mode}", uri=True, timeout=BUSY_SECONDS, isolation_level=None)


@contextmanager
def _told(source: Path, target: Path) -> Iterator[None]:
    """Turn errors into sentences. The driver's own text may quote values, so it goes no further."""
    try:
        yield
    except sqlite3.Error as error:
        match getattr(error, "sqlite_errorcode", 0) & 0xFF:
            case sqlite3.SQLITE_FULL:
                raise DiskFull(f"the disk of `{target}` is full: free space, or name a file elsewhere") from None
            case sqlite3.SQLITE_NOTADB:
                raise StoreUnavailable(f"`{source}` is not an SQLite database: name another file") from None
            case sqlite3.SQLITE_CORRUPT:
                raise StoreUnavailable(f"`{source}` is damaged: restore a backup") from None
            case _:
                name = getattr(error, "sqlite_errorname", "no code")
                raise StoreUnavailable(f"`{source}` cannot be copied to `{target}` ({name})") from None
    except OSError as surprise:
        raise StoreUnavailable(f"`{target}` cannot be written: {surprise.strerror}") from None
