"""The journal's file: lines are added, whole and on the disk, or not at all; several processes share it."""

from __future__ import annotations

import errno
import os
import sys
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, Final, Self

import structlog

from chaveiro.journal.facts import Fact, facts_of
from chaveiro.journal.lineage import Lineage, known_mac, mac_at
from chaveiro.journal.lines import content_of, end_of_lines, make_durable, whole_lines, write_whole
from chaveiro.journal.memory import (
    JournalDamaged,
    Memory,
    Standing,
    anchor_line,
    applied_line,
    fact_line,
)
from chaveiro.journal.revived import Revived, reapply, revived
from chaveiro.stores.port import NO_MACS, AccountDamaged, AccountUnknown, Committed, StoreError

if sys.platform != "win32":  # there one process uses the file
    import fcntl

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from chaveiro.core.keyring import Keyring, Revision
    from chaveiro.core.names import AccountName, Moment
    from chaveiro.journal.revived import Claim
    from chaveiro.stores.port import Anchor, Store

_SPARE_LINES: Final = 10_000  # that say nothing any more, before the file is written anew
_UNWRITTEN_MAX: Final = 1_000  # changes that revoked nothing, after which it is written up to where all is known
_MODE: Final = 0o600

_log = structlog.get_logger(__name__)


class FileJournal:
    """What was revoked, remembered on this machine, outside the database.

    INVARIANT: what `note` was given is on the disk when it returns, unless the disk took nothing: then it is said in
    the log, written as soon as the disk takes it, and found again in the database's own history at the next start.
    Where another process of this machine writes the file for this one as well, it is only remembered here.
    """

    def __init__(self, path: Path, memory: Memory, lines: int, room: Callable[[], bool], *, writes: bool) -> None:
        """Use `open`."""
        self._writes = writes
        self._path = path
        self._memory = memory
        self._lines = lines
        self._room = room
        self._lock = Lock()
        self._unwritten: list[str] = []
        self._written = memory.applied
        self._newest: tuple[Revision | None, str] = None, ""  # of what was noted, with its MAC where that is known
        self._missed = False  # a change that could not be read through: nothing after it counts as known
        self._anew = False  # the file is to be written anew: what it says of epochs is no more so
        self._refused = False  # the disk took nothing last time, which was said
        self._damaged: set[AccountName] = set()  # accounts of which that was said

    @classmethod
    def open(cls, path: Path, *, room: Callable[[], bool] = lambda: False, writes: bool = True) -> Self:
        """Read the file, which need not be there. *room* may make room on a full disk, and says whether it did.

        Unless it *writes*, the file is left to another process of this machine. Raises JournalDamaged, and OSError.
        """
        memory = Memory()
        lines = memory.read(whole_lines(path.read_bytes())) if path.exists() else 0
        return cls(path, memory, lines, room, writes=writes)

    # -- remembering

    def note(self, committed: Committed, store: Store) -> None:
        """Remember, durably, what a change revokes or lifts. Never raises."""
        self.note_all((committed,), store)

    def note_all(self, committed: Sequence[Committed], store: Store, macs: Mapping[int, str] = NO_MACS) -> None:
        """Remember what several changes revoke or lift, in order; durably all together. Never raises.

        *macs* are those of the changes, by their numbers, as far as they are known.
        """
        facts = [fact for one in committed for fact in self._found(one, store)]
        macs = macs or _macs(store, [fact.revision for fact in facts])
        found = [replace(fact, mac=macs.get(fact.revision.seq, "")) for fact in facts]
        with self._lock:
            if committed:
                newest = committed[-1].revision
                self._newest = newest, macs.get(newest.seq, "")
            new = [fact for fact in found if self._memory.take(fact)]
            if new:
                self._write(map(fact_line, new))

    def _found(self, committed: Committed, store: Store) -> Sequence[Fact]:
        try:
            return facts_of(committed.change, committed.revision, lambda: store.keyring(committed.change.account))
        except (AccountDamaged, AccountUnknown):
            self._tell_damaged(committed.change.account)
        except StoreError:  # it is found again at the next start
            _log.error("journal_not_written", seq=committed.revision.seq)
            self._missed = True
        return ()

    def waits(self, changes: Sequence[object]) -> bool:
        """Whether noting these, and where they end, would wait for a disk."""
        return self._writes and bool(changes or self._unwritten or self._anew)

    def follow(self, revision: Revision, store: Store) -> None:
        """Note that every change up to here was given to `note`. Never raises."""
        with self._lock:
            moved = revision != self._memory.applied
            if self._missed or not (moved or self._unwritten or self._anew):
                return
            if moved:
                newest, mac = self._newest
                self._memory.follow(revision, mac if mac and newest == revision else known_mac(store, revision))
            known = self._written is not None and self._written.epoch == revision.epoch
            if (
                self._unwritten
                or self._anew
                or not known
                or revision.seq - (self._written or revision).seq >= _UNWRITTEN_MAX
            ):
                self._write((), durably=bool(self._unwritten))

    def anchored(self, anchor: Anchor) -> None:
        """Keep the newest link of the audit's chain. Never raises."""
        with self._lock:
            self._memory.anchor = anchor
            self._write((anchor_line(anchor),), durably=False)

    @property
    def anchor(self) -> Anchor | None:
        """The newest link of the audit's chain that was kept."""
        return self._memory.anchor

    def close(self) -> None:
        """Write up to where everything is known, so that the next start reads less. Never raises."""
        with self._lock:
            if self._unwritten or self._anew or self._memory.applied != self._written:
                self._write((), durably=False)

    # -- holding it against a database

    def how(self, store: Store) -> Standing:
        """How a database stands to what is remembered: by its newest revision, and by its chain. Raises StoreError."""
        head = store.head()
        how = self._memory.how(head)
        if how is Standing.FOLLOWS and head.epoch in Lineage.of(self._memory, store, head).parted:
            return Standing.OLDER
        return how

    def parted(self, store: Store, revision: Revision, macs: Mapping[int, str]) -> bool:
        """Whether a database is another one than was followed, although it names the same epoch. Raises StoreError.

        *macs* are what it has at a revision and after it.
        """
        applied, known = self._memory.applied, self._memory.applied_mac
        if applied is None or not known:
            return False
        return (macs.get(applied.seq, "") if applied == revision else mac_at(store, applied)) != known

    def vouches(self, head: Revision) -> bool:
        """Whether everything that was revoked after this revision is known."""
        return self._memory.vouches(head)

    def revived(self, store: Store, *, at: Moment, head: Revision | None = None) -> list[Revived]:
        """What a database would let in that was revoked. *head*: its newest revision, in the epoch it came from.

        Raises StoreUnavailable.
        """
        return revived(store, self._claims(store, head), at=at, damaged=self._tell_damaged)

    def revoke_again(self, store: Store, *, at: Moment, head: Revision | None = None) -> list[Revived]:
        """Revoke again what a database would let in, by audited changes. Idempotent.

        What was found, also what could not be revoked. Raises StoreUnavailable.
        """
        found = reapply(store, self._claims(store, head), at=at, damaged=self._tell_damaged)
        for one in found:
            account, what = one.change.account, type(one.change.event).__name__
            if one.possible:
                _log.warning("revoked_again", account=account, what=what)
            else:
                _log.error("not_revoked_again", account=account, what=what)
        return found

    def reapply(self, store: Store, *, at: Moment, head: Revision | None = None) -> list[Revived]:
        """Do `revoke_again` and `begin_from`: what a node does that meets a new epoch. Raises StoreUnavailable."""
        found = self.revoke_again(store, at=at, head=head)
        self.begin_from(store)
        return found

    def _claims(self, store: Store, head: Revision | None) -> list[Claim]:
        """The facts that a database may not know of. What its own history says later about the same counts."""
        head = head or store.head()
        lineage = Lineage.of(self._memory, store, head)
        claims = self._memory.claims(None if head.epoch in lineage.parted else head, lineage.shared)
        if all(one.certain or one.fact.mac for one in claims):
            return claims
        there = Memory()
        self._read(store, store.head()._replace(seq=0), there)
        return [one for one in claims if one.certain or one.fact.mac or not there.overrides(one.fact)]

    def _tell_damaged(self, account: AccountName) -> None:
        """Say, once, that an account cannot be read. What is remembered of it stays remembered."""
        if account not in self._damaged:
            self._damaged.add(account)
            _log.error("journal_account_damaged", account=account)

    def catch_up(self, store: Store) -> None:
        """Take over what was committed since, by whomever; of a database never seen, everything. Raises StoreError."""
        with self._lock:
            applied = self._memory.applied
            known = applied is not None and applied.epoch == store.head().epoch
            new = self._taken(store, applied if known else None)
            if new or not known:
                self._write(map(fact_line, new))

    def begin_from(self, store: Store) -> None:
        """Go on from a database in a new epoch: what was remembered before holds in it, or was accepted."""
        with self._lock:
            applied, head = self._memory.applied, store.head()
            whole = applied is not None and Lineage.of(self._memory, store, head).whole
            self._taken(store, head._replace(seq=applied.seq) if applied and whole else None)
            self._memory.settle()
            self._anew = True
            self._write(())

    def _taken(self, store: Store, after: Revision | None) -> list[Fact]:
        """Take over what was committed after a revision; the facts that were new. The lock is held."""
        after = after or store.head()._replace(seq=0)
        new, last = self._read(store, after, self._memory)
        self._memory.follow(last, known_mac(store, last))
        return new

    def _read(self, store: Store, after: Revision, into: Memory) -> tuple[list[Fact], Revision]:
        """Read a database's own history from a revision on; the facts that were new, and its last revision."""
        keyrings: dict[AccountName, Keyring] = {}

        def keyring(account: AccountName) -> Keyring:
            if account not in keyrings:
                keyrings[account] = store.keyring(account)
            return keyrings[account]

        new: list[Fact] = []
        while (page := store.feed(after=after)).following:
            for one in page.following:
                if not isinstance(one, Committed):  # of what cannot be read nothing follows
                    continue
                try:
                    found = facts_of(one.change, one.revision, partial(keyring, one.change.account))
                except (AccountDamaged, AccountUnknown):
                    self._tell_damaged(one.change.account)
                    continue
                new += [
                    fact for each in found if into.take(fact := replace(each, mac=page.macs.get(one.revision.seq, "")))
                ]
            after = page.following[-1].revision
        return new, after

    # -- the file

    def _write(self, lines: Iterable[str], *, durably: bool = True) -> None:
        """Add lines, those that did not fit before first, and up to where all is known. The lock is held."""
        if not self._writes:
            self._written, self._anew = self._memory.applied, False
            self._lines += len(list(lines))
            if self._is_long:
                self._memory.shorten()
                self._lines = len(self._memory.facts)
            return
        self._unwritten += lines
        try:
            if self._anew:
                self._rewrite()
            else:
                self._append_all(durably=durably)
        except (OSError, JournalDamaged) as surprise:
            if not self._refused:  # once, however often it is tried again
                reason = os.strerror(surprise.errno or 0) if isinstance(surprise, OSError) else str(surprise)
                _log.error("journal_not_written", reason=reason, lines=len(self._unwritten))
            self._refused = True
            return
        if self._refused:
            _log.warning("journal_written_again")
        self._refused = False
        if self._is_long:
            with suppress(OSError, JournalDamaged):  # it goes on growing until there is room
                self._rewrite()

    @property
    def _is_long(self) -> bool:
        """Whether much of what is remembered says nothing any more."""
        return self._lines > 2 * len(self._memory.facts) + _SPARE_LINES

    def _append_all(self, *, durably: bool) -> None:
        applied = self._memory.applied
        more = [applied_line(applied, self._memory.applied_mac)] if applied and applied != self._written else []
        lines = [*self._unwritten, *more]
        self._append("".join(f"{one}\n" for one in lines).encode(), durably=durably)
        self._lines += len(lines)
        self._unwritten.clear()
        self._written = applied

    def _append(self, text: bytes, *, durably: bool) -> None:
        try:
            self._added(text, durably=durably)
        except OSError as full:
            if full.errno != errno.ENOSPC or not durably or not self._room():
                raise
            self._added(text, durably=durably)

    def _added(self, text: bytes, *, durably: bool) -> None:
        with self._alone() as file:
            end = end_of_lines(file)
            try:
                write_whole(file, text, end)
                if durably:
                    os.fsync(file)
            except OSError:
                os.ftruncate(file, end)
                raise

    def _rewrite(self) -> None:
        """Write the file anew, without what says nothing any more, keeping what others added meanwhile."""
        unfinished = self._path.with_name(f".{self._path.name}.{os.getpid()}")
        with self._alone() as file:
            others = Memory()
            others.read(whole_lines(content_of(file)))
            for fact in others.facts.values():
                self._memory.take(fact)
            self._memory.shorten()
            lines = list(self._memory.lines())
            try:
                with os.fdopen(os.open(unfinished, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, _MODE), "w") as new:
                    new.writelines(f"{one}\n" for one in lines)
                    new.flush()
                    os.fsync(new.fileno())
                unfinished.replace(self._path)
            finally:
                unfinished.unlink(missing_ok=True)
            make_durable(self._path.parent)
        self._lines, self._written, self._anew = len(lines), self._memory.applied, False
        self._unwritten.clear()

    @contextmanager
    def _alone(self) -> Iterator[int]:
        """The file, while no other process adds to it; made where it is missing."""
        while True:
            made = not self._path.exists()
            file = os.open(self._path, os.O_RDWR | os.O_CREAT, _MODE)
            try:
                if sys.platform != "win32":
                    fcntl.flock(file, fcntl.LOCK_EX)
                if made:
                    make_durable(self._path.parent)
                with suppress(FileNotFoundError):
                    if os.path.samestat(os.fstat(file), self._path.stat()):  # else somebody wrote it anew meanwhile
                        yield file
                        return
            finally:
                os.close(file)


def _macs(store: Store, revisions: Sequence[Revision]) -> Mapping[int, str]:
    """The MACs of the changes at these revisions, by their numbers; of those that the store does not say, none."""
    if not revisions:
        return {}
    first, last = revisions[0], revisions[-1]
    with suppress(StoreError):
        links = store.links(after=first._replace(seq=first.seq - 1), limit=last.seq - first.seq + 1)
        return {one.seq: one.mac for one in links}
    return {}
