"""A MAC over each session. What stands here stays as it is: databases were made by it.

No migration knows a key, and whose a session of a former version is nobody can vouch for: they end here.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

TEXT: Any = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
MOMENT: Any = sa.Double().with_variant(sa.REAL(), "sqlite")


def _column(name: str, kind: sa.types.TypeEngine[Any] = TEXT) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False, autoincrement=False)


def upgrade() -> None:
    op.drop_table("sessions")
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
        _column("mac"),
        sa.PrimaryKeyConstraint("id", name="pk_sessions"),
        sqlite_strict=True,
    )
    op.create_index("ix_sessions_digest", "sessions", ["digest"], unique=True)
    op.create_index("ix_sessions_account_email_began", "sessions", ["account", "email", "began"])
