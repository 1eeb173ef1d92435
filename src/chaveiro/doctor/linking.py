"""What the links of a key give it: nothing, more than it uses, or power over the account; and what would be enough."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from chaveiro.core.command import DeactivateKey, EditRole, GrantToKey, WithdrawFromKey
from chaveiro.core.names import Moment
from chaveiro.doctor.sight import Seen, Sight, Told
from chaveiro.doctor.simulation import missing, simulate
from chaveiro.doctor.trial import carried_out

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from chaveiro.core.command import Command
    from chaveiro.core.episode import Episode
    from chaveiro.core.keyring import Key, Keyring, Role
    from chaveiro.core.names import RoleId
    from chaveiro.doctor.unused import OverGranted

MANAGEMENT: Final = "License Manager"


def links(keyring: Keyring, key: Key, episodes: Iterable[Episode], now: Moment) -> Iterator[Seen]:
    """What a key may do: nothing, for one of three reasons, or more than most."""
    live = keyring.in_force(key.grants, now)
    given = keyring.resources_of(live)
    if not given:
        sight = Sight.ROLES_EMPTY if live else Sight.LINKS_DEAD if key.grants else Sight.UNLINKED
        roles = tuple(_name(keyring, grant.role) for grant in key.grants)
        commands = _linking(keyring, key, episodes, now)
        yield Seen(sight, key.app_key, {"roles": roles} if roles else {}, commands, key.app_key)
    if managing := sorted(str(one) for one in given if one.product == MANAGEMENT):
        yield Seen(Sight.MANAGES, key.app_key, {"resources": tuple(managing)}, (), key.app_key)


def excess(keyring: Keyring, found: OverGranted, days: int, held: Mapping[RoleId, int], now: Moment) -> Seen:
    """What a key is given and does not use, and how to take it away so that nothing it uses is lost.

    *held* says by how many keys and users each role is held.
    """
    facts: dict[str, Told] = {
        "days": days,
        "resources": tuple(sorted(map(str, found.unused))),
        "used": tuple(sorted(map(str, found.used))),
    }
    commands = _taking(keyring, found, held, now)
    return Seen(Sight.OVER_GRANTED, found.app_key, facts, commands, found.app_key)


def _linking(keyring: Keyring, key: Key, episodes: Iterable[Episode], now: Moment) -> tuple[Command, ...]:
    """Links to existing roles: to those that give what was refused or, where nothing was, to the one that gives least.

    A role that manages the account is never suggested for want of a better one.
    """
    wishes = missing(keyring, key, episodes, (), since=Moment(0), at=now)
    lapsed = [
        keyring.roles[grant.role]
        for grant in key.grants
        if grant.account == keyring.account and grant.role in keyring.roles and _useful(keyring.roles[grant.role])
    ]
    if wishes:
        found = simulate(keyring, key, wishes, now).cover
        chosen = found.roles if found else ()
    elif lapsed:
        chosen = tuple(lapsed)
    else:
        chosen = tuple(sorted(filter(_useful, keyring.living_roles), key=lambda one: (len(one.resources), one.id))[:1])
    return tuple(GrantToKey(keyring.account, role.id, key.app_key) for role in chosen)


def _useful(role: Role) -> bool:
    manages = any(one.product == MANAGEMENT for one in role.resources)
    return role.deleted is None and bool(role.resources) and not manages


def _taking(keyring: Keyring, found: OverGranted, held: Mapping[RoleId, int], now: Moment) -> tuple[Command, ...]:
    """Unlink what is idle, and thin out what nobody else holds; of a role that others hold, people decide."""
    account, key = keyring.account, found.app_key
    if not found.used:
        return (DeactivateKey(account, key),)
    commands: list[Command] = [WithdrawFromKey(account, role, key) for role in found.idle]
    for number in keyring.in_force(keyring.keys[key].grants, now):
        unused = keyring.roles[number].resources & found.unused
        if unused and number not in found.idle and held[number] == 1:
            commands.append(EditRole(account, number, remove=unused))
    changed = carried_out(keyring, commands, now)
    if changed is None:
        return ()
    left = changed.resources_of(changed.in_force(changed.keys[key].grants, now))
    return tuple(commands) if found.used <= left else ()


def _name(keyring: Keyring, role: RoleId) -> str:
    return keyring.roles[role].name if role in keyring.roles else str(role)
