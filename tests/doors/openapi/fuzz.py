"""Requests made up from `/openapi.json`, right ones and wrong ones, and every answer compared with the document."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.doors.openapi.examples import PAIR, answering

CONFIG = Path(__file__).with_name("schemathesis.toml")
ROOT = Path(__file__).parents[3]
ENVIRONMENT = ROOT / "build" / f"py{sys.version_info.major}.{sys.version_info.minor}" / "clients" / "openapi" / "bin"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many requests were made, of how many operations, and what was found."""

    cases: int
    operations: int
    failures: int
    told: str


def fuzz(url: str, folder: Path, *, examples: int, seed: int, phases: str = "", path: str = "") -> Outcome:
    """Make up requests with a pair that may do everything. `folder` is where what was found is kept."""
    report = folder / "report.json"
    command = [
        str(ENVIRONMENT / "schemathesis"), "--config-file", str(CONFIG), "--no-color", "run", f"{url}/openapi.json",
        "--url", url, "--max-examples", str(examples), "--seed", str(seed), "--continue-on-failure", "--no-shrink",
        "--report", "json", "--report-json-path", str(report),
        *(("--phases", phases) if phases else ()),
        *(("--include-path", path) if path else ()),
        *(part for name, value in PAIR.headers.items() for part in ("--header", f"{name}:{value}")),
    ]  # fmt: skip
    assert Path(command[0]).exists(), "Schemathesis is not installed here: `make clients` installs it"
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert report.exists(), done.stdout + done.stderr
    found = json.loads(report.read_text())
    cases, complete = found["test_cases"], found["complete"] and not found["operations"]["errored"]
    wrong = cases["unique_failures"] + cases["errored"] + (not complete)
    return Outcome(cases["generated"], found["operations"]["tested"], wrong, done.stdout)


def main() -> int:
    """Make up as many requests as are asked for, and say what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=int, default=30, help="at most so many of each operation and phase")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with TemporaryDirectory() as folder, answering() as (_, url):
        outcome = fuzz(url, Path(folder), examples=asked.examples, seed=asked.seed)
        print(outcome.told)
    print(f"{outcome.cases} requests to {outcome.operations} operations, {outcome.failures} failures")
    return 1 if outcome.failures else 0


if __name__ == "__main__":
    sys.exit(main())
