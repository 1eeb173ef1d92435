"""`chaveiro catalogue`: what each request needs, and which roles give it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from chaveiro.catalogue import Catalogue, read_toml
from chaveiro.catalogue.match import Match, matched
from chaveiro.catalogue.packaged import PACKAGED, packaged
from chaveiro.catalogue.path import HIDDEN
from chaveiro.catalogue.route import METHODS
from chaveiro.catalogue.toml import SIZE_MAX
from chaveiro.core import attempt
from chaveiro.core.attempt import Need
from chaveiro.core.cause import Audience, Cause, Finding
from chaveiro.core.command import ImportCatalogue
from chaveiro.core.names import looks_secret, quoted
from chaveiro.doors.cli import printing, texts
from chaveiro.doors.cli.account import Account
from chaveiro.doors.cli.desk import NO, Desk, command, keyring_of
from chaveiro.doors.cli.reading import Cannot
from chaveiro.words.explain import explain

app = typer.Typer(no_args_is_help=True)

PACKAGED_PREFIX = "packaged:"


@command(app, "import")
def import_(
    desk: Desk,
    account: Account,
    file: Annotated[str, typer.Argument(metavar="FILE", help="A TOML file, or packaged:tour.", show_default=False)],
) -> None:
    """Replace an account's catalogue. A malformed one changes nothing."""
    text = _text(file)
    with desk.account(account) as (house, keyring):
        desk.carry_out(house, ImportCatalogue(keyring.account, text), by=desk.asker(keyring))
        routes = len(house.node.catalogue(keyring_of(house, keyring.account)).routes())
    body = {"account": keyring.account, "routes": routes}
    desk.answer(body, desk.text(texts.CATALOGUE_IMPORTED, account=keyring.account, count=routes))


@command(app, "show")
def show(desk: Desk, account: Account) -> None:
    """Show an account's catalogue: every route and what it needs."""
    with desk.account(account) as (house, keyring):
        desk.needs_user(keyring)
        catalogue = house.node.catalogue(keyring)
    if not keyring.catalogue:
        raise Cannot(texts.NO_CATALOGUE, account=keyring.account)
    rows = [(route.method, route.path, _need(desk, route.need)) for route in catalogue.routes()]
    headings = [desk.text(one) for one in (texts.METHOD, texts.PATH, texts.NEEDS)]
    desk.answer(_body(catalogue), printing.table(headings, rows))


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
    if isinstance(found.wanted, Need):
        _show_need(desk, found, found.wanted, keyring.account)
    else:
        _show_unmapped(desk, found)


@command(app, "list")
def listed(desk: Desk) -> None:
    """List the catalogues that come with Chaveiro."""
    read = {name: read_toml(packaged(name)) for name in PACKAGED}
    rows = [(f"{PACKAGED_PREFIX}{name}", str(len(catalogue.routes()))) for name, catalogue in read.items()]
    headings = [desk.text(one) for one in (texts.CATALOGUE, texts.ROUTES)]
    body = [{"name": f"{PACKAGED_PREFIX}{name}", "routes": len(one.routes())} for name, one in read.items()]
    desk.answer(body, printing.table(headings, rows))


def _text(file: str) -> str:
    if file.startswith(PACKAGED_PREFIX):
        name = file.removeprefix(PACKAGED_PREFIX)
        if name not in PACKAGED:
            known = ", ".join(f"`{PACKAGED_PREFIX}{one}`" for one in PACKAGED)
            raise Cannot(texts.CATALOGUE_TOO_FAR, file=_shown(file), names=known)
        return packaged(name)
    try:
        with Path(file).open("rb") as source:
            return source.read(SIZE_MAX + 1).decode()  # one that is larger is refused, not read
    except OSError as surprise:
        reason = surprise.strerror or type(surprise).__name__
        raise Cannot(texts.CATALOGUE_UNREADABLE, file=_shown(file), reason=reason) from None
    except ValueError:
        raise Cannot(texts.NOT_UTF8) from None


def _shown(file: str) -> str:
    return HIDDEN if looks_secret(file) else file


def _show_need(desk: Desk, found: Match, need: Need, account: str) -> None:
    roles = "\n".join(f"{role.id} {role.name}" for role in found.roles)
    body = {
        "method": found.method,
        "path": found.path,
        "template": found.template,
        "match": need.match.value,
        "resources": [str(resource) for resource in need.resources],
        "roles": [{"id": role.id, "name": role.name} for role in found.roles],
    }
    lines = [
        (texts.REQUEST, f"{found.method} {found.path}"),
        (texts.PATH, found.template or ""),
        (texts.NEEDS, _need(desk, need)),
        (texts.ROLES_GIVING, roles or desk.text(texts.NO_ROLE_GIVES, account=account)),
    ]
    desk.answer(body, printing.card((desk.text(name), value) for name, value in lines))


def _show_unmapped(desk: Desk, found: Match) -> None:
    words = explain(_unmapped(found), to=Audience.KEEPER, language=desk.language)
    body = {
        "method": found.method,
        "path": found.path,
        "cause": words.cause,
        "title": words.title,
        "detail": words.detail,
    }
    desk.answer(body, f"{words.title}. {words.detail}")
    raise typer.Exit(NO)


def _unmapped(found: Match) -> Finding:
    match found.wanted:
        case attempt.Ambiguous(part):
            return Finding(Cause.PATH_AMBIGUOUS, {"part": part})
        case attempt.NoMethod(method, path, methods):
            return Finding(Cause.METHOD_NOT_MAPPED, {"method": method, "path": path, "methods": methods})
        case _:
            return Finding(Cause.ROUTE_NOT_MAPPED, {"method": found.method, "path": found.path})


def _need(desk: Desk, need: Need) -> str:
    named = ", ".join(str(resource) for resource in need.resources)
    if len(need.resources) == 1:
        return named
    return desk.text(texts.MATCH_ANY if need.match is attempt.Match.ANY else texts.MATCH_ALL, resources=named)


def _body(catalogue: Catalogue) -> list[dict[str, object]]:
    return [
        {
            "method": route.method,
            "path": route.path,
            "match": route.need.match.value,
            "resources": [str(resource) for resource in route.need.resources],
        }
        for route in catalogue.routes()
    ]
