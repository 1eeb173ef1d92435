"""Moving an installation into PostgreSQL, with the pepper that belongs to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chaveiro.serve.pepper import belongs, missing, read_pepper
from chaveiro.stores.sql import SqlStore, moving
from chaveiro.stores.sql.integrity import Integrity
from chaveiro.stores.sql.moving import CannotMove, Moved, Obstacle, Stage, Step, Watcher, open_ends

if TYPE_CHECKING:
    from chaveiro.settings import Settings

__all__ = ["CannotMove", "Departed", "Moved", "Obstacle", "Stage", "Step", "move", "undo_move"]


@dataclass(frozen=True, slots=True)
class Departed:
    """A move that is done, and the databases' names as they may be shown."""

    moved: Moved
    source: str
    target: str


def move(settings: Settings, to: str, watch: Watcher) -> Departed:
    """Move the embedded database into the one of a URL. Raises CannotMove, CannotStart, StoreUnavailable."""
    _refuse_no_file(settings)
    with open_ends(settings.database_url, to) as ends:
        path = settings.pepper_path
        if not path.exists():
            raise missing(path, database=f"database `{ends.source_name}`")
        pepper = read_pepper(path)
        belongs(pepper, SqlStore(ends.source, Integrity(pepper.macs)), path)
        moved = moving.move(ends, keys=pepper.macs, pepper_check=pepper.check, watch=watch)
        return Departed(moved, ends.source_name, ends.target_name)


def undo_move(settings: Settings, to: str) -> str:
    """Let the embedded database be the truth again, and give its name. Raises CannotMove, StoreUnavailable."""
    _refuse_no_file(settings)
    with open_ends(settings.database_url, to) as ends:
        moving.undo(ends)
        return ends.source_name


def _refuse_no_file(settings: Settings) -> None:
    """Raise CannotMove where there is nothing to move: opening a file that is not there would make one."""
    if settings.embedded_path is None or not settings.embedded_path.is_file():
        raise CannotMove(Obstacle.SOURCE_NO_FILE)
