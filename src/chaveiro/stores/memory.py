"""The store that forgets: everything is gone with the process. For tests, and for trying things out."""

from __future__ import annotations

from collections import Counter
from dataclasses import astuple, replace
from itertools import islice
from threading import RLock
from time import time
from typing import TYPE_CHECKING

from chaveiro.core.change import after
from chaveiro.core.denial import Exposure, InClear, Usage
from chaveiro.core.event import AccountCreated, KeyImported, KeyIssued
from chaveiro.core.fleet import NodeSeen
from chaveiro.core.keyring import Revision
from chaveiro.core.names import Moment
from chaveiro.core.traffic import Traffic, buckets
from chaveiro.stores import codec, counting
from chaveiro.stores.grouping import grouped
from chaveiro.stores.port import (
    EPISODE_SECONDS,
    EPISODES_MAX,
    LIMITS,
    USES_MAX,
    AccountUnknown,
    AppKeyTaken,
    Committed,
    Feed,
    Holder,
    Limits,
    RevisionMoved,
    Verified,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from chaveiro.core.change import Change
    from chaveiro.core.denial import Denial, DenialId, Use
    from chaveiro.core.episode import Episode, Place
    from chaveiro.core.fleet import NodeId, NodeReport
    from chaveiro.core.keyring import Keyring
    from chaveiro.core.names import AccountName, AppKey, Email
    from chaveiro.core.session import Session, SessionId
    from chaveiro.stores.counting import Slot
    from chaveiro.stores.port import Anchor


class MemoryStore:
    """A store in this process alone. What it promises, `StoreContract` tests, durability aside."""

    keeps_nodes = True

    def __init__(self, *, epoch: str = "00000000", clock: Callable[[], float] = time) -> None:
        """Begin empty, in an epoch of one's own choice. *clock* says when nodes report."""
        self._clock = clock
        self._wakes: list[Callable[[], None]] = []
        self._nodes: dict[NodeId, NodeSeen] = {}
        self._lock = RLock()
        self._epoch = epoch
        self._committed: list[Committed] = []  # the change of `seq` n stands at n - 1
        self._keyrings: dict[AccountName, Keyring] = {}
        self._homes: dict[AppKey, AccountName] = {}
        self._denials: dict[DenialId, Denial] = {}
        self._episodes: dict[DenialId, Episode] = {}
        self._belongs: dict[DenialId, DenialId] = {}  # a denial to its episode
        self._usage: dict[tuple[AccountName, AppKey, int], Usage] = {}
        self._exposures: dict[tuple[AccountName, AppKey, int, InClear], Exposure] = {}
        self._uses: dict[tuple[AccountName, AppKey, str], Use] = {}
        self._traffic: Counter[Slot] = Counter()
        self._hourly = counting.Hourly()
        self._sessions: dict[bytes, Session] = {}
        self._sealed: dict[str, tuple[bytes, Moment]] = {}
        self._meta: dict[str, str] = {}

    def head(self) -> Revision:
        return Revision(self._epoch, len(self._committed))

    def pulse(self) -> bytes:
        return b""

    def watch(self, wake: Callable[[], None]) -> None:
        with self._lock:
            self._wakes.append(wake)

    def report(self, node: NodeReport) -> Revision:
        with self._lock:
            now = Moment(self._clock())
            known = self._nodes.get(node.id)
            self._nodes[node.id] = NodeSeen(node, known.began if known else now, now)
            return self.head()

    def nodes(self) -> tuple[Moment, Sequence[NodeSeen]]:
        with self._lock:
            return Moment(self._clock()), tuple(self._nodes.values())

    def leave(self, node: NodeReport) -> None:
        with self._lock:
            self._nodes.pop(node.id, None)

    def accounts(self) -> tuple[AccountName, ...]:
        with self._lock:
            return tuple(sorted(self._keyrings))

    def audited(self) -> tuple[AccountName, ...]:
        return self.accounts()

    def keyring(self, account: AccountName) -> Keyring:
        with self._lock:
            if account not in self._keyrings:
                raise AccountUnknown(f"there is no account `{account}`")
            return self._keyrings[account]

    def home_of(self, app_key: AppKey) -> AccountName | None:
        with self._lock:
            return self._homes.get(app_key)

    def holders(self, digests: Collection[bytes]) -> Sequence[Holder]:
        with self._lock:
            return [one for keyring in self._keyrings.values() for one in _holders(keyring) if one.digest in digests]

    def commit(self, change: Change, *, seen: Revision | None) -> Revision:
        return self._commit([change], seen)[-1]

    def commit_all(self, changes: Sequence[Change], *, seen: Revision) -> Sequence[Revision]:
        return self._commit(changes, seen)

    def _commit(self, changes: Sequence[Change], seen: Revision | None) -> Sequence[Revision]:
        account = changes[0].account
        homes: dict[AppKey, AccountName] = {}
        for change in changes:
            codec.written(change)
        with self._lock:
            keyring = self._keyrings.get(account)
            if seen != (keyring.revision if keyring else None):
                raise RevisionMoved(f"account `{account}` has changed meanwhile")
            first = len(self._committed) + 1
            committed = [Committed(Revision(self._epoch, seq), change) for seq, change in enumerate(changes, first)]
            for revision, change in committed:
                if change.account != account or isinstance(change.event, AccountCreated) != (seen is None):
                    raise ValueError(f"account `{account}` begins with its creation, and only once")
                if isinstance(change.event, KeyIssued | KeyImported):
                    if change.event.app_key in self._homes or change.event.app_key in homes:
                        raise AppKeyTaken("this appKey is or was in use")
                    homes[change.event.app_key] = account
                keyring = after(keyring, change, revision)
            if keyring is not None:
                self._keyrings[account] = keyring
            self._homes |= homes
            self._committed += committed
            wakes = tuple(self._wakes)
        for wake in wakes:
            wake()
        return [one.revision for one in committed]

    def changes(
        self, *, after: Revision | None = None, account: AccountName | None = None, limit: int = 1000
    ) -> Sequence[Committed]:
        with self._lock:
            seq = 0 if after is None else after.seq
            if after is not None and (after.epoch != self._epoch or seq > len(self._committed)):
                raise RevisionMoved("the changes go on from another point: load everything again")
            later = self._committed[seq:] if account is None else self._of(account, seq)
            return tuple(later[:limit])

    def feed(self, *, after: Revision, limit: int = 1000) -> Feed:
        return Feed(self.changes(after=after, limit=limit), {})

    def anchor(self) -> None:
        """Nobody else can write here, so no chain is kept."""

    def links(self, *, after: Revision, limit: int = 1000) -> Sequence[Anchor]:  # noqa: ARG002 - of no chain
        return ()

    def verify(self, anchor: Anchor | None = None) -> Verified:  # noqa: ARG002 - there is nothing to hold against it
        return Verified(len(self._committed), None, (), 0)

    def newest_changes(
        self,
        account: AccountName,
        *,
        after: Revision | None = None,
        before: Revision | None = None,
        naming: Sequence[Collection[str]] = (),
        limit: int = 100,
    ) -> Sequence[Committed]:
        groups = codec.sought(naming)
        with self._lock:
            if any(one is not None and one.epoch != self._epoch for one in (after, before)):
                raise RevisionMoved("the changes are of another history: begin with the newest")
            first, last = after.seq if after else 0, before.seq - 1 if before else len(self._committed)
            between = reversed(self._committed[max(first, 0) : max(last, 0)])
            own = (one for one in between if one.change.account == account and _names(one.change, groups))
            return tuple(islice(own, limit))

    def _of(self, account: AccountName, seq: int) -> list[Committed]:
        return [one for one in self._committed[seq:] if one.change.account == account]

    def keep_denials(self, denials: Sequence[Denial], *, forget_before: Moment, limits: Limits = LIMITS) -> None:
        kept = codec.written_denials(denials)
        with self._lock:
            new = {denial.id: denial for denial, _ in kept if denial.id not in self._denials}
            groups = grouped(new.values(), self)
            self._episodes |= groups.episodes
            self._belongs |= {denial.id: episode for denial, episode in groups.belongs}
            self._denials |= new
            self._keep(one.id for one in self._denials.values() if one.at >= forget_before)
            self._thin(limits)
            self._bury_episodes(Moment(forget_before - EPISODE_SECONDS))
            self._count(counting.refused(new.values()))

    def _keep(self, ids: Iterable[DenialId]) -> None:
        staying = set(ids)
        self._denials = {one: kept for one, kept in self._denials.items() if one in staying}
        self._belongs = {one: episode for one, episode in self._belongs.items() if one in staying}

    def _thin(self, limits: Limits) -> None:
        """Keep the newest, and those about known keys before others, as far as the bounds go."""
        newest = sorted(self._denials.values(), key=lambda one: (one.app_key is not None, one.at, one.id), reverse=True)
        staying: list[DenialId] = []
        counts: Counter[str] = Counter()
        for one in newest:
            episode = self._belongs[one.id]
            counts[episode] += 1
            if counts[episode] <= limits.episode:
                counts[f"{one.account}/"] += 1
                if counts[f"{one.account}/"] <= limits.account:
                    staying.append(one.id)
        self._keep(staying[: limits.total])

    def _bury_episodes(self, ended_before: Moment) -> None:
        kept = set(self._belongs.values())
        of_account: Counter[AccountName] = Counter()
        staying = {}
        for one in self._newest_episodes():
            of_account[one.account] += 1
            if of_account[one.account] <= EPISODES_MAX and (one.last >= ended_before or one.id in kept):
                staying[one.id] = one
        self._episodes = staying
        self._keep([denial for denial, episode in self._belongs.items() if episode in staying])

    def _newest_episodes(self) -> list[Episode]:
        return sorted(self._episodes.values(), key=lambda one: (one.last, one.id), reverse=True)

    # What `grouped` asks while denials are being written.

    def newest(self, place: Place) -> Episode | None:
        return next((one for one in self._newest_episodes() if one.place == place), None)

    def count(self, account: AccountName, app_key: AppKey) -> int:
        return sum((one.account, one.app_key) == (account, app_key) for one in self._episodes.values())

    def worked(self, place: Place) -> Moment | None:
        uses: Iterable[Use | Usage] = self._uses.values() if place.route else self._usage.values()
        own = [one for one in uses if (one.account, one.app_key) == (place.account, place.app_key)]
        return max((one.last for one in own if isinstance(one, Usage) or one.route == place.route), default=None)

    def episodes(self, account: AccountName, *, app_key: AppKey | None = None, limit: int = 100) -> Sequence[Episode]:
        with self._lock:
            return tuple([one for one in self._newest_episodes() if _is_of(one, account, app_key)][:limit])

    def episode_of(self, denial: DenialId) -> Episode | None:
        with self._lock:
            return self._episodes.get(self._belongs.get(denial, denial)) if denial in self._belongs else None

    def denial(self, denial: DenialId) -> Denial | None:
        with self._lock:
            return self._denials.get(denial)

    def denials(self, account: AccountName, *, app_key: AppKey | None = None, limit: int = 100) -> Sequence[Denial]:
        with self._lock:
            own = [denial for denial in self._denials.values() if _is_of(denial, account, app_key)]
        return tuple(sorted(own, key=lambda denial: (denial.at, denial.id), reverse=True)[:limit])

    def add_usage(self, usage: Sequence[Usage], uses: Sequence[Use] = ()) -> None:
        with self._lock:
            for new in usage:
                place = (new.account, new.app_key, new.token)
                self._usage[place] = added(self._usage.get(place), new)
            for use, _ in codec.written_uses(uses):
                at = (use.account, use.app_key, use.route)
                self._uses[at] = done_again(self._uses.get(at), use)
            for account, app_key in {(use.account, use.app_key) for use in uses}:
                own = [use for use in self.uses(account) if use.app_key == app_key]
                for use in own[USES_MAX:]:
                    del self._uses[account, app_key, use.route]
            self._count(counting.allowed(usage))

    def add_exposures(self, exposures: Sequence[Exposure]) -> None:
        with self._lock:
            for new in exposures:
                place = (new.account, new.app_key, new.token, new.how)
                self._exposures[place] = seen_again(self._exposures.get(place), new)

    def exposures(self, account: AccountName, *, app_key: AppKey | None = None) -> Sequence[Exposure]:
        with self._lock:
            own = [one for one in self._exposures.values() if _is_of(one, account, app_key)]
        return tuple(sorted(own, key=lambda one: (one.app_key, one.token, one.how)))

    def usage(self, account: AccountName, *, app_key: AppKey | None = None) -> dict[tuple[AppKey, int], Usage]:
        with self._lock:
            own = [usage for usage in self._usage.values() if _is_of(usage, account, app_key)]
        return {(usage.app_key, usage.token): usage for usage in own}

    def uses(self, account: AccountName, *, app_key: AppKey | None = None) -> Sequence[Use]:
        with self._lock:
            own = [use for use in self._uses.values() if _is_of(use, account, app_key)]
        return tuple(sorted(own, key=lambda use: (-use.last, use.app_key, use.route)))

    def _count(self, slots: Counter[Slot]) -> None:
        self._traffic += slots
        if (newest := self._hourly.due(slots)) is not None:
            before = counting.expired(newest)
            self._traffic = Counter({one: n for one, n in self._traffic.items() if one.at >= before[one.span]})

    def traffic(
        self, account: AccountName, *, app_key: AppKey | None = None, after: Moment, span: int
    ) -> Sequence[Traffic]:
        asked = buckets(after, span)
        with self._lock:
            own = [(one, count) for one, count in self._traffic.items() if one[:3] == (account, app_key, span)]
        found = [Traffic(*slot, count) for slot, count in own if slot.at in asked]
        return tuple(sorted(found, key=lambda one: (one.at, one.cause or "")))

    def keep_session(self, session: Session, *, digest: bytes) -> None:
        for text in astuple(session):
            if isinstance(text, str):
                codec.storable(text)
        with self._lock:
            self._sessions[digest] = session

    def session(self, digest: bytes) -> Session | None:
        with self._lock:
            return self._sessions.get(digest)

    def sessions(self, account: AccountName, email: Email | None = None) -> Sequence[Session]:
        with self._lock:
            own = [one for one in self._sessions.values() if one.account == account and email in {None, one.email}]
        return tuple(sorted(own, key=lambda one: (one.began, one.id), reverse=True))

    def touch_session(self, session: SessionId, *, seen: Moment, confirmed: Moment | None = None) -> None:
        with self._lock:
            for digest, one in self._sessions.items():
                if one.id == session:
                    given = one.confirmed if confirmed is None else max(one.confirmed, confirmed)
                    self._sessions[digest] = replace(one, seen=max(one.seen, seen), confirmed=given)

    def end_sessions(self, account: AccountName, ids: Iterable[SessionId]) -> None:
        ending = set(ids)
        with self._lock:
            own = [digest for digest, one in self._sessions.items() if one.account == account and one.id in ending]
            for digest in own:
                del self._sessions[digest]

    def forget_sessions(self, *, began_before: Moment, seen_before: Moment) -> None:
        with self._lock:
            self._sessions = {
                digest: one
                for digest, one in self._sessions.items()
                if one.began >= began_before and one.seen >= seen_before
            }

    def seal(self, name: str, data: bytes, *, until: Moment) -> None:
        with self._lock:
            if codec.storable(name) in self._sealed:
                raise ValueError("something is kept under this name already")
            self._sealed[name] = (data, until)

    def unseal(self, name: str, *, at: Moment) -> bytes | None:
        with self._lock:
            data, until = self._sealed.pop(name, (None, at))
        return data if until >= at else None

    def forget_sealed(self, *, before: Moment) -> None:
        with self._lock:
            self._sealed = {name: kept for name, kept in self._sealed.items() if kept[1] >= before}

    def meta(self, name: str) -> str | None:
        with self._lock:
            return self._meta.get(name)

    def set_meta(self, name: str, value: str) -> str:
        with self._lock:
            return self._meta.setdefault(name, value)

    def close(self) -> None:
        """Nothing to let go of."""


def _is_of(one: Denial | Episode | Exposure | Usage | Use, account: AccountName, app_key: AppKey | None) -> bool:
    return one.account == account and app_key in {None, one.app_key}


def _holders(keyring: Keyring) -> Iterator[Holder]:
    for key in keyring.keys.values():
        next_one = (key.next_digest,) if key.renewing else ()
        for digest in (key.digest, *next_one, *(old.digest for old in key.retired)):
            yield Holder(digest, keyring.account, key.app_key)
    for stone in keyring.tombstones.values():
        for digest in stone.digests:
            yield Holder(digest, keyring.account, stone.app_key)


def added(old: Usage | None, new: Usage) -> Usage:
    """Two counts of the same token as one."""
    if old is None:
        return new
    return Usage(new.account, new.app_key, new.token, Moment(max(old.last, new.last)), old.count + new.count)


def seen_again(old: Exposure | None, new: Exposure) -> Exposure:
    """Two counts of the same token, seen in the same way, as one."""
    if old is None:
        return new
    first, last = min(old.first, new.first), max(old.last, new.last)
    return replace(new, first=first, last=last, count=old.count + new.count)


def done_again(old: Use | None, new: Use) -> Use:
    """Two counts of the same thing as one."""
    if old is None:
        return new
    newer = new if new.last >= old.last else old
    return replace(newer, count=old.count + new.count)


def _names(change: Change, groups: Iterable[Iterable[str]]) -> bool:
    """Say whether, of each group, one text stands in a change."""
    written = codec.written(change)
    return all(any(one in written for one in group) for group in groups)
