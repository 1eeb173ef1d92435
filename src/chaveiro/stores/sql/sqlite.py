"""All that is SQLite's own: the file, connections and their pragmas, transactions, what its errors mean."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, contextmanager, suppress
from functools import partial
from threading import Lock
from time import monotonic, sleep, time
from typing import TYPE_CHECKING, NoReturn
from urllib.parse import quote

from sqlalchemy import Connection, Engine, Table, create_engine, event
from sqlalchemy.dialects.sqlite import Insert, insert
from sqlalchemy.exc import DBAPIError, StatementError
from sqlalchemy.pool import QueuePool

from chaveiro.core.names import Moment
from chaveiro.stores.codec import CodecError
from chaveiro.stores.port import DiskFull, StoreBusy, StoreUnavailable
from chaveiro.stores.sql import standing
from chaveiro.stores.sql.ballast import Ballast
from chaveiro.stores.sql.hold import Hold
from chaveiro.stores.sql.pulse import Pulse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from chaveiro.core.fleet import NodeReport, NodeSeen

BUSY_SECONDS = 5
WAL_BYTES_KEPT = 16 * 1024 * 1024  # the log shrinks back to this once a long reader has let go of it

# INVARIANT: a commit is on the disk before it returns (`synchronous` 2 is FULL). Each value is read back.
_PRAGMAS = {
    "foreign_keys": 1,
    "synchronous": 2,
    "busy_timeout": BUSY_SECONDS * 1000,
    "journal_size_limit": WAL_BYTES_KEPT,
    "cell_size_check": 1,
    "trusted_schema": 0,
}

_NO_ROOM = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_SHMSIZE})
# Reads what others wrote that is no UTF-8: it spoils its own row then, and not the reading of all others. It costs a
# fifth of the time that reading takes, so it is used once there was such a text.
_ANY_TEXT = partial(str, encoding="utf-8", errors="surrogateescape")

_CREATE = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0)


class Sqlite:
    """One SQLite file: one connection writes at a time, others read and cannot write.

    Open it after a fork, not before.
    """

    keeps_nodes = False

    def __init__(self, path: Path, *, ballast_bytes: int = 0, held: bool = False) -> None:
        """Make the file where it is missing, readable to its owner alone. Raises StoreUnavailable.

        *held*: whoever opens it keeps all others out of its folder.
        """
        self._path = path
        self._ballast = Ballast(path.with_name(f"{path.name}-ballast"), size=ballast_bytes)
        self._writing = Lock()
        self._watching = Lock()
        self._closed = False
        self._text: Callable[[bytes], str] = str
        self._identity = self._created()
        self._hold = None if held else Hold(path.parent)
        self._pulse = None if held else Pulse(path.with_name(f"{path.name}-pulse"))
        self._announced = False  # whether what is being written is a change
        self._writer = self._engine(begin="BEGIN IMMEDIATE", query_only=False)
        self._reader = self._engine(begin="BEGIN", query_only=True)
        try:
            try:
                self._watch = self._begun()
            except DiskFull:  # the files beside it need some room, without which nothing could be read
                if not self._ballast.free():
                    raise
                self._watch = self._begun()
        except BaseException:
            self._let_go()
            raise

    def _begun(self) -> sqlite3.Connection:
        self._become_wal()
        with self._told():
            return self._connect(query_only=True)

    @property
    def path(self) -> Path:
        """Where the file is."""
        return self._path

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """The only transaction of this process that may write; it ends durable or not at all."""
        if not self._writing.acquire(timeout=BUSY_SECONDS):
            raise self._busy()
        try:
            self._announced = False
            with self._told(), self._writer.begin() as connection:
                self._in_place()
                yield connection
            # INVARIANT: after the commit, and before whoever asked for the change hears of it.
            if self._announced and self._pulse is not None:
                self._pulse.beat()
        finally:
            self._writing.release()

    def counting(self) -> AbstractContextManager[Connection]:
        """A transaction for what is no change: here, one like any other. Raises DiskFull where room is short."""
        self.spare_room()
        return self.writing()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that sees one moment."""
        with self._told(), self._reader.begin() as connection:
            yield connection

    def polling(self) -> AbstractContextManager[Connection]:
        """A transaction like any other that reads."""
        return self.reading()

    def stamp(self) -> int:
        """A number that differs once anybody, in any process, has committed since the last call."""
        with self._told(), self._watching:
            self._in_place()
            found: int = self._watch.execute("PRAGMA data_version").fetchone()[0]
        self._ballast.renew()
        return found

    def insert(self, table: Table) -> Insert:
        """An INSERT that may say what to do about a row that is there already."""
        return insert(table)

    def announce(self, _connection: Connection, /) -> None:
        """Tell the processes of this machine, once it is committed. Nobody needs waking: looking costs nothing."""
        self._announced = True

    def pulse(self) -> bytes:
        """What differs once anybody on this machine has committed a change."""
        return self._pulse.now() if self._pulse is not None else b""

    def watch(self, wake: Callable[[], None]) -> None:
        """Likewise."""

    def report(self, node: NodeReport) -> None:
        """Keep no list of nodes: each poll would be a write. The processes of one machine poll this file."""

    def nodes(self) -> tuple[Moment, Sequence[NodeSeen]]:
        """Nobody reports."""
        return Moment(time()), ()

    def leave(self, node: NodeReport) -> None:
        """Nobody reported."""

    def keep_room(self) -> None:
        """Hold room for revocations, from now on and whenever there is enough."""
        self._ballast.keep()

    def make_room(self) -> bool:
        """Give that room up for something that must be written; whether there was any."""
        return self._ballast.free()

    def spare_room(self) -> None:
        """Raise DiskFull where what room is left is for revocations alone."""
        if self._ballast.is_short():
            raise self._full()

    def check(self) -> None:
        """Raise StoreUnavailable where the file is damaged."""
        with self.reading() as connection:
            found = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar()
        if found != "ok":
            raise self._damaged()

    def close(self) -> None:
        """Let go of the file."""
        with self._watching:
            self._closed = True
            self._watch.close()
            self._reader.dispose()
            self._writer.dispose()
        self._let_go()

    def _let_go(self) -> None:
        if self._pulse is not None:
            self._pulse.close()
        if self._hold is not None:
            self._hold.close()

    # -- connections

    def _engine(self, *, begin: str, query_only: bool) -> Engine:
        engine = create_engine(
            "sqlite://",
            creator=lambda: self._connect(query_only=query_only),
            poolclass=QueuePool,
            max_overflow=-1,
            hide_parameters=True,
        )
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))
        return engine

    def _connect(self, *, query_only: bool) -> sqlite3.Connection:
        connection = sqlite3.connect(
            f"file:{quote(str(self._path))}?mode=rw",  # never makes a file where one was lost
            uri=True,
            timeout=BUSY_SECONDS,
            isolation_level=None,  # transactions begin where we say so
            check_same_thread=False,
        )
        connection.text_factory = self._text
        try:
            for name, value in {**_PRAGMAS, "query_only": int(query_only)}.items():
                connection.execute(f"PRAGMA {name}={value}")
                self._insist(connection, name, value)
            connection.execute("PRAGMA mmap_size=0")
            self._insist(connection, "journal_mode", "wal")
        except BaseException:
            connection.close()
            raise
        return connection

    def _insist(self, connection: sqlite3.Connection, name: str, value: object) -> None:
        found = connection.execute(f"PRAGMA {name}").fetchone()
        if found is None or found[0] != value:
            raise StoreUnavailable(
                f"SQLite {sqlite3.sqlite_version} does not keep to `{name}={value}`: use one built with its defaults"
            )

    # -- the file

    def _created(self) -> tuple[int, int]:
        directory = self._path.parent
        if not directory.is_dir():
            raise StoreUnavailable(f"the directory `{directory}` does not exist: create it for the user that runs this")
        if self._path.is_dir():
            raise StoreUnavailable(f"`{self._path}` is a directory: name a file in it, such as `chaveiro.db`")
        try:
            with suppress(FileExistsError):
                os.close(os.open(self._path, _CREATE, 0o600))
                make_durable(directory)
            found = self._path.stat()
        except PermissionError:
            raise self._not_writable() from None
        except OSError as error:
            raise StoreUnavailable(f"`{self._path}` cannot be made: {error.strerror}") from None
        if os.name == "posix" and found.st_mode & 0o007:
            raise StoreUnavailable(f"every user of this machine may open `{self._path}`: run `chmod o= {self._path}`")
        return found.st_dev, found.st_ino

    def _in_place(self) -> None:
        """Raise StoreUnavailable where the open file is no longer the one of that name: its changes would vanish."""
        with suppress(OSError):
            found = self._path.stat()
            if (found.st_dev, found.st_ino) == self._identity:
                return
        raise StoreUnavailable(f"`{self._path}` was removed or replaced while in use: start again")

    def _become_wal(self) -> None:
        """Write ahead from the first start on. SQLite does not wait for others here, so we do."""
        give_up = monotonic() + BUSY_SECONDS
        while True:
            try:
                with self._told():
                    connection = sqlite3.connect(f"file:{quote(str(self._path))}?mode=rw", uri=True)
                    try:
                        mode = connection.execute("PRAGMA journal_mode=WAL").fetchone()[0]
                    finally:
                        connection.close()
            except StoreBusy:
                if monotonic() > give_up:
                    raise
                sleep(0.01)
                continue
            if mode != "wal":
                raise StoreUnavailable(f"`{self._path}` is on a file system that SQLite cannot share: use a local disk")
            return

    # -- what errors mean

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Turn the driver's errors into sentences. The driver's own text may quote values, so it goes no further."""
        if self._closed:
            raise StoreUnavailable("the store is closed")
        try:
            yield
        except DBAPIError as error:
            self._tell(error.orig)
        except sqlite3.Error as error:
            self._tell(error)
        except StatementError as error:
            if isinstance(error.orig, CodecError):
                raise error.orig from None
            raise

    def _tell(self, error: BaseException | None) -> NoReturn:
        if isinstance(error, sqlite3.OperationalError) and "Could not decode to UTF-8" in str(error):
            self._read_any_text()
        code = getattr(error, "sqlite_errorcode", 0)
        name = getattr(error, "sqlite_errorname", "no code")
        path = self._path
        if code in _NO_ROOM:
            raise self._full() from None
        match code & 0xFF:
            case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
                raise self._busy() from None
            case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM | sqlite3.SQLITE_AUTH:
                raise self._not_writable() from None
            case sqlite3.SQLITE_CANTOPEN:
                raise StoreUnavailable(
                    f"`{path}` cannot be opened: see that it exists, and that this user may write to it and beside it"
                ) from None
            case sqlite3.SQLITE_NOTADB:
                raise StoreUnavailable(f"`{path}` is not an SQLite database: name another file") from None
            case sqlite3.SQLITE_CORRUPT:
                raise self._damaged() from None
            case sqlite3.SQLITE_IOERR:
                raise StoreUnavailable(f"the disk of `{path}` failed ({name}): look into the system's log") from None
            case sqlite3.SQLITE_CONSTRAINT:
                raise StoreUnavailable(f"`{path}` was changed by another program ({name}): restore a backup") from None
            case _:
                raise StoreUnavailable(f"SQLite failed with {name} on `{path}`") from None

    def _full(self) -> DiskFull:
        return DiskFull(f"the disk of `{self._path}` is full: free space, and changes work again")

    def _read_any_text(self) -> NoReturn:
        self._text = _ANY_TEXT
        self._reader.dispose()
        self._writer.dispose()
        raise StoreUnavailable(
            f"`{self._path}` holds what is no text: what it belongs to is refused from now on"
        ) from None

    def _busy(self) -> StoreBusy:
        return StoreBusy(
            self._leaving()
            or f"`{self._path}` was locked by others for {BUSY_SECONDS} s: try again, and let one server use it"
        )

    def _leaving(self) -> str:
        """Whether whoever holds the file moves it elsewhere: readers may look."""
        with suppress(sqlite3.Error, StoreUnavailable), closing(self._connect(query_only=True)) as connection:
            note = connection.execute("SELECT value FROM meta WHERE name = ?", [standing.NOTE]).fetchone()
            return standing.leaving(note[0], self._path) if note else ""
        return ""

    def _not_writable(self) -> StoreUnavailable:
        return StoreUnavailable(
            f"`{self._path}` cannot be written: give this user write permission on it and on its directory"
        )

    def _damaged(self) -> StoreUnavailable:
        return StoreUnavailable(f"`{self._path}` is damaged: restore a backup")


def make_durable(directory: Path) -> None:
    """See that a new file is still in its directory after a power cut."""
    if os.name == "posix":
        descriptor = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
