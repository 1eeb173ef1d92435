"""How far a move is, for whoever waits for it."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable


class Stage(StrEnum):
    """What is being done."""

    COPYING = "copying"
    VERIFYING = "verifying"
    LOADING = "loading"
    DONE = "done"


class Step(NamedTuple):
    """So much of a stage is done."""

    stage: Stage
    what: str  # a table, or an account
    done: int  # rows, or accounts, of all
    total: int


Watcher: TypeAlias = "Callable[[Step], None]"
