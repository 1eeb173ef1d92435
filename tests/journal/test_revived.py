"""What was revoked stays revoked in a database that had forgotten it."""

from __future__ import annotations

import random
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest
from tests.dose import dose
from tests.keys import KEYS
from tests.stores.histories import (
    ACME,
    ANA,
    BIA,
    HASH,
    KEY_1,
    NOON,
    OTHER,
    RESOURCES,
    ROLE_1,
    anything,
    carry_out,
    create,
    digest_of,
    issue,
    keyring_of,
    live,
)

from chaveiro.core.command import (
    AcceptSponsorship,
    ActivateKey,
    AddUser,
    AdoptKey,
    BlockKey,
    CancelTransfer,
    ChangePassword,
    Command,
    CreateRole,
    DeactivateKey,
    DeleteKey,
    DeleteRole,
    EditRole,
    FinishRenewal,
    GiveSetUpLink,
    GrantToKey,
    GrantToUser,
    HandOver,
    InviteSponsor,
    OpenHandover,
    RemoveUser,
    RenewKey,
    ResumeAccount,
    SuspendAccount,
    TakeSetUpLink,
    WithdrawFromKey,
    WithdrawFromUser,
)
from chaveiro.core.event import KeyActivated, KeyBlocked
from chaveiro.core.names import AppKey, Moment
from chaveiro.journal import FileJournal
from chaveiro.journal.revived import JOURNAL, TRIES
from chaveiro.stores.memory import MemoryStore
from chaveiro.stores.port import AppKeyTaken, RevisionMoved, Store, StoreUnavailable
from chaveiro.stores.sql import SqlStore

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from chaveiro.core.change import Change
    from chaveiro.core.keyring import Grant, Keyring, Revision
    from chaveiro.core.names import Resource

HISTORIES = dose(150, 1_000, 10_000)
LATER, FAR = Moment(NOON + 100_000), Moment(NOON + 10_000_000)
AWAY = AppKey("away-1")
LIST, VIEW = RESOURCES[:2]

# Something is there, with everything it needs; then it is taken away.
BEFORE: tuple[Command, ...] = (
    create(),
    AddUser(ACME, BIA, "Bia"),
    CreateRole(ACME, "orders", frozenset({LIST, VIEW})),
    GrantToUser(ACME, ROLE_1, BIA),
    GiveSetUpLink(ACME, BIA, digest_of(20)),
    TakeSetUpLink(ACME, BIA, digest_of(20), HASH),
    issue(ACME, KEY_1, 1),
    GrantToKey(ACME, ROLE_1, KEY_1),
    RenewKey(ACME, KEY_1, digest_of(2)),
    HandOver(ACME, KEY_1, "1" * 32),
    AdoptKey(ACME, AWAY, OTHER),
    GrantToKey(ACME, ROLE_1, AWAY),
    InviteSponsor(ACME, BIA),
    GiveSetUpLink(ACME, BIA, digest_of(21)),
)
REVOCATIONS: dict[str, tuple[Command, ...]] = {
    "an account suspended": (SuspendAccount(ACME, "unpaid"),),
    "a key deactivated": (DeactivateKey(ACME, KEY_1),),
    "a key blocked": (BlockKey(ACME, KEY_1),),
    "a key deleted": (DeleteKey(ACME, KEY_1),),
    "a token retired": (FinishRenewal(ACME, KEY_1),),
    "both tokens retired": (
        FinishRenewal(ACME, KEY_1),
        RenewKey(ACME, KEY_1, digest_of(3)),
        FinishRenewal(ACME, KEY_1),
    ),
    "a token retired and the key deactivated": (FinishRenewal(ACME, KEY_1), DeactivateKey(ACME, KEY_1)),
    "an external key released": (DeleteKey(ACME, AWAY),),
    "a key unlinked": (WithdrawFromKey(ACME, ROLE_1, KEY_1),),
    "an external key unlinked": (WithdrawFromKey(ACME, ROLE_1, AWAY),),
    "a link that ends now": (GrantToKey(ACME, ROLE_1, KEY_1, Moment(NOON + 50_000)),),
    "a link that ends later": (GrantToKey(ACME, ROLE_1, KEY_1, Moment(LATER + 1)),),
    "a role withdrawn from a user": (WithdrawFromUser(ACME, ROLE_1, BIA),),
    "a user removed": (RemoveUser(ACME, BIA),),
    "a user removed and added again": (RemoveUser(ACME, BIA), AddUser(ACME, BIA, "Bia")),
    "a password changed": (ChangePassword(ACME, BIA, f"{HASH}2"),),
    "a link given anew": (GiveSetUpLink(ACME, BIA, digest_of(22)),),
    "a token read by its link": (OpenHandover(ACME, KEY_1, "1" * 32),),
    "a role deleted": (DeleteRole(ACME, ROLE_1),),
    "a resource removed": (EditRole(ACME, ROLE_1, remove=frozenset({LIST})),),
    "an offer taken back": (CancelTransfer(ACME),),
    "a sponsor changed": (AcceptSponsorship(ACME),),
}
LIFTED: dict[str, tuple[Command, ...]] = {
    "an account resumed": (SuspendAccount(ACME), ResumeAccount(ACME)),
    "a key activated": (DeactivateKey(ACME, KEY_1), ActivateKey(ACME, KEY_1)),
    "a key linked again": (WithdrawFromKey(ACME, ROLE_1, KEY_1), GrantToKey(ACME, ROLE_1, KEY_1)),
    "a role given again": (WithdrawFromUser(ACME, ROLE_1, BIA), GrantToUser(ACME, ROLE_1, BIA)),
    "a resource added again": (
        EditRole(ACME, ROLE_1, remove=frozenset({LIST})),
        EditRole(ACME, ROLE_1, add=frozenset({LIST})),
    ),
}


class Remembered:
    """A store, and a journal that is told each change, as a node tells it."""

    def __init__(self, path: Path, store: Store | None = None) -> None:
        self.store = store or MemoryStore(epoch="00000001")
        self.path = path
        self.journal = FileJournal.open(path)
        self.journal.catch_up(self.store)

    def live(self, *history: Command) -> None:
        for command in history:
            with suppress(AppKeyTaken):
                carry_out(self.store, command, at=Moment(NOON + self.store.head().seq))
            self.journal.note(self.store.changes(limit=100_000)[-1], self.store)
            self.journal.follow(self.store.head(), self.store)

    def reopened(self) -> FileJournal:
        self.journal.close()
        return FileJournal.open(self.path)


def older(store: Store, seq: int, onto: Store) -> Revision:
    """Repeat the first changes of a history in another store; its newest revision, in the epoch it comes from."""
    for revision, change in store.changes(limit=100_000):
        if revision.seq <= seq:
            known = keyring_of(onto, change.account)
            onto.commit(change, seen=known.revision if known else None)
    return store.head()._replace(seq=seq)


@pytest.fixture(params=["memory", "sqlite"])
def other(request: pytest.FixtureRequest, quick_path: Path) -> Iterator[Store]:
    """An empty store in an epoch of its own."""
    if request.param == "memory":
        yield MemoryStore(epoch="00000002")
        return
    store = SqlStore.open(f"sqlite:///{quick_path}/other.db", keys=KEYS)
    yield store
    store.close()


@pytest.fixture
def remembered(quick_path: Path) -> Remembered:
    return Remembered(quick_path / "journal")


def let_in(now: Keyring) -> set[str]:
    """Everything that works in an account, by name: whose token, password or link, what for, and until when."""
    return {one for at in (LATER, FAR) for one in (*_keys(now, at), *_people(now, at))}


def _keys(now: Keyring, at: Moment) -> Iterator[str]:
    for key in now.keys.values():
        for digest in (key.digest, key.next_digest) if key.renewing else (key.digest,):
            if key.in_force(at) and not now.suspended:
                yield f"key {key.app_key} {digest.hex()}"
                yield from (f"key {key.app_key} {digest.hex()} {one} {at}" for one in _given(now, key.grants, at))
        if key.handover:
            yield f"hand-over {key.handover.id}"
    for away in now.external.values():
        if not now.suspended:
            yield from (f"external {away.app_key} {one} {at}" for one in _given(now, away.grants, at))


def _people(now: Keyring, at: Moment) -> Iterator[str]:
    for user in now.users.values():
        yield f"user {user.email}"
        yield from (f"user {user.email} {one} {at}" for one in _given(now, user.grants, at))
        if user.password:
            yield f"password {user.email} {user.password}"
        if user.set_up:
            yield f"link {user.email} {user.set_up.digest.hex()} {user.set_up.given.at}"
    yield f"sponsor {now.sponsor}"
    if now.transfer:
        yield f"offer {now.transfer.to} {now.transfer.invited.at}"


def _given(now: Keyring, grants: tuple[Grant, ...], at: Moment) -> frozenset[Resource]:
    return now.resources_of(now.in_force(grants, at))


@pytest.mark.parametrize("name", REVOCATIONS)
def test_what_was_revoked_is_revoked_again(name: str, remembered: Remembered, other: Store) -> None:
    """Each kind of revocation, in a database from before it: afterwards it lets in nothing that the newest does not."""
    remembered.live(*BEFORE)
    backup = remembered.store.head().seq
    remembered.live(*REVOCATIONS[name])
    head = older(remembered.store, backup, other)
    newest = let_in(remembered.store.keyring(ACME))
    assert let_in(other.keyring(ACME)) - newest, "the older database lets in more"
    journal = remembered.reopened()
    listed = journal.revived(other, at=LATER, head=head)
    done = journal.reapply(other, at=LATER, head=head)
    assert [one.change.event for one in done] == [one.change.event for one in listed]
    assert done
    assert all(one.possible for one in done)
    assert let_in(other.keyring(ACME)) <= newest
    written = other.changes(limit=1000)[backup:]
    assert [one.change for one in written] == [one.change for one in done]
    assert {one.change.by for one in written} == {JOURNAL}


@pytest.mark.parametrize("name", REVOCATIONS)
def test_revoking_again_twice_changes_nothing(name: str, remembered: Remembered, other: Store) -> None:
    """Whoever comes second, or is interrupted and begins anew, finds it done."""
    remembered.live(*BEFORE)
    backup = remembered.store.head().seq
    remembered.live(*REVOCATIONS[name])
    head = older(remembered.store, backup, other)
    remembered.reopened().revoke_again(other, at=LATER, head=head)
    once = other.head()
    assert remembered.reopened().revoke_again(other, at=LATER, head=head) == []
    assert remembered.reopened().reapply(other, at=LATER) == []  # its own epoch tells nothing: every fact is looked at
    assert other.head() == once
    again = FileJournal.open(remembered.path)
    assert again.how(other).name == "FOLLOWS"
    assert again.revived(other, at=LATER) == []


@pytest.mark.parametrize("name", LIFTED)
def test_what_was_let_in_again_stays_so(name: str, remembered: Remembered, other: Store) -> None:
    """A revocation that somebody lifted is none any more."""
    remembered.live(*BEFORE)
    backup = remembered.store.head().seq
    remembered.live(*LIFTED[name])
    head = older(remembered.store, backup, other)
    assert remembered.reopened().revived(other, at=LATER, head=head) == []


def test_what_was_revoked_before_the_backup_is_left_alone(remembered: Remembered, other: Store) -> None:
    """A person who was removed, and added again before the backup, stays."""
    remembered.live(*BEFORE, RemoveUser(ACME, BIA), AddUser(ACME, BIA, "Bia"), GrantToUser(ACME, ROLE_1, BIA))
    backup = remembered.store.head().seq
    remembered.live(DeactivateKey(ACME, KEY_1))
    head = older(remembered.store, backup, other)
    done = remembered.reopened().reapply(other, at=LATER, head=head)
    assert [type(one.change.event).__name__ for one in done] == ["KeyDeactivated"]
    assert BIA in other.keyring(ACME).users


def test_any_history_and_any_backup(quick_path: Path) -> None:
    """Random histories, each taken back to a random moment: nothing that the newest state refuses is let in."""
    dice = random.Random(21)
    revoked = 0
    for number in range(HISTORIES):
        remembered = Remembered(quick_path / f"journal-{number}")
        remembered.live(create(), *(anything(dice) for _ in range(dice.randint(5, 120))))
        backup = dice.randint(1, remembered.store.head().seq)
        restored = MemoryStore(epoch="00000002")
        head = older(remembered.store, backup, restored)
        known = dice.choice((head, None))  # None: a failover, where nobody knows how old the database is
        done = remembered.reopened().reapply(restored, at=LATER, head=known)
        revoked += len(done)
        newest = let_in(remembered.store.keyring(ACME))
        found = let_in(restored.keyring(ACME)) - newest
        if any(not one.possible for one in done):
            found = {one for one in found if one.startswith(("key", "external", "hand-over"))}
        assert not found, (number, backup, found)
        remembered.path.unlink()
    assert revoked > HISTORIES  # one of each, on average: there was something to revoke


def test_a_former_sponsor_whose_successor_is_unknown_is_told(remembered: Remembered, other: Store) -> None:
    """Where the database has nobody to take over from them, it is listed, and nothing is made up."""
    remembered.live(create())
    remembered.live(AddUser(ACME, BIA, "Bia"), InviteSponsor(ACME, BIA), AcceptSponsorship(ACME), RemoveUser(ACME, ANA))
    head = older(remembered.store, 1, other)
    done = remembered.reopened().revoke_again(other, at=LATER, head=head)
    assert [(type(one.change.event).__name__, one.possible) for one in done] == [
        ("SponsorChanged", False),
        ("UserRemoved", False),
    ]
    assert other.head().seq == 1


class Moved:
    """A store whose accounts others change just before each of the first commits."""

    def __init__(self, store: Store, times: int) -> None:
        self._store, self._times = store, times

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def commit(self, change: Change, *, seen: Revision | None) -> Revision:
        if self._times:
            self._times -= 1
            carry_out(self._store, AddUser(ACME, ANA, "Ana"))  # refused, and that is kept
        return self._store.commit(change, seen=seen)


def test_others_may_change_the_account_meanwhile(remembered: Remembered, other: Store) -> None:
    """It is tried again on what stands then, and not for ever."""
    remembered.live(*BEFORE)
    backup = remembered.store.head().seq
    remembered.live(DeactivateKey(ACME, KEY_1), WithdrawFromKey(ACME, ROLE_1, KEY_1))
    head = older(remembered.store, backup, other)
    with pytest.raises(StoreUnavailable, match="changed by others"):
        remembered.reopened().revoke_again(Moved(other, TRIES), at=LATER, head=head)
    remembered.reopened().revoke_again(Moved(other, 3), at=LATER, head=head)
    key = other.keyring(ACME).keys[KEY_1]
    assert key.inactive
    assert not key.grants


def test_a_retired_token_without_its_successor_needs_another(remembered: Remembered, other: Store) -> None:
    """The database has only the token that was retired: the key is blocked, and activating it is refused."""
    remembered.live(create(), issue(ACME, KEY_1, 1))
    remembered.live(RenewKey(ACME, KEY_1, digest_of(2)), FinishRenewal(ACME, KEY_1))
    head = older(remembered.store, 2, other)
    done = remembered.reopened().reapply(other, at=LATER, head=head)
    assert [type(one.change.event) for one in done] == [KeyBlocked]
    carry_out(other, ActivateKey(ACME, KEY_1), at=LATER)
    assert not isinstance(other.changes(limit=100)[-1].change.event, KeyActivated)


def test_a_store_in_another_epoch_is_told_apart(quick_path: Path) -> None:
    """The memory store refuses to go on from another epoch, which is how a node notices one."""
    store = MemoryStore(epoch="00000009")
    live(store, [create()])
    with pytest.raises(RevisionMoved):
        store.changes(after=store.head()._replace(epoch="00000001"))
