"""Planted bugs: each switches one safety off, and names the test that must see it."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import chaveiro

TABLE: Final = Path(__file__).with_name("bugs.toml")
PACKAGE: Final = Path(chaveiro.__file__).parent  # what is installed, be it a wheel or a checkout


class Stale(Exception):
    """The sources are no longer what a bug expects: it would be planted nowhere, or in a place nobody meant."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One text of a source, and what stands in its place once the bug is planted."""

    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Bug:
    """A safety that is switched off, the promise it keeps, and the test that must turn red."""

    name: str
    promise: str
    file: str  # below the package
    test: str  # a pytest node id
    why: str
    edits: tuple[Edit, ...]
    raises: tuple[str, ...] = ()  # exceptions by which the test may fail besides a failed assertion

    def planted(self, source: str) -> str:
        """The source with the bug in it. Raises Stale unless each old text occurs exactly once."""
        for edit in self.edits:
            if (found := source.count(edit.old)) != 1:
                raise Stale(f"`{self.name}`: {found} times in {self.file}, not once: {edit.old!r}")
            source = source.replace(edit.old, edit.new)
        compile(source, self.file, "exec")
        return source

    def is_of(self, nodeid: str) -> bool:
        """Say whether a test that ran is the named one, or one of its cases."""
        return nodeid == self.test or nodeid.startswith(f"{self.test}[")


def bugs(table: Path = TABLE) -> tuple[Bug, ...]:
    """Every bug of the table, in its order."""
    return tuple(_bug(entry) for entry in tomllib.loads(table.read_text("utf-8"))["bug"])


def _bug(entry: dict[str, Any]) -> Bug:
    first, more = Edit(entry.pop("old"), entry.pop("new")), entry.pop("also", [])
    raises = tuple(entry.pop("raises", ()))
    return Bug(**entry, edits=(first, *(Edit(**one) for one in more)), raises=raises)


def row(bug: Bug) -> str:
    """A bug as the reference lists it."""
    return f"| `{bug.name}` | {bug.promise} | {bug.why} | `{bug.test.rpartition('::')[2]}` |"
