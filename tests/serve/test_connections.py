"""Thousands of connections that say nothing, in front of a process of its own: whoever asks is answered as before."""

from __future__ import annotations

import resource
import select
import socket
from collections import deque
from contextlib import closing
from pathlib import Path
from threading import Event, Thread
from time import monotonic, perf_counter
from typing import TYPE_CHECKING, NamedTuple

import pytest
from tests.dose import CHOSEN, dose
from tests.nodes.fleet import NodeProcess, Pair, furnish, managing, new_pepper, ready, settings, start
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.promises.plugin import Proof

FILES = resource.getrlimit(resource.RLIMIT_NOFILE)  # that one process may open, and that it may let itself open
EACH = dose(1_000, 10_000, 10_000)
if FILES[1] not in {resource.RLIM_INFINITY, -1}:
    EACH = min(EACH, (FILES[1] - 1_000) // 2)  # else nobody here could hold so many, neither we nor the process
CHECKS = 300
LATE_SECONDS = 0.025 if CHOSEN != "fast" else 0.25  # p99; where other tests run beside this one, a bound for "waits"
OPEN_SECONDS_MAX = 10.0
MEMORY_MAX = 256 * 1024 * 1024
PER_ADDRESS = 5_000  # connections that the client opens from one of its addresses, which has 28,000 ports
WHOLE = b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"

pytestmark = pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="reads a process's memory from /proc")


class Server(NamedTuple):
    """A process, and a pair that it allows."""

    process: NodeProcess
    pair: Pair

    def memory(self) -> int:
        """Bytes of it that are in memory."""
        return int(Path(f"/proc/{self.process.popen.pid}/statm").read_text().split()[1]) * 4096

    def connect(self, number: int) -> socket.socket:
        """A connection from one of our addresses."""
        ours = f"127.0.1.{1 + number // PER_ADDRESS}"
        return socket.create_connection(("127.0.0.1", self.process.port), timeout=20, source_address=(ours, 0))

    def took(self) -> float:
        """How long a check takes whoever comes now."""
        began = perf_counter()
        with socket.create_connection(("127.0.0.1", self.process.port), timeout=20) as fresh:
            fresh.sendall(self.pair.question())
            assert fresh.recv(4096).startswith(b"HTTP/1.1 200 ")
        return perf_counter() - began


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(FILES[0], 2 * EACH + 1_000), FILES[1]))
    new_pepper(tmp_path)
    database = f"sqlite:///{tmp_path}/chaveiro.db"
    with managing(tmp_path, database) as house:
        (pair,) = furnish(house, 1)
        process = start(settings(tmp_path, database))
        try:
            ready(process)
            yield Server(process, pair)
        finally:
            process.kill()
            resource.setrlimit(resource.RLIMIT_NOFILE, FILES)


def is_answered(one: socket.socket) -> bool:
    """Ask on an open connection, and read the whole answer."""
    one.sendall(WHOLE)
    answer = b""
    while not answer.endswith(b"}"):
        answer += (more := one.recv(4096))
        if not more:
            return False
    return answer.startswith(b"HTTP/1.1 200 ")


class Watch(Thread):
    """Sees when connections are ended, each after it was told why."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self._new: deque[tuple[socket.socket, float]] = deque()
        self._open: dict[int, tuple[socket.socket, float]] = {}
        self.lived: list[float] = []
        self.told_otherwise = 0
        self.stopping = Event()

    def add(self, one: socket.socket) -> None:
        """Watch one more, which was opened just now."""
        self._new.append((one, monotonic()))

    def run(self) -> None:
        with closing(select.epoll()) as poll:
            while not self.stopping.is_set():
                while self._new:
                    one, opened = self._new.popleft()
                    self._open[one.fileno()] = one, opened
                    poll.register(one.fileno(), select.EPOLLIN)
                for number, _ in poll.poll(0.1):
                    one, opened = self._open.pop(number)
                    poll.unregister(number)
                    self.lived.append(monotonic() - opened)
                    self.told_otherwise += not one.recv(4096).startswith(b"HTTP/1.1 408 ")


def p99_of(server: Server) -> float:
    """What 99 of 100 who come now are answered within."""
    return sorted(server.took() for _ in range(CHECKS))[CHECKS * 99 // 100]


def test_connections_that_say_nothing_hold_up_nobody(server: Server, proof: Proof) -> None:
    """Half of them never finish a head, and are ended in time; half wait for their next request, and are kept."""
    server.took()
    alone = p99_of(server)
    before, watch = server.memory(), Watch()
    idle: list[socket.socket] = []
    half_open: list[socket.socket] = []
    watch.start()
    try:
        for number in range(EACH):
            one = server.connect(number)
            idle.append(one)
            assert is_answered(one)
        for number in range(EACH):
            one = server.connect(EACH + number)
            half_open.append(one)
            one.sendall(WHOLE[:-2])
            watch.add(one)
        p99 = p99_of(server)
        held = EACH - len(watch.lived)
        grown = server.memory() - before
        until(lambda: len(watch.lived) == EACH, seconds_max=3 * OPEN_SECONDS_MAX)
        assert is_answered(idle[0]), "who waits for its next request is left alone"
    finally:
        watch.stopping.set()
        watch.join()
        for one in (*idle, *half_open):
            one.close()
    assert p99 < max(LATE_SECONDS, 2 * alone)  # where the machine is so busy that a check takes long by itself
    assert grown < MEMORY_MAX
    assert max(watch.lived) < OPEN_SECONDS_MAX
    assert not watch.told_otherwise
    slow = f"p99 of a fresh check {p99 * 1000:.1f} ms, {alone * 1000:.1f} ms without them"
    figure = f"{slow}, {grown / 2**20:.0f} MiB more, half-open ones ended after {max(watch.lived):.1f} s at most"
    proof("G16", dose=f"{EACH:,} idle and {EACH:,} half-open connections, {held:,} of them at last", figure=figure)
