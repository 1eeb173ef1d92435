"""What keys are given and do not use: a pure function of keyring, use and time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chaveiro.core.attempt import Need
from chaveiro.core.names import Moment
from chaveiro.doctor.simulation import DAY_SECONDS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chaveiro.core.denial import Use
    from chaveiro.core.keyring import Key, Keyring
    from chaveiro.core.names import AppKey, Resource, RoleId


@dataclass(frozen=True, slots=True)
class OverGranted:
    """A key that is given more than it used."""

    app_key: AppKey
    unused: frozenset[Resource]  # given for all of that time by every role that gives them, and not used in it
    used: frozenset[Resource]  # what a role for it alone would need
    idle: tuple[RoleId, ...]  # linked roles of which nothing was used


def over_granted(keyring: Keyring, uses: Iterable[Use], now: Moment, *, days: int) -> tuple[OverGranted, ...]:
    """The keys that did not use something they were given for so many days. What was linked later is left out.

    Where any of several resources was enough, those that the key has count as used, all of them.
    """
    since = Moment(now - days * DAY_SECONDS)
    used: dict[AppKey, set[Resource]] = {}
    for use in uses:
        if use.last >= since:
            used.setdefault(use.app_key, set()).update(use.need.resources if isinstance(use.need, Need) else ())
    found = (_of_key(keyring, key, frozenset(used.get(key.app_key, ())), since, now) for key in keyring.keys.values())
    return tuple(one for one in found if one.unused)


def _of_key(keyring: Keyring, key: Key, used: frozenset[Resource], since: Moment, now: Moment) -> OverGranted:
    linked = keyring.in_force(key.grants, now)
    given_at = {grant.role: grant.given.at for grant in key.grants}
    long_ago = tuple(role for role in linked if given_at[role] <= since)
    lately = tuple(role for role in linked if given_at[role] > since)
    unused = keyring.resources_of(long_ago) - keyring.resources_of(lately) - used
    return OverGranted(
        app_key=key.app_key,
        unused=unused,
        used=keyring.resources_of(linked) & used,
        idle=tuple(role for role in long_ago if keyring.roles[role].resources.isdisjoint(used)),
    )
