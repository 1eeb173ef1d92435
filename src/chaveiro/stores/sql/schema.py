"""The tables' versions: making and upgrading them, under the lock that every write takes."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import delete, false, insert, inspect, select, text

from chaveiro.stores.port import StoreUnavailable
from chaveiro.stores.sql import read, standing, tables

if TYPE_CHECKING:
    from sqlalchemy import Connection

VERSION = "0010"  # the newest in `migrations/versions`
MIGRATIONS = Path(__file__).with_name("migrations")


def prepare(connection: Connection) -> str | None:
    """Bring the tables to this version, all of the way or not at all. *connection* is in a writing transaction.

    Says which version was found, None where there were no tables. Raises StoreUnavailable where a newer one wrote them,
    StoreMoved where what stands there does not count.
    """
    found = version(connection)
    if found is not None and inspect(connection).has_table(tables.meta.name):
        standing.refuse(standing.written(connection))
    if found != VERSION:
        _upgrade(connection, found)
    connection.execute(delete(tables.meta).where(false()))  # a file that cannot be written says so now, not later
    if connection.scalar(select(tables.meta.c.value).where(tables.meta.c.name == read.EPOCH)) is None:
        connection.execute(insert(tables.meta).values(name=read.EPOCH, value=secrets.token_hex(4)))
    return found


def version(connection: Connection) -> str | None:
    """The version of the tables, None where there are none. Raises StoreUnavailable where they are somebody else's."""
    found = set(inspect(connection).get_table_names())
    if "alembic_version" in found:
        return str(connection.scalar(text("SELECT version_num FROM alembic_version")))
    if found:
        raise StoreUnavailable("the database belongs to another program: name another one")
    return None


def _upgrade(connection: Connection, found: str | None) -> None:
    # Only a first start and an upgrade pay for this import.
    from alembic.command import upgrade  # noqa: PLC0415 - see above
    from alembic.config import Config  # noqa: PLC0415 - likewise
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - likewise

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if found is not None and found not in known:
        raise StoreUnavailable("a newer Chaveiro wrote the database: run that version, or restore an older backup")
    upgrade(config, "head")
