"""The catalogue's text: a small TOML format, read strictly, so that a slip is told instead of guessed at."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Final, TypeAlias

from chaveiro.catalogue.known import KnownResource
from chaveiro.catalogue.need import STATED_BY, only, plain, read_resource, stated
from chaveiro.catalogue.route import METHODS, Entry, Route, Undecided
from chaveiro.catalogue.template import CatalogueMalformed, parse
from chaveiro.catalogue.tree import Catalogue
from chaveiro.core.names import Resource, looks_secret, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from chaveiro.catalogue.template import Segment

SIZE_MAX: Final = 1024 * 1024  # bytes
LINE_LENGTH_MAX: Final = 1000  # nobody reads longer ones, and a name with many dots costs the square of its length
NUMBER_MAX: Final = 2**31 - 1

Table: TypeAlias = "Mapping[str, object]"

_ROUTE: Final = ("method", "path", *STATED_BY, "note", "apis")
_RESOURCE: Final = ("product", "key", "name", "category", "id", "product_id")
_HEADER: Final = re.compile(r"[ \t]*\[\[[ \t]*(\w+)[ \t]*\]\]")


def read_toml(text: str) -> Catalogue:
    """Read and compile a catalogue. Raises CatalogueMalformed, whose message names the entry and what to write."""
    document = parsed(text)
    only(document, ("name", "route", "resource"), "the catalogue")
    name = _text(document, "name", "the catalogue") if "name" in document else ""
    resources = tuple(_resources(document, text))
    return Catalogue(_entries(document, text), name=name, resources=resources)


def read_resources(text: str) -> tuple[KnownResource, ...]:
    """Read the resources that a text tells about. Raises CatalogueMalformed."""
    return tuple(_resources(parsed(text), text))


def parsed(text: str) -> Table:
    """Read TOML within bounds. Raises CatalogueMalformed."""
    if len(text.encode("utf-8", "surrogatepass")) > SIZE_MAX:
        raise CatalogueMalformed("the catalogue is larger than 1 MiB: leave out what no integration calls")
    for number, line in enumerate(text.splitlines(), 1):
        if len(line) > LINE_LENGTH_MAX:
            raise CatalogueMalformed(f"line {number} is longer than {LINE_LENGTH_MAX} characters: break it")
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise CatalogueMalformed("the catalogue is not TOML: it nests lists or tables too deep") from None
    except ValueError as unread:
        reason = str(unread)
        reason = "see https://toml.io" if looks_secret(reason) else reason[:1].lower() + reason[1:]
        raise CatalogueMalformed(f"the catalogue is not TOML: {reason}") from None


def _entries(document: Table, text: str) -> list[Entry]:
    entries: list[Entry] = []
    seen: dict[tuple[str, tuple[Segment, ...]], str] = {}
    for where, table in tables(document, "route", text):
        only(table, _ROUTE, where)
        method, path = _text(table, "method", where), _text(table, "path", where)
        if method not in METHODS:
            raise CatalogueMalformed(f"{where}: {_method_advice(method)}")
        try:
            shape = (method, parse(path))
        except CatalogueMalformed as malformed:
            raise CatalogueMalformed(f"{where}: {malformed}") from None
        if shape in seen:
            raise CatalogueMalformed(f"{where}: `{method} {path}` is {seen[shape]} again: keep one of them")
        seen[shape] = where
        entries.append(_entry(method, path, table, where))
    if not entries:
        raise CatalogueMalformed("the catalogue has no `[[route]]`: write at least one, or every request is denied")
    return entries


def _entry(method: str, path: str, table: Table, where: str) -> Entry:
    need, apis = stated(table, where), _apis(table, where)
    if not isinstance(need, str):
        return Route(method, path, need, plain(table["note"], "note", where) if "note" in table else "", apis)
    if "note" in table:
        raise CatalogueMalformed(f"{where}: `undecided` says why already: leave `note` out")
    return Undecided(method, path, need, apis)


def _apis(table: Table, where: str) -> tuple[str, ...]:
    listed = table.get("apis", [])
    if not isinstance(listed, list):
        raise CatalogueMalformed(f'{where}: `apis` lists the documents that describe it, such as `["Orders API"]`')
    return tuple(plain(one, "apis", where) for one in listed)


def _method_advice(method: str) -> str:
    if method == "HEAD":
        return "HEAD is read as GET: write `GET`"
    if method.upper() in METHODS:
        return f"methods are written in capitals: write `{method.upper()}`"
    return f"{quoted(method)} is not a method: write one of {', '.join(METHODS)}"


def _resources(document: Table, text: str) -> Iterator[KnownResource]:
    seen: set[Resource] = set()
    for where, table in tables(document, "resource", text):
        only(table, _RESOURCE, where)
        named = read_resource(f"{_text(table, 'product', where)}/{_text(table, 'key', where)}", where)
        if named in seen:
            raise CatalogueMalformed(f"{where}: `{named}` has a name already: keep one of them")
        seen.add(named)
        category = plain(table["category"], "category", where) if "category" in table else ""
        yield KnownResource(
            resource=named,
            name=_text(table, "name", where),
            category=category,
            id=number(table, "id", where),
            product_id=number(table, "product_id", where),
        )


def tables(document: Table, kind: str, text: str) -> Iterator[tuple[str, Table]]:
    """The entries of a kind, each with what a person finds it by."""
    entries = document.get(kind, [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise CatalogueMalformed(f"`{kind}` must be a list of entries: begin each with the line `[[{kind}]]`")
    headers = [match[1] if (match := _HEADER.match(line)) else "" for line in text.splitlines()]
    lines = [number for number, header in enumerate(headers, 1) if header == kind]
    for number, entry in enumerate(entries, 1):
        # A text of several lines may look like a header: then only the entry's number is sure.
        found = f" (line {lines[number - 1]})" if len(lines) == len(entries) else ""
        yield f"{kind} {number}{found}", entry


def number(table: Table, key: str, where: str) -> int | None:
    """A whole number from 1, if it is there. Raises CatalogueMalformed."""
    value = table.get(key)
    if value is None:
        return None
    if type(value) is not int or not 1 <= value <= NUMBER_MAX:
        raise CatalogueMalformed(f"{where}: `{key}` must be a whole number from 1")
    return value


def _text(table: Table, key: str, where: str) -> str:
    value = table.get(key)
    if value is None:
        raise CatalogueMalformed(f"{where}: `{key}` is missing")
    if key == "name":
        return plain(value, key, where)
    if not isinstance(value, str):
        raise CatalogueMalformed(f"{where}: `{key}` must be a text in quotes")
    return value
