"""Keys whose token is known by another system's digest. What stands here stays as it is: databases were made by it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

TEXT: Any = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "key_kinds",
        sa.Column("app_key", TEXT, nullable=False, autoincrement=False),
        sa.Column("kind", TEXT, nullable=False, autoincrement=False),
        sa.PrimaryKeyConstraint("app_key", name="pk_key_kinds"),
        sa.ForeignKeyConstraint(["app_key"], ["keys.app_key"], name="fk_key_kinds_app_key"),
        sqlite_strict=True,
    )
