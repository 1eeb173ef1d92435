"""Roles to choose from: how much each gives, and which of them somebody may not give."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chaveiro.core.ceiling import beyond, outlasting
from chaveiro.doors.console.keys.selection import folded

if TYPE_CHECKING:
    from collections.abc import Collection

    from chaveiro.core.keyring import Role
    from chaveiro.core.names import RoleId
    from chaveiro.doors.console.visit import Visit


@dataclass(frozen=True, slots=True)
class Choice:
    """A role that may be chosen."""

    role: Role
    chosen: bool
    gives: int  # resources
    products: tuple[str, ...]  # of which they are
    refused: str  # why whoever is signed in may not give it; empty where they may


def picked(visit: Visit, chosen: Collection[RoleId], find: str = "") -> tuple[Choice, ...]:
    """The account's roles by name, the chosen ones first; with *find*, of the others only those of that name."""
    words = folded(find).split()
    roles = sorted(visit.keyring.living_roles, key=lambda one: (one.id not in chosen, one.name.casefold()))
    return tuple(
        _choice(visit, role, chosen=role.id in chosen)
        for role in roles
        if role.id in chosen or all(word in folded(role.name) for word in words)
    )


def _choice(visit: Visit, role: Role, *, chosen: bool) -> Choice:
    keyring, by = visit.keyring, visit.actor
    refusal = beyond(keyring, role.resources, by, visit.at) or outlasting(keyring, role.resources, by)
    products = tuple(sorted({one.product for one in role.resources}))
    return Choice(role, chosen, len(role.resources), products, visit.refusal(refusal)[0] if refusal else "")
