"""A catalogue as its text: what `read_toml` reads back as the same."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from chaveiro.catalogue.need import OPEN_TO
from chaveiro.catalogue.route import Route
from chaveiro.core.attempt import Match, Need

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chaveiro.catalogue.known import KnownResource
    from chaveiro.catalogue.route import Entry


def written(entries: Iterable[Entry], resources: Iterable[KnownResource] = (), *, name: str = "") -> str:
    """Write routes and resources."""
    head = [f"name = {text(name)}\n"] if name else []
    return "\n".join([*head, *map(_entry, entries), *map(written_resource, resources)])


def _entry(entry: Entry) -> str:
    lines = ["[[route]]", f"method = {text(entry.method)}", f"path = {text(entry.path)}"]
    if isinstance(entry, Route):
        lines.append(_need(entry))
        if entry.note:
            lines.append(f"note = {text(entry.note)}")
    else:
        lines.append(f"undecided = {text(entry.why)}")
    if entry.apis:
        lines.append(f"apis = {texts(entry.apis)}")
    return "\n".join(lines) + "\n"


def _need(route: Route) -> str:
    if not isinstance(route.need, Need):
        return f"open_to = {text(OPEN_TO)}"
    key = "any_of" if route.need.match is Match.ANY else "all_of"
    return f"{key} = {texts(map(str, route.need.resources))}"


def written_resource(one: KnownResource) -> str:
    """Write one resource."""
    lines = ["[[resource]]", f"product = {text(one.resource.product)}", f"key = {text(one.resource.key)}"]
    lines.append(f"name = {text(one.name)}")
    if one.category:
        lines.append(f"category = {text(one.category)}")
    lines += [f"{key} = {value}" for key, value in (("id", one.id), ("product_id", one.product_id)) if value]
    return "\n".join(lines) + "\n"


def text(value: str) -> str:
    """Write a printable text: TOML reads JSON's quoting."""
    return json.dumps(value, ensure_ascii=False)


def texts(values: Iterable[str]) -> str:
    """Write a list of texts, in lines of its own where one would be long."""
    quoted = list(map(text, values))
    line = f"[{', '.join(quoted)}]"
    return line if len(line) <= LIST_LENGTH_MAX else "[\n" + "".join(f"  {one},\n" for one in quoted) + "]"


LIST_LENGTH_MAX = 110
