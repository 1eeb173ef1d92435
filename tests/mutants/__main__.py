"""Change the code that decides, one change at a time, and count those that a test notices: `make mutants`."""

from __future__ import annotations

import argparse
import sys

from tests.mutants.score import SCORE_MIN, Unfinished, known, measured


def main() -> int:
    """Print what no test notices, and the score; 0 if it is high enough."""
    argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__).parse_args()
    try:
        score = measured()
    except Unfinished as unfinished:
        print(unfinished, file=sys.stderr)
        return 1
    reasons = known()
    for change in score.survived:
        told = f"harmless: {reasons[change]}" if change in reasons else "NOT NOTICED"
        print(f"{change.file}: {told}\n  - {change.old}\n  + {change.new}")
    for name in score.unjudged:
        print(f"{name}: NOT JUDGED, no test came to an end")
    for gone in reasons.keys() - set(score.survived):
        print(f"{gone.file}: noticed by now, or made no more; take it out of survivors.toml\n  + {gone.new}")
    unknown = len(set(score.survived) - reasons.keys())
    print(f"{score}; at least {SCORE_MIN:.0%} are asked for. Of those not noticed {unknown} are not known as harmless")
    return int(score.share < SCORE_MIN)


if __name__ == "__main__":
    sys.exit(main())
