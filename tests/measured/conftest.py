"""What needs a stopwatch is collected by `make promises` alone, where no other test runs beside it."""

from pathlib import Path

import pytest
from tests.dose import CHOSEN

NIGHTLY = {"test_mutants.py"}


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """What takes many minutes is left to the night."""
    if not config.getoption("--promises"):
        return True
    return True if collection_path.name in NIGHTLY and CHOSEN != "night" else None
