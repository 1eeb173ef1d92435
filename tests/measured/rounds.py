"""Rounds of a measurement: as many as make it clear on which side of a bound their median lies."""

from __future__ import annotations

from math import comb
from typing import TYPE_CHECKING, Final

from tests.dose import CHOSEN

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ERROR: Final = 0.01 if CHOSEN == "night" else 0.05  # how often chance alone may make so clear a picture
ROUNDS_MAX: Final = 40


def clear(rounds: Sequence[float], bound: float) -> bool:
    """Say whether so many rounds lie on one side of the bound that their median does, too: the sign test."""
    below = sum(one <= bound for one in rounds)
    count, most = len(rounds), max(below, len(rounds) - below)
    return bool(sum(comb(count, number) for number in range(most, count + 1)) <= ERROR * 2**count)


def settled(one_round: Callable[[], float], bound: float) -> list[float]:
    """Measure again and again, until it is clear; where it never is, the median tells what it can."""
    rounds: list[float] = []
    while len(rounds) < ROUNDS_MAX and not clear(rounds, bound):
        rounds.append(one_round())
    return rounds
