"""Where somebody begins who signed in: what needs them first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chaveiro.doors.console.room import Room

if TYPE_CHECKING:
    from chaveiro.doors.console.visit import Visit
    from chaveiro.wire.message import Reply

room = Room("overview")


@room.page("")
def overview(visit: Visit) -> Reply:
    """Show what needs attention."""
    return visit.page("overview.html")
