"""Lets a test say which promise it proves, at what dose and with what figure; prints the table with `--promises`."""

from pathlib import Path
from typing import Any, Protocol

import pytest
from tests.dose import CHOSEN
from tests.promises.table import Ledger, declared_at, promises


class Proof(Protocol):
    """Says that a promise was seen to hold, once it was: the promise's name is written out, so that it can be found."""

    def __call__(self, promise: str, *, dose: int | str, figure: str) -> None: ...


@pytest.fixture
def proof(request: pytest.FixtureRequest) -> Proof:
    """What a proving test calls. Numbers given as *dose* add up over the test's cases."""

    def proved(promise: str, *, dose: int | str, figure: str) -> None:
        assert promise in promises(), f"there is no promise {promise}"
        request.node.user_properties.append(("proof", (promise, dose, figure)))

    return proved


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--promises", action="store_true", help="run what proves a promise, and print what it proved")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--promises"):
        config.pluginmanager.register(Recorder(Ledger(promises(), night=CHOSEN == "night")), "promises")


class Recorder:
    """Leaves the tests that prove something, keeps what they showed, and prints it."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        proving = []
        for item in items:
            if named := declared_at(_source(item)).get(getattr(item, "originalname", item.name)):
                item.user_properties.append(("proves", named))
                proving.append(item)
        config.hook.pytest_deselected(items=[item for item in items if item not in proving])
        items[:] = proving

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        said: dict[str, list[Any]] = {"proves": [], "proof": []}
        for name, value in report.user_properties:
            said[name].append(value)
        self._ledger.note(
            report.nodeid.partition("[")[0],
            [name for names in said["proves"] for name in names],
            proofs=said["proof"] if report.when == "call" else (),
            wrong=_wrong(report),
            seconds=report.duration,
        )

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        terminalreporter.section(f"promises, dose `{CHOSEN}`")
        for line in self._ledger.lines():
            terminalreporter.write_line(line)


def _source(item: pytest.Item) -> Path:
    """Where a test is written: a contract's tests run in the files of those that keep it."""
    function = getattr(item, "function", None)
    return Path(function.__code__.co_filename) if function else item.path


def _wrong(report: pytest.TestReport) -> str:
    if report.outcome == "skipped":
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        return f"skipped here: {str(reason).removeprefix('Skipped: ')}"
    return "" if report.outcome == "passed" else "FAILED"
