"""Keyrings in an SQL database."""

from chaveiro.stores.sql.store import SqlStore

__all__ = ["SqlStore"]
