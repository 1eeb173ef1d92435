"""A new epoch: the database was taken back, and what was told of it before holds no more."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from sqlalchemy import delete, update

from chaveiro.stores.sql import read, tables

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from chaveiro.core.keyring import Revision


def begin(connection: Connection) -> Revision:
    """Begin one. Sessions that were ended, and sealed tokens that were read, would come back: all of them go."""
    connection.execute(delete(tables.sessions))
    connection.execute(delete(tables.sealed))
    named = tables.meta.c.name == read.EPOCH
    connection.execute(update(tables.meta).where(named).values(value=secrets.token_hex(4)))
    return read.head(connection)
