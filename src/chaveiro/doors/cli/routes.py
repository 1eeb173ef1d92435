"""Routes of a catalogue, and what was found for one request, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterable

import typer
from rich.table import Table

from chaveiro.catalogue.match import Match
from chaveiro.catalogue.predefined import PredefinedRole
from chaveiro.catalogue.route import Entry, Route, Undecided
from chaveiro.core import attempt
from chaveiro.core.attempt import AnyRole, Need, Needed
from chaveiro.core.cause import Audience, Cause, Finding
from chaveiro.core.keyring import Role
from chaveiro.doors.cli import printing, texts
from chaveiro.doors.cli.desk import NO, Desk
from chaveiro.doors.keeping.texts import ANY_ROLE, REQUEST, ROUTE_UNDECIDED
from chaveiro.words.explain import explain


def listed(desk: Desk, entries: Iterable[Entry]) -> Table:
    """Routes for people."""
    rows = [(one.method, one.path, _answer(desk, one)) for one in entries]
    return printing.table([desk.text(one) for one in (texts.METHOD, texts.PATH, texts.NEEDS)], rows)


def body(one: Entry) -> dict[str, object]:
    """One route for programs."""
    need = one.need if isinstance(one, Route) else None
    return {
        "method": one.method,
        "path": one.path,
        **_needed(need),
        "undecided": one.why if isinstance(one, Undecided) else None,
        "note": one.note if isinstance(one, Route) and one.note else None,
        "apis": list(one.apis),
    }


def show_match(desk: Desk, found: Match, account: str) -> None:
    """Tell what a request needs. Leaves with exit code 1 where the catalogue cannot say."""
    wanted = found.wanted
    if not isinstance(wanted, Need | AnyRole):
        _show_unmapped(desk, found)
        raise typer.Exit(NO)
    answer: dict[str, object] = {
        "method": found.method,
        "path": found.path,
        "template": found.template,
        **_needed(wanted),
        "note": found.note or None,
        "roles": _roles(found.roles),
        "predefined": _roles(found.predefined),
    }
    lines = [
        (REQUEST, f"{found.method} {found.path}"),
        (texts.PATH, found.template or ""),
        (texts.NEEDS, _need(desk, wanted)),
        (texts.NOTE, found.note),
        (texts.ROLES_GIVING, _names(found.roles) or desk.text(texts.NO_ROLE_GIVES, account=account)),
        (texts.PREDEFINED_GIVING, _names(found.predefined)),
    ]
    desk.answer(answer, printing.card((desk.text(name), value) for name, value in lines))


def _show_unmapped(desk: Desk, found: Match) -> None:
    words = explain(_unmapped(found), to=Audience.KEEPER, language=desk.language)
    detail = words.detail
    if found.template:  # known, and undecided
        detail = desk.text(ROUTE_UNDECIDED, route=f"{found.method} {found.template}", why=found.note)
    answer: dict[str, object] = {
        "method": found.method,
        "path": found.path,
        "template": found.template,
        "cause": words.cause,
        "title": words.title,
        "detail": detail,
        "undecided": found.note or None,
    }
    desk.answer(answer, f"{words.title}. {detail}")


def _unmapped(found: Match) -> Finding:
    match found.wanted:
        case attempt.Ambiguous(part):
            return Finding(Cause.PATH_AMBIGUOUS, {"part": part})
        case attempt.NoMethod(method, path, methods):
            return Finding(Cause.METHOD_NOT_MAPPED, {"method": method, "path": path, "methods": methods})
        case _:
            return Finding(Cause.ROUTE_NOT_MAPPED, {"method": found.method, "path": found.path})


def _answer(desk: Desk, one: Entry) -> str:
    if isinstance(one, Undecided):
        return desk.text(texts.UNDECIDED, why=one.why)
    return _need(desk, one.need)


def _need(desk: Desk, need: Needed) -> str:
    if isinstance(need, AnyRole):
        return desk.text(ANY_ROLE)
    named = ", ".join(str(resource) for resource in need.resources)
    if len(need.resources) == 1:
        return named
    return desk.text(texts.MATCH_ANY if need.match is attempt.Match.ANY else texts.MATCH_ALL, resources=named)


def _needed(need: Needed | None) -> dict[str, object]:
    return {
        "match": need.match.value if isinstance(need, Need) else None,
        "resources": [str(one) for one in need.resources] if isinstance(need, Need) else [],
        "any_role": isinstance(need, AnyRole),
    }


def _roles(roles: Iterable[Role | PredefinedRole]) -> list[dict[str, object]]:
    return [{"id": role.id, "name": role.name} for role in roles]


def _names(roles: Iterable[Role | PredefinedRole]) -> str:
    return "\n".join(f"{role.id} {role.name}" for role in roles)
