"""What a database lets in again that was revoked, and the ordinary changes that revoke it once more."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, assert_never

from chaveiro.core.change import Change, after
from chaveiro.core.event import (
    AccountSuspended,
    HandoverOpened,
    KeyBlocked,
    KeyDeactivated,
    KeyDeleted,
    KeyGranted,
    KeyReleased,
    KeyWithdrawn,
    PasswordSet,
    RenewalFinished,
    RoleDeleted,
    RoleEdited,
    SponsorChanged,
    TransferCancelled,
    UserGranted,
    UserRemoved,
    UserWithdrawn,
)
from chaveiro.core.keyring import Actor, ActorKind
from chaveiro.core.names import AppKey, Email, RoleId
from chaveiro.journal.facts import Fact, Kind, fingerprint
from chaveiro.stores.port import AccountDamaged, AccountUnknown, RevisionMoved, StoreUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from chaveiro.core.event import Event
    from chaveiro.core.keyring import Grant, Key, Keyring, Mark, Role, User
    from chaveiro.core.names import AccountName, Moment
    from chaveiro.stores.port import Store

JOURNAL: Final = Actor(ActorKind.OPERATOR, "journal")
WHY: Final = "revoked before; the database had forgotten it"
TRIES: Final = 20  # for one account, when others change it at the same time

_ORDER: Final = {kind: place for place, kind in enumerate(Kind)}


@dataclass(frozen=True, slots=True)
class Claim:
    """A fact that a database may not know of. *certain*: everything in the database is older than the fact."""

    fact: Fact
    certain: bool


@dataclass(frozen=True, slots=True)
class Revived:
    """Something that was revoked and would be let in, and the change that revokes it. Some cannot be made."""

    change: Change
    possible: bool
    roles: Mapping[RoleId, Role]  # of its account, by which it can be told in words


def revived(
    store: Store, claims: Iterable[Claim], *, at: Moment, damaged: Callable[[AccountName], None]
) -> list[Revived]:
    """What a database would let in again. Nothing is changed. *damaged* is told of an account that cannot be read.

    Raises StoreUnavailable.
    """
    found: list[Revived] = []
    for account, own in _by_account(store, claims).items():
        try:
            keyring = store.keyring(account)
        except (AccountDamaged, AccountUnknown):  # nobody is let in by it
            damaged(account)
            continue
        for one in _needed(keyring, own, at):
            found.append(one)
            if one.possible:
                keyring = after(keyring, one.change, keyring.revision)
    return found


def reapply(
    store: Store, claims: Iterable[Claim], *, at: Moment, damaged: Callable[[AccountName], None]
) -> list[Revived]:
    """Revoke again what a database would let in, by audited changes; what was found, in order. Idempotent.

    *damaged* is told of an account that cannot be read, in which nothing is changed.
    Raises StoreUnavailable; what was revoked until then stays so.
    """
    found: list[Revived] = []
    for account, own in _by_account(store, claims).items():
        try:
            found += _reapplied(store, account, own, at)
        except (AccountDamaged, AccountUnknown):
            damaged(account)
    return found


def _reapplied(store: Store, account: AccountName, claims: Sequence[Claim], at: Moment) -> list[Revived]:
    done: list[Revived] = []
    for _ in range(TRIES):
        keyring = store.keyring(account)
        left: list[Revived] = []
        with suppress(RevisionMoved):  # somebody was first: what is missing is found anew
            for one in _needed(keyring, claims, at):
                if not one.possible:
                    left.append(one)
                    continue
                revision = store.commit(one.change, seen=keyring.revision)
                keyring = after(keyring, one.change, revision)
                done.append(one)
            return done + left
    raise StoreUnavailable(f"account `{account}` is changed by others without pause; try again")


def _by_account(store: Store, claims: Iterable[Claim]) -> dict[AccountName, list[Claim]]:
    known = set(store.accounts())
    found: dict[AccountName, list[Claim]] = {}
    for one in sorted(claims, key=lambda one: _ORDER[one.fact.subject.kind]):
        if one.fact.subject.account in known:
            found.setdefault(one.fact.subject.account, []).append(one)
    return found


def _needed(keyring: Keyring, claims: Iterable[Claim], at: Moment) -> Iterator[Revived]:
    """What is revived, one after the other, each held against the account as the former ones left it."""
    for claim in claims:
        while event := _event(keyring, claim, at):
            change = Change(keyring.account, at, JOURNAL, event)
            one = Revived(change, _possible(keyring, event), keyring.roles)
            yield one
            if not one.possible:
                break
            keyring = after(keyring, change, keyring.revision)


def _possible(keyring: Keyring, event: Event) -> bool:
    """Nobody who is not there becomes the sponsor, and the sponsor is not removed."""
    match event:
        case SponsorChanged(_, to):
            return to in keyring.users
        case UserRemoved(email):
            return email != keyring.sponsor
        case _:
            return True


def _event(keyring: Keyring, claim: Claim, at: Moment) -> Event | None:
    """What would make a fact hold, None where it holds."""
    fact = claim.fact
    kind, _, whom, _ = fact.subject
    match kind:
        case Kind.SPONSOR:
            changed = keyring.sponsor != fact.value
            return SponsorChanged(keyring.sponsor, Email(fact.value)) if changed else None
        case Kind.TRANSFER_CLOSED:
            offer = keyring.transfer
            return TransferCancelled(offer.to) if offer and _older(offer.invited, claim) else None
        case Kind.ACCOUNT_SUSPENDED:
            return None if keyring.suspended else AccountSuspended(WHY)
        case Kind.KEY_RELEASED:
            away = keyring.external.get(AppKey(whom))
            return KeyReleased(away.app_key, away.home) if away and _older(away.added, claim) else None
        case Kind.KEY_GRANT:
            return _key_grant(keyring, fact, at)
        case Kind.KEY_DELETED | Kind.KEY_BLOCKED | Kind.KEY_INACTIVE | Kind.TOKEN_RETIRED | Kind.HANDOVER_CLOSED:
            key = keyring.keys.get(AppKey(whom))
            return _of_key(key, claim) if key else None
        case Kind.USER_REMOVED | Kind.USER_GRANT | Kind.PASSWORD_REPLACED | Kind.LINK_REPLACED:
            user = keyring.users.get(Email(whom))
            return _of_user(user, claim, at) if user else None
        case Kind.ROLE_DELETED | Kind.RESOURCE_REMOVED:
            role = keyring.roles.get(RoleId(int(whom)))
            return _of_role(role, fact) if role and not (role.deleted or role.predefined) else None
        case _ as never:
            assert_never(never)


def _of_key(key: Key, claim: Claim) -> Event | None:
    fact = claim.fact
    match fact.subject.kind:
        case Kind.KEY_DELETED:
            return KeyDeleted(key.app_key, key.label)
        case Kind.KEY_BLOCKED:
            return None if key.blocked else KeyBlocked(key.app_key, WHY)
        case Kind.KEY_INACTIVE:
            return None if key.inactive else KeyDeactivated(key.app_key, WHY)
        case Kind.HANDOVER_CLOSED:
            open_ = key.handover
            closed = open_ is not None and open_.id != fact.value and _older(open_.made, claim)
            return HandoverOpened(key.app_key, open_.id) if open_ and closed else None
        case _:
            return _retired(key, fact.subject.what)


def _retired(key: Key, token: str) -> Event | None:
    """A retired token gives way to its successor. Where the database has none, the key waits for a new one."""
    if key.renewing and fingerprint(key.digest) == token:
        return RenewalFinished(key.app_key)
    live = (key.digest, key.next_digest) if key.renewing else (key.digest,)
    lives = token in map(fingerprint, live)
    return KeyBlocked(key.app_key, WHY) if lives and not key.blocked else None


def _key_grant(keyring: Keyring, fact: Fact, at: Moment) -> Event | None:
    holder = keyring.keys.get(AppKey(fact.subject.whom)) or keyring.external.get(AppKey(fact.subject.whom))
    role = RoleId(int(fact.subject.what))
    if holder is None or not _beyond(holder.grants, role, fact.until):
        return None
    narrowed = fact.until > at
    return KeyGranted(role, holder.app_key, fact.until) if narrowed else KeyWithdrawn(role, holder.app_key)


def _of_user(user: User, claim: Claim, at: Moment) -> Event | None:
    fact = claim.fact
    match fact.subject.kind:
        case Kind.USER_REMOVED:
            return UserRemoved(user.email) if _older(user.added, claim) else None
        case Kind.USER_GRANT:
            role = RoleId(int(fact.subject.what))
            if not _beyond(user.grants, role, fact.until):
                return None
            narrowed = fact.until > at
            return UserGranted(role, user.email, fact.until) if narrowed else UserWithdrawn(role, user.email)
        case _:
            return _credentials(user, claim)


def _credentials(user: User, claim: Claim) -> Event | None:
    """A password that was replaced is none any more; a link that was used or replaced does not open."""
    replaced = claim.fact.subject.kind is Kind.PASSWORD_REPLACED
    chosen, link, at = user.password_set, user.set_up, claim.fact.at
    if replaced and user.password and (claim.certain or chosen is None or chosen.at < at):
        return PasswordSet(user.email, "")
    if link and (claim.certain or link.given.at < at or (replaced and link.given.at == at)):
        return PasswordSet(user.email, user.password)
    return None


def _of_role(role: Role, fact: Fact) -> Event | None:
    if fact.subject.kind is Kind.ROLE_DELETED:
        return RoleDeleted(role.id, role.name)
    given = frozenset(one for one in role.resources if str(one) == fact.subject.what)
    return RoleEdited(role.id, role.name, frozenset(), given) if given else None


def _beyond(grants: Iterable[Grant], role: RoleId, until: Moment) -> bool:
    return any(one.role == role and (one.until is None or one.until > until) for one in grants)


def _older(mark: Mark, claim: Claim) -> bool:
    """Whether what has this mark is what the fact is about, and not something that came after it."""
    return claim.certain or mark.at <= claim.fact.at
