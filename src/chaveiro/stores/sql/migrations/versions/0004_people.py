"""Passwords, links, muted episodes, own settings. What stands here stays as it is: databases were made by it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

TEXT: Any = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
INTEGER = sa.Integer()
SEQ: Any = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT: Any = sa.Double().with_variant(sa.REAL(), "sqlite")


def _column(name: str, kind: sa.types.TypeEngine[Any] = TEXT, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=null, autoincrement=False)


def _marks(name: str, *, null: bool = False) -> tuple[sa.Column[Any], ...]:
    return (
        _column(f"{name}_at", MOMENT, null=null),
        _column(f"{name}_by", null=null),
        _column(f"{name}_why", null=null),
    )


def upgrade() -> None:
    _people()
    op.create_table(
        "token_periods",
        _column("account"),
        _column("days", INTEGER),
        sa.PrimaryKeyConstraint("account", name="pk_token_periods"),
        sa.ForeignKeyConstraint(["account"], ["accounts.name"], name="fk_token_periods_account"),
        sqlite_strict=True,
    )
    op.create_table(
        "handovers",
        _column("app_key"),
        _column("id"),
        _column("expires", MOMENT),
        *_marks("made"),
        sa.PrimaryKeyConstraint("app_key", name="pk_handovers"),
        sa.ForeignKeyConstraint(["app_key"], ["keys.app_key"], name="fk_handovers_app_key"),
        sqlite_strict=True,
    )
    op.create_table(
        "muted_episodes",
        _column("account"),
        _column("episode"),
        _column("seq", SEQ),
        *_marks("muted"),
        sa.PrimaryKeyConstraint("account", "episode", name="pk_muted_episodes"),
        sa.ForeignKeyConstraint(["account"], ["accounts.name"], name="fk_muted_episodes_account"),
        sqlite_strict=True,
    )


def _people() -> None:
    op.create_table(
        "passwords",
        _column("account"),
        _column("email"),
        _column("hash"),
        *_marks("set"),
        sa.PrimaryKeyConstraint("account", "email", name="pk_passwords"),
        sa.ForeignKeyConstraint(
            ["account", "email"], ["users.account", "users.email"], name="fk_passwords_account_email"
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "set_up_links",
        _column("account"),
        _column("email"),
        _column("digest"),
        _column("expires", MOMENT),
        *_marks("given"),
        sa.PrimaryKeyConstraint("account", "email", name="pk_set_up_links"),
        sa.ForeignKeyConstraint(
            ["account", "email"], ["users.account", "users.email"], name="fk_set_up_links_account_email"
        ),
        sqlite_strict=True,
    )
