"""Rows become a keyring."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from ipaddress import ip_network
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Connection, Select, Table, func, select

from chaveiro.core.credential import Format
from chaveiro.core.keyring import (
    NO_DIGEST,
    ExternalKey,
    Grant,
    Handover,
    Key,
    Keyring,
    Mark,
    Retired,
    Revision,
    Role,
    SetUp,
    Tombstone,
    Transfer,
    User,
)
from chaveiro.core.names import Resource
from chaveiro.stores.port import AccountUnknown
from chaveiro.stores.sql import standing, tables
from chaveiro.stores.sql.columns import origin

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import RowMapping as Row

    from chaveiro.core.denial import DenialId
    from chaveiro.core.names import AccountName, AppKey, Email, RoleId

_T = TypeVar("_T")

EPOCH = "epoch"


def head(connection: Connection) -> Revision:
    """The revision of the newest change. Raises StoreMoved where the truth is elsewhere."""
    found, note = _head(connection)
    standing.refuse(note)
    return found


def _head(connection: Connection) -> tuple[Revision, str | None]:
    epoch = select(tables.meta.c.value).where(tables.meta.c.name == EPOCH).scalar_subquery()
    note = select(tables.meta.c.value).where(tables.meta.c.name == standing.NOTE).scalar_subquery()
    newest = select(func.max(tables.changes.c.seq)).scalar_subquery()
    begun, seq, history, noted = connection.execute(select(epoch, newest, origin(), note)).one()
    return Revision(_epoch(begun, history), seq or 0), noted


def _epoch(begun: str, history: str) -> str:
    """One history's name: what was drawn when it began and, where the database has one, the history it belongs to."""
    return hashlib.blake2b(f"{begun}/{history}".encode(), digest_size=4).hexdigest() if history else begun


def keyring(connection: Connection, account: AccountName) -> Keyring:
    """One account, all from the same moment where *connection* is in a transaction. Raises AccountUnknown."""
    own = _rows(connection, select(tables.accounts).where(tables.accounts.c.name == account))
    if not own:
        raise AccountUnknown(f"there is no account `{account}`")
    row = own[0]
    return Keyring(
        account=account,
        revision=Revision(_head(connection)[0].epoch, row["seq"]),
        sponsor=row["sponsor"],
        created=_mark(row, "created"),
        format=Format(row["format"]),
        https_only=bool(row["https_only"]),
        suspended=_marked(row, "suspended"),
        transfer=_transfer(connection, account),
        catalogue=row["catalogue"],
        users=_users(connection, account),
        roles=_roles(connection, account),
        keys=_keys(connection, account),
        tombstones=_tombstones(connection, account),
        external=_external(connection, account),
        muted=_muted(connection, account),
        token_days_max=_token_days(connection, account),
    )


def _transfer(connection: Connection, account: AccountName) -> Transfer | None:
    for row in _of(connection, tables.transfers, account):
        return Transfer(row["email"], _mark(row, "invited"), row["expires"])
    return None


def _users(connection: Connection, account: AccountName) -> dict[Email, User]:
    grants = _grouped(_of(connection, tables.user_grants, account, order="seq"), "email", _grant)
    passwords = {row["email"]: row for row in _of(connection, tables.passwords, account)}
    links = {row["email"]: row for row in _of(connection, tables.set_up_links, account)}
    return {
        row["email"]: _user(row, tuple(grants[row["email"]]), passwords.get(row["email"]), links.get(row["email"]))
        for row in _of(connection, tables.users, account, order="seq")
    }


def _user(row: Row, grants: tuple[Grant, ...], password: Row | None, link: Row | None) -> User:
    return User(
        email=row["email"],
        name=row["name"],
        added=_mark(row, "added"),
        grants=grants,
        password=password["hash"] if password else "",
        password_set=_mark(password, "set") if password else None,
        set_up=SetUp(link["digest"], _mark(link, "given"), link["expires"]) if link else None,
    )


def _roles(connection: Connection, account: AccountName) -> dict[RoleId, Role]:
    resources = _grouped(_of(connection, tables.role_resources, account), "role", _resource)
    predefined = {row["role"] for row in _of(connection, tables.predefined_roles, account)}
    return {
        row["id"]: Role(
            row["id"],
            row["name"],
            frozenset(resources[row["id"]]),
            deleted=_marked(row, "deleted"),
            predefined=row["id"] in predefined,
        )
        for row in _of(connection, tables.roles, account, order="id")
    }


def _keys(connection: Connection, account: AccountName) -> dict[AppKey, Key]:
    given = _with(connection, tables.keys, tables.key_grants, account, order="seq")
    former = _with(connection, tables.keys, tables.retired_digests, account, order="seq")
    grants, retired = _grouped(given, "app_key", _grant), _grouped(former, "app_key", _retired)
    offered = _with(connection, tables.keys, tables.handovers, account, order="app_key")
    handovers = {row["app_key"]: Handover(row["id"], _mark(row, "made"), row["expires"]) for row in offered}
    return {
        row["app_key"]: _key(
            row, tuple(grants[row["app_key"]]), tuple(retired[row["app_key"]]), handovers.get(row["app_key"])
        )
        for row in _of(connection, tables.keys, account, order="seq")
    }


def _key(row: Row, grants: tuple[Grant, ...], retired: tuple[Retired, ...], handover: Handover | None) -> Key:
    return Key(
        app_key=row["app_key"],
        id=row["id"],
        label=row["label"],
        created=_mark(row, "created"),
        digest=row["digest"],
        next_digest=NO_DIGEST if row["next_digest"] is None else row["next_digest"],
        token_created=_marked(row, "token_created"),
        next_created=_marked(row, "next_created"),
        grants=grants,
        inactive=_marked(row, "inactive"),
        blocked=_marked(row, "blocked"),
        valid_from=row["valid_from"],
        expires=row["expires"],
        networks=tuple(ip_network(network) for network in row["networks"].split()),
        owner=row["owner"],
        registered=bool(row["registered"]),
        retired=retired,
        handover=handover,
    )


def _tombstones(connection: Connection, account: AccountName) -> dict[AppKey, Tombstone]:
    rows = _with(connection, tables.tombstones, tables.tombstone_digests, account, order="position")
    digests = _grouped(rows, "app_key", lambda row: row["digest"])
    return {
        row["app_key"]: Tombstone(
            row["app_key"], row["id"], row["label"], _mark(row, "deleted"), tuple(digests[row["app_key"]])
        )
        for row in _of(connection, tables.tombstones, account, order="seq")
    }


def _external(connection: Connection, account: AccountName) -> dict[AppKey, ExternalKey]:
    grants = _grouped(_of(connection, tables.external_grants, account, order="seq"), "app_key", _grant)
    return {
        row["app_key"]: ExternalKey(row["app_key"], row["home"], _mark(row, "added"), tuple(grants[row["app_key"]]))
        for row in _of(connection, tables.external_keys, account, order="seq")
    }


def _muted(connection: Connection, account: AccountName) -> dict[DenialId, Mark]:
    rows = _of(connection, tables.muted_episodes, account, order="seq")
    return {row["episode"]: _mark(row, "muted") for row in rows}


def _token_days(connection: Connection, account: AccountName) -> int | None:
    for row in _of(connection, tables.token_periods, account):
        return int(row["days"])
    return None


def _grant(row: Row) -> Grant:
    return Grant(row["role"], row["role_account"], _mark(row, "given"), row["until"])


def _resource(row: Row) -> Resource:
    return Resource(row["product"], row["key"])


def _retired(row: Row) -> Retired:
    return Retired(row["digest"], _mark(row, "retired"))


def _mark(row: Row, name: str) -> Mark:
    return Mark(row[f"{name}_at"], row[f"{name}_by"], row[f"{name}_why"])


def _marked(row: Row, name: str) -> Mark | None:
    return None if row[f"{name}_at"] is None else _mark(row, name)


def _of(connection: Connection, table: Table, account: AccountName, *, order: str = "") -> Sequence[Row]:
    chosen = select(table).where(table.c.account == account)
    return _rows(connection, chosen.order_by(table.c[order]) if order else chosen)


def _with(connection: Connection, owner: Table, table: Table, account: AccountName, *, order: str) -> Sequence[Row]:
    """The rows that hang from an account's keys or tombstones."""
    joined = select(table).join_from(owner, table, owner.c.app_key == table.c.app_key)
    return _rows(connection, joined.where(owner.c.account == account).order_by(table.c[order]))


def _rows(connection: Connection, chosen: Select[Any]) -> Sequence[Row]:
    return connection.execute(chosen).mappings().all()


def _grouped(rows: Sequence[Row], name: str, made: Callable[[Row], _T]) -> defaultdict[Any, list[_T]]:
    groups: defaultdict[Any, list[_T]] = defaultdict(list)
    for row in rows:
        groups[row[name]].append(made(row))
    return groups
