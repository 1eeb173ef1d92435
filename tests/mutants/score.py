"""Changes made by mutmut to the code that decides, one at a time, and which of them no test notices."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree, ignore_patterns, rmtree
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ROOT: Final = Path(__file__).parents[2]
FOLDER: Final = ROOT / "build" / "mutants"  # a copy of the checkout: mutmut writes beside what it reads
KNOWN: Final = Path(__file__).with_name("survivors.toml")
SCORE_MIN: Final = 0.95
_COPIED: Final = ("src", "tests", "cases", "deploy", "docs", "bench", "facts")
_NOTICED: Final = frozenset({1, 3})  # what pytest ends with when a test fails, or cannot go on
_UNNOTICED: Final = 0
_CHANGED: Final = re.compile(r"^[-+](?![-+]{2} )(.*)$", re.MULTILINE)


class Unfinished(Exception):
    """mutmut did not come to an end: nothing is known."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change, told by what it makes of a line."""

    file: str  # below the package
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Score:
    """How many changes were made, how many a test noticed, and those that none did."""

    made: int
    noticed: int
    survived: tuple[Change, ...]
    unjudged: tuple[str, ...] = ()  # they ran out of time or were killed from outside: as good as survivors

    @property
    def share(self) -> float:
        """The share of the changes that a test noticed."""
        return self.noticed / self.made

    def __str__(self) -> str:
        return f"{self.noticed} of {self.made} changes noticed, {self.share:.1%}"


def known(table: Path = KNOWN) -> dict[Change, str]:
    """The changes of which it is known that they change no behaviour that is promised, each with the reason."""
    return {
        Change(one["file"], one["old"], one["new"]): one["why"]
        for one in tomllib.loads(table.read_text("utf-8"))["survivor"]
    }


def measured() -> Score:
    """Change a copy of the sources, as `[tool.mutmut]` says; takes minutes. Raises Unfinished."""
    rmtree(FOLDER, ignore_errors=True)
    for name in _COPIED:
        copytree(ROOT / name, FOLDER / name, ignore=ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md"):
        (FOLDER / name).write_bytes((ROOT / name).read_bytes())
    with (FOLDER / "mutmut.log").open("wb") as log:
        done = _mutmut("run", stdout=log, stderr=subprocess.STDOUT)
    if done.returncode:
        raise Unfinished(f"mutmut ended with {done.returncode}: {FOLDER / 'mutmut.log'}")
    ends: dict[str, int | None] = {}
    for meta in sorted((FOLDER / "mutants").rglob("*.py.meta")):
        ends |= json.loads(meta.read_text("utf-8"))["exit_code_by_key"]
    if not ends or None in ends.values():
        raise Unfinished(f"of {len(ends)} changes not each was tried: {FOLDER / 'mutmut.log'}")
    return Score(
        made=len(ends),
        noticed=sum(end in _NOTICED for end in ends.values()),
        survived=tuple(_changes(name for name, end in ends.items() if end == _UNNOTICED)),
        unjudged=tuple(name for name, end in ends.items() if end != _UNNOTICED and end not in _NOTICED),
    )


def _changes(names: Iterable[str]) -> Iterator[Change]:
    for name in names:
        shown = _mutmut("show", name, stdout=subprocess.PIPE, text=True).stdout
        old, new = (line.strip() for line in _CHANGED.findall(shown))
        yield Change(f"{'/'.join(name.split('.')[1:-1])}.py", old, new)


def _mutmut(*asked: str, **options: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "mutmut", *asked]
    return subprocess.run(command, cwd=FOLDER, check=False, **options)  # type: ignore[call-overload,no-any-return] # as told
