"""Addresses that are secrets themselves: what they open stands in the fragment, which browsers send to nobody."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import Final

from chaveiro.core.credential import Secret
from chaveiro.core.names import AccountName, Email, NameMalformed, account_name, email

SET_UP: Final = "/console/set-up"
LINK_LENGTH_MAX: Final = 2_000


@dataclass(frozen=True, slots=True)
class SetUpLink:
    """What a set-up link says: who may choose a password, and what proves it."""

    account: AccountName
    email: Email
    secret: Secret


def set_up_link(origin: str, account: AccountName, to: Email, secret: Secret) -> Secret:
    """The link by which a person chooses a password: `…#ACCOUNT.EMAIL.SECRET`, the address as unpadded base64url."""
    named = urlsafe_b64encode(to.encode()).rstrip(b"=").decode()
    return Secret(f"{origin}{SET_UP}#{account}.{named}.{secret.reveal()}")


def read_set_up_link(text: str) -> SetUpLink | None:
    """What a link says that was pasted, or the part of it behind its `#`; None where it is not whole."""
    account, _, rest = text[:LINK_LENGTH_MAX].strip().rpartition("#")[2].partition(".")
    named, _, secret = rest.partition(".")
    try:
        address = urlsafe_b64decode(named + "=" * (-len(named) % 4)).decode()
        return SetUpLink(account_name(account), email(address), Secret(secret)) if secret else None
    except (NameMalformed, ValueError):
        return None
