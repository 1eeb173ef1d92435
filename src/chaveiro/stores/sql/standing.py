"""Whether a database is where its installation's truth is: a note in `meta` says where it is otherwise.

INVARIANT: of the two databases of a move at most one may change at any moment, whatever was killed in between.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete, insert, select

from chaveiro.stores.port import StoreMoved
from chaveiro.stores.sql import tables

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

NOTE: Final = "standing"


class Standing(StrEnum):
    """What a database is in a move. One without a note is simply the truth."""

    LEAVING = "leaving"  # the truth, until its move is done
    LEFT = "left"  # the truth is elsewhere now
    ARRIVING = "arriving"  # half of it is here
    ARRIVED = "arrived"  # the truth, which came from elsewhere
    GIVEN_BACK = "given_back"  # the truth went back to where it came from


@dataclass(frozen=True, slots=True)
class Note:
    """What a database notes about a move. Each side names the other as it may be shown, so without a password."""

    standing: Standing
    move: str  # the same on both sides
    other: str
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_truth(self) -> bool:
        """Whether what stands here counts."""
        return self.standing in {Standing.LEAVING, Standing.ARRIVED}


def written(connection: Connection) -> str | None:
    """The note as it is written, where there is one."""
    return connection.scalar(select(tables.meta.c.value).where(tables.meta.c.name == NOTE))


def parsed(text: str | None) -> Note | None:
    """A note as it is written. Raises ValueError."""
    if text is None:
        return None
    found = json.loads(text)
    return Note(Standing(found["standing"]), found["move"], found["other"], found["facts"])


def write(connection: Connection, note: Note | None) -> None:
    """Put this note in place of a former one."""
    connection.execute(delete(tables.meta).where(tables.meta.c.name == NOTE))
    if note is not None:
        made = {"standing": note.standing, "move": note.move, "other": note.other, "facts": note.facts}
        connection.execute(insert(tables.meta).values(name=NOTE, value=json.dumps(made)))


def refuse(text: str | None) -> None:
    """Raise StoreMoved where a database is not, or no longer, where the truth is. *text* is its note."""
    note = parsed(text)
    if note is None or note.is_truth:
        return
    match note.standing:
        case Standing.LEFT:
            raise StoreMoved(
                f"this installation has moved to `{note.other}`, which is the truth now: name that with `--database`; "
                "`chaveiro move --undo` goes back, as long as nothing was changed there"
            )
        case Standing.ARRIVING:
            raise StoreMoved(
                f"a move into this database, from `{note.other}`, is not finished: run the same `chaveiro move` again, "
                "and it goes on where it stopped"
            )
        case _:
            raise StoreMoved(
                f"this installation went back to `{note.other}`, which is the truth now: empty this database before "
                "you use it again"
            )


def leaving(text: str | None, path: object) -> str:
    """Say why nothing can be changed just now; empty where no move is why."""
    with suppress(ValueError, KeyError, TypeError):
        note = parsed(text)
        if note is not None and note.standing is Standing.LEAVING:
            return f"`{path}` is moving to `{note.other}`: checks go on, and changes work again once that is done"
    return ""
