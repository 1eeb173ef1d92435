"""A command becomes a change or a refusal: one pure function of the keyring."""

from __future__ import annotations

from typing import TypeAlias, assert_never

from chaveiro.core import event as happened
from chaveiro.core.ceiling import beyond, named, outlasting, overreaching
from chaveiro.core.change import Change
from chaveiro.core.command import (
    NEEDS,
    AcceptSponsorship,
    AccountCommand,
    ActivateKey,
    AddPredefinedRoles,
    AddUser,
    AdoptKey,
    Authority,
    BlockKey,
    CancelTransfer,
    ChangePassword,
    Command,
    CreateAccount,
    CreateRole,
    DeactivateKey,
    DeleteKey,
    DeleteRole,
    EditRole,
    EditSettings,
    EpisodeCommand,
    Existing,
    FinishRenewal,
    GiveSetUpLink,
    GiveUserToken,
    GrantToKey,
    GrantToUser,
    HandOver,
    HandoverCommand,
    ImportCatalogue,
    ImportKey,
    InviteSponsor,
    IssueKey,
    KeyCommand,
    MuteEpisode,
    OpenHandover,
    PasswordCommand,
    Reason,
    Refusal,
    RemoveUser,
    RenewKey,
    ReportLeak,
    ResumeAccount,
    RoleCommand,
    SpreadResource,
    SuspendAccount,
    TakeSetUpLink,
    UnmuteEpisode,
    UserCommand,
    WithdrawFromKey,
    WithdrawFromUser,
)
from chaveiro.core.event import Event
from chaveiro.core.keyring import Actor, ActorKind, ExternalKey, Grant, Key, Keyring, Role, Tombstone, User
from chaveiro.core.names import TOKEN_DAYS_MAX, AppKey, Email, Moment, RoleId

INVITATION_SECONDS = 72 * 3600
SET_UP_SECONDS = 72 * 3600
HANDOVER_SECONDS = 24 * 3600

Planned: TypeAlias = Event | Refusal


def plan(keyring: Keyring | None, command: Command, *, by: Actor, at: Moment) -> Change | Refusal:
    """Say what *command* changes, or why it is refused. *keyring* is None where the account does not exist."""
    if isinstance(command, CreateAccount):
        planned = _create_account(keyring, command, by)
    elif keyring is None:
        planned = Refusal(Reason.ACCOUNT_UNKNOWN, {"account": command.account})
    else:
        planned = _unauthorized(keyring, command, by, at) or _planned(keyring, command, by, at)
    return planned if isinstance(planned, Refusal) else Change(command.account, at, by, planned)


def _create_account(keyring: Keyring | None, command: CreateAccount, by: Actor) -> Planned:
    if by.kind is not ActorKind.OPERATOR:
        return Refusal(Reason.NOT_OPERATOR)
    if keyring is not None:
        return Refusal(Reason.ACCOUNT_EXISTS, {"account": command.account})
    return happened.AccountCreated(command.sponsor, command.format, command.https_only)


def _unauthorized(keyring: Keyring, command: Command, by: Actor, at: Moment) -> Refusal | None:
    needs = NEEDS[type(command)]
    match needs:
        case Authority.OPERATOR:
            return None if by.kind is ActorKind.OPERATOR else Refusal(Reason.NOT_OPERATOR)
        case Authority.REPORTER:
            return None if by.kind is ActorKind.REPORTER else Refusal(Reason.NOT_REPORTER)
        case Authority.SPONSOR:
            return None if keyring.is_sponsor(by) else Refusal(Reason.NOT_SPONSOR, {"sponsor": keyring.sponsor})
        case Authority.INVITEE | Authority.RECIPIENT:
            return None  # an invitation is judged with the transfer itself, and a hand-over likewise
        case Authority.ONESELF:
            return _not_oneself(command, by)
        case _:
            if keyring.may(by, needs, at):
                return None
            either = tuple(str(resource) for resource in needs)
            return Refusal(Reason.NOT_DELEGATED, {"sponsor": keyring.sponsor, "resources": either})


def _not_oneself(command: Command, by: Actor) -> Refusal | None:
    email = str(getattr(command, "email", ""))
    oneself = by.kind is ActorKind.USER and by.name == email
    return None if oneself else Refusal(Reason.NOT_ONESELF, {"user": email})


def _planned(keyring: Keyring, command: Existing, by: Actor, at: Moment) -> Planned:
    if isinstance(command, UserCommand):
        return _user_planned(keyring, command, by, at)
    if isinstance(command, RoleCommand):
        return _role_planned(keyring, command, by, at)
    if isinstance(command, KeyCommand):
        return _key_planned(keyring, command, by, at)
    if isinstance(command, ReportLeak):
        return _leaked(keyring, command)
    if isinstance(command, PasswordCommand):
        return _password_planned(keyring, command, by, at)
    if isinstance(command, HandoverCommand):
        return _handover_planned(keyring, command, by, at)
    if isinstance(command, EpisodeCommand):
        return _episode_planned(keyring, command)
    return _account_planned(keyring, command, by, at)


def _account_planned(keyring: Keyring, command: AccountCommand, by: Actor, at: Moment) -> Planned:  # noqa: C901 - one case per command
    transfer = keyring.transfer
    match command:
        case SuspendAccount(_, why):
            return Refusal(Reason.ALREADY_SO) if keyring.suspended else happened.AccountSuspended(why)
        case ResumeAccount():
            return happened.AccountResumed() if keyring.suspended else Refusal(Reason.ALREADY_SO)
        case EditSettings():
            return _edit_settings(keyring, command)
        case ImportCatalogue(_, catalogue):
            same = keyring.catalogue == catalogue
            return Refusal(Reason.ALREADY_SO) if same else happened.CatalogueImported(catalogue)
        case AddPredefinedRoles(_, roles):
            new = _not_yet(keyring, roles)
            return happened.PredefinedRolesAdded(new) if new else Refusal(Reason.ALREADY_SO)
        case InviteSponsor(_, to):
            return _invite(keyring, to, at)
        case CancelTransfer():
            return happened.TransferCancelled(transfer.to) if transfer else Refusal(Reason.TRANSFER_NOT_OPEN)
        case AcceptSponsorship():
            if transfer is None:
                return Refusal(Reason.TRANSFER_NOT_OPEN)
            if by.kind is not ActorKind.USER or by.name != transfer.to:
                return Refusal(Reason.NOT_INVITED, {"invited": transfer.to})
            if at >= transfer.expires:
                return Refusal(Reason.TRANSFER_EXPIRED, {"at": transfer.expires})
            return happened.SponsorChanged(keyring.sponsor, transfer.to)
        case _ as never:
            assert_never(never)


def _edit_settings(keyring: Keyring, command: EditSettings) -> Planned:
    days = command.token_days_max
    if days is not None and not 1 <= days <= TOKEN_DAYS_MAX:
        return Refusal(Reason.DAYS_OUT_OF_RANGE, {"value": days, "most": TOKEN_DAYS_MAX})
    edited = happened.SettingsEdited(
        format=None if command.format is keyring.format else command.format,
        https_only=None if command.https_only is keyring.https_only else command.https_only,
        token_days_max=None if days == keyring.token_days_max else days,
    )
    return Refusal(Reason.ALREADY_SO) if edited == happened.SettingsEdited(None, None, None) else edited


def _not_yet(keyring: Keyring, roles: tuple[Role, ...]) -> tuple[Role, ...]:
    """The roles whose names the account does not use, each under its own number or, where that is taken, the next."""
    names = {role.name for role in keyring.living_roles}
    free = max((*keyring.roles, *(role.id for role in roles)), default=0) + 1
    new: list[Role] = []
    for role in roles:
        if role.name in names:
            continue
        number = role.id
        if number in keyring.roles:
            number, free = RoleId(free), free + 1
        new.append(Role(number, role.name, role.resources, predefined=True))
    return tuple(new)


def _invite(keyring: Keyring, to: Email, at: Moment) -> Planned:
    if to not in keyring.users:
        return Refusal(Reason.USER_UNKNOWN, {"user": to})
    if to == keyring.sponsor:
        return Refusal(Reason.ALREADY_SO)
    if keyring.transfer and at < keyring.transfer.expires:
        return Refusal(Reason.TRANSFER_OPEN, {"to": keyring.transfer.to, "at": keyring.transfer.expires})
    return happened.SponsorInvited(to, Moment(at + INVITATION_SECONDS))


def _user_planned(keyring: Keyring, command: UserCommand, by: Actor, at: Moment) -> Planned:
    match command:
        case AddUser(_, email, name):
            taken = email in keyring.users
            return Refusal(Reason.USER_EXISTS, {"user": email}) if taken else happened.UserAdded(email, name)
        case RemoveUser(_, email):
            if email == keyring.sponsor:
                return Refusal(Reason.SPONSOR_STAYS, {"sponsor": email})
            known = email in keyring.users
            return happened.UserRemoved(email) if known else Refusal(Reason.USER_UNKNOWN, {"user": email})
        case GiveUserToken(_, to):
            known = to in keyring.users
            return happened.UserTokenGiven(to) if known else Refusal(Reason.USER_UNKNOWN, {"user": to})
        case GrantToUser(_, role, to, until):
            user = keyring.users.get(to)
            if user is None:
                return Refusal(Reason.USER_UNKNOWN, {"user": to})
            refusal = _cannot_grant(keyring, role, user, until, by=by, at=at)
            return refusal or happened.UserGranted(role, to, until)
        case WithdrawFromUser(_, role, to):
            user = keyring.users.get(to)
            if user is None:
                return Refusal(Reason.USER_UNKNOWN, {"user": to})
            return _not_held(keyring, role, user.grants) or happened.UserWithdrawn(role, to)
        case _ as never:
            assert_never(never)


def _password_planned(keyring: Keyring, command: PasswordCommand, by: Actor, at: Moment) -> Planned:
    match command:
        case GiveSetUpLink(_, to, digest):
            expires = Moment(at + SET_UP_SECONDS)
            return _cannot_set_up(keyring, to, by, at) or happened.SetUpLinkGiven(to, digest, expires)
        case TakeSetUpLink(_, email, digest, password):
            user = keyring.users.get(email)
            # One reason for all: whoever guesses learns neither who is a user nor who was given a link.
            opens = user is not None and _opens(keyring, user, digest, at)
            return happened.PasswordSet(email, password) if opens else Refusal(Reason.SET_UP_INVALID)
        case ChangePassword(_, email, password):
            known = email in keyring.users
            return happened.PasswordSet(email, password) if known else Refusal(Reason.USER_UNKNOWN, {"user": email})
        case _ as never:
            assert_never(never)


def _opens(keyring: Keyring, user: User, digest: bytes, at: Moment) -> bool:
    """Whether this is the user's link, and whoever gave it may still give links, and do all that the user may by now.

    Whoever gave a link has it, too: roles that come later must not be theirs by way of it.
    """
    if user.set_up is None or not user.set_up.opens(digest, at):
        return False
    name = user.set_up.given.by
    giver = Actor(ActorKind.KEY if AppKey(name) in keyring.keys else ActorKind.USER, name)
    given = GiveSetUpLink(keyring.account, user.email, digest)
    return not (_unauthorized(keyring, given, giver, at) or overreaching(keyring, user, giver, at))


def _cannot_set_up(keyring: Keyring, to: Email, by: Actor, at: Moment) -> Refusal | None:
    """Whoever has the link becomes that person, so nobody gives one of somebody who may do more than they.

    Whoever is invited to become the sponsor may accept, so that theirs is the sponsor's to give, too.
    """
    user = keyring.users.get(to)
    if user is None:
        return Refusal(Reason.USER_UNKNOWN, {"user": to})
    offered = keyring.transfer is not None and keyring.transfer.to == to and at < keyring.transfer.expires
    if (offered or to == keyring.sponsor) and not keyring.is_sponsor(by):
        return Refusal(Reason.NOT_SPONSOR, {"sponsor": keyring.sponsor})
    return overreaching(keyring, user, by, at)


def _role_planned(keyring: Keyring, command: RoleCommand, by: Actor, at: Moment) -> Planned:
    match command:
        case CreateRole(_, name, resources):
            role = RoleId(max(keyring.roles, default=0) + 1)
            refusal = _name_taken(keyring, name) or beyond(keyring, resources, by, at)
            return refusal or happened.RoleCreated(role, name, resources)
        case EditRole():
            return _edit_role(keyring, command, by, at)
        case DeleteRole(_, role):
            found = _own(keyring, role)
            return found if isinstance(found, Refusal) else happened.RoleDeleted(role, found.name)
        case SpreadResource(_, held, given):
            holding = (role for role in keyring.living_roles if held in role.resources)
            roles = tuple(role.id for role in holding if given not in role.resources)
            refusal = beyond(keyring, frozenset({given}), by, at) or outlasting(keyring, frozenset({given}), by)
            return refusal or (happened.ResourceSpread(held, given, roles) if roles else Refusal(Reason.ALREADY_SO))
        case _ as never:
            assert_never(never)


def _edit_role(keyring: Keyring, command: EditRole, by: Actor, at: Moment) -> Planned:
    found = _own(keyring, command.role)
    if isinstance(found, Refusal):
        return found
    name = found.name if command.name is None else command.name
    if name != found.name and (refusal := _name_taken(keyring, name)):
        return refusal
    if absent := command.remove - found.resources:
        return Refusal(Reason.RESOURCE_NOT_IN_ROLE, {"role": found.name, "resources": named(absent)})
    added, removed = command.add - found.resources, command.remove
    if name == found.name and not added and not removed:
        return Refusal(Reason.ALREADY_SO)
    refusal = beyond(keyring, added, by, at) or outlasting(keyring, added, by)
    return refusal or happened.RoleEdited(command.role, name, added, removed)


def _key_planned(keyring: Keyring, command: KeyCommand, by: Actor, at: Moment) -> Planned:  # noqa: C901 - one case per command
    if isinstance(command, IssueKey | ImportKey):
        return _issue(keyring, command, at)
    if isinstance(command, AdoptKey):
        return _adopt(keyring, command)
    app_key = command.to if isinstance(command, GrantToKey | WithdrawFromKey) else command.app_key
    if away := keyring.external.get(app_key):
        return _external_planned(keyring, command, away, by, at)
    key = _kept(keyring, app_key)
    if isinstance(key, Refusal):
        return key
    match command:
        case ActivateKey():
            return _activate(key)
        case DeactivateKey(_, _, why):
            return Refusal(Reason.ALREADY_SO) if key.inactive else happened.KeyDeactivated(app_key, why)
        case BlockKey(_, _, why):
            return Refusal(Reason.ALREADY_SO) if key.blocked else happened.KeyBlocked(app_key, why)
        case RenewKey(_, _, digest):
            if key.next_created:
                return Refusal(Reason.RENEWAL_OPEN, {"at": key.next_created.at})
            return happened.KeyRenewed(app_key, digest)
        case FinishRenewal():
            return happened.RenewalFinished(app_key) if key.renewing else Refusal(Reason.RENEWAL_NOT_OPEN)
        case DeleteKey():
            return happened.KeyDeleted(app_key, key.label)
        case GrantToKey() | WithdrawFromKey():
            return _linked(keyring, command, key, by, at)
        case _ as never:
            assert_never(never)


def _kept(keyring: Keyring, app_key: AppKey) -> Key | Refusal:
    """A key of the account that nobody deleted."""
    if key := keyring.keys.get(app_key):
        return key
    stone = keyring.tombstones.get(app_key)
    if stone is None:
        return Refusal(Reason.KEY_UNKNOWN, {"account": keyring.account})
    return Refusal(Reason.KEY_DELETED, {"at": stone.deleted.at, "by": stone.deleted.by})


def _handover_planned(keyring: Keyring, command: HandoverCommand, by: Actor, at: Moment) -> Planned:
    match command:
        case HandOver(_, app_key, id_):
            if away := keyring.external.get(app_key):
                return Refusal(Reason.KEY_EXTERNAL, {"home": away.home})
            key = _kept(keyring, app_key)
            expires = Moment(at + HANDOVER_SECONDS)
            return key if isinstance(key, Refusal) else happened.HandoverMade(app_key, id_, expires)
        case OpenHandover(_, app_key, id_):
            found = keyring.keys.get(app_key)
            recipient = by.kind is ActorKind.KEY and by.name == app_key
            opens = recipient and found is not None and found.handover is not None and found.handover.opens(id_, at)
            return happened.HandoverOpened(app_key, id_) if opens else Refusal(Reason.HANDOVER_INVALID)
        case _ as never:
            assert_never(never)


def _episode_planned(keyring: Keyring, command: EpisodeCommand) -> Planned:
    muted = command.episode in keyring.muted
    match command:
        case MuteEpisode(_, episode):
            return Refusal(Reason.ALREADY_SO) if muted else happened.EpisodeMuted(episode)
        case UnmuteEpisode(_, episode):
            return happened.EpisodeUnmuted(episode) if muted else Refusal(Reason.ALREADY_SO)
        case _ as never:
            assert_never(never)


def _linked(
    keyring: Keyring, command: GrantToKey | WithdrawFromKey, key: Key | ExternalKey, by: Actor, at: Moment
) -> Planned:
    """Link a key to a role or unlink it, be it this account's or another's."""
    if isinstance(command, GrantToKey):
        refusal = _cannot_grant(keyring, command.role, key, command.until, by=by, at=at)
        return refusal or happened.KeyGranted(command.role, command.to, command.until)
    return _not_held(keyring, command.role, key.grants) or happened.KeyWithdrawn(command.role, command.to)


def _adopt(keyring: Keyring, command: AdoptKey) -> Planned:
    if command.app_key in keyring.external:
        return Refusal(Reason.ALREADY_SO)
    if command.home is None:
        return Refusal(Reason.KEY_NOWHERE)
    if command.home == keyring.account:
        return Refusal(Reason.KEY_EXISTS)
    return happened.KeyAdopted(command.app_key, command.home)


def _external_planned(keyring: Keyring, command: KeyCommand, key: ExternalKey, by: Actor, at: Moment) -> Planned:
    """Of another account's key this one may change the roles, and let it go; the rest is its home's affair."""
    if isinstance(command, GrantToKey | WithdrawFromKey):
        return _linked(keyring, command, key, by, at)
    if isinstance(command, DeleteKey):
        return happened.KeyReleased(key.app_key, key.home)
    return Refusal(Reason.KEY_EXTERNAL, {"home": key.home})


def _leaked(keyring: Keyring, command: ReportLeak) -> Planned:
    """Block a key whose token works and lies in the open. One that was retired, or deleted with its key, is noted."""
    app_key, token = command.app_key, command.digest
    key, stone = keyring.keys.get(app_key), keyring.tombstones.get(app_key)
    if key is not None and (token == key.digest or (key.renewing and token == key.next_digest)):
        return Refusal(Reason.ALREADY_SO) if key.blocked else happened.KeyBlocked(app_key, command.why)
    former = [old.digest for old in key.retired] if key else stone.digests if stone else ()
    if token not in former:
        return Refusal(Reason.KEY_UNKNOWN, {"account": keyring.account})
    return happened.LeakNoted(app_key, command.why)


def _issue(keyring: Keyring, command: IssueKey | ImportKey, at: Moment) -> Planned:
    if command.app_key in keyring.keys or command.app_key in keyring.tombstones:
        return Refusal(Reason.KEY_EXISTS)
    known: tuple[Key | Tombstone, ...] = (*keyring.keys.values(), *keyring.tombstones.values())
    if isinstance(command, IssueKey) and any(one.id == command.id for one in known):
        return Refusal(Reason.KEY_EXISTS)
    if command.expires is not None:
        if command.expires <= at:
            return Refusal(Reason.MOMENT_PASSED, {"at": command.expires})
        if command.valid_from is not None and command.expires <= command.valid_from:
            return Refusal(Reason.NEVER_VALID, {"from": command.valid_from, "until": command.expires})
    if isinstance(command, ImportKey):
        return happened.KeyImported(
            app_key=command.app_key,
            id=command.id,
            digest=command.digest,
            kind=command.kind,
            label=command.label,
            owner=command.owner,
            valid_from=command.valid_from,
            expires=command.expires,
            networks=command.networks,
        )
    return happened.KeyIssued(
        app_key=command.app_key,
        id=command.id,
        digest=command.digest,
        label=command.label,
        owner=command.owner,
        valid_from=command.valid_from,
        expires=command.expires,
        networks=command.networks,
        registered=command.registered,
    )


def _activate(key: Key) -> Planned:
    if key.blocked is None and key.inactive is None:
        return Refusal(Reason.ALREADY_SO)
    # A token that others may know stays refused: only its replacement can be let in again.
    replaced = key.token_created is not None and key.blocked is not None and key.token_created.at >= key.blocked.at
    if key.blocked and not replaced:
        return Refusal(Reason.KEY_BLOCKED, {"at": key.blocked.at, "by": key.blocked.by})
    return happened.KeyActivated(key.app_key)


def _cannot_grant(
    keyring: Keyring, role: RoleId, holder: User | Key | ExternalKey, until: Moment | None, *, by: Actor, at: Moment
) -> Refusal | None:
    found = _living(keyring, role)
    if isinstance(found, Refusal):
        return found
    if until is not None and until <= at:
        return Refusal(Reason.MOMENT_PASSED, {"at": until})
    for grant in holder.grants:
        if grant.role == role and grant.until == until:
            return Refusal(Reason.ROLE_HELD, {"role": found.name})
    return beyond(keyring, found.resources, by, at) or outlasting(keyring, found.resources, by, until)


def _living(keyring: Keyring, role: RoleId) -> Role | Refusal:
    found = keyring.roles.get(role)
    if found is None:
        return Refusal(Reason.ROLE_UNKNOWN, {"role": str(role)})
    if found.deleted:
        return Refusal(Reason.ROLE_DELETED, {"role": found.name, "at": found.deleted.at, "by": found.deleted.by})
    return found


def _own(keyring: Keyring, role: RoleId) -> Role | Refusal:
    """A role that the account may change: alive, and not one that came with its catalogue."""
    found = _living(keyring, role)
    if isinstance(found, Role) and found.predefined:
        return Refusal(Reason.ROLE_PREDEFINED, {"role": found.name})
    return found


def _not_held(keyring: Keyring, role: RoleId, grants: tuple[Grant, ...]) -> Refusal | None:
    if any(grant.role == role for grant in grants):
        return None
    known = keyring.roles.get(role)
    reason = Reason.ROLE_NOT_HELD if known else Reason.ROLE_UNKNOWN
    return Refusal(reason, {"role": known.name if known else str(role)})


def _name_taken(keyring: Keyring, name: str) -> Refusal | None:
    taken = any(role.name == name for role in keyring.living_roles)
    return Refusal(Reason.ROLE_NAME_TAKEN, {"role": name}) if taken else None
