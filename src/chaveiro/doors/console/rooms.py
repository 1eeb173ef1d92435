"""Every room of the console, and how they stand in its navigation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from chaveiro.doors.console import jobs, key, role, signing
from chaveiro.doors.console.account import audit, catalogue, gateways, health, importing, overview, settings
from chaveiro.doors.console.failing import denials, diagnose, failures
from chaveiro.doors.console.keys import export, handing, issuing
from chaveiro.doors.console.keys import listing as keys
from chaveiro.doors.console.people import keepers, person, registering, sponsor, users
from chaveiro.words.language import N_

if TYPE_CHECKING:
    from chaveiro.doors.console.room import Entry, Room

ROOMS: Final[tuple[Room, ...]] = (
    signing.room,
    overview.room,
    keys.room,
    export.room,
    issuing.room,
    *key.ROOMS,  # after those, whose addresses a key's could be
    handing.room,
    *role.ROOMS,
    failures.room,
    denials.room,
    diagnose.room,
    users.room,
    registering.room,
    keepers.room,
    person.room,  # after those, whose addresses a user's could be
    sponsor.room,
    audit.room,
    settings.room,
    importing.room,
    catalogue.room,
    gateways.room,
    health.room,
    jobs.room,
)

# What stands in it, and where it leads. It shows what somebody may see; rooms of one name share a place in it.
NAVIGATION: Final = (
    (overview.room, N_("Overview"), ""),
    (keys.room, N_("Keys"), "/keys"),
    (role.listing.room, N_("Roles"), "/roles"),
    (failures.room, N_("Failures"), "/failures"),
    (diagnose.room, N_("Diagnose"), "/diagnose"),
    (users.room, N_("Users"), "/users"),
    (sponsor.room, N_("Sponsor"), "/sponsor"),
    (audit.room, N_("Audit"), "/audit"),
    (settings.room, N_("Settings"), "/settings"),
    (health.room, N_("Health"), "/health"),
)


def entries() -> tuple[Entry, ...]:
    """Every way into every room."""
    return tuple(entry for room in ROOMS for entry in room.entries)
