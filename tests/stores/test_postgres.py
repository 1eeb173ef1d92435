from __future__ import annotations

import os
import signal
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TYPE_CHECKING

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, delete, func, select, text
from tests.keys import KEYS
from tests.postgres import PostgresServer
from tests.stores.contract import StoreContract
from tests.stores.histories import ACME, BIA, create, insist
from tests.waiting import until

from chaveiro.core.command import AddUser
from chaveiro.core.fleet import LEASE_SECONDS_MAX, POLL_SECONDS_MAX, UNHEARD, NodeId, NodeReport, reach
from chaveiro.stores.port import Store, StoreUnreachable
from chaveiro.stores.sql import SqlStore, fleet, tables
from chaveiro.stores.sql.postgres import SILENCE_SECONDS_MAX

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from threading import Event

    from sqlalchemy import Connection


@pytest.fixture(scope="module")
def template(postgres: PostgresServer) -> str:
    """A database whose tables are made, to be copied."""
    name = postgres.new_database()
    SqlStore.open(postgres.url(name), keys=KEYS).close()
    return name


class TestPostgres(StoreContract):
    def is_listening(self, store: Store, woken: Event) -> bool:
        """It says so once it listens: what was said before is lost."""
        return woken.wait(10)

    @pytest.fixture
    def store(self, postgres: PostgresServer, template: str) -> Iterator[SqlStore]:
        name = f"{template}_copy"
        postgres.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        store = SqlStore.open(postgres.url(name), keys=KEYS)
        yield store
        store.close()
        postgres.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def test_whoever_may_have_reported_to_a_server_that_crashed_is_counted(
        self, store: Store, postgres: PostgresServer, template: str
    ) -> None:
        """After a crash the table is empty. Until a lease has ended since, one may decide who is not in it."""
        a, b = (NodeReport(NodeId(name), name, store.head(), stale_seconds_max=5.0) for name in "ab")
        store.report(a)
        assert [one.report for one in store.nodes()[1]] == [a]
        with psycopg.connect(postgres.url(f"{template}_copy"), autocommit=True) as connection:
            connection.execute("TRUNCATE nodes")
            now, seen = store.nodes()
            assert [(one.report.id, one.decides_until() - now > 3600) for one in seen] == [(UNHEARD, True)]
            store.report(b)
            store.leave(b)
            store.report(a)
            now, seen = store.nodes()
            assert [one.report.id for one in seen] == [UNHEARD, "a"]
            left = seen[0].decides_until() - now
            assert LEASE_SECONDS_MAX < left < LEASE_SECONDS_MAX + POLL_SECONDS_MAX, "nobody knows the others' own"
            assert not reach(store.head(), seen, at=now).effective
            connection.execute("UPDATE nodes SET at = at - 3610 WHERE id = ''")
            assert [one.report.id for one in store.nodes()[1]] == ["a"]

    def test_a_node_that_was_killed_is_forgotten_in_the_end(
        self, store: Store, postgres: PostgresServer, template: str
    ) -> None:
        """However often a process is killed and started again, the list does not grow for ever."""
        a, b, c = (NodeReport(NodeId(name), name, store.head(), stale_seconds_max=5.0) for name in "abc")
        store.report(a)
        store.report(b)
        with psycopg.connect(postgres.url(f"{template}_copy"), autocommit=True) as connection:
            connection.execute("UPDATE nodes SET at = at - 8 * 86400 WHERE id = 'a'")
            store.report(c)
            ids = {row[0] for row in connection.execute("SELECT id FROM nodes")}
        assert ids == {UNHEARD, "b", "c"}

    def test_changes_are_made_in_turn_and_counting_beside_them(self, store: SqlStore, postgres: PostgresServer) -> None:
        """Whoever changes waits for whoever does, whoever counts for whoever counts, and neither for the other."""
        database = store._database
        for begun, other in (database.writing, database.counting), (database.counting, database.writing):
            with ThreadPoolExecutor(1) as pool:
                with begun():
                    with other():
                        pass
                    second = pool.submit(entered, begun)
                    until(lambda: waits_for_a_turn(postgres) or second.done())  # noqa: B023 - asked within the loop
                    assert not second.done()
                second.result()

    def test_a_reader_sees_one_moment_and_cannot_write(self, store: SqlStore) -> None:
        """What others commit while it reads is not there for it, and what it writes is refused."""
        insist(store, create())
        changes = select(func.count()).select_from(tables.changes)
        with store._database.reading() as connection:
            assert connection.scalar(changes) == 1
            insist(store, AddUser(ACME, BIA, "Bia"))
            assert connection.scalar(changes) == 1
        with store._database.reading() as connection:
            assert connection.scalar(changes) == 2
        with pytest.raises(StoreUnreachable, match="cannot write"), store._database.reading() as another:
            another.execute(delete(tables.row_macs))

    def test_a_server_that_falls_silent_is_given_up(self, store: SqlStore) -> None:
        """A stopped server keeps its sockets open: a poll of it fails after two seconds, the next is answered."""
        with store._database.polling() as connection:
            process = connection.scalar(text("SELECT pg_backend_pid()"))
        with ThreadPoolExecutor(1) as pool:
            os.kill(process, signal.SIGSTOP)
            try:
                asked = pool.submit(store.head)
                wait([asked], timeout=SILENCE_SECONDS_MAX + 5)
                assert asked.done()
            finally:
                os.kill(process, signal.SIGCONT)
            with pytest.raises(StoreUnreachable, match="does not answer"):
                asked.result()
        assert store.head().seq == 0


def entered(transaction: Callable[[], AbstractContextManager[Connection]]) -> None:
    """Begin one and end it."""
    with transaction():
        pass


def waits_for_a_turn(postgres: PostgresServer) -> bool:
    """Whether somebody waits for a lock that somebody else has."""
    return bool(postgres.execute("SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"))


def test_migrations_make_the_tables_in_postgresql_too(postgres: PostgresServer, template: str) -> None:
    """What the migrations make is what the code expects; text is compared byte by byte, whoever made the database."""
    engine = create_engine(postgres.url(template).replace("postgresql://", "postgresql+psycopg://"))
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        expected = [tables.METADATA, fleet.METADATA]
        assert compare_metadata(context, expected) == []  # type: ignore[arg-type] # it takes several, too
        named = (
            "SELECT collation_name FROM information_schema.columns WHERE data_type = 'text' AND table_schema = 'public'"
        )
        collations = connection.scalars(text(named)).all()
    engine.dispose()
    assert len(collations) > 50
    assert set(collations) == {"C"}
