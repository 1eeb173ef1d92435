"""Addresses that are secrets themselves: what they open stands in the fragment, which browsers send to nobody."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from typing import TYPE_CHECKING, Final

from chaveiro.core.credential import Secret

if TYPE_CHECKING:
    from chaveiro.core.names import AccountName, Email

SET_UP: Final = "/console/set-up"


def set_up_link(origin: str, account: AccountName, to: Email, secret: Secret) -> Secret:
    """The link by which a person chooses a password: `…#ACCOUNT.EMAIL.SECRET`, the address as unpadded base64url."""
    named = urlsafe_b64encode(to.encode()).rstrip(b"=").decode()
    return Secret(f"{origin}{SET_UP}#{account}.{named}.{secret.reveal()}")
