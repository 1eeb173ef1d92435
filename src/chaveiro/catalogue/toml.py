"""The catalogue's text: a small TOML format, read strictly, so that a slip is told instead of guessed at."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Final, TypeAlias

from chaveiro.catalogue.route import METHODS, Route
from chaveiro.catalogue.template import CatalogueMalformed, parse
from chaveiro.catalogue.tree import Catalogue
from chaveiro.core.attempt import Match, Need
from chaveiro.core.names import NameMalformed, Resource, looks_secret, plain_text, quoted, resource

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from chaveiro.catalogue.template import Segment

SIZE_MAX: Final = 1024 * 1024  # bytes
LINE_LENGTH_MAX: Final = 1000  # nobody reads longer ones, and a name with many dots costs the square of its length

Table: TypeAlias = "Mapping[str, object]"

_MATCHES: Final = {"any_of": Match.ANY, "all_of": Match.ALL}
_HEADER: Final = re.compile(r"[ \t]*\[\[[ \t]*(route|resource)[ \t]*\]\]")


def read_toml(text: str) -> Catalogue:
    """Read and compile a catalogue. Raises CatalogueMalformed, whose message names the entry and what to write."""
    document = _parsed(text)
    _only(document, ("name", "route", "resource"), "the catalogue")
    name = _text(document, "name", "the catalogue") if "name" in document else ""
    return Catalogue(_routes(document, text), name=name, resource_names=_resource_names(document, text))


def _parsed(text: str) -> Table:
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


def _routes(document: Table, text: str) -> list[Route]:
    routes: list[Route] = []
    seen: dict[tuple[str, tuple[Segment, ...]], str] = {}
    for where, entry in _entries(document, "route", text):
        _only(entry, ("method", "path", *_MATCHES), where)
        method, path = _text(entry, "method", where), _text(entry, "path", where)
        if method not in METHODS:
            raise CatalogueMalformed(f"{where}: {_method_advice(method)}")
        try:
            shape = (method, parse(path))
        except CatalogueMalformed as malformed:
            raise CatalogueMalformed(f"{where}: {malformed}") from None
        if shape in seen:
            raise CatalogueMalformed(f"{where}: `{method} {path}` is {seen[shape]} again: keep one of them")
        seen[shape] = where
        routes.append(Route(method, path, _need(entry, where)))
    if not routes:
        raise CatalogueMalformed("the catalogue has no `[[route]]`: write at least one, or every request is denied")
    return routes


def _method_advice(method: str) -> str:
    if method == "HEAD":
        return "HEAD is read as GET: write `GET`"
    if method.upper() in METHODS:
        return f"methods are written in capitals: write `{method.upper()}`"
    return f"{quoted(method)} is not a method: write one of {', '.join(METHODS)}"


def _need(entry: Table, where: str) -> Need:
    given = [key for key in _MATCHES if key in entry]
    if len(given) != 1:
        raise CatalogueMalformed(
            f"{where}: write one of `any_of` (one resource is enough) and `all_of` (every one is needed), "
            'such as `any_of = ["OMS/ListOrders"]`'
        )
    listed = entry[given[0]]
    if not isinstance(listed, list) or not listed:
        raise CatalogueMalformed(
            f'{where}: `{given[0]}` must list at least one resource, such as `["OMS/ListOrders"]`; '
            "without one, nobody could be let through"
        )
    resources: list[Resource] = []
    for item in listed:
        named = _resource(item, where)
        if named in resources:
            raise CatalogueMalformed(f"{where}: `{named}` stands twice in `{given[0]}`: keep one of them")
        resources.append(named)
    return Need(tuple(resources), _MATCHES[given[0]])


def _resource(item: object, where: str) -> Resource:
    if not isinstance(item, str):
        raise CatalogueMalformed(f"{where}: a resource is a text such as `OMS/ListOrders`, in quotes")
    try:
        return resource(item)
    except NameMalformed as malformed:
        raise CatalogueMalformed(f"{where}: {malformed}") from None


def _resource_names(document: Table, text: str) -> dict[Resource, str]:
    names: dict[Resource, str] = {}
    for where, entry in _entries(document, "resource", text):
        _only(entry, ("product", "key", "name"), where)
        named = _resource(f"{_text(entry, 'product', where)}/{_text(entry, 'key', where)}", where)
        if named in names:
            raise CatalogueMalformed(f"{where}: `{named}` has a name already: keep one of them")
        names[named] = _text(entry, "name", where)
    return names


def _entries(document: Table, kind: str, text: str) -> Iterator[tuple[str, Table]]:
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


def _only(table: Table, keys: tuple[str, ...], where: str) -> None:
    for key in table:
        if key not in keys:
            raise CatalogueMalformed(
                f"{where}: {quoted(key)} is not known: use {', '.join(f'`{one}`' for one in keys)}"
            )


def _text(table: Table, key: str, where: str) -> str:
    value = table.get(key)
    if value is None:
        raise CatalogueMalformed(f"{where}: `{key}` is missing")
    if not isinstance(value, str):
        raise CatalogueMalformed(f"{where}: `{key}` must be a text in quotes")
    if key != "name":
        return value
    try:
        return plain_text(value, what="name")
    except NameMalformed as malformed:
        raise CatalogueMalformed(f"{where}: {malformed}") from None
