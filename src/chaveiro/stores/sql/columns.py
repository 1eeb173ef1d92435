"""Column types and expressions that mean the same in every database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import REAL, BigInteger, Boolean, ColumnElement, Double, Integer
from sqlalchemy import Text as SqlText
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction
from sqlalchemy.types import TypeDecorator, TypeEngine

from chaveiro.stores.codec import storable

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect
    from sqlalchemy.sql.compiler import SQLCompiler

# Compared byte by byte everywhere: PostgreSQL would take the language of whoever made the database.
BYTEWISE: TypeEngine[str] = SqlText().with_variant(SqlText(collation="C"), "postgresql")


class Text(TypeDecorator[str]):
    """Text that comes back as it went in, compared byte by byte. Numbers, NUL and half characters are refused."""

    impl = BYTEWISE
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's form
        return None if value is None else storable(value)


class Digest(TypeDecorator[bytes]):
    """A digest, kept as hexadecimal digits. What is none comes back as one that is too short, and matches nothing."""

    impl = BYTEWISE
    cache_ok = True

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's form
        return None if value is None else value.hex()

    def process_result_value(self, value: str | None, dialect: Dialect) -> bytes | None:  # noqa: ARG002 - SQLAlchemy's form
        if value is None:
            return None
        try:
            found = bytes.fromhex(value)
        except ValueError:
            return b""  # it is one row of many: what it belongs to is refused
        return found if found.hex() == value else b""


# SQLite's strict tables know five type names; these are what other databases call them.
MOMENT: TypeEngine[float] = Double().with_variant(REAL(), "sqlite")
FLAG: TypeEngine[bool] = Boolean().with_variant(Integer(), "sqlite")
SEQ: TypeEngine[int] = BigInteger().with_variant(Integer(), "sqlite")


class _Holds(GenericFunction[bool]):
    """Whether a text stands somewhere in another one, letter by letter."""

    name = "chaveiro_holds"
    type = Boolean()
    inherit_cache = True


class _Origin(GenericFunction[str]):
    """What a database is, besides what stands in it: another one once it was restored elsewhere, or has failed over."""

    name = "chaveiro_origin"
    type = SqlText()
    inherit_cache = True


def holds(column: ColumnElement[str], text: str) -> ColumnElement[bool]:
    """Say whether a text stands somewhere in a column, letter by letter."""
    return _Holds(column, text)


def origin() -> ColumnElement[str]:
    """Name the history that a database belongs to; empty where its file is its history."""
    return _Origin()


@compiles(_Holds)
def _holds(element: _Holds, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 - SQLAlchemy's form
    return f"instr({compiler.process(element.clauses, **options)}) > 0"


@compiles(_Holds, "postgresql")
def _holds_in_postgres(element: _Holds, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 - likewise
    return f"strpos({compiler.process(element.clauses, **options)}) > 0"


@compiles(_Origin)
def _origin(element: _Origin, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401, ARG001 - likewise
    return "''"


@compiles(_Origin, "postgresql")
def _origin_of_postgres(element: _Origin, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401, ARG001 - likewise
    # The cluster, and its timeline: a standby that was promoted goes on in a new one, and may have missed the last
    # changes. The control file learns of that at the next checkpoint; the name of the log being written knows at once.
    return (
        "(SELECT system_identifier || '/' || substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8) "
        "FROM pg_control_system())"
    )
