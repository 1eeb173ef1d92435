"""Running named tests on a copy of the package, with a bug in it or without, and judging what came out."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final

from tests.planted.bugs import PACKAGE, Bug
from tests.planted.witness import REPORT

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

ROOT: Final = Path(__file__).parents[2]
SECONDS_MAX: Final = 120
# What would let a child write its bytecode elsewhere or not at all, by which we see that it read the copy.
_NOT_FOR_CHILDREN: Final = ("PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX", "PYTHONSAFEPATH")
_FAILURES: Final = ("AssertionError", "Failed")  # `Failed` is `pytest.fail`, and `pytest.raises` in vain


class Outcome(StrEnum):
    """What a planted bug came to."""

    CAUGHT = "caught"
    NOT_CAUGHT = "NOT CAUGHT"
    BROKEN = "BROKEN"  # the test did not fail as a test does: nothing is known about the bug


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one bug ended, why where it is not caught, and what the session printed."""

    bug: Bug
    outcome: Outcome
    seconds: float
    told: str = ""
    printed: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a test session reported."""

    package: Path | None  # where the package was imported from; None: it never came to the tests
    reports: Sequence[dict[str, Any]]
    printed: str
    code: int

    def of(self, bug: Bug) -> list[dict[str, Any]]:
        """What was reported of a bug's test, each part of each of its cases."""
        return [one for one in self.reports if bug.is_of(one["test"])]


def tried(bug: Bug) -> Verdict:
    """Plant a bug in a copy of the package and run the test it names. Raises Stale."""
    began = perf_counter()
    with TemporaryDirectory() as folder:
        package = _copied(Path(folder))
        file = package / bug.file
        file.write_text(bug.planted(file.read_text("utf-8")), "utf-8")
        compiled = file.parent / "__pycache__"
        for one in compiled.glob(f"{file.stem}.*.pyc"):
            one.unlink()
        seen = _run([bug.test], package)
        # Compiled anew: somebody imported the file with the bug in it, be it the tests or a program they started.
        met = any(compiled.glob(f"{file.stem}.*.pyc"))
        outcome, told = _judged(bug, seen, package, met=met)
    return Verdict(bug, outcome, perf_counter() - began, told, seen.printed)


def sound(chosen: Iterable[Bug]) -> tuple[dict[str, str], str]:
    """Run all the tests on a copy without a bug: which of them are not green there, and what was printed."""
    chosen = tuple(chosen)
    with TemporaryDirectory() as folder:
        package = _copied(Path(folder))
        seen = _run(list(dict.fromkeys(bug.test for bug in chosen)), package)
        red = {bug.name: told for bug in chosen if (told := _not_green(bug, seen, package))}
    return red, seen.printed


def _copied(folder: Path) -> Path:
    """The installed package in another folder, compiled as it is."""
    folder.chmod(0o755)  # some tests go on as a user who may do less, and import there, too
    return Path(shutil.copytree(PACKAGE, folder / "copy" / PACKAGE.name))


def _run(tests: Sequence[str], package: Path) -> Seen:
    report = package.parents[1] / "report.json"
    env = {name: value for name, value in os.environ.items() if name not in _NOT_FOR_CHILDREN}
    env |= {"PYTHONPATH": str(package.parent), REPORT: str(report)}  # before what is installed, also for grandchildren
    command = [
        sys.executable, "-m", "pytest", "-q", "--tb=short", "-p", "tests.planted.witness", "-p", "no:cacheprovider",
        *(("-n0",) if find_spec("xdist") else ()),
        f"--basetemp={package.parents[1] / 'tmp'}",
        *tests,
    ]  # fmt: skip
    seconds_max = SECONDS_MAX * len(tests)
    try:
        done = subprocess.run(
            command, cwd=ROOT, env=env, capture_output=True, text=True, check=False, timeout=seconds_max
        )
    except subprocess.TimeoutExpired as late:
        return Seen(None, (), f"no end within {late.timeout:.0f} s", -1)
    if not report.exists():
        return Seen(None, (), done.stdout + done.stderr, done.returncode)
    seen = json.loads(report.read_text("utf-8"))
    return Seen(Path(seen["package"]), seen["reports"], done.stdout + done.stderr, done.returncode)


def _judged(bug: Bug, seen: Seen, package: Path, *, met: bool) -> tuple[Outcome, str]:
    if seen.package is None:
        return Outcome.BROKEN, "the session ended before its tests"
    if seen.package != package or not met:
        return Outcome.BROKEN, "the tests never met the file with the bug"
    reports = seen.of(bug)
    if not any(one["when"] == "call" for one in reports):
        return Outcome.BROKEN, "no such test ran"
    failed = [one for one in reports if one["outcome"] == "failed"]
    for one in failed:
        if one["when"] != "call" or not {*_FAILURES, *bug.raises} & set(one["raised"]):
            return Outcome.BROKEN, f"{one['when']} ended by {one['raised'][0]}, not as a test fails"
    return (Outcome.CAUGHT, "") if failed else (Outcome.NOT_CAUGHT, "the test stays green")


def _not_green(bug: Bug, seen: Seen, package: Path) -> str:
    """Why a test says nothing about a bug: without the bug it does not pass either."""
    reports = seen.of(bug)
    if seen.package != package:
        return "the session ended before its tests"
    if any(one["outcome"] == "failed" for one in reports):
        return "red without the bug"
    passed = any((one["when"], one["outcome"]) == ("call", "passed") for one in reports)
    return "" if passed else "no such test passes without the bug"
