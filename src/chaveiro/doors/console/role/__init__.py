"""The roles of an account: looked at, made, changed and deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from chaveiro.doors.console.role import card, creation, deletion, edition, listing

if TYPE_CHECKING:
    from chaveiro.doors.console.room import Room

# The address of a new role would else be read as one of a role's own.
ROOMS: Final[tuple[Room, ...]] = (listing.room, creation.room, card.room, edition.room, deletion.room)
