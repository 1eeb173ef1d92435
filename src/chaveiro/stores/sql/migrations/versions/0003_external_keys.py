"""External keys, and roles that come with a catalogue. What stands here stays as it is: databases were made by it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

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
    op.create_table(
        "predefined_roles",
        _column("account"),
        _column("role", INTEGER),
        sa.PrimaryKeyConstraint("account", "role", name="pk_predefined_roles"),
        sa.ForeignKeyConstraint(
            ["account", "role"], ["roles.account", "roles.id"], name="fk_predefined_roles_account_role"
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "external_keys",
        _column("account"),
        _column("app_key"),
        _column("home"),
        _column("seq", SEQ),
        *_marks("added"),
        sa.PrimaryKeyConstraint("account", "app_key", name="pk_external_keys"),
        sa.ForeignKeyConstraint(["account"], ["accounts.name"], name="fk_external_keys_account"),
        sqlite_strict=True,
    )
    op.create_table(
        "external_grants",
        _column("account"),
        _column("app_key"),
        _column("role", INTEGER),
        _column("role_account"),
        _column("until", MOMENT, null=True),
        _column("seq", SEQ),
        *_marks("given"),
        sa.PrimaryKeyConstraint("account", "app_key", "role", name="pk_external_grants"),
        sa.ForeignKeyConstraint(
            ["account", "app_key"],
            ["external_keys.account", "external_keys.app_key"],
            name="fk_external_grants_account_app_key",
        ),
        sa.ForeignKeyConstraint(
            ["role_account", "role"], ["roles.account", "roles.id"], name="fk_external_grants_role_account_role"
        ),
        sqlite_strict=True,
    )
