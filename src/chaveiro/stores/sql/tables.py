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


def column(name: str, kind: Any = Text, *items: ForeignKey, key: bool = False, null: bool = False) -> Column[Any]:  # noqa: ANN401 - SQLAlchemy takes a type or an instance of it
    """A column whose values are there unless said otherwise."""
    return Column(name, kind, *items, primary_key=key, nullable=null, autoincrement=False)


def _marks(name: str, *, null: bool = True) -> tuple[Column[Any], ...]:
    """When, by whom and why."""
    return (
        column(f"{name}_at", MOMENT, null=null),
        column(f"{name}_by", null=null),
        column(f"{name}_why", null=null),
    )


def mark_values(name: str, mark: Mark | None) -> Mapping[str, object]:
    """A mark as the values of its three columns."""
    at, by, why = (mark.at, mark.by, mark.why) if mark else (None, None, None)
    return {f"{name}_at": at, f"{name}_by": by, f"{name}_why": why}


# What the installation knows about itself: its epoch, and what proves that the pepper is the right one.
meta = _table("meta", column("name", key=True), column("value"))

# The one order of all changes: audit entry, message to other nodes, and what every other row follows from.
changes = _table(
    "changes",
    column("seq", SEQ, key=True),
    column("account"),
    column("change"),  # JSON
    column("mac"),  # over this change and the MAC of the one before it
    Index(None, "account", "seq"),
)

# Of each part of an account, over all of its rows: what was written past Chaveiro is not believed.
row_macs = _table(
    "row_macs",
    column("account", key=True),
    column("part", key=True),
    column("name", key=True),
    column("mac"),
    rowid=False,
)

accounts = _table(
    "accounts",
    column("name", key=True),
    column("seq", SEQ),  # of its newest change
    column("sponsor"),
    column("format"),
    column("https_only", FLAG),
    column("catalogue"),
    *_marks("created", null=False),
    *_marks("suspended"),
)

transfers = _table(
    "transfers",
    column("account", Text, ForeignKey("accounts.name"), key=True),
    column("email"),
    column("expires", MOMENT),
    *_marks("invited", null=False),
)

users = _table(
    "users",
    column("account", Text, ForeignKey("accounts.name"), key=True),
    column("email", key=True),
    column("seq", SEQ),  # of the change that made the row, here and below: what was made first comes first
    column("name"),
    *_marks("added", null=False),
)

# Of the users who chose one.
passwords = _table(
    "passwords",
    column("account", key=True),
    column("email", key=True),
    column("hash"),  # argon2id, as PHC text
    *_marks("set", null=False),
    ForeignKeyConstraint(["account", "email"], ["users.account", "users.email"]),
)

set_up_links = _table(
    "set_up_links",
    column("account", key=True),
    column("email", key=True),
    column("digest", Digest),
    column("expires", MOMENT),
    *_marks("given", null=False),
    ForeignKeyConstraint(["account", "email"], ["users.account", "users.email"]),
)

# Of the accounts that chose one.
token_periods = _table(
    "token_periods",
    column("account", Text, ForeignKey("accounts.name"), key=True),
    column("days", Integer),
)

roles = _table(
    "roles",
    column("account", Text, ForeignKey("accounts.name"), key=True),
    column("id", Integer, key=True),
    column("name"),
    *_marks("deleted"),
)

# The roles that came with the account's catalogue.
predefined_roles = _table(
    "predefined_roles",
    column("account", key=True),
    column("role", Integer, key=True),
    ForeignKeyConstraint(["account", "role"], ["roles.account", "roles.id"]),
)

role_resources = _table(
    "role_resources",
    column("account", key=True),
    column("role", Integer, key=True),
    column("product", key=True),
    column("key", key=True),
    ForeignKeyConstraint(["account", "role"], ["roles.account", "roles.id"]),
)

user_grants = _table(
    "user_grants",
    column("account", key=True),
    column("email", key=True),
    column("role", Integer, key=True),
    column("role_account"),  # whose role it is
    column("until", MOMENT, null=True),
    column("seq", SEQ),
    *_marks("given", null=False),
    ForeignKeyConstraint(["account", "email"], ["users.account", "users.email"]),
    ForeignKeyConstraint(["role_account", "role"], ["roles.account", "roles.id"]),
)

keys = _table(
    "keys",
    column("app_key", key=True),  # in one account only, whatever account that is
    column("account", Text, ForeignKey("accounts.name")),
    column("seq", SEQ),
    column("id"),
    column("label"),
    column("owner"),
    column("registered", FLAG),
    column("networks"),  # with a space between
    column("valid_from", MOMENT, null=True),
    column("expires", MOMENT, null=True),
    column("digest", Digest),
    column("next_digest", Digest, null=True),
    *_marks("created", null=False),
    *_marks("token_created"),
    *_marks("next_created"),
    *_marks("inactive"),
    *_marks("blocked"),
    Index(None, "account"),
)

key_grants = _table(
    "key_grants",
    column("app_key", Text, ForeignKey("keys.app_key"), key=True),
    column("role", Integer, key=True),
    column("role_account"),
    column("until", MOMENT, null=True),
    column("seq", SEQ),
    *_marks("given", null=False),
    ForeignKeyConstraint(["role_account", "role"], ["roles.account", "roles.id"]),
)

# Of the keys whose token is known by another system's digest: how that was made.
key_kinds = _table(
    "key_kinds",
    column("app_key", Text, ForeignKey("keys.app_key"), key=True),
    column("kind"),
)

retired_digests = _table(
    "retired_digests",
    column("app_key", Text, ForeignKey("keys.app_key"), key=True),
    column("seq", SEQ, key=True),
    column("digest", Digest),
    *_marks("retired", null=False),
)

tombstones = _table(
    "tombstones",
    column("app_key", key=True),
    column("account", Text, ForeignKey("accounts.name")),
    column("seq", SEQ),
    column("id"),
    column("label"),
    *_marks("deleted", null=False),
    Index(None, "account"),
)

tombstone_digests = _table(
    "tombstone_digests",
    column("app_key", Text, ForeignKey("tombstones.app_key"), key=True),
    column("position", Integer, key=True),
    column("digest", Digest),
)

external_keys = _table(
    "external_keys",
    column("account", Text, ForeignKey("accounts.name"), key=True),
    column("app_key", key=True),
    column("home"),  # the account whose key it is
    column("seq", SEQ),
    *_marks("added", null=False),
)

external_grants = _table(
    "external_grants",
    column("account", key=True),
    column("app_key", key=True),
    column("role", Integer, key=True),
    column("role_account"),
    column("until", MOMENT, null=True),
    column("seq", SEQ),
    *_marks("given", null=False),
    ForeignKeyConstraint(["account", "app_key"], ["external_keys.account", "external_keys.app_key"]),
    ForeignKeyConstraint(["role_account", "role"], ["roles.account", "roles.id"]),
)

handovers = _table(
    "handovers",
    column("app_key", Text, ForeignKey("keys.app_key"), key=True),
    column("id"),
    column("expires", MOMENT),
    *_marks("made", null=False),
)

muted_episodes = _table(
    "muted_episodes",
    column("account", Text, ForeignKey("accounts.name"), key=True),
    column("episode", key=True),  # which may be forgotten by now
    column("seq", SEQ),
    *_marks("muted", null=False),
)

denials = _table(
    "denials",
    column("id", key=True),
    column("account"),
    column("at", MOMENT),
    column("episode"),  # its id
    column("known", FLAG),  # whether it is about a key of the account; where there are too many, others go first
    column("denial"),  # JSON
    Index(None, "account", "at", "id"),
    Index(None, "at"),
    Index(None, "episode", "at", "id"),
)

episodes = _table(
    "episodes",
    column("id", key=True),  # of its first denial
    column("account"),
    column("app_key"),  # empty: no key of the account
    column("cause"),
    column("route"),
    column("last", MOMENT),
    column("kept", Integer),  # how many of its denials are kept
    column("episode"),  # JSON
    Index(None, "account", "app_key", "cause", "route", "last"),
)

usage = _table(
    "usage",
    column("account", key=True),
    column("app_key", key=True),
    column("token", Integer, key=True),
    column("last", MOMENT),
    column("count", SEQ),
)

exposures = _table(
    "exposures",
    column("account", key=True),
    column("app_key", key=True),
    column("token", Integer, key=True),
    column("how", key=True),
    column("first", MOMENT),
    column("last", MOMENT),
    column("count", SEQ),
)

uses = _table(
    "uses",
    column("account", key=True),
    column("app_key", key=True),
    column("route", key=True),
    column("need"),  # JSON
    column("last", MOMENT),
    column("count", SEQ),
)

# Counts by the hour and by the day. In the order of time: what is written together lies together, and what is too old
# is cut off at one end. A row is little more than its key, so it is kept once.
traffic = _table(
    "traffic",
    column("span", Integer, key=True),
    column("at", MOMENT, key=True),
    column("account", key=True),
    column("app_key", key=True),  # empty: the whole account
    column("cause", key=True),  # empty: allowed
    column("count", SEQ),
    rowid=False,
)

sessions = _table(
    "sessions",
    column("id", key=True),
    column("digest", Digest),  # of what the browser shows
    column("account"),
    column("email"),
    column("began", MOMENT),
    column("seen", MOMENT),
    column("confirmed", MOMENT),
    column("address"),
    column("agent"),
    column("mac"),  # over all of it: whoever has a session of their own gets nobody else's name
    Index(None, "digest", unique=True),
    Index(None, "account", "email", "began"),
)

sealed = _table(
    "sealed",
    column("name", key=True),
    column("data", LargeBinary),
    column("until", MOMENT),
)
