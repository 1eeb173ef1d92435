"""What stands in the way of a move."""

from __future__ import annotations

from enum import StrEnum


class Obstacle(StrEnum):
    """Why a move is refused. The command line has a sentence for each."""

    SOURCE_NO_FILE = "source_no_file"
    SOURCE_MOVED = "source_moved"
    SOURCE_NOT_MOVED = "source_not_moved"
    SOURCE_UNREADABLE = "source_unreadable"
    TARGET_NO_SERVER = "target_no_server"
    TARGET_ENCODING = "target_encoding"
    TARGET_FOREIGN = "target_foreign"
    TARGET_OLDER = "target_older"
    TARGET_NEWER = "target_newer"
    TARGET_HOLDS = "target_holds"
    TARGET_IN_USE = "target_in_use"
    TARGET_OTHER_MOVE = "target_other_move"
    TARGET_PEPPER = "target_pepper"
    TARGET_DECIDES = "target_decides"
    TARGET_UNHEARD = "target_unheard"
    TARGET_CHANGED = "target_changed"
    TABLE_DIFFERS = "table_differs"
    ACCOUNT_DIFFERS = "account_differs"


class CannotMove(Exception):
    """A move is refused; the source is the truth as before. The facts hold no secret."""

    def __init__(self, obstacle: Obstacle, **facts: object) -> None:
        super().__init__(obstacle.value)
        self.obstacle = obstacle
        self.facts = facts
