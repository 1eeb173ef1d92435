"""The two databases of a move, open, each with its name as it may be shown."""

from __future__ import annotations

from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

from chaveiro.stores.sql.moving.obstacle import CannotMove, Obstacle
from chaveiro.stores.sql.store import POSTGRES, database_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chaveiro.stores.sql.postgres import Postgres
    from chaveiro.stores.sql.sqlite import Sqlite

_SQLITE: Final = "sqlite"


@dataclass(frozen=True, slots=True)
class Ends:
    """Where a move leads from and to."""

    source: Sqlite
    target: Postgres
    source_name: str
    target_name: str


@contextmanager
def open_ends(source_url: str, target_url: str) -> Iterator[Ends]:
    """Open both, for as long as a move takes. Raises CannotMove and StoreUnavailable."""
    if not source_url.startswith(_SQLITE):
        raise CannotMove(Obstacle.SOURCE_NO_FILE)
    if not target_url.startswith(POSTGRES):
        raise CannotMove(Obstacle.TARGET_NO_SERVER)
    with closing(database_of(target_url)) as target, closing(database_of(source_url)) as source:
        here, there = cast("Sqlite", source), cast("Postgres", target)  # which of all they are, the URLs said
        yield Ends(here, there, str(here.path), there.shown)
