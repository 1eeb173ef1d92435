"""What was put back with its older MAC, taken away or let live again is told by the changes."""

from __future__ import annotations

import random
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Any

import pytest
from tests.stores.histories import (
    ACME,
    BIA,
    CAIO,
    EVERY_EVENT,
    KEY_1,
    KEY_2,
    OTHER,
    RESOURCES,
    ROLE_1,
    ROLE_2,
    anything,
    carry_out,
    create,
    issue,
    live,
)
from tests.stores.vandal import OfFile, OfServer, Vandal, opened

from chaveiro.comparison import DIFFERENCES_MAX, Difference, Kind, Unlike, compare
from chaveiro.core.command import (
    AddUser,
    Command,
    CreateRole,
    DeactivateKey,
    DeleteKey,
    DeleteRole,
    EditRole,
    GrantToKey,
    GrantToUser,
    RemoveUser,
    SuspendAccount,
    WithdrawFromKey,
)
from chaveiro.core.keyring import Keyring, Part
from chaveiro.core.names import AccountName
from chaveiro.stores.memory import MemoryStore
from chaveiro.stores.port import AppKeyTaken
from chaveiro.stores.sql import SqlStore
from chaveiro.stores.sql.parts import SHAPES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.promises.plugin import Proof


@pytest.fixture(params=["sqlite", "postgres"])
def vandal(request: pytest.FixtureRequest, quick_path: Path) -> Vandal:
    if request.param == "sqlite":
        return OfFile(quick_path / "chaveiro.db")
    return OfServer(request.getfixturevalue("postgres"))


@pytest.fixture
def store(vandal: Vandal) -> Iterator[SqlStore]:
    """Two accounts; one has people, roles and keys."""
    with closing(opened(vandal)) as store:
        live(store, [create(), create(OTHER), AddUser(ACME, BIA, "Bia")])
        live(store, [CreateRole(ACME, "one", frozenset(RESOURCES[:1])), CreateRole(ACME, "two", frozenset(RESOURCES))])
        live(store, [issue(ACME, KEY_1), issue(ACME, KEY_2, 2)])
        live(store, [GrantToKey(ACME, ROLE_1, KEY_1), GrantToKey(ACME, ROLE_2, KEY_1), GrantToUser(ACME, ROLE_2, BIA)])
        yield store


def rows_of(part: Part, name: object) -> list[tuple[str, str, tuple[object, ...]]]:
    """Where all that is kept of a part stands, its MAC last: tables, conditions, and their values."""
    shape = SHAPES[part]
    own = (shape.table.name, f"{shape.name} = ?", (name,))
    hanging = [(one.table.name, f"{one.owner} = ?", (name,)) for one in shape.hanging]
    return [own, *hanging, ("row_macs", "part = ? AND name = ?", (part.value, str(name)))]


def taken(vandal: Vandal, part: Part, name: object) -> list[list[tuple[Any, ...]]]:
    """A copy of a part as somebody keeps it who will put it back."""
    where = rows_of(part, name)
    return [vandal.run(f"SELECT * FROM {table} WHERE {condition}", *values) for table, condition, values in where]  # noqa: S608 - our own names


def put_back(vandal: Vandal, part: Part, name: object, copy: list[list[tuple[Any, ...]]]) -> None:
    """Let a part be what it was."""
    for (table, condition, values), rows in zip(rows_of(part, name), copy, strict=True):
        vandal.run(f"DELETE FROM {table} WHERE {condition}", *values)  # noqa: S608 - our own names
        for row in rows:
            vandal.run(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", *row)  # noqa: S608 - likewise


# What each command took away, and somebody brings back: rows and MAC are Chaveiro's own, so both are believed.
REVIVALS: dict[str, tuple[Command, Part, Any, Difference]] = {
    "key switched off": (
        DeactivateKey(ACME, KEY_1), Part.KEY, KEY_1, Difference(ACME, Kind.KEY, KEY_1, Unlike.OTHER),
    ),
    "role taken from a key": (
        WithdrawFromKey(ACME, ROLE_2, KEY_1), Part.KEY, KEY_1, Difference(ACME, Kind.KEY, KEY_1, Unlike.OTHER),
    ),
    "key deleted": (DeleteKey(ACME, KEY_1), Part.KEY, KEY_1, Difference(ACME, Kind.KEY, KEY_1, Unlike.REVIVED)),
    "role made smaller": (
        EditRole(ACME, ROLE_2, "two", frozenset(), frozenset(RESOURCES[:1])), Part.ROLE, ROLE_2,
        Difference(ACME, Kind.ROLE, "2", Unlike.OTHER),
    ),
    "role deleted": (DeleteRole(ACME, ROLE_2), Part.ROLE, ROLE_2, Difference(ACME, Kind.ROLE, "2", Unlike.OTHER)),
    "user removed": (RemoveUser(ACME, BIA), Part.USER, BIA, Difference(ACME, Kind.USER, BIA, Unlike.REVIVED)),
    "account suspended": (
        SuspendAccount(ACME), Part.ACCOUNT, ACME, Difference(ACME, Kind.ACCOUNT, ACME, Unlike.OTHER),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REVIVALS)
def test_what_was_put_back_with_its_older_mac_is_seen(vandal: Vandal, store: SqlStore, name: str, proof: Proof) -> None:
    """Though every MAC is right and the chain of changes holds, the changes tell that it was taken away."""
    command, part, whom, expected = REVIVALS[name]
    copy = taken(vandal, part, whom)
    carry_out(store, command)
    assert compare(store).agrees
    put_back(vandal, part, whom, copy)
    assert not store.keyring(ACME).damaged, "it is believed"
    assert store.verify(store.anchor()).holds
    assert compare(store).differences == [expected]
    proof("G8", dose=1, figure="each part put back as it was seen")


def test_an_older_account_s_number_alone_is_seen(vandal: Vandal, store: SqlStore) -> None:
    """It stands beside the MAC, and says up to which change the rows are."""
    vandal.run("UPDATE accounts SET seq = seq - 1 WHERE name = 'acme'")
    assert compare(store).differences == [Difference(ACME, Kind.ACCOUNT, ACME, Unlike.OTHER)]


def test_what_was_taken_away_with_its_mac_is_seen(vandal: Vandal, store: SqlStore) -> None:
    """A key, an account's own row: nothing is left that could be wrong, but the changes."""
    for table, condition, values in rows_of(Part.KEY, KEY_2):
        vandal.run(f"DELETE FROM {table} WHERE {condition}", *values)  # noqa: S608 - our own names
    assert not store.keyring(ACME).damaged
    assert compare(store).differences == [Difference(ACME, Kind.KEY, KEY_2, Unlike.MISSING)]
    vandal.run("DELETE FROM users WHERE account = 'other'")
    vandal.run("DELETE FROM accounts WHERE name = 'other'")
    vandal.run("DELETE FROM row_macs WHERE account = 'other'")
    assert OTHER not in store.accounts()
    assert Difference(OTHER, Kind.ACCOUNT, OTHER, Unlike.MISSING) in compare(store).differences


def test_what_has_no_mac_is_compared_too(vandal: Vandal, store: SqlStore) -> None:
    """A deleted key is remembered, so that nobody is given its appKey, and a muted episode."""
    carry_out(store, DeleteKey(ACME, KEY_2))
    vandal.run("DELETE FROM tombstone_digests")
    vandal.run("DELETE FROM tombstones")
    vandal.run("INSERT INTO muted_episodes VALUES ('acme', 'd-1', 1, 1.0, '', '')")
    assert compare(store).differences == [
        Difference(ACME, Kind.DELETED_KEY, KEY_2, Unlike.MISSING),
        Difference(ACME, Kind.MUTED_EPISODE, "d-1", Unlike.REVIVED),
    ]


def test_what_is_refused_anyway_is_named_once(vandal: Vandal, store: SqlStore) -> None:
    """A damaged part is told as that; of a damaged account nothing else can be told."""
    vandal.run("UPDATE keys SET label = 'x' WHERE app_key = ?", KEY_1)
    vandal.run("UPDATE roles SET name = 'x' WHERE id = 1")
    vandal.run("UPDATE accounts SET sponsor = ? WHERE name = 'other'", BIA)
    assert compare(store).differences == [
        Difference(ACME, Kind.ROLE, "1", Unlike.DAMAGED),
        Difference(ACME, Kind.KEY, KEY_1, Unlike.DAMAGED),
        Difference(OTHER, Kind.ACCOUNT, OTHER, Unlike.DAMAGED),
    ]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE changes SET change = 'no JSON' WHERE seq = 4",
        "DELETE FROM changes WHERE account = 'acme' AND change LIKE '%UserAdded%'",
        "DELETE FROM changes WHERE account = 'acme' AND change LIKE '%AccountCreated%'",
    ],
)
def test_an_account_whose_changes_say_nothing_is_told(vandal: Vandal, store: SqlStore, statement: str) -> None:
    """Nothing is compared with what cannot be read; the other account is."""
    vandal.run(statement)
    found = compare(store)
    assert Difference(ACME, Kind.ACCOUNT, ACME, Unlike.UNTOLD) in found.differences
    assert not [one for one in found.differences if one.account == OTHER]
    assert not store.verify().holds


def test_no_name_shows_a_token(vandal: Vandal, store: SqlStore) -> None:
    """Whoever writes rows may write a token into one; and many are counted, not all named."""
    token = "vtexapptoken-" + "A" * 150
    vandal.run("INSERT INTO muted_episodes VALUES ('acme', ?, 0, 1.0, '', '')", f"cvt_{'A' * 60}")
    vandal.run("INSERT INTO muted_episodes VALUES ('acme', ?, 0, 1.0, '', '')", token)
    for number in range(DIFFERENCES_MAX):
        vandal.run("INSERT INTO muted_episodes VALUES ('acme', ?, 1, 1.0, '', '')", str(number))
    found = compare(store)
    assert (found.different, len(found.differences)) == (DIFFERENCES_MAX + 2, DIFFERENCES_MAX)
    assert [one.name for one in found.differences].count("") == 2
    assert not any("AAAA" in one.name for one in found.differences)


def test_every_history_agrees_with_its_rows(quick_path: Path) -> None:
    """Whatever happened in order, nothing differs; a store that keeps no rows agrees with itself."""
    dice = random.Random(11)
    with closing(opened(OfFile(quick_path / "chaveiro.db"))) as file:
        for store in (file, MemoryStore()):
            live(store, (*EVERY_EVENT, *[create(one) for one in (ACME, OTHER) if one not in store.accounts()]))
            for _ in range(120):
                with suppress(AppKeyTaken):
                    carry_out(store, anything(dice, dice.choice((ACME, OTHER))))
            found = compare(store)
            assert (found.agrees, found.accounts) == (True, len(store.accounts()))
            assert found.parts > 10


def test_who_writes_meanwhile_is_no_difference(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Changes between the reading of the audit and that of the rows are folded on; later ones are not."""
    keyring = store.keyring
    commands: list[Command] = [AddUser(ACME, CAIO, "Caio"), DeactivateKey(ACME, KEY_2)]

    def read(account: AccountName) -> Keyring:
        if account != ACME or not commands:
            return keyring(account)
        before, after = commands.pop(0), commands.pop(0)
        carry_out(store, before)
        found = keyring(account)
        carry_out(store, after)
        return found

    monkeypatch.setattr(store, "keyring", read)
    assert compare(store).agrees
    known = keyring(ACME)
    assert CAIO in known.users
    assert known.keys[KEY_2].inactive is not None, "both were written"
