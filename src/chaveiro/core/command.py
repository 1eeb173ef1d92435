"""What somebody may ask to change, and what they need for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

from chaveiro.core.credential import Format
from chaveiro.core.names import Resource

if TYPE_CHECKING:
    from collections.abc import Mapping
    from ipaddress import IPv4Network, IPv6Network

    from chaveiro.core.cause import Fact
    from chaveiro.core.denial import DenialId
    from chaveiro.core.foreign import Kind
    from chaveiro.core.keyring import Role
    from chaveiro.core.names import AccountName, AppKey, Email, KeyId, Moment, RoleId

_PRODUCT = "License Manager"
EDIT_API_KEYS = Resource(_PRODUCT, "EditApiKeys")
RENEW_API_TOKEN = Resource(_PRODUCT, "RenewApiToken")
VIEW_API_KEYS = Resource(_PRODUCT, "ViewApiKeys")
EDIT_API_KEYS_SETTINGS = Resource(_PRODUCT, "EditApiKeysSettings")
SAVE_USER = Resource(_PRODUCT, "Save_User")
EDIT_ADMIN_USERS = Resource(_PRODUCT, "EditAdminUsers")
VIEW_ADMIN_USERS = Resource(_PRODUCT, "ViewAdminUsers")
REMOVE_USER = Resource(_PRODUCT, "Remove_User")
SAVE_ROLE = Resource(_PRODUCT, "Create_Role")
DELETE_ROLE = Resource(_PRODUCT, "Role:Delete")
SAVE_ACCOUNT = Resource(_PRODUCT, "Save_Account")


class Authority(StrEnum):
    """Who alone may ask for a command that cannot be delegated by role."""

    OPERATOR = "operator"  # whoever runs the installation
    SPONSOR = "sponsor"
    REPORTER = "reporter"  # whoever looks for tokens that lie in the open, and is believed
    INVITEE = "invitee"  # the person the open invitation names
    ONESELF = "oneself"  # the user whom the command names
    RECIPIENT = "recipient"  # whoever has the link of the open hand-over


@dataclass(frozen=True, slots=True)
class CreateAccount:
    """Open an account with its one sponsor."""

    account: AccountName
    sponsor: Email
    format: Format = Format.NATIVE
    https_only: bool = False


@dataclass(frozen=True, slots=True)
class SuspendAccount:
    """Refuse every key of an account until it is resumed."""

    account: AccountName
    why: str = ""


@dataclass(frozen=True, slots=True)
class ResumeAccount:
    """Let an account's keys work again."""

    account: AccountName


@dataclass(frozen=True, slots=True)
class EditSettings:
    """Change what an account decides for itself. What is not given stays as it is."""

    account: AccountName
    format: Format | None = None
    https_only: bool | None = None
    token_days_max: int | None = None


@dataclass(frozen=True, slots=True)
class ImportCatalogue:
    """Replace the account's catalogue by one that was read and found whole."""

    account: AccountName
    catalogue: str  # TOML


@dataclass(frozen=True, slots=True)
class AddPredefinedRoles:
    """Take over the roles that come with a catalogue. Where the account has a role of that name, that one stays."""

    account: AccountName
    roles: tuple[Role, ...]


@dataclass(frozen=True, slots=True)
class InviteSponsor:
    """Offer the sponsorship to another user of the account. The offer ends after 72 hours."""

    account: AccountName
    to: Email


@dataclass(frozen=True, slots=True)
class CancelTransfer:
    """Take the offer back."""

    account: AccountName


@dataclass(frozen=True, slots=True)
class AcceptSponsorship:
    """Become the sponsor, as invited."""

    account: AccountName


@dataclass(frozen=True, slots=True)
class AddUser:
    """Add a person."""

    account: AccountName
    email: Email
    name: str


@dataclass(frozen=True, slots=True)
class RemoveUser:
    """Remove a person."""

    account: AccountName
    email: Email


@dataclass(frozen=True, slots=True)
class GiveUserToken:
    """Hand out a user token of a person who did not log in. Nothing changes; that it was done is kept."""

    account: AccountName
    to: Email


@dataclass(frozen=True, slots=True)
class GiveSetUpLink:
    """Give a person a link by which they choose a password, in place of a former one. It ends after 72 hours."""

    account: AccountName
    to: Email
    digest: bytes = field(repr=False)  # of the link's secret, which is shown once


@dataclass(frozen=True, slots=True)
class TakeSetUpLink:
    """Choose a password by such a link, which works once."""

    account: AccountName
    email: Email
    digest: bytes = field(repr=False)
    password: str = field(repr=False)  # its argon2id hash, never the password itself


@dataclass(frozen=True, slots=True)
class ChangePassword:
    """Choose another password."""

    account: AccountName
    email: Email
    password: str = field(repr=False)  # likewise


@dataclass(frozen=True, slots=True)
class CreateRole:
    """Make a role out of resources."""

    account: AccountName
    name: str
    resources: frozenset[Resource]


@dataclass(frozen=True, slots=True)
class EditRole:
    """Rename a role, add resources to it, take resources from it."""

    account: AccountName
    role: RoleId
    name: str | None = None
    add: frozenset[Resource] = frozenset()
    remove: frozenset[Resource] = frozenset()


@dataclass(frozen=True, slots=True)
class DeleteRole:
    """Delete a role. Whoever held it holds a dead link that gives nothing."""

    account: AccountName
    role: RoleId


@dataclass(frozen=True, slots=True)
class SpreadResource:
    """Add a resource to every role that holds another one, predefined roles too: for a resource that was split."""

    account: AccountName
    held: Resource
    given: Resource


@dataclass(frozen=True, slots=True)
class GrantToUser:
    """Give a role to a person."""

    account: AccountName
    role: RoleId
    to: Email
    until: Moment | None = None


@dataclass(frozen=True, slots=True)
class WithdrawFromUser:
    """Take a role from a person."""

    account: AccountName
    role: RoleId
    to: Email


@dataclass(frozen=True, slots=True)
class GrantToKey:
    """Link a key to a role."""

    account: AccountName
    role: RoleId
    to: AppKey
    until: Moment | None = None


@dataclass(frozen=True, slots=True)
class WithdrawFromKey:
    """Unlink a key from a role."""

    account: AccountName
    role: RoleId
    to: AppKey


@dataclass(frozen=True, slots=True)
class IssueKey:
    """Keep a new pair, linked to no role. It was minted by the caller, who shows the token once."""

    account: AccountName
    app_key: AppKey
    id: KeyId
    digest: bytes = field(repr=False)
    label: str
    owner: str = ""
    valid_from: Moment | None = None
    expires: Moment | None = None
    networks: tuple[IPv4Network | IPv6Network, ...] = ()
    registered: bool = False  # the pair was made elsewhere and typed in by hand


@dataclass(frozen=True, slots=True)
class ImportKey:
    """Keep a pair of another system, whose token is known by that system's digest alone."""

    account: AccountName
    app_key: AppKey
    id: KeyId
    digest: bytes = field(repr=False)  # as `Foreign.kept` makes it of the other system's
    kind: Kind
    label: str
    owner: str = ""
    valid_from: Moment | None = None
    expires: Moment | None = None
    networks: tuple[IPv4Network | IPv6Network, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportLeak:
    """Say that a token lies where others read it. One that works is blocked, any other is noted."""

    account: AccountName
    app_key: AppKey
    digest: bytes = field(repr=False)
    why: str = ""  # where it lies


@dataclass(frozen=True, slots=True)
class ActivateKey:
    """Let a deactivated or blocked key work again."""

    account: AccountName
    app_key: AppKey


@dataclass(frozen=True, slots=True)
class DeactivateKey:
    """Refuse a key until it is activated again."""

    account: AccountName
    app_key: AppKey
    why: str = ""


@dataclass(frozen=True, slots=True)
class BlockKey:
    """Refuse a key because its token may be known to others."""

    account: AccountName
    app_key: AppKey
    why: str = ""


@dataclass(frozen=True, slots=True)
class RenewKey:
    """Give a key a second token; both work until the renewal is finished."""

    account: AccountName
    app_key: AppKey
    digest: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class FinishRenewal:
    """Retire the first token; only the second works from then on."""

    account: AccountName
    app_key: AppKey


@dataclass(frozen=True, slots=True)
class DeleteKey:
    """Delete a key for good."""

    account: AccountName
    app_key: AppKey


@dataclass(frozen=True, slots=True)
class AdoptKey:
    """Let another account's key hold roles of this one. Its token and its state remain its home's affair."""

    account: AccountName
    app_key: AppKey
    home: AccountName | None  # None: no account has such a key


@dataclass(frozen=True, slots=True)
class HandOver:
    """Let whoever has the link read a key's new token once, in place of a former offer. It ends after 24 hours."""

    account: AccountName
    app_key: AppKey
    id: str  # 32 hexadecimal digits, made up by the caller


@dataclass(frozen=True, slots=True)
class OpenHandover:
    """Use up such an offer."""

    account: AccountName
    app_key: AppKey
    id: str


@dataclass(frozen=True, slots=True)
class MuteEpisode:
    """Let an episode of denials count without being brought up."""

    account: AccountName
    episode: DenialId


@dataclass(frozen=True, slots=True)
class UnmuteEpisode:
    """Bring an episode up again."""

    account: AccountName
    episode: DenialId


AccountCommand: TypeAlias = (
    SuspendAccount
    | ResumeAccount
    | EditSettings
    | ImportCatalogue
    | AddPredefinedRoles
    | InviteSponsor
    | CancelTransfer
    | AcceptSponsorship
)
UserCommand: TypeAlias = AddUser | RemoveUser | GiveUserToken | GrantToUser | WithdrawFromUser
PasswordCommand: TypeAlias = GiveSetUpLink | TakeSetUpLink | ChangePassword
RoleCommand: TypeAlias = CreateRole | EditRole | DeleteRole | SpreadResource
KeyCommand: TypeAlias = (
    IssueKey
    | ImportKey
    | AdoptKey
    | ActivateKey
    | DeactivateKey
    | BlockKey
    | RenewKey
    | FinishRenewal
    | DeleteKey
    | GrantToKey
    | WithdrawFromKey
)
LeakCommand: TypeAlias = ReportLeak
HandoverCommand: TypeAlias = HandOver | OpenHandover
EpisodeCommand: TypeAlias = MuteEpisode | UnmuteEpisode
Existing: TypeAlias = (  # about an account that exists
    AccountCommand
    | UserCommand
    | PasswordCommand
    | RoleCommand
    | KeyCommand
    | LeakCommand
    | HandoverCommand
    | EpisodeCommand
)
Command: TypeAlias = CreateAccount | Existing

# Who may ask: one person alone, or the sponsor and everyone whose roles hold one of these resources.
NEEDS: Mapping[type[Command], Authority | tuple[Resource, ...]] = {
    CreateAccount: Authority.OPERATOR,
    SuspendAccount: Authority.OPERATOR,
    ResumeAccount: Authority.OPERATOR,
    EditSettings: (EDIT_API_KEYS_SETTINGS, SAVE_ACCOUNT),
    ImportCatalogue: (SAVE_ACCOUNT, EDIT_API_KEYS_SETTINGS),
    AddPredefinedRoles: (SAVE_ACCOUNT, EDIT_API_KEYS_SETTINGS),
    InviteSponsor: Authority.SPONSOR,
    CancelTransfer: Authority.SPONSOR,
    AcceptSponsorship: Authority.INVITEE,
    AddUser: (SAVE_USER, EDIT_ADMIN_USERS),
    RemoveUser: (SAVE_USER, REMOVE_USER, EDIT_ADMIN_USERS),
    GiveUserToken: Authority.OPERATOR,
    GiveSetUpLink: (SAVE_USER, EDIT_ADMIN_USERS),
    TakeSetUpLink: Authority.ONESELF,
    ChangePassword: Authority.ONESELF,
    CreateRole: (SAVE_ROLE,),
    EditRole: (SAVE_ROLE,),
    DeleteRole: (DELETE_ROLE,),
    SpreadResource: (SAVE_ROLE,),
    GrantToUser: (SAVE_USER, EDIT_ADMIN_USERS),
    WithdrawFromUser: (SAVE_USER, EDIT_ADMIN_USERS),
    GrantToKey: (EDIT_API_KEYS, SAVE_USER),
    WithdrawFromKey: (EDIT_API_KEYS, SAVE_USER),
    IssueKey: (EDIT_API_KEYS, SAVE_USER),
    ImportKey: (EDIT_API_KEYS, SAVE_USER),
    ReportLeak: Authority.REPORTER,
    AdoptKey: (EDIT_API_KEYS,),
    ActivateKey: (EDIT_API_KEYS, SAVE_USER),
    DeactivateKey: (EDIT_API_KEYS, SAVE_USER),
    BlockKey: (EDIT_API_KEYS,),
    RenewKey: (RENEW_API_TOKEN, EDIT_API_KEYS),
    FinishRenewal: (RENEW_API_TOKEN, EDIT_API_KEYS),
    DeleteKey: (EDIT_API_KEYS,),
    HandOver: (EDIT_API_KEYS, RENEW_API_TOKEN, SAVE_USER),
    OpenHandover: Authority.RECIPIENT,
    MuteEpisode: (VIEW_API_KEYS, EDIT_API_KEYS, RENEW_API_TOKEN),
    UnmuteEpisode: (VIEW_API_KEYS, EDIT_API_KEYS, RENEW_API_TOKEN),
}


class Reason(StrEnum):
    """Why a command is refused. Public like a cause: never renamed, never reused."""

    ACCOUNT_EXISTS = "account_exists"
    ACCOUNT_UNKNOWN = "account_unknown"
    NOT_OPERATOR = "not_operator"
    NOT_REPORTER = "not_reporter"
    NOT_SPONSOR = "not_sponsor"
    NOT_INVITED = "not_invited"
    NOT_DELEGATED = "not_delegated"
    NOT_ONESELF = "not_oneself"
    BEYOND_OWN_ROLES = "beyond_own_roles"
    BEYOND_OWN_TIME = "beyond_own_time"
    ALREADY_SO = "already_so"
    USER_EXISTS = "user_exists"
    USER_UNKNOWN = "user_unknown"
    SPONSOR_STAYS = "sponsor_stays"
    SET_UP_INVALID = "set_up_invalid"
    TRANSFER_OPEN = "transfer_open"
    TRANSFER_NOT_OPEN = "transfer_not_open"
    TRANSFER_EXPIRED = "transfer_expired"
    ROLE_UNKNOWN = "role_unknown"
    ROLE_DELETED = "role_deleted"
    ROLE_NAME_TAKEN = "role_name_taken"
    ROLE_HELD = "role_held"
    ROLE_NOT_HELD = "role_not_held"
    RESOURCE_NOT_IN_ROLE = "resource_not_in_role"
    ROLE_PREDEFINED = "role_predefined"
    KEY_EXISTS = "key_exists"
    KEY_UNKNOWN = "key_unknown"
    KEY_NOWHERE = "key_nowhere"
    KEY_DELETED = "key_deleted"
    KEY_BLOCKED = "key_blocked"
    KEY_EXTERNAL = "key_external"
    PAIR_MALFORMED = "pair_malformed"
    RENEWAL_OPEN = "renewal_open"
    RENEWAL_NOT_OPEN = "renewal_not_open"
    HANDOVER_INVALID = "handover_invalid"
    MOMENT_PASSED = "moment_passed"
    NEVER_VALID = "never_valid"
    DAYS_OUT_OF_RANGE = "days_out_of_range"
    CATALOGUE_MALFORMED = "catalogue_malformed"


# What anybody on the network may bring about, knowing nothing: it is not kept, as a flood fills nothing.
OF_STRANGERS = frozenset({Reason.SET_UP_INVALID, Reason.HANDOVER_INVALID})


@dataclass(frozen=True, slots=True)
class Refusal:
    """A command that was not carried out, and why. A value: nothing was changed."""

    reason: Reason
    facts: Mapping[str, Fact] = field(default_factory=dict)
