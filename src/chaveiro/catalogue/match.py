"""What a request needs and which roles give it: the answer of `catalogue match`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from chaveiro.catalogue.packaged import VTEX
from chaveiro.catalogue.path import shown, shown_method
from chaveiro.catalogue.predefined import PredefinedRole, predefined_roles
from chaveiro.catalogue.route import Route
from chaveiro.core.attempt import AnyRole, Need
from chaveiro.core.keyring import Role

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chaveiro.catalogue.tree import Catalogue
    from chaveiro.core.attempt import Wanted
    from chaveiro.core.keyring import Keyring


@dataclass(frozen=True, slots=True)
class Match:
    """How the catalogue reads one request."""

    method: str
    path: str  # without query, what may be a secret hidden
    template: str | None
    wanted: Wanted
    roles: tuple[Role, ...]  # each of them is enough
    predefined: tuple[PredefinedRole, ...]  # likewise, where the catalogue is VTEX's
    note: str = ""  # what the catalogue says about the route, or why nobody knows what it needs


def matched(catalogue: Catalogue, keyring: Keyring, method: str, target: str) -> Match:
    """Read one request as the decision would, and find the roles that would let a key through."""
    wanted = catalogue.match(method, target)
    entry = catalogue.entry_of(method, target)
    predefined = predefined_roles() if catalogue.name == VTEX else ()
    return Match(
        method=shown_method(method),
        path=shown(target),
        template=entry.path if entry else None,
        wanted=wanted,
        roles=enough(keyring.living_roles, wanted),
        predefined=enough(predefined, wanted),
        note="" if entry is None else entry.note if isinstance(entry, Route) else entry.why,
    )


_R = TypeVar("_R", "Role", "PredefinedRole")


def enough(roles: Iterable[_R], wanted: Wanted) -> tuple[_R, ...]:
    """Those of the roles that are enough alone, the ones first that give the least besides."""
    match wanted:
        case Need():
            giving = [role for role in roles if wanted.met_by(role.resources)]
        case AnyRole():
            giving = list(roles)
        case _:
            giving = []
    return tuple(sorted(giving, key=lambda role: (len(role.resources), role.id)))
