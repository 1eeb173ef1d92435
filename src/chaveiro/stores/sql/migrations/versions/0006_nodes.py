"""The nodes, where several share a database. What stands here stays as it is: databases were made by it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

TEXT = sa.Text(collation="C")


def _column(name: str, kind: sa.types.TypeEngine[Any] = TEXT) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False, autoincrement=False)


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":  # a file has one machine, and its processes report nothing
        return
    op.create_table(
        "nodes",
        _column("id"),
        _column("name"),
        _column("epoch"),
        _column("seq", sa.BigInteger()),
        _column("stale_seconds_max", sa.Double()),
        _column("began", sa.Double()),
        _column("at", sa.Double()),
        sa.PrimaryKeyConstraint("id", name="pk_nodes"),
        prefixes=["UNLOGGED"],
    )
    # Nobody reported before there was a table. Where this row is gone, what nodes reported is gone with it.
    op.execute("INSERT INTO nodes VALUES ('', '', '', 0, 0, 0, 0)")
