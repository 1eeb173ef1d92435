"""Who holds what: filters of an account's keys and users."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chaveiro.core.keyring import Key, User

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chaveiro.core.keyring import Grant, Keyring
    from chaveiro.core.names import Moment, RoleId


@dataclass(frozen=True, slots=True)
class Holder:
    """A key or user that was given a role."""

    subject: Key | User
    grant: Grant
    in_force: bool  # the role lives, and the time for which it was given has not run out


def holders(keyring: Keyring, role: RoleId, at: Moment) -> tuple[Holder, ...]:
    """Who uses a role: keys first, in the order of the account. External keys are among them where they are joined."""
    return tuple(_holders(keyring, role, at))


def unlinked(keyring: Keyring, at: Moment) -> tuple[Key, ...]:
    """The keys with no role in force: each of their requests is refused."""
    return tuple(key for key in keyring.keys.values() if not keyring.in_force(key.grants, at))


def _holders(keyring: Keyring, role: RoleId, at: Moment) -> Iterator[Holder]:
    subjects: tuple[Key | User, ...] = (*keyring.keys.values(), *keyring.users.values())
    for subject in subjects:
        for grant in subject.grants:
            if grant.role == role and grant.account == keyring.account:
                yield Holder(subject, grant, bool(keyring.in_force([grant], at)))
