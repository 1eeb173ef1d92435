"""A process that holds connections which say nothing: `python -m tests.serve.holding PORT NETWORK COUNT`.

The question of its first line, in hexadecimal, is asked once on COUNT connections, which then wait for the next one.
Told to go on, it opens as many whose head never ends. Asked how many, it says how many of those are left. Once they are
all ended, or no more are after a while, it tells how.
"""

from __future__ import annotations

import json
import resource
import select
import socket
import subprocess
import sys
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

PER_ADDRESS: Final = 5_000  # connections from one of its addresses, which has 28,000 ports
AT_ONCE: Final = 50  # opened between two looks at those that were ended
PATIENCE_SECONDS: Final = 30.0  # after the last was opened


class Held:
    """The connections."""

    def __init__(self, port: int, network: int, question: bytes) -> None:
        self._port, self._network, self._question, self._number = port, network, question, 0
        self._poll = select.epoll()
        self._open: dict[int, tuple[socket.socket, float]] = {}
        self._idle: list[socket.socket] = []
        self._lived: list[float] = []
        self._told_otherwise = 0

    def idle(self, count: int) -> None:
        """Open connections that wait for their next request."""
        for _ in range(count):
            one = self._connected()
            assert self._is_answered(one)
            self._idle.append(one)

    def half_open(self, count: int) -> None:
        """Open connections on which a head begins."""
        for number in range(count):
            one = self._connected()
            one.sendall(self._question[:-2])
            self._open[one.fileno()] = one, monotonic()
            self._poll.register(one.fileno(), select.EPOLLIN)
            if number % AT_ONCE == 0:
                self.look(0)

    def look(self, seconds: float) -> None:
        """See which were ended, each after it was told why."""
        for number, _ in self._poll.poll(seconds):
            if number == sys.stdin.fileno():
                sys.stdin.readline()
                print(len(self._open), flush=True)
                continue
            one, opened = self._open.pop(number)
            self._poll.unregister(number)
            self._lived.append(monotonic() - opened)
            self._told_otherwise += not one.recv(4096).startswith(b"HTTP/1.1 408 ")
            one.close()

    def told(self) -> dict[str, Any]:
        """How all of them ended, and whether one that waited still is answered."""
        self._poll.register(sys.stdin.fileno(), select.EPOLLIN)
        until = monotonic() + PATIENCE_SECONDS
        while self._open and monotonic() < until:
            self.look(0.1)
        kept = self._is_answered(self._idle[0])
        return {"left": len(self._open), "lived": self._lived, "told_otherwise": self._told_otherwise, "kept": kept}

    def _connected(self) -> socket.socket:
        ours = f"127.0.{self._network}.{1 + self._number // PER_ADDRESS}"
        self._number += 1
        return socket.create_connection(("127.0.0.1", self._port), timeout=20, source_address=(ours, 0))

    def _is_answered(self, one: socket.socket) -> bool:
        one.sendall(self._question)
        answer = one.recv(8192)  # its head and no body come in one piece
        return answer.startswith(b"HTTP/1.1 200 ") and answer.endswith(b"\r\n\r\n")


class Holder:
    """Such a process, seen by whoever started it."""

    def __init__(self, popen: subprocess.Popen[str], question: bytes) -> None:
        self._popen = popen
        self._say(question.hex())

    def heard(self) -> Any:
        """What it says next."""
        assert self._popen.stdout is not None
        line = self._popen.stdout.readline()
        assert line, "whoever holds the connections is gone"
        return json.loads(line)

    def goes_on(self) -> None:
        """Have it open the half-open ones."""
        self._say("go on")

    def left(self) -> int:
        """How many of the half-open ones are left."""
        self._say("how many")
        return int(self.heard())

    def _say(self, what: str) -> None:
        assert self._popen.stdin is not None
        self._popen.stdin.write(f"{what}\n")
        self._popen.stdin.flush()


@contextmanager
def holding(port: int, network: int, count: int, question: bytes) -> Iterator[Holder]:
    """Begin such a process, and end it afterwards with all that it holds."""
    command = [sys.executable, "-u", "-m", "tests.serve.holding", str(port), str(network), str(count)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as popen:
        try:
            yield Holder(popen, question)
        finally:
            popen.kill()


def main(port: int, network: int, count: int) -> None:
    """Hold them until killed."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    held = Held(port, network, bytes.fromhex(sys.stdin.readline()))
    held.idle(count)
    print(count, flush=True)
    sys.stdin.readline()
    held.half_open(count)
    print(count, flush=True)
    print(json.dumps(held.told()), flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
