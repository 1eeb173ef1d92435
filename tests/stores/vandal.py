"""Databases that somebody writes to past Chaveiro."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any, Protocol

import psycopg
from tests.keys import KEYS

from chaveiro.stores.sql import MacKeys, SqlStore

if TYPE_CHECKING:
    from pathlib import Path

    from tests.postgres import PostgresServer


class Vandal(Protocol):
    """Whoever has the database, and neither the pepper nor Chaveiro's code."""

    url: str

    def run(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """Run one statement, with `?` for values, and no foreign key in its way."""


def opened(vandal: Vandal, keys: MacKeys = KEYS) -> SqlStore:
    """Chaveiro's own store on the same database."""
    return SqlStore.open(vandal.url, keys=keys)


class OfFile:
    """Who writes to an SQLite file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.url = f"sqlite:///{path}"

    def run(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.path, isolation_level=None)) as connection:
            return connection.execute(statement, values).fetchall()


class OfServer:
    """Who writes to a PostgreSQL database."""

    def __init__(self, server: PostgresServer) -> None:
        self.name = server.new_database()
        self.url = server.url(self.name)

    def run(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        with closing(psycopg.connect(self.url, autocommit=True)) as connection:
            connection.execute("SET session_replication_role = replica")
            cursor = connection.execute(statement.replace("?", "%s"), values or None)
            return cursor.fetchall() if cursor.description else []
