"""Refusals, told at once and explained aside: bounded, batched, may lose, never blocks and never raises."""

from __future__ import annotations

import hmac
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from hashlib import blake2b
from queue import Empty, Full, Queue
from threading import Event, Lock, Thread
from time import thread_time
from typing import TYPE_CHECKING, Final

import structlog
from msgspec import structs

from chaveiro.core.attempt import VALUE_LENGTH_MAX, Attempt, Need
from chaveiro.core.cause import Cause, Finding, Stage
from chaveiro.core.credential import ALPHABET, digest, key_format
from chaveiro.core.decision import Allowed, decide
from chaveiro.core.denial import Denial, DenialId, Fingerprint, Told
from chaveiro.core.names import AppKey, Moment
from chaveiro.doctor.engine import Diagnosis, diagnose, fixed_since, tell
from chaveiro.doctor.episode import Traced, mended, traced
from chaveiro.doctor.hiding import hidden_method, hidden_path, hidden_wanted
from chaveiro.doctor.history import about, keyring_at, keyring_until
from chaveiro.doctor.remedy import Remedy, remedies
from chaveiro.histories import Histories
from chaveiro.stores.port import LIMITS, AccountUnknown, Limits, StoreError
from chaveiro.whatif import NotKnown, Supposed, answered

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from chaveiro.catalogue import Catalogue
    from chaveiro.core.ask import Ask
    from chaveiro.core.attempt import Presented, Request, Wanted
    from chaveiro.core.change import Change
    from chaveiro.core.decision import Decision, Denied
    from chaveiro.core.denial import Usage, Use
    from chaveiro.core.episode import Episode
    from chaveiro.core.keyring import Keyring
    from chaveiro.core.names import AccountName
    from chaveiro.doctor.history import Changes
    from chaveiro.stores.port import Store

QUEUE_MAX: Final = 1_000
BACKLOG_MAX: Final = 10_000
BATCH_MAX: Final = 200
KEEP_SECONDS: Final = 30 * 86_400
GATHER_SECONDS: Final = 0.25  # how long a refusal waits for others to be written with
RETRY_SECONDS: Final = 5.0
SLICE_MAX: Final = 20  # diagnosed at a stretch
SHARE_MAX: Final = 0.1  # of one processor's time, however many refusals there are
SEARCH_SECONDS: Final = 1.0
SEARCHED_MAX: Final = 10_000
ASKED_EACH_MAX: Final = 25  # keys; of more, the account is asked for as a whole
SUSPECT_MIN: Final = 2  # so often must a token have been refused before its registration is suspected
# How much of the queue may be filled by what comes before proof. An appKey is public: naming one proves nothing.
UNPROVEN_SHARE: Final = 0.9
STRANGERS_SHARE: Final = 0.5
OVERSIZED_SHARE: Final = 0.1

_ID_LENGTH: Final = 26
_RANDOM_BYTES: Final = 10
_SYMBOLS: Final = ALPHABET.upper()

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Noted:
    """One refusal as it waits for its diagnosis. It holds presented values, so it is never kept or shown."""

    id: DenialId
    keyring: Keyring
    attempt: Attempt
    denied: Denied
    request: Request
    told: Cause

    def __repr__(self) -> str:
        return f"Noted({self.id})"


@dataclass(frozen=True, slots=True)
class Explained:
    """One refusal for the account's keepers: as it was, and what would help now."""

    denial: Denial
    remedies: tuple[Remedy, ...]  # of each finding in turn
    fixed_since: Finding | None  # the same would be allowed now
    fixed_by: Change | None = None  # the change that made it so
    then: Keyring | None = None  # the account as it was when it was decided; None: before a restore
    trace: Traced | None = None  # the episode it belongs to


@dataclass(frozen=True, slots=True)
class Examined:
    """A request judged for a keeper who asks what would become of it: as a denial would be kept, and no value of it."""

    decision: Decision
    at: Moment
    wanted: Wanted
    method: str
    path: str  # without query, what may be a secret hidden
    address: str
    told: Finding | None = None  # what its caller would read; None: it is allowed
    findings: tuple[Finding, ...] = ()  # the cause, then the next obstacles
    app_key: AppKey | None = None  # the account's key that it is about, as far as one is known
    remedies: tuple[Remedy, ...] = ()  # of each finding in turn


class Denials:
    """What was refused. `note` answers at once; a thread of its own diagnoses and writes."""

    def __init__(
        self,
        store: Store,
        *,
        pepper: bytes,
        clock: Callable[[], Moment],
        randomness: Callable[[int], bytes],
        queue_max: int = QUEUE_MAX,
        backlog_max: int = BACKLOG_MAX,
        limits: Limits = LIMITS,
    ) -> None:
        """Begin with nothing noted. *randomness* gives that many random bytes."""
        self._store = store
        self._histories = Histories(store)
        self._clock = clock
        self._randomness = randomness
        self._digest = partial(digest, pepper)
        self._fingerprints = blake2b(b"chaveiro/fingerprint/v1", key=pepper[:64], digest_size=32).digest()
        self._queue: Queue[Noted] = Queue(queue_max)
        self._backlog: deque[Denial] = deque()
        self._queue_max = queue_max
        self._backlog_max = backlog_max
        self._waiting = Event()  # something was noted
        self._write_after = Moment(0)  # a store that failed is left alone until then
        self._read: dict[AccountName, Keyring] = {}  # what the store said while the present batch is diagnosed
        self._limits = limits
        self._searched: dict[AppKey, float] = {}
        self._working = Lock()  # held while something noted is on its way from the queue to the store
        self._stopping = Event()
        self._thread: Thread | None = None
        self.noted = 0
        self.dropped = 0  # lost before or after their diagnosis, because too many waited
        self.kept = 0
        self.failed = 0  # a surprise while telling, diagnosing or writing

    @property
    def waiting(self) -> int:
        """How many were noted and not explained yet."""
        return self._queue.qsize()

    @property
    def waiting_max(self) -> int:
        """How many may wait; further ones are dropped."""
        return self._queue_max

    @property
    def limits(self) -> Limits:
        """How many are kept."""
        return self._limits

    # -- in the request's own thread

    def note(self, keyring: Keyring, attempt: Attempt, denied: Denied, request: Request) -> Told:
        """Say what the caller may be told, and leave the rest to the thread. Never blocks, never raises."""
        finding = self._tell(keyring, attempt, denied)
        told = Told(self._id(), finding)
        self.noted += 1
        try:
            if self._has_room(keyring, attempt, denied):
                self._queue.put_nowait(Noted(told.id, keyring, attempt, denied, request, finding.cause))
            else:
                self.dropped += 1
        except Full:
            self.dropped += 1
        self._waiting.set()
        return told

    def _has_room(self, keyring: Keyring, attempt: Attempt, denied: Denied) -> bool:
        """Say whether this one may wait. What nobody proved leaves room for what somebody did."""
        if denied.proven and denied.cause is not Cause.USER_TOKEN_ENDED:  # whose token ended is nobody here any more
            return True
        waiting = self._queue.qsize()
        if max(len(attempt.app_key.text), len(attempt.app_token.text)) > VALUE_LENGTH_MAX:
            return waiting < self._queue_max * OVERSIZED_SHARE
        app_key = AppKey(attempt.app_key.text)
        known = app_key in keyring.keys or app_key in keyring.tombstones
        return waiting < self._queue_max * (UNPROVEN_SHARE if known else STRANGERS_SHARE)

    def _tell(self, keyring: Keyring, attempt: Attempt, denied: Denied) -> Finding:
        try:
            return tell(keyring, attempt, denied)
        except Exception as surprise:  # noqa: BLE001 - the answer is a denial already; only its words would be lost
            self._surprised("telling", surprise)
            return Finding(Cause.UNKNOWN_CAUSE if denied.proven else Cause.CREDENTIALS_INVALID)

    def _id(self) -> DenialId:
        """Make a ULID: 48 bits of milliseconds, 80 of randomness."""
        number = int(self._clock() * 1000) << 80 | int.from_bytes(self._randomness(_RANDOM_BYTES))
        return DenialId("".join(_SYMBOLS[number >> 5 * place & 31] for place in reversed(range(_ID_LENGTH))))

    # -- aside

    def start(self) -> None:
        """Begin to diagnose and write."""
        if self._thread is None:
            self._stopping.clear()
            self._thread = Thread(target=self._run, name="denials", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Write what was noted, then stop."""
        if self._thread:
            self._stopping.set()
            self._waiting.set()
            self._thread.join()
            self._thread = None
        self.drain()

    def drain(self) -> None:
        """Diagnose and write all that was noted until now, in the calling thread."""
        self._write_after = Moment(0)
        for _ in range(self._queue.qsize() // BATCH_MAX + 1):
            self._work(BATCH_MAX)

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._waiting.wait(RETRY_SECONDS)
            self._waiting.clear()
            self._stopping.wait(GATHER_SECONDS)
            began = thread_time()
            while self._work(SLICE_MAX) and not self._stopping.is_set():
                busy = thread_time() - began
                self._stopping.wait(busy / SHARE_MAX - busy)  # whoever is checked meanwhile must not feel this
                began = thread_time()

    def _work(self, most: int) -> int:
        """Diagnose one batch and write what is diagnosed; how many there were."""
        with self._working:
            self._read.clear()
            noted: list[Noted] = []
            while len(noted) < most and (another := self._next()):
                noted.append(another)
            for one in noted:
                self._diagnose(one)
            self._write()
            return len(noted)

    def _next(self) -> Noted | None:
        try:
            return self._queue.get_nowait()
        except Empty:
            return None

    def _diagnose(self, noted: Noted) -> None:
        if not noted.keyring.account:
            return  # an account that does not exist has no keepers
        try:
            denial = self._denial(noted)
        except Exception as surprise:  # noqa: BLE001 - one refusal that cannot be explained must not stop the others
            self._surprised("diagnosing", surprise)
            return
        if len(self._backlog) >= self._backlog_max:
            self.dropped += 1
            if denial.app_key is None:
                return
            self._backlog.popleft()
        self._backlog.append(denial)

    def _denial(self, noted: Noted) -> Denial:
        elsewhere = self._elsewhere(noted.keyring, noted.attempt, noted.denied)
        return self._kept(noted, self._diagnosis(noted.keyring, noted.attempt, noted.denied, elsewhere))

    def _diagnosis(
        self, keyring: Keyring, attempt: Attempt, denied: Denied, elsewhere: Keyring | None = None
    ) -> Diagnosis:
        """Say why, with all that the store knows."""
        diagnosed = partial(
            diagnose,
            keyring,
            structs.replace(attempt, wanted=hidden_wanted(attempt.wanted, attempt)),
            denied,
            digest=self._digest,
            elsewhere=elsewhere,
            search=self._may_search(keyring, attempt),
            always_refused=self._always_refused(keyring, attempt),
        )
        diagnosis = diagnosed()
        # Few refusals come to the roles, first or next, and only for those does it matter what the store knows by now.
        if any(one.cause.stage is Stage.AUTHORIZATION for one in diagnosis.findings):
            newest = self._newest(keyring)
            diagnosis = diagnosed(newest=newest) if newest else diagnosis
        return diagnosis

    def _kept(self, noted: Noted, diagnosis: Diagnosis) -> Denial:
        """What is kept of a refusal: no presented value."""
        attempt, denied, request = noted.attempt, noted.denied, noted.request
        wanted = hidden_wanted(attempt.wanted, attempt)
        return Denial(
            id=noted.id,
            account=noted.keyring.account,
            at=attempt.at,
            told=noted.told,
            findings=diagnosis.findings,
            revision=denied.revision,
            wanted=wanted,
            app_key=diagnosis.app_key if diagnosis.app_key and key_format(diagnosis.app_key) else None,
            proven=denied.proven,
            key=self._fingerprint(attempt.user_token if attempt.by_user_token else attempt.app_key),
            token=self._fingerprint(attempt.user_token if attempt.by_user_token else attempt.app_token),
            method=hidden_method(request.method),
            path=hidden_path(request.target, attempt),
            address=attempt.address,
            route=_route(wanted, attempt, request),
        )

    def _elsewhere(self, keyring: Keyring, attempt: Attempt, denied: Denied) -> Keyring | None:
        """The account that a presented appKey belongs to, where it is another one."""
        app_key = attempt.app_key.text
        if denied.proven or AppKey(app_key) in keyring.keys or key_format(app_key) is None:
            return None
        with suppress(StoreError):
            home = self._store.home_of(AppKey(app_key))
            return self._newest_of(home) if home and home != keyring.account else None
        return None

    def _newest(self, keyring: Keyring) -> Keyring | None:
        """The account as the store has it, where this node may have decided on an older one."""
        with suppress(StoreError):
            return None if self._store.head() == keyring.revision else self._newest_of(keyring.account)
        return None

    def _newest_of(self, account: AccountName) -> Keyring:
        """An account as the store has it, read once for a batch."""
        if account not in self._read:
            self._read[account] = self._whole(self._store.keyring(account))
        return self._read[account]

    def _whole(self, keyring: Keyring) -> Keyring:
        """An account with its external keys among its own, as requests are decided."""
        return keyring.joined({home: self._store.keyring(home) for home in keyring.homes})

    def _may_search(self, keyring: Keyring, attempt: Attempt) -> bool:
        """One search a second for each key at most: it costs milliseconds, and whoever guesses must gain nothing."""
        app_key = AppKey(attempt.app_key.text)
        if app_key not in keyring.keys or self._clock() - self._searched.get(app_key, 0) < SEARCH_SECONDS:
            return False
        if len(self._searched) >= SEARCHED_MAX:
            self._searched.clear()
        self._searched[app_key] = self._clock()
        return True

    def _always_refused(self, keyring: Keyring, attempt: Attempt) -> bool:
        """Say whether, with a key that was registered by hand, the same token was always sent and none ever worked."""
        key = keyring.keys.get(AppKey(attempt.app_key.text))
        if key is None or not key.registered:
            return False
        known: tuple[Denial, ...] = ()
        with suppress(StoreError):
            if any(app_key == key.app_key for app_key, _ in self._store.usage(keyring.account)):
                return False
            known = (*self._store.denials(keyring.account), *self._backlog)
        sent = [denial.token for denial in known if denial.app_key == key.app_key]
        return len(sent) >= SUSPECT_MIN and set(sent) == {self._fingerprint(attempt.app_token)}

    def _fingerprint(self, presented: Presented) -> Fingerprint:
        text = presented.text.encode("utf-8", "surrogatepass")
        return Fingerprint(hmac.digest(self._fingerprints, text, "sha256")[:8].hex(), len(presented.text))

    def _write(self) -> None:
        while self._backlog and self._clock() >= self._write_after:
            batch = [self._backlog[place] for place in range(min(BATCH_MAX, len(self._backlog)))]
            try:
                before = Moment(self._clock() - KEEP_SECONDS)
                self._store.keep_denials(batch, forget_before=before, limits=self._limits)
            except Exception as surprise:  # noqa: BLE001 - they wait for the store; nobody else does
                self._surprised("writing", surprise)
                self._write_after = Moment(self._clock() + RETRY_SECONDS)
                return
            for _ in batch:
                self._backlog.popleft()
            self.kept += len(batch)

    def _surprised(self, doing: str, surprise: Exception) -> None:
        """Count and name a surprise. Its message is left out, as it may quote what it stumbled over."""
        self.failed += 1
        _log.warning("denial_failed", doing=doing, surprise=type(surprise).__name__)

    # -- for keepers

    def explained(self, denial_id: DenialId, *, keyring: Keyring | None = None) -> Explained | None:
        """One refusal with what would help now. Whoever asks must be a keeper of its account. May raise StoreError.

        *keyring* is that account as it is now, its external keys among its own, for whoever has it at hand: a refusal
        of another account is not found then.
        """
        denial = self._store.denial(denial_id)
        if denial is None:
            self.drain()
            denial = self._store.denial(denial_id)
        if denial is None or (keyring is not None and denial.account != keyring.account):
            return None
        now = self._clock()
        try:
            keyring = keyring or self._whole(self._store.keyring(denial.account))
        except AccountUnknown:
            return Explained(denial, (), None)
        changes = tuple(about(self._histories.of(denial.account), _concerned(denial.app_key)))
        episode = self._store.episode_of(denial_id)
        fixed = fixed_since(denial, keyring, now)
        by = mended(denial, changes) if fixed else None
        return Explained(
            denial=denial,
            remedies=tuple(remedy for one in denial.findings for remedy in remedies(keyring, one, denial, at=now)),
            fixed_since=replace(fixed, facts={**fixed.facts, "at": by.at}) if fixed and by else fixed,
            fixed_by=by,
            then=self._then(denial, changes),
            trace=self.traced(denial.account, [episode])[0] if episode else None,
        )

    def examined(self, keyring: Keyring, attempt: Attempt, request: Request) -> Examined:
        """Judge what `Node.attempt` made of a request, as it is judged when it comes. Nothing is noted or counted.

        Whoever asks must be a keeper of the account: of any other account nothing is looked up, so that a pair of
        another one is as unknown as one that never was. May raise StoreError.
        """
        decision = decide(keyring, attempt)
        seen = Examined(
            decision=decision,
            at=attempt.at,
            wanted=hidden_wanted(attempt.wanted, attempt),
            method=hidden_method(request.method),
            path=hidden_path(request.target, attempt),
            address=attempt.address,
            app_key=decision.app_key,
        )
        if isinstance(decision, Allowed):
            return seen
        told = self._tell(keyring, attempt, decision)
        with self._working:
            self._read.clear()
            diagnosis = self._diagnosis(keyring, attempt, decision)
        case = self._kept(Noted(DenialId(""), keyring, attempt, decision, request, told.cause), diagnosis)
        found = tuple(remedy for one in case.findings for remedy in remedies(keyring, one, case))
        return replace(seen, told=told, findings=case.findings, app_key=case.app_key, remedies=found)

    def _then(self, denial: Denial, changes: Changes) -> Keyring | None:
        """The account as it was when it was decided, and the homes of its external keys as they were then."""
        then = keyring_at(changes, denial.revision)
        if then is None:
            return None
        then = replace(then, revision=denial.revision)  # also where the newest change was about another key
        if denial.app_key is None or denial.app_key not in then.external:
            return then
        home = then.external[denial.app_key].home
        as_it_was = keyring_until(about(self._histories.of(home), _concerned(denial.app_key)), denial.at)
        return then.joined({home: as_it_was} if as_it_was else {})

    def failures(self, account: AccountName, *, app_key: AppKey | None = None, limit: int = 100) -> tuple[Traced, ...]:
        """The episodes of an account, or of one of its keys, newest first. May raise StoreError.

        Whoever asks must be one of its keepers.
        """
        return self.traced(account, self.episodes(account, app_key=app_key, limit=limit))

    def episodes(self, account: AccountName, *, app_key: AppKey | None = None, limit: int = 100) -> Sequence[Episode]:
        """The same without what was happening around them, which takes longer to find out. May raise StoreError."""
        self.drain()
        return self._store.episodes(account, app_key=app_key, limit=limit)

    def supposed(self, ask: Ask, keyring: Keyring, catalogue: Catalogue) -> Supposed | NotKnown:
        """What would be in an account, its external keys among its own. Whoever asks must be one of its keepers.

        May raise StoreError.
        """
        self.drain()
        return answered(ask, keyring, catalogue, self._store, self._clock())

    def traced(self, account: AccountName, episodes: Sequence[Episode]) -> tuple[Traced, ...]:
        """Episodes of an account, with what was happening around their beginning. May raise StoreError."""
        keys = {one.app_key for one in episodes if one.app_key}
        if not keys:
            return traced(episodes, (), usage=(), uses=())
        usage, uses = self._use_of(account, keys)
        return traced(episodes, about(self._histories.of(account), keys), usage=usage, uses=uses)

    def _use_of(self, account: AccountName, keys: Collection[AppKey]) -> tuple[list[Usage], list[Use]]:
        """What these keys did: of few each is asked for, of many the whole account at once."""
        asked: list[AppKey | None] = [*keys] if len(keys) <= ASKED_EACH_MAX else [None]
        usage = [one for key in asked for one in self._store.usage(account, app_key=key).values()]
        return usage, [one for key in asked for one in self._store.uses(account, app_key=key)]


def _concerned(app_key: AppKey | None) -> Collection[AppKey]:
    return (app_key,) if app_key else ()


def _route(wanted: Wanted, attempt: Attempt, request: Request) -> str:
    """What a refusal is counted under. A resource that a caller asked for by name may be anything, a secret too."""
    by_name = request.need is not None and not request.route
    return str(wanted.resources[0]) if by_name and isinstance(wanted, Need) else attempt.route
