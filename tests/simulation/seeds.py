"""Many worlds, one for each seed, with every rule or without one."""

from __future__ import annotations

from collections import Counter
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.simulation.checks import Violation
from tests.simulation.rules import RULES
from tests.simulation.world import World
from tests.simulation.writers import beginning

if TYPE_CHECKING:
    from collections.abc import Iterable

TRACE = 30  # lines that are shown of what went before


@dataclass(frozen=True, slots=True)
class Found:
    """A promise that was broken, and how."""

    seed: int
    violation: Violation
    trace: tuple[str, ...]

    def __str__(self) -> str:
        again = f"python -m tests.simulation --first {self.seed} --seeds 1"
        return "\n".join([*self.trace[-TRACE:], f"seed {self.seed}: {self.violation}", f"again: {again}"])


@dataclass(slots=True)
class Seen:
    """What came of them."""

    found: list[Found] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def promises(self) -> Counter[str]:
        """How often each was broken."""
        return Counter(one.violation.promise for one in self.found)


def run(seeds: Iterable[int], *, without: str = "", theme: str = "", enough: int | None = None) -> Seen:
    """Run these worlds, or as many of them as it takes to find *enough*."""
    seen = Seen()
    with RULES[without]() if without else nullcontext():
        for seed in seeds:
            world = World(seed, beginning(), without={without}, theme=theme)
            try:
                world.run()
            except Violation as violation:
                seen.found.append(Found(seed, violation, tuple(world.trace)))
            seen.counts.update(world.counts)
            seen.counts["seeds"] += 1
            if enough is not None and len(seen.found) >= enough:
                break
    return seen
