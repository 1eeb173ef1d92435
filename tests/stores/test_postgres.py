from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, text
from tests.keys import KEYS
from tests.postgres import PostgresServer
from tests.stores.contract import StoreContract

from chaveiro.core.fleet import POLL_SECONDS_MAX, UNHEARD, NodeId, NodeReport, reach
from chaveiro.stores.port import Store
from chaveiro.stores.sql import SqlStore, fleet, tables

if TYPE_CHECKING:
    from collections.abc import Iterator
    from threading import Event


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
    def store(self, postgres: PostgresServer, template: str) -> Iterator[Store]:
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
            assert 0 < seen[0].decides_until() - now < 5 + POLL_SECONDS_MAX
            assert not reach(store.head(), seen, at=now).effective
            connection.execute("UPDATE nodes SET at = at - 10 WHERE id = ''")
            assert [one.report.id for one in store.nodes()[1]] == ["a"]


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
