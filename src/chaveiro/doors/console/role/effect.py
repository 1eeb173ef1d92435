"""What would come of changing or deleting a role: who gets what, who loses what, and what would be refused."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from chaveiro.core.ask import DAYS_DEFAULT
from chaveiro.core.attempt import Need
from chaveiro.core.command import DeleteRole, Refusal
from chaveiro.core.credential import public
from chaveiro.core.names import Moment
from chaveiro.core.plan import plan
from chaveiro.doctor.simulation import DAY_SECONDS, previewed
from chaveiro.doctor.trial import carried_out
from chaveiro.doors.console.role.holding import page_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from chaveiro.core.command import EditRole
    from chaveiro.core.denial import Use
    from chaveiro.core.keyring import Grant, Key, Keyring, Role, User
    from chaveiro.core.names import AppKey, Resource, RoleId
    from chaveiro.doctor.simulation import Loss
    from chaveiro.doors.console.visit import Visit

DAYS: Final = DAYS_DEFAULT
LOSSES_SHOWN: Final = 50
ROUTES_SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class Reach:
    """A resource, and for how many it would be new, or gone."""

    resource: str
    keys: int
    users: int


@dataclass(frozen=True, slots=True)
class Refused:
    """A key that did what it could not do any more."""

    name: str
    app_key: str
    href: str
    last: Moment
    uses: Sequence[Use]  # what was done last first
    more: int


@dataclass(frozen=True, slots=True)
class Effect:
    """What would come of it."""

    keys: int  # that have the role
    users: int
    added: Sequence[Reach]
    removed: Sequence[Reach]
    left_without: int  # keys that would have no role at all: everything they ask would be refused
    own: Sequence[str]  # what whoever does it would lose themselves
    refused: Sequence[Refused]  # used lately; the first of them
    refused_all: int

    @property
    def breaks(self) -> bool:
        """Whether something that is used would be refused."""
        return bool(self.refused_all or self.left_without)


def effect(visit: Visit, role: Role, command: EditRole | DeleteRole) -> Effect | Refusal:
    """Suppose a change of a role, and compare. May raise StoreUnavailable."""
    keyring, at = visit.keyring, visit.at
    planned = plan(keyring, command, by=visit.actor, at=at)
    if isinstance(planned, Refusal):
        return planned
    then = carried_out(keyring, (command,), at) or keyring
    added, removed = then.roles[role.id].resources - role.resources, _removed(role, command)
    keys = _Compared(keyring, then, role.id, keyring.keys.values(), at)
    users = _Compared(keyring, then, role.id, keyring.users.values(), at)
    losses = _losses(visit, role, command, removed)
    return Effect(
        keys=keys.count,
        users=users.count,
        added=[Reach(str(one), keys.gained[one], users.gained[one]) for one in sorted(added)],
        removed=[Reach(str(one), keys.lost[one], users.lost[one]) for one in sorted(removed)],
        left_without=keys.left_without,
        own=_own(visit, then),
        refused=[_refused(keyring.keys[one.app_key], one) for one in losses[:LOSSES_SHOWN]],
        refused_all=len(losses),
    )


class _Compared:
    """What the holders of a role have now and would have then. Those with the same roles are looked at once."""

    def __init__(self, now: Keyring, then: Keyring, role: RoleId, subjects: Iterable[Key | User], at: Moment) -> None:
        alike: Counter[tuple[RoleId, ...]] = Counter()
        grants: dict[tuple[RoleId, ...], Sequence[Grant]] = {}
        for one in subjects:
            held = now.in_force(one.grants, at)
            if role in held:
                alike[held] += 1
                grants[held] = one.grants
        self.count = alike.total()
        self.gained: Counter[Resource] = Counter()
        self.lost: Counter[Resource] = Counter()
        self.left_without = 0
        for held, count in alike.items():
            left = then.in_force(grants[held], at)
            before, after = now.resources_of(held), then.resources_of(left)
            self.gained.update(dict.fromkeys(after - before, count))
            self.lost.update(dict.fromkeys(before - after, count))
            self.left_without += 0 if left else count


def _removed(role: Role, command: EditRole | DeleteRole) -> frozenset[Resource]:
    return role.resources if isinstance(command, DeleteRole) else command.remove


def _losses(visit: Visit, role: Role, command: EditRole | DeleteRole, removed: frozenset[Resource]) -> Sequence[Loss]:
    """The keys that used lately what they would be refused; the one first that did so last."""
    holders = {one.app_key for one in visit.keyring.keys.values() if any(g.role == role.id for g in one.grants)}
    if not holders or not (removed or isinstance(command, DeleteRole)):
        return ()
    since = Moment(visit.at - DAYS * DAY_SECONDS)
    uses = [one for one in _uses(visit, holders) if one.last >= since and _touched(one, command, removed)]
    found = previewed(visit.keyring, command, uses, by=visit.actor, since=since, at=visit.at).losses
    return sorted(found, key=lambda loss: (-max(use.last for use in loss.uses), loss.app_key))


def _uses(visit: Visit, holders: set[AppKey]) -> Iterator[Use]:
    alone = next(iter(holders)) if len(holders) == 1 else None
    uses = visit.console.store.uses(visit.account, app_key=alone)
    return (one for one in uses if one.app_key in holders)


def _touched(use: Use, command: EditRole | DeleteRole, removed: frozenset[Resource]) -> bool:
    """Say whether a change could matter to this: no more is decided again than could be decided otherwise."""
    if isinstance(use.need, Need):
        return not removed.isdisjoint(use.need.resources)
    return isinstance(command, DeleteRole)


def _own(visit: Visit, then: Keyring) -> Sequence[str]:
    if visit.is_sponsor:
        return ()
    lost = visit.keyring.held_by(visit.actor, visit.at) - then.held_by(visit.actor, visit.at)
    return sorted(map(str, lost))


def _refused(key: Key, loss: Loss) -> Refused:
    uses = sorted(loss.uses, key=lambda use: -use.last)
    return Refused(
        name=public(key.label),
        app_key=public(key.app_key),
        href=page_of(key),
        last=uses[0].last,
        uses=uses[:ROUTES_SHOWN],
        more=max(0, len(uses) - ROUTES_SHOWN),
    )
