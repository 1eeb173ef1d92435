"""Addresses that are secrets themselves: what they open stands in the fragment, which browsers send to nobody."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import Final

from chaveiro.core.credential import Secret
from chaveiro.core.names import AccountName, AppKey, Email, NameMalformed, account_name, email

SET_UP: Final = "/console/set-up"
HANDOVER: Final = "/handover"
LINK_LENGTH_MAX: Final = 2_000
OFFER_ID_LENGTH: Final = 32


@dataclass(frozen=True, slots=True)
class SetUpLink:
    """What a set-up link says: who may choose a password, and what proves it."""

    account: AccountName
    email: Email
    secret: Secret


@dataclass(frozen=True, slots=True)
class Offered:
    """What the public part of a hand-over link says: whose token may be read, and the id of the offer."""

    account: AccountName
    app_key: AppKey
    id: str


def handover_link(origin: str, offered: Offered, key: Secret) -> Secret:
    """The link by which a token is read once: `…#OFFER.KEY`. The page behind it sends the offer alone."""
    named = _coded(f"{offered.account}.{offered.app_key}")
    return Secret(f"{origin}{HANDOVER}#{offered.id}{named}.{key.reveal()}")


def read_offer(text: str) -> Offered | None:
    """What the page behind such a link sends; None where it is not whole."""
    id_, named = text[:OFFER_ID_LENGTH], text[OFFER_ID_LENGTH:LINK_LENGTH_MAX]
    try:
        account, _, app_key = _decoded(named).partition(".")
        return Offered(account_name(account), AppKey(app_key), id_) if app_key else None
    except (NameMalformed, ValueError):
        return None


def set_up_link(origin: str, account: AccountName, to: Email, secret: Secret) -> Secret:
    """The link by which a person chooses a password: `…#ACCOUNT.EMAIL.SECRET`, the address as unpadded base64url."""
    return Secret(f"{origin}{SET_UP}#{account}.{_coded(to)}.{secret.reveal()}")


def read_set_up_link(text: str) -> SetUpLink | None:
    """What a link says that was pasted, or the part of it behind its `#`; None where it is not whole."""
    account, _, rest = text[:LINK_LENGTH_MAX].strip().rpartition("#")[2].partition(".")
    named, _, secret = rest.partition(".")
    try:
        return SetUpLink(account_name(account), email(_decoded(named)), Secret(secret)) if secret else None
    except (NameMalformed, ValueError):
        return None


def _coded(text: str) -> str:
    return urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def _decoded(text: str) -> str:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
