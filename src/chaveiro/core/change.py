"""One event of one account, and the keyring that follows from it.

A change is the audit entry and the message to other nodes, and it holds no token.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, assert_never

from msgspec import structs

from chaveiro.core.command import (
    ActivateKey,
    DeactivateKey,
    GrantToKey,
    ImportKey,
    IssueKey,
    WithdrawFromKey,
)
from chaveiro.core.event import (
    AccountCreated,
    AccountResumed,
    AccountSuspended,
    CatalogueImported,
    CommandRefused,
    EpisodeMuted,
    EpisodeUnmuted,
    HandoverMade,
    HandoverOpened,
    KeyActivated,
    KeyAdopted,
    KeyBlocked,
    KeyDeactivated,
    KeyDeleted,
    KeyGranted,
    KeyImported,
    KeyIssued,
    KeyReleased,
    KeyRenewed,
    KeyWithdrawn,
    LeakNoted,
    PasswordSet,
    PredefinedRolesAdded,
    RenewalFinished,
    ResourceSpread,
    RoleCreated,
    RoleDeleted,
    RoleEdited,
    SettingsEdited,
    SetUpLinkGiven,
    SponsorChanged,
    SponsorInvited,
    TransferCancelled,
    UserAdded,
    UserGranted,
    UserRemoved,
    UserTokenGiven,
    UserWithdrawn,
)
from chaveiro.core.keyring import (
    MUTED_MAX,
    NATIVE,
    NO_DIGEST,
    Actor,
    ExternalKey,
    Grant,
    Handover,
    Key,
    Keyring,
    Mark,
    Retired,
    Revision,
    Role,
    SetUp,
    Tombstone,
    Transfer,
    User,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from chaveiro.core.command import KeyCommand
    from chaveiro.core.event import Event
    from chaveiro.core.foreign import Kind
    from chaveiro.core.names import AccountName, AppKey, Email, Moment, Resource, RoleId


@dataclass(frozen=True, slots=True)
class Change:
    """One event of one account: when, by whom, what."""

    account: AccountName
    at: Moment
    by: Actor
    event: Event

    @property
    def mark(self) -> Mark:
        """When and by whom, as keyrings remember it."""
        return Mark(self.at, self.by.name, getattr(self.event, "why", ""))


def after(keyring: Keyring | None, change: Change, revision: Revision) -> Keyring:
    """The keyring that follows from *change*, which was committed as *revision*. None: before the account existed."""
    if isinstance(change.event, AccountCreated):
        return _opened(change, change.event, revision)
    if keyring is None:
        msg = f"account `{change.account}` begins with another change than its creation"
        raise ValueError(msg)
    return replace(_applied(keyring, change), revision=revision)


ABOUT_ONE_KEY = (KeyIssued, KeyImported, KeyActivated, KeyDeactivated, KeyGranted, KeyWithdrawn)


def after_each(keyring: Keyring, committed: Sequence[tuple[Change, Revision]]) -> Keyring:
    """What `after` gives one by one, for changes that are each about one key of the account's own, or about none.

    The other keys are copied once, and not for each of many changes.
    """
    named = (key_named(change.event) for change, _ in committed if not isinstance(change.event, CommandRefused))
    following = replace(keyring, keys=few(keyring, named))
    for change, revision in committed:
        following = after(following, change, revision)
    return replace(following, keys={**keyring.keys, **following.keys})


def few(keyring: Keyring, named: Iterable[AppKey]) -> dict[AppKey, Key]:
    """The account's own keys of these names, as far as there are any."""
    return {app_key: keyring.keys[app_key] for app_key in named if app_key in keyring.keys}


def key_named(event: Event | KeyCommand) -> AppKey:
    """Which key an event or command is about. Raises ValueError for one that is about none, or deletes it."""
    match event:
        case KeyGranted(to=app_key) | KeyWithdrawn(to=app_key) | GrantToKey(to=app_key) | WithdrawFromKey(to=app_key):
            return app_key
        case KeyIssued(app_key) | KeyImported(app_key) | KeyActivated(app_key) | KeyDeactivated(app_key):
            return app_key
        case (
            IssueKey(app_key=app_key)
            | ImportKey(app_key=app_key)
            | ActivateKey(app_key=app_key)
            | DeactivateKey(app_key=app_key)
        ):
            return app_key
        case _:
            msg = f"`{type(event).__name__}` is not about one key"
            raise ValueError(msg)


def _opened(change: Change, event: AccountCreated, revision: Revision) -> Keyring:
    sponsor = User(event.sponsor, event.sponsor, change.mark)
    return Keyring(
        account=change.account,
        revision=revision,
        sponsor=event.sponsor,
        created=change.mark,
        format=event.format,
        https_only=event.https_only,
        users={event.sponsor: sponsor},
    )


def _applied(keyring: Keyring, change: Change) -> Keyring:  # noqa: C901, PLR0915 - one case per event
    mark = change.mark
    match change.event:
        case AccountCreated() | CommandRefused() | UserTokenGiven() | LeakNoted():
            return keyring
        case AccountSuspended():
            return replace(keyring, suspended=mark)
        case AccountResumed():
            return replace(keyring, suspended=None)
        case SettingsEdited() as edited:
            return _set(keyring, edited)
        case CatalogueImported(catalogue):
            return replace(keyring, catalogue=catalogue)
        case PredefinedRolesAdded(roles):
            every = {**keyring.roles, **{role.id: role for role in roles}}
            return replace(keyring, roles={number: every[number] for number in sorted(every)})
        case SponsorInvited(to, expires):
            return _without_link(replace(keyring, transfer=Transfer(to, mark, expires)), to)
        case TransferCancelled():
            return replace(keyring, transfer=None)
        case SponsorChanged(_, to):
            return _without_link(replace(keyring, sponsor=to, transfer=None), to)
        case UserAdded(email, name):
            return _with_user(keyring, User(email, name, mark))
        case UserRemoved(email):
            invited = keyring.transfer is not None and keyring.transfer.to == email
            users = {one: user for one, user in keyring.users.items() if one != email}
            return replace(keyring, users=users, transfer=None if invited else keyring.transfer)
        case SetUpLinkGiven(to, digest, expires):
            return _with_user(keyring, replace(keyring.users[to], set_up=SetUp(digest, mark, expires)))
        case PasswordSet(email, password):
            known = keyring.users[email]
            return _with_user(keyring, replace(known, password=password, password_set=mark, set_up=None))
        case RoleCreated(role, name, resources):
            return _with_role(keyring, Role(role, name, resources))
        case RoleEdited(role, name, added, removed):
            old = keyring.roles[role]
            return _with_role(keyring, replace(old, name=name, resources=(old.resources | added) - removed))
        case RoleDeleted(role):
            return _with_role(keyring, replace(keyring.roles[role], deleted=mark))
        case ResourceSpread(_, given, roles):
            return replace(keyring, roles={**keyring.roles, **_spread(keyring, given, roles)})
        case UserGranted(role, to, until):
            user = keyring.users[to]
            grants = _with_grant(user.grants, Grant(role, keyring.account, mark, until))
            return _with_user(keyring, replace(user, grants=grants))
        case UserWithdrawn(role, to):
            user = keyring.users[to]
            return _with_user(keyring, replace(user, grants=_without_grant(user.grants, role)))
        case KeyGranted(role, to, until):
            grant = Grant(role, keyring.account, mark, until)
            return _with_grants(keyring, to, lambda grants: _with_grant(grants, grant))
        case KeyWithdrawn(role, to):
            return _with_grants(keyring, to, lambda grants: _without_grant(grants, role))
        case KeyIssued() as issued:
            return _with_key(keyring, _issued(issued, mark, registered=issued.registered))
        case KeyImported() as imported:
            held = replace(keyring, foreign=keyring.foreign | {imported.kind})
            return _with_key(held, _issued(imported, mark, registered=True, kind=imported.kind))
        case KeyAdopted(app_key, home):
            return replace(keyring, external={**keyring.external, app_key: ExternalKey(app_key, home, mark)})
        case KeyReleased(app_key):
            return _released(keyring, app_key)
        case KeyActivated(app_key):
            return _with_key(keyring, structs.replace(keyring.keys[app_key], inactive=None, blocked=None))
        case KeyDeactivated(app_key):
            return _with_key(keyring, structs.replace(keyring.keys[app_key], inactive=mark))
        case KeyBlocked(app_key):
            return _with_key(keyring, structs.replace(keyring.keys[app_key], blocked=mark))
        case KeyRenewed(app_key, digest):
            key = structs.replace(keyring.keys[app_key], next_digest=digest, next_created=mark, handover=None)
            return _with_key(keyring, key)
        case RenewalFinished(app_key):
            return _with_key(keyring, _renewed(keyring.keys[app_key], mark))
        case KeyDeleted(app_key):
            return _buried(keyring, app_key, mark)
        case HandoverMade(app_key, id_, expires):
            return _with_key(keyring, structs.replace(keyring.keys[app_key], handover=Handover(id_, mark, expires)))
        case HandoverOpened(app_key):
            return _with_key(keyring, structs.replace(keyring.keys[app_key], handover=None))
        case EpisodeMuted(episode):
            newest = [*keyring.muted.items(), (episode, mark)][-MUTED_MAX:]
            return replace(keyring, muted=dict(newest))
        case EpisodeUnmuted(episode):
            return replace(keyring, muted={one: kept for one, kept in keyring.muted.items() if one != episode})
        case _ as never:
            assert_never(never)


def _set(keyring: Keyring, edited: SettingsEdited) -> Keyring:
    return replace(
        keyring,
        format=keyring.format if edited.format is None else edited.format,
        https_only=keyring.https_only if edited.https_only is None else edited.https_only,
        token_days_max=keyring.token_days_max if edited.token_days_max is None else edited.token_days_max,
    )


def _spread(keyring: Keyring, given: Resource, roles: tuple[RoleId, ...]) -> dict[RoleId, Role]:
    olds = (keyring.roles[role] for role in roles)
    return {old.id: replace(old, resources=old.resources | {given}) for old in olds}


def _issued(event: KeyIssued | KeyImported, mark: Mark, *, registered: bool, kind: Kind = NATIVE) -> Key:
    return Key(
        app_key=event.app_key,
        id=event.id,
        label=event.label,
        created=mark,
        digest=event.digest,
        valid_from=event.valid_from,
        expires=event.expires,
        networks=event.networks,
        owner=event.owner,
        registered=registered,
        kind=kind,
    )


def _renewed(key: Key, mark: Mark) -> Key:
    return structs.replace(
        key,
        kind=NATIVE,
        digest=key.next_digest,
        token_created=key.next_created,
        next_digest=NO_DIGEST,
        next_created=None,
        retired=(*key.retired, Retired(key.digest, mark)),
    )


def _buried(keyring: Keyring, app_key: AppKey, mark: Mark) -> Keyring:
    key = keyring.keys[app_key]
    live = (key.digest, key.next_digest) if key.renewing else (key.digest,)
    digests = (*(old.digest for old in key.retired), *live)
    stone = Tombstone(app_key, key.id, key.label, mark, digests)
    keys = {one: kept for one, kept in keyring.keys.items() if one != app_key}
    return replace(keyring, keys=keys, tombstones={**keyring.tombstones, app_key: stone})


def _released(keyring: Keyring, app_key: AppKey) -> Keyring:
    external = {one: kept for one, kept in keyring.external.items() if one != app_key}
    # Where homes are joined, it stands among the keys too.
    keys = {one: kept for one, kept in keyring.keys.items() if one != app_key}
    return replace(keyring, external=external, keys=keys)


def _without_link(keyring: Keyring, to: Email) -> Keyring:
    """A link that is open was given, perhaps, by somebody who may not become the sponsor, for less than that."""
    return _with_user(keyring, replace(keyring.users[to], set_up=None))


def _with_user(keyring: Keyring, user: User) -> Keyring:
    return replace(keyring, users={**keyring.users, user.email: user})


def _with_role(keyring: Keyring, role: Role) -> Keyring:
    return replace(keyring, roles={**keyring.roles, role.id: role})


def _with_key(keyring: Keyring, key: Key) -> Keyring:
    return replace(keyring, keys={**keyring.keys, key.app_key: key})


def _with_grants(keyring: Keyring, to: AppKey, given: Callable[[tuple[Grant, ...]], tuple[Grant, ...]]) -> Keyring:
    """Change what a key is linked to: an own one's, and an external one's in both places where it may stand."""
    if key := keyring.keys.get(to):
        keyring = _with_key(keyring, structs.replace(key, grants=given(key.grants)))
    if away := keyring.external.get(to):
        changed = replace(away, grants=given(away.grants))
        keyring = replace(keyring, external={**keyring.external, to: changed})
    return keyring


def _with_grant(grants: tuple[Grant, ...], new: Grant) -> tuple[Grant, ...]:
    return (*_without_grant(grants, new.role), new)


def _without_grant(grants: tuple[Grant, ...], role: RoleId) -> tuple[Grant, ...]:
    return tuple(grant for grant in grants if grant.role != role)
