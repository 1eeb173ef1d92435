"""What is kept of a refusal: enough to explain it to the account's keepers, and no presented value."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NewType

if TYPE_CHECKING:
    from chaveiro.core.attempt import Needed, Wanted
    from chaveiro.core.cause import Cause, Finding
    from chaveiro.core.keyring import Revision
    from chaveiro.core.names import AccountName, AppKey, Moment

DenialId = NewType("DenialId", str)  # 26 characters, Crockford base 32: time first, then randomness (a ULID)


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What is kept of a presented value: a keyed hash that groups identical ones, and its length."""

    hash: str  # 16 hexadecimal digits: the first 64 bits of a MAC under a key of its own
    length: int


@dataclass(frozen=True, slots=True)
class Denial:
    """One refusal as the account's keepers may read it."""

    id: DenialId
    account: AccountName
    at: Moment
    told: Cause  # what the caller read
    findings: tuple[Finding, ...]  # the cause, then the next obstacles, for keepers
    revision: Revision  # the keyring that decided
    wanted: Wanted
    app_key: AppKey | None  # only a key of this account; an unknown one may be a token in the wrong field
    proven: bool  # whether the pair had matched
    key: Fingerprint
    token: Fingerprint
    method: str
    path: str  # without query, what may be a secret hidden
    address: str
    route: str  # method and template as the catalogue has them, or what was asked for by name; empty: neither


@dataclass(frozen=True, slots=True)
class Usage:
    """When a token last worked, and how often. Batched: a kill may lose the last seconds."""

    account: AccountName
    app_key: AppKey
    token: int  # the key's first token is 1, each renewal adds 1
    last: Moment
    count: int


@dataclass(frozen=True, slots=True)
class Use:
    """When a key last did one thing that it was allowed, and how often. Batched, as `Usage` is."""

    account: AccountName
    app_key: AppKey
    route: str  # method and template as the catalogue has them, or the resource asked for by name
    need: Needed  # what the route needed the last time
    last: Moment
    count: int


class InClear(StrEnum):
    """How a right token travelled where others could read it."""

    PLAIN = "plain_http"
    QUERY = "query"  # addresses are logged


@dataclass(frozen=True, slots=True)
class Exposure:
    """That a right token was seen in clear: it is no secret any more. Batched, as `Usage` is."""

    account: AccountName  # the key's home
    app_key: AppKey
    token: int  # the key's first token is 1, each renewal adds 1
    how: InClear
    first: Moment
    last: Moment
    count: int


@dataclass(frozen=True, slots=True)
class Told:
    """What the caller may be told of a refusal, and the id by which the account's keepers read the rest."""

    id: DenialId
    finding: Finding
