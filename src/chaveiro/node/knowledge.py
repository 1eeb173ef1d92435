"""What one process knows of the accounts, and whether that is still all there is to know."""

from __future__ import annotations

import math
from contextlib import suppress
from itertools import groupby
from threading import Condition, Event, Lock
from typing import TYPE_CHECKING, Final

import structlog

from chaveiro.core.change import ABOUT_ONE_KEY, after, after_each
from chaveiro.core.event import AccountCreated
from chaveiro.core.fleet import SPREAD_SECONDS, Held, NodeId, NodeReport, Standing
from chaveiro.core.keyring import Keyring, Mark, Revision
from chaveiro.core.names import AccountName, Email, Moment
from chaveiro.node.answer import RETRY_SECONDS
from chaveiro.quarantine import Quarantine
from chaveiro.stores.port import (
    AccountDamaged,
    Committed,
    RevisionMoved,
    StoreMoved,
    StoreUnavailable,
    StoreUnreachable,
    Unreadable,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from chaveiro.core.change import Change
    from chaveiro.core.names import RoleId
    from chaveiro.node.ports import Journal, Snapshot
    from chaveiro.stores.port import Feed, Store

AT_ONCE_MAX: Final = 20  # changes, fewer of which are applied on an event loop, where decisions wait for it
FEED_MAX: Final = 1000  # changes that are read at a time
GLANCE_SECONDS: Final = 0.1  # between two looks at the store on an event loop, where its pulse stays as it is
HURRY_SECONDS: Final = 0.02  # between two looks at the store, however many wait for what others committed
STALE_SECONDS_MAX: Final = 300.0
OVERDUE_SECONDS: Final = 1.0  # a poll that has not succeeded within this counts as failed, where a failed one ends all

_log = structlog.get_logger(__name__)

# Whoever names no account, or one that does not exist, is judged by a keyring with no keys: it learns nothing.
NOBODY: Final = Keyring(AccountName(""), Revision("", 0), Email(""), Mark(Moment(0), ""))


class Knowledge:
    """The accounts that one process was asked about, as they are at a revision of the store.

    INVARIANT: memory changes under one lock, which is held while the store is read for it: no two readings are taken
    over out of order. Whoever only decides never waits for it. A keyring is immutable, and each is replaced as a whole
    before the revision says that it was.
    """

    def __init__(
        self,
        store: Store,
        *,
        id: NodeId,  # noqa: A002 - what it is
        name: str,
        clock: Callable[[], Moment],
        boottime: Callable[[], float],
        stale_seconds_max: float,
        journal: Journal,
        snapshot: Snapshot,
        opening: Callable[[], None] | None,
    ) -> None:
        """Begin with nothing, or with the *snapshot* where an *opening* is still to come. Raises StoreUnavailable."""
        self.quarantine = Quarantine()
        self.problem = ""  # why the store, which answers, must not be decided by until people have put something right
        self.follows = False  # whether this process is a node: it follows others by itself, and says how far it is
        self.woken = Event()  # told whenever it is time to look for what others committed
        self.cut_off = opening is not None  # the last question to the store got no answer
        self._store = store
        self._unseen = not store.keeps_nodes
        self._journal = journal
        self._snapshot = snapshot
        self._opening = opening
        self._id = id
        self._name = name
        self._clock = clock
        self._boottime = boottime
        self._stale_seconds_max = stale_seconds_max
        # How long this node decides after a proof, should it hear nothing more.
        self._lease_seconds = stale_seconds_max or OVERDUE_SECONDS
        self._lock = Lock()
        self._applied = Condition()  # told whenever this node knows more, or knows again that it knows all
        self._keyrings: dict[AccountName, Keyring] = {}
        self._lost: dict[AccountName, float] = {}  # damaged accounts, and until when nobody asks for them again
        self._reported = False
        self._proved_at = -math.inf
        self._pulse = b""  # the store's, before it was last asked
        self._cursor = Revision("", 0)
        self._accounts: frozenset[AccountName] = frozenset()
        if opening is None:
            self.begin()
        elif held := snapshot.load():
            self._proved_at, self._cursor, self._accounts = held.proved_at, held.revision, held.accounts
            self._keyrings.update(held.keyrings)

    # -- how fresh it is

    def stale_seconds(self) -> float:
        """How long ago this process last proved that it knows every change. Infinite where it never did."""
        return self._boottime() - self._proved_at

    def standing(self) -> Standing:
        """What this process knows now."""
        return Standing(self._cursor, self.stale_seconds())

    def is_fresh(self) -> bool:
        """Whether this node may decide now: it heard of the newest change lately enough, and others know that it does.

        Where lately is to be no time at all, as long as no poll has failed and none is overdue.
        """
        return self.may_decide(self.stale_seconds())

    def may_decide(self, stale_seconds: float) -> bool:
        """Say likewise whether it may where its last proof is so old."""
        if stale_seconds > self._lease_seconds:
            return False
        if self.cut_off and (self._stale_seconds_max == 0 or self._must_ask):
            return False
        # What is left behind of a node was reported by it, and it did not leave.
        return self._reported or not self.follows or self._opening is not None

    @property
    def _must_ask(self) -> bool:
        """Whether others may believe by now that this process knows what it does not: nobody sees how far it is."""
        return self._unseen and (self._store.pulse() != self._pulse or self.stale_seconds() > SPREAD_SECONDS)

    def confirm(self) -> None:
        """See that others believe of this process what is so, before it decides. Raises StoreUnavailable.

        INVARIANT: where nodes are not listed, a change counts as in force everywhere after SPREAD_SECONDS, and at once
        where processes share the store's pulse. A process that was paused, or whose polls fail, asks before it decides;
        as long as polls succeed and nothing was committed, no store is asked.
        """
        if not self._must_ask:
            return
        self._expect_an_answer()
        # Not under the lock at first: while a large account is read nobody else waits for that.
        pulse = self._store.pulse()
        if not self.follows or self._store.head() != self._cursor:
            self.refresh()
        else:
            self._pulse = pulse

    def confirm_at_once(self) -> bool:
        """Do likewise on an event loop; whether it was done. Never raises.

        It waits for no other thread and for nothing to be written, and applies few changes: those of one machine come
        one by one, and to read one takes less than to hand the decision to a thread.
        """
        if not self._unseen or (self._store.pulse() == self._pulse and self.stale_seconds() < GLANCE_SECONDS):
            return True
        if self.cut_off or not self._lock.acquire(blocking=False):
            return False
        try:
            return self._looked_at_once()
        except Exception:  # noqa: BLE001 - a thread meets it too, where it is told
            return False
        finally:
            self._lock.release()

    def _looked_at_once(self) -> bool:
        """Apply what was committed, if that is little. Raises StoreError. The lock is held."""
        asked_at, pulse = self._boottime(), self._store.pulse()
        if pulse != self._pulse or self._store.head() != self._cursor:
            heard = self._heard(AT_ONCE_MAX)
            sound = all(isinstance(one, Committed) for one in heard.following)
            if not sound or len(heard.following) == AT_ONCE_MAX or self._journal.waits(heard.following):
                return False
            self._take_over_all(heard)
        elif self._journal.waits(()):
            return False
        self._prove(asked_at, pulse)
        return True

    @property
    def has_begun(self) -> bool:
        """Whether the store was ever open to this node."""
        return self._opening is None

    def is_at(self, revision: Revision) -> bool:
        """Say whether this node has applied a change. One of another epoch it cannot know of."""
        return self._cursor.epoch == revision.epoch and self._cursor.seq >= revision.seq

    def still_knows(self, keyring: Keyring, at_least: Revision | None) -> bool:
        """Say whether what was decided by is still what stands: here, in time and at a revision.

        Raises StoreUnavailable.
        """
        before, stale_seconds = self._cursor, self.stale_seconds()
        # What was committed since it was confirmed is for the next one: else nobody could decide while others write.
        if stale_seconds > SPREAD_SECONDS:
            self.confirm()
            if before != self._cursor:
                return False
            stale_seconds = self.stale_seconds()
        if keyring is not NOBODY and keyring.revision.epoch != self._cursor.epoch:
            return False
        return self.may_decide(stale_seconds) and (at_least is None or self.is_at(at_least))

    def comes_to(self, revision: Revision, wait_seconds: float) -> bool:
        """Say whether this node applies a change in that time. Raises StoreUnavailable."""
        if self.is_at(revision):
            return True
        if not self.follows:
            self.refresh()
            return self.is_at(revision)
        self.woken.set()
        with self._applied:
            return self._applied.wait_for(lambda: self.is_at(revision), wait_seconds)

    def hurry(self) -> None:
        """Look now for what others committed, unless that was done just before: so strangers may ask for it, too."""
        if self.stale_seconds() >= HURRY_SECONDS:
            self.woken.set()

    def has(self, account: AccountName | None) -> bool:
        """Say whether an account is known here, with all that a check of it needs."""
        held = self._keyrings.get(account) if account else None
        if held is None:
            return account not in self._accounts
        return not held.external or all(home in self._keyrings for home in held.homes)

    # -- what is known

    @property
    def accounts(self) -> frozenset[AccountName]:
        """The accounts there are, as far as this process knows."""
        return self._accounts

    @property
    def revision(self) -> Revision:
        """The newest change this process has applied."""
        return self._cursor

    def revision_of(self, account: AccountName) -> Revision:
        """The newest change of an account that this process knows: what it changed itself, or later. Asks no store."""
        return self._keyrings.get(account, NOBODY).revision

    def remembered(self, account: AccountName) -> Keyring:
        """An account that this process has just changed, as it knows it. Asks no store."""
        return self._keyrings[account]

    def role_names(self, account: AccountName, roles: tuple[RoleId, ...]) -> tuple[str, ...]:
        """The names of these roles as this process knows them. No store is asked."""
        held = self._keyrings.get(account, NOBODY).roles
        return tuple(held[role].name for role in roles if role in held)

    def is_lost(self, account: AccountName) -> bool:
        """Say whether an account was found to be damaged, and is not asked for again yet."""
        return account in self._lost

    def keyring(self, account: AccountName) -> Keyring:
        """One account as it is now, other processes' changes included. Raises AccountUnknown, StoreUnavailable."""
        self._expect_an_answer()
        self.refresh()
        return self.recall(account)

    def recall(self, account: AccountName) -> Keyring:
        """One account as it is known here, or read now. Raises AccountUnknown, AccountDamaged, StoreUnavailable."""
        held = self._keyrings.get(account)
        if held is None:
            self._expect_an_answer()
            with self._lock:
                held = self._keyrings.get(account)
                if held is not None:  # read for somebody else, while this one waited
                    return held
                held = self._loaded(account)
                if held.revision.epoch != self._cursor.epoch:  # the rest of memory may never have happened
                    self._follow()
                    held = self._loaded(account)
                if held.revision.epoch == self._cursor.epoch:
                    self._keyrings[account] = held
        return held

    def _expect_an_answer(self) -> None:
        """Raise where the one who follows gets none: nobody else waits in vain, or keeps it from asking again."""
        if self.cut_off and self.follows:
            raise StoreUnreachable("the database does not answer")

    def _loaded(self, account: AccountName) -> Keyring:
        """Read an account from the store, and tell what is damaged of it. The lock is held."""
        if self._boottime() < self._lost.get(account, 0.0):
            raise AccountDamaged("an account is damaged: restore a backup")
        try:
            found = self._store.keyring(account)
        except AccountDamaged:
            self._lost[account] = self._boottime() + RETRY_SECONDS
            self.quarantine.lost(account)
            raise
        self._lost.pop(account, None)
        self.quarantine.note(account, found.damaged)
        return found

    def held(self) -> Held | None:
        """What this node knows, and when it proved that it is everything; None before it has begun."""
        with self._lock:
            if self._opening is not None:
                return None
            return Held(self._proved_at, self._cursor, self._accounts, dict(self._keyrings))

    # -- following

    def refresh(self) -> None:
        """Apply what other processes committed. Raises StoreUnavailable, and then proves nothing."""
        with self._lock:
            if self._opening is not None:
                raise StoreUnreachable("the database has not answered yet")
            asked_at, pulse = self._boottime(), self._store.pulse()
            try:
                if (head := self._asked()) != self._cursor:
                    self._follow(head)
            except BaseException as surprise:
                self.cut_off = True
                if isinstance(surprise, StoreMoved):
                    self._end()
                raise
            self._prove(asked_at, pulse)

    def _prove(self, asked_at: float, pulse: bytes) -> None:
        """Note that everything is known that there was when the store was asked. The lock is held."""
        self._journal.follow(self._cursor, self._store)
        self._proved_at, self._pulse = asked_at, pulse
        self.cut_off = False
        with self._applied:
            self._applied.notify_all()

    def begin(self) -> None:
        """Open the store, and take from it what a node begins with. Raises StoreUnavailable."""
        try:
            self._begin()
        except StoreMoved:
            with self._lock:
                self._end()
            raise

    def _begin(self) -> None:
        if self._opening is not None:
            self._opening()
        with self._lock:
            asked_at, pulse = self._boottime(), self._store.pulse()
            self._load()
            self._journal.catch_up(self._store)  # it begins where this node does, so nothing falls between
            self._proved_at, self._pulse = asked_at, pulse
            self._opening = None
            self.problem = ""
            self.cut_off = False

    def _end(self) -> None:
        """Decide no more by what is in memory, nor by what was left behind: it was the truth once. The lock is held."""
        self._proved_at = self._boottime() - self._lease_seconds - 1
        self._snapshot.withdraw()

    def _load(self) -> None:
        """Begin anew: what is in memory may never have happened. The lock is held."""
        self._keyrings.clear()
        head = self._store.head()  # first: an account that is opened meanwhile comes with its change
        self._forget()
        self._cursor = head

    def _asked(self) -> Revision:
        """The head of all changes. Whoever follows says with the question what it has applied."""
        if not self.follows:
            return self._store.head()
        head = self._store.report(self._report())
        self._reported = True
        return head

    def _report(self) -> NodeReport:
        return NodeReport(self._id, self._name, self._cursor, self._lease_seconds)

    def _follow(self, to: Revision | None = None) -> None:
        """Apply what was committed, up to a revision or to where there is no more. The lock is held."""
        try:
            while (heard := self._heard(FEED_MAX)).following:
                self._take_over_all(heard)
                if to is not None and self.is_at(to):
                    break
        except RevisionMoved:  # another epoch
            self._keyrings.clear()
            self._journal.reapply(self._store, at=self._clock())
            self._load()

    def _heard(self, most: int) -> Feed:
        """What follows upon what is known. Raises RevisionMoved where that does not stand in the database."""
        heard = self._store.feed(after=self._cursor, limit=most)
        if self._journal.parted(self._store, self._cursor, heard.macs):
            raise RevisionMoved("the database was taken back, and has gone on since")
        return heard

    def _take_over_all(self, heard: Feed) -> None:
        """Apply changes, and remember what they revoke. The lock is held."""
        for run in _runs(heard.following):
            self._apply_all(run)
        noted = [one for one in heard.following if isinstance(one, Committed)]
        self._journal.note_all(noted, self._store, heard.macs)

    def _apply(self, one: Committed | Unreadable) -> None:
        """Take over one change. The lock is held.

        INVARIANT: no change stops the ones after it. What cannot be applied makes its account be read again from its
        rows, when it is asked for next; what cannot even be believed, every account.
        """
        if isinstance(one, Unreadable):
            self.quarantine.unreadable += 1
            _log.error("change_unreadable", seq=one.revision.seq)
            self._forget(one.account)
        else:
            self._take_over(one)
        self._cursor = one.revision

    def _apply_all(self, run: Sequence[Committed | Unreadable]) -> None:
        """Take over changes that follow upon each other. Many about keys of one account copy its other keys once."""
        changes = [one for one in run if isinstance(one, Committed)]
        account = changes[0].change.account if changes else None
        held = self._keyrings.get(account) if account else None
        if len(run) == 1 or len(changes) != len(run) or held is None or held.revision.seq >= run[0].revision.seq:
            for one in run:
                self._apply(one)
            return
        self._snapshot.withdraw(account)
        try:
            self._keyrings[held.account] = after_each(held, [(one.change, one.revision) for one in changes])
        except Exception:  # noqa: BLE001 - one of them: which, is found one by one
            for one in run:
                self._apply(one)
        self._cursor = run[-1].revision

    def _take_over(self, committed: Committed) -> None:
        account = committed.change.account
        self._snapshot.withdraw(account)
        held = self._keyrings.get(account)
        if isinstance(committed.change.event, AccountCreated):
            self._accounts |= {account}
        elif held is not None and held.revision.seq < committed.revision.seq:
            try:
                self._keyrings[account] = after(held, committed.change, committed.revision)
            except Exception as surprise:  # noqa: BLE001 - it is about something that was damaged here, or worse
                self.quarantine.unreadable += 1
                _log.error("change_not_applied", seq=committed.revision.seq, surprise=type(surprise).__name__)
                self._forget(account)

    def _forget(self, account: AccountName | None = None) -> None:
        """Let go of one account, or of all, until they are asked for. The lock is held."""
        self._snapshot.withdraw(account)
        if account is None:
            self._keyrings.clear()
        else:
            self._keyrings.pop(account, None)
        self._lost.clear()
        self._accounts = frozenset(self._store.accounts())

    def commit(self, change: Change, keyring: Keyring | None) -> None:
        """Write a change of an account as it was seen, and know it at once. Raises StoreError."""
        revision = self._store.commit(change, seen=keyring.revision if keyring else None)
        with self._lock:
            self._come_to_epoch(revision, change.account)
            self._accounts |= {change.account}
            held = self._keyrings.get(change.account, keyring)
            if held is None:
                self._keyrings[change.account] = after(held, change, revision)
            else:
                self._keyrings[change.account] = held
                self._take_over(Committed(revision, change))
            if revision == (self._cursor.epoch, self._cursor.seq + 1):  # nothing of others lies between
                self._cursor = revision
        self._journal.note(Committed(revision, change), self._store)

    def commit_all(self, changes: Sequence[Change], keyring: Keyring) -> None:
        """Write changes of an account's own keys as it was seen, and know them at once. Raises StoreError."""
        revisions = self._store.commit_all(changes, seen=keyring.revision)
        account, last = keyring.account, revisions[-1]
        with self._lock:
            self._come_to_epoch(last, account)
            self._snapshot.withdraw(account)
            held = self._keyrings.get(account, keyring)
            if held.revision == keyring.revision:
                self._keyrings[account] = after_each(held, tuple(zip(changes, revisions, strict=True)))
            elif held.revision < last:  # some of it was followed: the account is read when it is asked for next
                self._keyrings.pop(account, None)
            if revisions[0] == (self._cursor.epoch, self._cursor.seq + 1):  # nothing of others lies between
                self._cursor = last
        self._journal.note_all(list(map(Committed, revisions, changes)), self._store)

    def _come_to_epoch(self, revision: Revision, account: AccountName) -> None:
        """Follow to where a change was committed. Raises StoreUnavailable. The lock is held."""
        if revision.epoch != self._cursor.epoch:
            with suppress(StoreUnavailable):
                self._follow()
        if revision.epoch != self._cursor.epoch:  # one of the two ended meanwhile: nobody knows what is left of it
            self._keyrings.pop(account, None)
            raise StoreUnavailable("the database was replaced meanwhile: see whether the change is there")

    def leave(self) -> None:
        """Tell the others that this process decides no more. Raises StoreUnavailable."""
        self._store.leave(self._report())


def _runs(following: Sequence[Committed | Unreadable]) -> Iterator[Sequence[Committed | Unreadable]]:
    """Changes in order, those together that are about single keys of one account."""
    for account, run in groupby(following, _about_keys_of):
        if account is None:
            yield from ([one] for one in run)
        else:
            yield list(run)


def _about_keys_of(one: Committed | Unreadable) -> AccountName | None:
    about = isinstance(one, Committed) and isinstance(one.change.event, ABOUT_ONE_KEY)
    return one.change.account if about and isinstance(one, Committed) else None
