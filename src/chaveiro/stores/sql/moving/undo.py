"""Going back to the file that an installation moved out of, as long as nothing was changed where it moved to."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from chaveiro.core.fleet import UNHEARD
from chaveiro.stores.port import StoreUnavailable
from chaveiro.stores.sql import fleet, schema, standing, tables
from chaveiro.stores.sql.moving.obstacle import CannotMove, Obstacle
from chaveiro.stores.sql.standing import Standing

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from chaveiro.stores.sql.moving.ends import Ends
    from chaveiro.stores.sql.standing import Note


def undo(ends: Ends) -> None:
    """Let the source be the truth again. Raises CannotMove where that would forget a change, and StoreUnavailable."""
    with ends.source.writing() as source:
        note = standing.parsed(standing.written(source)) if schema.version(source) else None
        if note is None or note.standing is not Standing.LEFT:
            raise CannotMove(Obstacle.SOURCE_NOT_MOVED)
        # INVARIANT: first the target says that it is no longer the truth, then the source says that it is.
        with ends.target.writing() as target:
            standing.write(target, replace(_returning(target, note), standing=Standing.GIVEN_BACK))
        standing.write(source, None)


def _returning(target: Connection, note: Note) -> Note:
    """What the target notes about this move, nothing having been changed there. Raises CannotMove."""
    try:
        found = standing.parsed(standing.written(target)) if schema.version(target) else None
    except StoreUnavailable:
        found = None
    if found is None or found.move != note.move:
        raise CannotMove(Obstacle.TARGET_OTHER_MOVE, other=note.other)
    newest = target.scalar(select(func.max(tables.changes.c.seq))) or 0
    if found.standing is Standing.ARRIVED and newest != note.facts["seq"]:
        raise CannotMove(Obstacle.TARGET_CHANGED, changes=newest - int(note.facts["seq"]))
    if found.standing is Standing.ARRIVED:
        _refuse_deciding(target)
    return found


def _refuse_deciding(target: Connection) -> None:
    """Raise CannotMove while a node may decide by what is there: it could allow what is revoked in the file since."""
    now, nodes = fleet.nodes(target)
    deciding = [node for node in nodes if node.decides_until() > now]
    if deciding:
        last = max(deciding, key=lambda node: node.decides_until())
        lost = last.report.id == UNHEARD
        obstacle = Obstacle.TARGET_UNHEARD if lost else Obstacle.TARGET_DECIDES
        raise CannotMove(obstacle, node=last.report.name or last.report.id, until=last.decides_until())
