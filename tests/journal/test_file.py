"""The journal's file: whole lines or nothing, whoever is killed, however many write, however full the disk."""

from __future__ import annotations

import errno
import json
import os
import random
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from tests.dose import dose
from tests.stores.histories import (
    ACME,
    BIA,
    EVERY_EVENT,
    KEY_1,
    NOON,
    ROLE_1,
    carry_out,
    create,
    digest_of,
    issue,
    live,
)

from chaveiro.core.command import ActivateKey, AddUser, BlockKey, DeactivateKey, FinishRenewal, RemoveUser, RenewKey
from chaveiro.core.keyring import Revision
from chaveiro.core.names import AppKey, Email, Moment
from chaveiro.journal import FileJournal, JournalDamaged, Standing, memory
from chaveiro.journal import file as journal_file
from chaveiro.stores.memory import MemoryStore
from chaveiro.stores.port import Anchor, StoreUnavailable

KILLS = dose(10, 40, 200)


@pytest.fixture
def path(quick_path: Path) -> Path:
    return quick_path / "journal"


@pytest.fixture
def store() -> MemoryStore:
    store = MemoryStore(epoch="00000001")
    live(store, [create(), issue(ACME, KEY_1, 1)])
    return store


def told(journal: FileJournal, store: MemoryStore, *commands: object) -> None:
    for command in commands:
        carry_out(store, command)  # type: ignore[arg-type] # whatever there is
        journal.note(store.changes(limit=100_000)[-1], store)


def kinds(path: Path) -> list[str]:
    """What a reader finds, without what was lifted."""
    return [fact.subject.kind.value for fact in FileJournal.open(path)._memory.standing]


def test_it_is_the_owners_alone_and_holds_no_token(path: Path, store: MemoryStore) -> None:
    """Mode 0600; no digest, no password, no reason that somebody gave."""
    live(store, EVERY_EVENT[1:])
    journal = FileJournal.open(path)
    journal.catch_up(store)
    journal.close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    written = path.read_text()
    for number in range(1, 15):
        assert digest_of(number).hex() not in written
    assert "argon2" not in written
    assert "unpaid" not in written
    assert "cvt_" not in written


def test_what_is_noted_is_on_the_disk(path: Path, store: MemoryStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file is synchronised before `note` returns, and its folder once it is made."""
    synchronised: list[str] = []
    fsync = os.fsync

    def seen(descriptor: int) -> None:
        synchronised.append(str(Path(f"/proc/self/fd/{descriptor}").readlink()))
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", seen)
    journal = FileJournal.open(path)
    told(journal, store, DeactivateKey(ACME, KEY_1))
    assert synchronised == [str(path.parent), str(path)]
    assert kinds(path) == ["key_inactive"]


def test_whose_file_another_process_writes_remembers_and_writes_nothing(path: Path, store: MemoryStore) -> None:
    """A check worker waits neither for the disk nor for whoever manages, and would revoke again all the same."""
    FileJournal.open(path).catch_up(store)
    before = path.read_bytes()
    journal = FileJournal.open(path, writes=False)
    told(journal, store, DeactivateKey(ACME, KEY_1))
    journal.follow(store.head(), store)
    journal.close()
    assert path.read_bytes() == before
    assert [fact.subject.kind.value for fact in journal._memory.standing] == ["key_inactive"]


def test_a_torn_line_is_none(path: Path, store: MemoryStore) -> None:
    """Whatever of the last line was written before a kill is left out, and the next line begins anew."""
    journal = FileJournal.open(path)
    told(journal, store, DeactivateKey(ACME, KEY_1))
    whole = path.read_bytes()
    told(journal, store, RemoveUser(ACME, BIA), AddUser(ACME, BIA, "Bia"), RemoveUser(ACME, BIA))
    line = path.read_bytes()[len(whole) :]
    for end in range(1, len(line)):
        path.write_bytes(whole + line[:end])
        assert kinds(path) == ["key_inactive"]
        again = FileJournal.open(path)
        told(
            again,
            store,
            AddUser(ACME, Email(f"a{end}@acme.example"), "A"),
            RemoveUser(ACME, Email(f"a{end}@acme.example")),
        )
        assert kinds(path) == ["key_inactive", "user_removed"]


def test_a_damaged_line_is_no_guess(path: Path, store: MemoryStore) -> None:
    """A whole line that is none stops whoever reads it, and says which."""
    journal = FileJournal.open(path)
    told(journal, store, DeactivateKey(ACME, KEY_1))
    good = path.read_bytes()
    for wrong in (b"{}", b"x", b'{"fact":"other","account":"a","rev":"00000001.1","at":1}', b'{"applied":"1"}', b"[]"):
        path.write_bytes(good + wrong + b"\n" + good)
        with pytest.raises(JournalDamaged, match="line 2"):
            FileJournal.open(path)


def test_processes_that_are_killed_lose_nothing_they_noted(path: Path) -> None:
    """Writers killed at random, several at once, one of them rewriting: every acknowledged line is there, and whole."""
    dice = random.Random(5)
    acknowledged: set[str] = set()
    for number in range(KILLS):
        program = [sys.executable, "-c", WRITER, str(path), str(number)]
        with (
            subprocess.Popen(program, cwd=ROOT, stdout=subprocess.PIPE, text=True) as one,
            subprocess.Popen([*program, "x"], cwd=ROOT, stdout=subprocess.PIPE, text=True) as two,
        ):
            assert one.stdout
            assert two.stdout
            for _ in range(dice.randrange(1, 30)):
                acknowledged |= {one.stdout.readline().strip(), two.stdout.readline().strip()}
            os.kill(one.pid, signal.SIGKILL)
            os.kill(two.pid, signal.SIGKILL)
            acknowledged |= {line.strip() for line in (*one.stdout, *two.stdout) if line.endswith("\n")}
    known = {fact.subject.whom for fact in FileJournal.open(path)._memory.standing}
    assert len(acknowledged) > 4 * KILLS
    assert acknowledged <= known


ROOT = Path(__file__).parents[2]
WRITER = """
import sys
from pathlib import Path
from chaveiro.core.change import Change
from chaveiro.core.event import UserRemoved
from chaveiro.core.keyring import Actor, ActorKind, Revision
from chaveiro.core.names import AccountName, Email, Moment
from chaveiro.journal import FileJournal, file
from chaveiro.stores.memory import MemoryStore
from chaveiro.stores.port import Committed
file._SPARE_LINES = 5
store = MemoryStore()
journal = FileJournal.open(Path(sys.argv[1]))
for number in range(10_000):
    who = Email(f"{'-'.join(sys.argv[2:])}-{number}@acme.example")
    change = Change(AccountName("acme"), Moment(1.0), Actor(ActorKind.OPERATOR, "x"), UserRemoved(who))
    journal.note(Committed(Revision("00000001", number), change), store)
    if number % 3 == 0:
        with journal._lock:
            journal._rewrite()
    print(who, flush=True)
"""


def test_what_others_noted_is_kept_when_it_is_written_anew(path: Path, store: MemoryStore) -> None:
    """The one that shortens it keeps the other's lines, and the other goes on in the new file."""
    one, two = FileJournal.open(path), FileJournal.open(path)
    told(one, store, DeactivateKey(ACME, KEY_1))
    told(two, store, AddUser(ACME, BIA, "Bia"), RemoveUser(ACME, BIA))
    with two._lock:
        two._rewrite()
    assert kinds(path) == ["key_inactive", "user_removed"]
    told(one, store, RenewKey(ACME, KEY_1, digest_of(2)), FinishRenewal(ACME, KEY_1))
    assert kinds(path) == ["key_inactive", "user_removed", "handover_closed", "token_retired"]


def test_it_is_shortened_as_it_grows(path: Path, store: MemoryStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was lifted goes, so that a key switched off and on for ever fills no disk."""
    monkeypatch.setattr(journal_file, "_SPARE_LINES", 50)
    journal = FileJournal.open(path)
    for _ in range(300):
        told(journal, store, DeactivateKey(ACME, KEY_1), ActivateKey(ACME, KEY_1))
    assert len(path.read_bytes().splitlines()) < 120
    told(journal, store, DeactivateKey(ACME, KEY_1))
    assert kinds(path) == ["key_inactive"]


def test_the_oldest_are_forgotten_and_that_is_told(
    path: Path, store: MemoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beyond the bound nobody vouches for a database from before what was forgotten."""
    monkeypatch.setattr(memory, "FACTS_MAX", 3)
    journal = FileJournal.open(path)
    journal.catch_up(store)
    for number in range(5):
        who = Email(f"u{number}@acme.example")
        told(journal, store, AddUser(ACME, who, "U"), RemoveUser(ACME, who))
    with journal._lock:
        journal._rewrite()
    again = FileJournal.open(path)
    assert kinds(path) == ["user_removed"] * 3
    assert again.vouches(Revision("00000001", 6))
    assert not again.vouches(Revision("00000001", 5))


def test_how_a_database_stands_is_told(path: Path, store: MemoryStore) -> None:
    """New, where it was left or further on, taken back, or of another epoch."""
    journal = FileJournal.open(path)
    assert journal.how(store) is Standing.UNKNOWN
    assert not journal.vouches(store.head())
    told(journal, store, DeactivateKey(ACME, KEY_1))
    journal.follow(store.head(), store)
    journal.close()
    again = FileJournal.open(path)
    assert again.how(store) is Standing.FOLLOWS
    live(store, [AddUser(ACME, BIA, "Bia")])
    assert again.how(store) is Standing.FOLLOWS
    taken_back = MemoryStore(epoch="00000001")
    live(taken_back, [create()])
    assert again.how(taken_back) is Standing.OLDER
    assert again.how(MemoryStore(epoch="00000002")) is Standing.OTHER_EPOCH
    assert again.vouches(Revision("00000001", 0))


def test_what_others_committed_meanwhile_is_taken_over(path: Path, store: MemoryStore) -> None:
    """A revocation that nobody noted, as its process was killed, is found in the database's own history."""
    journal = FileJournal.open(path)
    journal.catch_up(store)
    journal.close()
    carry_out(store, DeactivateKey(ACME, KEY_1))
    carry_out(store, RenewKey(ACME, KEY_1, digest_of(2)))
    carry_out(store, FinishRenewal(ACME, KEY_1))
    again = FileJournal.open(path)
    again.catch_up(store)
    assert kinds(path) == ["key_inactive", "handover_closed", "token_retired"]


def test_nothing_counts_as_known_that_could_not_be_read(path: Path, store: MemoryStore) -> None:
    """Where the store fails while a change is noted, the next start reads it again."""

    class Failing:
        def keyring(self, account: object) -> object:
            raise StoreUnavailable("the plug was pulled")

    journal = FileJournal.open(path)
    journal.catch_up(store)
    live(store, [RenewKey(ACME, KEY_1, digest_of(2)), FinishRenewal(ACME, KEY_1)])
    journal.note(store.changes()[-1], Failing())  # type: ignore[arg-type] # only this is asked
    journal.follow(store.head(), store)
    journal.close()
    again = FileJournal.open(path)
    again.catch_up(store)
    assert kinds(path) == ["handover_closed", "token_retired"]


@pytest.fixture
def full(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """A disk that is full as long as the list is not empty."""
    state = [True]
    pwrite = os.pwrite

    def written(descriptor: int, text: bytes, at: int) -> int:
        if state:
            pwrite(descriptor, text[:5], at)
            raise OSError(errno.ENOSPC, "full")
        return pwrite(descriptor, text, at)

    monkeypatch.setattr(os, "pwrite", written)
    return state


def test_a_full_disk_is_made_room_on(path: Path, store: MemoryStore, full: list[bool]) -> None:
    """The ballast goes, and the line is written."""
    journal = FileJournal.open(path, room=lambda: bool(full) and full.pop())
    told(journal, store, DeactivateKey(ACME, KEY_1))
    assert kinds(path) == ["key_inactive"]


def test_a_line_that_does_not_fit_is_written_later(
    path: Path, store: MemoryStore, full: list[bool], capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is half there, the revocation is done, it is said in the log, and written once there is room."""
    journal = FileJournal.open(path)
    told(journal, store, DeactivateKey(ACME, KEY_1))
    assert "journal_not_written" in capsys.readouterr().out
    assert path.read_bytes() == b""
    full.clear()
    journal.follow(store.head(), store)
    assert kinds(path) == ["key_inactive"]


def test_a_disk_that_takes_nothing_is_told_once(
    path: Path, store: MemoryStore, full: list[bool], capsys: pytest.CaptureFixture[str]
) -> None:
    """However often it is tried again; and once more when it works, and when it fails after that."""
    journal = FileJournal.open(path)
    told(journal, store, DeactivateKey(ACME, KEY_1))
    for _ in range(5):
        journal.follow(store.head(), store)
    assert capsys.readouterr().out.count("journal_not_written") == 1
    full.clear()
    journal.follow(store.head(), store)
    assert "journal_written_again" in capsys.readouterr().out
    full.append(True)
    told(journal, store, BlockKey(ACME, KEY_1))
    assert "journal_not_written" in capsys.readouterr().out


def test_what_begins_anew_is_written_once_there_is_room(path: Path, store: MemoryStore) -> None:
    """A new epoch met while the folder takes no file: nothing raises, and the next poll that finds room writes it."""
    journal = FileJournal.open(path)
    journal.catch_up(store)
    other = MemoryStore(epoch="00000002")
    live(other, [create(), issue(ACME, KEY_1, 1), DeactivateKey(ACME, KEY_1)])
    blocking = path.with_name(f".{path.name}.{os.getpid()}")
    blocking.mkdir()
    (blocking / "x").touch()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Path, "unlink", lambda *_, **__: None)
        journal.begin_from(other)
    (blocking / "x").unlink()
    blocking.rmdir()
    assert FileJournal.open(path).how(other) is Standing.OTHER_EPOCH
    journal.follow(other.head(), other)
    assert FileJournal.open(path).how(other) is Standing.FOLLOWS


def test_the_audit_s_anchor_is_kept(path: Path, store: MemoryStore) -> None:
    """The newest one, also when the file is written anew."""
    journal = FileJournal.open(path)
    assert journal.anchor is None
    journal.anchored(Anchor(7, "ab" * 32))
    journal.anchored(Anchor(8, "cd" * 32))
    assert FileJournal.open(path).anchor == Anchor(8, "cd" * 32)
    told(journal, store, DeactivateKey(ACME, KEY_1))
    with journal._lock:
        journal._rewrite()
    assert FileJournal.open(path).anchor == Anchor(8, "cd" * 32)
    assert {"anchor": {"seq": 8, "mac": "cd" * 32}} in [json.loads(line) for line in path.read_text().splitlines()]


def test_a_grant_s_end_comes_back(path: Path, store: MemoryStore) -> None:
    """Moments, values and what was lifted are read as they were written."""
    journal = FileJournal.open(path)
    live(store, EVERY_EVENT[1:])
    journal.catch_up(store)
    known = journal._memory.facts
    again = FileJournal.open(path)._memory.facts
    assert again == known
    assert any(fact.until > NOON for fact in known.values())
    assert AppKey("key-1") in {fact.subject.whom for fact in known.values()}
    assert str(ROLE_1) in {fact.subject.what for fact in known.values()}
    assert Moment(NOON) <= max(fact.at for fact in known.values())
