"""What is kept for whoever asks first, as rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection, Table, delete

from chaveiro.stores.sql import tables

if TYPE_CHECKING:
    from collections.abc import Callable

    from chaveiro.core.names import Moment
    from chaveiro.stores.sql.database import Insert

_SEALED = tables.sealed


def seal(connection: Connection, insert: Callable[[Table], Insert], name: str, data: bytes, until: Moment) -> None:
    """Write data under a name of its own. Raises ValueError where there is one."""
    new = insert(_SEALED).values(name=name, data=data, until=until).on_conflict_do_nothing()
    if connection.scalar(new.returning(_SEALED.c.name)) is None:
        raise ValueError("something is kept under this name already")


def unseal(connection: Connection, name: str, at: Moment) -> bytes | None:
    """Delete what is kept under a name, and give it unless its time is over."""
    gone = delete(_SEALED).where(_SEALED.c.name == name).returning(_SEALED.c.data, _SEALED.c.until)
    found = connection.execute(gone).one_or_none()
    return None if found is None or found.until < at else bytes(found.data)


def forget(connection: Connection, before: Moment) -> None:
    """Delete what was to be kept until before a moment."""
    connection.execute(delete(_SEALED).where(_SEALED.c.until < before))
