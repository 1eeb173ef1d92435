"""What every bench measures with: figures of interleaved rounds, their ratios, processor time as the system counts it.

A part of `make bench` is a module of this folder with a `TITLE` and a `figures`:

    TITLE = "Tea"

    def figures(dose: Dose) -> Iterator[Figure]:
        sides = {"leaves": partial(microseconds, leaves), "bag": partial(microseconds, bag)}
        spent = interleaved(sides, dose.rounds)
        leaves_us = Figure("a cup from leaves", spent["leaves"], "us", includes="the kettle; not the cup")
        bag_us = Figure("a cup from a bag", spent["bag"], "us", includes="the same kettle")
        yield leaves_us
        yield bag_us
        yield ratio("leaves against a bag", leaves_us, bag_us, goal="tea")

Its name goes into `bench.parts.PARTS`, and what it is to reach into `bench.goals`. It yields a figure as soon as that
is known, checks that what it times answers rightly, and takes its sizes from the dose, so that `make bench ARGS=quick`
and the tests can run it too.
"""

from __future__ import annotations

import gc
import time
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from time import perf_counter_ns
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

Rounds: TypeAlias = tuple[float, ...]

SETTLE_SECONDS: Final = 2.5  # what was used is written every two
SETTLE_SECONDS_MAX: Final = 60.0
SETTLED_SHARE: Final = 0.02  # of a processor

_OF_PROCESS: Final = 2  # clock_getcpuclockid(3): the processor time of a whole process, its ended threads included


@dataclass(frozen=True, slots=True)
class Dose:
    """How much a run measures."""

    rounds: int
    keys: tuple[int, ...]  # sizes of the account, the smallest first
    checks: int  # in process, a round
    requests: int  # over HTTP, a round
    writes: int  # durable, a round
    revokes: int
    peer_seconds: float  # about so long does a peer verify in a round

    @property
    def fewest(self) -> int:
        """Keys of the smallest account."""
        return self.keys[0]


WHOLE: Final = Dose(
    rounds=7,
    keys=(1_000, 100_000, 1_000_000),
    checks=20_000,
    requests=10_000,
    writes=100,
    revokes=60,
    peer_seconds=0.4,
)
QUICK: Final = Dose(
    rounds=3, keys=(1_000, 10_000), checks=5_000, requests=1_000, writes=10, revokes=8, peer_seconds=0.05
)


@dataclass(frozen=True, slots=True)
class Figure:
    """Something measured, once for each round."""

    name: str
    rounds: Rounds
    unit: str  # `us`, `ms`, `s`, `bytes`; `x` for a ratio
    includes: str = ""  # what the figure is the cost of, and what it leaves out
    goal: str = ""  # which of `bench.goals` it answers; empty: none

    @property
    def middle(self) -> float:
        """The median of the rounds: the figure."""
        return median(self.rounds)

    @property
    def spread(self) -> tuple[float, float]:
        """The lowest and the highest round."""
        return min(self.rounds), max(self.rounds)


class Part(Protocol):
    """A module of this folder that measures something."""

    TITLE: str

    def figures(self, dose: Dose) -> Iterator[Figure]:
        """Measure, and give each figure as soon as it is known."""


def ratio(name: str, above: Figure, below: Figure, *, goal: str = "", includes: str = "") -> Figure:
    """How many times *below* goes into *above*, round by round: both were measured in the same minute."""
    rounds = tuple(a / b for a, b in zip(above.rounds, below.rounds, strict=True))
    return Figure(name, rounds, "x", includes, goal)


def interleaved(
    sides: Mapping[str, Callable[[], float]], rounds: int, *, settle: Callable[[], None] = lambda: None
) -> dict[str, Rounds]:
    """Measure each side once a round, each round beginning with another one, after a round that does not count.

    After that one comes *settle*, for processes that still have to do with their start and with their first requests.
    """
    found: dict[str, list[float]] = {name: [] for name in sides}
    names = list(sides)
    for side in sides.values():
        side()
    settle()
    for number in range(rounds):
        turn = number % len(names)
        for name in (*names[turn:], *names[:turn]):
            found[name].append(sides[name]())
    return {name: tuple(spent) for name, spent in found.items()}


def microseconds(work: Callable[[], int], count: int) -> float:
    """What one of *count* took of the clock, in microseconds. *work* says how many were answered rightly: all."""
    begun = perf_counter_ns()
    right = work()
    spent = perf_counter_ns() - begun
    assert right == count, f"{count - right} of {count} were answered otherwise than they should"
    return spent / count / 1_000


def processor_seconds(pids: Iterable[int]) -> float:
    """Processor time that these processes have used, as the operating system counts it, to the nanosecond.

    Their children are not among them: name those too. Linux only.
    """
    return sum(time.clock_gettime((~pid << 3) | _OF_PROCESS) for pid in pids)


def settled(pids: Iterable[int]) -> None:
    """Wait until none of these processes does more than look around now and then."""
    watched, until = tuple(pids), time.monotonic() + SETTLE_SECONDS_MAX
    while time.monotonic() < until:
        begun = [processor_seconds([pid]) for pid in watched]
        time.sleep(SETTLE_SECONDS)
        spent = [processor_seconds([pid]) - before for pid, before in zip(watched, begun, strict=True)]
        if max(spent) <= SETTLE_SECONDS * SETTLED_SHARE:
            return
    raise AssertionError("a process does not come to rest")


def processor_microseconds(pids: Iterable[int], work: Callable[[], int], count: int) -> float:
    """What one of *count* took of these processes, in microseconds of a processor."""
    watched = tuple(pids)
    begun = processor_seconds(watched)
    right = work()
    spent = processor_seconds(watched) - begun
    assert right == count, f"{count - right} of {count} were answered otherwise than they should"
    assert spent > 0, "somebody else did the work"
    return spent / count * 1_000_000


@contextmanager
def uncollected() -> Iterator[None]:
    """Without the garbage collector: a pause would fall on whichever side it likes."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def quantile(values: Iterable[float], share: float) -> float:
    """The value that so large a share of them does not exceed."""
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]
