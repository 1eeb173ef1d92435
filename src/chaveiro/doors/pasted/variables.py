"""Pairs among named values: the environment, a `.env` file, a JSON document. Names are told, values never."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from chaveiro.core.attempt import NOTHING, Field, presented
from chaveiro.doctor.reading import read
from chaveiro.doors.pasted.found import Found

# VTEX_APP_KEY, X_VTEX_API_APPKEY, vtexAppKey, APP_TOKEN_PROD…
_OURS = re.compile(r"app[_.-]?(key|token)", re.IGNORECASE)
# API_KEY, VTEX_TOKEN…: names of many things, believed only where the value speaks for itself.
_ANYBODYS = re.compile(r"(?:^|[_.-]|api)(key|token)(?:$|[_.-])", re.IGNORECASE)
_ENTRY = re.compile(
    r"""^[ \t]*(?:(?:export|set|SET|setx|-|ENV)[ \t]+|\$env:)?(?P<name>[A-Za-z_][\w.-]{0,100})[ \t]*=[ \t]*"""
    r"""(?:"(?P<double>(?:\\.|[^"\\\n]|\n(?![A-Za-z_][\w.-]*=))*)"[ \t]*(?:\#.*)?$"""
    r"""|'(?P<single>(?:[^'\n]|\n(?![A-Za-z_][\w.-]*=))*)'[ \t]*(?:\#.*)?$"""
    r"""|(?P<bare>.*)$)""",
    re.MULTILINE,
)
_COMMENT = re.compile(r"(?:^|[ \t])\#.*")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t"}


class Named(NamedTuple):
    """A value and the name it stands under."""

    name: str
    value: str

    def __repr__(self) -> str:
        """Tell the name, never the value."""
        return f"Named({self.name!r})"


def pairs(values: Iterable[Named]) -> tuple[Found, ...]:
    """The pairs among named values. What belongs together has the same name but for `key` and `token`."""
    groups: dict[str, dict[Field, Named]] = {}
    for named in values:
        if where := _part(named):
            part, group = where
            groups.setdefault(group, {})[part] = named
    whole = [group for group in groups.values() if len(group) == len(Field)]
    if whole:
        return tuple(_found(group) for group in whole)
    halves = [group for group in groups.values() if group]
    if len({part for group in halves for part in group}) == len(halves) == len(Field):
        return (_found(halves[0] | halves[1]),)
    return tuple(_found(group) for group in halves)


def _part(named: Named) -> tuple[Field, str] | None:
    """Which of the two values a name speaks of, and what else it says."""
    found = list(_OURS.finditer(named.name))
    if not found and (found := list(_ANYBODYS.finditer(named.name))):
        part = Field(found[-1][1].lower())
        if read(named.value, part).kind is None:
            return None
    if not found:
        return None
    last = found[-1]
    rest = named.name[: last.start(1)] + named.name[last.end(1) :]
    return Field(last[1].lower()), re.sub(r"[_.-]", "", rest).upper()


def _found(group: dict[Field, Named]) -> Found:
    sent = {part: presented(named.value) for part, named in group.items()}
    names = tuple(group[part].name for part in Field if part in group)
    return Found(sent.get(Field.KEY, NOTHING), sent.get(Field.TOKEN, NOTHING), names)


def entries(text: str) -> Iterator[Named]:
    """What the lines of a `.env` file set: `export`, quotes, comments, escapes. Its lines end with a line feed."""
    for found in _ENTRY.finditer(text):
        if found["double"] is not None:
            value = _ESCAPE.sub(lambda one: _ESCAPED.get(one[1], one[1]), found["double"])
        elif found["single"] is not None:
            value = found["single"]
        else:
            value = _COMMENT.sub("", found["bare"]).strip(" \t")
        yield Named(found["name"], value)


def quoted(text: str) -> bool:
    """Say whether a file puts the value of a pair in quotation marks."""
    return any((found["double"] or found["single"]) and _OURS.search(found["name"]) for found in _ENTRY.finditer(text))


def members(document: object, name: str = "") -> Iterator[Named]:
    """Every text of a JSON document under its name; `{"name": …, "value": …}` names its value too."""
    match document:
        case {"name": str(own), "value": str(value)} | {"key": str(own), "value": str(value)}:
            yield Named(own, value)
        case dict():
            for own, value in document.items():
                yield from members(value, str(own))
        case list():
            for value in document:
                yield from members(value, name)
        case str():
            yield Named(name, document)
        case _:
            return
