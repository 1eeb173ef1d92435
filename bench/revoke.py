"""How long after its acknowledgement a revoke lets anything through.

In the process that carries it out, in another process on the same SQLite file, and on two connected nodes on
PostgreSQL. Somebody asks about the key without pause, over HTTP where there is another process; what counts is the last
allow that came after the acknowledgement, which is 0 where none did.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread
from time import perf_counter
from typing import TYPE_CHECKING, Final, TypeAlias

from bench.accounts import BENCH, METHOD, PATH, Pair, done, issue, open_account, settings
from bench.measure import Figure, interleaved, quantile
from tests.nodes import fleet
from tests.nodes.revoking import revoke
from tests.postgres import PostgresServer, cluster_folder

from chaveiro.core.attempt import Request, presented
from chaveiro.core.command import BlockKey
from chaveiro.core.decision import Allowed
from chaveiro.serve.house import House, open_house

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bench.measure import Dose

TITLE: Final = "A revoke in force"
_STEADY: Final = 20  # keys that stay, asked about all the while
_Revoking: TypeAlias = Callable[[], list[float]]


def figures(dose: Dose) -> Iterator[Figure]:
    """Revoke in each of the three, in turn."""
    with _here(dose.revokes) as here, _beside(dose.revokes) as beside, _away(dose.revokes) as away:
        late: dict[str, list[list[float]]] = {"here": [], "beside": [], "away": []}
        sides = {
            "here": partial(_worst, here, late["here"], 1.0),
            "beside": partial(_worst, beside, late["beside"], 0.99),
            "away": partial(_worst, away, late["away"], 0.99),
        }
        found = interleaved(sides, dose.rounds)
    each = f"{dose.revokes} revokes a round, asked about without pause"
    yield Figure("the same process, latest allow", found["here"], "ms", each, "revoke-here")
    yield Figure("another process on SQLite, p99", found["beside"], "ms", f"{each}, over HTTP", "revoke-beside")
    yield _half("another process on SQLite, p50", late["beside"])
    yield Figure("two nodes on PostgreSQL, p99", found["away"], "ms", f"{each}, over HTTP", "revoke-away")
    yield _half("two nodes on PostgreSQL, p50", late["away"])


def _worst(revoking: _Revoking, rounds: list[list[float]], share: float) -> float:
    rounds.append([seconds * 1_000 for seconds in revoking()])
    return quantile(rounds[-1], share)


def _half(name: str, rounds: list[list[float]]) -> Figure:
    return Figure(name, tuple(quantile(late, 0.5) for late in rounds[1:]), "ms", "of the same revokes")


@contextmanager
def _here(count: int) -> Iterator[_Revoking]:
    with TemporaryDirectory() as folder:
        house = open_house(settings(Path(folder)))
        house.start()
        try:
            open_account(house, BENCH)
            yield lambda: [_asked_meanwhile(house, issue(house, BENCH)) for _ in range(count)]
        finally:
            house.close()


def _asked_meanwhile(house: House, pair: Pair) -> float:
    """Block a key while another thread checks it without pause; how late the last allow began."""
    request = Request(presented(pair.app_key), presented(pair.app_token), METHOD, PATH)
    began, refused, allowed = [0.0], Event(), Event()

    def ask() -> None:
        while not refused.is_set():
            at = perf_counter()
            if isinstance(house.node.check(BENCH, request).verdict, Allowed):
                began[0] = at
                allowed.set()
            else:
                refused.set()

    asking = Thread(target=ask)
    asking.start()
    assert allowed.wait(30)
    done(house, BlockKey(BENCH, pair.app_key))
    acknowledged = perf_counter()
    assert not isinstance(house.node.check(BENCH, request).verdict, Allowed)
    asking.join(30)
    assert refused.is_set()
    return max(0.0, began[0] - acknowledged)


@contextmanager
def _beside(count: int) -> Iterator[_Revoking]:
    with TemporaryDirectory() as name:
        folder = Path(name)
        fleet.new_pepper(folder)
        with _revoking(folder, f"sqlite:///{folder}/chaveiro.db", 1, count) as revoking:
            yield revoking


@contextmanager
def _away(count: int) -> Iterator[_Revoking]:
    """Its disk is as sure as PostgreSQL makes it unless told otherwise."""
    with TemporaryDirectory() as name, cluster_folder() as clusters:
        folder = Path(name)
        fleet.new_pepper(folder)
        server = PostgresServer(clusters / "bench").make().start()
        try:
            with _revoking(folder, server.url(), 2, count) as revoking:
                yield revoking
        finally:
            server.stop()


@contextmanager
def _revoking(folder: Path, url: str, others: int, count: int) -> Iterator[_Revoking]:
    """Whoever manages keys here, and other processes that are asked."""
    with fleet.managing(folder, url) as house:
        steady = fleet.furnish(house, _STEADY)
        with fleet.nodes(folder, [url] * others) as nodes:
            yield partial(_rounds, house, [node.port for node in nodes], steady, count)


def _rounds(house: House, ports: Sequence[int], steady: Sequence[fleet.Pair], count: int) -> list[float]:
    found = asyncio.run(revoke(house, ports, [fleet.issue(house) for _ in range(count)], steady=steady))
    assert not found.wrong, "keys were refused that nobody had revoked"
    return found.late
