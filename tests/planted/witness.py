"""What a test session saw, told to whoever started it: a plugin for pytest, loaded by name."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis.configuration import set_hypothesis_home_dir

import chaveiro

if TYPE_CHECKING:
    from collections.abc import Generator

REPORT: Final = "PLANTED_REPORT"  # names the file that is written

_reports: list[dict[str, Any]] = []


def pytest_configure() -> None:
    """Keep the examples by which a planted bug was found away from those of the real sources."""
    set_hypothesis_home_dir(Path(os.environ[REPORT]).with_name("hypothesis"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(call: pytest.CallInfo[None]) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Note how each part of a test ended, and by which exception."""
    report = yield
    raised = [one.__name__ for one in call.excinfo.type.__mro__] if call.excinfo else []
    _reports.append({"test": report.nodeid, "when": report.when, "outcome": report.outcome, "raised": raised})
    return report


def pytest_sessionfinish() -> None:
    """Write it down, with the place the package came from."""
    seen = {"package": str(Path(chaveiro.__file__).parent), "reports": _reports}
    Path(os.environ[REPORT]).write_text(json.dumps(seen), "utf-8")
