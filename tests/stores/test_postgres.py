from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, text
from tests.keys import KEYS
from tests.postgres import PostgresServer
from tests.stores.contract import StoreContract

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
