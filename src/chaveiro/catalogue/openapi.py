"""An OpenAPI document read as a catalogue: `x-chaveiro-resources` says what each operation needs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from chaveiro.catalogue.document import Table, read_document
from chaveiro.catalogue.need import STATED_BY, Stated, listed, only, stated
from chaveiro.catalogue.route import METHODS, Entry, Route, Undecided
from chaveiro.catalogue.template import CatalogueMalformed, parse
from chaveiro.core.names import NameMalformed, plain_text, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

EXTENSION: Final = "x-chaveiro-resources"
UNDECLARED: Final = "its OpenAPI document declares nothing"
REFS_MAX: Final = 8  # path items that point at path items
SERVER_LENGTH_MAX: Final = 2000  # of a server's address, its variables filled in

_VERSION = re.compile(r"3\.[01](?:\.\d+)?(?:-[\w.]+)?")
_VARIABLE = re.compile(r"\{([^{}]*)\}")
_NO_NAME = re.compile(r"[^A-Za-z0-9_.-]")
_NAME_LENGTH_MAX = 64


@dataclass(frozen=True, slots=True)
class Imported:
    """What a document says."""

    name: str
    entries: tuple[Entry, ...]
    undeclared: tuple[str, ...]  # operations that declare nothing; among the entries they are undecided


@dataclass(frozen=True, slots=True)
class _Operation:
    method: str
    table: Table
    item: Table
    path: str
    where: str


def read_openapi(text: str) -> Imported:
    """Read a document, JSON or YAML. Raises CatalogueMalformed, whose message names the place by a JSON pointer.

    Nothing outside the document is ever read.
    """
    document = read_document(text)
    _version(document)
    operations = tuple(_operations(document))
    if not operations:
        raise CatalogueMalformed("/paths: the document has no operation: nothing would be let through")
    declared = [_declared(document, one) for one in operations]
    entries = tuple(_entry(document, one, need) for one, need in zip(operations, declared, strict=True))
    undeclared = tuple(one.name for one, need in zip(entries, declared, strict=True) if need is None)
    if len(undeclared) == len(entries):
        raise CatalogueMalformed(
            f'no operation has `{EXTENSION}`: write one, such as `{EXTENSION}: ["OMS/ListOrders"]`'
        )
    return Imported(_title(document), entries, undeclared)


def _version(document: Table) -> None:
    if "swagger" in document:
        raise CatalogueMalformed("/swagger: this is Swagger 2.0: convert it to OpenAPI 3.1 first")
    version = document.get("openapi")
    if not isinstance(version, str) or not _VERSION.fullmatch(version):
        raise CatalogueMalformed("/openapi: the document must be OpenAPI 3.0 or 3.1: begin it with `openapi: 3.1.0`")


def _operations(document: Table) -> Iterator[_Operation]:
    paths = _table(document.get("paths", {}), "/paths")
    for path, value in paths.items():
        if path.startswith("x-"):
            continue
        where = f"/paths/{_pointed(path)}"
        item = _item(document, _table(value, where), where)
        for method in METHODS:
            if (operation := item.get(method.lower())) is not None:
                place = f"{where}/{method.lower()}"
                yield _Operation(method, _table(operation, place), item, path, place)


def _item(document: Table, item: Table, where: str) -> Table:
    """A path item, with what it points at. Raises CatalogueMalformed for anything outside this document."""
    for _ in range(REFS_MAX):
        pointer = item.get("$ref")
        if pointer is None:
            return item
        if not isinstance(pointer, str) or not pointer.startswith("#/"):
            raise CatalogueMalformed(
                f"{where}/$ref: only what stands in the document itself is read: bundle it into one file first"
            )
        beside = {key: value for key, value in item.items() if key != "$ref"}
        item = {**_table(_at(document, pointer, where), f"{where}/$ref"), **beside}
    raise CatalogueMalformed(f"{where}/$ref: path items point at each other without end")


def _at(document: Table, pointer: str, where: str) -> object:
    value: object = document
    for part in pointer[2:].split("/"):
        name = part.replace("~1", "/").replace("~0", "~")
        if not isinstance(value, dict) or name not in value:
            raise CatalogueMalformed(f"{where}/$ref: {quoted(pointer)} names nothing in the document")
        value = value[name]
    return value


def _entry(document: Table, one: _Operation, need: Stated | None) -> Entry:
    path = _path(document, one)
    try:
        parse(path)
    except CatalogueMalformed as malformed:
        raise CatalogueMalformed(f"{one.where}: {malformed}") from None
    if need is None or isinstance(need, str):
        return Undecided(one.method, path, need or UNDECLARED)
    return Route(one.method, path, need)


def _declared(document: Table, one: _Operation) -> Stated | None:
    """What the operation declares, else its path, else the document."""
    item_where = one.where.rpartition("/")[0]
    for table, where in ((one.table, one.where), (one.item, item_where), (document, "")):
        if EXTENSION in table:
            return _stated(table[EXTENSION], f"{where}/{EXTENSION}")
    return None


def _stated(value: object, where: str) -> Stated:
    if isinstance(value, list):
        return listed(value, where)
    if isinstance(value, dict):
        only(value, STATED_BY, where)
        return stated(value, where)
    raise CatalogueMalformed(
        f'{where}: write a list, such as `["OMS/ListOrders"]`, of which one is enough, or a table with '
        "`any_of`, `all_of`, `open_to` or `undecided`"
    )


def _path(document: Table, one: _Operation) -> str:
    """The path as requests have it: that of the server before it, and names of parameters that a catalogue may hold."""
    item_where = one.where.rpartition("/")[0]
    base = ""
    for table, where in ((one.table, one.where), (one.item, item_where), (document, "")):
        servers = table.get("servers")
        if isinstance(servers, list) and servers:
            base = _base(_table(servers[0], f"{where}/servers/0"), f"{where}/servers/0")
            break
    if not one.path.startswith("/"):
        raise CatalogueMalformed(f"{one.where}: a path begins with `/`")
    return base + _VARIABLE.sub(_renamed, one.path)


def _renamed(parameter: re.Match[str]) -> str:
    name = _NO_NAME.sub("_", parameter[1])[:_NAME_LENGTH_MAX]
    return f"{{{name if name[:1].isalpha() or name[:1] == '_' else f'_{name[1:]}'}}}"


def _base(server: Table, where: str) -> str:
    url = server.get("url")
    if not isinstance(url, str):
        raise CatalogueMalformed(f"{where}: `url` is missing: write one such as `https://api.example.com/v1`, or `/v1`")
    variables = _table(server.get("variables", {}), f"{where}/variables")

    def default(variable: re.Match[str]) -> str:
        name = variable[1]
        value = _table(variables.get(name, {}), f"{where}/variables/{_pointed(name)}").get("default")
        if not isinstance(value, str):
            raise CatalogueMalformed(f"{where}/url: the variable {quoted(name)} has no default: write one")
        return value[:SERVER_LENGTH_MAX]

    url = _VARIABLE.sub(default, url[:SERVER_LENGTH_MAX])  # once: a default that names a variable brings no other one
    if len(url) >= SERVER_LENGTH_MAX:
        raise CatalogueMalformed(f"{where}/url: the address is longer than {SERVER_LENGTH_MAX} characters")
    try:
        return urlsplit(url).path.rstrip("/")
    except ValueError:
        raise CatalogueMalformed(f"{where}/url: {quoted(url)} is no address") from None


def _title(document: Table) -> str:
    info = document.get("info")
    title = info.get("title") if isinstance(info, dict) else None
    try:
        return plain_text(title, what="title") if isinstance(title, str) else ""
    except NameMalformed:
        return ""


def _table(value: object, where: str) -> Table:
    if not isinstance(value, dict):
        raise CatalogueMalformed(f"{where}: here stands something else than a table")
    return value


def _pointed(name: str) -> str:
    """A name as a JSON pointer has it, printable and of a readable length."""
    text = quoted(name.replace("~", "~0").replace("/", "~1"))
    return text.strip("`")
