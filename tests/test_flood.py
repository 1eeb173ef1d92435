"""A flood of made-up credentials fills nothing, and hides nobody's real trouble. The full dose is `bench/flood.py`."""

import gc
import tracemalloc
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest
from bench.flood import ACCOUNT, Flooded, House, flood, guesses
from tests.promises.plugin import Proof

from chaveiro.core.attempt import Request, presented
from chaveiro.stores.port import Limits

LIMITS = Limits(total=120, account=100, episode=40)
GUESSES = 1_000


@pytest.fixture(scope="module", params=[False, True], ids=["as it happens", "every denial written"])
def left(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Flooded:
    return flood(GUESSES, tmp_path_factory.mktemp("flood"), lossless=request.param, limits=LIMITS)


def test_what_is_kept_is_bounded(left: Flooded, proof: Proof) -> None:
    """Denials by the limits, episodes by causes and keys, whatever was sent."""
    assert left.denials <= LIMITS.account
    assert left.episodes <= 6
    assert left.noted == left.kept + left.dropped == GUESSES + left.lacking
    proof("G16", dose=1, figure=f"floods of {GUESSES:,} guesses: {left.denials} denials kept at most")


def test_real_trouble_is_counted_to_the_last(left: Flooded) -> None:
    """A key that proved itself and lacks a permission has its episode, complete."""
    assert left.lacking_counted == left.lacking > 0


def test_right_pairs_are_let_in_all_the_while(left: Flooded, proof: Proof) -> None:
    """Every one of them."""
    assert left.allowed == GUESSES / 100
    proof("G17", dose=1, figure=f"floods of {GUESSES:,} guesses: all of {left.allowed:.0f} right pairs allowed")


def test_the_disk_does_not_grow_with_the_flood(tmp_path: Path) -> None:
    """Three times as many guesses, the same file but for its log."""
    sizes = []
    for count in (400, 1_200):
        folder = tmp_path / str(count)
        folder.mkdir()
        flood(count, folder, lossless=True, limits=LIMITS)
        sizes.append((folder / "chaveiro.db").stat().st_size)
    assert sizes[1] < sizes[0] * 1.2


def test_memory_does_not_grow_with_the_flood(house: House) -> None:
    """Once queue and limits are full, two and a half times as many guesses hold no more than before."""
    sent = guesses(1_400, house.right.app_key)
    held = []
    for count in (400, 1_000):
        for number, request in enumerate(islice(sent, count)):
            house.node.check(ACCOUNT, request)
            if number % 200 == 0:
                house.denials.drain()
        gc.collect()
        if not tracemalloc.is_tracing():
            tracemalloc.start()
        held.append(tracemalloc.get_traced_memory()[0])
    tracemalloc.stop()
    assert held[1] - held[0] < 384 * 1024
    house.denials._queue.queue.clear()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path, LIMITS, queue_max=200)
    yield made
    made.denials.stop()
    made.store.close()


def test_what_nobody_proved_leaves_room_in_the_queue(house: House) -> None:
    """Strangers one half of it, guessed tokens of a known key nine tenths; what was proved always waits."""
    for request in guesses(300, house.right.app_key):
        house.node.check(ACCOUNT, request)
    assert house.denials.dropped >= 100
    for _ in range(200):
        wrong = Request(presented(house.right.app_key), presented("x" * 40), "GET", "/")
        house.node.check(ACCOUNT, wrong)
    before = house.denials.dropped
    assert not any(house.asks(house.lacking) for _ in range(15))
    assert house.denials.dropped == before
    for _ in range(50):
        house.node.check(ACCOUNT, Request(presented("x" * 5_000), presented("y"), "GET", "/"))
    assert house.denials.dropped == before + 50
    house.denials._queue.queue.clear()
