"""Thousands of connections that say nothing, in front of workers of their own: whoever asks is answered as before."""

from __future__ import annotations

import resource
import socket
from contextlib import ExitStack
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, NamedTuple

import pytest
from tests.dose import CHOSEN, dose
from tests.nodes.fleet import NodeProcess, Pair, furnish, managing, new_pepper, ready, settings, start
from tests.serve.holding import Holder, holding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.promises.plugin import Proof

WORKERS = 2  # and as many processes that hold the connections: none of them may open as many files as there are
FILES = resource.getrlimit(resource.RLIMIT_NOFILE)[1]  # that one process may let itself open
EACH = dose(1_000, 10_000, 10_000)
if FILES not in {resource.RLIM_INFINITY, -1}:
    EACH = min(EACH, FILES * 2 // 3)  # of each kind a worker has half, and maybe half as many again
CHECKS = 300
LATE_SECONDS = 0.025 if CHOSEN != "fast" else 0.25  # p99; where other tests run beside this one, a bound for "waits"
OPEN_SECONDS_MAX = 10.0
MEMORY_MAX = 256 * 1024 * 1024

pytestmark = pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="reads a process's memory from /proc")


class Server(NamedTuple):
    """A process with its workers, and a pair that it allows."""

    process: NodeProcess
    pair: Pair

    def memory(self) -> int:
        """Bytes of them that are in memory."""
        own = Path(f"/proc/{self.process.popen.pid}")
        workers = [Path(f"/proc/{pid}") for task in own.glob("task/*/children") for pid in task.read_text().split()]
        assert len(workers) >= WORKERS
        return sum(int((one / "statm").read_text().split()[1]) * 4096 for one in (own, *workers))

    def took(self) -> float:
        """How long a check takes whoever comes now."""
        began = perf_counter()
        with socket.create_connection(("127.0.0.1", self.process.checks), timeout=20) as fresh:
            fresh.sendall(self.pair.question())
            assert fresh.recv(4096).startswith(b"HTTP/1.1 200 ")
        return perf_counter() - began


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    new_pepper(tmp_path)
    database = f"sqlite:///{tmp_path}/chaveiro.db"
    with managing(tmp_path, database) as house:
        (pair,) = furnish(house, 1)
        process = start(settings(tmp_path, database, check_listen="127.0.0.1:0", workers=WORKERS))
        try:
            ready(process)
            yield Server(process, pair)
        finally:
            process.kill()


def p99_of(server: Server) -> float:
    """What 99 of 100 who come now are answered within."""
    return sorted(server.took() for _ in range(CHECKS))[CHECKS * 99 // 100]


def heard(holders: list[Holder]) -> int:
    """Wait until each has opened its connections; how many those are."""
    return sum(holder.heard() for holder in holders)


def test_connections_that_say_nothing_hold_up_nobody(server: Server, proof: Proof) -> None:
    """Half of them never finish a head, and are ended in time; half wait for their next request, and are kept."""
    server.took()
    alone = p99_of(server)
    before = server.memory()
    with ExitStack() as stack:
        of_each = EACH // WORKERS
        holders = [
            stack.enter_context(holding(server.process.checks, 1 + number, of_each, server.pair.question()))
            for number in range(WORKERS)
        ]
        idle = heard(holders)
        for holder in holders:
            holder.goes_on()
        half_open = heard(holders)
        p99 = p99_of(server)
        held = sum(holder.left() for holder in holders)
        grown = server.memory() - before
        told = [holder.heard() for holder in holders]
    lived = [seconds for one in told for seconds in one["lived"]]
    assert p99 < max(LATE_SECONDS, 2 * alone)  # where the machine is so busy that a check takes long by itself
    assert grown < MEMORY_MAX
    assert [one["left"] for one in told] == [0] * WORKERS
    assert max(lived) < OPEN_SECONDS_MAX
    assert not any(one["told_otherwise"] for one in told)
    assert all(one["kept"] for one in told), "who waits for its next request is left alone"
    slow = f"p99 of a fresh check {p99 * 1000:.1f} ms, {alone * 1000:.1f} ms without them"
    figure = f"{slow}, {grown / 2**20:.0f} MiB more, half-open ones ended after {max(lived):.1f} s at most"
    proof("G16", dose=f"{idle:,} idle and {half_open:,} half-open connections, {held:,} of them at last", figure=figure)
