"""What happened in accounts, read from the store once: whoever asks again waits only for what is new."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Final

from chaveiro.stores.port import RevisionMoved

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chaveiro.core.names import AccountName
    from chaveiro.stores.port import Committed, Store

KEPT_MAX: Final = 50_000  # changes of all accounts together; an account with more is read anew each time


class Histories:
    """All changes of each account, as far as there is room for them in memory."""

    def __init__(self, store: Store, *, kept_max: int = KEPT_MAX) -> None:
        """Begin with nothing read."""
        self._store = store
        self._kept_max = kept_max
        self._kept: dict[AccountName, tuple[Committed, ...]] = {}  # the one that was asked for last comes last
        self._lock = Lock()  # held while memory changes, never while a store is asked

    def of(self, account: AccountName) -> Sequence[Committed]:
        """All that ever happened in an account, oldest first. Raises StoreUnavailable."""
        known = self._kept.get(account, ())
        try:
            found = self._followed(account, known)
        except RevisionMoved:  # another epoch: what is in memory may never have happened
            found = self._followed(account, ())
        self._keep(account, found)
        return found

    def _followed(self, account: AccountName, known: tuple[Committed, ...]) -> tuple[Committed, ...]:
        new: list[Committed] = []
        newest = known[-1].revision if known else None
        while page := self._store.changes(after=newest, account=account):
            new += page
            newest = page[-1].revision
        return (*known, *new) if new else known

    def _keep(self, account: AccountName, found: tuple[Committed, ...]) -> None:
        with self._lock:
            self._kept.pop(account, None)
            if len(found) > self._kept_max:
                return
            self._kept[account] = found
            room = self._kept_max - sum(map(len, self._kept.values()))
            for oldest in [*self._kept]:
                if room >= 0:
                    return
                room += len(self._kept.pop(oldest))
