"""A revoke, and the nodes that have to hear of it."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest
from tests.dose import dose
from tests.nodes.fleet import furnish, managing, new_pepper, nodes
from tests.nodes.revoking import revoke

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
