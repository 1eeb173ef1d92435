"""What neighbours cost a check, and what a second worker gives: `python -m bench.neighbours [KEYS [SECONDS]]`.

Servers with one worker and with two, on one SQLite file, answer as many checks as callers can ask for. Then two workers
answer half as many, first with nothing beside them, and then while the process that manages exports all keys of the
account again and again and another process edits the role that all of them hold, ten times a second and then without
pause: the time that a check takes, p50 and p99. Callers are processes of their own over raw sockets. Where they and the
workers share too few processors, more workers cannot answer more: so the processor time of a check is printed, too, and
how many there are.
"""

from __future__ import annotations

import os
import re
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from functools import partial
from itertools import count
from pathlib import Path
from threading import Event
from time import sleep
from typing import TYPE_CHECKING, Final

from bench.accounts import ANA, BENCH, done, stock
from bench.load import Heard, heard
from bench.measure import processor_seconds, settled
from bench.serving import apart, question
from tests.doors.console.browserless import Reader
from tests.nodes.fleet import ready, settings, start

from chaveiro.core.command import EditRole
from chaveiro.core.names import Resource, RoleId
from chaveiro.doors.console.cookies import SESSION
from chaveiro.serve import House, open_house

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tests.nodes.fleet import NodeProcess

KEYS: Final = 10_000
SECONDS: Final = 8.0
EDIT_SECONDS: Final = 0.1  # between two edits: more than people make
NAMES: Final = 7  # resources that come and go
ASKED: Final = 50  # keys that are asked about
RATIO_MIN, TIMES_MAX = 1.7, 2.0  # the goals: two workers against one, p99 with neighbours against without

_WAIT: Final = re.compile(r'hx-get="(/console/jobs/[^"]+)"')
_FILE: Final = re.compile(r'href="(/console/jobs/[^"]+/file)"')


# --------------------------------------------------------------------------------------------------------- neighbours


def exporting(process: NodeProcess, house: House, stop: Event) -> int:
    """Export all keys again and again, as a person does; how many rows that were."""
    secret, _ = house.sessions.begin(BENCH, ANA, address="127.0.0.1", agent="")
    reader = Reader(f"http://127.0.0.1:{process.port}", cookies={SESSION: secret.reveal()})
    rows = 0
    while not stop.is_set():
        reader.get("/console/keys")
        reader.post("/console/keys/export", {"format": "csv"})
        while not (found := _FILE.search(reader.page.text)) and (again := _WAIT.search(reader.page.text)):
            sleep(0.05)
            reader.get(again[1])
        rows += reader.get(found[1]).text.count("\n") if found else 0
    return rows


def editing(house: House, stop: Event, *, pause_seconds: float = 0.0) -> int:
    """Edit the role that all keys hold, with pauses or without any; how often."""
    some = [Resource("Bench", f"R{number}") for number in range(NAMES)]
    if left := house.node.keyring(BENCH).roles[RoleId(1)].resources.intersection(some):  # by whoever edited before
        done(house, EditRole(BENCH, RoleId(1), remove=left))
    times = 0
    for number in count():
        if stop.wait(pause_seconds):
            break
        one = frozenset({some[number % NAMES]})
        adds = number // NAMES % 2 == 0
        done(house, EditRole(BENCH, RoleId(1), add=one) if adds else EditRole(BENCH, RoleId(1), remove=one))
        times += 1
    return times


def beside(work: Sequence[Callable[[Event], int]], measured: Callable[[], Heard]) -> tuple[Heard, list[int]]:
    """Measure while all this goes on; and how much of it was done."""
    stop = Event()
    with ThreadPoolExecutor(len(work)) as pool:
        working = [pool.submit(one, stop) for one in work]
        try:
            found = measured()
        finally:
            stop.set()
    return found, [one.result() for one in working]


# ------------------------------------------------------------------------------------------------------------ together


def workers_of(process: NodeProcess) -> list[int]:
    """Its check workers."""
    children = Path(f"/proc/{process.popen.pid}/task").glob("*/children")
    return [int(pid) for one in children for pid in one.read_text().split()]


@contextmanager
def account(keys: int) -> Iterator[tuple[Path, list[bytes]]]:
    """A folder with a database of its own and an account of so many keys, on the disk; questions about some of them."""
    with apart(stock(keys)) as known:
        yield known.folder, [question(pair).sent for pair in known.pairs[-ASKED:]]


def url(folder: Path) -> str:
    """Where that database is."""
    return f"sqlite:///{folder}/chaveiro.db"


def as_many_as_they_can(
    workers: int, folder: Path, *, questions: Sequence[bytes], seconds: float, stack: ExitStack
) -> tuple[NodeProcess, Heard]:
    """Begin a server with so many workers, and let it answer without pause."""
    process = start(settings(folder, url(folder), check_listen="127.0.0.1:0", workers=workers))
    stack.callback(process.kill)
    ready(process)
    pids = workers_of(process)
    heard(process.checks, questions, 1.0)
    settled(pids)
    before = processor_seconds(pids)
    found = heard(process.checks, questions, seconds)
    used = (processor_seconds(pids) - before) / found.answers * 1e6
    print(f"{workers} worker(s): {found.rate:8,.0f} checks/s, {used:6.1f} us of their processors each", flush=True)
    return process, found


def main(keys: int, seconds: float) -> None:
    """Measure, and print."""
    with ExitStack() as stack:
        folder, questions = stack.enter_context(account(keys))
        house = stack.enter_context(closing(open_house(settings(folder, url(folder)))))
        print(f"{os.cpu_count()} processors; an account of {keys:,} keys", flush=True)
        with ExitStack() as alone:
            one = as_many_as_they_can(1, folder, questions=questions, seconds=seconds, stack=alone)[1]
        process, two = as_many_as_they_can(2, folder, questions=questions, seconds=seconds, stack=stack)
        print(f"two against one: {two.rate / one.rate:.2f} (goal {RATIO_MIN})", flush=True)
        half = two.rate / 2
        idle = heard(process.checks, questions, seconds, rate=half)
        print(f"half load, idle:            p50 {idle.p50_ms:6.2f} ms, p99 {idle.p99_ms:6.2f} ms")
        for pause_seconds in (EDIT_SECONDS, 0.0):
            edits = partial(editing, house, pause_seconds=pause_seconds)
            work = [partial(exporting, process, house), edits]
            busy, (rows, edited) = beside(work, lambda: heard(process.checks, questions, seconds, rate=half))
            print(f"half load, with neighbours: p50 {busy.p50_ms:6.2f} ms, p99 {busy.p99_ms:6.2f} ms")
            print(f"  meanwhile {rows:,} rows exported, and the role of {keys:,} keys edited {edited} times")
            print(f"  {busy.unsure} times a caller was told 503 and asked again")
            print(f"p99 with neighbours against idle: {busy.p99_ms / idle.p99_ms:.1f} (goal {TIMES_MAX})")


if __name__ == "__main__":
    given = sys.argv[1:]
    main(int(given[0]) if given else KEYS, float(given[1]) if given[1:] else SECONDS)
