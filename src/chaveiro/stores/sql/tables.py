"""The tables. `migrations/` builds them, and a test holds the two together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, ForeignKey, ForeignKeyConstraint, Index, Integer, LargeBinary, MetaData, Table

from chaveiro.stores.sql.columns import FLAG, MOMENT, SEQ, Digest, Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chaveiro.core.keyring import Mark

METADATA = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)


def _table(name: str, *items: Column[Any] | ForeignKeyConstraint | Index, rowid: bool = True) -> Table:
    return Table(name, METADATA, *items, sqlite_strict=True, sqlite_with_rowid=rowid)


def _column(name: str, kind: Any = Text, *items: ForeignKey, key: bool = False, null: bool = False) -> Column[Any]:  # noqa: ANN401 - SQLAlchemy takes a type or an instance of it
    return Column(name, kind, *items, primary_key=key, nullable=null, autoincrement=False)


def _marks(name: str, *, null: bool = True) -> tuple[Column[Any], ...]:
    """When, by whom and why."""
    return (
        _column(f"{name}_at", MOMENT, null=null),
        _column(f"{name}_by", null=null),
        _column(f"{name}_why", null=null),
    )


def mark_values(name: str, mark: Mark | None) -> Mapping[str, object]:
    """A mark as the values of its three columns."""
    at, by, why = (mark.at, mark.by, mark.why) if mark else (None, None, None)
    return {f"{name}_at": at, f"{name}_by": by, f"{name}_why": why}


# What the installation knows about itself: its epoch, and what proves that the pepper is the right one.
meta = _table("meta", _column("name", key=True), _column("value"))

# The one order of all changes: audit entry, message to other nodes, and what every other row follows from.
changes = _table(
    "changes",
    _column("seq", SEQ, key=True),
    _column("account"),
    _column("change"),  # JSON
    Index(None, "account", "seq"),
)

accounts = _table(
    "accounts",
    _column("name", key=True),
    _column("seq", SEQ),  # of its newest change
    _column("sponsor"),
    _column("format"),
    _column("https_only", FLAG),
    _column("catalogue"),
    *_marks("created", null=False),
    *_marks("suspended"),
)

transfers = _table(
    "transfers",
    _column("account", Text, ForeignKey("accounts.name"), key=True),
    _column("email"),
    _column("expires", MOMENT),
    *_marks("invited", null=False),
)

users = _table(
    "users",
    _column("account", Text, ForeignKey("accounts.name"), key=True),
    _column("email", key=True),
    _column("seq", SEQ),  # of the change that made the row, here and below: what was made first comes first
    _column("name"),
    *_marks("added", null=False),
)

# Of the users who chose one.
passwords = _table(
    "passwords",
    _column("account", key=True),
    _column("email", key=True),
    _column("hash"),  # argon2id, as PHC text
    *_marks("set", null=False),
    ForeignKeyConstraint(["account", "email"], ["users.account", "users.email"]),
)

set_up_links = _table(
    "set_up_links",
    _column("account", key=True),
    _column("email", key=True),
    _column("digest", Digest),
    _column("expires", MOMENT),
    *_marks("given", null=False),
    ForeignKeyConstraint(["account", "email"], ["users.account", "users.email"]),
)

# Of the accounts that chose one.
token_periods = _table(
    "token_periods",
    _column("account", Text, ForeignKey("accounts.name"), key=True),
    _column("days", Integer),
)

roles = _table(
    "roles",
    _column("account", Text, ForeignKey("accounts.name"), key=True),
    _column("id", Integer, key=True),
    _column("name"),
    *_marks("deleted"),
)

# The roles that came with the account's catalogue.
predefined_roles = _table(
    "predefined_roles",
    _column("account", key=True),
    _column("role", Integer, key=True),
    ForeignKeyConstraint(["account", "role"], ["roles.account", "roles.id"]),
)

role_resources = _table(
    "role_resources",
    _column("account", key=True),
    _column("role", Integer, key=True),
    _column("product", key=True),
    _column("key", key=True),
    ForeignKeyConstraint(["account", "role"], ["roles.account", "roles.id"]),
)

user_grants = _table(
    "user_grants",
    _column("account", key=True),
    _column("email", key=True),
    _column("role", Integer, key=True),
    _column("role_account"),  # whose role it is
    _column("until", MOMENT, null=True),
    _column("seq", SEQ),
    *_marks("given", null=False),
    ForeignKeyConstraint(["account", "email"], ["users.account", "users.email"]),
    ForeignKeyConstraint(["role_account", "role"], ["roles.account", "roles.id"]),
)

keys = _table(
    "keys",
    _column("app_key", key=True),  # in one account only, whatever account that is
    _column("account", Text, ForeignKey("accounts.name")),
    _column("seq", SEQ),
    _column("id"),
    _column("label"),
    _column("owner"),
    _column("registered", FLAG),
    _column("networks"),  # with a space between
    _column("valid_from", MOMENT, null=True),
    _column("expires", MOMENT, null=True),
    _column("digest", Digest),
    _column("next_digest", Digest, null=True),
    *_marks("created", null=False),
    *_marks("token_created"),
    *_marks("next_created"),
    *_marks("inactive"),
    *_marks("blocked"),
    Index(None, "account"),
)

key_grants = _table(
    "key_grants",
    _column("app_key", Text, ForeignKey("keys.app_key"), key=True),
    _column("role", Integer, key=True),
    _column("role_account"),
    _column("until", MOMENT, null=True),
    _column("seq", SEQ),
    *_marks("given", null=False),
    ForeignKeyConstraint(["role_account", "role"], ["roles.account", "roles.id"]),
)

retired_digests = _table(
    "retired_digests",
    _column("app_key", Text, ForeignKey("keys.app_key"), key=True),
    _column("seq", SEQ, key=True),
    _column("digest", Digest),
    *_marks("retired", null=False),
)

tombstones = _table(
    "tombstones",
    _column("app_key", key=True),
    _column("account", Text, ForeignKey("accounts.name")),
    _column("seq", SEQ),
    _column("id"),
    _column("label"),
    *_marks("deleted", null=False),
    Index(None, "account"),
)

tombstone_digests = _table(
    "tombstone_digests",
    _column("app_key", Text, ForeignKey("tombstones.app_key"), key=True),
    _column("position", Integer, key=True),
    _column("digest", Digest),
)

external_keys = _table(
    "external_keys",
    _column("account", Text, ForeignKey("accounts.name"), key=True),
    _column("app_key", key=True),
    _column("home"),  # the account whose key it is
    _column("seq", SEQ),
    *_marks("added", null=False),
)

external_grants = _table(
    "external_grants",
    _column("account", key=True),
    _column("app_key", key=True),
    _column("role", Integer, key=True),
    _column("role_account"),
    _column("until", MOMENT, null=True),
    _column("seq", SEQ),
    *_marks("given", null=False),
    ForeignKeyConstraint(["account", "app_key"], ["external_keys.account", "external_keys.app_key"]),
    ForeignKeyConstraint(["role_account", "role"], ["roles.account", "roles.id"]),
)

handovers = _table(
    "handovers",
    _column("app_key", Text, ForeignKey("keys.app_key"), key=True),
    _column("id"),
    _column("expires", MOMENT),
    *_marks("made", null=False),
)

muted_episodes = _table(
    "muted_episodes",
    _column("account", Text, ForeignKey("accounts.name"), key=True),
    _column("episode", key=True),  # which may be forgotten by now
    _column("seq", SEQ),
    *_marks("muted", null=False),
)

denials = _table(
    "denials",
    _column("id", key=True),
    _column("account"),
    _column("at", MOMENT),
    _column("episode"),  # its id
    _column("known", FLAG),  # whether it is about a key of the account; where there are too many, others go first
    _column("denial"),  # JSON
    Index(None, "account", "at", "id"),
    Index(None, "at"),
    Index(None, "episode", "at", "id"),
)

episodes = _table(
    "episodes",
    _column("id", key=True),  # of its first denial
    _column("account"),
    _column("app_key"),  # empty: no key of the account
    _column("cause"),
    _column("route"),
    _column("last", MOMENT),
    _column("kept", Integer),  # how many of its denials are kept
    _column("episode"),  # JSON
    Index(None, "account", "app_key", "cause", "route", "last"),
)

usage = _table(
    "usage",
    _column("account", key=True),
    _column("app_key", key=True),
    _column("token", Integer, key=True),
    _column("last", MOMENT),
    _column("count", SEQ),
)

uses = _table(
    "uses",
    _column("account", key=True),
    _column("app_key", key=True),
    _column("route", key=True),
    _column("need"),  # JSON
    _column("last", MOMENT),
    _column("count", SEQ),
)

# Counts by the hour and by the day. In the order of time: what is written together lies together, and what is too old
# is cut off at one end. A row is little more than its key, so it is kept once.
traffic = _table(
    "traffic",
    _column("span", Integer, key=True),
    _column("at", MOMENT, key=True),
    _column("account", key=True),
    _column("app_key", key=True),  # empty: the whole account
    _column("cause", key=True),  # empty: allowed
    _column("count", SEQ),
    rowid=False,
)

sessions = _table(
    "sessions",
    _column("id", key=True),
    _column("digest", Digest),  # of what the browser shows
    _column("account"),
    _column("email"),
    _column("began", MOMENT),
    _column("seen", MOMENT),
    _column("confirmed", MOMENT),
    _column("address"),
    _column("agent"),
    Index(None, "digest", unique=True),
    Index(None, "account", "email", "began"),
)

sealed = _table(
    "sealed",
    _column("name", key=True),
    _column("data", LargeBinary),
    _column("until", MOMENT),
)
