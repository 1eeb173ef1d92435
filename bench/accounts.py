"""An account with as many keys as are asked for, in SQLite, made once and kept in `build/bench/accounts`.

Its rows and their MACs are what the store would have written; the changes that would have made them are left out. Up to
`SHOWN` of the keys are whole pairs that can be shown; nobody knows a token of the others. A second account has one key.
"""

from __future__ import annotations

import random
import shutil
import sqlite3
from base64 import b32encode
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from chaveiro.core.command import Command, CreateAccount, CreateRole, GrantToKey, ImportCatalogue, Refusal
from chaveiro.core.credential import ALPHABET, DIGEST_BYTES, KEY_PREFIX, digest, mint_key, mint_token
from chaveiro.core.keyring import Actor, ActorKind, Part
from chaveiro.core.names import AccountName, AppKey, Email, Resource, RoleId
from chaveiro.node import Issued
from chaveiro.serve.house import House, open_house
from chaveiro.serve.pepper import Pepper
from chaveiro.settings import Settings
from chaveiro.stores.sql import tables
from chaveiro.stores.sql.parts import Content
from chaveiro.stores.sql.rowmacs import RowMacs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Table

KEPT: Final = Path(__file__).parents[1] / "build" / "bench" / "accounts"
BENCH, SMALL = AccountName("bench"), AccountName("small")
ANA: Final = Email("ana@bench.example")
OPERATOR, SPONSOR = Actor(ActorKind.OPERATOR, "bench"), Actor(ActorKind.USER, ANA)
ORDERS: Final = Resource("OMS", "ListOrders")
METHOD, PATH = "GET", "/api/oms/pvt/orders"
CATALOGUE: Final = f"""
name = "orders"

[[route]]
method = "{METHOD}"
path = "{PATH}"
any_of = ["{ORDERS}"]
"""
SHOWN: Final = 10_000
PEPPER: Final = Pepper(blake2b(b"bench", digest_size=DIGEST_BYTES).digest())  # it guards nothing
MADE_AT: Final = 1_760_000_000.0
_AT_ONCE: Final = 10_000
_TO_ALPHABET: Final = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", ALPHABET.encode())


class Pair(NamedTuple):
    """What an integration sends."""

    app_key: AppKey
    app_token: str

    @property
    def headers(self) -> str:
        """As header lines."""
        return f"X-VTEX-API-AppKey: {self.app_key}\r\nX-VTEX-API-AppToken: {self.app_token}\r\n"


@dataclass(frozen=True, slots=True)
class Stock:
    """A data folder for `chaveiro serve`, and the pairs that can be shown."""

    folder: Path
    keys: int
    pairs: tuple[Pair, ...]
    small: Pair  # of the other account


def stock(keys: int) -> Stock:
    """The account with so many keys, made now or the last time."""
    folder = KEPT / f"{keys}-{_fingerprint()}"
    if not folder.exists():
        unfinished = folder.with_suffix(".unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700, parents=True)
        _make(unfinished, keys)
        unfinished.rename(folder)
    return Stock(folder, keys, shown(keys), _small(folder))


@cache
def shown(keys: int) -> tuple[Pair, ...]:
    """The pairs of such an account that can be shown."""
    return tuple(minted(min(keys, SHOWN), random.Random(keys)))  # noqa: S311 - made up, the same in every run


def settings(folder: Path) -> Settings:
    """What a process of this data folder is told."""
    return Settings(data=folder, port=0, log_level="error")


def minted(count: int, rng: random.Random) -> Iterator[Pair]:
    """Make pairs from a seed."""
    for _ in range(count):
        key = mint_key(rng.randbytes(10))
        yield Pair(key, mint_token(key, rng.randbytes(33)).reveal())


def open_account(house: House, account: AccountName) -> None:
    """Make an account whose first role may list orders."""
    done(house, CreateAccount(account, ANA), OPERATOR)
    done(house, ImportCatalogue(account, CATALOGUE))
    done(house, CreateRole(account, "orders", frozenset({ORDERS, Resource("OMS", "ViewOrder")})))


def issue(house: House, account: AccountName) -> Pair:
    """Give the account one more key that may list orders."""
    issued = house.node.issue(account, label="bench", by=SPONSOR)
    assert isinstance(issued, Issued), issued
    done(house, GrantToKey(account, RoleId(1), issued.app_key))
    return Pair(issued.app_key, issued.token.reveal())


def done(house: House, command: Command, by: Actor = SPONSOR) -> None:
    """Carry out what must succeed."""
    outcome = house.node.carry_out(command, by=by)
    assert not isinstance(outcome, Refusal), outcome


def _make(folder: Path, keys: int) -> None:
    (folder / "pepper").write_bytes(PEPPER.tokens)
    (folder / "pepper").chmod(0o600)
    house = open_house(settings(folder))
    open_account(house, SMALL)
    pair = issue(house, SMALL)
    (folder / "small").write_text(f"{pair.app_key} {pair.app_token}")
    open_account(house, BENCH)
    house.close()
    with closing(sqlite3.connect(folder / "chaveiro.db", isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA cache_size = -256000")
        _fill(connection, keys)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _small(folder: Path) -> Pair:
    app_key, app_token = (folder / "small").read_text().split()
    return Pair(AppKey(app_key), app_token)


def _fill(connection: sqlite3.Connection, keys: int) -> None:
    (seq,) = connection.execute("SELECT seq FROM accounts WHERE name = ?", (BENCH,)).fetchone()
    macs = RowMacs(PEPPER.rows)
    digests = iter(sorted(_digests(keys)))  # in the order of every index, so that each page is written once
    connection.execute("BEGIN IMMEDIATE")
    while page := list(islice(digests, _AT_ONCE)):
        own = [_key(app_key, kept, seq) for app_key, kept in page]
        granted = [_grant(app_key, seq) for app_key, _ in page]
        made = [
            {
                "account": BENCH,
                "part": Part.KEY.value,
                "name": key["app_key"],
                "mac": macs.mac(BENCH, Part.KEY, str(key["app_key"]), _content(key, grant)),
            }
            for key, grant in zip(own, granted, strict=True)
        ]
        _insert(connection, tables.keys, [{**key, "digest": bytes(key["digest"]).hex()} for key in own])  # type: ignore[call-overload]  # it is one
        _insert(connection, tables.key_grants, granted)
        _insert(connection, tables.row_macs, made)
    connection.execute("COMMIT")


def _digests(keys: int) -> Iterator[tuple[str, bytes]]:
    """AppKeys and digests: first of the pairs that can be shown, then of made-up ones."""
    for pair in shown(keys):
        yield pair.app_key, digest(PEPPER.tokens, pair.app_token)
    rng = random.Random(keys)  # noqa: S311 - likewise
    for _ in range(keys - SHOWN):
        yield KEY_PREFIX + b32encode(rng.randbytes(15)).translate(_TO_ALPHABET)[:22].decode(), rng.randbytes(32)


def _key(app_key: str, kept: bytes, seq: int) -> dict[str, object]:
    made = {"created_at": MADE_AT, "created_by": f"user {ANA}", "created_why": ""}
    own = {"app_key": app_key, "account": BENCH, "seq": seq, "id": kept.hex()[:32], "digest": kept}
    return {**own, "label": "bench", "owner": "", "registered": 0, "networks": "", **made}


def _grant(app_key: str, seq: int) -> dict[str, object]:
    given = {"given_at": MADE_AT, "given_by": f"user {ANA}", "given_why": ""}
    return {"app_key": app_key, "role": 1, "role_account": BENCH, "seq": seq, **given}


def _content(key: dict[str, object], grant: dict[str, object]) -> Content:
    rows: Any = _row(tables.keys, key), ([_row(tables.key_grants, grant)], [], [], [])  # as they are read
    return Content(*rows)


def _row(table: Table, values: dict[str, object]) -> tuple[object, ...]:
    return tuple(map(values.get, _COLUMNS[table.name]))


_COLUMNS: Final = {
    table.name: tuple(column.name for column in table.c) for table in (tables.keys, tables.key_grants, tables.row_macs)
}


def _insert(connection: sqlite3.Connection, table: Table, rows: list[dict[str, object]]) -> None:
    places = ", ".join("?" for _ in table.c)
    connection.executemany(f"INSERT INTO {table.name} VALUES ({places})", [_row(table, one) for one in rows])  # noqa: S608 - our own table


def _fingerprint() -> str:
    """What a kept file must have been made by: this module, and the tables as they are."""
    shape = "".join(f"{table.name}{[column.name for column in table.c]}" for table in tables.METADATA.sorted_tables)
    return blake2b(Path(__file__).read_bytes() + shape.encode(), digest_size=4).hexdigest()
