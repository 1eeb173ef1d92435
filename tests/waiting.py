"""Waiting for something to become true, and not for longer than it may take."""

from __future__ import annotations

from threading import Event
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def until(condition: Callable[[], object], *, seconds_max: float = 30) -> float:
    """Look again and again; give the moment at which it was so."""
    give_up = monotonic() + seconds_max
    look_again = Event()
    while not condition():
        assert monotonic() < give_up, "it never came true"
        look_again.wait(0.01)
    return monotonic()
