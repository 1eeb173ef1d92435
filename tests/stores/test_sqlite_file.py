"""The SQLite file: who may open it, how it is opened, and what is said when it cannot be used."""

from __future__ import annotations

import gc
import os
import sqlite3
import stat
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.keys import KEYS
from tests.promises.plugin import Proof
from tests.stores.contract import denial, session
from tests.stores.histories import (
    ACME,
    ANA,
    BIA,
    EVERY_EVENT,
    NOON,
    OPERATOR,
    carry_out,
    create,
    digest_of,
    folded,
    issue,
    live,
)

from chaveiro.core.change import Change
from chaveiro.core.command import AddUser, DeactivateKey
from chaveiro.core.credential import digest, mint_key, mint_token
from chaveiro.core.denial import DenialId
from chaveiro.core.event import KeyIssued, UserAdded
from chaveiro.core.names import AppKey, Email, KeyId
from chaveiro.stores.port import DiskFull, StoreUnavailable
from chaveiro.stores.sql import SqlStore, sqlite

if TYPE_CHECKING:
    from collections.abc import Iterator

NOBODY = 65534


@pytest.fixture
def path(quick_path: Path) -> Path:
    return quick_path / "chaveiro.db"


@pytest.fixture
def store(path: Path) -> Iterator[SqlStore]:
    found = opened(path)
    yield found
    found.close()


def opened(path: Path) -> SqlStore:
    return SqlStore.open(f"sqlite:///{path}", keys=KEYS)


def refusal(path: Path | str) -> str:
    """The sentence with which opening is refused."""
    url = path if isinstance(path, str) else f"sqlite:///{path}"
    with pytest.raises(StoreUnavailable) as caught:
        SqlStore.open(url, keys=KEYS)
    gc.collect()  # a connection left open would warn here
    return sentence(caught)


def sentence(caught: pytest.ExceptionInfo[StoreUnavailable]) -> str:
    """What is said; nothing of the driver may be in it or behind it."""
    said = str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    assert "SQL:" not in said
    assert "sqlite3" not in said
    assert "\n" not in said
    return said


@contextmanager
def unprivileged() -> Iterator[Path]:
    """A directory of somebody who may not do everything, as whom the test goes on."""
    root = os.geteuid() == 0
    with tempfile.TemporaryDirectory() as name:
        if root:
            os.chown(name, NOBODY, -1)
            os.seteuid(NOBODY)
        try:
            yield Path(name)
        finally:
            Path(name).chmod(0o700)
            if root:
                os.seteuid(0)


# -- how it is opened


def test_a_commit_is_on_the_disk_before_it_returns(store: SqlStore, proof: Proof) -> None:
    """The log is written ahead and synchronised at each commit; the pragmas are what they were set to."""
    with store._database.writing() as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout", "query_only", "trusted_schema")
        }
        assert (connection.exec_driver_sql("PRAGMA mmap_size").scalar() or 0) == 0
    assert found == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 5000,
        "query_only": 0,
        "trusted_schema": 0,
    }
    proof("G5", dose="the settings of the database", figure="as a commit that is flushed before it returns needs them")


def test_a_new_file_is_in_its_directory_for_good(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The directory is synchronised, too: after a power cut a file that it does not name is nowhere."""
    synchronised = set()
    fsync = os.fsync

    def watched(descriptor: int) -> None:
        fsync(descriptor)
        synchronised.add(os.fstat(descriptor).st_ino)

    monkeypatch.setattr(os, "fsync", watched)
    opened(path).close()
    assert path.parent.stat().st_ino in synchronised


def test_readers_cannot_write(store: SqlStore) -> None:
    """Whoever only reads has a connection that refuses to write."""
    with pytest.raises(StoreUnavailable, match="cannot be written"), store._database.reading() as connection:
        connection.exec_driver_sql("DELETE FROM changes")


def test_a_driver_that_ignores_us_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch, proof: Proof) -> None:
    """A pragma that does not hold is found at the start."""
    monkeypatch.setitem(sqlite._PRAGMAS, "synchronous", 77)
    assert "does not keep to `synchronous=77`" in refusal(path)
    proof("G22", dose=1, figure="a driver that does not do as it is told")


def test_head_asks_for_nothing_while_nothing_happens(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Polling the head costs no query until somebody commits."""
    live(store, [create()])
    head = store.head()
    with monkeypatch.context() as patched:
        patched.setattr(store._database, "reading", None)
        assert store.head() == head
    carry_out(store, AddUser(ACME, BIA, "Bia"))
    assert store.head().seq == head.seq + 1


def test_the_files_are_the_owners_alone(store: SqlStore, path: Path) -> None:
    """The database and the files beside it, SQLite's and ours, can be opened by their owner only."""
    live(store, [create()])
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    assert modes == dict.fromkeys(["chaveiro.db", "chaveiro.db-wal", "chaveiro.db-shm", "chaveiro.db-pulse"], 0o600)


def test_no_token_is_in_the_files(store: SqlStore, path: Path, proof: Proof) -> None:
    """Neither token nor pepper is in any byte that is written; the digest is."""
    app_key, pepper = mint_key(bytes(range(10))), b"pepper of this test, 32 bytes or more"
    token = mint_token(app_key, bytes(range(33))).reveal()
    live(store, [create()])
    kept = digest(pepper, token)
    issued = KeyIssued(app_key, KeyId("0" * 32), kept, "label", "", None, None, (), registered=False)
    store.commit(Change(ACME, NOON, OPERATOR, issued), seen=store.keyring(ACME).revision)
    written = b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert kept.hex().encode() in written
    assert token[4:].encode() not in written
    assert pepper not in written
    proof("G8", dose="a database file", figure="digests alone")


# -- what is said


def test_a_missing_directory_is_named(tmp_path: Path) -> None:
    """No directory is made behind anybody's back."""
    said = refusal(tmp_path / "missing" / "chaveiro.db")
    assert said == f"the directory `{tmp_path}/missing` does not exist: create it for the user that runs this"


def test_a_directory_is_no_database(tmp_path: Path) -> None:
    """The path of a directory is told apart."""
    assert "is a directory: name a file in it" in refusal(tmp_path)


@pytest.mark.parametrize(
    "url",
    [
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite:///file:x?uri=true",
        "sqlite:///x.db?mode=ro",
        "x",
        "mysql://u:pass@h/d",
    ],
)
def test_other_urls_are_refused_unquoted(url: str) -> None:
    """A URL that names no SQLite file is refused, and not repeated: it may hold a password."""
    said = refusal(url)
    assert "write `sqlite:///` and a path" in said
    assert "pass" not in said


def test_another_file_is_not_a_database(path: Path) -> None:
    """A file of another kind is left as it is."""
    path.write_text("something else\n" * 100)
    path.chmod(0o600)
    assert refusal(path) == f"`{path}` is not an SQLite database: name another file"
    assert path.read_text().startswith("something else\n")


def test_an_open_file_is_refused(path: Path) -> None:
    """A database that every user of the machine may read is not used until that ends."""
    opened(path).close()
    path.chmod(0o644)
    assert refusal(path) == f"every user of this machine may open `{path}`: run `chmod o= {path}`"
    path.chmod(0o640)
    opened(path).close()


@pytest.mark.parametrize("everywhere", [True, False])
def test_a_damaged_file_is_found_at_the_start(path: Path, everywhere: bool) -> None:
    """Pages that do not fit together stop the start, not the first customer: also one that a start has no need of."""
    store = opened(path)
    live(store, EVERY_EVENT)
    store.close()
    content = bytearray(path.read_bytes())
    pages = range(4096, len(content), 4096)
    for page in pages if everywhere else pages[-1:]:
        content[page : page + 64] = b"\xff" * 64
    path.write_bytes(content)
    assert refusal(path) == f"`{path}` is damaged: restore a backup"


def test_a_lock_of_others_is_told(store: SqlStore, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While another process holds the lock changes are refused after a while, and reading goes on."""
    live(store, [create()])
    store.close()
    monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0.05)
    monkeypatch.setitem(sqlite._PRAGMAS, "busy_timeout", 50)
    quick = opened(path)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreUnavailable) as caught:
        carry_out(quick, AddUser(ACME, BIA, "Bia"))
    assert "was locked by others" in sentence(caught)
    assert "was locked by others" in refusal(path)
    assert list(quick.keyring(ACME).users) == [ANA]
    other.close()
    carry_out(quick, AddUser(ACME, BIA, "Bia"))
    quick.close()


def test_a_full_disk_is_told(store: SqlStore, proof: Proof) -> None:
    """When nothing fits any more changes say so and nothing is half there; reading goes on, and space is the remedy."""
    live(store, [create()])
    with store._database.writing() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count=1")
    with pytest.raises(StoreUnavailable) as caught:
        live(store, (AddUser(ACME, BIA, "x" * 10_000) for _ in range(1000)))
    assert sentence(caught).endswith("is full: free space, and changes work again")
    assert store.changes(limit=100_000)[-1].revision == store.keyring(ACME).revision
    assert store.keyring(ACME) == folded(store.changes(limit=100_000))
    with store._database.writing() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count=100000")
    live(store, [AddUser(ACME, BIA, "x" * 10_000)])
    proof("G6", dose="a full database file", figure="told as unavailable, what was there is read")


def test_room_is_given_up_for_revoking_alone(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """When nothing fits any more a revoke takes what was held for it; what is left of that is for revokes, too."""
    keys = [AppKey(f"key-{number}") for number in range(60)]
    live(store, [create(), *(issue(ACME, key, number) for number, key in enumerate(keys))])
    given: list[bool] = []

    def bound(pages: int) -> None:
        with store._database.writing() as connection:
            connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")

    def made() -> bool:
        bound(100_000)
        given.append(True)
        return True

    monkeypatch.setattr(store._database, "make_room", made)
    bound(1)
    with pytest.raises(DiskFull):
        live(store, (AddUser(ACME, Email(f"u{number}@acme.example"), "x" * 10_000) for number in range(20)))
    assert not given
    live(store, (DeactivateKey(ACME, key) for key in keys[:-1]))
    assert given == [True]
    monkeypatch.setattr(store._database._ballast, "is_short", lambda: True)  # type: ignore[attr-defined] # it is a file's
    with pytest.raises(DiskFull):
        live(store, [AddUser(ACME, BIA, "Bia")])
    with pytest.raises(DiskFull):
        store.keep_session(session(1), digest=digest_of(1))
    live(store, [DeactivateKey(ACME, keys[-1])])
    assert all(key.inactive for key in store.keyring(ACME).keys.values())


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX")
def test_a_file_that_cannot_be_written_is_told_at_the_start() -> None:
    """Not at the first change: a file without write permission, and a directory without, stop the start."""
    with unprivileged() as directory:
        path = directory / "chaveiro.db"
        opened(path).close()
        path.chmod(0o400)
        assert "permission on it and on its directory" in refusal(path)
        path.chmod(0o000)
        assert "may write to it and beside it" in refusal(path)
        path.chmod(0o600)
        directory.chmod(0o555)
        assert "this user" in refusal(path)
        assert "permission on it and on its directory" in refusal(directory / "new.db")


def test_a_file_that_became_read_only_is_told_at_the_next_change() -> None:
    """Reading goes on."""
    with unprivileged() as directory:
        path = directory / "chaveiro.db"
        store = opened(path)
        live(store, [create()])
        with store._database.writing() as connection:
            connection.exec_driver_sql("PRAGMA query_only=1")
        with pytest.raises(StoreUnavailable) as caught:
            carry_out(store, AddUser(ACME, BIA, "Bia"))
        assert sentence(caught).startswith(f"`{path}` cannot be written: give this user write permission")
        assert list(store.keyring(ACME).users) == [ANA]
        store.close()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE changes SET change = replace(change, 'AccountCreated', 'AccountImagined')",
        "UPDATE changes SET change = '{}'",
        "UPDATE denials SET denial = substr(denial, 2)",
    ],
)
def test_what_cannot_be_read_is_not_guessed(store: SqlStore, path: Path, statement: str) -> None:
    """An entry that this version does not understand is not shown, and nothing of it is quoted."""
    live(store, EVERY_EVENT)
    store.keep_denials([denial(1)], forget_before=NOON)
    other = sqlite3.connect(path)
    assert other.execute(statement).rowcount > 0
    other.commit()
    other.close()
    with pytest.raises(StoreUnavailable) as caught:
        (store.changes(), store.denials(ACME))
    assert sentence(caught).startswith("the database holds something this version cannot read")


def test_rows_that_contradict_a_change_stop_it(store: SqlStore, path: Path) -> None:
    """A database that another program changed refuses what does not fit, and writes nothing of it."""
    live(store, [create()])
    other = sqlite3.connect(path)
    other.execute("INSERT INTO users SELECT account, 'bia@acme.example', 9, 'x', 1.0, 'x', '' FROM users")
    other.commit()
    other.close()
    head = store.head()
    with pytest.raises(StoreUnavailable) as caught:
        store.commit(Change(ACME, NOON, OPERATOR, UserAdded(BIA, "Bia")), seen=head)
    assert "was changed by another program" in sentence(caught)
    assert store.head() == head


def test_without_its_line_in_the_audit_nothing_changes(store: SqlStore, path: Path) -> None:
    """Where the line cannot be written, neither is the change: both are of one transaction."""
    live(store, [create()])
    other = sqlite3.connect(path)
    other.execute("CREATE TRIGGER mute BEFORE INSERT ON changes BEGIN SELECT RAISE(ABORT, 'no line'); END")
    other.commit()
    other.close()
    before, head = store.keyring(ACME), store.head()
    with pytest.raises(StoreUnavailable):
        store.commit(Change(ACME, NOON, OPERATOR, UserAdded(BIA, "Bia")), seen=head)
    assert (store.keyring(ACME), store.head()) == (before, head)


def test_a_new_epoch_ends_what_would_come_back(store: SqlStore) -> None:
    """In an older copy somebody who was signed out is signed in, and a token that was read can be read again."""
    live(store, [create()])
    store.keep_session(session(1), digest=digest_of(1))
    store.seal("a", b"token", until=NOON)
    before = store.head()
    after = store.begin_epoch()
    assert (after, after.seq) == (store.head(), before.seq)
    assert after.epoch != before.epoch
    assert store.sessions(ACME) == ()
    assert store.session(digest_of(1)) is None
    assert store.unseal("a", at=NOON) is None


def test_a_closed_store_says_so(store: SqlStore) -> None:
    """Nothing reopens the file behind anybody's back."""
    store.close()
    store.close()
    for use in (store.head, store.accounts, lambda: store.denial(DenialId("x"))):
        with pytest.raises(StoreUnavailable, match="the store is closed"):
            use()


@pytest.mark.parametrize("replaced", [False, True])
def test_a_lost_file_is_missed(store: SqlStore, path: Path, replaced: bool) -> None:
    """A database that is removed or replaced while in use takes no change that would vanish, nor is it begun anew."""
    live(store, [create()])
    path.rename(path.with_name("away.db"))
    if replaced:
        path.write_bytes(path.with_name("away.db").read_bytes())
    for use in (store.head, lambda: carry_out(store, AddUser(ACME, BIA, "Bia"))):
        with pytest.raises(StoreUnavailable) as caught:
            use()
        assert sentence(caught) == f"`{path}` was removed or replaced while in use: start again"
    assert path.exists() == replaced
