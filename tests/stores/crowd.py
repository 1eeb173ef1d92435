"""A database with very many keys, quickly: a small one lived change by change, then its rows under other names.

Each copy has appKeys and tokens of its own, and its changes say so: loading an account equals folding them.
"""

from __future__ import annotations

import random
import re
import sqlite3
from contextlib import closing, contextmanager
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.keys import KEYS
from tests.stores.histories import ANA, BIA, NOON, OPERATOR

from chaveiro.core.cause import Cause, Finding
from chaveiro.core.change import Change
from chaveiro.core.credential import Format, digest
from chaveiro.core.denial import DenialId, Told
from chaveiro.core.event import (
    AccountCreated,
    Event,
    KeyActivated,
    KeyAdopted,
    KeyBlocked,
    KeyDeactivated,
    KeyDeleted,
    KeyGranted,
    KeyIssued,
    KeyRenewed,
    KeyWithdrawn,
    RenewalFinished,
    RoleCreated,
    RoleDeleted,
    RoleEdited,
    SettingsEdited,
    UserAdded,
    UserGranted,
)
from chaveiro.core.keyring import Revision
from chaveiro.core.names import AccountName, AppKey, KeyId, Moment, Resource, RoleId
from chaveiro.stores.sql import SqlStore, tables
from chaveiro.stores.sql.integrity import Integrity
from chaveiro.stores.sql.sqlite import Sqlite

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sqlalchemy import Connection

    from chaveiro.stores.sql.database import Database

PEPPER = bytes(range(7, 39))
RESOURCES = tuple(Resource(product, f"action_{n}") for product in ("OMS", "Pricing", "Catalog") for n in range(4))
NETWORKS = tuple(ip_network(text) for text in ("10.0.0.0/8", "192.0.2.0/24", "2001:db8::/32"))
ROLES = 8  # of each account; the last is deleted
_HOME, _GUEST = "templatehome", "templateguest"  # which no other text holds
_DIGEST = re.compile(r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")


@dataclass(frozen=True, slots=True)
class Holder:
    """A key as whoever uses it knows it: whose it is, where it is asked about, how many tokens it ever had."""

    account: AccountName  # where it is asked about: its own, or one that adopted it
    app_key: AppKey
    tokens: int


@dataclass(frozen=True, slots=True)
class Crowd:
    """A filled database, and the keys whose tokens are known."""

    path: Path
    holders: Sequence[Holder]
    keys: int  # that ever were, the deleted ones too


class Deaf:
    """Hears of refusals, and keeps nothing."""

    def note(self, *_: object) -> Told:
        return Told(DenialId(""), Finding(Cause.UNKNOWN_CAUSE))


def token(app_key: str, number: int) -> str:
    """The token of a key, the first being 1. Made up: no token is kept anywhere."""
    return f"token {number} of {app_key}"


def crowd(path: Path, *, keys: int, of_account: int, seed: int = 6) -> Crowd:
    """Fill a new database with accounts of so many keys each, in pairs of which one adopts keys of the other."""
    store = SqlStore.open(f"sqlite:///{path}", keys=KEYS)
    store.close()
    dice = random.Random(seed)
    with closing(Sqlite(path)) as database, database.writing() as connection:
        holders = [*_live(connection, database, dice, of_account)]
    pairs = keys // (2 * of_account)
    names = [(f"home{number:05}", f"guest{number:05}") for number in range(1, pairs)]
    _multiply(path, names, holders)
    copies = [
        Holder(AccountName(_renamed(one.account, pair)), AppKey(_renamed(one.app_key, pair)), one.tokens)
        for pair in names
        for one in holders
    ]
    return Crowd(path, [*holders, *copies], pairs * 2 * of_account)


# ----------------------------------------------------------------------------------------------- one pair of accounts


class _AtOnce:
    """A database whose every transaction is part of one: what it is asked is what it is always asked."""

    def __init__(self, database: Database, connection: Connection) -> None:
        self._database = database
        self._connection = connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        yield self._connection

    def __getattr__(self, name: str) -> Any:
        return getattr(self._database, name)


def _live(connection: Connection, database: Sqlite, dice: random.Random, keys: int) -> Iterator[Holder]:
    once: Any = _AtOnce(database, connection)
    store = SqlStore(once, Integrity(KEYS), prepared=True)
    for account in (AccountName(_HOME), AccountName(_GUEST)):
        happen = _Happening(store, account)
        happen(AccountCreated(ANA, dice.choice(list(Format)), https_only=False))
        happen(UserAdded(BIA, "Bia Conceição"))
        for number in range(1, ROLES + 1):
            happen(
                RoleCreated(RoleId(number), f"role {number} ção", frozenset(dice.sample(RESOURCES, 3 * number % 11)))
            )
        happen(RoleEdited(RoleId(2), "edited", frozenset(RESOURCES[:1]), frozenset(RESOURCES[1:])))
        happen(UserGranted(RoleId(2), BIA, None))
        for number in range(keys):
            yield _key(happen, dice, account, number)
        happen(RoleDeleted(RoleId(ROLES), "gone"))
        happen(SettingsEdited(None, account == _GUEST, 30))
        if account == _GUEST:
            for number in range(0, keys, 10):
                yield _adopted(happen, dice, number)


class _Happening:
    """Commits what happens to one account, a second after the other."""

    def __init__(self, store: SqlStore, account: AccountName) -> None:
        self._store = store
        self._account = account
        self._seen: Revision | None = None
        self._at = NOON

    def __call__(self, event: Event) -> None:
        self._at = Moment(self._at + 1.125)
        self._seen = self._store.commit(Change(self._account, self._at, OPERATOR, event), seen=self._seen)


def _key(happen: Callable[[Event], None], dice: random.Random, account: str, number: int) -> Holder:
    app_key = AppKey(f"vtexappkey-{account}-{number}")
    networks = tuple(dice.sample(NETWORKS, dice.choice((0,) * 6 + (1, 2))))
    begins, ends = (Moment(NOON + days * 86_400) if dice.random() < 0.1 else None for days in (400, 100))
    first = digest(PEPPER, token(app_key, 1))
    happen(
        KeyIssued(
            app_key, KeyId(f"{number:032x}"), first, f"key {number}", "", begins, ends, networks, registered=False
        )
    )
    for role in dice.sample(range(1, ROLES + 1), dice.choice((0, 1, 2, 2, 3))):
        happen(KeyGranted(RoleId(role), app_key, dice.choice((None, None, None, Moment(NOON + 150 * 86_400)))))
        if dice.random() < 0.05:
            happen(KeyWithdrawn(RoleId(role), app_key))
    tokens = 1
    for finished in dice.choice(((),) * 6 + ((True,), (False,), (True, False))):
        tokens += 1
        happen(KeyRenewed(app_key, digest(PEPPER, token(app_key, tokens))))
        if finished:
            happen(RenewalFinished(app_key))
    for event in _fate(dice, app_key, number):
        happen(event)
    return Holder(AccountName(account), app_key, tokens)


def _fate(dice: random.Random, app_key: AppKey, number: int) -> tuple[Event, ...]:
    deactivated = KeyDeactivated(app_key, "holidays 🗝")
    if number % 10 == 0:  # these are adopted: their home may not have lost them
        return (deactivated, KeyActivated(app_key))[: dice.randint(0, 2)]
    return dice.choice(((),) * 20 + ((deactivated,), (KeyBlocked(app_key, ""),), (KeyDeleted(app_key, "x"),)))


def _adopted(happen: Callable[[Event], None], dice: random.Random, number: int) -> Holder:
    app_key = AppKey(f"vtexappkey-{_HOME}-{number}")
    happen(KeyAdopted(app_key, AccountName(_HOME)))
    happen(KeyGranted(RoleId(dice.randint(1, ROLES)), app_key, None))
    return Holder(AccountName(_GUEST), app_key, 1)


# ---------------------------------------------------------------------------------------------------- many like them


def _multiply(path: Path, names: Sequence[tuple[str, str]], holders: Sequence[Holder]) -> None:
    digests = {digest(PEPPER, token(one.app_key, n)).hex(): (one.app_key, n) for one in holders for n in range(1, 4)}
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        kept = {
            table: connection.execute(f"SELECT * FROM {table.name}").fetchall()  # noqa: S608 - a table of ours
            for table in tables.METADATA.sorted_tables
            if table not in {tables.meta, tables.row_macs}  # MACs are of names
        }
        changes = len(kept[tables.changes])
        for number, pair in enumerate(names, 1):
            for table, rows in kept.items():
                offsets = [number * changes if column.name == "seq" else 0 for column in table.c]
                copies = [_copied(row, offsets, pair, digests) for row in rows]
                marks = ", ".join("?" * len(offsets))
                connection.executemany(f"INSERT INTO {table.name} VALUES ({marks})", copies)  # noqa: S608 - likewise
        connection.execute("DELETE FROM row_macs")
        connection.execute("COMMIT")
    with closing(Sqlite(path)) as database, database.writing() as writer:
        Integrity(KEYS).begin(writer, upgraded_from="0006")  # as if no version before had made any


def _copied(
    row: Sequence[Any], offsets: Sequence[int], pair: tuple[str, str], digests: dict[str, tuple[AppKey, int]]
) -> tuple[Any, ...]:
    def renewed(found: re.Match[str]) -> str:
        if found[0] not in digests:  # a MAC, which is made anew in the end
            return found[0]
        app_key, number = digests[found[0]]
        return digest(PEPPER, token(_renamed(app_key, pair), number)).hex()

    return tuple(
        _DIGEST.sub(renewed, _renamed(value, pair)) if isinstance(value, str) else value + offset if offset else value
        for value, offset in zip(row, offsets, strict=True)
    )


def _renamed(text: str, pair: tuple[str, str]) -> str:
    return text.replace(_HOME, pair[0]).replace(_GUEST, pair[1])
