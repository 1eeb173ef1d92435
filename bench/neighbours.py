"""What neighbours cost a check, and what a second worker gives: `python -m bench.neighbours [KEYS [SECONDS]]`.

Servers with one worker and with two, on one SQLite file, answer as many checks as callers can ask for. Then two workers
answer half as many, first with nothing beside them, and then while the process that manages exports all keys of the
account again and again and another process edits the role that all of them hold, without pause: the time that a check
takes, p50 and p99. Callers are processes of their own over raw sockets. Where they and the workers share too few
processors, more workers cannot answer more: so the processor time of a check is printed, too, and how many there are.
"""

from __future__ import annotations

import os
import re
import select
import socket
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from statistics import quantiles
from threading import Event, Thread
from time import perf_counter, sleep
from typing import TYPE_CHECKING, Final, NamedTuple

from tests.doors.console.browserless import Reader
from tests.nodes.fleet import ACME, ANA, Pair, done, furnish, new_pepper, ready, settings, start

from chaveiro.core.command import EditRole
from chaveiro.core.names import Resource, RoleId
from chaveiro.doors.console.cookies import SESSION
from chaveiro.serve import House, open_house

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.nodes.fleet import NodeProcess

KEYS: Final = 10_000
SECONDS: Final = 8.0
CALLERS: Final = 2
CONNECTIONS: Final = 8  # of each caller
NAMES: Final = 7  # resources that come and go
ASKED: Final = 50  # keys that are asked about
RATIO_MIN, TIMES_MAX = 1.7, 2.0  # the goals: two workers against one, p99 with neighbours against without

_WAIT: Final = re.compile(r'hx-get="(/console/jobs/[^"]+)"')
_FILE: Final = re.compile(r'href="(/console/jobs/[^"]+/file)"')


class Heard(NamedTuple):
    """What callers measured."""

    answers: int
    seconds: float
    p50_ms: float
    p99_ms: float

    @property
    def rate(self) -> float:
        """Answers in a second."""
        return self.answers / self.seconds


# ----------------------------------------------------------------------------------------------------------- a caller


def ask(port: int, seconds: float, rate: float, questions: Sequence[bytes]) -> None:
    """Ask for so long, so often in a second or, if 0, as often as there are answers; print how long each took."""
    with ExitStack() as stack:
        connections = [
            stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=30)) for _ in range(CONNECTIONS)
        ]
        took = _paced(connections, seconds, rate, questions) if rate else _eager(connections, seconds, questions)
    print(" ".join(f"{one * 1000:.3f}" for one in took))


def _paced(connections: list[socket.socket], seconds: float, rate: float, questions: Sequence[bytes]) -> list[float]:
    """Each question at its time, counted from then: who is kept waiting by one answer is late with the next."""
    took: list[float] = []
    began = perf_counter()
    for number in count():
        due = began + number / rate
        if due > began + seconds:
            return took
        sleep(max(0.0, due - perf_counter()))
        one = connections[number % len(connections)]
        one.sendall(questions[number % len(questions)])
        _read(one)
        took.append(perf_counter() - due)
    return took


def _eager(connections: list[socket.socket], seconds: float, questions: Sequence[bytes]) -> list[float]:
    """One question at a time on each connection."""
    took: list[float] = []
    began, number = perf_counter(), 0
    sent: dict[socket.socket, float] = {}
    for one in connections:
        one.sendall(questions[0])
        sent[one] = perf_counter()
    while perf_counter() - began < seconds:
        for one in select.select(connections, [], [], 30)[0]:
            _read(one)
            took.append(perf_counter() - sent[one])
            number += 1
            one.sendall(questions[number % len(questions)])
            sent[one] = perf_counter()
    return took


def _read(one: socket.socket) -> None:
    assert one.recv(8192).startswith(b"HTTP/1.1 200 ")


def heard(port: int, pairs: Sequence[Pair], seconds: float, *, rate: float = 0.0) -> Heard:
    """What several callers measure together."""
    said = "\n".join(pair.question().hex() for pair in pairs)
    command = [sys.executable, "-m", "bench.neighbours", "ask", str(port), str(seconds), str(rate / CALLERS)]
    callers = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # noqa: S603 - ourselves
        for _ in range(CALLERS)
    ]
    with ExitStack() as stack:
        for one in callers:
            stack.enter_context(one)
            assert one.stdin is not None
            one.stdin.write(f"{said}\n")
            one.stdin.close()
        took = [float(word) for one in callers if one.stdout for word in one.stdout.read().split()]
    shares = quantiles(took, n=100, method="inclusive")
    return Heard(len(took), seconds, shares[49], shares[98])


# --------------------------------------------------------------------------------------------------------- neighbours


def exporting(process: NodeProcess, house: House, stop: Event) -> int:
    """Export all keys again and again, as a person does; how many rows that were."""
    secret, _ = house.sessions.begin(ACME, ANA, address="127.0.0.1", agent="")
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


def editing(house: House, stop: Event) -> int:
    """Edit the role that all keys hold; how often."""
    times = 0
    for number in count():
        if stop.is_set():
            break
        one = frozenset({Resource("Bench", f"R{number % NAMES}")})
        adds = number // NAMES % 2 == 0
        done(house, EditRole(ACME, RoleId(1), add=one) if adds else EditRole(ACME, RoleId(1), remove=one))
        times += 1
    return times


def beside(work: Sequence[Callable[[Event], int]], measured: Callable[[], Heard]) -> tuple[Heard, list[int]]:
    """Measure while all this goes on; and how much of it was done."""
    stop, found = Event(), [0] * len(work)

    def run(number: int) -> None:
        found[number] = work[number](stop)

    threads = [Thread(target=run, args=(number,)) for number in range(len(work))]
    for one in threads:
        one.start()
    try:
        return measured(), found
    finally:
        stop.set()
        for one in threads:
            one.join()


# ------------------------------------------------------------------------------------------------------------ together


def cpu_seconds(process: NodeProcess) -> float:
    """What the workers of a process have used."""
    children = Path(f"/proc/{process.popen.pid}/task").glob("*/children")
    pids = [pid for one in children for pid in one.read_text().split()]
    stats = [one for pid in pids for one in Path(f"/proc/{pid}/task").glob("*/schedstat")]
    return sum(int(one.read_text().split()[0]) for one in stats) / 1e9


def as_many_as_they_can(
    workers: int, folder: Path, database: str, *, pairs: Sequence[Pair], seconds: float, stack: ExitStack
) -> tuple[NodeProcess, Heard]:
    """Begin a server with so many workers, and let it answer without pause."""
    process = start(settings(folder, database, check_listen="127.0.0.1:0", workers=workers))
    stack.callback(process.kill)
    ready(process)
    heard(process.checks, pairs, 1.0)
    before = cpu_seconds(process)
    found = heard(process.checks, pairs, seconds)
    used = (cpu_seconds(process) - before) / found.answers * 1e6
    print(f"{workers} worker(s): {found.rate:8,.0f} checks/s, {used:6.1f} us of their processors each", flush=True)
    return process, found


def main(keys: int, seconds: float) -> None:
    """Measure, and print."""
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        new_pepper(folder)
        database = f"sqlite:///{folder}/chaveiro.db"
        house = open_house(settings(folder, database))
        stack.callback(house.close)
        began = perf_counter()
        pairs = furnish(house, keys)[-ASKED:]
        print(
            f"{os.cpu_count()} processors; an account of {keys:,} keys, made in {perf_counter() - began:.0f} s",
            flush=True,
        )
        with ExitStack() as alone:
            one = as_many_as_they_can(1, folder, database, pairs=pairs, seconds=seconds, stack=alone)[1]
        process, two = as_many_as_they_can(2, folder, database, pairs=pairs, seconds=seconds, stack=stack)
        print(f"two against one: {two.rate / one.rate:.2f} (goal {RATIO_MIN})", flush=True)
        half = two.rate / 2
        idle = heard(process.checks, pairs, seconds, rate=half)
        print(f"half load, idle:            p50 {idle.p50_ms:6.2f} ms, p99 {idle.p99_ms:6.2f} ms")
        work = [lambda stop: exporting(process, house, stop), lambda stop: editing(house, stop)]
        busy, (rows, edits) = beside(work, lambda: heard(process.checks, pairs, seconds, rate=half))
        print(f"half load, with neighbours: p50 {busy.p50_ms:6.2f} ms, p99 {busy.p99_ms:6.2f} ms")
        print(f"  meanwhile {rows:,} rows exported, and the role of {keys:,} keys edited {edits} times")
        print(f"p99 with neighbours against idle: {busy.p99_ms / idle.p99_ms:.1f} (goal {TIMES_MAX})")


if __name__ == "__main__":
    if sys.argv[1:2] == ["ask"]:
        ask(int(sys.argv[2]), float(sys.argv[3]), float(sys.argv[4]), [bytes.fromhex(line) for line in sys.stdin])
    else:
        given = sys.argv[1:]
        main(int(given[0]) if given else KEYS, float(given[1]) if given[1:] else SECONDS)
