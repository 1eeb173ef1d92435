"""One running process: decides requests, carries out commands."""

from __future__ import annotations

import hmac
import re
from contextlib import suppress
from dataclasses import replace
from time import sleep
from typing import TYPE_CHECKING, Final

import structlog
from msgspec import structs

from chaveiro.catalogue import Catalogue, CatalogueMalformed, Route, read_toml
from chaveiro.core.attempt import Attempt, Need, Request, Transport, UserToken, Wanted
from chaveiro.core.cause import Cause, Finding
from chaveiro.core.change import Change, after, few, key_named
from chaveiro.core.command import (
    OF_STRANGERS,
    AdoptKey,
    Command,
    GiveSetUpLink,
    ImportCatalogue,
    IssueKey,
    KeyCommand,
    Reason,
    Refusal,
    RenewKey,
    TakeSetUpLink,
)
from chaveiro.core.credential import Secret, belong_together, digester
from chaveiro.core.decision import NO_KEY, Allowed, Denied, decide, token_matches
from chaveiro.core.denial import DenialId, InClear, Told
from chaveiro.core.event import CommandRefused
from chaveiro.core.fleet import LEASE_SECONDS_MAX, SPREAD_SECONDS, NodeId, NodeSeen, Reach, reach
from chaveiro.core.foreign import Foreign
from chaveiro.core.keyring import Actor, ActorKind, Key, Keyring, Revision
from chaveiro.core.names import AccountName, AppKey, Email, KeyId, Moment
from chaveiro.core.plan import plan
from chaveiro.exposures import ExposureCounter, in_plain, in_query
from chaveiro.mint import Mint
from chaveiro.node.answer import Answer, CannotTell, Issued
from chaveiro.node.follower import Follower
from chaveiro.node.knowledge import NOBODY, STALE_SECONDS_MAX, Knowledge
from chaveiro.node.ports import NoJournal, NoSnapshot, NoUserTokens
from chaveiro.stores.port import (
    AccountDamaged,
    AccountUnknown,
    AppKeyTaken,
    Holder,
    RevisionMoved,
    Store,
    StoreUnavailable,
)
from chaveiro.usage import UsageCounter

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from ipaddress import IPv4Network, IPv6Network

    from chaveiro.node.ports import Journal, Refusals, Snapshot, UserTokenReader

DECISIONS_MAX: Final = 3  # of one request, where others change something while it is decided
TRIES: Final = 20  # of a command, when others change the same account at the same time
REACH_SECONDS: Final = 0.02  # between two looks at what the other nodes have applied
WAIT_SECONDS_MAX: Final = 0.5  # for a revision that a caller insists on, and for others to say that they have one

_log = structlog.get_logger(__name__)


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
        foreign: Foreign | None = None,
    ) -> None:
        """Begin with nothing in memory. *clock* is the wall clock, *boottime* one that no-one can set.

        *mint* gives that many unpredictable bytes. Without *user_tokens* none is genuine. *name* tells this node from
        others, for people. *foreign* verifies digests of other systems. Raises StoreUnavailable.

        With *opening* the store is not asked yet, and nothing is raised: the node begins with its *snapshot*, if that
        is good, and once it was started, calls *opening* until the store is open to it.
        """
        self._id = NodeId(mint(8).hex())
        self._name = name
        self._store = store
        self._refusals = refusals
        self._digest = digester(pepper)
        self._foreign = foreign or Foreign(pepper)
        self._clock = clock
        self._boottime = boottime
        self._mint = Mint(pepper, mint)
        self._user_tokens: UserTokenReader = user_tokens or NoUserTokens()
        self._stale_seconds_max = stale_seconds_max
        self._usage = UsageCounter()
        self._exposures = ExposureCounter()
        self._wholes: dict[AccountName, tuple[tuple[Keyring, ...], Keyring]] = {}
        self._catalogues: dict[AccountName, tuple[str, Catalogue]] = {}
        snapshot = snapshot or NoSnapshot()
        self.known = Knowledge(
            store,
            id=self._id,
            name=name,
            clock=clock,
            boottime=boottime,
            stale_seconds_max=stale_seconds_max,
            journal=journal or NoJournal(),
            snapshot=snapshot,
            opening=opening,
        )
        self._follower = Follower(self.known, store, snapshot, flush_usage=self.flush_usage)

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
                    self.known.commit(planned, keyring)
                elif keyring is not None and planned.reason not in OF_STRANGERS:
                    self.known.commit(self._refused(command, planned, by), keyring)
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

    def carry_out_all(
        self, account: AccountName, groups: Sequence[Sequence[KeyCommand]], *, by: Actor, dry: bool = False
    ) -> Sequence[Sequence[Change] | Refusal]:
        """Carry out many commands about an account's own keys in one transaction; of each group all of them, or none.

        One answer for each group; where it is *dry*, nothing is written. A group that another account's key is in the
        way of is refused by itself. Raises StoreUnavailable, with what was said of groups before it in force;
        ValueError for commands of another kind.
        """
        for _ in range(TRIES):
            keyring = self._known(account)
            if keyring is None:
                return [Refusal(Reason.ACCOUNT_UNKNOWN, {"account": account})] * len(groups)
            done, changes = self._planned_all(keyring, groups, by)
            try:
                if changes and not dry:
                    self.known.commit_all(changes, keyring)
            except RevisionMoved:
                continue
            except AppKeyTaken:
                if len(groups) == 1:
                    return [Refusal(Reason.KEY_EXISTS)]
                return [self.carry_out_all(account, [group], by=by)[0] for group in groups]
            return done
        raise StoreUnavailable(f"account `{account}` is changed by others without pause; try again")

    def _planned_all(
        self, keyring: Keyring, groups: Sequence[Sequence[KeyCommand]], by: Actor
    ) -> tuple[Sequence[Sequence[Change] | Refusal], Sequence[Change]]:
        """What each group changes, or why it is refused; and all that is to be kept of it, in order.

        The account is held with the keys that are named alone: no other is copied for each change.
        """
        named = {key_named(command) for group in groups for command in group} | {AppKey(by.name)}
        standing = replace(keyring, keys=few(self.whole(keyring), named))
        found: list[Sequence[Change] | Refusal] = []
        kept: list[Change] = []
        for group in groups:
            following = standing
            changes: list[Change] = []
            for command in group:
                planned = plan(following, command, by=by, at=self._clock())
                if isinstance(planned, Refusal):
                    found.append(planned)
                    kept.append(self._refused(command, planned, by))
                    break
                changes.append(planned)
                following = after(following, planned, keyring.revision)
            else:
                standing = following
                found.append(changes)
                kept += changes
        return found, kept

    def holders(self, tokens: Sequence[Secret]) -> Sequence[Sequence[Holder]]:
        """For each token the keys, deleted ones too, that have or had it. Slow. Raises StoreUnavailable."""
        digests = [
            {self._mint.kept(one), *self._foreign.digests(self._foreign.kinds, one.reveal()).values()} for one in tokens
        ]
        found = self._store.holders({one for own in digests for one in own})
        return [[one for one in found if one.digest in own] for own in digests]

    def kept(self, token: Secret) -> bytes:
        """What is kept of a token."""
        return self._mint.kept(token)

    def new_key_id(self) -> KeyId:
        """An id for a key that is brought from elsewhere."""
        return self._mint.key_id()

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

    @property
    def others_stale_seconds_max(self) -> float:
        """How long any process may decide by what it has not confirmed, whatever was set there."""
        return LEASE_SECONDS_MAX if self._store.keeps_nodes else SPREAD_SECONDS

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
        spread_seconds = 0.0 if self._store.keeps_nodes else SPREAD_SECONDS
        if not self.known.is_at(revision):
            self.known.refresh()
        while True:
            at, seen = self._store.nodes()
            here = self.known.is_at(revision)  # whatever was reported
            others = [one for one in seen if not here or one.report.id != self._id]
            found = reach(revision, others, at=at, spread_seconds=spread_seconds)
            if found.effective or self._boottime() >= give_up:
                return found
            sleep(REACH_SECONDS)

    # -- running

    def start(self) -> None:
        """Follow other processes' changes, and write usage, until `stop`."""
        self._follower.start()

    def stop(self) -> None:
        """Stop following, and write what usage is left."""
        self._follower.stop()
        with suppress(StoreUnavailable):
            self.flush_usage()

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


def _malformed(catalogue: str) -> Refusal | None:
    try:
        read_toml(catalogue)
    except CatalogueMalformed as malformed:
        return Refusal(Reason.CATALOGUE_MALFORMED, {"problem": str(malformed)})
    return None


EMPTY_CATALOGUE = Catalogue(())
