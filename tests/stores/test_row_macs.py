"""What was written to the database past Chaveiro is not believed."""

from __future__ import annotations

import hashlib
import random
import sqlite3
from contextlib import closing, suppress
from dataclasses import replace
from itertools import chain, product
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import Double
from tests.core.worlds import PEPPER
from tests.keys import KEYS
from tests.stores.histories import (
    ACME,
    ANA,
    AWAY_2,
    BIA,
    CAIO,
    EVERY_EVENT,
    HASH,
    KEY_1,
    KEY_2,
    LATER,
    NOON,
    OPERATOR,
    OTHER,
    RESOURCES,
    ROLE_1,
    ROLE_2,
    anything,
    bring,
    carry_out,
    create,
    digest_of,
    issue,
    live,
)
from tests.stores.vandal import OfFile, OfServer, Vandal, opened

from chaveiro.core.attempt import Attempt, Need, presented
from chaveiro.core.change import Change
from chaveiro.core.command import (
    AddUser,
    ChangePassword,
    Command,
    CreateRole,
    DeactivateKey,
    DeleteKey,
    GiveSetUpLink,
    GrantToKey,
    GrantToUser,
    HandOver,
    IssueKey,
    ResumeAccount,
    WithdrawFromKey,
)
from chaveiro.core.credential import digest, mint_key, mint_token
from chaveiro.core.decision import Allowed, decide
from chaveiro.core.event import KeyActivated, KeyGranted, RoleEdited, UserGranted
from chaveiro.core.keyring import Damaged, Keyring, Part
from chaveiro.core.names import AppKey, Email, KeyId, Moment, RoleId
from chaveiro.serve.pepper import Pepper
from chaveiro.stores.port import AccountDamaged, AppKeyTaken, StoreUnavailable
from chaveiro.stores.sql import MacKeys, SqlStore, rowmacs, tables
from chaveiro.stores.sql.parts import SHAPES, contents, touched
from chaveiro.stores.sql.rowmacs import RowMacs

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.postgres import PostgresServer
    from tests.promises.plugin import Proof

    from chaveiro.core.event import Event
    from chaveiro.stores.sql.parts import Content, Name

OWN = AppKey("own")


@pytest.fixture(params=["sqlite", "postgres"])
def vandal(request: pytest.FixtureRequest, quick_path: Path) -> Vandal:
    if request.param == "sqlite":
        return OfFile(quick_path / "chaveiro.db")
    return OfServer(request.getfixturevalue("postgres"))


@pytest.fixture
def file(quick_path: Path) -> OfFile:
    return OfFile(quick_path / "chaveiro.db")


def furnished(vandal: Vandal) -> SqlStore:
    """Two accounts with keys, roles and people."""
    store = opened(vandal)
    live(
        store,
        [
            create(),
            create(OTHER),
            AddUser(ACME, BIA, "Bia"),
            CreateRole(ACME, "orders", frozenset(RESOURCES[:1])),
            CreateRole(ACME, "all", frozenset(RESOURCES)),
            issue(ACME, KEY_1, 1),
            issue(ACME, KEY_2, 2),
            GrantToKey(ACME, ROLE_1, KEY_1),
            GrantToKey(ACME, ROLE_2, KEY_2),
            DeactivateKey(ACME, KEY_2, "seen in a public place"),
            ChangePassword(ACME, ANA, HASH),
            GrantToUser(ACME, ROLE_1, BIA),
            CreateRole(OTHER, "theirs", frozenset(RESOURCES)),
            issue(OTHER, OWN, 3),
            GrantToKey(OTHER, ROLE_1, OWN),
        ],
    )
    return store


def allowed(keyring: Keyring, app_key: AppKey, presented_digest: bytes) -> bool:
    """Whether a token of this digest would be let through with this appKey."""
    wanted = Need((RESOURCES[1],))
    attempt = Attempt(keyring.account, presented(app_key), presented("x"), presented_digest, wanted, Moment(NOON + 50))
    return isinstance(decide(keyring, attempt), Allowed)


# What a thief of the database would write, who has the token of `own`, the third one's digest.
TAMPERINGS: dict[str, tuple[tuple[str, ...], set[Damaged]]] = {
    "two hashes swapped": (
        (
            "CREATE TABLE aside AS SELECT app_key, digest FROM keys",
            "UPDATE keys SET digest = (SELECT digest FROM aside WHERE app_key = 'key-2') WHERE app_key = 'key-1'",
            "UPDATE keys SET digest = (SELECT digest FROM aside WHERE app_key = 'key-1') WHERE app_key = 'key-2'",
        ),
        {Damaged(Part.KEY, KEY_1), Damaged(Part.KEY, KEY_2)},
    ),
    "an own hash under another account's key": (
        ("UPDATE keys SET digest = (SELECT digest FROM keys WHERE app_key = 'own') WHERE app_key = 'key-1'",),
        {Damaged(Part.KEY, KEY_1)},
    ),
    "a role linked": (
        (
            ("INSERT INTO key_grants SELECT app_key, 2, role_account, until, seq, given_at, given_by, given_why"
            " FROM key_grants WHERE app_key = 'key-1'"),
        ),
        {Damaged(Part.KEY, KEY_1)},
    ),
    "a state turned": (
        ("UPDATE keys SET inactive_at = NULL, inactive_by = NULL, inactive_why = NULL WHERE app_key = 'key-2'",),
        {Damaged(Part.KEY, KEY_2)},
    ),
    "a resource added to a role": (
        (("INSERT INTO role_resources SELECT account, 1, product, key FROM role_resources"
         " WHERE account = 'acme' AND role = 2 AND key = 'ViewOrder'"),),
        {Damaged(Part.ROLE, "1")},
    ),
    "a password put in place": (
        ("UPDATE passwords SET hash = '$argon2id$v=19$m=65536,t=3,p=4$b3du$b3du' WHERE account = 'acme'",),
        {Damaged(Part.USER, ANA)},
    ),
    # And what goes around the MACs rather than past them.
    "a key moved to another account with its MAC": (
        (
            "UPDATE keys SET account = 'acme' WHERE app_key = 'own'",
            "UPDATE key_grants SET role_account = 'acme' WHERE app_key = 'own'",
            "UPDATE row_macs SET account = 'acme' WHERE name = 'own'",
        ),
        {Damaged(Part.KEY, OWN)},
    ),
    "another account's role put in place of one, with its MAC": (
        (
            "DELETE FROM role_resources WHERE account = 'acme' AND role = 1",
            "DELETE FROM roles WHERE account = 'acme' AND id = 1",
            "INSERT INTO roles (account, id, name) SELECT 'acme', id, name FROM roles WHERE account = 'other'",
            "INSERT INTO role_resources SELECT 'acme', role, product, key FROM role_resources WHERE account = 'other'",
            ("UPDATE row_macs SET mac = (SELECT other.mac FROM row_macs AS other WHERE other.account = 'other'"
            " AND other.part = 'role' AND other.name = '1') WHERE account = 'acme' AND part = 'role' AND name = '1'"),
        ),
        {Damaged(Part.ROLE, "1")},
    ),
    "a MAC taken from another key": (
        (
            "UPDATE keys SET inactive_at = NULL, inactive_by = NULL, inactive_why = NULL WHERE app_key = 'key-2'",
            "UPDATE row_macs SET mac = (SELECT mac FROM row_macs WHERE name = 'key-1') WHERE name = 'key-2'",
        ),
        {Damaged(Part.KEY, KEY_2)},
    ),
    "every MAC of the account taken away": (
        ("DELETE FROM row_macs WHERE account = 'acme' AND part = 'key'",),
        {Damaged(Part.KEY, KEY_1), Damaged(Part.KEY, KEY_2)},
    ),
    "a key's row taken away": (
        ("DELETE FROM key_grants WHERE app_key = 'key-2'", "DELETE FROM keys WHERE app_key = 'key-2'"),
        {Damaged(Part.KEY, KEY_2)},
    ),
    "two roles that change places, each with its MAC": (
        (
            "UPDATE roles SET id = id + 10 WHERE account = 'acme'",
            "UPDATE roles SET id = 13 - id WHERE account = 'acme'",
            "UPDATE role_resources SET role = role + 10 WHERE account = 'acme'",
            "UPDATE role_resources SET role = 13 - role WHERE account = 'acme'",
            "UPDATE row_macs SET name = 'aside' WHERE account = 'acme' AND part = 'role' AND name = '1'",
            "UPDATE row_macs SET name = '1' WHERE account = 'acme' AND part = 'role' AND name = '2'",
            "UPDATE row_macs SET name = '2' WHERE account = 'acme' AND part = 'role' AND name = 'aside'",
        ),
        {Damaged(Part.ROLE, "1"), Damaged(Part.ROLE, "2")},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TAMPERINGS)
def test_what_a_thief_of_the_database_writes_is_refused_and_told(vandal: Vandal, name: str, proof: Proof) -> None:
    """Neither the key nor the role gives anything more; the part is named as damaged, and the others go on."""
    statements, expected = TAMPERINGS[name]
    furnished(vandal).close()
    for statement in statements:
        vandal.run(statement)
    store = opened(vandal)
    found = store.keyring(ACME)
    assert found.damaged == expected
    digests = [random.Random(number).randbytes(32) for number in (1, 2, 3)]
    assert not any(allowed(found, key, one) for key in (KEY_1, KEY_2, OWN) for one in digests)
    assert {KEY_1, KEY_2} - {one.name for one in expected} <= found.keys.keys()
    assert not store.keyring(OTHER).damaged - expected
    store.close()
    proof("G8", dose=1, figure="every forged row refused and named")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE accounts SET sponsor = 'thief@acme.example' WHERE name = 'acme'",
        "UPDATE accounts SET suspended_at = NULL, suspended_by = NULL, suspended_why = NULL WHERE name = 'acme'",
        "UPDATE accounts SET format = 'imagined' WHERE name = 'acme'",
        "UPDATE accounts SET catalogue = '' WHERE name = 'acme'",
        "INSERT INTO token_periods VALUES ('acme', 9999)",
        "INSERT INTO transfers VALUES ('acme', 'bia@acme.example', 9e9, 1.0, 'x', '')",
        "DELETE FROM row_macs WHERE account = 'acme' AND part = 'account'",
        "DELETE FROM accounts WHERE name = 'acme'",
        "UPDATE accounts SET seq = 1000000 WHERE name = 'acme'",
    ],
)
def test_of_a_damaged_account_nobody_can_tell_anything(vandal: Vandal, statement: str) -> None:
    """No key of it is allowed, none refused; another account is as it was."""
    store = furnished(vandal)
    vandal.run("UPDATE accounts SET suspended_at = 1.0, suspended_by = '', suspended_why = '' WHERE name = 'acme'")
    suspended = RowMacs(KEYS.rows)
    with store._database.writing() as connection:  # as if it had been suspended in order
        connection.execute(tables.row_macs.delete().where(tables.row_macs.c.account == ACME))
        suspended.make(connection, ACME)
        connection.execute(tables.accounts.update().where(tables.accounts.c.name == ACME).values(catalogue="# a"))
        connection.execute(tables.row_macs.delete().where(tables.row_macs.c.account == ACME))
        suspended.make(connection, ACME)
    assert store.keyring(ACME).suspended
    before = store.keyring(OTHER)
    vandal.run(statement)
    with pytest.raises(AccountDamaged):
        store.keyring(ACME)
    assert store.keyring(OTHER) == before
    store.close()


# They say in which order rows are read, or what is compared with the newest change, and give nobody anything.
ORDER_ALONE = {"seq"}
FULL: tuple[Command, ...] = (
    *(one for one in EVERY_EVENT if one not in {DeleteKey(ACME, KEY_1), DeleteKey(ACME, AWAY_2)}),
    ResumeAccount(ACME),
    AddUser(ACME, CAIO, "Caio"),
    GiveSetUpLink(ACME, CAIO, digest_of(20)),
    GrantToUser(ACME, ROLE_1, CAIO, LATER),
    HandOver(ACME, KEY_1, "6" * 32),
    bring(ACME, AppKey("key-4"), 30, "sha512"),
)


def other_values(value: object, kind: object) -> list[object]:
    """Other values of the same type, as near as can be."""
    if value is None:
        return [1.0 if isinstance(kind, Double) else "0" * 64]
    if isinstance(value, float):
        return [value + 0.25, value - 1.0]
    if isinstance(value, int):
        return [value + 1]
    assert isinstance(value, str)
    return [f"{value} ", f"{'0' if value[:1] != '0' else '1'}{value[1:]}", ""] if value else ["x"]


def test_every_column_of_every_row_is_covered(file: OfFile) -> None:
    """One letter, one digit or a quarter of a second anywhere: what it belongs to is damaged."""
    store = opened(file)
    live(store, FULL)
    assert not store.keyring(ACME).damaged
    seen, unseen = 0, []
    with closing(sqlite3.connect(file.path, isolation_level=None)) as database:
        for part, shape in SHAPES.items():
            for table in (shape.table, *(one.table for one in shape.hanging)):
                rows = database.execute(f"SELECT rowid, * FROM {table.name}").fetchall()  # noqa: S608 - our own name
                assert rows, f"nothing stands in {table.name}"
                for column, (rowid, *values) in product(table.c, rows):
                    value = values[list(table.c).index(column)]
                    for other in other_values(value, column.type) if column.name not in ORDER_ALONE else ():
                        change = f"UPDATE {table.name} SET {column.name} = ? WHERE rowid = ?"  # noqa: S608 - likewise
                        with suppress(sqlite3.IntegrityError):
                            database.execute(change, (other, rowid))
                            seen += 1
                            if part not in damaged_parts(store):
                                unseen.append((table.name, column.name, value, other))
                            database.execute(change, (value, rowid))
    assert not unseen
    assert seen > 500
    assert not store.keyring(ACME).damaged, "and all is as it was"
    store.close()


def damaged_parts(store: SqlStore) -> set[Part]:
    try:
        return {one.part for one in store.keyring(ACME).damaged}
    except AccountDamaged:
        return {Part.ACCOUNT}


def test_a_mac_is_of_one_part_of_one_account(file: OfFile) -> None:
    """The same rows under another name, or in another account, have another one: none goes with what is moved."""
    store, row_macs = furnished(file), RowMacs(KEYS.rows)
    with store._reading() as connection:
        for part in (Part.ACCOUNT, Part.USER, Part.ROLE, Part.KEY):
            found = dict(contents(connection, part, ACME))
            assert found
            for name, content in found.items():
                another = RoleId(name + 1) if isinstance(name, int) else AppKey(f"{name}x")
                own = row_macs.mac(ACME, part, name, content)
                assert own != row_macs.mac(ACME, part, another, content)
                assert own != row_macs.mac(OTHER, part, name, content)
    store.close()


def test_a_row_taken_away_or_put_beside_is_seen(file: OfFile) -> None:
    """A grant, a resource, a retired token: what is missing changes a MAC as much as what is new."""
    store = opened(file)
    live(store, FULL)
    for part, shape in SHAPES.items():
        for table in (shape.table, *(one.table for one in shape.hanging)):
            columns = ", ".join(table.c.keys())
            (row,) = file.run(f"SELECT {columns} FROM {table.name} LIMIT 1")  # noqa: S608 - our own names
            where = " AND ".join(f"{one.name} IS ?" for one in table.c)
            file.run(f"DELETE FROM {table.name} WHERE {where}", *row)  # noqa: S608 - likewise
            assert part in damaged_parts(store), table.name
            file.run(f"INSERT INTO {table.name} VALUES ({', '.join('?' * len(row))})", *row)  # noqa: S608 - likewise
    store.close()


def test_a_change_never_makes_what_was_damaged_believed(vandal: Vandal) -> None:
    """Whoever changes something else about a damaged part does not vouch for the rest of it."""
    store = furnished(vandal)
    known = store.keyring(ACME)
    for statement in chain.from_iterable(TAMPERINGS[one][0] for one in list(TAMPERINGS)[1:6]):
        vandal.run(statement)
    by = OPERATOR
    mark = Moment(NOON + 100)
    events: tuple[Event, ...] = (
        KeyActivated(KEY_1),
        KeyGranted(ROLE_2, KEY_1, None),
        KeyActivated(KEY_2),
        RoleEdited(ROLE_1, "orders, edited", frozenset(RESOURCES[3:]), frozenset()),
        UserGranted(ROLE_2, ANA, None),
    )
    for one in events:
        known = replace(known, revision=store.commit(Change(ACME, mark, by, one), seen=known.revision))
    found = store.keyring(ACME)
    expected = {Damaged(Part.KEY, KEY_1), Damaged(Part.KEY, KEY_2), Damaged(Part.ROLE, "1"), Damaged(Part.USER, ANA)}
    assert found.damaged == expected
    assert not found.keys
    assert found.revision == known.revision, "the changes are there, and so is their place in the order"
    store.close()


def test_what_was_put_where_nothing_is_yet_is_no_part_of_what_comes_there(vandal: Vandal) -> None:
    """Who knows the number of the next role, or the name of a key or user to come, gives them nothing beforehand."""
    store = furnished(vandal)
    next_role, fresh, dana = RoleId(3), AppKey("fresh-1"), Email("dana@acme.example")
    given = (1, ACME, None, 1, NOON, OPERATOR.name, "")
    vandal.run(
        "INSERT INTO role_resources (account, role, product, key) VALUES (?, ?, 'Any', 'Thing')", ACME, next_role
    )
    vandal.run(
        "INSERT INTO key_grants (app_key, role, role_account, until, seq, given_at, given_by, given_why)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        fresh,
        *given,
    )
    vandal.run(
        "INSERT INTO user_grants (account, email, role, role_account, until, seq, given_at, given_by, given_why)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        ACME,
        dana,
        *given,
    )
    others = store.keyring(ACME).keys
    carry_out(store, CreateRole(ACME, "new", frozenset(RESOURCES[:1])))
    carry_out(store, issue(ACME, fresh, 7))
    carry_out(store, AddUser(ACME, dana, "Dana"))
    found = store.keyring(ACME)
    assert found.roles[next_role].resources == frozenset(RESOURCES[:1])
    assert (found.keys[fresh].grants, found.users[dana].grants) == ((), ())
    assert {name: key for name, key in found.keys.items() if name != fresh} == others
    assert not found.damaged
    store.close()


def test_a_damaged_role_keeps_its_number(file: OfFile) -> None:
    """No new role gets it, and with it the links of the old one."""
    store = furnished(file)
    file.run("UPDATE roles SET name = 'x' WHERE account = 'acme' AND id = 2")
    role = store.keyring(ACME).roles.get(ROLE_2)
    assert role is not None
    assert (role.deleted is not None, role.resources) == (True, frozenset())
    carry_out(store, CreateRole(ACME, "new", frozenset(RESOURCES)))
    assert set(store.keyring(ACME).roles) == {ROLE_1, ROLE_2, RoleId(3)}
    store.close()


def test_a_stolen_database_verifies_no_token(file: OfFile, proof: Proof) -> None:
    """Of 100 tokens, none matches what any key keeps, under any pepper that the thief can think of."""
    pepper = random.Random(1).randbytes(32)
    store, dice = opened(file), random.Random(2)
    live(store, [create(), CreateRole(ACME, "all", frozenset(RESOURCES))])
    pairs = []
    for number in range(100):
        app_key = mint_key(dice.randbytes(10))
        token = mint_token(app_key, dice.randbytes(33)).reveal()
        pairs.append((app_key, token))
        carry_out(store, IssueKey(ACME, app_key, KeyId(f"{number:032x}"), digest(pepper, token), f"key {number}"))
        carry_out(store, GrantToKey(ACME, ROLE_1, app_key))
    thieves = store.keyring(ACME)
    assert all(allowed(thieves, key, digest(pepper, token)) for key, token in pairs), "the owner's pepper opens all"
    guesses = (
        bytes(32),
        b"chaveiro" * 4,
        *(bytes.fromhex(row[0])[:32] for row in file.run("SELECT mac FROM row_macs")),
    )
    assert not any(allowed(thieves, key, digest(guess, token)) for key, token in pairs for guess in guesses[:10])
    plain = [hashlib.blake2b(token.encode(), digest_size=32).digest() for _, token in pairs]
    plain += [hashlib.sha256(token.encode()).digest() for _, token in pairs]
    kept = {bytes.fromhex(row[0]) for row in file.run("SELECT digest FROM keys")}
    assert len(kept) == 100
    assert kept.isdisjoint(plain)
    store.close()
    proof("G8", dose=100, figure="0 of 100 tokens verify without the pepper")


def test_every_change_makes_the_macs_of_what_it_touches_and_no_others(file: OfFile) -> None:
    """After any history each part has the MAC of its rows, and a part that is gone has none."""
    store, dice = opened(file), random.Random(7)
    live(store, [create(), create(OTHER)])
    for _ in range(400):
        before = dict(macs(file))
        with suppress(AppKeyTaken):
            carry_out(store, anything(dice))
        (change,) = [one.change for one in store.newest_changes(ACME, limit=1)]
        allowed_to = {(part.value, str(name)) for part, names in touched(change).items() for name in names}
        assert {one for one, _ in set(macs(file)) ^ set(before.items())} <= allowed_to
    assert not store.keyring(ACME).damaged
    with store._reading() as connection:
        there = {(part.value, str(name)) for part in Part for name, _ in contents(connection, part, ACME)}
    assert macs_of(file) == there
    store.close()


def macs(file: OfFile) -> list[tuple[tuple[str, str], str]]:
    found = file.run("SELECT part, name, mac FROM row_macs WHERE account = 'acme'")
    return [((part, name), mac) for part, name, mac in found]


def macs_of(file: OfFile) -> set[tuple[str, str]]:
    return {one for one, _ in macs(file)}


def test_a_change_reads_only_what_it_touches(file: OfFile, monkeypatch: pytest.MonkeyPatch) -> None:
    """A change to one key reads the rows of that key, however many others there are."""
    store = furnished(file)
    live(store, [issue(ACME, AppKey(f"more-{number}"), 100 + number) for number in range(50)])
    read: list[object] = []

    def counted(*asked: Any) -> Iterator[tuple[Name, Content]]:
        for one in contents(*asked):
            read.append(one[0])
            yield one

    monkeypatch.setattr(rowmacs, "contents", counted)
    carry_out(store, WithdrawFromKey(ACME, ROLE_2, KEY_2))
    carry_out(store, DeactivateKey(ACME, AppKey("more-7")))
    assert read == [KEY_2, KEY_2, "more-7", "more-7"], "before and after"
    store.close()


def test_the_same_rows_have_the_same_mac_in_both_databases(quick_path: Path, postgres: PostgresServer) -> None:
    """A database can be moved from one to the other; the encoding never changes."""
    found = []
    for vandal in (OfFile(quick_path / "chaveiro.db"), OfServer(postgres)):
        store = opened(vandal)
        live(store, FULL)
        found.append(sorted(vandal.run("SELECT part, name, mac FROM row_macs")))
        store.close()
    assert found[0] == found[1]
    assert hashlib.sha256(repr(found[0]).encode()).hexdigest()[:16] == MACS_OF_FULL


# Of the whole history above, under the tests' key. Another value means that no database of today is believed any more.
MACS_OF_FULL = "2abdc998f90a86a7"


def test_each_purpose_has_a_key_of_its_own() -> None:
    """Knowing one derived key says nothing about another, and none is shown."""
    pepper = Pepper(PEPPER)
    keys = {pepper.rows, pepper.audit, pepper.sessions, pepper.snapshot, pepper.tokens, bytes.fromhex(pepper.check)}
    assert len(keys) == 6
    assert all(len(one) == 32 for one in keys)
    assert repr(replace(pepper.macs, check="")) == "MacKeys(check='')"


def older(file: OfFile) -> None:
    """Make the database of an older version, with what `furnished` puts into it."""
    store = furnished(file)
    store.close()
    file.run("DROP TABLE row_macs")
    file.run("DROP TABLE key_kinds")
    file.run("DROP TABLE exposures")
    file.run("CREATE TABLE former AS SELECT seq, account, change FROM changes")
    file.run("DROP TABLE changes")
    file.run(
        "CREATE TABLE changes (seq INTEGER NOT NULL, account TEXT NOT NULL, change TEXT NOT NULL,"
        " CONSTRAINT pk_changes PRIMARY KEY (seq)) STRICT"
    )
    file.run("CREATE INDEX ix_changes_account_seq ON changes (account, seq)")
    file.run("INSERT INTO changes SELECT * FROM former")
    file.run("DROP TABLE former")
    file.run("UPDATE alembic_version SET version_num = '0006'")


def test_an_upgrade_makes_all_macs_once(file: OfFile) -> None:
    """What a version without MACs wrote is believed at the upgrade, and from then on only what has its MAC."""
    older(file)
    store = opened(file)
    assert not store.keyring(ACME).damaged
    assert store.verify(store.anchor()).holds
    assert len(store.keyring(ACME).keys) == 2
    carry_out(store, DeactivateKey(ACME, KEY_1))
    store.close()
    file.run("DELETE FROM row_macs WHERE name = 'key-1'")
    again = opened(file)
    assert again.keyring(ACME).damaged == {Damaged(Part.KEY, KEY_1)}
    again.close()


def test_an_upgrade_that_breaks_off_leaves_the_older_database(file: OfFile, monkeypatch: pytest.MonkeyPatch) -> None:
    """MACs are made in the upgrade's own transaction, so there is no database with tables for them and none in them."""
    older(file)
    with monkeypatch.context() as patched:
        patched.setattr(RowMacs, "make", broken_off)
        with pytest.raises(KeyboardInterrupt):
            opened(file)
    assert file.run("SELECT version_num FROM alembic_version") == [("0006",)]
    assert not file.run("SELECT 1 FROM sqlite_master WHERE name = 'row_macs'")
    store = opened(file)
    assert not store.keyring(ACME).damaged
    store.close()


def test_an_upgrade_under_another_pepper_changes_nothing(file: OfFile) -> None:
    """Else the right one would find nothing that it can believe."""
    older(file)
    file.run("INSERT INTO meta VALUES ('pepper_check', 'the right one')")
    with pytest.raises(StoreUnavailable, match="put back the right one"):
        opened(file, replace(KEYS, check="another one"))
    assert file.run("SELECT version_num FROM alembic_version") == [("0006",)]
    store = opened(file, replace(KEYS, check="the right one"))
    assert not store.keyring(ACME).damaged
    store.close()


def broken_off(*_: object) -> None:
    raise KeyboardInterrupt


def test_under_another_key_nothing_is_believed(file: OfFile) -> None:
    """Whoever opens a database with another pepper gets nothing out of it."""
    furnished(file).close()
    store = opened(file, MacKeys(bytes(32), bytes(32), bytes(32)))
    with pytest.raises(AccountDamaged):
        store.keyring(ACME)
    assert not store.verify().holds
    store.close()
