"""Backups are whole; a restored one lets in nothing that was revoked since, or does not come into use."""

from __future__ import annotations

import random
import re
import shutil
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.dose import dose
from tests.keys import KEYS
from tests.stores.writers import Writers, running

from chaveiro.core.attempt import Need, Request, presented
from chaveiro.core.change import Change
from chaveiro.core.command import (
    AcceptSponsorship,
    ActivateKey,
    AddUser,
    BlockKey,
    CreateAccount,
    CreateRole,
    DeactivateKey,
    DeleteKey,
    DeleteRole,
    EditRole,
    FinishRenewal,
    GrantToKey,
    InviteSponsor,
    Refusal,
    ResumeAccount,
    SuspendAccount,
    WithdrawFromKey,
)
from chaveiro.core.decision import Allowed
from chaveiro.core.keyring import Actor, ActorKind
from chaveiro.core.names import AccountName, Email, KeyId, Moment, Resource, RoleId
from chaveiro.core.plan import plan
from chaveiro.doors.cli.app import run
from chaveiro.node import Issued
from chaveiro.serve import CannotStart, NotEmbedded, WouldRevive, backup, open_house, restore
from chaveiro.serve.house import serving_house
from chaveiro.serve.journal import hold, open_journal
from chaveiro.serve.pepper import read_pepper
from chaveiro.settings import Settings
from chaveiro.stores.port import AccountDamaged, StoreUnavailable
from chaveiro.stores.sql import SqlStore
from chaveiro.stores.sql.backup import back_up, examined

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.promises.plugin import Proof

    from chaveiro.core.command import Command
    from chaveiro.serve import House

ACME, ANA, BIA = AccountName("acme"), Email("ana@acme.example"), Email("bia@acme.example")
SPONSOR, ROOT = Actor(ActorKind.USER, ANA), Actor(ActorKind.OPERATOR, "root")
LIST = Resource("OMS", "ListOrders")
BACKUPS = dose(12, 12, 36)
STEP = dose(4, 1, 1)  # of what a restore does to the disk: each fourth is killed at, or each
ORDERS = RoleId(1)


class Kept:
    """An installation on the disk, whose commands are given by whoever may."""

    def __init__(self, folder: Path) -> None:
        self.settings = Settings(data=folder / "data", ballast_mib=0)
        self.folder = folder
        self.pairs: dict[str, Issued] = {}

    @property
    def database(self) -> Path:
        return self.settings.data / "chaveiro.db"

    def do(self, *commands: Command, by: Actor = SPONSOR) -> None:
        with closing(open_house(self.settings)) as house:
            for command in commands:
                done = house.node.carry_out(command, by=by)
                assert not isinstance(done, Refusal), (command, done)

    def begin(self, *labels: str) -> None:
        self.do(CreateAccount(ACME, ANA), by=ROOT)
        self.do(CreateRole(ACME, "orders", frozenset({LIST})))
        with closing(open_house(self.settings)) as house:
            for label in labels:
                issued = house.node.issue(ACME, label=label, by=SPONSOR)
                assert isinstance(issued, Issued)
                self.pairs[label] = issued
                house.node.carry_out(GrantToKey(ACME, ORDERS, issued.app_key), by=SPONSOR)

    def allowed(self) -> set[str]:
        """Which of the pairs may list orders."""
        with closing(open_house(self.settings)) as house:
            return {label for label, pair in self.pairs.items() if _allows(house, pair)}


def _allows(house: House, pair: Issued) -> bool:
    request = Request(presented(pair.app_key), presented(pair.token.reveal()), need=Need((LIST,)))
    return isinstance(house.node.check(ACME, request).verdict, Allowed)


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    return Kept(tmp_path)


@pytest.fixture(scope="module")
def writers() -> Iterator[Writers]:
    with running() as found:
        yield found


# -- backups


def test_a_backup_under_load_has_all_that_was_acknowledged(writers: Writers, tmp_path: Path, proof: Proof) -> None:
    """While processes write, each backup has every change that was acknowledged before it began, and is whole."""
    url = f"sqlite:///{tmp_path}/chaveiro.db"
    with closing(SqlStore.open(url, keys=KEYS)):
        pass
    writers.start(url, writers=2, commits=BACKUPS * 12, kind="anything")
    acknowledged: set[int] = set()
    held: list[tuple[set[int], Path]] = []
    for mark, number in writers.reports():
        if mark == "=":
            acknowledged.add(number)
            if len(acknowledged) >= 8 * (len(held) + 1) and len(held) < BACKUPS:
                to = tmp_path / f"backup-{len(held)}.db"
                before = set(acknowledged)
                back_up(tmp_path / "chaveiro.db", to)
                held.append((before, to))
    assert len(held) == BACKUPS
    for before, to in held:
        with closing(sqlite3.connect(to)) as connection:
            found = {seq for (seq,) in connection.execute("SELECT seq FROM changes")}
        assert before <= found
        assert found == set(range(1, max(found) + 1))
        assert examined(to).revision.seq == max(found)
    assert len({examined(to).revision.seq for _, to in held}) > BACKUPS // 2, "nobody wrote meanwhile"
    proof("G21", dose=f"{BACKUPS} backups under load", figure=f"{sum(len(one) for one, _ in held)} rows, 0 missing")


def test_copying_the_file_alone_misses_changes(kept: Kept) -> None:
    """What the manual warns of: `cp` opens and passes SQLite's check without the newest changes; a backup has them."""
    kept.begin()
    with closing(open_house(kept.settings)) as house:
        house.node.carry_out(AddUser(ACME, BIA, "Bia"), by=SPONSOR)
        shutil.copy(kept.database, kept.folder / "copied.db")
        whole = backup(kept.settings, kept.folder / "whole.db")
        assert whole.revision == house.store.head()
    with closing(sqlite3.connect(kept.folder / "copied.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("SELECT max(seq) FROM changes").fetchone()[0] < whole.revision.seq


def test_a_backup_is_one_file_of_its_owner_alone(kept: Kept) -> None:
    """Mode 0600, nothing beside it, the counts told are those in it, and no token is in it."""
    kept.begin("erp", "shop")
    folder = kept.folder / "backups"
    folder.mkdir()
    copied = backup(kept.settings, folder / "a.db")
    assert [one.name for one in folder.iterdir()] == ["a.db"]
    assert stat.S_IMODE((folder / "a.db").stat().st_mode) == 0o600
    assert (copied.accounts, copied.users, copied.keys) == (1, 1, 2)
    content = (folder / "a.db").read_bytes()
    assert copied.bytes == len(content)
    for pair in kept.pairs.values():
        assert pair.token.reveal().encode() not in content
        assert pair.token.reveal()[4:].encode() not in content
    assert pair.app_key.encode() in content


def test_nothing_is_overwritten(kept: Kept) -> None:
    """Not a file, not a link to one that is not there."""
    kept.begin()
    there, dangling = kept.folder / "there", kept.folder / "dangling"
    there.write_text("mine")
    dangling.symlink_to(kept.folder / "nowhere")
    for file in (there, dangling):
        with pytest.raises(StoreUnavailable, match="exists and is not overwritten"):
            backup(kept.settings, file)
    assert there.read_text() == "mine"
    assert not (kept.folder / "nowhere").exists()


def test_a_backup_that_fails_leaves_nothing(kept: Kept) -> None:
    """Neither a half file nor one that is not a database."""
    kept.begin()
    content = bytearray(kept.database.read_bytes())
    for page in range(8192, len(content), 4096):
        content[page : page + 64] = b"\xff" * 64
    kept.database.write_bytes(content)
    with pytest.raises(StoreUnavailable, match="is damaged"):
        backup(kept.settings, kept.folder / "a.db")
    with pytest.raises(StoreUnavailable, match="cannot be written"):
        backup(kept.settings, kept.folder / "nowhere" / "a.db")
    assert {one.name for one in kept.folder.iterdir()} == {"data"}


# -- restoring

REVOCATIONS: dict[str, Callable[[Issued], Command]] = {
    "deactivated": lambda pair: DeactivateKey(ACME, pair.app_key),
    "blocked": lambda pair: BlockKey(ACME, pair.app_key),
    "deleted": lambda pair: DeleteKey(ACME, pair.app_key),
    "unlinked": lambda pair: WithdrawFromKey(ACME, ORDERS, pair.app_key),
}


def test_every_key_revoked_since_stays_refused(kept: Kept, proof: Proof) -> None:
    """A backup, then every kind of revocation, then the backup again: what was revoked is refused, the rest allowed."""
    kept.begin(*REVOCATIONS, "renewed", "untouched")
    backup(kept.settings, kept.folder / "a.db")
    assert kept.allowed() == {*REVOCATIONS, "renewed", "untouched"}
    kept.do(*(command(kept.pairs[name]) for name, command in REVOCATIONS.items()))
    with closing(open_house(kept.settings)) as house:
        house.node.renew(ACME, kept.pairs["renewed"].app_key, by=SPONSOR)
    kept.do(FinishRenewal(ACME, kept.pairs["renewed"].app_key))
    assert kept.allowed() == {"untouched"}
    done = restore(kept.settings, kept.folder / "a.db")
    assert kept.allowed() == {"untouched"}
    assert len(done.again) == len(REVOCATIONS) + 1
    assert not done.let_in
    assert done.vouched
    assert done.revision.epoch != done.copied.revision.epoch
    assert done.former
    assert examined(done.former).keys == len(REVOCATIONS) - 1 + 2
    kept.do(DeleteRole(ACME, ORDERS))
    restore(kept.settings, kept.folder / "a.db")  # the same once more, over the one that was restored
    assert kept.allowed() == set()
    proof("G21", dose=f"{len(REVOCATIONS) + 2} kinds of revocation, restored twice", figure="0 revived")


def test_the_database_that_was_there_is_not_needed(kept: Kept) -> None:
    """The journal alone remembers; a database beyond repair is put aside."""
    kept.begin("erp", "shop")
    backup(kept.settings, kept.folder / "a.db")
    kept.do(EditRole(ACME, ORDERS, remove=frozenset({LIST})), DeactivateKey(ACME, kept.pairs["shop"].app_key))
    kept.database.write_bytes(b"not a database" * 1000)
    done = restore(kept.settings, kept.folder / "a.db")
    assert done.former
    assert done.former.read_bytes().startswith(b"not a database")
    assert kept.allowed() == set()
    assert kept.database.stat().st_mode & 0o777 == 0o600


def test_the_database_that_was_there_is_enough(kept: Kept) -> None:
    """Without a journal, what was revoked is found in the history of the database that is replaced."""
    kept.begin("erp", "shop")
    backup(kept.settings, kept.folder / "a.db")
    kept.do(DeactivateKey(ACME, kept.pairs["shop"].app_key))
    kept.settings.journal_path.unlink()
    restore(kept.settings, kept.folder / "a.db")
    assert kept.allowed() == {"erp"}


def test_a_machine_that_remembers_nothing_refuses(kept: Kept, tmp_path: Path) -> None:
    """On another machine nobody can tell what was revoked: it takes a word more, and changes nothing without it."""
    kept.begin("erp")
    backup(kept.settings, kept.folder / "a.db")
    new = Settings(data=tmp_path / "new", ballast_mib=0)
    new.data.mkdir()
    shutil.copy(kept.settings.pepper_path, new.pepper_path)
    with pytest.raises(WouldRevive) as refused:
        restore(new, kept.folder / "a.db")
    assert refused.value.revived == []
    assert {one.name for one in new.data.iterdir()} == {"pepper"}
    assert not restore(new, kept.folder / "a.db", accept_revived=True).vouched
    shutil.rmtree(tmp_path / "new")
    new.data.mkdir()
    shutil.copy(kept.settings.pepper_path, new.pepper_path)
    shutil.copy(kept.settings.journal_path, new.journal_path)
    assert restore(new, kept.folder / "a.db").vouched


def test_what_cannot_be_revoked_again_is_listed(kept: Kept, capsys: pytest.CaptureFixture[str]) -> None:
    """The former sponsor would come back, as the backup knows nobody to take over: it takes a word more."""
    kept.begin("erp")
    backup(kept.settings, kept.folder / "a.db")
    kept.do(AddUser(ACME, BIA, "Bia"), InviteSponsor(ACME, BIA), DeactivateKey(ACME, kept.pairs["erp"].app_key))
    kept.do(AcceptSponsorship(ACME), by=Actor(ActorKind.USER, BIA))
    before = {one.name for one in kept.settings.data.iterdir()}
    arguments = ["restore", str(kept.folder / "a.db"), "--data", str(kept.settings.data), "--lang", "en"]
    assert run(arguments) == 2
    said = capsys.readouterr().err
    assert "cannot be revoked in it: acme: " in said
    assert "bia@acme.example" in said
    assert {one.name for one in kept.settings.data.iterdir()} == before
    assert kept.allowed() == set()
    assert run([*arguments, "--accept-revived"]) == 0
    assert "Let in again, although it was revoked:" in capsys.readouterr().out
    assert kept.allowed() == set(), "what can be revoked again is, all the same"


def test_a_database_in_use_is_not_replaced(kept: Kept) -> None:
    """Neither while a server runs nor while a command does; and nobody starts while it is replaced."""
    kept.begin()
    backup(kept.settings, kept.folder / "a.db")
    with closing(open_house(kept.settings)), pytest.raises(StoreUnavailable, match="stop the server"):
        restore(kept.settings, kept.folder / "a.db")
    restore(kept.settings, kept.folder / "a.db")


@pytest.mark.parametrize(
    "wrong", ["nothing", "text", "another program's", "cut", "of another pepper", "of a newer version"]
)
def test_what_is_no_backup_of_this_installation_is_refused(kept: Kept, wrong: str) -> None:
    """The database in place stays as it was, and nothing is left beside it."""
    kept.begin("erp")
    file = kept.folder / "a.db"
    backup(kept.settings, file)
    if wrong == "nothing":
        file.unlink()
    elif wrong == "text":
        file.write_text("text" * 2000)
    elif wrong == "another program's":
        file.unlink()
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("CREATE TABLE theirs (x)")
    elif wrong == "cut":
        file.write_bytes(file.read_bytes()[:-40_000])
    elif wrong == "of another pepper":
        kept.settings.pepper_path.write_bytes(random.Random(3).randbytes(32))
    else:
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("UPDATE alembic_version SET version_num = '9999'")
            connection.commit()
    before = {one.name: one.read_bytes() for one in kept.settings.data.iterdir() if one.name != "journal"}
    with pytest.raises((CannotStart, StoreUnavailable)):
        restore(kept.settings, file)
    after = {one.name: one.read_bytes() for one in kept.settings.data.iterdir() if one.name != "journal"}
    assert after == before


def test_a_restore_that_is_killed_leaves_one_or_the_other(kept: Kept) -> None:
    """Killed before any step that touches the disk: the next start has one whole database, and revives nothing."""
    kept.begin("erp", "shop")
    backup(kept.settings, kept.folder / "a.db")
    kept.do(DeactivateKey(ACME, kept.pairs["shop"].app_key))
    pristine = kept.folder / "pristine"
    shutil.copytree(kept.settings.data, pristine)
    revisions, step, ended = set(), 0, -1
    for step in range(STEP, 200, STEP):
        shutil.rmtree(kept.settings.data)
        shutil.copytree(pristine, kept.settings.data)
        program = [sys.executable, "-c", KILLED, str(kept.settings.data), str(kept.folder / "a.db"), str(step)]
        ended = subprocess.run(program, check=False, capture_output=True).returncode
        assert kept.allowed() == {"erp"}, step
        with closing(open_house(kept.settings)) as house:
            revisions.add(house.store.head().epoch)
        if ended == 0:
            break
    assert ended == 0, "there are more steps than were killed at"
    assert step > 10, "where nothing happens, nothing was killed"
    assert len(revisions) > 1


KILLED = """
import os, signal, sys
from pathlib import Path
from chaveiro.serve import restore
from chaveiro.serve.pepper import read_pepper
from chaveiro.settings import Settings
left = [int(sys.argv[3])]
def seen(event, arguments):
    # What moves, links or removes a file, and what opens one to write.
    if event in {"os.rename", "os.link", "os.remove"} or (event == "open" and arguments[2] & (os.O_RDWR | os.O_WRONLY)):
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(seen)
restore(Settings(data=Path(sys.argv[1]), ballast_mib=0), Path(sys.argv[2]))
"""


# -- starting


def _taken_back(kept: Kept) -> None:
    """Somebody copies an old file over the database by hand."""
    with closing(SqlStore.open(f"sqlite:///{kept.database}", keys=KEYS)):
        pass
    shutil.copy(kept.folder / "a.db", kept.database)


def test_a_database_taken_back_by_hand_does_not_start(kept: Kept) -> None:
    """Exit code 2, with what would be let in and both ways on; and then each of these ways."""
    kept.begin("erp", "shop")
    backup(kept.settings, kept.folder / "a.db")
    kept.do(DeactivateKey(ACME, kept.pairs["shop"].app_key))
    _taken_back(kept)
    with pytest.raises(CannotStart, match="older than what this machine remembers"):
        open_house(kept.settings)
    program = [sys.executable, "-m", "chaveiro", "serve", "--port", "0", "--data", str(kept.settings.data)]
    ended = subprocess.run(program, check=False, capture_output=True, text=True, timeout=30)
    assert ended.returncode == 2
    assert "ready" not in ended.stdout
    assert f"acme: Key {kept.pairs['shop'].app_key} deactivated" in ended.stderr
    assert "chaveiro restore FILE" in ended.stderr
    assert "--accept-revived" in ended.stderr
    epoch = examined(kept.database).revision.epoch
    with closing(serving_house(kept.settings, accept_revived=True)) as house:
        assert house.store.head().epoch != epoch
    assert kept.allowed() == {"erp"}, "what can be revoked again is"
    _taken_back(kept)
    restore(kept.settings, kept.folder / "a.db")
    assert kept.allowed() == {"erp"}


def test_a_database_that_goes_on_starts(kept: Kept) -> None:
    """Restarts, changes by commands, a journal that was lost: none of these is a database taken back."""
    kept.begin("erp", "shop")
    kept.do(DeactivateKey(ACME, kept.pairs["shop"].app_key))
    assert kept.allowed() == {"erp"}
    kept.settings.journal_path.unlink()
    assert kept.allowed() == {"erp"}
    assert "key_inactive" in kept.settings.journal_path.read_text()
    with closing(open_house(kept.settings)) as house, closing(open_house(kept.settings)) as other:
        other.node.carry_out(DeactivateKey(ACME, kept.pairs["erp"].app_key), by=SPONSOR)
        house.node.known.refresh()
    assert kept.allowed() == set()


def test_a_damaged_journal_does_not_start(kept: Kept) -> None:
    """The file is named, and what to do."""
    kept.begin()
    kept.settings.journal_path.write_text("x\n")
    with pytest.raises(CannotStart, match=r"the journal `.*` is damaged \(line 1\): put it back"):
        open_house(kept.settings)


def test_a_new_epoch_met_at_the_start_revokes_again(kept: Kept) -> None:
    """A standby that took over while nobody ran here, and had not heard of the last revocation."""
    kept.begin("erp", "shop")
    backup(kept.settings, kept.folder / "a.db")
    kept.do(DeactivateKey(ACME, kept.pairs["shop"].app_key))
    keys = read_pepper(kept.settings.pepper_path).macs
    with closing(SqlStore.open(f"sqlite:///{kept.folder}/a.db", keys=keys)) as promoted:
        promoted.begin_epoch()
    _taken_back(kept)
    assert kept.allowed() == {"erp"}


def test_a_new_epoch_met_while_running_revokes_again(kept: Kept) -> None:
    """A node whose database is another one from one poll to the next revokes again before it decides anything."""
    kept.begin("erp", "shop")
    with closing(open_house(kept.settings)) as house, _standby(kept) as standby:
        house.node.carry_out(DeactivateKey(ACME, kept.pairs["shop"].app_key), by=SPONSOR)
        _promote(standby, house)
        assert not _allows(house, kept.pairs["shop"])
        assert _allows(house, kept.pairs["erp"])


def test_what_was_revoked_elsewhere_is_revoked_again_too(kept: Kept) -> None:
    """A node remembers what it followed as well as what it was told."""
    kept.begin("erp", "shop")
    with closing(open_house(kept.settings)) as house, _standby(kept) as standby, _store(kept, kept.database) as store:
        seen = store.keyring(ACME)
        change = plan(seen, DeactivateKey(ACME, kept.pairs["shop"].app_key), by=SPONSOR, at=house.node.now())
        assert isinstance(change, Change)
        store.commit(change, seen=seen.revision)
        house.node.known.refresh()
        _promote(standby, house)
        assert not _allows(house, kept.pairs["shop"])
        assert _allows(house, kept.pairs["erp"])


@contextmanager
def _store(kept: Kept, file: Path) -> Iterator[SqlStore]:
    keys = read_pepper(kept.settings.pepper_path).macs
    with closing(SqlStore.open(f"sqlite:///{file}", keys=keys)) as store:
        yield store


@contextmanager
def _standby(kept: Kept) -> Iterator[SqlStore]:
    """What was there until now, and will miss the rest."""
    older = kept.folder / "older.db"
    back_up(kept.database, older)
    with _store(kept, older) as standby:
        yield standby


def _promote(standby: SqlStore, house: House) -> None:
    standby.begin_epoch()
    house.node._store = house.node.known._store = standby
    house.node.known.refresh()


def _put_back(kept: Kept, standby: SqlStore, others: int) -> None:
    """It names the epoch that it is of, and others went on in it."""
    for number in range(others):
        seen = standby.keyring(ACME)
        change = plan(seen, AddUser(ACME, Email(f"u{number}@acme.example"), "U"), by=SPONSOR, at=seen.created.at)
        assert isinstance(change, Change)
        standby.commit(change, seen=seen.revision)


def test_a_switchover_that_lost_nothing_undoes_nothing(kept: Kept) -> None:
    """What was revoked here and given again elsewhere stays given when the database goes on in a new epoch."""
    kept.begin("erp", "shop")
    kept.do(DeactivateKey(ACME, kept.pairs["erp"].app_key))
    kept.do(SuspendAccount(ACME), by=ROOT)
    with _store(kept, kept.database) as store:
        for command, by in ((ActivateKey(ACME, kept.pairs["erp"].app_key), SPONSOR), (ResumeAccount(ACME), ROOT)):
            seen = store.keyring(ACME)
            change = plan(seen, command, by=by, at=Moment(seen.created.at + 60))
            assert isinstance(change, Change), change
            store.commit(change, seen=seen.revision)
        head = store.begin_epoch()
    assert kept.allowed() == {"erp", "shop"}
    with _store(kept, kept.database) as store:
        assert store.head() == head


def test_a_database_put_back_that_went_on_does_not_start(kept: Kept, capsys: pytest.CaptureFixture[str]) -> None:
    """It names the same epoch and is further on than this machine knows: its chain is another one."""
    kept.begin("erp", "shop")
    backup(kept.settings, kept.folder / "a.db")
    kept.do(DeactivateKey(ACME, kept.pairs["shop"].app_key))
    _taken_back(kept)
    with _store(kept, kept.database) as store:
        _put_back(kept, store, others=3)
        journal = open_journal(kept.settings.journal_path)
        with pytest.raises(CannotStart) as refused:
            hold(journal, store, at=Moment(0), accept_revived=False, embedded=False)
    assert "--accept-revived" in str(refused.value)
    assert "chaveiro restore" not in str(refused.value), "PostgreSQL restores its own"
    with pytest.raises(CannotStart, match="chaveiro restore FILE"):
        open_house(kept.settings)
    with closing(serving_house(kept.settings, accept_revived=True)):
        pass
    assert kept.allowed() == {"erp"}


def test_a_database_put_back_under_a_running_node_is_another_epoch(kept: Kept) -> None:
    """The same epoch and a head further on: the node drops what it knew, and revokes again, before it decides."""
    kept.begin("erp", "shop")
    with closing(open_house(kept.settings)) as house, _standby(kept) as standby:
        house.node.carry_out(DeactivateKey(ACME, kept.pairs["shop"].app_key), by=SPONSOR)
        house.node.known.refresh()
        _put_back(kept, standby, others=3)
        house.node._store = house.node.known._store = standby
        house.node.known.refresh()
        assert standby.head().epoch == house.node.known.revision.epoch
        assert not _allows(house, kept.pairs["shop"])
        assert _allows(house, kept.pairs["erp"])
        assert standby.keyring(ACME).keys[kept.pairs["shop"].app_key].inactive


def test_a_damaged_account_keeps_nobody_from_starting(kept: Kept) -> None:
    """In a new epoch, where something of it is to be revoked again: it is refused, and the others are served."""
    kept.begin("erp")
    globex = AccountName("globex")
    kept.do(CreateAccount(globex, ANA), by=ROOT)
    backup(kept.settings, kept.folder / "a.db")
    kept.do(DeactivateKey(ACME, kept.pairs["erp"].app_key))
    kept.do(SuspendAccount(globex), by=ROOT)
    with _store(kept, kept.folder / "a.db") as promoted:
        promoted.begin_epoch()
    _taken_back(kept)
    with closing(sqlite3.connect(kept.database)) as connection:
        connection.execute("UPDATE accounts SET sponsor = 'bia@acme.example' WHERE name = 'acme'")
        connection.commit()
    with closing(open_house(kept.settings)) as house:
        assert house.store.keyring(globex).suspended
        with pytest.raises(AccountDamaged):
            house.store.keyring(ACME)


# -- by whom it is asked


def test_commands_tell_people_and_programs(kept: Kept, capsys: pytest.CaptureFixture[str]) -> None:
    """In words, and as one JSON value."""
    kept.begin("erp")
    data, file = str(kept.settings.data), kept.folder / "a.db"
    assert run(["backup", str(file), "--data", data, "--json"]) == 0
    assert re.search(r'"keys": ?1\b', capsys.readouterr().out)
    assert run(["backup", str(file), "--data", data]) == 2
    assert "is not overwritten" in capsys.readouterr().err
    kept.do(DeactivateKey(ACME, kept.pairs["erp"].app_key))
    assert run(["restore", str(file), "--data", data, "--json"]) == 0
    said = capsys.readouterr().out
    assert "deactivated" in said
    assert '"all_known": true' in said


@pytest.mark.parametrize("command", ["backup", "restore"])
def test_a_server_s_database_is_left_to_it(command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """PostgreSQL makes its own backups: the command to use is named, and the URL's password is not."""
    url = "postgresql://u:hunter2@localhost/x"
    assert run([command, str(tmp_path / "a"), "--database", url, "--data", str(tmp_path), "--lang", "en"]) == 2
    said = capsys.readouterr().err
    assert ("pg_dump" if command == "backup" else "pg_restore") in said
    assert "hunter2" not in said
    with pytest.raises(NotEmbedded):
        backup(Settings(data=tmp_path, database=url), tmp_path / "a")


def test_an_id_of_one_s_own_survives_a_restore(kept: Kept) -> None:
    """Asking again under the same id makes no second key, in the restored database either."""
    kept.begin()
    own = KeyId("7" * 32)
    with closing(open_house(kept.settings)) as house:
        assert isinstance(house.node.issue(ACME, label="x", by=SPONSOR, id=own), Issued)
    backup(kept.settings, kept.folder / "a.db")
    restore(kept.settings, kept.folder / "a.db")
    with closing(open_house(kept.settings)) as house:
        assert isinstance(house.node.issue(ACME, label="x", by=SPONSOR, id=own), Refusal)
