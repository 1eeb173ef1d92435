"""Measure the doctor: `make bench-diagnosis`, or `python -m corpus score|rates|sample`."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from time import perf_counter

from corpus.generate import Dose, generated
from corpus.rates import rates
from corpus.report import of_rates, of_score, rate_failures
from corpus.score import scored
from corpus.transport import transported

REPORT = Path("build/diagnosis.md")


def main() -> int:
    """Print the tables, keep them in `build/diagnosis.md`, and fail where a gate is not passed."""
    parser = ArgumentParser(prog="python -m corpus", description=__doc__)
    parser.add_argument("what", nargs="?", choices=("all", "score", "rates", "sample"), default="all")
    parser.add_argument("--dose", type=int, default=10_000, help="errors of each kind for the rates")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--seed", type=int, default=2026, help="another one makes another corpus of the same kind")
    asked = parser.parse_args()
    if asked.what == "sample":
        for record in generated(Dose(label=1, pair=1, hard=30, healthy=3), asked.seed).records:
            print(json.dumps(record.as_json(), ensure_ascii=False))
        return 0
    begun = perf_counter()
    parts, failures = ["# Diagnosis, measured"], []
    if asked.what != "rates":
        corpus = generated(Dose(), asked.seed)
        score = scored([*corpus.records, *transported(10, asked.seed)])
        parts.append(of_score(corpus, score))
        failures += score.failures()
    if asked.what != "score":
        tallies = rates(asked.dose, processes=asked.processes, seed=asked.seed)
        parts.append(of_rates(tallies))
        failures += rate_failures(tallies)
    parts.append(f"Measured in {perf_counter() - begun:.0f} s.")
    parts += [f"GATE: {failure}" for failure in failures] or ["Every gate is passed."]
    report = "\n\n".join(parts) + "\n"
    print(report)
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_text(report, "utf-8")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
