"""What a node leaves behind on its machine: good for a start without the store, for a while, and for nothing else."""

import itertools
import os
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from tests.core.worlds import ACME, ANA, OPERATOR, PEPPER, SPONSOR
from tests.stores.histories import anything, carry_out, create, keyring_of
from tests.test_node import GLOBEX, Clock, Noted, Switchable, asking, done, furnish_account

from chaveiro.core.command import AdoptKey, BlockKey, CreateAccount
from chaveiro.core.decision import Allowed, Denied
from chaveiro.core.event import KeyBlocked
from chaveiro.core.fleet import Held
from chaveiro.core.names import AccountName, Moment
from chaveiro.node import CannotTell, Issued, Node, Verdict
from chaveiro.snapshot import PROOF, SnapshotFolder, boot
from chaveiro.stores.codec import CodecError, read_keyring, written_keyring
from chaveiro.stores.memory import MemoryStore
from chaveiro.stores.port import StoreMoved, StoreUnreachable

S = 300.0


def away() -> None:
    """A store that does not answer."""
    raise StoreUnreachable("the plug was pulled")


@dataclass
class Machine:
    """A machine on which one node after the other runs, and a store elsewhere."""

    folder: Path
    clock: Clock = field(default_factory=Clock)
    boot: str = "this one"
    store: Switchable = field(default_factory=lambda: Switchable(MemoryStore()))
    ids: Iterator[int] = field(default_factory=itertools.count)
    running: list[SnapshotFolder] = field(default_factory=list)

    def snapshot(self, *, key: bytes = bytes(32), stale_seconds_max: float = S) -> SnapshotFolder:
        made = SnapshotFolder(
            self.folder,
            key=key,
            boot=self.boot,
            boottime=self.clock.boottime,
            stale_seconds_max=stale_seconds_max,
        )
        self.running.append(made)
        return made

    def node(self, snapshot: SnapshotFolder, opening: Callable[[], None] | None = None, *, s: float = S) -> Node:
        return Node(
            self.store,
            Noted(),
            pepper=PEPPER,
            clock=self.clock.now,
            boottime=self.clock.boottime,
            mint=random.Random(next(self.ids)).randbytes,
            stale_seconds_max=s,
            opening=opening,
            snapshot=snapshot,
        )

    def kill(self) -> None:
        """End every process, without a chance to tidy up."""
        for snapshot in self.running:
            if snapshot._owner is not None:
                os.close(snapshot._owner)
                snapshot._owner = None
        self.running.clear()

    def cold(self, **snapshot: Any) -> Node:
        """Kill what runs, and begin while the store is away."""
        self.kill()
        self.store.out = True
        return self.node(self.snapshot(**snapshot), away)


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    made = Machine(tmp_path / "snapshot")
    yield made
    made.kill()


@dataclass
class Running:
    """A node that was asked about its accounts and left them behind."""

    node: Node
    snapshot: SnapshotFolder
    issued: Issued

    def leave(self) -> None:
        """Follow, then leave behind what is held."""
        self.node.known.refresh()
        self.snapshot.keep(self.node.known.held)


@pytest.fixture
def running(machine: Machine) -> Running:
    snapshot = machine.snapshot()
    node = machine.node(snapshot)
    issued = furnish_account(node)
    done(node.carry_out(CreateAccount(GLOBEX, ANA), by=OPERATOR))
    found = Running(node, snapshot, issued)
    assert isinstance(verdict(node, issued), Allowed)
    machine.clock.boot += 1
    found.leave()
    return found


def verdict(node: Node, issued: Issued, account: AccountName = ACME) -> Verdict:
    return node.check(account, asking(issued)).verdict


# -------------------------------------------------------------------------------------------------- what it is good for


def test_a_node_begins_with_what_was_left_behind(machine: Machine, running: Running) -> None:
    """It decides as the one before did, and knows no more: nothing can be changed, no other account be asked for."""
    cold = machine.cold()
    assert isinstance(verdict(cold, running.issued), Allowed)
    assert isinstance(cold.check(ACME, asking(running.issued, "cvt_wrong")).verdict, Denied)
    assert cold.accounts == {ACME, GLOBEX}
    assert cold.known.revision == running.node.known.revision
    assert not cold.known.has_begun
    with pytest.raises(StoreUnreachable):
        cold.keyring(ACME)


def test_its_time_ends_s_after_the_last_proof(machine: Machine, running: Running) -> None:
    """By a clock that nobody can set: the wall clock may jump as it likes."""
    proved_at = running.node.known.held().proved_at  # type: ignore[union-attr] # it has begun
    cold = machine.cold()
    machine.clock.boot = proved_at + S
    machine.clock.wall = Moment(machine.clock.wall - 3600)
    assert isinstance(verdict(cold, running.issued), Allowed)
    machine.clock.boot = proved_at + S + 0.001
    assert isinstance(verdict(cold, running.issued), CannotTell)


def test_once_the_store_is_there_nothing_left_behind_counts(machine: Machine, running: Running) -> None:
    """What was revoked meanwhile is refused in the first answer."""
    machine.kill()
    other = machine.node(machine.snapshot())
    machine.kill()
    done(running.node.carry_out(BlockKey(ACME, running.issued.app_key), by=SPONSOR))
    assert isinstance(verdict(other, running.issued), Denied)
    machine.kill()
    cold = machine.node(machine.snapshot(), lambda: None)
    cold.known.begin()
    assert isinstance(verdict(cold, running.issued), Denied)


@pytest.mark.parametrize("seconds", [S + 0.001, S * 2, 10 * 86_400, -2000])
def test_what_is_too_old_or_of_the_future_is_ignored(
    machine: Machine, running: Running, capsys: pytest.CaptureFixture[str], seconds: float
) -> None:
    """One line says so, and nobody can tell."""
    machine.clock.boot += seconds
    cold = machine.cold()
    assert isinstance(verdict(cold, running.issued), CannotTell)
    assert cold.accounts == frozenset()
    assert capsys.readouterr().out.count("snapshot_ignored") == 1


def test_the_shorter_time_counts(machine: Machine, running: Running) -> None:
    """A node that is told to answer for less time does, whoever left it behind."""
    machine.clock.boot += 20
    assert isinstance(verdict(machine.cold(stale_seconds_max=10), running.issued), CannotTell)
    assert isinstance(verdict(machine.cold(stale_seconds_max=S * 10), running.issued), Allowed)
    machine.clock.boot += S
    assert isinstance(verdict(machine.cold(stale_seconds_max=S * 10), running.issued), CannotTell)


def test_what_is_of_another_machine_start_is_ignored(machine: Machine, running: Running) -> None:
    """The clock began anew, and says nothing about what was before."""
    machine.boot = "the next one"
    assert isinstance(verdict(machine.cold(), running.issued), CannotTell)


def test_the_start_of_this_machine_has_a_name() -> None:
    """The same for every process."""
    assert boot() == boot()
    assert len(boot() or "") > 30


def test_what_is_of_another_pepper_is_ignored(machine: Machine, running: Running) -> None:
    """Its key is another one."""
    assert isinstance(verdict(machine.cold(key=bytes(31) + b"1"), running.issued), CannotTell)


# ----------------------------------------------------------------------------------------------- forged, torn, mixed up


def test_nothing_forged_or_torn_is_accepted(machine: Machine, running: Running) -> None:
    """Whatever bit is changed, wherever a file ends: the node that finds it decides nothing about the account."""
    machine.kill()
    tried = 0
    for name in (PROOF, f"{ACME}.account"):
        path = machine.folder / name
        content = path.read_bytes()
        dice = random.Random(name)
        places = {0, 1, 63, 64, 65, len(content) - 1, *dice.sample(range(len(content)), 60)}
        spoilt = [
            content[:place] + bytes([content[place] ^ 1 << dice.randrange(8)]) + content[place + 1 :]
            for place in places
        ]
        spoilt += [content[:place] for place in places] + [content + b" ", b"", content[65:], content * 2]
        for one in spoilt:
            path.write_bytes(one)
            assert isinstance(verdict(machine.cold(), running.issued), CannotTell)
            tried += 1
        path.write_bytes(content)
    assert tried > 250
    assert isinstance(verdict(machine.cold(), running.issued), Allowed), "and as it was, it is good"


def _flipped(content: bytes, place: int, bit: int) -> bytes:
    return content[:place] + bytes([content[place] ^ 1 << bit]) + content[place + 1 :]


def test_files_that_do_not_belong_together_are_not_accepted(machine: Machine, running: Running) -> None:
    """An older file beside a newer proof, an older proof beside a newer file, another account's file in its place."""
    acme, proof = machine.folder / f"{ACME}.account", machine.folder / PROOF
    older = acme.read_bytes(), proof.read_bytes()
    done(running.node.carry_out(BlockKey(ACME, running.issued.app_key), by=SPONSOR))
    machine.clock.boot += 1
    running.leave()
    newer = acme.read_bytes(), proof.read_bytes()
    globex = (machine.folder / f"{GLOBEX}.account").read_bytes()
    for file, proving in ((older[0], newer[1]), (newer[0], older[1]), (globex, newer[1]), (older[1], newer[1])):
        machine.kill()
        acme.write_bytes(file)
        proof.write_bytes(proving)
        assert isinstance(verdict(machine.cold(), running.issued), CannotTell)
    machine.kill()
    acme.write_bytes(newer[0])
    proof.write_bytes(newer[0])
    assert isinstance(verdict(machine.cold(), running.issued), CannotTell), "an account's file proves nothing"
    machine.kill()
    proof.write_bytes(newer[1])
    assert isinstance(verdict(machine.cold(), running.issued), Denied)


def test_one_bad_file_is_one_account(machine: Machine, running: Running) -> None:
    """The others are decided."""
    (machine.folder / f"{GLOBEX}.account").write_bytes(b"")
    cold = machine.cold()
    assert isinstance(verdict(cold, running.issued), Allowed)
    assert isinstance(verdict(cold, running.issued, GLOBEX), CannotTell)


# --------------------------------------------------------------------------------------- never older than what was said


def test_a_revoke_here_leaves_nothing_to_begin_with(machine: Machine, running: Running) -> None:
    """When whoever revoked hears that it is done, no start on this machine can allow the key any more."""
    done(running.node.carry_out(BlockKey(ACME, running.issued.app_key), by=SPONSOR))
    assert isinstance(verdict(machine.cold(), running.issued), CannotTell)


def test_a_revoke_elsewhere_leaves_nothing_before_the_node_says_that_it_has_it(
    machine: Machine, running: Running
) -> None:
    """Whoever waits for all nodes counts on it."""
    other = machine.node(machine.snapshot())
    change = done(other.carry_out(BlockKey(ACME, running.issued.app_key), by=SPONSOR))
    assert isinstance(change.event, KeyBlocked)
    assert (machine.folder / f"{ACME}.account").exists(), "the other process leaves it alone"
    running.node.known.refresh()
    assert running.node.known.is_at(machine.store.head())
    assert not (machine.folder / f"{ACME}.account").exists()
    assert (machine.folder / f"{GLOBEX}.account").exists()
    machine.clock.boot += 1
    running.leave()
    assert isinstance(verdict(machine.cold(), running.issued), Denied)


def test_what_changes_while_it_is_written_is_not_put_there(machine: Machine, running: Running) -> None:
    """However slow the writing, it never undoes that something was taken back."""
    done(running.node.carry_out(BlockKey(ACME, running.issued.app_key), by=SPONSOR))
    running.node.known.refresh()
    done(running.node.carry_out(CreateAccount(AccountName("umbrella"), ANA), by=OPERATOR))
    machine.clock.boot += 1
    running.node.known.refresh()

    def held() -> Held | None:
        seen = running.node.known.held()
        running.snapshot.withdraw(ACME)
        return seen

    running.snapshot.keep(held)
    assert not (machine.folder / f"{ACME}.account").exists()
    assert isinstance(verdict(machine.cold(), running.issued), CannotTell)


def test_all_that_is_taken_back_while_it_is_written_stays_away(machine: Machine, running: Running) -> None:
    """A new history has begun meanwhile."""
    machine.clock.boot += 1
    running.node.known.refresh()

    def held() -> Held | None:
        seen = running.node.known.held()
        running.snapshot.withdraw()
        return seen

    running.snapshot.keep(held)
    assert {path.name for path in machine.folder.iterdir()} <= {"lock"}


def test_a_new_history_leaves_nothing_of_the_old_one(machine: Machine, running: Running) -> None:
    """What a node held before may never have happened."""
    machine.store._store = MemoryStore(epoch="another1")
    running.node.known.refresh()
    assert not (machine.folder / PROOF).exists()
    assert isinstance(verdict(machine.cold(), running.issued), CannotTell)


def test_a_store_that_moved_away_leaves_nothing(
    machine: Machine, running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another one is the truth by now, and nobody begins with what this one said."""

    def moved() -> None:
        raise StoreMoved("it is elsewhere by now")

    monkeypatch.setattr(machine.store, "head", moved, raising=False)
    with pytest.raises(StoreMoved):
        running.node.known.refresh()
    assert not (machine.folder / PROOF).exists()
    running.snapshot.keep(running.node.known.held)
    assert isinstance(verdict(machine.cold(), running.issued), CannotTell)


def test_who_begins_with_what_was_left_ends_with_a_store_that_moved_away(machine: Machine, running: Running) -> None:
    """It comes to ask, and hears that another one is the truth by now: it decides no more, nor does the next."""

    def moved() -> None:
        raise StoreMoved("it is elsewhere by now")

    running.leave()
    machine.kill()
    machine.store.out = True
    cold = machine.node(machine.snapshot(), moved)
    assert isinstance(verdict(cold, running.issued), Allowed)
    with pytest.raises(StoreMoved):
        cold.known.begin()
    assert isinstance(verdict(cold, running.issued), CannotTell)
    assert isinstance(verdict(machine.cold(), running.issued), CannotTell)


def test_whoever_leaves_in_order_leaves_nothing(machine: Machine, running: Running) -> None:
    """It told the store that it decides no more; cut off, it cannot, and is waited for."""
    running.node.start()
    running.node.stop()
    assert not (machine.folder / PROOF).exists()


def test_whoever_stops_while_cut_off_leaves_what_there_is(machine: Machine, running: Running) -> None:
    """A restart while the store is down is what all this is for."""
    machine.store.out = True
    with pytest.raises(Exception, match="plug"):
        running.node.known.refresh()
    running.node.start()
    running.node.stop()
    assert isinstance(verdict(machine.cold(), running.issued), Allowed)


def test_an_external_key_needs_its_home(machine: Machine, running: Running) -> None:
    """Where its home is not left behind, nobody can tell."""
    done(running.node.carry_out(AdoptKey(GLOBEX, running.issued.app_key, ACME), by=SPONSOR))
    machine.clock.boot += 1
    running.leave()
    cold = machine.cold()
    assert isinstance(verdict(cold, running.issued, GLOBEX), Denied)
    (machine.folder / f"{ACME}.account").unlink()
    assert isinstance(verdict(machine.cold(), running.issued, GLOBEX), CannotTell)


# ------------------------------------------------------------------------------------------------------- what it costs


def test_a_file_is_written_when_its_account_changed(machine: Machine, running: Running) -> None:
    """The proof each time there is a new one, the files seldom."""

    def seen() -> dict[str, int]:
        return {path.name: path.stat().st_ino for path in machine.folder.iterdir()}

    before = seen()
    running.snapshot.keep(running.node.known.held)
    assert seen() == before, "nothing new was proved"
    machine.clock.boot += 1
    running.leave()
    after = seen()
    assert {name for name in after if after[name] != before[name]} == {PROOF}
    done(running.node.carry_out(BlockKey(ACME, running.issued.app_key), by=SPONSOR))
    machine.clock.boot += 1
    running.leave()
    assert seen().keys() == before.keys()
    assert seen()[f"{GLOBEX}.account"] == before[f"{GLOBEX}.account"]


def test_it_is_the_owners_alone_and_holds_no_token(machine: Machine, running: Running) -> None:
    """As secret as the database: digests, and hashes of passwords."""
    assert machine.folder.stat().st_mode & 0o777 == 0o700
    for path in machine.folder.iterdir():
        assert path.stat().st_mode & 0o777 == 0o600
        assert running.issued.token.reveal().encode() not in path.read_bytes()


def test_one_process_has_the_folder(machine: Machine, running: Running) -> None:
    """A second one leaves nothing there, and takes nothing from there."""
    before = {path.name: path.read_bytes() for path in machine.folder.iterdir()}
    second = machine.snapshot()
    assert second.load() is None
    second.withdraw()
    second.keep(running.node.known.held)
    assert {path.name: path.read_bytes() for path in machine.folder.iterdir()} == before


def test_a_folder_that_cannot_be_written_harms_nobody(tmp_path: Path, machine: Machine, running: Running) -> None:
    """Checks and changes go on."""
    (tmp_path / "file").write_text("")
    broken = SnapshotFolder(
        tmp_path / "file" / "snapshot", key=bytes(32), boot="b", boottime=machine.clock.boottime, stale_seconds_max=S
    )
    node = machine.node(broken)
    assert isinstance(verdict(node, running.issued), Allowed)
    done(node.carry_out(BlockKey(ACME, running.issued.app_key), by=SPONSOR))
    assert isinstance(verdict(node, running.issued), Denied)


def test_every_account_comes_back_as_it_was() -> None:
    """Whatever has happened in it."""
    dice = random.Random(8)
    store = MemoryStore()
    carry_out(store, create())
    text = ""
    for _ in range(400):
        carry_out(store, anything(dice))
        keyring = keyring_of(store, ACME)
        assert keyring is not None
        text = written_keyring(keyring)
        assert read_keyring(text) == keyring
    with pytest.raises(CodecError):
        read_keyring(re.sub(r'"https_only":(false|true)', '"https_only":0', text))
