"""`chaveiro move`: from the SQLite file into PostgreSQL, and back while nothing was changed there."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Final

import typer
from rich.console import RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from chaveiro.doors.cli import printing, texts
from chaveiro.doors.cli.desk import Desk, command
from chaveiro.doors.cli.reading import Cannot
from chaveiro.serve import CannotMove, Departed, Obstacle, Stage, Step, undo_move
from chaveiro.serve import move as move_away
from chaveiro.words import figures

app = typer.Typer()

_STAGES: Final = {
    Stage.COPYING: texts.MOVE_COPYING,
    Stage.VERIFYING: texts.MOVE_VERIFYING,
    Stage.LOADING: texts.MOVE_LOADING,
}
_SENTENCES: Final = {
    Obstacle.SOURCE_NO_FILE: texts.MOVE_SOURCE_NO_FILE,
    Obstacle.SOURCE_MOVED: texts.MOVE_SOURCE_MOVED,
    Obstacle.SOURCE_NOT_MOVED: texts.MOVE_SOURCE_NOT_MOVED,
    Obstacle.SOURCE_UNREADABLE: texts.MOVE_SOURCE_UNREADABLE,
    Obstacle.TARGET_NO_SERVER: texts.MOVE_TARGET_NO_SERVER,
    Obstacle.TARGET_ENCODING: texts.MOVE_TARGET_ENCODING,
    Obstacle.TARGET_FOREIGN: texts.MOVE_TARGET_FOREIGN,
    Obstacle.TARGET_OLDER: texts.MOVE_TARGET_OLDER,
    Obstacle.TARGET_NEWER: texts.MOVE_TARGET_NEWER,
    Obstacle.TARGET_HOLDS: texts.MOVE_TARGET_HOLDS,
    Obstacle.TARGET_IN_USE: texts.MOVE_TARGET_IN_USE,
    Obstacle.TARGET_OTHER_MOVE: texts.MOVE_TARGET_OTHER_MOVE,
    Obstacle.TARGET_PEPPER: texts.MOVE_TARGET_PEPPER,
    Obstacle.TARGET_DECIDES: texts.MOVE_TARGET_DECIDES,
    Obstacle.TARGET_UNHEARD: texts.MOVE_TARGET_UNHEARD,
    Obstacle.TARGET_CHANGED: texts.MOVE_TARGET_CHANGED,
    Obstacle.TABLE_DIFFERS: texts.MOVE_TABLE_DIFFERS,
    Obstacle.ACCOUNT_DIFFERS: texts.MOVE_ACCOUNT_DIFFERS,
}


@command(app, "move")
def move(
    desk: Desk,
    *,
    to: Annotated[str, typer.Option("--to", metavar="URL", help="The PostgreSQL database.", show_default=False)],
    undo: Annotated[
        bool, typer.Option("--undo", help="Go back to the file, as long as nothing was changed there.")
    ] = False,
) -> None:
    """Move the installation from its SQLite file into PostgreSQL. Interrupted, the same command goes on."""
    settings = desk.settings()
    try:
        if undo:
            source = undo_move(settings, to)
            desk.answer({"undone": source}, desk.text(texts.MOVE_UNDONE, source=source))
            return
        with _progress(desk) as bar:
            departed = move_away(settings, to, bar.tell)
    except CannotMove as cannot:
        raise Cannot(_SENTENCES[cannot.obstacle], **_told(desk, cannot)) from None
    desk.answer(_body(departed), *_shown(desk, departed))


def _told(desk: Desk, cannot: CannotMove) -> dict[str, object]:
    """What a sentence quotes, as people read it."""
    until = cannot.facts.get("until")
    if not isinstance(until, float):
        return cannot.facts
    return {**cannot.facts, "until": figures.moment(math.ceil(until), desk.language)}  # to the second, not too early


class _Bar:
    """Tells people how far a move is; programs, and files, are told nothing before the end."""

    def __init__(self, desk: Desk, progress: Progress) -> None:
        self._desk = desk
        self._progress = progress
        self._tasks: dict[Stage, TaskID] = {}

    def tell(self, step: Step) -> None:
        """Show a step."""
        if step.stage not in _STAGES:
            return
        if step.stage not in self._tasks:
            self._tasks[step.stage] = self._progress.add_task("", total=step.total)
        described = self._desk.text(_STAGES[step.stage], what=step.what)
        self._progress.update(self._tasks[step.stage], description=described, completed=step.done, total=step.total)


@contextmanager
def _progress(desk: Desk) -> Iterator[_Bar]:
    out = printing.console(stderr=True)
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    with Progress(*columns, console=out, disable=desk.as_json or not out.is_terminal) as progress:
        yield _Bar(desk, progress)


def _body(departed: Departed) -> dict[str, object]:
    moved = departed.moved
    return {
        "from": departed.source,
        "to": departed.target,
        "tables": [{"table": name, "rows": one.rows, "digest": one.digest} for name, one in moved.tables.items()],
        "rows": moved.rows,
        "accounts": moved.accounts,
        "resumed": moved.resumed,
        "seconds": {stage.value: round(seconds, 3) for stage, seconds in moved.seconds.items()},
    }


def _shown(desk: Desk, departed: Departed) -> Iterator[RenderableType]:
    moved, target = departed.moved, departed.target
    yield desk.text(texts.MOVED, source=departed.source, target=target)
    headings = [desk.text(one) for one in (texts.MOVE_TABLE, texts.MOVE_ROWS, texts.MOVE_DIGEST)]
    yield printing.table(headings, [(name, str(one.rows), one.digest) for name, one in moved.tables.items()])
    seconds = {stage: f"{moved.seconds[stage]:.1f}" for stage in moved.seconds}
    compared = moved.seconds[Stage.VERIFYING] + moved.seconds[Stage.LOADING]
    yield desk.text(
        texts.MOVED_SUMMARY,
        rows=moved.rows,
        accounts=moved.accounts,
        seconds=f"{sum(moved.seconds.values()):.1f}",
        copying=seconds[Stage.COPYING],
        verifying=f"{compared:.1f}",
    )
    if moved.resumed:
        yield desk.text(texts.MOVED_RESUMED, rows=moved.resumed)
    yield desk.text(texts.MOVED_NEXT)
    yield printing.command(f"chaveiro serve --database {target}")
    yield desk.text(texts.MOVED_FILE)
    yield printing.command(f"chaveiro move --to {target} --undo")
