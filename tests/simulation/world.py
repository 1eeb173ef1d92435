"""Several nodes, one truth and everything between them, driven by one seeded generator: no thread, no real time."""

from __future__ import annotations

import random
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from tests.core.worlds import NOW, PEPPER
from tests.simulation import callers, faults, writers
from tests.simulation.checks import History, Violation
from tests.simulation.link import INSTANT, Link
from tests.simulation.truth import Truth

from chaveiro.core.cause import Cause, Finding
from chaveiro.core.denial import DenialId, Told
from chaveiro.core.names import Moment
from chaveiro.node import Node
from chaveiro.node.follower import POLL_SECONDS
from chaveiro.stores.port import RevisionMoved, StoreError, StoreUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from tests.simulation.writers import Beginning, Pair

    from chaveiro.core.keyring import Revision
    from chaveiro.core.names import AccountName
    from chaveiro.stores.port import Committed

STALE_SECONDS_MAX = 1.0
PATIENCE = 4.6  # seconds, after which no pause lasts and everyone has polled
STEPS = 20
DEPTH_MAX = 2  # of what goes on while something goes on
TOLD = Told(DenialId(""), Finding(Cause.CREDENTIALS_INVALID))


class Mute:
    """Nobody is told why."""

    def note(self, *_: object) -> Told:
        return TOLD


@dataclass(eq=False, slots=True)
class Machine:
    """Where one node runs, while it runs."""

    name: str
    booted: float  # what its BOOTTIME was when the world began
    ahead: float  # how much its wall clock is
    link: Link = field(init=False)
    node: Any = None  # a Node, some of whose parts were replaced by ones that need no thread
    started: float = 0.0
    proved: float = 0.0  # when it sent the last poll that succeeded
    own: dict[AccountName, float] = field(default_factory=dict)  # when it last changed an account itself
    due: float = 0.0  # its next poll
    polling: bool = False
    paused_until: float = 0.0
    wake: Callable[[], None] | None = None  # what a hint is given to
    slept: float = 0.0  # how much of its time a clock that stops while paused has missed
    jumps: int = 0  # of its wall clock


class Idle:
    """Instead of a thread: it never does anything."""

    def __init__(self, **_: object) -> None:
        """Whatever it was to do, the world does."""

    def start(self) -> None:
        """Nothing starts."""


class Waking:
    """Instead of an event that wakes a thread: the next poll is due."""

    def __init__(self, world: World, machine: Machine) -> None:
        self._world, self._machine = world, machine

    def set(self) -> None:
        self._machine.due = self._world.now


class Waiting:
    """Instead of a condition that other threads fulfil: the world goes on until they would have."""

    def __init__(self, world: World) -> None:
        self._world = world

    def __enter__(self) -> None:
        """Nobody else is there."""

    def __exit__(self, *_: object) -> None:
        """Likewise."""

    def notify_all(self) -> None:
        """Likewise."""

    def wait_for(self, predicate: Callable[[], bool], timeout: float) -> bool:
        for _ in range(3):
            if predicate():
                return True
            self._world.passes(timeout / 3)
        return predicate()


class World:
    """One run."""

    def __init__(self, seed: int, beginning: Beginning, *, without: Collection[str] = (), theme: str = "") -> None:
        self.seed, self.without = seed, without
        self.dice = random.Random(seed)
        self.theme = faults.THEMES[theme or self.dice.choice(list(faults.THEMES))]
        self.now = 1.0
        self.depth = 0
        self.trace: list[str] = []
        self.counts = {"answers": 0, "none": 0, "changes": 0, "behind": 0, "reached": 0, "epochs": 0}
        self.history = History()
        self.truth = Truth(self, beginning.made, without=without)
        self.belated: list[Callable[[], object]] = []  # what the truth is asked only after whoever asked has given up
        self.page = self.dice.choice((1, 2, 1000))
        self.pairs: list[Pair] = list(beginning.pairs)
        self.talk = self.pairs[0]
        self.accounts = list(beginning.accounts)
        self.bookmarks: list[tuple[Revision, float, Pair | None]] = []
        self.claims: list[tuple[float, float]] = []  # from when on nobody may know less than was so at a moment
        self.truth.begin(beginning.log)
        self.history.began(self.truth.head(), self.truth.log, self.now)
        self.begun = len(beginning.log)
        self.machines = [self._machine(f"n{number}") for number in range(self.dice.choice((2, 3, 3)))]
        self.reader = Machine("reader", 0.0, 0.0)
        self.reader.link = Link(self, self.reader)
        self.bookmark = self.truth.head()

    def _machine(self, name: str) -> Machine:
        machine = Machine(name, self.dice.uniform(10, 10_000), self.dice.uniform(-5, 5))
        machine.link = Link(self, machine)
        return machine

    def run(self) -> None:
        """Let it happen. Raises Violation."""
        with patch("chaveiro.node.follower.Thread", Idle):
            try:
                self._run()
            except Exception as surprise:
                raise Violation("surprise", repr(surprise)) from surprise

    def _run(self) -> None:
        for machine in self.machines:
            self.start(machine)
        for _ in range(STEPS):
            self.passes(self.dice.expovariate(8))
            self.act()
        for machine in self.machines:
            faults.heal(self, machine)
        self.passes(PATIENCE)
        for _ in range(6):  # now that nothing is wrong any more, all know all
            callers.check(self)

    # -- time

    def passes(self, seconds: float) -> None:
        """Let time pass, and the nodes poll."""
        until = self.now + seconds
        while True:
            due = [one for one in self.machines if one.node is not None and one.due <= until and self.is_free(one)]
            if not due:
                break
            machine = min(due, key=lambda one: one.due)
            self.now = max(self.now + INSTANT, machine.due)
            self.poll(machine)
        self.now = max(self.now + INSTANT, until)
        while self.belated and self.dice.random() < 0.5:
            late = self.belated.pop(self.dice.randrange(len(self.belated)))
            with suppress(StoreError):
                late()

    def is_quiet(self) -> bool:
        """Whether nothing happens while somebody waits."""
        return self.depth >= DEPTH_MAX or self.dice.random() > self.theme.trouble

    def meanwhile(self, machine: Machine | None = None) -> bool:
        """Let something else happen, perhaps, while a machine waits. Says whether it has waited too long."""
        self.now += INSTANT
        if self.depth >= DEPTH_MAX or self.dice.random() > 0.5:
            return False
        began = self.now
        if machine is not None and self.dice.random() < self.theme.pauses:
            faults.pause(self, machine)
            self.goes_on(machine.paused_until - self.now + INSTANT)
            return False
        self.goes_on(self.dice.choice((0.001, 0.05, 0.3, 2.5)))
        return self.now - began > 2.0

    def lapse(self, machine: Machine, seconds: float) -> None:
        """Let a machine wait in vain, or learn at once that it does."""
        self.now += INSTANT
        if self.depth < DEPTH_MAX and self.dice.random() < 0.15:
            self.goes_on(seconds)

    def goes_on(self, seconds: float) -> None:
        """Let others act for a while."""
        self.depth += 1
        try:
            parts = self.dice.randrange(1, 4) + int(seconds)
            for _ in range(parts):
                self.passes(seconds / parts)
                self.act()
        finally:
            self.depth -= 1

    def act(self) -> None:
        """Let one thing happen."""
        choice = self.dice.random()
        if choice < self.theme.writes:
            writers.write(self)
        elif choice < self.theme.writes + 0.12:
            faults.befall(self)
        elif choice < self.theme.writes + 0.16:
            callers.ask_reach(self)
        elif choice < self.theme.writes + 0.2:
            self.read()
        else:
            callers.check(self)

    def somebody(self) -> Pair:
        """A pair of which there was talk just now, or any."""
        if self.dice.random() < 0.4:
            self.talk = self.dice.choice(self.pairs)
        return self.talk

    # -- nodes

    def is_free(self, machine: Machine) -> bool:
        """Whether a thread of its own could do something there now."""
        return not machine.polling and machine.paused_until <= self.now and not machine.node.known._lock.locked()

    def is_running(self, machine: Machine) -> bool:
        """Whether its process lives and is not paused."""
        return machine.node is not None and machine.paused_until <= self.now

    def awake(self) -> list[Machine]:
        """Those that run and are not paused."""
        return [one for one in self.machines if self.is_running(one)]

    def start(self, machine: Machine) -> None:
        """Start a node that knows nothing yet. It may find nobody to ask."""
        machine.started, machine.own, machine.polling = self.now, {}, False
        with suppress(StoreUnavailable):
            node: Any = Node(
                machine.link,  # type: ignore[arg-type] # as much of the port as a node uses
                Mute(),
                pepper=PEPPER,
                clock=lambda: Moment(NOW + self.now + machine.ahead),
                boottime=lambda: machine.booted + self.now - machine.slept,
                mint=self.dice.randbytes,
                stale_seconds_max=STALE_SECONDS_MAX,
                name=machine.name,
            )
            node.known.woken, node.known._applied = Waking(self, machine), Waiting(self)
            node.known._apply = self._applying(node)
            machine.node, machine.due, machine.proved = node, self.now, machine.started
            self.note(machine.name, "started")
            machine.polling = True
            node.start()
            machine.polling = False

    def _applying(self, node: Any) -> Callable[[Committed], None]:
        apply: Callable[[Committed], None] = node.known._apply

        def applied(committed: Committed) -> None:
            known = node.known.revision
            if committed.revision != (known.epoch, known.seq + 1):
                raise Violation("G4", f"{committed.revision} follows {known}")
            apply(committed)

        return applied

    def poll(self, machine: Machine) -> None:
        """Let a node look for what others committed, as its own thread does."""
        sent, node, before = self.now, machine.node, machine.node.known.revision
        machine.polling = True
        try:
            node.known.refresh()
        except StoreUnavailable:
            return
        finally:
            machine.polling = False
            machine.due = max(machine.due, self.now + self.dice.uniform(POLL_SECONDS, 3 * POLL_SECONDS))
        if node.known.quarantine.unreadable:
            raise Violation("surprise", f"{machine.name} could not apply a change")
        if machine.node is node:
            machine.proved = max(machine.proved, sent)
            if node.known.revision != before:
                machine.due = self.now + INSTANT

    # -- the truth

    def committed(self, one: Committed) -> None:
        """A change is there; whoever is awake may hear of it."""
        self.now += INSTANT
        self.history.committed(one, self.now)
        self.note("truth", f"{one.revision} {one.change.account} {one.change.event!r:.60}")
        self.counts["changes"] += 1
        for machine in self.machines:
            if machine.wake and self.dice.random() < 0.3:
                machine.wake()

    def turns(self, lost: int) -> None:
        """Another epoch begins, without what was committed last."""
        kept = max(len(self.truth.log) - lost, self.begun)
        self.now += INSTANT
        self.truth.begin(self.truth.log[:kept])
        self.truth.ahead = self.dice.uniform(-1, 1)
        self.history.began(self.truth.head(), self.truth.log, self.now)
        self.counts["epochs"] += 1
        self.note("truth", f"another epoch: {self.truth.head()}, {lost} lost")

    def read(self) -> None:
        """Let somebody follow the feed who is killed at times, and goes on from a bookmark."""
        if self.reader.polling:
            return
        head, self.reader.polling = self.truth.head(), True
        try:
            found = self.reader.link.changes(after=self.bookmark, limit=3)
        except RevisionMoved:
            if head.epoch == self.bookmark.epoch == self.truth.head().epoch:
                raise Violation("G4", f"the bookmark {self.bookmark} is refused at {head}") from None
            self.bookmark = self.truth.head()
            return
        except StoreUnavailable:
            return
        finally:
            self.reader.polling = False
        if self.truth.head().epoch == head.epoch != self.bookmark.epoch:
            raise Violation("G4", f"the bookmark {self.bookmark} is taken at {head}")
        at = self.bookmark
        for one in found:
            if one.revision != (at.epoch, at.seq + 1):
                raise Violation("G4", f"{one.revision} is read after {at}")
            at = one.revision
        if self.dice.random() < 0.7:
            self.bookmark = at

    def note(self, who: str, what: str) -> None:
        """Remember for whoever has to understand what went wrong."""
        self.trace.append(f"{self.now:9.4f} {'  ' * self.depth}{who:6} {what}")
