"""One account at one revision, immutable: all that a decision or a plan may know."""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass, field, replace
from enum import Enum, StrEnum
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, ClassVar, Final, NamedTuple

from msgspec import Struct, structs

from chaveiro.core.credential import DIGEST_BYTES, Format
from chaveiro.core.foreign import Kind
from chaveiro.core.names import AppKey, Email, NameMalformed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from ipaddress import IPv4Network, IPv6Network

    from chaveiro.core.attempt import UserToken
    from chaveiro.core.decision import Grounds
    from chaveiro.core.denial import DenialId
    from chaveiro.core.names import AccountName, KeyId, Moment, Resource, RoleId


class Revision(NamedTuple):
    """A point in the one order of all changes. Compare only within an epoch; a restore begins a new one."""

    epoch: str  # 8 hexadecimal digits
    seq: int

    def __str__(self) -> str:
        return f"{self.epoch}.{self.seq}"

    @classmethod
    def read(cls, text: str) -> Revision:
        """What `str` wrote. Raises NameMalformed for anything else, be it one blank away."""
        found = REVISION.fullmatch(text)
        if found is None:
            raise NameMalformed("a revision is such as `5e0fa3c1.118`, as an answer told it")
        return cls(found[1], int(found[2]))


REVISION = re.compile(r"([0-9a-f]{8})\.(0|[1-9][0-9]{0,17})")  # as many digits as every database can count


class ActorKind(Enum):
    """Who may ask for a change."""

    OPERATOR = "operator"  # whoever runs the installation
    USER = "user"
    KEY = "key"
    REPORTER = "reporter"  # who finds tokens in the open; named so that nobody takes it for a user


REPORTER = "reporter "  # before the name of one, which no user's and no key's begins with


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks for a change, and through which door."""

    kind: ActorKind
    name: str  # e-mail address, appKey, or the operating system's name of the operator
    via: str = ""  # such as `cli`


@dataclass(frozen=True, slots=True)
class Mark:
    """When something happened, by whom and, where they said so, why."""

    at: Moment
    by: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Role:
    """A set of resources with a name. A deleted role keeps its number, gives nothing, and can still be explained."""

    id: RoleId
    name: str
    resources: frozenset[Resource]
    deleted: Mark | None = None
    predefined: bool = False  # it came with the catalogue: nobody renames, edits or deletes it


@dataclass(frozen=True, slots=True)
class Grant:
    """A role given to a user or a key. It counts only while its role lives and only in the role's own account."""

    role: RoleId
    account: AccountName  # whose role it is
    given: Mark
    until: Moment | None = None


@dataclass(frozen=True, slots=True)
class SetUp:
    """An open link by which a person chooses a password. Its secret is kept as a digest."""

    digest: bytes = field(repr=False)
    given: Mark
    expires: Moment

    def opens(self, digest: bytes, at: Moment) -> bool:
        """Say whether a secret with this digest opens it at a moment."""
        return hmac.compare_digest(self.digest, digest) and at < self.expires


@dataclass(frozen=True, slots=True)
class User:
    """A person of the account. Their password is theirs in this account alone."""

    email: Email
    name: str
    added: Mark
    grants: tuple[Grant, ...] = ()
    password: str = field(default="", repr=False)  # its argon2id hash as PHC text; empty: never set
    password_set: Mark | None = None
    set_up: SetUp | None = None


@dataclass(frozen=True, slots=True)
class Retired:
    """A token that once worked: kept as a digest, so that it can be told from one that never did."""

    digest: bytes = field(repr=False)
    retired: Mark


@dataclass(frozen=True, slots=True)
class Home:
    """The account that an external key belongs to. What it decides about the key holds everywhere."""

    account: AccountName
    suspended: Mark | None = None


@dataclass(frozen=True, slots=True)
class Handover:
    """An open offer to read a key's new token once. The sealed token is kept elsewhere, and so is what opens it."""

    id: str  # 32 hexadecimal digits
    made: Mark
    expires: Moment

    def opens(self, id: str, at: Moment) -> bool:  # noqa: A002 - what it is
        """Say whether this id opens it at a moment."""
        same = hmac.compare_digest(self.id.encode(), id.encode("utf-8", "surrogatepass"))
        return same and at < self.expires


TERMS_SHARED_MAX: Final = 10_000
NO_DIGEST = bytes(DIGEST_BYTES)  # no BLAKE2b digest equals it
NATIVE = Kind("")  # a digest that was made here of the token itself


class Terms(Struct, frozen=True, gc=False, eq=False):
    """On what a key is judged once its token has matched, as far as it does not stand in the key alone.

    Keys that agree in it share one, and are told apart by it no more.
    """

    links: tuple[tuple[RoleId, AccountName, Moment | None], ...]  # its roles, whose they are, and when they end
    restrained: bool
    bound: bool  # to networks
    away: bool  # its home is suspended


_terms = lru_cache(maxsize=TERMS_SHARED_MAX)(Terms)
NO_TERMS: Final = _terms((), False, False, False)  # noqa: FBT003 - in their order


class Key(Struct, frozen=True, gc=False, eq=False):
    """A pair's public half and all that is kept of its secret half.

    A million of them cost the collector nothing. Its repr shows no digest.
    """

    DERIVED: ClassVar = frozenset({"terms"})  # whatever is given for it

    app_key: AppKey
    id: KeyId
    label: str
    created: Mark
    digest: bytes
    next_digest: bytes = NO_DIGEST  # of the second token while a renewal is open
    token_created: Mark | None = None  # of the current token; None: made with the key
    next_created: Mark | None = None  # of the second token while a renewal is open
    grants: tuple[Grant, ...] = ()
    inactive: Mark | None = None
    blocked: Mark | None = None
    valid_from: Moment | None = None
    expires: Moment | None = None
    networks: tuple[IPv4Network | IPv6Network, ...] = ()  # empty: from anywhere
    owner: str = ""  # who looks after the integration, in words
    registered: bool = False  # by hand: the pair was not made here
    kind: Kind = NATIVE  # of the digest of its current token, where another system made that
    retired: tuple[Retired, ...] = ()
    home: Home | None = None  # whose key it is, where this account only gives it roles
    handover: Handover | None = None
    terms: Terms = NO_TERMS  # from all that decides once the token matched

    def __post_init__(self) -> None:
        """Share the terms with all keys that have the same."""
        links = tuple([(grant.role, grant.account, grant.until) for grant in self.grants])
        away = self.home is not None and self.home.suspended is not None
        structs.force_setattr(self, "terms", _terms(links, self.restrained, bool(self.networks), away))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Key) and structs.astuple(self)[:-1] == structs.astuple(other)[:-1]

    def __ne__(self, other: object) -> bool:  # the one of structs would ask whether it is the same object
        return not self == other

    def __hash__(self) -> int:
        return hash(self.app_key)

    def __repr__(self) -> str:
        shown = (name for name in self.__struct_fields__ if name not in {"digest", "next_digest", "terms"})
        return f"Key({', '.join(f'{name}={getattr(self, name)!r}' for name in shown)})"

    @property
    def restrained(self) -> bool:
        """Whether people stopped it, or it has a first moment or a last."""
        stopped = self.blocked is not None or self.inactive is not None
        return stopped or self.valid_from is not None or self.expires is not None

    @property
    def live_tokens(self) -> tuple[int, ...]:
        """The numbers of the tokens that work: the first a key ever had is 1, each renewal adds 1."""
        current = len(self.retired) + 1
        return (current, current + 1) if self.renewing else (current,)

    @property
    def renewing(self) -> bool:
        """Whether a second token is live besides the first."""
        return self.next_created is not None

    @property
    def leaked(self) -> bool:
        """Whether it is blocked because somebody found its token in the open."""
        return self.blocked is not None and self.blocked.by.startswith(REPORTER)

    def in_force(self, at: Moment) -> bool:
        """Whether people left it alone, its home too, and whether it is its time."""
        away = self.home is not None and self.home.suspended is not None
        begun = self.valid_from is None or at >= self.valid_from
        return not (self.blocked or self.inactive or away) and begun and (self.expires is None or at < self.expires)


@dataclass(frozen=True, slots=True)
class ExternalKey:
    """Another account's key to which this account gives roles of its own, and nothing else."""

    app_key: AppKey
    home: AccountName
    added: Mark
    grants: tuple[Grant, ...] = ()


@dataclass(frozen=True, slots=True)
class Tombstone:
    """What is kept of a deleted key."""

    app_key: AppKey
    id: KeyId
    label: str
    deleted: Mark
    digests: tuple[bytes, ...] = field(repr=False)  # every token it ever had


@dataclass(frozen=True, slots=True)
class Transfer:
    """An invitation to become the sponsor."""

    to: Email
    invited: Mark
    expires: Moment


class Part(StrEnum):
    """What an account consists of, as far as it decides about anything."""

    ACCOUNT = "account"  # its own settings, sponsor and state
    USER = "user"
    ROLE = "role"
    KEY = "key"
    EXTERNAL_KEY = "external_key"


class Damaged(NamedTuple):
    """A part of an account that is kept otherwise than it was written. Nobody knows what it was: it gives nothing."""

    part: Part
    name: str  # as it is kept; it may be anything


MUTED_MAX = 1000  # episodes of an account; the one that was muted first is forgotten


@dataclass(frozen=True, slots=True)
class Keyring:
    """One account at one revision, immutable."""

    account: AccountName
    revision: Revision
    sponsor: Email
    created: Mark
    format: Format = Format.NATIVE
    https_only: bool = False
    suspended: Mark | None = None
    transfer: Transfer | None = None
    catalogue: str = ""  # the account's catalogue as it was imported, TOML
    users: Mapping[Email, User] = field(default_factory=dict)
    roles: Mapping[RoleId, Role] = field(default_factory=dict)
    keys: Mapping[AppKey, Key] = field(default_factory=dict)
    tombstones: Mapping[AppKey, Tombstone] = field(default_factory=dict)
    external: Mapping[AppKey, ExternalKey] = field(default_factory=dict)
    muted: Mapping[DenialId, Mark] = field(default_factory=dict)  # episodes that nobody needs to hear of
    damaged: frozenset[Damaged] = frozenset()  # left out of what stands above; of a role, its number is left
    token_days_max: int | None = None  # after which a token is called old; None: as the installation is set
    # The kinds of digest that its keys have besides ours. None is missing; one may stand that no key has any more.
    foreign: frozenset[Kind] = field(default=frozenset(), compare=False)
    # What a set of roles gives, merged once and shared by all who hold that set. Derived from `roles` alone.
    _merged: dict[tuple[RoleId, ...], frozenset[Resource]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    # What keys with the same terms are judged on, worked out by `decide` when it first sees one of them.
    grounds: dict[Terms, Grounds] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def homes(self) -> tuple[AccountName, ...]:
        """The accounts whose keys this one adopted."""
        return tuple(sorted({one.home for one in self.external.values()}))

    @property
    def living_roles(self) -> tuple[Role, ...]:
        """The roles that nobody deleted."""
        return tuple(role for role in self.roles.values() if role.deleted is None)

    def joined(self, homes: Mapping[AccountName, Keyring]) -> Keyring:
        """This account with its external keys among its own: tokens and state from their homes, roles from here.

        A key that its home has no more, or whose home is not given, is left out, and so is refused.
        """
        guests = {
            one.app_key: _guest(homes[one.home].keys[one.app_key], homes[one.home], one.grants)
            for one in self.external.values()
            if one.home in homes and one.app_key in homes[one.home].keys
        }
        foreign = self.foreign.union(*(home.foreign for home in homes.values()))
        return replace(self, keys={**self.keys, **guests}, foreign=foreign) if guests else self

    def in_force(self, grants: Iterable[Grant], at: Moment) -> tuple[RoleId, ...]:
        """The roles that these grants give at a moment: alive, of this account, not past their end."""
        return tuple(
            grant.role
            for grant in grants
            if grant.account == self.account
            and (grant.until is None or at < grant.until)
            and grant.role in self.roles
            and self.roles[grant.role].deleted is None
        )

    def resources_of(self, roles: tuple[RoleId, ...]) -> frozenset[Resource]:
        """Everything these roles give together. Roles add up; nothing subtracts."""
        merged = self._merged.get(roles)
        if merged is None:
            merged = frozenset(chain.from_iterable(self.roles[role].resources for role in roles))
            self._merged[roles] = merged
        return merged

    def bearer(self, claims: UserToken) -> Key | User | None:
        """Whom a user token of ours stands for now. None: gone since, or the token it was given for was retired."""
        if key := self.keys.get(AppKey(claims.subject)):
            return key if claims.number in key.live_tokens else None
        user = self.users.get(Email(claims.subject))
        return user if user and claims.issued >= user.added.at else None  # whoever was added anew begins anew

    def may(self, actor: Actor, resources: Iterable[Resource], at: Moment) -> bool:
        """Say whether an actor has at least one of these resources in this account; the sponsor has every one."""
        return not self.held_by(actor, at).isdisjoint(resources) or self.is_sponsor(actor)

    def held_by(self, actor: Actor, at: Moment) -> frozenset[Resource]:
        """The resources that an actor's roles give it in this account. A key that is refused holds none.

        An external key is one of the account's only where it is joined: alone, nobody knows what its home decided.
        """
        grants: tuple[Grant, ...] = ()
        if actor.kind is ActorKind.USER and (user := self.users.get(Email(actor.name))):
            grants = user.grants
        elif actor.kind is ActorKind.KEY:
            key = self.keys.get(AppKey(actor.name))
            grants = key.grants if key and key.in_force(at) else ()
        return self.resources_of(self.in_force(grants, at))

    def is_sponsor(self, actor: Actor) -> bool:
        """Say whether this is the account's one sponsor, as far as anybody knows who that is."""
        named = actor.kind is ActorKind.USER and actor.name == self.sponsor
        return named and not (self.damaged and Damaged(Part.USER, actor.name) in self.damaged)


def _guest(key: Key, home: Keyring, grants: tuple[Grant, ...]) -> Key:
    """A key as it counts in an account that adopted it. Who did what at its home is that account's own affair."""
    return structs.replace(
        key,
        label=key.app_key,
        owner="",
        grants=grants,
        created=_foreign(key.created, home.account),
        token_created=key.token_created and _foreign(key.token_created, home.account),
        next_created=key.next_created and _foreign(key.next_created, home.account),
        inactive=key.inactive and _foreign(key.inactive, home.account),
        blocked=key.blocked and _foreign(key.blocked, home.account),
        retired=tuple(replace(old, retired=_foreign(old.retired, home.account)) for old in key.retired),
        home=Home(home.account, home.suspended and _foreign(home.suspended, home.account)),
        handover=None,
    )


def _foreign(mark: Mark, home: AccountName) -> Mark:
    return Mark(mark.at, f"account {home}")
