"""What a request needs and which roles give it: the answer of `catalogue match`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chaveiro.catalogue.path import shown, shown_method
from chaveiro.core.attempt import Need

if TYPE_CHECKING:
    from chaveiro.catalogue.tree import Catalogue
    from chaveiro.core.attempt import Wanted
    from chaveiro.core.keyring import Keyring, Role


@dataclass(frozen=True, slots=True)
class Match:
    """How the catalogue reads one request."""

    method: str
    path: str  # without query, what may be a secret hidden
    template: str | None
    wanted: Wanted
    roles: tuple[Role, ...]  # each of them is enough


def matched(catalogue: Catalogue, keyring: Keyring, method: str, target: str) -> Match:
    """Read one request as the decision would, and find the roles that would let a key through."""
    wanted = catalogue.match(method, target)
    return Match(
        method=shown_method(method),
        path=shown(target),
        template=catalogue.template_of(method, target),
        wanted=wanted,
        roles=roles_giving(keyring, wanted) if isinstance(wanted, Need) else (),
    )


def roles_giving(keyring: Keyring, need: Need) -> tuple[Role, ...]:
    """The living roles that meet a need alone, those first that give the least besides."""
    living = (role for role in keyring.roles.values() if role.deleted is None)
    giving = (role for role in living if need.met_by(role.resources))
    return tuple(sorted(giving, key=lambda role: (len(role.resources), role.id)))
