"""What an account was before and after each of its changes, folded from the changes themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from chaveiro.core import event as happened
from chaveiro.core.change import after

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from chaveiro.core.change import Change
    from chaveiro.core.event import Event
    from chaveiro.core.keyring import Key, Keyring, Revision
    from chaveiro.core.names import AppKey, Moment, RoleId

Changes: TypeAlias = "Iterable[tuple[Revision, Change]]"  # of one account, all of them, oldest first


@dataclass(frozen=True, slots=True)
class Step:
    """One change, and the account on both sides of it."""

    revision: Revision
    change: Change
    before: Keyring
    after: Keyring


def steps(changes: Changes) -> Iterator[Step]:
    """Every change after the account's creation."""
    keyring: Keyring | None = None
    for revision, change in changes:
        following = after(keyring, change, revision)
        if keyring is not None:
            yield Step(revision, change, keyring, following)
        keyring = following


def keyring_at(changes: Changes, revision: Revision) -> Keyring | None:
    """The account as it was at a revision. None: the revision is of another epoch, or older than the account."""
    keyring: Keyring | None = None
    for reached, change in changes:
        if reached.epoch != revision.epoch:
            return None
        if reached.seq > revision.seq:
            break
        keyring = after(keyring, change, reached)
    return keyring


def keyring_until(changes: Changes, at: Moment) -> Keyring | None:
    """The account as it was at a moment. None: it was not there yet."""
    keyring: Keyring | None = None
    for reached, change in changes:
        if change.at > at:
            break
        keyring = after(keyring, change, reached)
    return keyring


def about(changes: Changes, app_keys: Collection[AppKey]) -> Iterator[tuple[Revision, Change]]:
    """The changes without those of other keys alone: whatever is asked of *app_keys* does not depend on them."""
    for revision, change in changes:
        key = _key_of(change.event)
        if key is None or key in app_keys:
            yield revision, change


def _key_of(event: Event) -> AppKey | None:
    """The one key that an event is about, if it is about one."""
    if isinstance(event, happened.KeyGranted | happened.KeyWithdrawn):
        return event.to
    return getattr(event, "app_key", None)


def concerns(step: Step, app_key: AppKey) -> bool:
    """Say whether a change is about a key: the key itself, a role it is linked to, the catalogue, the account."""
    event = step.change.event
    match event:
        case happened.AccountSuspended() | happened.AccountResumed() | happened.CatalogueImported():
            return True
        case happened.KeyGranted() | happened.KeyWithdrawn():
            return event.to == app_key
        case happened.ResourceSpread(_, _, roles):
            return not _linked(step.before.keys.get(app_key)).isdisjoint(roles)
        case happened.RoleCreated() | happened.RoleEdited() | happened.RoleDeleted():
            return event.role in _linked(step.before.keys.get(app_key))
        case _:
            return getattr(event, "app_key", None) == app_key


def _linked(key: Key | None) -> set[RoleId]:
    return {grant.role for grant in key.grants} if key else set()
