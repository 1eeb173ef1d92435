"""A revoke, and the nodes that have to hear of it."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest
from tests.dose import dose
from tests.nodes.fleet import furnish, managing, new_pepper, nodes
from tests.nodes.revoking import revoke, revoke_behind
from tests.tcpproxy import TcpProxy

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.postgres import PostgresServer
    from tests.promises.plugin import Proof

NODES = 3
STEADY = 20
T_SECONDS = 2.0


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as found:
        yield found


def test_connected_nodes_refuse_what_was_revoked(
    tmp_path: Path, postgres: PostgresServer, stack: ExitStack, proof: Proof
) -> None:
    """Under load on three nodes no allow comes later than T after the acknowledgement; others' keys go on working."""
    revokes = dose(20, 1_000, 1_000)
    url = postgres.url(postgres.new_database())
    new_pepper(tmp_path)
    house = stack.enter_context(managing(tmp_path, url))
    pairs = furnish(house, revokes + STEADY)
    ports = [node.port for node in stack.enter_context(nodes(tmp_path, [url] * NODES))]
    found = asyncio.run(revoke(house, ports, pairs[:revokes], steady=pairs[revokes:]))
    assert len(found.late) == revokes
    assert max(found.late) <= T_SECONDS
    assert found.wrong == 0
    _, seen = house.node.nodes()
    assert len(seen) == NODES + 1
    assert house.node.reach(house.node.known.revision).effective
    proof("G2", dose=revokes, figure=f"{NODES} nodes, {found}")


def test_a_node_that_is_cut_off_allows_nothing_beyond_its_lease(
    tmp_path: Path, postgres: PostgresServer, stack: ExitStack, proof: Proof
) -> None:
    """It cannot hear of the revoke, and allows until S after the cut; then it cannot tell. Never beyond."""
    lease, revokes = 2.0, dose(3, 20, 20)
    url = postgres.url(postgres.new_database())
    new_pepper(tmp_path)
    house = stack.enter_context(managing(tmp_path, url))
    pairs = furnish(house, revokes)
    proxy = stack.enter_context(TcpProxy(postgres.port))
    behind = postgres.url(url.rpartition("/")[2], port=proxy.port)
    (node,) = stack.enter_context(nodes(tmp_path, [behind], stale_seconds_max=lease))
    found = asyncio.run(revoke_behind(house, node.port, pairs, cut=proxy.blackhole, wait=2 * lease))
    assert found.allowed, "else nobody was cut off"
    assert max(found.allowed) <= lease
    assert max(found.unknown) > lease
    assert found.refused == []
    reached = house.node.reach(house.node.known.revision, wait_seconds=0)
    assert reached.effective or reached.latest_by > reached.at
    late = f"the last allow was asked for {max(found.allowed):.2f} s after the cut, S = {lease:.0f} s; then 503"
    proof("G2", dose=f"{revokes} revokes, a node cut off, {len(found.allowed)} allows", figure=late)
