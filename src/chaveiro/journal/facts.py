"""What changes revoke, each as a fact that can be held against another database; and what lifts it again."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2b
from typing import TYPE_CHECKING, Final, NamedTuple

from chaveiro.core.event import (
    AccountResumed,
    AccountSuspended,
    HandoverMade,
    HandoverOpened,
    KeyActivated,
    KeyBlocked,
    KeyDeactivated,
    KeyDeleted,
    KeyGranted,
    KeyReleased,
    KeyRenewed,
    KeyWithdrawn,
    PasswordSet,
    RenewalFinished,
    ResourceSpread,
    RoleDeleted,
    RoleEdited,
    SetUpLinkGiven,
    SponsorChanged,
    SponsorInvited,
    TransferCancelled,
    UserGranted,
    UserRemoved,
    UserWithdrawn,
)
from chaveiro.core.names import Moment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from chaveiro.core.change import Change
    from chaveiro.core.keyring import Keyring, Revision
    from chaveiro.core.names import AccountName, AppKey, Resource

_FINGERPRINT_BYTES: Final = 16
NEVER: Final = Moment(0)  # until when something withdrawn may be held


class Kind(StrEnum):
    """What is refused. Facts are applied in this order: whoever may do most loses it first."""

    SPONSOR = "sponsor"  # the account has this one
    TRANSFER_CLOSED = "transfer_closed"
    ACCOUNT_SUSPENDED = "account_suspended"
    KEY_DELETED = "key_deleted"
    KEY_RELEASED = "key_released"
    KEY_BLOCKED = "key_blocked"
    KEY_INACTIVE = "key_inactive"
    TOKEN_RETIRED = "token_retired"  # noqa: S105 - a kind
    HANDOVER_CLOSED = "handover_closed"
    KEY_GRANT = "key_grant"  # may be held until then and no longer
    USER_REMOVED = "user_removed"
    USER_GRANT = "user_grant"
    PASSWORD_REPLACED = "password_replaced"  # noqa: S105 - a kind
    LINK_REPLACED = "link_replaced"
    ROLE_DELETED = "role_deleted"
    RESOURCE_REMOVED = "resource_removed"


class Subject(NamedTuple):
    """What a fact is about: of what kind, whose, and which."""

    kind: Kind
    account: AccountName
    whom: str = ""  # a key, a user or a role
    what: str = ""  # a role, a resource or a token's fingerprint


@dataclass(frozen=True, slots=True)
class Fact:
    """Something is refused since a revision; or was, and is not any more."""

    subject: Subject
    revision: Revision
    at: Moment
    until: Moment = NEVER  # until when a grant may be held
    value: str = ""  # the sponsor, the open hand-over
    lifted: bool = False
    mac: str = ""  # of its change, by which a database is known that has it; empty: nobody knows


def fingerprint(digest: bytes) -> str:
    """What a token's digest is recognised by. Nothing can be verified with it, pepper or not."""
    return blake2b(digest, digest_size=_FINGERPRINT_BYTES, person=b"chaveiro/journal").hexdigest()


def facts_of(change: Change, revision: Revision, keyring: Callable[[], Keyring]) -> list[Fact]:
    """The facts that follow from a change. *keyring* gives the account as it is after it, or later."""
    account = change.account

    def fact(kind: Kind, whom: str = "", what: object = "", **more: Moment | str | bool) -> Fact:
        return Fact(Subject(kind, account, whom, str(what)), revision, change.at, **more)  # type: ignore[arg-type] # each by its name

    return list(_facts(change, fact, keyring))


def _facts(change: Change, fact: Callable[..., Fact], keyring: Callable[[], Keyring]) -> Iterator[Fact]:  # noqa: C901, PLR0915 - one case per event
    match change.event:
        case AccountSuspended():
            yield fact(Kind.ACCOUNT_SUSPENDED)
        case AccountResumed():
            yield fact(Kind.ACCOUNT_SUSPENDED, lifted=True)
        case SponsorChanged(_, to):
            yield fact(Kind.SPONSOR, value=to)
            yield fact(Kind.TRANSFER_CLOSED)
            yield fact(Kind.LINK_REPLACED, to)
        case SponsorInvited(to):
            yield fact(Kind.LINK_REPLACED, to)
        case TransferCancelled():
            yield fact(Kind.TRANSFER_CLOSED)
        case KeyDeleted(app_key):
            yield fact(Kind.KEY_DELETED, app_key)
        case KeyReleased(app_key):
            yield fact(Kind.KEY_RELEASED, app_key)
        case KeyBlocked(app_key):
            yield fact(Kind.KEY_BLOCKED, app_key)
        case KeyDeactivated(app_key):
            yield fact(Kind.KEY_INACTIVE, app_key)
        case KeyActivated(app_key):
            yield fact(Kind.KEY_BLOCKED, app_key, lifted=True)
            yield fact(Kind.KEY_INACTIVE, app_key, lifted=True)
        case RenewalFinished(app_key):
            yield from (fact(Kind.TOKEN_RETIRED, app_key, fingerprint(one)) for one in _retired(keyring(), app_key))
        case HandoverMade(app_key, id_):
            yield fact(Kind.HANDOVER_CLOSED, app_key, value=id_)  # every other one
        case HandoverOpened(app_key) | KeyRenewed(app_key):
            yield fact(Kind.HANDOVER_CLOSED, app_key)
        case KeyGranted(role, to, until):
            yield fact(Kind.KEY_GRANT, to, role, until=until or NEVER, lifted=until is None)
        case KeyWithdrawn(role, to):
            yield fact(Kind.KEY_GRANT, to, role)
        case UserGranted(role, to, until):
            yield fact(Kind.USER_GRANT, to, role, until=until or NEVER, lifted=until is None)
        case UserWithdrawn(role, to):
            yield fact(Kind.USER_GRANT, to, role)
        case UserRemoved(email):
            yield fact(Kind.USER_REMOVED, email)
        case PasswordSet(email):
            yield fact(Kind.PASSWORD_REPLACED, email)
        case SetUpLinkGiven(to):
            yield fact(Kind.LINK_REPLACED, to)
        case RoleDeleted(role):
            yield fact(Kind.ROLE_DELETED, str(role))
        case RoleEdited(role, _, added, removed):
            yield from _resources(fact, role, removed, lifted=False)
            yield from _resources(fact, role, added, lifted=True)
        case ResourceSpread(_, given, roles):
            for role in roles:
                yield from _resources(fact, role, (given,), lifted=True)
        case _:
            return


def _resources(
    fact: Callable[..., Fact], role: object, resources: Iterable[Resource], *, lifted: bool
) -> Iterator[Fact]:
    for one in resources:
        yield fact(Kind.RESOURCE_REMOVED, str(role), one, lifted=lifted)


def _retired(keyring: Keyring, app_key: AppKey) -> Iterable[bytes]:
    """Every token of a key that was retired by now; of a deleted key every token it had."""
    if key := keyring.keys.get(app_key):
        return [old.digest for old in key.retired]
    stone = keyring.tombstones.get(app_key)
    return stone.digests if stone else ()
