"""Whom an id means: a user or a key, however a client writes it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias
from uuid import UUID

from chaveiro.core import names
from chaveiro.core.command import GrantToKey, GrantToUser, WithdrawFromKey, WithdrawFromUser
from chaveiro.core.keyring import Key, Keyring, User
from chaveiro.core.names import AppKey, Email, KeyId, NameMalformed
from chaveiro.usertokens import user_id

if TYPE_CHECKING:
    from chaveiro.core.names import AccountName, RoleId

_ID = re.compile(r"[0-9a-fA-F]{32}|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_APP_KEY = re.compile(r"cvk_[0-9A-Za-z]{1,64}|vtexappkey-[A-Za-z0-9_-]{1,100}")

Subject: TypeAlias = User | Key


class IdMalformed(Exception):
    """A text is no id of a user or key, no e-mail address and no appKey."""


def subject(keyring: Keyring, text: str) -> Subject | None:
    """The user or key that *text* means: an id with dashes or without, or a name. Raises IdMalformed.

    Another account's id is nobody's here, as a made up one is.
    """
    if _ID.fullmatch(text):
        return _by_id(keyring, KeyId(UUID(text).hex))
    if _APP_KEY.fullmatch(text):
        return keyring.keys.get(AppKey(text))
    return keyring.users.get(_email(text))


def key_by_id(keyring: Keyring, text: str) -> Key | None:
    """The key with this id, None for whatever else."""
    if not _ID.fullmatch(text):
        return None
    id = KeyId(UUID(text).hex)  # noqa: A001 - what it is
    return next((key for key in keyring.keys.values() if key.id == id), None)


def _by_id(keyring: Keyring, id: KeyId) -> Subject | None:  # noqa: A002 - what it is
    for user in keyring.users.values():
        if user_id(user.email).hex == id:
            return user
    return next((key for key in keyring.keys.values() if key.id == id), None)


def _email(text: str) -> Email:
    try:
        return names.email(text)
    except NameMalformed:
        raise IdMalformed from None


def id_of(one: Subject) -> UUID:
    """The id by which VTEX's clients know a user or a key."""
    return user_id(one.email) if isinstance(one, User) else UUID(one.id)


def name_of(one: Subject) -> str:
    """What a user token calls it: e-mail address or appKey."""
    return one.email if isinstance(one, User) else one.app_key


def granting(account: AccountName, role: RoleId, to: Subject) -> GrantToUser | GrantToKey:
    """The command that gives a role."""
    return GrantToUser(account, role, to.email) if isinstance(to, User) else GrantToKey(account, role, to.app_key)


def withdrawing(account: AccountName, role: RoleId, to: Subject) -> WithdrawFromUser | WithdrawFromKey:
    """The command that takes a role away."""
    if isinstance(to, User):
        return WithdrawFromUser(account, role, to.email)
    return WithdrawFromKey(account, role, to.app_key)
