"""Operations: 1,062 of them become the routes that they describe."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from chaveiro.catalogue.route import Entry, Route, Undecided
from chaveiro.core.attempt import AnyRole, Match, Need
from facts.resources import resolved

if TYPE_CHECKING:
    from chaveiro.core.names import Resource
    from facts.overlay import Overlay

Operation = dict[str, Any]


def entries(operations: list[Operation], overlay: Overlay) -> tuple[Entry, ...]:
    """Every route once, where its first operation stands. Raises Unresolved."""
    routes: dict[tuple[str, str], list[Operation]] = {}
    for one in (_with_path(each, overlay) for each in operations):
        routes.setdefault((one["method"], re.sub(r"\{[^}]*\}", "{}", one["path"])), []).append(one)
    return tuple(_entry(same, overlay) for same in routes.values())


def _with_path(one: Operation, overlay: Overlay) -> Operation:
    """The operation with its parameters in our notation."""
    path = one["path"]
    return {**one, "path": overlay.answer("path", path)["is"]} if "/:" in path else one


def _entry(same: list[Operation], overlay: Overlay) -> Entry:
    apis = tuple(one["api"] for one in same)
    read = [_read(one, overlay, apis) for one in same]
    if len(read) > 1 and len({_answer(one) for one in read}) == 1:
        overlay.answer("agreeing", "")
    elif len(read) > 1:
        name = next((one.name for one in read if overlay.answers("disagreeing", one.name)), read[0].name)
        return read[apis.index(overlay.answer("disagreeing", name)["taken"])]
    return read[0]


def _answer(entry: Entry) -> object:
    if isinstance(entry, Route):
        need = entry.need
        return (frozenset(need.resources), need.match) if isinstance(need, Need) else entry.note
    return entry.why


def _read(one: Operation, overlay: Overlay, apis: tuple[str, ...]) -> Entry:
    access = overlay.answer("access", one["access"])
    method, path = one["method"], one["path"]
    match access["becomes"]:
        case "undecided":
            return Undecided(method, path, access["says"], apis)
        case "open_to":
            return Route(method, path, AnyRole(), access["says"], apis)
        case _:
            needed: dict[Resource, None] = dict.fromkeys(resolved(each, overlay) for each in one["requires"])
            return Route(method, path, Need(tuple(needed), Match(one["match"])), apis=apis)
