"""What checks notice of company: p99 while an account is exported and a role that all of its keys hold is edited.

Two check workers on SQLite answer half of what they can, for some seconds with nothing beside them, and for as long
while the process that manages exports every key again and again and another edits the role ten times a second. Then
few checks are asked for, with nothing beside them and while the role is edited without pause: what is left there is no
want of processors. What does the work is in `bench.neighbours`, which tells more about one run of it.
"""

from __future__ import annotations

from contextlib import ExitStack, closing
from functools import partial
from typing import TYPE_CHECKING, Final

from bench.measure import Figure, interleaved, ratio
from tests.nodes import fleet

from bench import load, neighbours
from chaveiro.serve import open_house

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from threading import Event

    from bench.load import Heard
    from bench.measure import Dose

TITLE: Final = "Checks in company"
_SELDOM: Final = 500
_SECONDS_MAX: Final = 4.0  # of each round of each side


def figures(dose: Dose) -> Iterator[Figure]:
    """Ask without company and with it, in turn."""
    keys, seconds = min(dose.requests, neighbours.KEYS), min(_SECONDS_MAX, dose.requests / 1_000)
    with ExitStack() as stack:
        folder, questions = stack.enter_context(neighbours.account(keys))
        house = stack.enter_context(closing(open_house(fleet.settings(folder, neighbours.url(folder)))))
        process, most = neighbours.as_many_as_they_can(2, folder, questions=questions, seconds=seconds, stack=stack)
        heard = partial(load.heard, process.checks, questions, seconds, rate=most.rate / 2)
        seldom = partial(load.heard, process.checks, questions, seconds, rate=_SELDOM)
        edits = partial(neighbours.editing, house, pause_seconds=neighbours.EDIT_SECONDS)
        work = [partial(neighbours.exporting, process, house), edits]
        done: list[list[int]] = []
        without_pause: list[list[int]] = []
        sides = {
            "alone": lambda: heard().p99_ms,
            "company": lambda: _beside(work, heard, done),
            "few": lambda: seldom().p99_ms,
            "edits": lambda: _beside([partial(neighbours.editing, house)], seldom, without_pause),
        }
        found = interleaved(sides, dose.rounds)
    rows, edited, unsure = (sum(counts) for counts in zip(*done, strict=True))
    alone = Figure("p99 of checks at half load", found["alone"], "ms", f"{most.rate / 2:,.0f} checks a second")
    beside = f"meanwhile {rows:,} rows exported, a role of {keys:,} keys edited {edited:,} times"
    again = f"{unsure:,} times asked again after a 503, and late"
    company = Figure("the same beside exports and edits", found["company"], "ms", f"{beside}; {again}")
    few = Figure("p99 of few checks", found["few"], "ms", f"{_SELDOM} checks a second")
    edited_on = sum(counts[0] for counts in without_pause)
    busy = Figure("the same beside edits without pause", found["edits"], "ms", f"the role edited {edited_on:,} times")
    yield from (alone, company, ratio("p99 in company against without", company, alone, goal="neighbours"), few, busy)


def _beside(work: Sequence[Callable[[Event], int]], heard: Callable[[], Heard], done: list[list[int]]) -> float:
    found, counts = neighbours.beside(work, heard)
    assert all(counts), "nothing went on beside it"
    done.append([*counts, found.unsure])
    return found.p99_ms
