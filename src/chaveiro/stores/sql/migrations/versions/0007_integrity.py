"""MACs of rows, and of changes in a chain. What stands here stays as it is: databases were made by it.

No migration knows a key, so MACs are left empty here; `integrity.begin` makes them in the same transaction.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

TEXT: Any = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
SEQ: Any = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _column(name: str, kind: sa.types.TypeEngine[Any] = TEXT) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False, autoincrement=False)


def upgrade() -> None:
    op.execute("CREATE TABLE changes_before AS SELECT seq, account, change FROM changes")
    op.drop_table("changes")
    op.create_table(
        "changes",
        _column("seq", SEQ),
        _column("account"),
        _column("change"),
        _column("mac"),
        sa.PrimaryKeyConstraint("seq", name="pk_changes"),
        sqlite_strict=True,
    )
    op.create_index("ix_changes_account_seq", "changes", ["account", "seq"])
    op.execute(
        "INSERT INTO changes (seq, account, change, mac) "
        "SELECT seq, account, change, '' FROM changes_before ORDER BY seq"
    )
    op.drop_table("changes_before")
    op.create_table(
        "row_macs",
        _column("account"),
        _column("part"),
        _column("name"),
        _column("mac"),
        sa.PrimaryKeyConstraint("account", "part", "name", name="pk_row_macs"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
