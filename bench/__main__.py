"""What Chaveiro costs, beside what it costs at least, and beside others: `make bench`.

Every part measures its sides in interleaved rounds of one run, and every goal stands beside its figure, reached or
short. `quick` runs all parts in less than two minutes, with less to say; a part's name runs that part alone;
`publish` makes a page of the documentation of the last whole run.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from time import perf_counter
from traceback import print_exc
from typing import TYPE_CHECKING

from bench.measure import QUICK, WHOLE
from bench.parts import PARTS, part
from bench.publish import NotPublished, published
from bench.report import FAILED, NOT_HERE, Measured, judged, line, written

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.measure import Dose


def measured(name: str, dose: Dose) -> Measured:
    """Run one part, telling each figure as it comes. One that fails says so, and the others go on."""
    found, began = Measured(name, name.capitalize()), perf_counter()
    try:
        module = part(name)
        if module is None:
            found.problem = NOT_HERE
            return found
        found.title = module.TITLE
        print(f"\n{module.TITLE}", flush=True)
        for figure in module.figures(dose):
            found.figures.append(figure)
            print(line(figure), flush=True)
    except Exception as surprise:  # noqa: BLE001 - whatever it was, the report says that it was
        print_exc()
        found.problem = f"{FAILED} {type(surprise).__name__}."
    found.seconds = perf_counter() - began
    print(f"  {found.seconds:.0f} s", flush=True)
    return found


def main(arguments: Sequence[str] = ()) -> int:
    """Measure what was asked for, and write the report; 1 where a part failed."""
    parser = ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("what", nargs="*", choices=["quick", "publish", *PARTS, []], help="nothing: everything")
    chosen = parser.parse_args(arguments).what
    if "publish" in chosen:
        return publish()
    dose = QUICK if "quick" in chosen else WHOLE
    parts = [measured(name, dose) for name in [one for one in chosen if one != "quick"] or PARTS]
    print("\nGoals")
    for one in judged(parts):
        print(f"  {one.verdict:<14} {one.goal.told:>12}  {one.goal.what}")
    print(f"\n{written(parts, dose)}")
    return int(any(one.problem.startswith(FAILED) for one in parts))


def publish() -> int:
    """Publish the last run; 1 where it is not one to be held to."""
    try:
        print(published())
    except NotPublished as refused:
        print(refused)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
