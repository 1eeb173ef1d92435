"""Checks asked for by processes of their own: as many as there are answers, or so many a second.

They import nothing that takes a while to begin with, as each measurement begins them anew.
"""

from __future__ import annotations

import select
import socket
import subprocess
import sys
from collections import deque
from contextlib import ExitStack
from statistics import quantiles
from time import perf_counter
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

CALLERS: Final = 2
CONNECTIONS: Final = 8  # of each caller
_UNSURE: Final = "unsure"


class Heard(NamedTuple):
    """What callers measured."""

    answers: int
    seconds: float
    p50_ms: float
    p99_ms: float
    unsure: int  # questions that were asked again, as nobody could tell

    @property
    def rate(self) -> float:
        """Answers in a second."""
        return self.answers / self.seconds


def ask(port: int, seconds: float, rate: float) -> None:
    """Ask for so long, so often in a second or, if 0, as often as there are answers; print how long each took.

    What to ask comes on standard input, then an empty line; and when to begin, another one.
    """
    questions = [bytes.fromhex(line) for line in iter(sys.stdin.readline, "\n")]
    with ExitStack() as stack:
        connections = [
            stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=30)) for _ in range(CONNECTIONS)
        ]
        print("ready", flush=True)
        sys.stdin.readline()
        took = _paced(connections, seconds, rate, questions) if rate else _eager(connections, seconds, questions)
    print(" ".join(f"{one * 1000:.3f}" for one in took))


def _paced(connections: list[socket.socket], seconds: float, rate: float, questions: Sequence[bytes]) -> list[float]:
    """Each question at its time, counted from then, whether or not others have their answers."""
    took: list[float] = []
    free, waiting = deque(connections), dict[socket.socket, float]()  # in turn, so that every worker is asked
    began, number, last = perf_counter(), 0, int(rate * seconds)
    while number < last or waiting:
        due = began + number / rate
        if number < last and free and perf_counter() >= due:
            one = free.popleft()
            one.sendall(questions[number % len(questions)])
            waiting[one] = due
            number += 1
            continue
        until = max(0.0, due - perf_counter()) if number < last and free else 30.0
        for one in select.select(list(waiting), [], [], until)[0]:
            if not _knows(one):  # asked again, at once and still late
                one.sendall(questions[0])
                continue
            took.append(perf_counter() - waiting.pop(one))
            free.append(one)
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
            if not _knows(one):
                one.sendall(questions[0])
                continue
            took.append(perf_counter() - sent[one])
            number += 1
            one.sendall(questions[number % len(questions)])
            sent[one] = perf_counter()
    return took


def _knows(one: socket.socket) -> bool:
    """Say whether the answer is an allow, or that nobody can tell now. Nothing else is right."""
    answer = one.recv(8192)
    unsure = answer.startswith(b"HTTP/1.1 503 ")
    assert unsure or answer.startswith(b"HTTP/1.1 200 "), f"a right pair was answered otherwise: {answer!r}"
    if unsure:
        print(_UNSURE)
    return not unsure


def heard(port: int, questions: Sequence[bytes], seconds: float, *, rate: float = 0.0) -> Heard:
    """What several callers measure together. None begins before all are there: a start takes a processor, too."""
    said = "".join(f"{one.hex()}\n" for one in questions)
    command = [sys.executable, "-m", "bench.load", str(port), str(seconds), str(rate / CALLERS)]
    callers = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # noqa: S603 - ourselves
        for _ in range(CALLERS)
    ]
    with ExitStack() as stack:
        for one in callers:
            stack.enter_context(one)
            _tell(one, f"{said}\n")
        for one in callers:
            assert one.stdout is not None
            assert one.stdout.readline() == "ready\n"
        for one in callers:
            _tell(one, "\n")
        told = [word for one in callers if one.stdout for word in one.stdout.read().split()]
    assert not any(one.returncode for one in callers), "a caller gave up, and said why"
    took = [float(word) for word in told if word != _UNSURE]
    shares = quantiles(took, n=100, method="inclusive")
    return Heard(len(took), seconds, shares[49], shares[98], len(told) - len(took))


def _tell(one: subprocess.Popen[str], text: str) -> None:
    assert one.stdin is not None
    one.stdin.write(text)
    one.stdin.flush()


if __name__ == "__main__":
    ask(int(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3]))
