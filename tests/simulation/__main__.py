"""Run the simulation by hand: `python -m tests.simulation --seeds 1000 --without lease`."""

from __future__ import annotations

import argparse
from time import perf_counter

from tests.simulation.rules import RULES
from tests.simulation.seeds import run

SHOWN = 3


def main() -> int:
    """Say what was found, and how to see it again."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seeds", type=int, default=500, help="how many (%(default)s)")
    parser.add_argument("--first", type=int, default=0, help="the first of them (%(default)s)")
    parser.add_argument("--without", choices=RULES, default="", help="a safety rule to be taken away")
    asked = parser.parse_args()
    began = perf_counter()
    seen = run(range(asked.first, asked.first + asked.seeds), without=asked.without)
    for one in seen.found[:SHOWN]:
        print(one, f"--without '{asked.without}'\n" if asked.without else "\n")
    seconds = perf_counter() - began
    print(f"{seen.counts['seeds']} seeds in {seconds:.1f} s, {seen.counts['seeds'] / seconds:.0f} a second:")
    print(", ".join(f"{count} {name}" for name, count in seen.counts.items()))
    print(f"{len(seen.found)} violations", dict(seen.promises) or "")
    return bool(seen.found)


if __name__ == "__main__":
    raise SystemExit(main())
