"""What holds for every test."""

import os
from collections import Counter
from collections.abc import Iterator

import pytest
import structlog
from hypothesis import settings
from tests.postgres import postgres  # noqa: F401 - a fixture

pytest_plugins = ["tests.promises.plugin"]

# A process that runs tests beside others is told how wide the terminal of the first one is, which nobody here looks at.
os.environ.pop("COLUMNS", None)

# Machines that run tests are slow by turns: a slow example is no failure, and a bound on time has a test of its own.
settings.register_profile("chaveiro", parent=settings(), deadline=None)
settings.load_profile("chaveiro")


@pytest.fixture(autouse=True)
def messages_end_with_the_test() -> Iterator[None]:
    """A program run inside a test sends its messages to that test's standard error, which closes with it."""
    yield
    structlog.reset_defaults()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line that nobody overlooks for each reason why tests did not run."""
    missed = [one.longrepr for one in terminalreporter.stats.get("skipped", [])]
    reasons = Counter(why[2].removeprefix("Skipped: ") for why in missed if isinstance(why, tuple))
    for reason, count in reasons.items():
        terminalreporter.write_line(f"{count} tests DID NOT RUN: {reason}", red=True, bold=True)
