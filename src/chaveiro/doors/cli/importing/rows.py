"""The rows of a file of keys: CSV with a head, or JSON lines. A line that cannot be read holds up no other."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import IO, Any, Final, TypeAlias

from chaveiro.doors.cli.importing import texts
from chaveiro.doors.cli.reading import LINE_BYTES_MAX, Cannot

FIELDS: Final = (
    "appKey", "appToken", "digest", "algorithm", "label", "owner", "roles", "networks", "validFrom", "expires", "state",
)  # fmt: skip
SEVERAL: Final = frozenset({"roles", "networks"})
BETWEEN: Final = ";"  # several values of one CSV field


class Form(StrEnum):
    """How a file is written."""

    CSV = "csv"
    JSONL = "jsonl"


@dataclass(frozen=True, slots=True, repr=False)
class Row:
    """One key as it stands in the file. It may hold a token, so its repr is mute."""

    line: int  # where it begins, from 1
    values: Mapping[str, str]
    several: Mapping[str, tuple[str, ...]]

    def __repr__(self) -> str:
        return f"Row(line={self.line})"


@dataclass(frozen=True, slots=True)
class Unread:
    """A line that is no row, and why: a sentence of `texts`."""

    line: int
    sentence: str


Read: TypeAlias = Row | Unread


class Lines:
    """The lines of a stream, with how many there were, and how many bytes."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.bytes = 0
        self.count = 0

    def __iter__(self) -> Iterator[str]:
        """What is not UTF-8 comes as half characters, which no name and no text may have."""
        while line := self._stream.readline(LINE_BYTES_MAX + 1):
            self.bytes += len(line)
            self.count += 1
            if len(line) > LINE_BYTES_MAX:
                raise Cannot(texts.LINE_TOO_LONG, line=self.count)
            yield line.decode("utf-8-sig" if self.count == 1 else "utf-8", "surrogateescape")


def rows(lines: Lines, form: Form | None) -> Iterator[Read]:
    """Every row of a file, in order; without a *form*, as its first character says. Raises Cannot."""
    read = iter(lines)
    first = next(read, "")
    while first and not first.strip():
        first = next(read, "")
    if form is Form.JSONL or (form is None and first.lstrip().startswith("{")):
        yield from _objects(lines, first, read)
    else:
        yield from _records(lines, first, read)


def _objects(lines: Lines, first: str, rest: Iterator[str]) -> Iterator[Read]:
    line = first
    while line:
        if line.strip():
            yield _object(lines.count, line)
        line = next(rest, "")


def _object(number: int, line: str) -> Read:
    try:
        found: Any = json.loads(line)
    except (ValueError, RecursionError):
        return Unread(number, texts.NOT_JSON)
    if not isinstance(found, dict):
        return Unread(number, texts.NOT_JSON)
    if not found.keys() <= set(FIELDS):
        return Unread(number, texts.FIELD_UNKNOWN)
    given = {name: value for name, value in found.items() if value is not None}
    several = {name: given.pop(name) for name in SEVERAL & given.keys()}
    plain = all(isinstance(value, str) for value in given.values())
    if not plain or not all(_listed(value) for value in several.values()):
        return Unread(number, texts.FIELD_TYPE)
    return Row(number, given, {name: tuple(str(one) for one in value) for name, value in several.items()})


def _listed(value: object) -> bool:
    return isinstance(value, list) and all(type(one) in {str, int} for one in value)


def _records(lines: Lines, first: str, rest: Iterator[str]) -> Iterator[Read]:
    head = next(csv.reader([first], strict=True), [])
    names = [name.strip() for name in head]
    if "appKey" not in names or len(set(names)) != len(names) or not set(names) <= set(FIELDS):
        raise Cannot(texts.HEAD_UNKNOWN, fields=", ".join(FIELDS))
    reader = csv.reader(rest, strict=True)
    while True:
        begins = lines.count + 1
        try:
            record = next(reader, None)
        except csv.Error:
            yield Unread(begins, texts.NOT_CSV)
            continue
        if record is None:
            return
        if record:
            yield _record(begins, names, record)


def _record(number: int, names: list[str], record: list[str]) -> Read:
    if len(record) != len(names):
        return Unread(number, texts.FIELDS_COUNTED)
    values = {name: value.strip() for name, value in zip(names, record, strict=True) if value.strip()}
    several = {name: values.pop(name).split(BETWEEN) for name in SEVERAL & values.keys()}
    return Row(number, values, {name: tuple(one.strip() for one in value) for name, value in several.items()})
