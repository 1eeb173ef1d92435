"""`chaveiro catalogue`: what each request needs, and which roles give it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import RenderableType

from chaveiro.catalogue import CatalogueMalformed, read_toml
from chaveiro.catalogue.document import DOCUMENT_SIZE_MAX, looks_openapi
from chaveiro.catalogue.match import matched
from chaveiro.catalogue.openapi import Imported, read_openapi
from chaveiro.catalogue.packaged import PACKAGED, VTEX, packaged
from chaveiro.catalogue.path import HIDDEN
from chaveiro.catalogue.route import METHODS
from chaveiro.catalogue.writing import written
from chaveiro.core.command import ImportCatalogue, Reason, Refusal
from chaveiro.core.names import looks_secret, quoted
from chaveiro.doors.cli import printing, routes, texts, vtex
from chaveiro.doors.cli.account import Account
from chaveiro.doors.cli.desk import Desk, command, keyring_of
from chaveiro.doors.cli.reading import Cannot
from chaveiro.doors.keeping.catalogued import with_words

app = typer.Typer(no_args_is_help=True)

PACKAGED_PREFIX = "packaged:"
UNDECLARED_LISTED_MAX = 10


@command(app, "import")
def import_(
    desk: Desk,
    account: Account,
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE",
            help="A TOML file, an OpenAPI 3 document in JSON or YAML, packaged:tour or packaged:vtex.",
            show_default=False,
        ),
    ],
    skip_undeclared: Annotated[
        bool,
        typer.Option("--skip-undeclared", help="Deny the operations of an OpenAPI document that declare nothing."),
    ] = False,
) -> None:
    """Replace an account's catalogue. A malformed one changes nothing. VTEX's brings its predefined roles along."""
    with desk.account(account) as (house, keyring), _patience(desk):
        text, undeclared = _text(desk, file, skip_undeclared=skip_undeclared)
        if file != f"{PACKAGED_PREFIX}{VTEX}":
            desk.carry_out(house, ImportCatalogue(keyring.account, text), by=desk.asker(keyring))
        elif not vtex.furnish(desk, house, keyring):
            desk.refuse(Refusal(Reason.ALREADY_SO))
        catalogue = house.node.catalogue(keyring_of(house, keyring.account))
    count, undecided = len(catalogue.routes()), len(catalogue.entries()) - len(catalogue.routes())
    body = {"account": keyring.account, "routes": count, "undecided": undecided, "undeclared": list(undeclared)}
    shown = [desk.text(texts.CATALOGUE_IMPORTED, account=keyring.account, count=count)]
    if undecided:
        shown.append(desk.text(texts.CATALOGUE_UNDECIDED, count=undecided))
    desk.answer(body, *shown, *(f"  {one}" for one in undeclared))


@contextmanager
def _patience(desk: Desk) -> Iterator[None]:
    """Show at a terminal that something goes on: a large document takes seconds."""
    out = printing.console(stderr=True)
    if desk.as_json or not out.is_terminal:
        yield
        return
    with out.status(desk.text(texts.CATALOGUE_IS_READ)):
        yield


@command(app, "show")
def show(
    desk: Desk,
    account: Account,
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[WORD]...", help="Only routes in which each word stands somewhere.", show_default=False
        ),
    ] = None,
    as_toml: Annotated[bool, typer.Option("--toml", help="The catalogue's text, as `import` reads it.")] = False,
) -> None:
    """Show an account's catalogue: every route and what it needs."""
    with desk.account(account) as (house, keyring):
        desk.needs_user(keyring)
        catalogue = house.node.catalogue(keyring)
    if not keyring.catalogue:
        raise Cannot(texts.NO_CATALOGUE, account=keyring.account)
    if as_toml:
        printing.put(keyring.catalogue.rstrip("\n"))
        return
    found = with_words(catalogue, words or [])
    shown: list[RenderableType] = [routes.listed(desk, found)] if found else []
    if words:
        shown.append(desk.text(texts.ROUTES_FOUND, found=len(found), count=len(catalogue.entries())))
    desk.answer([routes.body(one) for one in found], *shown)


@command(app, "match")
def match(
    desk: Desk,
    account: Account,
    method: Annotated[str, typer.Argument(metavar="METHOD", help="Such as GET.", show_default=False)],
    path: Annotated[str, typer.Argument(metavar="PATH", help="Such as /api/oms/pvt/orders.", show_default=False)],
) -> None:
    """Say what a request needs, and which roles give it. Exit code 1 where the catalogue does not know it."""
    if method not in {*METHODS, "HEAD"}:
        raise Cannot(texts.NO_METHOD, value=quoted(method))
    with desk.account(account) as (house, keyring):
        desk.needs_user(keyring)
        found = matched(house.node.catalogue(keyring), keyring, method, path)
    routes.show_match(desk, found, keyring.account)


@command(app, "list")
def listed(desk: Desk) -> None:
    """List the catalogues that come with Chaveiro."""
    read = {name: read_toml(packaged(name)) for name in PACKAGED}
    rows = [(f"{PACKAGED_PREFIX}{name}", str(len(catalogue.entries()))) for name, catalogue in read.items()]
    headings = [desk.text(one) for one in (texts.CATALOGUE, texts.ROUTES)]
    body = [{"name": f"{PACKAGED_PREFIX}{name}", "routes": len(one.entries())} for name, one in read.items()]
    desk.answer(body, printing.table(headings, rows))


def _text(desk: Desk, file: str, *, skip_undeclared: bool) -> tuple[str, tuple[str, ...]]:
    """The catalogue's text, and the operations of an OpenAPI document that declare nothing."""
    if file.startswith(PACKAGED_PREFIX):
        name = file.removeprefix(PACKAGED_PREFIX)
        if name not in PACKAGED:
            known = ", ".join(f"`{PACKAGED_PREFIX}{one}`" for one in PACKAGED)
            raise Cannot(texts.CATALOGUE_TOO_FAR, file=_shown(file), names=known)
        return packaged(name), ()
    text = _contents(file)
    if not looks_openapi(text):
        return text, ()
    try:
        imported = read_openapi(text)
    except CatalogueMalformed as malformed:
        desk.refuse(Refusal(Reason.CATALOGUE_MALFORMED, {"problem": str(malformed)}))
    if imported.undeclared and not skip_undeclared:
        raise Cannot(texts.OPERATIONS_UNDECLARED, count=len(imported.undeclared), names=_undeclared(imported))
    return written(imported.entries, name=imported.name), imported.undeclared


def _undeclared(imported: Imported) -> str:
    first = ", ".join(f"`{one}`" for one in imported.undeclared[:UNDECLARED_LISTED_MAX])
    return f"{first}, …" if len(imported.undeclared) > UNDECLARED_LISTED_MAX else first


def _contents(file: str) -> str:
    try:
        with Path(file).open("rb") as source:
            return source.read(DOCUMENT_SIZE_MAX + 1).decode()  # one that is larger is refused, not read
    except OSError as surprise:
        reason = surprise.strerror or type(surprise).__name__
        raise Cannot(texts.CATALOGUE_UNREADABLE, file=_shown(file), reason=reason) from None
    except ValueError:
        raise Cannot(texts.NOT_UTF8) from None


def _shown(file: str) -> str:
    return HIDDEN if looks_secret(file) else file
