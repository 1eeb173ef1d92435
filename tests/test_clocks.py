"""Clocks that jump, stand still or repeat a second: no lease is stretched, no key revived beyond the jump itself."""

from pathlib import Path
from random import Random

import pytest
from tests.core.worlds import ACME, ANA, LIST, NOW, OPERATOR, PEPPER, SPONSOR
from tests.dose import dose
from tests.keys import KEYS
from tests.promises.plugin import Proof

from chaveiro.core.attempt import Need, Request, presented
from chaveiro.core.cause import Cause
from chaveiro.core.command import AddUser, Command, CreateAccount, CreateRole, DeactivateKey, GrantToKey, Refusal
from chaveiro.core.decision import Allowed, Denied
from chaveiro.core.names import AppKey, Email, Moment, RoleId
from chaveiro.denials import Denials
from chaveiro.node import CannotTell, Issued, Node, Verdict
from chaveiro.node.knowledge import STALE_SECONDS_MAX
from chaveiro.stores.memory import MemoryStore
from chaveiro.stores.port import Store
from chaveiro.stores.sql import SqlStore

HOUR, DAY = 3_600.0, 86_400.0
JUMPS = {
    "an hour on": HOUR,
    "an hour back": -HOUR,
    "400 days on": 400 * DAY,
    "400 days back": -400 * DAY,
    "a leap second": -1.0,
    "none": 0.0,
}
STEPS = dose(2_000, 20_000, 500_000)
PEOPLE = 40


class Clocks:
    """The wall clock, which anybody may set, and the time since the machine started, which nobody can."""

    def __init__(self) -> None:
        self.wall, self.boot = float(NOW), 1_000.0

    def passes(self, seconds: float, *, frozen: bool = False) -> None:
        self.boot += seconds
        self.wall += 0.0 if frozen else seconds


class House:
    """A node with one account, and keys of which some expire."""

    def __init__(self, store: Store) -> None:
        self.clocks, self.store, mint = Clocks(), store, Random(23).randbytes

        def clock() -> Moment:
            return Moment(self.clocks.wall)

        denials = Denials(store, pepper=PEPPER, clock=clock, randomness=mint)
        self.node = Node(store, denials, pepper=PEPPER, clock=clock, boottime=lambda: self.clocks.boot, mint=mint)
        self.does(CreateAccount(ACME, ANA), operator=True)
        self.does(CreateRole(ACME, "Pedidos", frozenset({LIST})))

    def does(self, command: Command, *, operator: bool = False) -> None:
        done = self.node.carry_out(command, by=OPERATOR if operator else SPONSOR)
        assert not isinstance(done, Refusal), done

    def key(self, expires: float | None = None) -> Request:
        """A key that may list orders, as its holder uses it."""
        ends = None if expires is None else Moment(expires)
        issued = self.node.issue(ACME, label="ERP", by=SPONSOR, expires=ends)
        assert isinstance(issued, Issued)
        self.does(GrantToKey(ACME, RoleId(1), issued.app_key))
        return Request(presented(issued.app_key), presented(issued.token.reveal()), need=Need((LIST,)))

    def asks(self, request: Request) -> Verdict:
        return self.node.check(ACME, request).verdict


@pytest.mark.parametrize("jump", JUMPS)
@pytest.mark.parametrize("frozen", [False, True], ids=["running", "standing still"])
def test_no_jump_of_the_clock_stretches_a_lease(jump: str, frozen: bool, proof: Proof) -> None:
    """A node that is cut off answers for S by the clock that nobody can set, and then for nobody."""
    house = House(MemoryStore())
    request = house.key()
    house.node.known.refresh()
    house.clocks.wall += JUMPS[jump]
    house.clocks.passes(STALE_SECONDS_MAX, frozen=frozen)
    assert isinstance(house.asks(request), Allowed)
    house.clocks.passes(0.001, frozen=frozen)
    assert isinstance(house.asks(request), CannotTell)
    house.clocks.wall -= JUMPS[jump]
    assert isinstance(house.asks(request), CannotTell), "nor does it come back with the clock"
    house.node.known.refresh()
    assert isinstance(house.asks(request), Allowed)
    proof("G23", dose=1, figure="jumps and standing clocks: a node that is cut off answers for S and no longer")


@pytest.mark.parametrize("jump", [name for name, seconds in JUMPS.items() if seconds])
def test_a_jump_revives_no_key_that_expired_before_the_moment_it_leads_to(jump: str, proof: Proof) -> None:
    """Keys expire by the wall clock as it is now: a step back revives what expired within it, and nothing else."""
    house = House(MemoryStore())
    ends = [NOW - 500 * DAY, NOW - 2 * HOUR, NOW - HOUR / 2, NOW + HOUR / 2, NOW + 2 * HOUR, NOW + 500 * DAY]
    house.clocks.wall = NOW - 600 * DAY  # when they were issued
    keys = {end: house.key(end) for end in ends}
    for shift in (0.0, JUMPS[jump], 0.0):
        house.clocks.wall = NOW + shift
        for end, request in keys.items():
            verdict = house.asks(request)
            assert isinstance(verdict, Allowed) is (end > NOW + shift)
            assert isinstance(verdict, Allowed) or (isinstance(verdict, Denied) and verdict.cause is Cause.KEY_EXPIRED)
    proof("G23", dose=1, figure="jumps: a key works before its end by the clock as it is, and never after it")


def test_what_was_revoked_stays_so_whatever_the_clocks_say(proof: Proof) -> None:
    """Random steps of both clocks, with and without news: an allow only while fresh, and never for a revoked key."""
    house, rng = House(MemoryStore()), Random(5)
    request, revoked = house.key(), house.key()
    house.does(DeactivateKey(ACME, AppKey(revoked.app_key.text)))
    heard, allowed = house.clocks.boot, 0
    house.node.known.refresh()
    for _ in range(STEPS):
        house.clocks.passes(rng.choice([0.0, 0.2, 1.0, 100.0, 400.0]), frozen=rng.random() < 0.3)
        house.clocks.wall += rng.choice([0.0, 0.0, *JUMPS.values()])
        if rng.random() < 0.3:
            house.node.known.refresh()
            heard = house.clocks.boot
        fresh = house.clocks.boot - heard <= STALE_SECONDS_MAX
        assert isinstance(house.asks(request), Allowed) is fresh
        assert not isinstance(house.asks(revoked), Allowed)
        allowed += fresh
    assert STEPS / 5 < allowed < STEPS * 4 / 5
    proof("G23", dose=STEPS, figure="random steps of both clocks: allowed while fresh, 0 allows otherwise")


@pytest.mark.parametrize("kind", ["memory", "SQLite"])
def test_the_audit_is_in_the_order_of_its_numbers(kind: str, tmp_path: Path, proof: Proof) -> None:
    """Wherever the clock goes between two changes: what came later has the higher number and is told first."""
    store = MemoryStore() if kind == "memory" else SqlStore.open(f"sqlite:///{tmp_path}/chaveiro.db", keys=KEYS)
    house, rng = House(store), Random(6)
    names = [Email(f"user{number}@acme.example") for number in range(PEOPLE)]
    for name in names:
        house.clocks.wall = NOW + rng.choice([*JUMPS.values()])
        house.does(AddUser(ACME, name, name))
    changes = store.changes(account=ACME)
    told = [getattr(one.change.event, "email", None) for one in changes][-PEOPLE:]
    assert told == names
    assert [one.revision.seq for one in changes] == list(range(1, len(changes) + 1))
    assert list(store.newest_changes(ACME, limit=PEOPLE)) == list(reversed(changes))[:PEOPLE]
    assert sorted(one.change.at for one in changes) != [one.change.at for one in changes], "the clock did go back"
    proof("G23", dose=PEOPLE, figure="changes under a clock that jumps, told in the order of their numbers")
