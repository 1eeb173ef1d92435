"""Who may do something with a key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chaveiro.doors.console.keys.listing import delegable
from chaveiro.words import figures
from chaveiro.words.language import N_

if TYPE_CHECKING:
    from chaveiro.core.command import Command
    from chaveiro.doors.console.visit import Visit

_WHO = N_("This is up to {sponsor}, the sponsor, and to whoever has {resources}.")


def may(visit: Visit, kind: type[Command]) -> bool:
    """Say whether a command of this kind is up to whoever is signed in."""
    return visit.may(*delegable(kind))


def who_may(visit: Visit, kind: type[Command]) -> str:
    """Who may ask for a command of this kind, in a sentence."""
    resources = (f"`{one}`" for one in delegable(kind))
    said = figures.listed(resources, visit.language, either=True)
    return visit.text(_WHO, sponsor=visit.keyring.sponsor, resources=said)
