"""All that is PostgreSQL's own: connections and their deadlines, transactions and their locks, what its errors mean."""

from __future__ import annotations

import random
from contextlib import contextmanager
from threading import Event, Thread
from time import monotonic
from typing import TYPE_CHECKING, Any, Final, NoReturn, TypeVar

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict
from psycopg.pq import TransactionStatus
from sqlalchemy import Connection, Engine, Table, create_engine, func, select, text
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.exc import DBAPIError, StatementError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from sqlalchemy.pool import QueuePool

from chaveiro.core.fleet import POLL_SECONDS_MAX
from chaveiro.stores.codec import CodecError
from chaveiro.stores.port import DiskFull, StoreUnavailable, StoreUnreachable
from chaveiro.stores.sql import connecting, fleet

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence

    from psycopg.abc import PQGen

    from chaveiro.core.fleet import NodeReport, NodeSeen
    from chaveiro.core.names import Moment

SILENCE_SECONDS_MAX: Final = POLL_SECONDS_MAX  # a server that says nothing for so long has not answered
CONNECTIONS_MAX: Final = 20  # of one process, besides one that polls and one that listens
CHANNEL: Final = "chaveiro"

# Whoever commits a change holds the first lock until the end of its transaction, so the order of changes is the order
# of commits. Whoever counts holds the second, so that counting waits for counting alone.
_CHANGES: Final = 0x6368_6176_6501
_COUNTS: Final = 0x6368_6176_6502

_SESSION: Final = " ".join(
    f"-c {setting}"
    for setting in (
        "timezone=UTC",
        "statement_timeout=30s",  # for one that went astray; a silent server is noticed here, and sooner
        "lock_timeout=5s",
        "idle_in_transaction_session_timeout=30s",
        "synchronous_commit=on",
    )
)
_NETWORK: Final[dict[str, Any]] = {
    "connect_timeout": 2,
    "tcp_user_timeout": int(SILENCE_SECONDS_MAX * 1000),
    "keepalives_idle": 10,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "application_name": "chaveiro",
    "target_session_attrs": "read-write",  # the primary, of several hosts in the URL
}
# What the beginning of an SQLSTATE means, the first one that fits. Without one, the server said nothing.
_BUSY: Final = "PostgreSQL was too busy to do it in time: try again"
_SENTENCES: Final[tuple[tuple[str, type[StoreUnavailable], str], ...]] = (
    ("3D000", StoreUnavailable, "PostgreSQL has no such database: create it, owned by the user of the database's URL"),
    ("42501", StoreUnavailable, "PostgreSQL denies this user something: let the URL's user own the database"),
    ("25006", StoreUnreachable, "PostgreSQL is a standby here, which cannot write: name the primary"),
    ("53100", DiskFull, "PostgreSQL's disk is full: free space, and changes work again"),
    ("57014", StoreUnreachable, _BUSY),
    ("55P03", StoreUnreachable, _BUSY),
    ("40", StoreUnreachable, _BUSY),
    ("53", StoreUnreachable, "PostgreSQL has no more connections or memory to give: try again"),
    ("28", StoreUnavailable, "PostgreSQL refuses this user: check user and password of the database's URL"),
    ("23", StoreUnavailable, "the database was changed by another program: restore a backup"),
    ("08", StoreUnreachable, "the connection to PostgreSQL was lost: try again"),
    ("57", StoreUnreachable, "PostgreSQL stops or starts just now: try again"),
    ("URL", StoreUnavailable, connecting.URL),
    ("TLS", StoreUnavailable, connecting.TLS),
)
_UNREACHABLE: Final = "PostgreSQL does not answer: see that it runs, and that the database's URL is right"
_LOCAL: Final = frozenset({"", "localhost", "127.0.0.1", "::1"})

_T = TypeVar("_T")


class Postgres:
    """One PostgreSQL database, the primary's. Open it after a fork, not before."""

    keeps_nodes = True

    def __init__(self, url: str) -> None:
        """Connect when first asked. *url* is what libpq calls a connection URI; it may name several hosts.

        Raises StoreUnavailable where it cannot be read.
        """
        asked = _asked(url)
        self.shown = connecting.shown(asked)  # its URL, without what may be secret
        self._where = _where(asked)
        self._closed = Event()
        self._watcher: Thread | None = None
        engine = self._engine(pool_size=5, max_overflow=CONNECTIONS_MAX - 5, pool_timeout=5, pool_pre_ping=True)
        self._writer = engine.execution_options(isolation_level="READ COMMITTED")
        self._reader = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        # INVARIANT: a poll waits for no other work of this process: its connection is its own.
        self._poller = self._engine(
            pool_size=1, max_overflow=0, pool_timeout=POLL_SECONDS_MAX, isolation_level="AUTOCOMMIT"
        )

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """The only transaction of all nodes that may commit a change.

        Where there is a synchronous standby, it has applied the change when this ends: no failover forgets it.
        """
        with self._told(), self._writer.begin() as connection:
            alone = func.pg_advisory_xact_lock(_CHANGES)
            connection.execute(select(alone, func.set_config("synchronous_commit", "remote_apply", True)))  # noqa: FBT003 - PostgreSQL's own order
            yield connection

    @contextmanager
    def counting(self) -> Iterator[Connection]:
        """A transaction for what is no change, one at a time, beside those that are."""
        with self._told(), self._writer.begin() as connection:
            connection.execute(select(func.pg_advisory_xact_lock(_COUNTS)))
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that sees one moment."""
        with self._told(), self._reader.begin() as connection:
            yield connection

    @contextmanager
    def polling(self) -> Iterator[Connection]:
        """Statements that each stand for themselves, on a connection that nobody else uses."""
        with self._told(), self._poller.connect() as connection:
            yield connection

    def stamp(self) -> None:
        """Asking whether something was committed costs as much as asking what."""

    def insert(self, table: Table) -> Insert:
        """An INSERT that may say what to do about a row that is there already."""
        return insert(table)

    def fill(self, connection: Connection, table: Table, rows: Iterable[tuple[Any, ...]]) -> None:
        """Add many rows at once, each with a value for every column, as PostgreSQL's driver takes them."""
        driver: psycopg.Connection[Any] = connection.connection.driver_connection  # type: ignore[assignment] # it is ours
        columns = sql.SQL(", ").join(sql.Identifier(column.name) for column in table.c)
        statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table.name), columns)
        try:
            with driver.cursor() as cursor, cursor.copy(statement) as copy:
                for row in rows:
                    copy.write_row(row)
        except psycopg.Error as error:
            self._tell(error)

    def pulse(self) -> bytes:
        """No memory is shared with the others: they are woken."""
        return b""

    def announce(self, connection: Connection) -> None:
        """Wake the nodes that listen. What was said is lost on whoever does not: the table tells."""
        connection.execute(text(f"NOTIFY {CHANNEL}"))

    def watch(self, wake: Callable[[], None]) -> None:
        """Listen, until `close`. A connection that is lost is made again; meanwhile polls do without."""
        self._watcher = Thread(target=self._listen, args=(wake,), name="chaveiro-listen", daemon=True)
        self._watcher.start()

    def report(self, node: NodeReport) -> None:
        """Note what a node has applied."""
        with self.polling() as connection:
            fleet.report(connection, self.insert, node)

    def nodes(self) -> tuple[Moment, Sequence[NodeSeen]]:
        """The database's time, and the nodes that reported."""
        with self.reading() as connection:
            return fleet.nodes(connection)

    def leave(self, node: NodeReport) -> None:
        """Forget a node: it decides nothing any more."""
        with self.polling() as connection:
            fleet.leave(connection, node)

    def keep_room(self) -> None:
        """Hold none: the disk is the server's."""

    def make_room(self) -> bool:
        """Give none up."""
        return False

    def spare_room(self) -> None:
        """Leave that to the server, too."""

    def check(self) -> None:
        """PostgreSQL watches over its own files."""

    def close(self) -> None:
        """Let go of the database."""
        self._closed.set()
        if self._watcher is not None:
            self._watcher.join()
        self._writer.dispose()
        self._poller.dispose()

    # -- connections

    def _engine(self, **options: Any) -> Engine:  # noqa: ANN401 - SQLAlchemy's own
        return create_engine(
            "postgresql+psycopg://",
            creator=lambda: _Patient.connect(**self._where),
            poolclass=QueuePool,
            hide_parameters=True,
            **options,
        )

    def _listen(self, wake: Callable[[], None]) -> None:
        while not self._closed.is_set():
            try:
                with psycopg.connect(autocommit=True, **self._where) as connection:
                    connection.execute(f"LISTEN {CHANNEL}")
                    wake()  # what was said before is lost
                    while not self._closed.is_set():
                        for _ in connection.notifies(timeout=0.5, stop_after=1):
                            wake()
            except psycopg.Error:
                self._closed.wait(random.uniform(0.5, 2.0))  # noqa: S311 - so that not all nodes come back at once

    # -- what errors mean

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Turn the driver's errors into sentences. The driver's own text may quote values, so it goes no further."""
        if self._closed.is_set():
            raise StoreUnavailable("the store is closed")
        try:
            yield
        except DBAPIError as error:
            self._tell(error.orig)
        except PoolExhausted:
            raise StoreUnreachable("every connection to PostgreSQL is in use: try again") from None
        except StatementError as error:
            if isinstance(error.orig, CodecError):
                raise error.orig from None
            raise

    def _tell(self, error: BaseException | None) -> NoReturn:
        state = getattr(error, "sqlstate", None) or connecting.refused(str(error))
        for prefix, kind, sentence in _SENTENCES:
            if state.startswith(prefix):
                raise kind(sentence) from None
        raise (
            StoreUnavailable(f"PostgreSQL failed with {state}") if state else StoreUnreachable(_UNREACHABLE)
        ) from None


class _Patient(psycopg.Connection[Any]):
    """A connection that gives up on a server which falls silent: a stopped one keeps its sockets open for ever."""

    def wait(self, gen: PQGen[_T], interval: float = 0.1, timeout: float | None = None) -> _T:
        try:
            return super().wait(_unless_silent(gen), interval=interval, timeout=timeout)
        except psycopg.OperationalError:
            if self.pgconn.transaction_status == TransactionStatus.ACTIVE:
                self.pgconn.finish()  # nobody knows what it would answer yet
            raise


def _unless_silent(gen: PQGen[_T]) -> Generator[Any, Any, _T]:
    """Go on as long as there is something to read or to write every now and then."""
    try:
        state = next(gen)
        heard = monotonic()
        while True:
            ready = yield state
            if ready:
                heard = monotonic()
            elif monotonic() - heard > SILENCE_SECONDS_MAX:
                raise psycopg.OperationalError("the server fell silent")
            state = gen.send(ready)
    except StopIteration as done:
        found: _T = done.value
        return found


def _asked(url: str) -> dict[str, Any]:
    """What a URL says, as libpq reads it. Raises StoreUnavailable."""
    try:
        asked: dict[str, Any] = conninfo_to_dict(url)
    except psycopg.Error:  # which quotes it, password and all
        raise StoreUnavailable(
            "the database's URL cannot be read: write it as PostgreSQL does, `postgresql://user@host/name`"
        ) from None
    if not asked.get("dbname"):
        raise StoreUnavailable("the database's URL names no database: write `postgresql://user@host/name`")
    return asked


def _where(asked: Mapping[str, Any]) -> dict[str, Any]:
    """What libpq is told. A server elsewhere shows whose it is, unless the URL says otherwise."""
    verified = {}
    if not all(_is_local(host) for host in str(asked.get("hostaddr") or asked.get("host") or "").split(",")):
        verified = {"sslmode": "verify-full"}
        if not {"sslmode", "sslrootcert"} & asked.keys():
            verified["sslrootcert"] = "system"
    return {**_NETWORK, "options": _SESSION, **verified, **asked}


def _is_local(host: str) -> bool:
    return host in _LOCAL or host.startswith(("/", "@"))
