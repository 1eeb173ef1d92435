"""Pairs in headers, read exactly as a server reads them, and what stands under the wrong name besides."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from contextlib import suppress

from chaveiro.core.attempt import Carrier, Field
from chaveiro.core.credential import Secret
from chaveiro.doors.pasted.found import Found
from chaveiro.wire.read import APP_KEY, APP_TOKEN, pair

Header = tuple[str, str]

_LINE = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]{1,100})[ \t]*:(.*)", re.DOTALL)


def parsed(line: str) -> Header | None:
    """A header written as `Name: value`."""
    found = _LINE.fullmatch(line)
    return (found[1], found[2]) if found else None


def found(headers: Iterable[Header], query: str = "") -> Found:
    """The pair that a request with these headers carries. What is misplaced is examined as well."""
    named = list(headers)
    wire = [(name.lower().encode(), value.strip(" \t").encode("utf-8", "surrogateescape")) for name, value in named]
    sent = pair(wire, query)
    elsewhere: dict[Field, Secret] = {}
    for misplaced in sent.misplaced:
        for name, value in named:
            if misplaced.carrier is Carrier.OTHER_HEADER and _same(name, misplaced.name):
                elsewhere.setdefault(misplaced.part, Secret(_inside(name, value.strip(" \t"), misplaced.part)))
    names = [name for name, _ in named if _same(name, APP_KEY) or _same(name, APP_TOKEN)]
    return Found(
        sent.app_key,
        sent.app_token,
        tuple(dict.fromkeys([*names, *(one.name for one in sent.misplaced)])),
        sent.misplaced,
        elsewhere,
    )


def host(headers: Iterable[Header]) -> str:
    """The host that a request with these headers names; empty: none."""
    return next((value.strip(" \t") for name, value in headers if name.lower() == "host"), "")


def basic(user: str) -> Header:
    """The header that `-u user:password` sends."""
    return "Authorization", f"Basic {base64.b64encode(user.encode('utf-8', 'surrogateescape')).decode()}"


def _same(name: str, other: str) -> bool:
    return name.lower().replace("_", "-") == other.lower().replace("_", "-")


def _inside(name: str, value: str, part: Field) -> str:
    """One of the two values of `Authorization: Basic`; of any other header, its value."""
    scheme, _, rest = value.partition(" ")
    if name.lower().endswith("authorization") and scheme.lower() == "basic":
        with suppress(ValueError):
            user, colon, password = base64.b64decode(rest.strip(), validate=True).decode().partition(":")
            return password if part is Field.TOKEN and colon else user
    return value
