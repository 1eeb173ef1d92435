"""JSON and YAML read within bounds, into lists, tables and texts alone."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final, TypeAlias

import yaml

from chaveiro.catalogue.template import CatalogueMalformed
from chaveiro.core.names import quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

DOCUMENT_SIZE_MAX: Final = 16 * 1024 * 1024  # bytes; the largest documents that people publish are smaller
DEPTH_MAX: Final = 100

Value: TypeAlias = object
Table: TypeAlias = "dict[str, Value]"

# Only the events are used: they make no objects, whatever a tag asks for, and no call within a call for each level.
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_OPENAPI = re.compile(r"""^["']?(?:openapi|swagger)["']?[ \t]*:""", re.MULTILINE)


def looks_openapi(text: str) -> bool:
    """Say whether a text is an OpenAPI document rather than TOML, which writes `=` between a name and its value."""
    return text.lstrip("\ufeff \t\r\n").startswith("{") or _OPENAPI.search(text) is not None


def read_document(text: str) -> Table:
    """Read a document. Raises CatalogueMalformed, and quotes nothing that may be a secret."""
    if len(text.encode("utf-8", "surrogatepass")) > DOCUMENT_SIZE_MAX:
        raise CatalogueMalformed("the document is larger than 16 MiB: leave out what no integration calls")
    text = text.removeprefix("\ufeff")
    value = _json(text) if text.lstrip().startswith("{") else _yaml(text)
    if not isinstance(value, dict):
        raise CatalogueMalformed("the document is no table: an OpenAPI document begins with `openapi: 3.1.0`")
    return value


def _json(text: str) -> Value:
    try:
        return json.loads(text, object_pairs_hook=_once_each)
    except RecursionError:
        raise CatalogueMalformed(_TOO_DEEP) from None
    except json.JSONDecodeError as unread:
        raise CatalogueMalformed(
            f"the document is not JSON: {_lowered(unread.msg)} (line {unread.lineno}, column {unread.colno})"
        ) from None
    except ValueError as unread:  # a number of thousands of digits
        if isinstance(unread, CatalogueMalformed):
            raise
        raise CatalogueMalformed("the document is not JSON: a number is too long") from None


def _once_each(pairs: list[tuple[str, Value]]) -> Table:
    found: Table = {}
    for name, value in pairs:
        if name in found:
            raise CatalogueMalformed(_twice(name))
        found[name] = value
    return found


def _yaml(text: str) -> Value:
    try:
        return _Builder(yaml.parse(text, Loader=_LOADER)).document()
    except yaml.MarkedYAMLError as unread:
        mark = unread.problem_mark
        place = f" (line {mark.line + 1}, column {mark.column + 1})" if mark else ""
        raise CatalogueMalformed(f"the document is not YAML{place}: see https://yaml.org") from None
    except (yaml.YAMLError, UnicodeEncodeError):
        raise CatalogueMalformed("the document is not YAML: it holds characters that no text should") from None


class _Builder:
    """Makes values of YAML's events. Every scalar is a text, as only texts are looked at."""

    def __init__(self, events: Iterator[yaml.Event]) -> None:
        self._events = events
        self._anchors: dict[str, Value] = {}

    def document(self) -> Value:
        value: Value = None
        for event in self._events:
            if isinstance(event, yaml.NodeEvent):
                if value is not None:
                    raise CatalogueMalformed("the file holds several YAML documents: import them one by one")
                value = self._value(event, 0)
        return value

    def _value(self, event: yaml.Event, depth: int) -> Value:
        if depth > DEPTH_MAX:
            raise CatalogueMalformed(_TOO_DEEP)
        match event:
            case yaml.AliasEvent():
                if event.anchor not in self._anchors:
                    raise CatalogueMalformed(f"{quoted(f'*{event.anchor}')} in line {_line(event)} names no anchor")
                return self._anchors[event.anchor]
            case yaml.ScalarEvent():
                value: Value = event.value
            case yaml.SequenceStartEvent():
                value = list(self._until(yaml.SequenceEndEvent, lambda item: self._value(item, depth + 1)))
            case _:
                value = self._table(depth)
        if anchor := getattr(event, "anchor", None):
            self._anchors[anchor] = value
        return value

    def _table(self, depth: int) -> Table:
        found: Table = {}

        def add(event: yaml.Event) -> None:
            if not isinstance(event, yaml.ScalarEvent):
                raise CatalogueMalformed(f"a name in line {_line(event)} is no text: write one name for each value")
            if event.value == "<<":
                raise CatalogueMalformed(f"`<<` in line {_line(event)} is not read: write out what it would bring")
            if event.value in found:
                raise CatalogueMalformed(f"{_twice(event.value)} (line {_line(event)})")
            found[event.value] = self._value(next(self._events), depth + 1)

        for _ in self._until(yaml.MappingEndEvent, add):
            pass
        return found

    def _until(self, end: type[yaml.Event], make: Callable[[yaml.Event], Value]) -> Iterator[Value]:
        for event in self._events:
            if isinstance(event, end):
                return
            yield make(event)


_TOO_DEEP: Final = "the document nests tables and lists too deep"


def _line(event: yaml.Event) -> int:
    return int(event.start_mark.line) + 1 if event.start_mark else 0


def _twice(name: str) -> str:
    return f"the name {quoted(name)} stands twice in one table: keep one of them"


def _lowered(text: str) -> str:
    return text[:1].lower() + text[1:]
