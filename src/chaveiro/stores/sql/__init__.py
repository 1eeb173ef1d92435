"""Keyrings in an SQL database."""

from chaveiro.stores.sql.integrity import MacKeys
from chaveiro.stores.sql.store import SqlStore

__all__ = ["MacKeys", "SqlStore"]
