"""The store that forgets: everything is gone with the process. For tests, and for trying things out."""

from __future__ import annotations

from threading import RLock
from typing import TYPE_CHECKING

from chaveiro.core.change import AccountCreated, KeyIssued, after
from chaveiro.core.denial import Usage
from chaveiro.core.keyring import Revision
from chaveiro.core.names import Moment
from chaveiro.stores import codec
from chaveiro.stores.port import AccountUnknown, AppKeyTaken, Committed, RevisionMoved

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chaveiro.core.change import Change
    from chaveiro.core.denial import Denial, DenialId
    from chaveiro.core.keyring import Keyring
    from chaveiro.core.names import AccountName, AppKey


class MemoryStore:
    """A store in this process alone. What it promises, `StoreContract` tests, durability aside."""

    def __init__(self, *, epoch: str = "00000000") -> None:
        """Begin empty, in an epoch of one's own choice."""
        self._lock = RLock()
        self._epoch = epoch
        self._committed: list[Committed] = []  # the change of `seq` n stands at n - 1
        self._keyrings: dict[AccountName, Keyring] = {}
        self._homes: dict[AppKey, AccountName] = {}
        self._denials: dict[DenialId, Denial] = {}
        self._usage: dict[tuple[AccountName, AppKey, int], Usage] = {}
        self._meta: dict[str, str] = {}

    def head(self) -> Revision:
        return Revision(self._epoch, len(self._committed))

    def accounts(self) -> tuple[AccountName, ...]:
        with self._lock:
            return tuple(sorted(self._keyrings))

    def keyring(self, account: AccountName) -> Keyring:
        with self._lock:
            if account not in self._keyrings:
                raise AccountUnknown(f"there is no account `{account}`")
            return self._keyrings[account]

    def home_of(self, app_key: AppKey) -> AccountName | None:
        with self._lock:
            return self._homes.get(app_key)

    def commit(self, change: Change, *, seen: Revision | None) -> Revision:
        codec.written(change)
        with self._lock:
            keyring = self._keyrings.get(change.account)
            if seen != (keyring.revision if keyring else None):
                raise RevisionMoved(f"account `{change.account}` has changed meanwhile")
            if isinstance(change.event, AccountCreated) != (seen is None):
                raise ValueError(f"account `{change.account}` begins with its creation, and only once")
            if isinstance(change.event, KeyIssued) and change.event.app_key in self._homes:
                raise AppKeyTaken("this appKey is or was in use")
            revision = Revision(self._epoch, len(self._committed) + 1)
            following = after(keyring, change, revision)
            if isinstance(change.event, KeyIssued):
                self._homes[change.event.app_key] = change.account
            self._keyrings[change.account] = following
            self._committed.append(Committed(revision, change))
            return revision

    def changes(
        self, *, after: Revision | None = None, account: AccountName | None = None, limit: int = 1000
    ) -> Sequence[Committed]:
        with self._lock:
            seq = 0 if after is None else after.seq
            if after is not None and (after.epoch != self._epoch or seq > len(self._committed)):
                raise RevisionMoved("the changes go on from another point: load everything again")
            later = self._committed[seq:] if account is None else self._of(account, seq)
            return tuple(later[:limit])

    def _of(self, account: AccountName, seq: int) -> list[Committed]:
        return [one for one in self._committed[seq:] if one.change.account == account]

    def keep_denials(self, denials: Sequence[Denial], *, forget_before: Moment) -> None:
        kept = codec.written_denials(denials)
        with self._lock:
            for denial, _ in kept:
                self._denials.setdefault(denial.id, denial)
            self._denials = {one: kept for one, kept in self._denials.items() if kept.at >= forget_before}

    def denial(self, denial: DenialId) -> Denial | None:
        with self._lock:
            return self._denials.get(denial)

    def denials(self, account: AccountName, *, limit: int = 100) -> Sequence[Denial]:
        with self._lock:
            own = [denial for denial in self._denials.values() if denial.account == account]
        return tuple(sorted(own, key=lambda denial: (denial.at, denial.id), reverse=True)[:limit])

    def add_usage(self, usage: Sequence[Usage]) -> None:
        with self._lock:
            for new in usage:
                place = (new.account, new.app_key, new.token)
                self._usage[place] = added(self._usage.get(place), new)

    def usage(self, account: AccountName) -> dict[tuple[AppKey, int], Usage]:
        with self._lock:
            own = [usage for usage in self._usage.values() if usage.account == account]
        return {(usage.app_key, usage.token): usage for usage in own}

    def meta(self, name: str) -> str | None:
        with self._lock:
            return self._meta.get(name)

    def set_meta(self, name: str, value: str) -> str:
        with self._lock:
            return self._meta.setdefault(name, value)

    def close(self) -> None:
        """Nothing to let go of."""


def added(old: Usage | None, new: Usage) -> Usage:
    """Two counts of the same token as one."""
    if old is None:
        return new
    return Usage(new.account, new.app_key, new.token, Moment(max(old.last, new.last)), old.count + new.count)
