"""The page of one key, and what is done there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from chaveiro.doors.console.key import acts, adoption, card, deletion, finishing, links, renewal, unlinking

if TYPE_CHECKING:
    from chaveiro.doors.console.room import Room

# An external key is adopted at an address that would else be read as a key's own.
ROOMS: Final[tuple[Room, ...]] = (
    adoption.room,
    card.room,
    links.room,
    unlinking.room,
    acts.room,
    finishing.room,
    renewal.room,
    deletion.room,
)
