"""One running process: keeps keyrings fresh, decides requests, carries out commands."""

from __future__ import annotations

import math
import random
import re
from contextlib import suppress
from dataclasses import dataclass
from threading import Condition, Event, Lock, Thread
from time import sleep
from typing import TYPE_CHECKING, Protocol, TypeAlias

import structlog

from chaveiro.catalogue import Catalogue, CatalogueMalformed, Route, read_toml
from chaveiro.core.attempt import Attempt, Need, Request, UserToken, Wanted
from chaveiro.core.cause import Cause, Finding
from chaveiro.core.change import Change, after
from chaveiro.core.command import (
    OF_STRANGERS,
    AdoptKey,
    Command,
    GiveSetUpLink,
    ImportCatalogue,
    IssueKey,
    Reason,
    Refusal,
    RenewKey,
    TakeSetUpLink,
)
from chaveiro.core.credential import Secret, belong_together, digest
from chaveiro.core.decision import Allowed, Decision, Denied, decide
from chaveiro.core.denial import DenialId, Told
from chaveiro.core.event import AccountCreated, CommandRefused
from chaveiro.core.fleet import Held, NodeId, NodeReport, NodeSeen, Reach, Standing, reach
from chaveiro.core.keyring import Actor, ActorKind, Key, Keyring, Mark, Revision
from chaveiro.core.names import AccountName, AppKey, Email, KeyId, Moment, RoleId
from chaveiro.core.plan import plan
from chaveiro.mint import Mint
from chaveiro.quarantine import Quarantine
from chaveiro.stores.port import (
    AccountDamaged,
    AccountUnknown,
    AppKeyTaken,
    Committed,
    RevisionMoved,
    Store,
    StoreMoved,
    StoreUnavailable,
    StoreUnreachable,
    Unreadable,
)
from chaveiro.usage import UsageCounter

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from ipaddress import IPv4Network, IPv6Network

TRIES = 20  # of a command, when others change the same account at the same time
REACH_SECONDS = 0.02  # between two looks at what the other nodes have applied
HURRY_SECONDS = 0.02  # between two looks at the store, however many wait for what others committed
POLL_SECONDS = 0.2  # another process's commit is in force within this and the time it takes to read it
RETURN_SECONDS_MAX = 1.0  # between two attempts to reach a store that is away
WAIT_SECONDS_MAX = 0.5  # for a revision that a caller insists on, and for other nodes to say that they have applied one
SPREAD_SECONDS = 0.5  # what a change takes to the other processes of one machine, which report nothing
USAGE_SECONDS = 2.0
STALE_SECONDS_MAX = 300.0
OVERDUE_SECONDS = 1.0  # a poll that has not succeeded within this counts as failed, where a failed one ends everything
RETRY_SECONDS = 5  # after which it is worth asking again, where nobody could tell

_log = structlog.get_logger(__name__)

# Whoever names no account, or one that does not exist, is judged by a keyring with no keys: it learns nothing.
NOBODY = Keyring(AccountName(""), Revision("", 0), Email(""), Mark(Moment(0), ""))


class Refusals(Protocol):
    """Who is told about refusals. Quick, never raises, never changes an answer."""

    def note(self, keyring: Keyring, attempt: Attempt, denied: Denied, request: Request) -> Told:
        """Say what the caller may be told, and keep the rest for the account's keepers."""


class UserTokenReader(Protocol):
    """Who reads user tokens."""

    def read(self, text: str, /) -> UserToken | None:
        """What a user token says; None where its signature is not ours. Never raises."""


class NoUserTokens:
    """Where nobody signs user tokens, none is genuine."""

    def read(self, _text: str, /) -> UserToken | None:
        """Believe none."""
        return None


class Journal(Protocol):
    """What this machine remembers outside the database of what was revoked."""

    def note(self, committed: Committed, store: Store, /) -> None:
        """Remember, durably, what a change revokes or lifts. Never raises."""

    def catch_up(self, store: Store, /) -> None:
        """Remember what was committed while nobody here followed. Raises StoreError."""

    def follow(self, revision: Revision, /) -> None:
        """Every change up to here was noted. Never raises."""

    def reapply(self, store: Store, /, *, at: Moment) -> object:
        """Revoke again what a database in another epoch would let in. Raises StoreUnavailable."""


class NoJournal:
    """Where nothing outlives the process, nothing is remembered."""

    def note(self, _committed: Committed, _store: Store, /) -> None:
        """Forget it."""

    def catch_up(self, _store: Store, /) -> None:
        """Forget it."""

    def follow(self, _revision: Revision, /) -> None:
        """Forget it."""

    def reapply(self, _store: Store, /, *, at: Moment) -> object:  # noqa: ARG002 - nothing is known, now or then
        """Revoke nothing."""
        return None


class Snapshot(Protocol):
    """What a node leaves behind on its machine, for a start while the store is away."""

    def load(self) -> Held | None:
        """What was left behind lately enough. Never raises."""

    def start(self, held: Callable[[], Held | None], /) -> None:
        """Leave behind what is *held*, again and again, until `stop`."""

    def withdraw(self, account: AccountName | None = None, /) -> None:
        """Take back what was left of an account, or of all, before anybody hears that it changed. Never raises."""

    def stop(self, *, empty: bool) -> None:
        """Leave behind what is there, or nothing."""


class NoSnapshot:
    """Where the store is on the same machine, nothing is left behind."""

    def load(self) -> Held | None:
        """Nothing was."""
        return None

    def start(self, held: Callable[[], Held | None], /) -> None:
        """Leave nothing behind."""

    def withdraw(self, account: AccountName | None = None, /) -> None:
        """Nothing was left."""

    def stop(self, *, empty: bool) -> None:
        """Leave nothing behind."""


@dataclass(frozen=True, slots=True)
class CannotTell:
    """Nobody can say now. Not an allow, and not a denial either: the caller's credentials may be right."""

    retry_after_seconds: int = RETRY_SECONDS


Verdict: TypeAlias = Decision | CannotTell


@dataclass(frozen=True, slots=True)
class Answer:
    """A verdict, and what the caller may be told where it is a denial."""

    verdict: Verdict
    account: AccountName
    standing: Standing  # what the node knew when it began to decide
    wanted: Wanted | None = None
    told: Told | None = None
    token: int = 0  # which of its tokens an allowed key stood on, the first being 1; 0 where no key was allowed


@dataclass(frozen=True, slots=True)
class Issued:
    """A pair whose token is seen here for the only time."""

    app_key: AppKey
    token: Secret
    change: Change


class Node:
    """One running process. Every door calls the same one."""

    def __init__(
        self,
        store: Store,
        refusals: Refusals,
        *,
        pepper: bytes,
        clock: Callable[[], Moment],
        boottime: Callable[[], float],
        mint: Callable[[int], bytes],
        stale_seconds_max: float = STALE_SECONDS_MAX,
        user_tokens: UserTokenReader | None = None,
        name: str = "",
        journal: Journal | None = None,
        opening: Callable[[], None] | None = None,
        snapshot: Snapshot | None = None,
    ) -> None:
        """Begin with nothing in memory. *clock* is the wall clock, *boottime* one that no-one can set.

        *mint* gives that many unpredictable bytes. Without *user_tokens* none is genuine. *name* tells this node from
        others, for people. Raises StoreUnavailable.

        With *opening* the store is not asked yet, and nothing is raised: the node begins with its *snapshot*, if that
        is good, and once it was started, calls *opening* until the store is open to it.
        """
        self._store = store
        self._journal: Journal = journal or NoJournal()
        self._opening = opening
        self._snapshot: Snapshot = snapshot or NoSnapshot()
        self._problem = ""
        self._cut_off = opening is not None
        self._refusals = refusals
        self._pepper = pepper
        self._clock = clock
        self._boottime = boottime
        self._mint = Mint(pepper, mint)
        self._user_tokens: UserTokenReader = user_tokens or NoUserTokens()
        self._stale_seconds_max = stale_seconds_max
        self._lock = Lock()  # held while memory changes; whoever only decides never waits for it
        self._keyrings: dict[AccountName, Keyring] = {}
        self._wholes: dict[AccountName, tuple[tuple[Keyring, ...], Keyring]] = {}
        self._catalogues: dict[AccountName, tuple[str, Catalogue]] = {}
        self._usage = UsageCounter()
        self.quarantine = Quarantine()
        self._lost: dict[AccountName, float] = {}  # damaged accounts, and until when nobody asks for them again
        self._stopping = False
        self._woken = Event()
        self._applied = Condition()  # told whenever this node knows more, or knows again that it knows all
        self._thread: Thread | None = None
        self._reported = False
        self._away = ""  # what was last told of a store that cannot be followed
        self._id = NodeId(mint(8).hex())
        self._name = name
        self._proved_at = -math.inf
        self._cursor = Revision("", 0)
        self._accounts: frozenset[AccountName] = frozenset()
        if opening is None:
            self._begin()
        elif held := self._snapshot.load():
            self._proved_at, self._cursor, self._accounts = held.proved_at, held.revision, held.accounts
            self._keyrings.update(held.keyrings)

    # -- deciding

    def check(
        self,
        account: AccountName | None,
        request: Request,
        *,
        at_least: Revision | None = None,
        wait_seconds: float = WAIT_SECONDS_MAX,
    ) -> Answer:
        """Decide one request. None, or an account that does not exist, has no keys. Never raises.

        With *at_least* it is decided by what stands at that revision or later: nobody can tell where this node does not
        come so far within *wait_seconds*.
        """
        try:
            if at_least is not None and not self._comes_to(at_least, wait_seconds):
                return self._cannot_tell(account)
            # Noted before anything is looked at: what comes to be known meanwhile may not be in the verdict.
            standing = self.standing()
            # INVARIANT: before each decision, not by a timer: while a process is paused no timer runs.
            if not self.is_fresh():
                return self._cannot_tell(account)
            keyring = self.whole(self._held(account)) if account in self._accounts else NOBODY
            attempt = self.attempt(keyring, request)
            decision = decide(keyring, attempt)
            # INVARIANT: and after it: while an account was loaded the process may have been paused, or an epoch ended.
            if not self._still_knows(keyring, at_least):
                return self._cannot_tell(account)
            if isinstance(decision, Denied) and self._is_of_lost_home(keyring, attempt):
                return self._cannot_tell(account)
        except StoreUnavailable:
            return self._cannot_tell(account)
        except Exception as surprise:  # noqa: BLE001 - a doubt is never an allow, nor a 401 that blames the caller
            _log.error("check_failed", surprise=type(surprise).__name__)
            return self._cannot_tell(account)
        if isinstance(decision, Allowed):
            told, number = None, self._count(keyring, attempt, decision)
        else:
            told, number = self._told(keyring, attempt, decision, request), 0
        return Answer(decision, keyring.account, standing, attempt.wanted, told, number)

    def _cannot_tell(self, account: AccountName | None) -> Answer:
        return Answer(CannotTell(), account or NOBODY.account, self.standing())

    def attempt(self, keyring: Keyring, request: Request) -> Attempt:
        """What `check` judges of a request: what it presents and wants. The account's external keys are joined."""
        wanted, route = self._wanted(keyring, request)
        return Attempt(
            account=keyring.account,
            app_key=request.app_key,
            app_token=request.app_token,
            digest=digest(self._pepper, request.app_token.text),
            wanted=wanted,
            at=self._clock(),
            address=request.address,
            transport=request.transport,
            misplaced=request.misplaced,
            route=route,
            user_token=request.user_token,
            claims=self._claims(request),
        )

    def _claims(self, request: Request) -> UserToken | None:
        """What a user token says, where it is the only credential that was sent."""
        alone = request.user_token.count == 1 and request.app_key.count == request.app_token.count == 0
        return self._user_tokens.read(request.user_token.text) if alone else None

    def _wanted(self, keyring: Keyring, request: Request) -> tuple[Wanted, str]:
        """What a request needs, and the route under which it is counted."""
        if request.need is not None:
            named = str(request.need.resources[0]) if isinstance(request.need, Need) else ""
            return request.need, request.route or named
        found = self.catalogue(keyring).find(request.method, request.target)
        return (found.need, found.name) if isinstance(found, Route) else (found, "")

    def _told(self, keyring: Keyring, attempt: Attempt, denied: Denied, request: Request) -> Told:
        try:
            return self._refusals.note(keyring, attempt, denied, request)
        except Exception as surprise:  # noqa: BLE001 - explaining never changes an answer
            _log.error("refusal_not_noted", surprise=type(surprise).__name__)
            cause = Cause.UNKNOWN_CAUSE if denied.proven else Cause.CREDENTIALS_INVALID
            return Told(DenialId(""), Finding(cause))

    def _count(self, keyring: Keyring, attempt: Attempt, allowed: Allowed) -> int:
        """Count what a key did, and say on which of its tokens it stood. What users do is not counted."""
        if allowed.app_key is None:
            return 0
        key = keyring.keys[allowed.app_key]
        number = attempt.claims.number if attempt.claims else token_number(key, attempt.digest)
        self._usage.add(keyring.account, key.app_key, number, attempt)
        return number

    # -- what is kept in memory

    def stale_seconds(self) -> float:
        """How long ago this process last proved that it knows every change. Infinite where it never did."""
        return self._boottime() - self._proved_at

    def standing(self) -> Standing:
        """What this process knows now."""
        return Standing(self._cursor, self.stale_seconds())

    def is_fresh(self) -> bool:
        """Whether this node may decide: it heard of the newest change lately enough, and others know that it does.

        Where lately is to be no time at all, as long as no poll has failed and none is overdue.
        """
        # What is left behind of a node was reported by it, and it did not leave.
        reported = self._reported or self._thread is None or self._opening is not None
        fresh = self.stale_seconds() <= self._lease_seconds
        return reported and fresh and not (self._cut_off and self._stale_seconds_max == 0)

    @property
    def _lease_seconds(self) -> float:
        """How long this node decides after a proof, should it hear nothing more."""
        return self._stale_seconds_max or OVERDUE_SECONDS

    @property
    def has_begun(self) -> bool:
        """Whether the store was ever open to this node."""
        return self._opening is None

    @property
    def problem(self) -> str:
        """Why the store, which answers, must not be decided by until people have put something right."""
        return self._problem

    def is_at(self, revision: Revision) -> bool:
        """Say whether this node has applied a change. One of another epoch it cannot know of."""
        return self._cursor.epoch == revision.epoch and self._cursor.seq >= revision.seq

    def _still_knows(self, keyring: Keyring, at_least: Revision | None) -> bool:
        """Say whether what was decided by is still what stands: here, in time and at a revision."""
        known = keyring is NOBODY or keyring.revision.epoch == self._cursor.epoch
        return known and self.is_fresh() and (at_least is None or self.is_at(at_least))

    def _comes_to(self, revision: Revision, wait_seconds: float) -> bool:
        if self.is_at(revision):
            return True
        if not self.follows:
            self.refresh()
            return self.is_at(revision)
        self._woken.set()
        with self._applied:
            return self._applied.wait_for(lambda: self.is_at(revision), wait_seconds)

    @property
    def follows(self) -> bool:
        """Whether this process is a node: it follows the changes of others by itself, and says how far it is."""
        return self._thread is not None

    def hurry(self) -> None:
        """Look now for what others committed, unless that was done just before: so strangers may ask for it, too."""
        if self.stale_seconds() >= HURRY_SECONDS:
            self._woken.set()

    def has(self, account: AccountName | None) -> bool:
        """Say whether a check of this account needs no store."""
        held = self._keyrings.get(account) if account else None
        if held is None:
            return account not in self._accounts
        return not held.external or all(home in self._keyrings for home in held.homes)

    def now(self) -> Moment:
        """The time by which this process decides."""
        return self._clock()

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

    def keyring(self, account: AccountName) -> Keyring:
        """One account as it is now, other processes' changes included. Raises AccountUnknown, StoreUnavailable."""
        self._expect_an_answer()
        self.refresh()
        return self._held(account)

    def whole(self, keyring: Keyring) -> Keyring:
        """An account with its external keys among its own, as requests are decided. Raises StoreUnavailable."""
        if not keyring.external:
            return keyring
        homes = [held for home in keyring.homes if (held := self._home(home))]
        parts = (keyring, *homes)
        known = self._wholes.get(keyring.account)
        if (
            known is None
            or len(known[0]) != len(parts)
            or any(a is not b for a, b in zip(known[0], parts, strict=True))
        ):
            known = parts, keyring.joined({home.account: home for home in homes})
            self._wholes[keyring.account] = known
        return known[1]

    def _home(self, account: AccountName) -> Keyring | None:
        """An account whose keys another one adopted; None where it is damaged, which is no harm to the other's own."""
        try:
            return self._held(account)
        except AccountDamaged:
            return None

    def _is_of_lost_home(self, keyring: Keyring, attempt: Attempt) -> bool:
        """Say whether an external key is asked about, of whose home nobody can tell anything."""
        named = attempt.claims.subject if attempt.claims else attempt.app_key.text
        external = keyring.external.get(AppKey(named))
        return external is not None and external.home in self._lost

    def role_names(self, account: AccountName, roles: tuple[RoleId, ...]) -> tuple[str, ...]:
        """The names of these roles as this process knows them. No store is asked."""
        held = self._keyrings.get(account, NOBODY).roles
        return tuple(held[role].name for role in roles if role in held)

    def catalogue(self, keyring: Keyring) -> Catalogue:
        """An account's catalogue, compiled once for each import."""
        text, compiled = self._catalogues.get(keyring.account, ("", EMPTY_CATALOGUE))
        if text != keyring.catalogue:
            compiled = read_toml(keyring.catalogue)
            self._catalogues[keyring.account] = (keyring.catalogue, compiled)
        return compiled

    def _held(self, account: AccountName) -> Keyring:
        held = self._keyrings.get(account)
        if held is None:
            self._expect_an_answer()
            with self._lock:
                held = self._loaded(account)
                if held.revision.epoch != self._cursor.epoch:  # the rest of memory may never have happened
                    self._follow()
                    held = self._loaded(account)
                if held.revision.epoch == self._cursor.epoch:
                    self._keyrings[account] = held
        return held

    def _expect_an_answer(self) -> None:
        """Raise where the one who follows gets none: nobody else waits in vain, or keeps it from asking again."""
        if self._cut_off and self._thread is not None:
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

    def refresh(self) -> None:
        """Apply what other processes committed. Raises StoreUnavailable, and then proves nothing."""
        with self._lock:
            if self._opening is not None:
                raise StoreUnreachable("the database has not answered yet")
            asked_at = self._boottime()
            try:
                if self._asked() != self._cursor:
                    self._follow()
            except BaseException as surprise:
                self._cut_off = True
                if isinstance(surprise, StoreMoved):  # what is in memory was the truth once
                    self._proved_at = asked_at - self._lease_seconds - 1
                    self._snapshot.withdraw()
                raise
            self._journal.follow(self._cursor)
            self._proved_at = asked_at
            self._cut_off = False
        with self._applied:
            self._applied.notify_all()

    def _begin(self) -> None:
        """Open the store, and take from it what a node begins with. Raises StoreUnavailable."""
        if self._opening is not None:
            self._opening()
        with self._lock:
            asked_at = self._boottime()
            self._load()
            self._journal.catch_up(self._store)  # it begins where this node does, so nothing falls between
            self._proved_at = asked_at
            self._opening = None
            self._problem = ""
            self._cut_off = False

    def _load(self) -> None:
        """Begin anew: what is in memory may never have happened. The lock is held."""
        self._keyrings.clear()
        head = self._store.head()  # first: an account that is opened meanwhile comes with its change
        self._forget()
        self._cursor = head

    def held(self) -> Held | None:
        """What this node knows, and when it proved that it is everything; None before it has begun."""
        with self._lock:
            if self._opening is not None:
                return None
            return Held(self._proved_at, self._cursor, self._accounts, dict(self._keyrings))

    def _asked(self) -> Revision:
        """The head of all changes. Whoever follows says with the question what it has applied."""
        if self._thread is None:
            return self._store.head()
        head = self._store.report(self._report())
        self._reported = True
        return head

    def _report(self) -> NodeReport:
        return NodeReport(self._id, self._name, self._cursor, self._lease_seconds)

    def _follow(self) -> None:
        try:
            while following := self._store.feed(after=self._cursor):
                for one in following:
                    self._apply(one)
                    if isinstance(one, Committed):
                        self._journal.note(one, self._store)
        except RevisionMoved:  # another epoch
            self._keyrings.clear()
            self._journal.reapply(self._store, at=self._clock())
            self._load()

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

    # -- changing

    def carry_out(self, command: Command, *, by: Actor) -> Change | Refusal:
        """Authorize, change, audit and publish: the only way to a write. Raises StoreUnavailable.

        When it returns, the change is durable, and in force in this process.
        """
        if isinstance(command, ImportCatalogue) and (malformed := _malformed(command.catalogue)):
            return malformed
        for _ in range(TRIES):
            keyring = self._known(command.account)
            planned = plan(keyring and self.whole(keyring), command, by=by, at=self._clock())
            try:
                if isinstance(planned, Change):
                    self._commit(planned, keyring)
                elif keyring is not None and planned.reason not in OF_STRANGERS:
                    self._commit(self._refused(command, planned, by), keyring)
            except RevisionMoved:
                continue
            except AppKeyTaken:
                return Refusal(Reason.KEY_EXISTS)
            return planned
        raise StoreUnavailable(f"account `{command.account}` is changed by others without pause; try again")

    def issue(
        self,
        account: AccountName,
        *,
        label: str,
        by: Actor,
        owner: str = "",
        valid_from: Moment | None = None,
        expires: Moment | None = None,
        networks: tuple[IPv4Network | IPv6Network, ...] = (),
        id: KeyId | None = None,  # noqa: A002 - what it is
    ) -> Issued | Refusal:
        """Make a pair in the account's format, linked to no role. Raises StoreUnavailable.

        With an *id* of the caller's own, random like ours, asking again makes no second pair: the key exists by then.
        """
        keyring = self._known(account)
        if keyring is None:
            return Refusal(Reason.ACCOUNT_UNKNOWN, {"account": account})
        app_key, token = self._mint.pair(keyring)
        command = IssueKey(
            account=account,
            app_key=app_key,
            id=id or self._mint.key_id(),
            digest=self._mint.kept(token),
            label=label,
            owner=owner,
            valid_from=valid_from,
            expires=expires,
            networks=networks,
        )
        return self._issued(command, app_key, token, by)

    def register(
        self, account: AccountName, *, app_key: str, app_token: Secret, label: str, by: Actor
    ) -> Change | Refusal:
        """Keep a pair that was made elsewhere. Only two well-formed values that belong together are a pair."""
        if not belong_together(app_key, app_token.reveal()):
            return Refusal(Reason.PAIR_MALFORMED)
        kept = self._mint.kept(app_token)
        command = IssueKey(account, AppKey(app_key), self._mint.key_id(), kept, label, registered=True)
        return self.carry_out(command, by=by)

    def adopt(self, account: AccountName, app_key: AppKey, *, by: Actor) -> Change | Refusal:
        """Let another account's key hold roles of this one. Raises StoreUnavailable."""
        home = self._store.home_of(app_key)
        alive = home is not None and app_key in self.keyring(home).keys
        return self.carry_out(AdoptKey(account, app_key, home if alive else None), by=by)

    def renew(self, account: AccountName, app_key: AppKey, *, by: Actor) -> Issued | Refusal:
        """Give a key a second token. Raises StoreUnavailable."""
        token = self._mint.token(app_key)
        command = RenewKey(account, app_key, self._mint.kept(token))
        return self._issued(command, app_key, token, by)

    def invite(self, account: AccountName, to: Email, *, by: Actor) -> Secret | Refusal:
        """Make the secret of a link by which a person chooses a password, once. Raises StoreUnavailable."""
        secret = self._mint.link_secret()
        done = self.carry_out(GiveSetUpLink(account, to, self._mint.kept(secret)), by=by)
        return done if isinstance(done, Refusal) else secret

    def opens(self, account: AccountName, email: Email, secret: Secret) -> bool:
        """Say whether such a link would be taken now, before a password is hashed for it. Raises StoreUnavailable."""
        keyring = self._known(account)
        command = TakeSetUpLink(account, email, self._mint.kept(secret), password="")
        planned = plan(keyring and self.whole(keyring), command, by=Actor(ActorKind.USER, email), at=self._clock())
        return isinstance(planned, Change)

    def set_up(
        self, account: AccountName, email: Email, secret: Secret, *, password: str, by: Actor
    ) -> Change | Refusal:
        """Take such a link. *password* is the hash to be kept. Raises StoreUnavailable."""
        return self.carry_out(TakeSetUpLink(account, email, self._mint.kept(secret), password), by=by)

    def _issued(self, command: IssueKey | RenewKey, app_key: AppKey, token: Secret, by: Actor) -> Issued | Refusal:
        done = self.carry_out(command, by=by)
        return done if isinstance(done, Refusal) else Issued(app_key, token, done)

    def _known(self, account: AccountName) -> Keyring | None:
        try:
            return self.keyring(account)
        except AccountUnknown:
            return None

    def _refused(self, command: Command, refusal: Refusal, by: Actor) -> Change:
        name = re.sub(r"(?<!^)(?=[A-Z])", "_", type(command).__name__).lower()
        return Change(command.account, self._clock(), by, CommandRefused(name, refusal.reason))

    def _commit(self, change: Change, keyring: Keyring | None) -> None:
        revision = self._store.commit(change, seen=keyring.revision if keyring else None)
        with self._lock:
            if revision.epoch != self._cursor.epoch:
                with suppress(StoreUnavailable):
                    self._follow()
            if revision.epoch != self._cursor.epoch:  # one of the two ended meanwhile: nobody knows what is left of it
                self._keyrings.pop(change.account, None)
                raise StoreUnavailable("the database was replaced meanwhile: see whether the change is there")
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

    # -- other nodes

    @property
    def id(self) -> NodeId:
        """What tells this node from others."""
        return self._id

    @property
    def name(self) -> str:
        """What people call it."""
        return self._name

    @property
    def stale_seconds_max(self) -> float:
        """How long this node goes on answering once it hears nothing."""
        return self._stale_seconds_max

    def head(self) -> Revision:
        """The newest change of any account, known here or not. Raises StoreUnavailable."""
        return self._store.head()

    def nodes(self) -> tuple[Moment, Sequence[NodeSeen]]:
        """The store's own time, and the nodes that share it. Raises StoreUnavailable."""
        return self._store.nodes()

    def reach(self, revision: Revision, *, wait_seconds: float = WAIT_SECONDS_MAX) -> Reach:
        """Say on which nodes a change is in force, waiting a little for those that are about to apply it.

        Raises StoreUnavailable.
        """
        give_up = self._boottime() + wait_seconds
        if not self.is_at(revision):
            self.refresh()
        while True:
            at, seen = self._store.nodes()
            here = self.is_at(revision)  # whatever was reported
            others = [one for one in seen if not here or one.report.id != self._id]
            found = reach(revision, others, at=at, spread_seconds=0.0 if seen else SPREAD_SECONDS)
            if found.effective or self._boottime() >= give_up:
                return found
            sleep(REACH_SECONDS)

    # -- running

    def start(self) -> None:
        """Follow other processes' changes, and write usage, until `stop`."""
        self._thread = Thread(target=self._run, name="chaveiro-node", daemon=True)
        self._follow_on()  # until it could report it decides nothing
        self._thread.start()
        self._snapshot.start(self.held)
        self._store.watch(self._woken.set)

    def stop(self) -> None:
        """Stop following, and write what usage is left."""
        self._stopping = True
        self._woken.set()
        if self._thread is not None:
            self._thread.join()
        # INVARIANT: whoever left decides no more, not even after a start without the store. Who cannot leave, or was
        # killed, is waited for, and may begin with what is left behind.
        leaves = self._thread is not None and not self._cut_off
        self._snapshot.stop(empty=leaves)
        if leaves:
            with suppress(StoreUnavailable):
                self._store.leave(self._report())
        with suppress(StoreUnavailable):
            self.flush_usage()

    def flush_usage(self) -> None:
        """Write when each token last worked, and for what. Raises StoreUnavailable, and then loses nothing."""
        counted = self._usage.take()
        if not counted.usage:
            return
        try:
            self._store.add_usage(counted.usage, counted.uses)
        except StoreUnavailable:
            self._usage.put_back(counted)
            raise

    def _run(self) -> None:
        flushed_at = self._boottime()
        while not self._stopping:
            before = self._cursor
            self._follow_on()
            if self._boottime() - flushed_at >= USAGE_SECONDS:
                flushed_at = self._boottime()
                with suppress(StoreUnavailable):
                    self.flush_usage()
            if before == self._cursor:  # else the others wait to hear that it is applied
                # Out of step while the store is away, so that not all ask at once when it is back.
                away = random.uniform(POLL_SECONDS, RETURN_SECONDS_MAX)  # noqa: S311 - nobody gains by guessing it
                self._woken.wait(away if self._away else POLL_SECONDS)
                self._woken.clear()

    def _follow_on(self) -> None:
        """Look once for what others committed. Never raises: one surprise must not end the following."""
        try:
            if self._opening is not None:
                self._begin()
            self.refresh()
        except StoreUnavailable as unavailable:
            self._away = self._told_unavailable(unavailable)
        except Exception as surprise:  # noqa: BLE001 - see above
            _log.error("follow_failed", surprise=type(surprise).__name__)
        else:
            if self._away:
                _log.info("store_back")
            self._away = ""

    def _told_unavailable(self, unavailable: StoreUnavailable) -> str:
        """Say it once. A store that answers, and yet was never open to this node, waits for people."""
        waits = self._opening is not None and not isinstance(unavailable, StoreUnreachable)
        self._problem = str(unavailable) if waits else ""
        if waits and self._away != self._problem:
            _log.error("store_unfit", problem=self._problem)
        elif not waits and self._away != _AWAY:
            stale_seconds = round(self.stale_seconds(), 1) if math.isfinite(self._proved_at) else None
            _log.warning("store_unavailable", stale_seconds=stale_seconds)
        return self._problem or _AWAY


_AWAY = "away"


def token_number(key: Key, presented: bytes) -> int:
    """Which of a key's tokens has this digest: the first is 1, each renewal adds 1."""
    return key.live_tokens[-1] if presented == key.next_digest else key.live_tokens[0]


def _malformed(catalogue: str) -> Refusal | None:
    try:
        read_toml(catalogue)
    except CatalogueMalformed as malformed:
        return Refusal(Reason.CATALOGUE_MALFORMED, {"problem": str(malformed)})
    return None


EMPTY_CATALOGUE = Catalogue(())
