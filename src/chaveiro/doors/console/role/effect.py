"""What would come of changing or deleting a role: who gets what, who loses what, and what would be refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chaveiro.core.command import DeleteRole, Refusal
from chaveiro.core.plan import plan
from chaveiro.doctor.trial import carried_out
from chaveiro.doors.console.role.breaking import broken
from chaveiro.doors.console.role.compared import Compared

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chaveiro.core.command import EditRole
    from chaveiro.core.keyring import Keyring, Role
    from chaveiro.core.names import Resource
    from chaveiro.doors.console.role.breaking import Broken
    from chaveiro.doors.console.visit import Visit


@dataclass(frozen=True, slots=True)
class Reach:
    """A resource, and for how many it would be new, or gone."""

    resource: str
    keys: int
    users: int


@dataclass(frozen=True, slots=True)
class Effect:
    """What would come of it."""

    keys: int  # that have the role
    users: int
    added: Sequence[Reach]
    removed: Sequence[Reach]
    left_without: int  # keys that would have no role at all: everything they ask would be refused
    own: Sequence[str]  # what whoever does it would lose themselves
    broken: Broken

    @property
    def breaks(self) -> bool:
        """Whether something that is used would be refused."""
        return bool(self.broken.count or self.left_without)


def effect(visit: Visit, role: Role, command: EditRole | DeleteRole) -> Effect | Refusal:
    """Suppose a change of a role, and compare. May raise StoreUnavailable."""
    keyring, at = visit.keyring, visit.at
    planned = plan(keyring, command, by=visit.actor, at=at)
    if isinstance(planned, Refusal):
        return planned
    then = carried_out(keyring, (command,), at) or keyring
    added, removed = then.roles[role.id].resources - role.resources, _removed(role, command)
    keys = Compared(keyring, then, role.id, {one.app_key: one.grants for one in keyring.keys.values()}, at)
    users = Compared(keyring, then, role.id, {one.email: one.grants for one in keyring.users.values()}, at)
    return Effect(
        keys=keys.count,
        users=users.count,
        added=[Reach(str(one), keys.gained[one], users.gained[one]) for one in sorted(added)],
        removed=[Reach(str(one), keys.lost[one], users.lost[one]) for one in sorted(removed)],
        left_without=keys.left_without,
        own=_own(visit, then),
        broken=broken(visit, command, keys),
    )


def _removed(role: Role, command: EditRole | DeleteRole) -> frozenset[Resource]:
    return role.resources if isinstance(command, DeleteRole) else command.remove


def _own(visit: Visit, then: Keyring) -> Sequence[str]:
    if visit.is_sponsor:
        return ()
    lost = visit.keyring.held_by(visit.actor, visit.at) - then.held_by(visit.actor, visit.at)
    return sorted(map(str, lost))
