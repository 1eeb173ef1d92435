"""Whoever sends wrong tokens for one key: `python -m tests.measured.siege PORT ADDRESSES RATE`.

So many a second, from one address over some connections or from each of many over its own; on none of them a second
one before the first is answered, so that whoever cannot keep up is asked less often, which the rate tells. The appKey
comes by standard input, and the end of it is the end of the siege: then it prints how it went.
"""

from __future__ import annotations

import json
import os
import select
import socket
import subprocess
import sys
from collections import deque
from contextlib import contextmanager
from random import Random
from time import monotonic
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from tests.nodes.fleet import Pair

from chaveiro.core.credential import mint_token
from chaveiro.core.names import AppKey

if TYPE_CHECKING:
    from collections.abc import Iterator

CONNECTIONS_MIN: Final = 50
GUESSES: Final = 10_000
TICK_SECONDS: Final = 0.001
LATE_SECONDS_MAX: Final = 0.005
WARM_SECONDS: Final = 1.0


class Siege(NamedTuple):
    """What one came to."""

    rate: float  # refused in a second
    refused: int
    otherwise: int  # answered in any other way


def address(number: int) -> str:
    """One of those that guesses come from; the first is the owner's, too."""
    return f"127.1.{number // 250}.{1 + number % 250}"


def besiege(port: int, addresses: int, rate: float, app_key: AppKey) -> Siege:
    """Send guesses until standard input ends."""
    rng = Random(17)
    guesses = [Pair(app_key, mint_token(app_key, rng.randbytes(33)).reveal()).question() for _ in range(GUESSES)]
    connections = []
    for number in range(max(CONNECTIONS_MIN, addresses)):
        one = socket.create_connection(("127.0.0.1", port), 20, source_address=(address(number % addresses), 0))
        one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connections.append(one)
    poll, free = select.epoll(), deque(connections)
    asked = {one.fileno(): one for one in connections}
    for number in (*asked, sys.stdin.fileno()):
        poll.register(number, select.EPOLLIN)
    heard = dict.fromkeys(asked, b"")
    sent = refused = otherwise = 0
    began, told, due = monotonic(), False, monotonic()
    while True:
        due = max(due, monotonic() - LATE_SECONDS_MAX)  # what cannot be sent in time is not made up for by a salvo
        while due < monotonic() and free:
            free.popleft().sendall(guesses[sent % GUESSES])
            sent += 1
            due += 1 / rate
        for number, _ in poll.poll(TICK_SECONDS):
            if number == sys.stdin.fileno():
                return Siege(refused / (monotonic() - began), refused, otherwise)
            heard[number] += (more := asked[number].recv(65_536))
            if more and not more.endswith(b"}"):  # the rest of its body comes by itself
                continue
            good = heard[number].startswith(b"HTTP/1.1 401 ")
            refused, otherwise = refused + good, otherwise + (not good)
            heard[number] = b""
            free.append(asked[number])
        if not told and monotonic() - began > WARM_SECONDS:
            told = True
            print("besieged", flush=True)


@contextmanager
def besieged(port: int, addresses: int, rate: float, app_key: AppKey, found: list[Siege]) -> Iterator[None]:
    """Have another process do so meanwhile, and put what came of it into *found*."""
    command = [sys.executable, "-m", "tests.measured.siege", str(port), str(addresses), str(rate)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as popen:
        assert popen.stdin is not None
        assert popen.stdout is not None
        popen.stdin.write(f"{app_key}\n")
        popen.stdin.flush()
        assert popen.stdout.readline() == "besieged\n"
        yield
        popen.stdin.close()
        told: list[Any] = json.loads(popen.stdout.readline())
        found.append(Siege(*told))


if __name__ == "__main__":
    os.nice(10)  # strangers have processors of their own; where they share ours, they are to take what is left
    key = AppKey(sys.stdin.readline().strip())
    print(json.dumps(besiege(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]), key)), flush=True)
