"""When each token last worked: counted in memory, written in batches, never on the way to an allow."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING

from chaveiro.core.denial import Usage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chaveiro.core.names import AccountName, AppKey, Moment


class UsageCounter:
    """Counts what worked. A kill may lose what was not yet taken."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._counts: dict[tuple[AccountName, AppKey, int], tuple[Moment, int]] = {}

    def add(self, account: AccountName, app_key: AppKey, token: int, at: Moment) -> None:
        """Count one allowed request."""
        name = (account, app_key, token)
        with self._lock:
            last, count = self._counts.get(name, (at, 0))
            self._counts[name] = (max(last, at), count + 1)

    def take(self) -> Sequence[Usage]:
        """Give what was counted since the last time, and begin anew."""
        with self._lock:
            counts, self._counts = self._counts, {}
        return [Usage(*name, last, count) for name, (last, count) in counts.items()]

    def put_back(self, usage: Sequence[Usage]) -> None:
        """Count again what could not be written."""
        with self._lock:
            for one in usage:
                name = (one.account, one.app_key, one.token)
                last, count = self._counts.get(name, (one.last, 0))
                self._counts[name] = (max(last, one.last), count + one.count)
