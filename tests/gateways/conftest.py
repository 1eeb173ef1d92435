"""Gateways are real programs. Where one is missing, its tests do not run, and say so."""

from __future__ import annotations

import pytest
from tests.gateways.gates import MISSING


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line that nobody overlooks."""
    missed = [one for one in terminalreporter.stats.get("skipped", []) if "tests/gateways/" in one.nodeid]
    if missed and MISSING:
        names = ", ".join(sorted(MISSING))
        said = (
            f"{len(missed)} gateway tests DID NOT RUN: there is no {names}. `apt-get install haproxy` brings HAProxy."
        )
        terminalreporter.write_line(said, red=True, bold=True)
