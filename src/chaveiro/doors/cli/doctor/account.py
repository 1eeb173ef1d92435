"""`chaveiro doctor --account`: a round through all keys of an account, for whoever keeps them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

import typer
from rich.console import RenderableType
from rich.text import Text

from chaveiro.core.keyring import Keyring
from chaveiro.core.names import quoted
from chaveiro.doctor.rounds import DAY_SECONDS, Records, Seen, Severity, Sight, rounds
from chaveiro.doors.cli import printing, texts
from chaveiro.doors.cli.desk import NO, Desk
from chaveiro.doors.cli.reading import Cannot
from chaveiro.doors.keeping import seen as visited
from chaveiro.doors.keeping.texts import REQUEST
from chaveiro.stores.port import EPISODES_MAX
from chaveiro.words.commands import command_line
from chaveiro.words.language import N_

_STYLES: Mapping[Severity, str] = {
    Severity.BROKEN: "bold red",
    Severity.SOON: "bold yellow",
    Severity.OPEN: "yellow",
    Severity.TIDY: "dim",
}
NO_PERIOD = N_("{value} is not a number of days: write it such as `90d`.")
_DAYS = re.compile(r"([1-9][0-9]{0,4})d")


def days(text: str) -> float:
    """Read a period such as `90d`. Raises Cannot."""
    found = _DAYS.fullmatch(text)
    if found is None:
        raise Cannot(NO_PERIOD, value=quoted(text))
    return int(found[1]) * DAY_SECONDS


def visit(desk: Desk, name: str, *, older_than: str | None) -> None:
    """Tell what is worth a look in an account; exit code 1 where requests are refused now."""
    chosen = None if older_than is None else days(older_than)
    with desk.account(name) as (house, keyring):
        desk.needs_keys(keyring)
        house.denials.drain()
        account, store = keyring.account, house.store
        episodes, exposures = store.episodes(account, limit=EPISODES_MAX), store.exposures(account)
        records = Records(store.usage(account), store.uses(account), episodes, exposures)
        catalogue = house.node.catalogue(keyring)
        own = keyring.token_days_max or house.settings.token_days_max
        old_seconds = own * DAY_SECONDS if chosen is None else chosen
    seen = rounds(keyring, records, catalogue, desk.at, old_seconds=old_seconds)
    broken = any(one.severity is Severity.BROKEN for one in seen)
    body = {"exit": NO if broken else 0, "findings": [_body(desk, keyring, one) for one in seen]}
    desk.answer(body, *_shown(desk, keyring, seen))
    if broken:
        raise typer.Exit(NO)


def _shown(desk: Desk, keyring: Keyring, seen: Sequence[Seen]) -> list[RenderableType]:
    shown: list[RenderableType] = []
    for severity, group in groupby(seen, key=lambda one: one.severity):
        heading = visited.heading(severity, desk.language)
        shown += [*([""] if shown else []), Text(heading, style=_STYLES[severity])]
        for sight, alike in groupby(group, key=lambda one: one.sight):
            if sight is Sight.ROUTE_UNCALLABLE:
                shown += ["", *_routes(desk, alike)]
            else:
                shown += [part for one in alike for part in ("", *_told(desk, keyring, one))]
    return shown or [desk.text(visited.NOTHING_SEEN, account=keyring.account)]


def _told(desk: Desk, keyring: Keyring, one: Seen) -> list[RenderableType]:
    told: list[RenderableType] = [visited.sentence(one, keyring, desk.language)]
    if advice := visited.advice(one, keyring, desk.language):
        told.append(advice)
    return [*told, *(printing.command(command_line(command)) for command in one.commands)]


def _routes(desk: Desk, routes: Iterable[Seen]) -> list[RenderableType]:
    """All routes that nobody can call, a line each: an account may use a small part of a large catalogue."""
    rows = [(one.about, visited.fact(one, "resources", desk.language)) for one in routes]
    return [desk.text(visited.NOBODY_CAN_CALL), printing.table([desk.text(REQUEST), desk.text(texts.NEEDS)], rows)]


def _body(desk: Desk, keyring: Keyring, one: Seen) -> dict[str, object]:
    return {
        "finding": one.sight.value,
        "severity": one.severity.name.lower(),
        "about": one.about,
        "label": keyring.keys[one.key].label if one.key else None,
        "said": visited.sentence(one, keyring, desk.language),
        "facts": dict(one.facts),
        "commands": [command_line(command) for command in one.commands],
    }
