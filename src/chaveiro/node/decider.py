"""Requests are decided, by what a process knows."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING, Final

import structlog
from msgspec import structs

from chaveiro.catalogue import Catalogue, Route, read_toml
from chaveiro.core.attempt import Attempt, Need, Request, Transport, UserToken, Wanted
from chaveiro.core.cause import Cause, Finding
from chaveiro.core.credential import digester
from chaveiro.core.decision import NO_KEY, Allowed, Denied, decide, token_matches
from chaveiro.core.denial import DenialId, InClear, Told
from chaveiro.core.foreign import Foreign
from chaveiro.core.names import AccountName, AppKey, Moment
from chaveiro.exposures import ExposureCounter, in_plain, in_query
from chaveiro.node.answer import Answer, CannotTell
from chaveiro.node.knowledge import NOBODY, Knowledge
from chaveiro.node.ports import NoUserTokens
from chaveiro.stores.port import AccountDamaged, Store, StoreUnavailable
from chaveiro.usage import UsageCounter

if TYPE_CHECKING:
    from collections.abc import Callable

    from chaveiro.core.keyring import Key, Keyring, Revision
    from chaveiro.node.ports import Refusals, UserTokenReader

DECISIONS_MAX: Final = 3  # of one request, where others change something while it is decided
WAIT_SECONDS_MAX: Final = 0.5  # for a revision that a caller insists on, and for others to say that they have one

_log = structlog.get_logger(__name__)


class Decider:
    """Decides requests by what is known, and counts what was used."""

    def __init__(
        self,
        store: Store,
        refusals: Refusals,
        known: Knowledge,
        *,
        pepper: bytes,
        clock: Callable[[], Moment],
        user_tokens: UserTokenReader | None,
        foreign: Foreign | None,
    ) -> None:
        """Decide by what is *known* of the *store*. *foreign* verifies digests of other systems.

        Without *user_tokens* none is genuine.
        """
        self.known = known
        self._store = store
        self._refusals = refusals
        self._digest = digester(pepper)
        self._foreign = foreign or Foreign(pepper)
        self._clock = clock
        self._user_tokens: UserTokenReader = user_tokens or NoUserTokens()
        self._usage = UsageCounter()
        self._exposures = ExposureCounter()
        self._wholes: dict[AccountName, tuple[tuple[Keyring, ...], Keyring]] = {}
        self._catalogues: dict[AccountName, tuple[str, Catalogue]] = {}

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
            if at_least is not None and not self.known.comes_to(at_least, wait_seconds):
                return self._cannot_tell(account)
            self.known.confirm()
        except StoreUnavailable:
            return self._cannot_tell(account)
        except Exception as surprise:  # noqa: BLE001 - a doubt is never an allow, nor a 401 that blames the caller
            return self._surprised(surprise, account)
        return self._checked(account, request, at_least)

    def check_at_once(
        self, account: AccountName | None, request: Request, *, at_least: Revision | None = None
    ) -> Answer | None:
        """Decide one request by what is in memory, and what was just committed on this machine. Never raises.

        None where `check` would wait: for the store, or for a change that the caller insists on.
        """
        known = self.known
        if known.confirm_at_once() and known.has(account) and (at_least is None or known.is_at(at_least)):
            return self._checked(account, request, at_least)
        return None

    def _checked(self, account: AccountName | None, request: Request, at_least: Revision | None) -> Answer:
        """Decide by what this node knows, which was confirmed just now."""
        known = self.known
        try:
            for _ in range(DECISIONS_MAX):
                # Noted before anything is looked at: what comes to be known meanwhile may not be in the verdict.
                standing = known.standing()
                # INVARIANT: before each decision, not by a timer: while a process is paused no timer runs.
                if not known.may_decide(standing.stale_seconds):
                    return self._cannot_tell(account)
                keyring = self.whole(known.recall(account)) if account in known.accounts else NOBODY
                attempt = self.attempt(keyring, request)
                decision = decide(keyring, attempt)
                # INVARIANT: and after it: while an account was loaded the process may have been paused, or an epoch
                # ended. Where only others have changed something meanwhile, it is decided again.
                if known.still_knows(keyring, at_least):
                    break
            else:
                return self._cannot_tell(account)
            if isinstance(decision, Denied) and (
                self._is_of_lost_home(keyring, attempt) or self._cannot_verify(keyring, decision)
            ):
                return self._cannot_tell(account)
        except StoreUnavailable:
            return self._cannot_tell(account)
        except Exception as surprise:  # noqa: BLE001 - likewise
            return self._surprised(surprise, account)
        if isinstance(decision, Allowed):
            told, number = None, self._count(keyring, attempt, decision)
        else:
            told, number = self._told(keyring, attempt, decision, request), 0
            self._note_if_seen(keyring, attempt, decision)
        return Answer(decision, keyring.account, standing, attempt.wanted, told, number)

    def _surprised(self, surprise: Exception, account: AccountName | None) -> Answer:
        _log.error("check_failed", surprise=type(surprise).__name__)
        return self._cannot_tell(account)

    def _cannot_tell(self, account: AccountName | None) -> Answer:
        return Answer(CannotTell(), account or NOBODY.account, self.known.standing())

    def attempt(self, keyring: Keyring, request: Request) -> Attempt:
        """What `check` judges of a request: what it presents and wants. The account's external keys are joined."""
        wanted, route = self._wanted(keyring, request)
        return Attempt(
            keyring.account,
            request.app_key,
            request.app_token,
            self._digest_of(keyring, request),
            wanted,
            self._clock(),
            request.address,
            request.transport,
            request.misplaced,
            request.user_token,
            self._claims(request) if request.user_token.count else None,
            route,
        )

    def _digest_of(self, keyring: Keyring, request: Request) -> bytes:
        """The digest of a token as the key that was named keeps it; ours, where it is no token of that key.

        INVARIANT: one of each kind that the account has is made, whatever key is named, known or not: time tells nobody
        which there are. Whether it is the right one, `decide` says.
        """
        ours = self._digest(request.app_token.text)
        if not keyring.foreign:
            return ours
        theirs = self._foreign.digests(keyring.foreign, request.app_token.text)
        key = keyring.keys.get(AppKey(request.app_key.text), NO_KEY)
        kept = theirs.get(key.kind, ours)
        return kept if hmac.compare_digest(kept, key.digest) else ours

    def _cannot_verify(self, keyring: Keyring, denied: Denied) -> bool:
        """Say whether a token may be right and nobody can see it: the key of another system's digests is not here."""
        unmatched = denied.cause is Cause.CREDENTIALS_INVALID
        return unmatched and bool(keyring.foreign) and not self._foreign.verifies(keyring.foreign)

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
        if attempt.transport is Transport.PLAIN and not attempt.by_user_token and in_plain(attempt):
            self._expose(keyring, key, number, InClear.PLAIN, attempt.at)
        return number

    def _note_if_seen(self, keyring: Keyring, attempt: Attempt, denied: Denied) -> None:
        """Note that a right token was shown where others could read it. Who shows it learns nothing of that."""
        try:
            self._note_seen(keyring, attempt, denied)
        except Exception as surprise:  # noqa: BLE001 - noting never changes an answer
            _log.error("exposure_not_noted", surprise=type(surprise).__name__)

    def _note_seen(self, keyring: Keyring, attempt: Attempt, denied: Denied) -> None:
        if denied.app_key is not None and not attempt.by_user_token and in_plain(attempt):
            key = keyring.keys[denied.app_key]
            self._expose(keyring, key, token_number(key, attempt.digest), InClear.PLAIN, attempt.at)
        if denied.cause is Cause.CREDENTIALS_IN_QUERY:
            for app_key, token in in_query(attempt):
                key, shown = keyring.keys.get(AppKey(app_key), NO_KEY), self._digest(token)
                if token_matches(key, structs.replace(attempt, digest=shown)) is None:
                    self._expose(keyring, key, token_number(key, shown), InClear.QUERY, attempt.at)

    def _expose(self, keyring: Keyring, key: Key, number: int, how: InClear, at: Moment) -> None:
        """Note it where the token is kept, which is another account where the key is adopted."""
        external = keyring.external.get(key.app_key)
        self._exposures.add(external.home if external else keyring.account, key.app_key, number, how, at)

    # -- what it decides by

    def now(self) -> Moment:
        """The time by which this process decides."""
        return self._clock()

    @property
    def accounts(self) -> frozenset[AccountName]:
        """The accounts there are, as far as this process knows."""
        return self.known.accounts

    def keyring(self, account: AccountName) -> Keyring:
        """One account as it is now, other processes' changes included. Raises AccountUnknown, StoreUnavailable."""
        return self.known.keyring(account)

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
            return self.known.recall(account)
        except AccountDamaged:
            return None

    def _is_of_lost_home(self, keyring: Keyring, attempt: Attempt) -> bool:
        """Say whether an external key is asked about, of whose home nobody can tell anything."""
        named = attempt.claims.subject if attempt.claims else attempt.app_key.text
        external = keyring.external.get(AppKey(named))
        return external is not None and self.known.is_lost(external.home)

    def catalogue(self, keyring: Keyring) -> Catalogue:
        """An account's catalogue, compiled once for each import."""
        text, compiled = self._catalogues.get(keyring.account, ("", EMPTY_CATALOGUE))
        if text != keyring.catalogue:
            compiled = read_toml(keyring.catalogue)
            self._catalogues[keyring.account] = (keyring.catalogue, compiled)
        return compiled

    # -- what was used

    def flush_usage(self) -> None:
        """Write when tokens worked, for what, and which were seen. Raises StoreUnavailable, and then loses nothing."""
        self._flush_exposures()
        counted = self._usage.take()
        if not counted.usage:
            return
        try:
            self._store.add_usage(counted.usage, counted.uses)
        except StoreUnavailable:
            self._usage.put_back(counted)
            raise

    def _flush_exposures(self) -> None:
        exposures = self._exposures.take()
        try:
            self._store.add_exposures(exposures)
        except StoreUnavailable:
            self._exposures.put_back(exposures)
            raise


def token_number(key: Key, presented: bytes) -> int:
    """Which of a key's tokens has this digest: the first is 1, each renewal adds 1."""
    first = len(key.retired) + 1
    return first + 1 if key.next_created is not None and presented == key.next_digest else first


EMPTY_CATALOGUE = Catalogue(())
