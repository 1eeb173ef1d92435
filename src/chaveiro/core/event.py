"""What can happen to an account, one value for each kind. None holds a token or a password."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from ipaddress import IPv4Network, IPv6Network

    from chaveiro.core.command import Reason
    from chaveiro.core.credential import Format
    from chaveiro.core.denial import DenialId
    from chaveiro.core.foreign import Kind
    from chaveiro.core.keyring import Role
    from chaveiro.core.names import AccountName, AppKey, Email, KeyId, Moment, Resource, RoleId


@dataclass(frozen=True, slots=True)
class AccountCreated:
    """The account exists, with its sponsor as its first user."""

    sponsor: Email
    format: Format
    https_only: bool


@dataclass(frozen=True, slots=True)
class AccountSuspended:
    """Every key is refused."""

    why: str


@dataclass(frozen=True, slots=True)
class AccountResumed:
    """Keys work again."""


@dataclass(frozen=True, slots=True)
class SettingsEdited:
    """The account decides something else for itself. None: that stays as it was."""

    format: Format | None
    https_only: bool | None
    token_days_max: int | None


@dataclass(frozen=True, slots=True)
class CatalogueImported:
    """Requests are read by this catalogue."""

    catalogue: str


@dataclass(frozen=True, slots=True)
class PredefinedRolesAdded:
    """The roles that come with a catalogue are there."""

    roles: tuple[Role, ...]


@dataclass(frozen=True, slots=True)
class SponsorInvited:
    """A user may become the sponsor until the invitation ends."""

    to: Email
    expires: Moment


@dataclass(frozen=True, slots=True)
class TransferCancelled:
    """The invitation was taken back."""

    to: Email


@dataclass(frozen=True, slots=True)
class SponsorChanged:
    """The invitation was accepted. The former sponsor stays as a user."""

    former: Email
    to: Email


@dataclass(frozen=True, slots=True)
class UserAdded:
    """A person was added."""

    email: Email
    name: str


@dataclass(frozen=True, slots=True)
class UserRemoved:
    """A person was removed, with the roles they held."""

    email: Email


@dataclass(frozen=True, slots=True)
class UserTokenGiven:
    """Somebody holds a user token of a person who did not log in; nothing changed."""

    to: Email


@dataclass(frozen=True, slots=True)
class SetUpLinkGiven:
    """Whoever has the link may choose a person's password, once."""

    to: Email
    digest: bytes = field(repr=False)
    expires: Moment


@dataclass(frozen=True, slots=True)
class PasswordSet:
    """A person has another password; an open link to choose one is used up."""

    email: Email
    password: str = field(repr=False)  # its argon2id hash


@dataclass(frozen=True, slots=True)
class RoleCreated:
    """A role exists."""

    role: RoleId
    name: str
    resources: frozenset[Resource]


@dataclass(frozen=True, slots=True)
class RoleEdited:
    """A role has another name, or gives more, or less."""

    role: RoleId
    name: str
    added: frozenset[Resource]
    removed: frozenset[Resource]


@dataclass(frozen=True, slots=True)
class RoleDeleted:
    """A role gives nothing any more; links to it are dead."""

    role: RoleId
    name: str


@dataclass(frozen=True, slots=True)
class ResourceSpread:
    """Every role that gave one resource gives another one too."""

    held: Resource
    given: Resource
    roles: tuple[RoleId, ...]


@dataclass(frozen=True, slots=True)
class UserGranted:
    """A person holds a role."""

    role: RoleId
    to: Email
    until: Moment | None


@dataclass(frozen=True, slots=True)
class UserWithdrawn:
    """A person does not hold a role any more."""

    role: RoleId
    to: Email


@dataclass(frozen=True, slots=True)
class KeyGranted:
    """A key is linked to a role."""

    role: RoleId
    to: AppKey
    until: Moment | None


@dataclass(frozen=True, slots=True)
class KeyWithdrawn:
    """A key is not linked to a role any more."""

    role: RoleId
    to: AppKey


@dataclass(frozen=True, slots=True)
class KeyIssued:
    """A pair exists, linked to no role."""

    app_key: AppKey
    id: KeyId
    digest: bytes = field(repr=False)
    label: str
    owner: str
    valid_from: Moment | None
    expires: Moment | None
    networks: tuple[IPv4Network | IPv6Network, ...]
    registered: bool


@dataclass(frozen=True, slots=True)
class KeyImported:
    """A pair of another system exists, linked to no role; its token is known by that system's digest alone."""

    app_key: AppKey
    id: KeyId
    digest: bytes = field(repr=False)
    kind: Kind
    label: str
    owner: str
    valid_from: Moment | None
    expires: Moment | None
    networks: tuple[IPv4Network | IPv6Network, ...]


@dataclass(frozen=True, slots=True)
class LeakNoted:
    """A token that works no more lies where others read it; nothing changed."""

    app_key: AppKey
    why: str  # where it lies


@dataclass(frozen=True, slots=True)
class KeyAdopted:
    """Another account's key may hold roles of this one."""

    app_key: AppKey
    home: AccountName


@dataclass(frozen=True, slots=True)
class KeyReleased:
    """Another account's key holds no role of this one any more."""

    app_key: AppKey
    home: AccountName


@dataclass(frozen=True, slots=True)
class KeyActivated:
    """A key works again."""

    app_key: AppKey


@dataclass(frozen=True, slots=True)
class KeyDeactivated:
    """A key is refused until it is activated."""

    app_key: AppKey
    why: str


@dataclass(frozen=True, slots=True)
class KeyBlocked:
    """A key is refused because others may know its token."""

    app_key: AppKey
    why: str


@dataclass(frozen=True, slots=True)
class KeyRenewed:
    """A key has a second token; both work."""

    app_key: AppKey
    digest: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class RenewalFinished:
    """The first token is retired; the second is the only one."""

    app_key: AppKey


@dataclass(frozen=True, slots=True)
class KeyDeleted:
    """A key is gone; its digests are kept, so that it can be recognised."""

    app_key: AppKey
    label: str


@dataclass(frozen=True, slots=True)
class HandoverMade:
    """Whoever has the link may read a key's new token, once."""

    app_key: AppKey
    id: str
    expires: Moment


@dataclass(frozen=True, slots=True)
class HandoverOpened:
    """The link of a hand-over was used; it does not open again."""

    app_key: AppKey
    id: str


@dataclass(frozen=True, slots=True)
class EpisodeMuted:
    """An episode of denials is not brought up any more."""

    episode: DenialId


@dataclass(frozen=True, slots=True)
class EpisodeUnmuted:
    """An episode of denials is brought up again."""

    episode: DenialId


@dataclass(frozen=True, slots=True)
class CommandRefused:
    """Somebody asked for a change and was refused; nothing changed."""

    command: str
    reason: Reason


Event: TypeAlias = (
    AccountCreated
    | AccountSuspended
    | AccountResumed
    | SettingsEdited
    | CatalogueImported
    | PredefinedRolesAdded
    | SponsorInvited
    | TransferCancelled
    | SponsorChanged
    | UserAdded
    | UserRemoved
    | UserTokenGiven
    | SetUpLinkGiven
    | PasswordSet
    | RoleCreated
    | RoleEdited
    | RoleDeleted
    | ResourceSpread
    | UserGranted
    | UserWithdrawn
    | KeyGranted
    | KeyWithdrawn
    | KeyIssued
    | KeyImported
    | LeakNoted
    | KeyAdopted
    | KeyReleased
    | KeyActivated
    | KeyDeactivated
    | KeyBlocked
    | KeyRenewed
    | RenewalFinished
    | KeyDeleted
    | HandoverMade
    | HandoverOpened
    | EpisodeMuted
    | EpisodeUnmuted
    | CommandRefused
)
