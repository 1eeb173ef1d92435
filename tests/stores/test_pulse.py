"""Eight bytes by which every process of a machine sees that a change was committed."""

from __future__ import annotations

import stat
from contextlib import ExitStack, nullcontext
from typing import TYPE_CHECKING, Any

import pytest
from tests.doors.world import ACME, OPERATOR, World, done, furnish
from tests.promises.plugin import Proof

from chaveiro.core.attempt import Attempt, Request, presented
from chaveiro.core.command import BlockKey, Command, CreateAccount, EditRole
from chaveiro.core.decision import Allowed, Decision, Denied, decide
from chaveiro.core.fleet import SPREAD_SECONDS
from chaveiro.core.keyring import Actor, ActorKind, Keyring
from chaveiro.core.names import AccountName, AppKey, Email, RoleId
from chaveiro.journal import FileJournal
from chaveiro.node.knowledge import AT_ONCE_MAX, GLANCE_SECONDS
from chaveiro.serve.house import furnished
from chaveiro.serve.pepper import Pepper
from chaveiro.settings import Settings
from chaveiro.stores.sql import SqlStore
from chaveiro.stores.sql.pulse import Pulse

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from chaveiro.node import Answer, Node
    from chaveiro.node.answer import Verdict
    from chaveiro.stores.port import Feed

ANA = Actor(ActorKind.USER, Email("ana@acme.example"))
THIRD = AccountName("third")
PEPPER = Pepper(bytes(range(7, 39)))


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as found:
        yield found


def opened(path: Path, stack: ExitStack) -> SqlStore:
    store = SqlStore.open(f"sqlite:///{path}/chaveiro.db", keys=PEPPER.macs)
    stack.callback(store.close)
    return store


def writing(path: Path, stack: ExitStack) -> World:
    """Whoever manages keys."""
    return furnish(store=opened(path, stack))


def deciding(path: Path, stack: ExitStack, monkeypatch: pytest.MonkeyPatch) -> Node:
    """A process that knows the account, and for which no time passes: nothing but the pulse makes it ask again."""
    monkeypatch.setattr("chaveiro.serve.house.boottime", lambda: 1000.0)
    node = furnished(Settings(), opened(path, stack), PEPPER).node
    node.keyring(ACME)
    assert node.known.has(ACME)
    return node


def verdict_of(answer: Answer | None) -> Verdict:
    """What was decided at once."""
    assert answer is not None
    return answer.verdict


def asked(world: World) -> Request:
    good = world.pairs["good"]
    return Request(presented(good.app_key), presented(good.app_token), "GET", "/api/oms/pvt/orders")


def test_a_commit_is_known_before_it_is_acknowledged(
    quick_path: Path, stack: ExitStack, monkeypatch: pytest.MonkeyPatch, proof: Proof
) -> None:
    """Whoever maps the bytes decides no more by what it had in memory, be it in a thread or on an event loop."""
    world = writing(quick_path, stack)
    nodes = [deciding(quick_path, stack, monkeypatch) for _ in range(2)]
    ways = [node.check for node in nodes[:1]] + [node.check_at_once for node in nodes[1:]]
    assert [type(verdict_of(way(ACME, asked(world)))) for way in ways] == [Allowed, Allowed]
    done(world.house, BlockKey(ACME, AppKey(world.pairs["good"].app_key)), ANA)
    assert [type(verdict_of(way(ACME, asked(world)))) for way in ways] == [Denied, Denied]
    proof("G2", dose=1, figure="two processes of one machine, no poll between: refused at the acknowledgement")


@pytest.mark.parametrize(
    "why", ["many changes", "somebody else looks", "a journal to write", "another history", "a surprise"]
)
def test_what_would_keep_an_event_loop_waiting_is_left_to_a_thread(
    quick_path: Path, stack: ExitStack, monkeypatch: pytest.MonkeyPatch, why: str
) -> None:
    """Nothing is decided at once then, and rightly after it: other checks go on meanwhile."""
    world = writing(quick_path, stack)
    node = deciding(quick_path, stack, monkeypatch)
    if why == "a journal to write":
        journal = FileJournal.open(quick_path / "journal")
        monkeypatch.setattr(node.known, "_journal", journal)
    for number in range(AT_ONCE_MAX - 1 if why == "many changes" else 0):
        done(world.house, EditRole(ACME, RoleId(1), f"Role {number}"), ANA)
    done(world.house, BlockKey(ACME, AppKey(world.pairs["good"].app_key)), ANA)
    if why == "another history":
        opened(quick_path, stack).begin_epoch()
    with monkeypatch.context() as patch, node.known._lock if why == "somebody else looks" else nullcontext():
        if why == "a surprise":
            patch.setattr(node._store, "feed", lambda **_: 1 / 0, raising=False)
        assert node.check_at_once(ACME, asked(world)) is None
    assert isinstance(node.check(ACME, asked(world)).verdict, Denied)
    assert isinstance(verdict_of(node.check_at_once(ACME, asked(world))), Denied)


def test_a_commit_in_the_middle_of_a_look_is_found_by_the_next_one(
    quick_path: Path, stack: ExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bytes are noted before the database is asked, so what comes between differs from them."""
    world, store = writing(quick_path, stack), opened(quick_path, stack)
    monkeypatch.setattr("chaveiro.serve.house.boottime", lambda: 1000.0)
    node = furnished(Settings(), store, PEPPER).node
    node.keyring(ACME)
    feed = store.feed

    def meanwhile(**asked_for: Any) -> Feed:
        found = feed(**asked_for)
        patch.undo()
        done(world.house, BlockKey(ACME, AppKey(world.pairs["good"].app_key)), ANA)
        return found

    with monkeypatch.context() as patch:
        patch.setattr(store, "feed", meanwhile, raising=False)
        done(world.house, EditRole(ACME, RoleId(1), "Renamed"), ANA)
        assert isinstance(verdict_of(node.check_at_once(ACME, asked(world))), Allowed)
    assert isinstance(verdict_of(node.check_at_once(ACME, asked(world))), Denied)


def test_as_long_as_decisions_are_asked_for_nobody_else_looks(
    quick_path: Path, stack: ExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A look now and then proves that nothing is missing, also where whoever committed died before the pulse."""
    world, clock = writing(quick_path, stack), [1000.0]
    monkeypatch.setattr("chaveiro.serve.house.boottime", lambda: clock[0])
    node = furnished(Settings(), opened(quick_path, stack), PEPPER).node
    node.keyring(ACME)
    clock[0] += GLANCE_SECONDS
    assert isinstance(verdict_of(node.check_at_once(ACME, asked(world))), Allowed)
    assert node.known.stale_seconds() == 0, "it was looked"
    with monkeypatch.context() as patch:
        patch.setattr(Pulse, "beat", lambda _: None)
        done(world.house, BlockKey(ACME, AppKey(world.pairs["good"].app_key)), ANA)
    assert isinstance(verdict_of(node.check_at_once(ACME, asked(world))), Allowed)
    clock[0] += GLANCE_SECONDS
    assert isinstance(verdict_of(node.check_at_once(ACME, asked(world))), Denied)


def test_a_commit_in_the_middle_of_a_decision_is_for_the_next_one(
    quick_path: Path, stack: ExitStack, monkeypatch: pytest.MonkeyPatch, proof: Proof
) -> None:
    """Somebody who writes without pause makes nobody say that nobody can tell."""
    world = writing(quick_path, stack)
    node = deciding(quick_path, stack, monkeypatch)
    block = BlockKey(ACME, AppKey(world.pairs["good"].app_key))

    def meanwhile(keyring: Keyring, attempt: Attempt) -> Decision:
        decision = decide(keyring, attempt)
        world.house.node.carry_out(block, by=ANA)
        return decision

    with monkeypatch.context() as patch:
        patch.setattr("chaveiro.node.decider.decide", meanwhile)
        assert isinstance(node.check(ACME, asked(world)).verdict, Allowed)
    assert isinstance(node.check(ACME, asked(world)).verdict, Denied)
    proof("G24", dose="a change committed in the middle of a decision", figure="decided, and the next one knows it")


def test_who_was_busy_while_others_wrote_decides_again(
    quick_path: Path, stack: ExitStack, monkeypatch: pytest.MonkeyPatch, proof: Proof
) -> None:
    """What it decided by is old by then: it looks, finds a change, and decides by that instead of giving up."""
    world, clock = writing(quick_path, stack), [1000.0]
    monkeypatch.setattr("chaveiro.serve.house.boottime", lambda: clock[0])
    node = furnished(Settings(), opened(quick_path, stack), PEPPER).node
    good = AppKey(world.pairs["good"].app_key)
    others: list[Command] = [EditRole(ACME, RoleId(1), "Renamed"), BlockKey(ACME, good)]

    def meanwhile(keyring: Keyring, attempt: Attempt) -> Decision:
        decision = decide(keyring, attempt)
        if others:
            world.house.node.carry_out(others.pop(0), by=ANA)
            clock[0] += 2 * SPREAD_SECONDS
        return decision

    monkeypatch.setattr("chaveiro.node.decider.decide", meanwhile)
    assert isinstance(node.check(ACME, asked(world)).verdict, Denied)
    proof("G24", dose="two changes while a slow process decides", figure="decided by the second one, never 503")


def test_the_pulse_comes_after_the_commit_and_before_anybody_hears_of_it(
    quick_path: Path, stack: ExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before the commit others would look, find nothing, and not look again."""
    world, other = writing(quick_path, stack), opened(quick_path, stack)
    seen = []
    beat = Pulse.beat

    def watched(pulse: Pulse) -> None:
        seen.append(other.head())
        beat(pulse)

    monkeypatch.setattr(Pulse, "beat", watched)
    before = other.pulse()
    done(world.house, BlockKey(ACME, AppKey(world.pairs["good"].app_key)), ANA)
    assert seen == [world.house.node.head()]
    assert other.pulse() != before


def test_who_dies_before_the_pulse_is_found_out_by_a_poll(
    quick_path: Path, stack: ExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bytes are a short cut, and not the only way."""
    world = writing(quick_path, stack)
    node = deciding(quick_path, stack, monkeypatch)
    monkeypatch.setattr(Pulse, "beat", lambda _: None)
    done(world.house, BlockKey(ACME, AppKey(world.pairs["good"].app_key)), ANA)
    assert isinstance(node.check(ACME, asked(world)).verdict, Allowed)
    node.known.refresh()
    assert isinstance(node.check(ACME, asked(world)).verdict, Denied)


def test_what_is_no_change_wakes_nobody(quick_path: Path, stack: ExitStack, monkeypatch: pytest.MonkeyPatch) -> None:
    """Usage and refusals are written every few seconds, by every process."""
    world = writing(quick_path, stack)
    node = deciding(quick_path, stack, monkeypatch)
    world.house.node.check(ACME, asked(world))
    before = world.house.store.pulse()
    world.house.node.flush_usage()
    assert world.house.store.pulse() == before == node.known._pulse


def test_without_the_bytes_polls_go_on(quick_path: Path, stack: ExitStack, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the file cannot be made nothing is lost but speed."""
    (quick_path / "chaveiro.db-pulse").mkdir()
    world = writing(quick_path, stack)
    node = deciding(quick_path, stack, monkeypatch)
    done(world.house, CreateAccount(THIRD, Email("ana@third.example")), OPERATOR)
    assert node.check_at_once(THIRD, asked(world)) is not None
    assert THIRD not in node.accounts, "nothing tells it"
    node.known.refresh()
    assert THIRD in node.accounts


def test_the_bytes_are_the_owners_alone_and_outlive_their_writers(quick_path: Path) -> None:
    """They say nothing, but whoever could write them could make everybody ask the database without end."""
    path = quick_path / "a.db-pulse"
    pulse = Pulse(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    pulse.beat()
    found = pulse.now()
    pulse.close()
    assert pulse.now() == b""
    assert Pulse(path).now() == found
