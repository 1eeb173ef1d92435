"""The two databases of a move, open, each with its name as it may be shown."""

from __future__ import annotations

from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from chaveiro.stores.sql.moving.obstacle import CannotMove, Obstacle
from chaveiro.stores.sql.store import database_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chaveiro.stores.sql.postgres import Postgres
    from chaveiro.stores.sql.sqlite import Sqlite

_SHOWN: Final = ("host", "port")  # of what may stand behind the question mark: the rest may hold a secret


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
    file = _parsed(source_url)
    if file is None or file.get_backend_name() != "sqlite":
        raise CannotMove(Obstacle.SOURCE_NO_FILE)
    server = _parsed(target_url)
    if server is None or server.get_backend_name() not in {"postgresql", "postgres"}:
        raise CannotMove(Obstacle.TARGET_NO_SERVER)
    with closing(database_of(source_url)) as source, closing(database_of(target_url)) as target:
        here, there = cast("Sqlite", source), cast("Postgres", target)  # which of all they are, the URLs said
        yield Ends(here, there, str(Path(file.database or "").absolute()), shown(server))


def shown(url: URL) -> str:
    """A server's URL without password, and without what else may hold one."""
    query = {name: value for name, value in url.query.items() if name in _SHOWN}
    plain = URL.create(
        "postgresql", username=url.username, host=url.host, port=url.port, database=url.database, query=query
    )
    return plain.render_as_string()


def _parsed(url: str) -> URL | None:
    try:
        return make_url(url)
    except ArgumentError:
        return None
