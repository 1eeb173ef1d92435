"""Addresses of pages that other pages link to."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import TYPE_CHECKING

from chaveiro.core.names import NameMalformed, email

if TYPE_CHECKING:
    from chaveiro.core.names import Email


def of_user(user: Email) -> str:
    """The page of a user, below the console. The e-mail address stands in it as unpadded base64url."""
    return f"/users/{urlsafe_b64encode(user.encode()).rstrip(b'=').decode()}"


def user_named(text: str) -> Email | None:
    """Whom the last part of such an address names; None where it names nobody."""
    try:
        named = email(urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode())
    except (NameMalformed, ValueError):
        return None
    return named if of_user(named) == f"/users/{text}" else None  # one page has one address
