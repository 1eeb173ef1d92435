"""What the holders of a role have now, and what they would have then."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from chaveiro.core.attempt import Need

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from chaveiro.core.denial import Use
    from chaveiro.core.keyring import Grant, Keyring
    from chaveiro.core.names import Moment, Resource, RoleId


class Compared:
    """The keys, or the users, that have a role in force, before and after a change of it.

    Those who have the same roles are looked at once: there may be thousands of them.
    """

    def __init__(
        self, now: Keyring, then: Keyring, role: RoleId, grants: Mapping[str, Sequence[Grant]], at: Moment
    ) -> None:
        """Compare two states of an account, for the subjects of these names."""
        held = {name: now.in_force(given, at) for name, given in grants.items()}
        self._held = {name: roles for name, roles in held.items() if role in roles}
        self._before: dict[tuple[RoleId, ...], frozenset[Resource]] = {}
        self._after: dict[tuple[RoleId, ...], frozenset[Resource]] = {}
        self._left: dict[tuple[RoleId, ...], tuple[RoleId, ...]] = {}
        for name, roles in self._held.items():
            if roles not in self._left:
                left = then.in_force(grants[name], at)
                self._left[roles] = left
                self._before[roles], self._after[roles] = now.resources_of(roles), then.resources_of(left)
        self._count()

    def _count(self) -> None:
        alike = Counter(self._held.values())
        self.count = alike.total()
        self.gained: Counter[Resource] = Counter()
        self.lost: Counter[Resource] = Counter()
        self.left_without = 0
        for roles, count in alike.items():
            self.gained.update(dict.fromkeys(self._after[roles] - self._before[roles], count))
            self.lost.update(dict.fromkeys(self._before[roles] - self._after[roles], count))
            self.left_without += 0 if self._left[roles] else count

    def loses(self, use: Use) -> bool:
        """Say whether the roles of a key would not be enough any more for what it did: only then it is decided anew."""
        roles = self._held.get(use.app_key)
        if roles is None:
            return False
        if isinstance(use.need, Need):
            return use.need.met_by(self._before[roles]) and not use.need.met_by(self._after[roles])
        return not self._left[roles]
