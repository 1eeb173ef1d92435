"""Nobody gives what they lack, or for longer than they have it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from chaveiro.core.command import Reason, Refusal
from chaveiro.core.keyring import Actor, ActorKind, Keyring
from chaveiro.core.names import AppKey, Email, Moment

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chaveiro.core.keyring import User
    from chaveiro.core.names import Resource


def beyond(keyring: Keyring, resources: frozenset[Resource], by: Actor, at: Moment) -> Refusal | None:
    """Refuse to give what the actor lacks: otherwise whoever may edit roles may do everything."""
    if keyring.is_sponsor(by):
        return None
    lacking = resources - keyring.held_by(by, at)
    return Refusal(Reason.BEYOND_OWN_ROLES, {"resources": named(lacking)}) if lacking else None


def outlasting(
    keyring: Keyring, resources: frozenset[Resource], by: Actor, until: Moment | None = None
) -> Refusal | None:
    """Refuse to give for longer than the actor has: otherwise a role for a week is, by way of a friend, one for ever.

    Without *until* what is given does not end.
    """
    if keyring.is_sponsor(by):
        return None
    of_user = by.kind is ActorKind.USER
    giver = keyring.users.get(Email(by.name)) if of_user else keyring.keys.get(AppKey(by.name))
    last = Moment(math.inf if until is None else math.nextafter(until, 0))
    lasting = keyring.resources_of(keyring.in_force(giver.grants if giver else (), last))
    lacking = resources - lasting
    return Refusal(Reason.BEYOND_OWN_TIME, {"resources": named(lacking)}) if lacking else None


def overreaching(keyring: Keyring, user: User, by: Actor, at: Moment) -> Refusal | None:
    """Refuse to stand in for somebody who may do more than the actor, or what the actor may for longer."""
    held = keyring.resources_of(keyring.in_force(user.grants, at))
    if refusal := beyond(keyring, held, by, at):
        return refusal
    for grant in user.grants:
        given = keyring.resources_of(keyring.in_force((grant,), at))
        if refusal := outlasting(keyring, given, by, grant.until):
            return refusal
    return None


def named(resources: Iterable[Resource]) -> tuple[str, ...]:
    """Resources by their names, in order."""
    return tuple(sorted(str(resource) for resource in resources))
