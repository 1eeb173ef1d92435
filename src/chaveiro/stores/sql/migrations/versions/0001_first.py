"""The first tables. What stands here stays as it is: databases were made by it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

TEXT: Any = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
INTEGER = sa.Integer()
SEQ: Any = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
FLAG: Any = sa.Boolean().with_variant(sa.Integer(), "sqlite")
MOMENT: Any = sa.Double().with_variant(sa.REAL(), "sqlite")


def _column(name: str, kind: sa.types.TypeEngine[Any], *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=null, autoincrement=False)


def upgrade() -> None:
    op.create_table(
        "accounts",
        _column("name", TEXT),
        _column("seq", SEQ),
        _column("sponsor", TEXT),
        _column("format", TEXT),
        _column("https_only", FLAG),
        _column("catalogue", TEXT),
        _column("created_at", MOMENT),
        _column("created_by", TEXT),
        _column("created_why", TEXT),
        _column("suspended_at", MOMENT, null=True),
        _column("suspended_by", TEXT, null=True),
        _column("suspended_why", TEXT, null=True),
        sa.PrimaryKeyConstraint("name", name="pk_accounts"),
        sqlite_strict=True,
    )
    op.create_table(
        "changes",
        _column("seq", SEQ),
        _column("account", TEXT),
        _column("change", TEXT),
        sa.PrimaryKeyConstraint("seq", name="pk_changes"),
        sqlite_strict=True,
    )
    op.create_index("ix_changes_account_seq", "changes", ["account", "seq"])
    op.create_table(
        "denials",
        _column("id", TEXT),
        _column("account", TEXT),
        _column("at", MOMENT),
        _column("denial", TEXT),
        sa.PrimaryKeyConstraint("id", name="pk_denials"),
        sqlite_strict=True,
    )
    op.create_index("ix_denials_account_at_id", "denials", ["account", "at", "id"])
    op.create_index("ix_denials_at", "denials", ["at"])
    op.create_table(
        "meta",
        _column("name", TEXT),
        _column("value", TEXT),
        sa.PrimaryKeyConstraint("name", name="pk_meta"),
        sqlite_strict=True,
    )
    op.create_table(
        "usage",
        _column("account", TEXT),
        _column("app_key", TEXT),
        _column("token", INTEGER),
        _column("last", MOMENT),
        _column("count", SEQ),
        sa.PrimaryKeyConstraint("account", "app_key", "token", name="pk_usage"),
        sqlite_strict=True,
    )
    op.create_table(
        "keys",
        _column("app_key", TEXT),
        _column("account", TEXT),
        _column("seq", SEQ),
        _column("id", TEXT),
        _column("label", TEXT),
        _column("owner", TEXT),
        _column("registered", FLAG),
        _column("networks", TEXT),
        _column("valid_from", MOMENT, null=True),
        _column("expires", MOMENT, null=True),
        _column("digest", TEXT),
        _column("next_digest", TEXT, null=True),
        _column("created_at", MOMENT),
        _column("created_by", TEXT),
        _column("created_why", TEXT),
        _column("token_created_at", MOMENT, null=True),
        _column("token_created_by", TEXT, null=True),
        _column("token_created_why", TEXT, null=True),
        _column("next_created_at", MOMENT, null=True),
        _column("next_created_by", TEXT, null=True),
        _column("next_created_why", TEXT, null=True),
        _column("inactive_at", MOMENT, null=True),
        _column("inactive_by", TEXT, null=True),
        _column("inactive_why", TEXT, null=True),
        _column("blocked_at", MOMENT, null=True),
        _column("blocked_by", TEXT, null=True),
        _column("blocked_why", TEXT, null=True),
        sa.ForeignKeyConstraint(["account"], ["accounts.name"], name="fk_keys_account"),
        sa.PrimaryKeyConstraint("app_key", name="pk_keys"),
        sqlite_strict=True,
    )
    op.create_index("ix_keys_account", "keys", ["account"])
    op.create_table(
        "roles",
        _column("account", TEXT),
        _column("id", INTEGER),
        _column("name", TEXT),
        _column("deleted_at", MOMENT, null=True),
        _column("deleted_by", TEXT, null=True),
        _column("deleted_why", TEXT, null=True),
        sa.ForeignKeyConstraint(["account"], ["accounts.name"], name="fk_roles_account"),
        sa.PrimaryKeyConstraint("account", "id", name="pk_roles"),
        sqlite_strict=True,
    )
    op.create_table(
        "tombstones",
        _column("app_key", TEXT),
        _column("account", TEXT),
        _column("seq", SEQ),
        _column("id", TEXT),
        _column("label", TEXT),
        _column("deleted_at", MOMENT),
        _column("deleted_by", TEXT),
        _column("deleted_why", TEXT),
        sa.ForeignKeyConstraint(["account"], ["accounts.name"], name="fk_tombstones_account"),
        sa.PrimaryKeyConstraint("app_key", name="pk_tombstones"),
        sqlite_strict=True,
    )
    op.create_index("ix_tombstones_account", "tombstones", ["account"])
    op.create_table(
        "transfers",
        _column("account", TEXT),
        _column("email", TEXT),
        _column("expires", MOMENT),
        _column("invited_at", MOMENT),
        _column("invited_by", TEXT),
        _column("invited_why", TEXT),
        sa.ForeignKeyConstraint(["account"], ["accounts.name"], name="fk_transfers_account"),
        sa.PrimaryKeyConstraint("account", name="pk_transfers"),
        sqlite_strict=True,
    )
    op.create_table(
        "users",
        _column("account", TEXT),
        _column("email", TEXT),
        _column("seq", SEQ),
        _column("name", TEXT),
        _column("added_at", MOMENT),
        _column("added_by", TEXT),
        _column("added_why", TEXT),
        sa.ForeignKeyConstraint(["account"], ["accounts.name"], name="fk_users_account"),
        sa.PrimaryKeyConstraint("account", "email", name="pk_users"),
        sqlite_strict=True,
    )
    op.create_table(
        "key_grants",
        _column("app_key", TEXT),
        _column("role", INTEGER),
        _column("role_account", TEXT),
        _column("until", MOMENT, null=True),
        _column("seq", SEQ),
        _column("given_at", MOMENT),
        _column("given_by", TEXT),
        _column("given_why", TEXT),
        sa.ForeignKeyConstraint(
            ["role_account", "role"], ["roles.account", "roles.id"], name="fk_key_grants_role_account_role"
        ),
        sa.ForeignKeyConstraint(["app_key"], ["keys.app_key"], name="fk_key_grants_app_key"),
        sa.PrimaryKeyConstraint("app_key", "role", name="pk_key_grants"),
        sqlite_strict=True,
    )
    op.create_table(
        "retired_digests",
        _column("app_key", TEXT),
        _column("seq", SEQ),
        _column("digest", TEXT),
        _column("retired_at", MOMENT),
        _column("retired_by", TEXT),
        _column("retired_why", TEXT),
        sa.ForeignKeyConstraint(["app_key"], ["keys.app_key"], name="fk_retired_digests_app_key"),
        sa.PrimaryKeyConstraint("app_key", "seq", name="pk_retired_digests"),
        sqlite_strict=True,
    )
    op.create_table(
        "role_resources",
        _column("account", TEXT),
        _column("role", INTEGER),
        _column("product", TEXT),
        _column("key", TEXT),
        sa.ForeignKeyConstraint(
            ["account", "role"], ["roles.account", "roles.id"], name="fk_role_resources_account_role"
        ),
        sa.PrimaryKeyConstraint("account", "role", "product", "key", name="pk_role_resources"),
        sqlite_strict=True,
    )
    op.create_table(
        "tombstone_digests",
        _column("app_key", TEXT),
        _column("position", INTEGER),
        _column("digest", TEXT),
        sa.ForeignKeyConstraint(["app_key"], ["tombstones.app_key"], name="fk_tombstone_digests_app_key"),
        sa.PrimaryKeyConstraint("app_key", "position", name="pk_tombstone_digests"),
        sqlite_strict=True,
    )
    op.create_table(
        "user_grants",
        _column("account", TEXT),
        _column("email", TEXT),
        _column("role", INTEGER),
        _column("role_account", TEXT),
        _column("until", MOMENT, null=True),
        _column("seq", SEQ),
        _column("given_at", MOMENT),
        _column("given_by", TEXT),
        _column("given_why", TEXT),
        sa.ForeignKeyConstraint(
            ["account", "email"], ["users.account", "users.email"], name="fk_user_grants_account_email"
        ),
        sa.ForeignKeyConstraint(
            ["role_account", "role"], ["roles.account", "roles.id"], name="fk_user_grants_role_account_role"
        ),
        sa.PrimaryKeyConstraint("account", "email", "role", name="pk_user_grants"),
        sqlite_strict=True,
    )
