"""Which tokens were seen in clear. What stands here stays as it is: databases were made by it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

TEXT: Any = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
MOMENT: Any = sa.Double().with_variant(sa.REAL(), "sqlite")
SEQ: Any = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _column(name: str, kind: sa.types.TypeEngine[Any] = TEXT) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False, autoincrement=False)


def upgrade() -> None:
    op.create_table(
        "exposures",
        _column("account"),
        _column("app_key"),
        _column("token", sa.Integer()),
        _column("how"),
        _column("first", MOMENT),
        _column("last", MOMENT),
        _column("count", SEQ),
        sa.PrimaryKeyConstraint("account", "app_key", "token", "how", name="pk_exposures"),
        sqlite_strict=True,
    )
