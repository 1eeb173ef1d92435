"""Who has a role: how many keys and users, and which."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from chaveiro.core.credential import is_token, public
from chaveiro.core.keyring import Key
from chaveiro.doors.console.addresses import of_user
from chaveiro.doors.console.room import CONSOLE
from chaveiro.doors.keeping.holders import holders

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from chaveiro.core.keyring import Grant, Keyring, Role, User
    from chaveiro.core.names import Moment, RoleId
    from chaveiro.doors.keeping.holders import Holder


@dataclass(frozen=True, slots=True)
class Counts:
    """How many keys and users have each role in force."""

    keys: Counter[RoleId]
    users: Counter[RoleId]

    def unused(self, role: Role) -> bool:
        """Say whether nobody has a role."""
        return not (self.keys[role.id] or self.users[role.id])


@dataclass(frozen=True, slots=True)
class Row:
    """A key or user that was given a role, as a page shows it."""

    name: str
    app_key: str  # of a key, as it may be shown; empty for a user
    href: str
    is_key: bool
    grant: Grant
    in_force: bool


def counted(keyring: Keyring, at: Moment) -> Counts:
    """Count the holders of every role, in one walk through the account."""
    return Counts(_roles(keyring, keyring.keys.values(), at), _roles(keyring, keyring.users.values(), at))


def held_by(keyring: Keyring, role: Role, at: Moment, *, with_keys: bool) -> Sequence[Holder]:
    """Who has a role: keys first, where they may be shown."""
    return [one for one in holders(keyring, role.id, at) if with_keys or not isinstance(one.subject, Key)]


def row(holder: Holder) -> Row:
    """A holder as a page shows it."""
    subject = holder.subject
    return Row(
        name=public(subject.label) if isinstance(subject, Key) else subject.email,
        app_key=public(subject.app_key) if isinstance(subject, Key) else "",
        href=page_of(subject) if isinstance(subject, Key) else CONSOLE + of_user(subject.email),
        is_key=isinstance(subject, Key),
        grant=holder.grant,
        in_force=holder.in_force,
    )


def page_of(key: Key) -> str:
    """The page of a key. What was registered in the place of an appKey may be a token: then its id names it."""
    return f"{CONSOLE}/keys/{quote(key.id if is_token(key.app_key) else key.app_key, safe='')}"


def _roles(keyring: Keyring, subjects: Iterable[Key | User], at: Moment) -> Counter[RoleId]:
    return Counter(role for one in subjects for role in set(keyring.in_force(one.grants, at)))
