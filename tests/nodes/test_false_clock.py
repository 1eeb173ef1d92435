"""The whole program under a wall clock that somebody sets while it runs."""

from __future__ import annotations

import time
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
from tests.nodes import fleet
from tests.nodes.fleet import NodeProcess, asked, furnish, issue, managing, new_pepper
from tests.tcpproxy import TcpProxy
from tests.waiting import until

from chaveiro.core.names import Moment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.postgres import PostgresServer
    from tests.promises.plugin import Proof

    from chaveiro.settings import Settings

LIBRARY = next(iter(sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))), None)
HOUR, S = 3_600, 2.0

pytestmark = pytest.mark.skipif(
    LIBRARY is None, reason="there is no libfaketime here: `apt-get install faketime` brings it"
)


@contextmanager
def under(clock: Path, given: Settings) -> Iterator[NodeProcess]:
    """A node whose wall clock is what a file says of it; how long it has been running nobody can set."""
    clock.write_text("+0")
    told = {"FAKETIME_TIMESTAMP_FILE": str(clock), "FAKETIME_NO_CACHE": "1"}
    told |= {"FAKETIME_DONT_FAKE_MONOTONIC": "1", "NO_FAKE_STAT": "1"}
    process = fleet.start(given, LD_PRELOAD=str(LIBRARY), **told)
    try:
        fleet.ready(process)
        yield process
    finally:
        process.kill()


def test_a_clock_that_jumps_ends_keys_and_stretches_nothing(
    tmp_path: Path, postgres: PostgresServer, proof: Proof
) -> None:
    """Keys expire by the clock as it is; a node that is cut off says so after S, wherever the clock goes meanwhile."""
    clock = tmp_path / "clock"
    name = postgres.new_database()
    new_pepper(tmp_path)
    with ExitStack() as stack:
        house = stack.enter_context(managing(tmp_path, postgres.url(name)))
        (lasting,) = furnish(house, 1)
        ending = issue(house, 1, expires=Moment(time.time() + HOUR))
        network = stack.enter_context(TcpProxy(postgres.port))
        given = fleet.settings(tmp_path, postgres.url(name, port=network.port), stale_seconds_max=S)
        node = stack.enter_context(under(clock, given))
        assert (asked(node, lasting), asked(node, ending)) == (200, 200)
        for jump in ("+2h", "+400d"):
            clock.write_text(jump)
            until(lambda: asked(node, ending) == 401)
            assert asked(node, lasting) == 200
        for jump in ("-2h", "-400d", "+0"):
            clock.write_text(jump)
            until(lambda: asked(node, ending) == 200)
            assert asked(node, lasting) == 200
            assert httpx.get(f"http://127.0.0.1:{node.port}/readyz").json()["status"] == "ready"
        network.blackhole()
        cut, jumps = time.monotonic(), 0
        while asked(node, lasting) == 200:
            clock.write_text(("-400d", "+400d", "-1h", "+0")[jumps % 4])
            jumps += 1
            assert time.monotonic() < cut + S + 1
        lasted = time.monotonic() - cut
        assert jumps > 4
        assert asked(node, lasting) == 503
        network.heal()
        until(lambda: asked(node, lasting) == 200)
    figure = (
        f"a key ends by the clock as it is; cut off, {jumps} jumps meanwhile: 503 after {lasted:.1f} s, S = {S:.0f} s"
    )
    proof("G23", dose="the whole program, its clock set while it runs", figure=figure)
