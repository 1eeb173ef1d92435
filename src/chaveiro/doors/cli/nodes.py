"""`chaveiro nodes`: the processes that share the database, how far each is, and whether it decides."""

from __future__ import annotations

import typer
from rich.text import Text

from chaveiro.core.fleet import SPREAD_SECONDS
from chaveiro.core.names import Moment
from chaveiro.doors.cli import printing, texts
from chaveiro.doors.cli.desk import Desk, command
from chaveiro.doors.keeping.nodes import (
    DECIDES_NO_MORE,
    DECIDES_UNTIL,
    LOST,
    NOBODY_REPORTS,
    STATES,
    Nodes,
    NodeTold,
    State,
    nodes,
)
from chaveiro.doors.keeping.texts import moment
from chaveiro.words import figures

app = typer.Typer()

_STYLES = {State.DECIDING: "green", State.BEHIND: "yellow", State.SILENT: "bold red"}


@command(app, "nodes")
def listed(desk: Desk) -> None:
    """List the nodes that share the database: what each has applied, when it was last heard of, whether it decides."""
    with desk.house() as house:
        found = nodes(house.node)
    headings = (texts.NAME, texts.NODE, texts.REVISION, texts.BEHIND_BY, texts.HEARD, texts.RUNS_SINCE, texts.STATE)
    rows = [_row(desk, one) for one in found.nodes]
    spread = figures.number(SPREAD_SECONDS, desk.language)
    shown = printing.table([desk.text(one) for one in headings], rows) if rows else None
    desk.answer(_body(found), shown or desk.text(NOBODY_REPORTS, seconds=spread))


def _row(desk: Desk, one: NodeTold) -> tuple[str | Text, ...]:
    report = one.seen.report
    missing = desk.text(texts.OTHER_HISTORY) if one.behind is None else figures.number(one.behind, desk.language)
    return (
        report.name or desk.text(LOST),
        report.id,
        str(report.revision),
        missing,
        desk.text(texts.SECONDS_AGO, seconds=figures.number(round(one.age_seconds, 1), desk.language)),
        moment(one.seen.began),
        printing.marked(_state(desk, one), _STYLES[one.state]),
    )


def _state(desk: Desk, one: NodeTold) -> str:
    said = desk.text(STATES[one.state])
    if one.state is not State.SILENT:
        return said
    until = desk.text(DECIDES_UNTIL, until=moment(Moment(one.seen.decides_until() + 1)))  # to the second, not too early
    return f"{said}, {until if one.decides else desk.text(DECIDES_NO_MORE)}"


def _body(found: Nodes) -> dict[str, object]:
    return {
        "at": printing.iso(found.at),
        "head": str(found.head),
        "nodes": [
            {
                "node": one.seen.report.id,
                "name": one.seen.report.name,
                "revision": str(one.seen.report.revision),
                "behind": one.behind,
                "age_seconds": round(one.age_seconds, 1),
                "running_since": printing.iso(one.seen.began),
                "state": one.state.value,
                "decides_until": printing.iso(one.seen.decides_until()),
            }
            for one in found.nodes
        ],
    }
