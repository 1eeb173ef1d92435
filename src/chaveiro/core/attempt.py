"""What a caller presented and what it wants, before anybody judged it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, StrEnum
from typing import TYPE_CHECKING, Final, TypeAlias

from msgspec import Struct

if TYPE_CHECKING:
    from chaveiro.core.names import AccountName, Moment, Resource

VALUE_LENGTH_MAX: Final = 1024  # longer values are refused unread


class Field(StrEnum):
    """The two values of a pair."""

    KEY = "key"
    TOKEN = "token"  # noqa: S105 - the word, not a secret


class Presented(Struct, frozen=True, gc=False):
    """One value of the pair, exactly as sent. It may be a token in the wrong field, so its repr is mute."""

    text: str = ""
    count: int = 0  # how often it was sent, every spelling of the header counted; 0: not at all

    def __repr__(self) -> str:
        """Tell how often and how long, never what."""
        return f"Presented(<{len(self.text)} characters>, count={self.count})"


NOTHING = Presented()


def presented(text: str) -> Presented:
    """Wrap a value that was sent once."""
    return Presented(text, 1)


class Carrier(Enum):
    """Where a value travelled that belongs in its own header."""

    QUERY = "query"
    OTHER_HEADER = "header"


@dataclass(frozen=True, slots=True)
class Misplaced:
    """A credential in a place where it does not belong: which value, where, under which of the names we know."""

    part: Field
    carrier: Carrier
    name: str  # one of the names listed in `wire.read`, never free text of the caller
    value: Presented = field(default=NOTHING, compare=False, repr=False)  # in a query: to know whether it was right


class Transport(Enum):
    """How the request came to the outermost server, as far as the door can tell."""

    SECURE = "https"
    PLAIN = "http"
    UNKNOWN = "unknown"


class Match(Enum):
    """How many of a need's resources a key must have."""

    ANY = "any"
    ALL = "all"


_ANY: Final = Match.ANY


@dataclass(frozen=True, slots=True)
class Need:
    """The resources a request needs. Never empty: no resource would mean that everything may be done."""

    resources: tuple[Resource, ...]
    match: Match = Match.ANY

    def __post_init__(self) -> None:
        """Refuse an empty need; raises ValueError."""
        if not self.resources:
            msg = "a need names at least one resource"
            raise ValueError(msg)

    def met_by(self, granted: frozenset[Resource]) -> bool:
        """Say whether these resources are enough."""
        if self.match is _ANY:
            return not granted.isdisjoint(self.resources)
        return granted.issuperset(self.resources)


@dataclass(frozen=True, slots=True)
class AnyRole:
    """The request needs no particular resource: any role in force is enough. Said in words, never by an empty need."""


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """The path can be read in two ways, so that gateway and backend might disagree about it."""

    part: str  # what is ambiguous, such as `//` or `%2F`


@dataclass(frozen=True, slots=True)
class NoRoute:
    """The account's catalogue has no such path."""

    method: str
    path: str  # without query, values that may be secrets hidden


@dataclass(frozen=True, slots=True)
class NoMethod:
    """The account's catalogue has the path, but not for this method."""

    method: str
    path: str
    methods: tuple[str, ...]


Needed: TypeAlias = Need | AnyRole  # what a route of the catalogue may need
Wanted: TypeAlias = Needed | Ambiguous | NoRoute | NoMethod


@dataclass(frozen=True, slots=True)
class UserToken:
    """What a user token says, its signature found to be ours. Whether it still counts, `decide` says."""

    subject: str  # whom it was given to: an appKey, or a user's e-mail address
    account: AccountName  # where it was given
    number: int  # of the key's token that it was given for, the first being 1; 0 for a user
    issued: Moment  # to the fraction of a second
    expires: Moment


class Request(Struct, frozen=True, gc=False):
    """What came in at a door, before the account's catalogue said what it needs."""

    app_key: Presented
    app_token: Presented
    method: str = ""
    target: str = ""  # path and query exactly as sent; may hold a secret
    need: Needed | None = None  # asked for by name instead of method and target
    route: str = ""  # what such a request is counted under; empty: the first resource of its need, if it has one
    address: str = ""  # the caller's own address, empty where the door cannot know it
    transport: Transport = Transport.UNKNOWN
    misplaced: tuple[Misplaced, ...] = ()
    user_token: Presented = NOTHING  # heard only where no part of a pair was sent

    def __repr__(self) -> str:
        """Tell what was presented as far as that tells itself, and nothing of the target."""
        return f"Request({self.app_key!r}, {self.app_token!r}, {self.method!r})"


class Attempt(Struct, frozen=True, gc=False):
    """What a caller presented and what it wants, before anybody judged it."""

    account: AccountName
    app_key: Presented
    app_token: Presented
    digest: bytes  # of app_token.text under the installation's pepper, 32 bytes, whatever was sent
    wanted: Wanted
    at: Moment
    address: str = ""  # the caller's own address, empty where the door cannot know it
    transport: Transport = Transport.UNKNOWN
    misplaced: tuple[Misplaced, ...] = ()
    user_token: Presented = NOTHING  # heard only where no part of a pair was sent
    claims: UserToken | None = None  # what it says; None: it is none of ours
    route: str = ""  # method and template as the catalogue has them, or what was asked for by name; for records

    @property
    def by_user_token(self) -> bool:
        """Whether the attempt stands on a user token. A pair, or a part of one, goes before it."""
        return self.user_token.count > 0 and self.app_key.count == self.app_token.count == 0
