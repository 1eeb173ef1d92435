"""Whoever proved nothing learns nothing from the time an answer takes."""

from __future__ import annotations

from random import Random
from statistics import median
from typing import TYPE_CHECKING

from bench.strangers import DIFFERENCE_US_MAX, UNKNOWN, measured, served
from tests.dose import dose
from tests.measured.rounds import ROUNDS_MAX, clear

if TYPE_CHECKING:
    from tests.promises.plugin import Proof

REQUESTS = 8_000  # of a round, in random order
ROUNDS_MIN = dose(8, 8, 30)


def test_a_stranger_cannot_tell_by_time_which_keys_there_are(proof: Proof) -> None:
    """A wrong token of a key in any state takes as long as one of a key that nobody has."""
    rng, asked = Random(9), 0
    with served() as (port, kinds):
        told: dict[str, list[float]] = {kind: [] for kind in kinds if kind != UNKNOWN}
        while asked < ROUNDS_MIN * REQUESTS or (asked < ROUNDS_MAX * REQUESTS and not all(map(settled, told.values()))):
            found = measured(port, kinds, REQUESTS, rng)
            asked += REQUESTS
            for kind, differences in told.items():
                differences.append((median(found[kind]) - median(found[UNKNOWN])) / 1_000)
    worst = max((median(differences) for differences in told.values()), key=abs)
    assert abs(worst) <= DIFFERENCE_US_MAX, {kind: median(differences) for kind, differences in told.items()}
    figure = f"wrong pairs of {len(kinds)} kinds: the median time differs by {abs(worst):.2f} µs at most"
    proof("G9", dose=asked, figure=figure)


def settled(differences: list[float]) -> bool:
    """Say whether it is clear that neither bound, or which, is passed."""
    return clear(differences, DIFFERENCE_US_MAX) and clear(differences, -DIFFERENCE_US_MAX)
