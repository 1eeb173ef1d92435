"""How soon a process decides after it was started, and how much memory a key takes.

`ready` is what `chaveiro serve` prints; the accounts themselves are read when they are first asked about, so the start
is over when the account that holds every key has allowed a first request. After the first start, if not before, files
are in the system's cache. Memory is what the system counts as its own, before that account was read and after.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from time import perf_counter
from typing import TYPE_CHECKING, Final

from bench.accounts import SMALL, stock
from bench.caller import Caller, Question
from bench.measure import Figure
from bench.serving import Served, question, ready, started

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.accounts import Stock
    from bench.measure import Dose

TITLE: Final = "Start, and memory"
STARTS: Final = 5  # of each size; with a million keys one takes its time
GOALS_AT: Final = 1_000_000  # keys


@dataclass(slots=True)
class Started:
    """What was seen of the starts of one size."""

    said: list[float] = field(default_factory=list)
    first: list[float] = field(default_factory=list)
    whole: list[float] = field(default_factory=list)
    bytes_each: list[float] = field(default_factory=list)


def figures(dose: Dose) -> Iterator[Figure]:
    """Start it with the smallest account and with the largest, in turn."""
    seen = {keys: Started() for keys in (dose.keys[0], dose.keys[-1])}
    with Caller() as caller:
        sides = [_starting(caller, stock(keys), found) for keys, found in seen.items()]
        for _ in range(min(STARTS, dose.rounds)):
            for side in sides:
                side()
    for keys, found in seen.items():
        yield from _told(keys, found)


class _starting:  # noqa: N801 - it is called
    """Starts once, each time that it is called."""

    def __init__(self, caller: Caller, stock: Stock, found: Started) -> None:
        self._caller, self._stock, self._found = caller, stock, found

    def __call__(self) -> None:
        began = perf_counter()
        with started(self._stock.folder) as popen:
            served = Served(popen.pid, ready(popen))
            self._found.said.append(perf_counter() - began)
            self._allowed(served, question(self._stock.small, account=SMALL))
            self._found.first.append(perf_counter() - began)
            before = served.resident_bytes
            self._allowed(served, question(self._stock.pairs[-1]))
            self._found.whole.append(perf_counter() - began)
            self._found.bytes_each.append((served.resident_bytes - before) / self._stock.keys)

    def _allowed(self, served: Served, asked: Question) -> None:
        assert self._caller.ask(served.port, [asked], 1, connections=1).right == 1


def _told(keys: int, found: Started) -> Iterator[Figure]:
    """What was seen of one size. Goals are of the largest account alone."""
    many, large = f"{keys:,} keys", keys >= GOALS_AT
    said, first, whole = tuple(found.said), tuple(found.first), tuple(found.whole)
    begun = "from the start of the program; a database on SQLite, its checks included"
    small = "and the first answer about an account of one key beside it"
    every = "and the first answer about the account that holds all keys, every row of it verified"
    held = "what the process holds more once the account was read, after what reading it took was given back"
    yield Figure(f"start until it says so, {many}", said, "s", begun)
    yield Figure(f"start until a small account answers, {many}", first, "s", small, "first" * large)
    yield Figure(f"start until every key is ready, {many}", whole, "s", every, "ready" * large)
    yield Figure(f"memory of a key, {many}", tuple(found.bytes_each), "bytes", held, "memory" * large)
