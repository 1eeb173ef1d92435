"""Plant bugs, each in a copy of the package of its own, and see the test it names turn red."""

from __future__ import annotations

import argparse
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter

from tests.planted.bugs import Bug, Stale, bugs, row
from tests.planted.trial import Outcome, Verdict, sound, tried


def main() -> int:
    """Try the bugs that are asked for; 0 if the tests are green without them and red with each of them."""
    parser = argparse.ArgumentParser(prog="python -m tests.planted", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="of a bug; without any, all of them")
    parser.add_argument("--list", action="store_true", help="print the rows of docs/reference/planted-bugs.md alone")
    parser.add_argument("--show", action="store_true", help="print what each test session printed")
    asked = parser.parse_args()
    known = {bug.name: bug for bug in bugs()}
    if unknown := set(asked.names) - set(known):
        parser.error(f"there is no bug {', '.join(sorted(unknown))}")
    chosen = [known[name] for name in asked.names or known]
    if asked.list:
        print("\n".join(map(row, chosen)))
        return 0
    try:
        return _all_tried(chosen, show=asked.show)
    except Stale as stale:
        print(stale, file=sys.stderr)
        return 1


def _all_tried(chosen: list[Bug], *, show: bool) -> int:
    began = perf_counter()
    red, printed = sound(chosen)
    if red:
        print("\n".join(f"{name}: {told}" for name, told in red.items()), printed, sep="\n", file=sys.stderr)
        return 1
    print(f"{len({bug.test for bug in chosen})} tests are green without a bug ({perf_counter() - began:.1f} s)")
    width = max(len(bug.name) for bug in chosen)
    verdicts = []
    with ThreadPoolExecutor(os.cpu_count()) as pool:  # each runs in processes of its own
        for verdict in pool.map(tried, chosen):
            verdicts.append(verdict)
            print(_line(verdict, width), flush=True)
            if show or verdict.outcome is not Outcome.CAUGHT:
                print(verdict.printed)
    caught = sum(verdict.outcome is Outcome.CAUGHT for verdict in verdicts)
    print(f"{caught} of {len(verdicts)} bugs caught ({perf_counter() - began:.1f} s)")
    return int(caught != len(verdicts))


def _line(verdict: Verdict, width: int) -> str:
    bug = verdict.bug
    said = f"{bug.name:{width}}  {bug.promise:3}  {verdict.outcome.value:10}  {verdict.seconds:5.1f} s  {bug.test}"
    return f"{said}: {verdict.told}" if verdict.told else said


if __name__ == "__main__":
    sys.exit(main())
