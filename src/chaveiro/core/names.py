"""The names of things, parsed once and trusted afterwards."""

from __future__ import annotations

import re
from typing import NamedTuple, NewType

AccountName = NewType("AccountName", str)
AppKey = NewType("AppKey", str)
Email = NewType("Email", str)
KeyId = NewType("KeyId", str)  # 32 hexadecimal digits
RoleId = NewType("RoleId", int)  # counted per account, from 1
Moment = NewType("Moment", float)  # seconds since 1970-01-01T00:00Z

TEXT_LENGTH_MAX = 100
EMAIL_LENGTH_MAX = 254
APP_KEY_LENGTH_MAX = 128
TOKEN_DAYS_MAX = 36_500  # a century

_ACCOUNT = re.compile(r"[a-z0-9]{1,32}")
_EMAIL = re.compile(r"[^\s@<>\"'`,;:\\]{1,64}@[a-z0-9](?:[a-z0-9.-]{0,188}[a-z0-9])?")
_RESOURCE_PART = re.compile(r"[!-.0-~](?:[ !-.0-~]{0,98}[!-.0-~])?")  # printable ASCII without `/`
_ROLE_ID = re.compile(r"[1-9][0-9]{0,8}")
# Anything this long without a gap could be a secret pasted into the wrong field.
LOOKS_SECRET = re.compile(r"cvt_[0-9A-Za-z]{8,}|[A-Z]{64,}|[0-9A-Za-z_\-]{60,}")


class NameMalformed(ValueError):
    """A text is not the name it should be; the message says what would be, and never quotes a secret."""


class Resource(NamedTuple):
    """What a role lets a key do. Two resources are the same when product and key are: names are for people."""

    product: str
    key: str

    def __str__(self) -> str:
        return f"{self.product}/{self.key}"


def account_name(text: str) -> AccountName:
    """Read an account's name: 1 to 32 lower-case letters and digits."""
    if not _ACCOUNT.fullmatch(text):
        msg = f"{quoted(text)} is not an account name: use 1 to 32 lower-case letters and digits, such as `acme`"
        raise NameMalformed(msg)
    return AccountName(text)


def email(text: str) -> Email:
    """Read an e-mail address; letter case is folded, as no mail system tells people apart by it."""
    folded = text.lower() if text.isascii() else text
    plain = folded.isprintable() and not looks_secret(text)  # nothing that hides, turns or ends a line, or is a token
    if len(folded) > EMAIL_LENGTH_MAX or not plain or not _EMAIL.fullmatch(folded):
        msg = f"{quoted(text)} is not an e-mail address: use one such as `ana@acme.example`"
        raise NameMalformed(msg)
    return Email(folded)


def role_id(text: str) -> RoleId:
    """Read a role's number."""
    if not _ROLE_ID.fullmatch(text):
        msg = f"{quoted(text)} is not a role's number: `role list` shows them"
        raise NameMalformed(msg)
    return RoleId(int(text))


def resource(text: str) -> Resource:
    """Read a resource written as `Product/Key`, such as `OMS/ListOrders`."""
    product, slash, key = text.partition("/")
    named = _RESOURCE_PART.fullmatch(product) and _RESOURCE_PART.fullmatch(key)
    if not slash or not named or looks_secret(text):  # what is required is told, and kept with a denial
        msg = f"{quoted(text)} is not a resource: write product and key with a slash between, such as `OMS/ListOrders`"
        raise NameMalformed(msg)
    return Resource(product, key)


def plain_text(text: str, *, what: str) -> str:
    """Read a label, a role's name or another text for people: one line of 1 to 100 characters, no secret in it."""
    if looks_secret(text):
        msg = f"the {what} looks like a credential: keep secrets out of names, then renew that token if it is real"
        raise NameMalformed(msg)
    if not 1 <= len(text) <= TEXT_LENGTH_MAX or not text.isprintable() or text != text.strip():
        msg = f"the {what} must be one line of 1 to {TEXT_LENGTH_MAX} characters without blanks at its ends"
        raise NameMalformed(msg)
    return text


def looks_secret(text: str) -> bool:
    """Say whether a text meant for people may hold a token."""
    return LOOKS_SECRET.search(text) is not None


def quoted(text: str) -> str:
    """Quote what somebody typed in a message, unless it may be a secret, which is then only measured."""
    if looks_secret(text) or len(text) > TEXT_LENGTH_MAX:
        return f"a value of {len(text)} characters"
    return f"`{text.encode('ascii', 'backslashreplace').decode()}`" if text.isprintable() else f"`{text!a}`"
