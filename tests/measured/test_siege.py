"""Guesses for a key, by the thousand, take no time from whoever has it."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

import pytest
from tests.dose import dose
from tests.measured.calls import p99_of
from tests.measured.rounds import settled
from tests.measured.siege import Siege, address, besieged
from tests.nodes.fleet import Pair, furnish, managing, new_pepper, ready, settings, start

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.promises.plugin import Proof

WRONG_A_SECOND = 5_000  # answered; a round with fewer is none
SENT_A_SECOND = 5_200
CALLS_A_SECOND = 50
CALLS = dose(250, 250, 1_000)  # of each side in a round
TIMES_MAX = 3.0
WORKERS = 2
ROUNDS_LOST_MAX = 15  # where the machine has something else to do


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[int, Pair]]:
    """Where two workers answer checks, as many as there are processors here; and the owner's pair."""
    new_pepper(tmp_path)
    database = f"sqlite:///{tmp_path}/chaveiro.db"
    with managing(tmp_path, database) as house:
        (pair,) = furnish(house, 1)  # and this process has nothing to do but to call
    process = start(settings(tmp_path, database, check_listen="127.0.0.1:0", workers=WORKERS))
    try:
        ready(process)
        yield process.checks, pair
    finally:
        process.kill()


def p99(port: int, pair: Pair) -> float:
    """Of the owner's calls, from an address that guesses come from as well."""
    return p99_of(port, pair.question(), calls=CALLS, a_second=CALLS_A_SECOND, address=address(0))


@pytest.mark.parametrize("addresses", [1, 500])
def test_guesses_for_a_key_do_not_slow_its_owner_down(served: tuple[int, Pair], addresses: int, proof: Proof) -> None:
    """The owner calls all the time, in turn without and with somebody who guesses at the owner's key."""
    port, pair = served
    quiet: list[float] = []
    loud: list[float] = []
    sieges: list[Siege] = []

    def one_round() -> float:
        while len(sieges) - len(loud) <= ROUNDS_LOST_MAX:
            without = p99(port, pair)
            with besieged(port, addresses, SENT_A_SECOND, pair.app_key, sieges):
                meanwhile = p99(port, pair)
            if sieges[-1].rate >= WRONG_A_SECOND:
                quiet.append(without)
                loud.append(meanwhile)
                return meanwhile / without
        raise AssertionError(f"nobody can ask so much here: {[round(siege.rate) for siege in sieges]} a second")

    p99(port, pair)
    ratios = settled(one_round, TIMES_MAX)
    assert not any(siege.otherwise for siege in sieges)
    assert median(ratios) <= TIMES_MAX, (ratios, quiet, loud)
    rate = median(siege.rate for siege in sieges if siege.rate >= WRONG_A_SECOND)
    times = f"{median(loud) * 1000:.2f} ms, {median(quiet) * 1000:.2f} ms without, {median(ratios):.1f} x"
    figure = f"wrong tokens, {rate:,.0f} a second, from {addresses}: the owner's p99 {times}, {len(ratios)} rounds"
    proof("G17", dose=sum(siege.refused for siege in sieges), figure=figure)
