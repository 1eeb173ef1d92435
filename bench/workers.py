"""Two check workers beside one: how many more checks the same machine can answer.

What bounds them is the worker that has most to do, so what counts is the processor time of the busiest one for the
same requests: connections fall to workers as they come, and never quite evenly. The callers need processors too, and
here there are none left for them, so the clock would measure them.
"""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Final

from bench.accounts import stock
from bench.caller import Caller
from bench.measure import Figure, interleaved, processor_seconds, ratio, settled
from bench.serving import free_port, question, ready, started

from chaveiro.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bench.caller import Question
    from bench.measure import Dose

TITLE: Final = "Workers"
_CALLERS: Final = 2
_CONNECTIONS: Final = 32  # of each, as many as the shipped nginx keeps


def figures(dose: Dose) -> Iterator[Figure]:
    """Ask one worker and two, in turn."""
    if "workers" not in Settings.model_fields:
        return
    known = stock(dose.fewest)
    questions = [question(pair) for pair in known.pairs]
    with ExitStack() as stack:
        callers = [stack.enter_context(Caller()) for _ in range(_CALLERS)]
        one, two = (stack.enter_context(_working(known.folder, count)) for count in (1, 2))
        sides = {"one": partial(_busiest, callers, one, questions, dose)}
        sides["two"] = partial(_busiest, callers, two, questions, dose)
        found = interleaved(sides, dose.rounds, settle=partial(settled, [*one.workers, *two.workers]))
    alone = Figure("one worker, of a check", found["one"], "us", "processor time of the worker, callers' not")
    shared = Figure(
        "the busier of two workers, of a check", found["two"], "us", f"{_CALLERS * _CONNECTIONS} connections"
    )
    yield from (alone, shared)
    bound = "by processor time of the busiest, as callers leave no processor free here"
    yield ratio("checks that two workers answer, of those that one does", alone, shared, goal="workers", includes=bound)


class _Working:
    """A process and its workers."""

    def __init__(self, port: int, workers: Sequence[int]) -> None:
        self.port, self.workers = port, workers


@contextmanager
def _working(folder: Path, count: int) -> Iterator[_Working]:
    port = free_port()
    with started(folder, "--check-listen", f"127.0.0.1:{port}", "--workers", str(count)) as popen:
        ready(popen)
        tasks = Path(f"/proc/{popen.pid}/task").glob("*/children")  # each began by a thread of its own, maybe
        workers = [int(pid) for task in tasks for pid in task.read_text().split()]
        assert len(workers) == count, workers
        yield _Working(port, workers)


def _busiest(callers: Sequence[Caller], working: _Working, questions: Sequence[Question], dose: Dose) -> float:
    """Processor time of the worker that had most to do, for each request that any of them answered."""
    before = [processor_seconds([pid]) for pid in working.workers]
    count = dose.requests // len(callers)
    right: list[int] = []
    threads = [Thread(target=_ask, args=(caller, working.port, questions, count, right)) for caller in callers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert right == [count] * len(callers)
    spent = [processor_seconds([pid]) - begun for pid, begun in zip(working.workers, before, strict=True)]
    return max(spent) / (count * len(callers)) * 1_000_000


def _ask(caller: Caller, port: int, questions: Sequence[Question], count: int, right: list[int]) -> None:
    right.append(caller.ask(port, questions, count, _CONNECTIONS).right)
