"""Thousands of connections that say nothing, in front of a process of its own: whoever asks is answered as before."""

from __future__ import annotations

import resource
import selectors
import socket
from pathlib import Path
from time import monotonic, perf_counter
from typing import TYPE_CHECKING, NamedTuple

import pytest
from tests.dose import CHOSEN, dose
from tests.nodes.fleet import NodeProcess, Pair, furnish, managing, new_pepper, ready, settings, start

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


def ended(half_open: dict[socket.socket, float]) -> list[float]:
    """Wait until all were ended, each after it was told why; how long each was open."""
    lived: list[float] = []
    with selectors.DefaultSelector() as selector:
        for one in half_open:
            selector.register(one, selectors.EVENT_READ)
        give_up = monotonic() + 3 * OPEN_SECONDS_MAX
        while len(lived) < len(half_open):
            assert monotonic() < give_up, f"{len(half_open) - len(lived)} are still open"
            for key, _ in selector.select(1.0):
                one = next(one for one in (key.fileobj,) if isinstance(one, socket.socket))
                assert one.recv(4096).startswith(b"HTTP/1.1 408 ")
                lived.append(monotonic() - half_open[one])
                selector.unregister(one)
    return lived


def test_connections_that_say_nothing_hold_up_nobody(server: Server, proof: Proof) -> None:
    """Half of them never finish a head, and are ended in time; half wait for their next request, and are kept."""
    server.took()
    before, idle, half_open = server.memory(), [], {}
    try:
        for number in range(EACH):
            one = server.connect(number)
            idle.append(one)
            assert is_answered(one)
        for number in range(EACH):
            one = server.connect(EACH + number)
            half_open[one] = monotonic()
            one.sendall(WHOLE[:-2])
        took = sorted(server.took() for _ in range(CHECKS))
        held = sum(monotonic() - opened < OPEN_SECONDS_MAX for opened in half_open.values())
        grown = server.memory() - before
        lived = ended(half_open)
        assert is_answered(idle[0]), "who waits for its next request is left alone"
    finally:
        for one in (*idle, *half_open):
            one.close()
    p99 = took[len(took) * 99 // 100]
    assert p99 < LATE_SECONDS, took[-10:]
    assert grown < MEMORY_MAX
    assert max(lived) < OPEN_SECONDS_MAX
    figure = f"p99 of a fresh check {p99 * 1000:.1f} ms, {grown / 2**20:.0f} MiB more, half-open ones ended after"
    figure = f"{figure} {max(lived):.1f} s at most"
    proof("G16", dose=f"{EACH:,} idle and {held:,} half-open connections", figure=figure)
