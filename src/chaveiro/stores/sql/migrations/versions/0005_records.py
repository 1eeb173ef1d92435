"""Traffic, sessions and sealed tokens. What stands here stays as it is: databases were made by it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

TEXT: Any = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
INTEGER = sa.Integer()
SEQ: Any = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT: Any = sa.Double().with_variant(sa.REAL(), "sqlite")


def _column(name: str, kind: sa.types.TypeEngine[Any] = TEXT) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False, autoincrement=False)


def upgrade() -> None:
    op.create_table(
        "traffic",
        _column("span", INTEGER),
        _column("at", MOMENT),
        _column("account"),
        _column("app_key"),
        _column("cause"),
        _column("count", SEQ),
        sa.PrimaryKeyConstraint("span", "at", "account", "app_key", "cause", name="pk_traffic"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "sessions",
        _column("id"),
        _column("digest"),
        _column("account"),
        _column("email"),
        _column("began", MOMENT),
        _column("seen", MOMENT),
        _column("confirmed", MOMENT),
        _column("address"),
        _column("agent"),
        sa.PrimaryKeyConstraint("id", name="pk_sessions"),
        sqlite_strict=True,
    )
    op.create_index("ix_sessions_digest", "sessions", ["digest"], unique=True)
    op.create_index("ix_sessions_account_email_began", "sessions", ["account", "email", "began"])
    op.create_table(
        "sealed",
        _column("name"),
        _column("data", sa.LargeBinary()),
        _column("until", MOMENT),
        sa.PrimaryKeyConstraint("name", name="pk_sealed"),
        sqlite_strict=True,
    )
