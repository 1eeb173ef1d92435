"""A keeper's question of what would be. Nothing is changed by it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from chaveiro.core.denial import DenialId
    from chaveiro.core.names import AppKey, Resource, RoleId

DAYS_DEFAULT: Final = 30
DAYS_MAX: Final = 400


@dataclass(frozen=True, slots=True)
class Ask:
    """What would let a key do this, or what an edit of a role would take away."""

    app_key: AppKey | None = None
    method: str = ""
    path: str = ""
    resource: Resource | None = None
    denial: DenialId | None = None
    address: str = ""
    days: int = DAYS_DEFAULT  # of a key alone: all it was refused in so many days; of a role: what counts as used
    role: RoleId | None = None
    add: frozenset[Resource] = frozenset()
    remove: frozenset[Resource] = frozenset()
    delete: bool = False
