"""Column types that mean the same in every database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import REAL, BigInteger, Boolean, Double, Integer
from sqlalchemy import Text as SqlText
from sqlalchemy.types import TypeDecorator, TypeEngine

from chaveiro.stores.codec import storable

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect


class Text(TypeDecorator[str]):
    """Text that comes back as it went in, compared byte by byte. Numbers, NUL and half characters are refused."""

    impl = SqlText
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's form
        return None if value is None else storable(value)


class Digest(TypeDecorator[bytes]):
    """A digest, kept as hexadecimal digits."""

    impl = SqlText
    cache_ok = True

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's form
        return None if value is None else value.hex()

    def process_result_value(self, value: str | None, dialect: Dialect) -> bytes | None:  # noqa: ARG002 - SQLAlchemy's form
        return None if value is None else bytes.fromhex(value)


# SQLite's strict tables know five type names; these are what other databases call them.
MOMENT: TypeEngine[float] = Double().with_variant(REAL(), "sqlite")
FLAG: TypeEngine[bool] = Boolean().with_variant(Integer(), "sqlite")
SEQ: TypeEngine[int] = BigInteger().with_variant(Integer(), "sqlite")
