"""When each token last worked, and for what: counted in memory, written in batches, never on the way to an allow.

Only what was allowed is counted, under the name its route has in the catalogue: a stranger makes no row, and nothing
that a caller presented is kept.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Final

from chaveiro.core.attempt import AnyRole, Attempt, Need
from chaveiro.core.denial import Usage, Use

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chaveiro.core.attempt import Needed, Wanted
    from chaveiro.core.names import AccountName, AppKey, Moment

SEEN_MAX: Final = 256  # put down before they are counted
_NEEDED: Final = (Need, AnyRole)
ROUTES_MAX: Final = 1_000  # of one key between two writes; what it does besides counts for its token alone


@dataclass(frozen=True, slots=True)
class Counted:
    """What was counted since the last time."""

    usage: Sequence[Usage]
    uses: Sequence[Use]


class UsageCounter:
    """Counts what worked. A kill may lose what was not yet taken.

    What was allowed is put down without a lock, and counted when it is much, or asked for: nobody who waits for an
    answer waits for another who counts.
    """

    def __init__(self) -> None:
        self._seen: deque[tuple[AccountName, AppKey, int, str, Wanted, Moment]] = deque()
        self._lock = Lock()
        self._tokens: dict[tuple[AccountName, AppKey, int], tuple[Moment, int]] = {}
        self._routes: dict[tuple[AccountName, AppKey], dict[str, tuple[Needed, Moment, int]]] = {}

    def add(self, account: AccountName, app_key: AppKey, token: int, attempt: Attempt) -> None:
        """Count one allowed request."""
        self._seen.append((account, app_key, token, attempt.route, attempt.wanted, attempt.at))
        if len(self._seen) >= SEEN_MAX and self._lock.acquire(blocking=False):
            try:
                self._count()
            finally:
                self._lock.release()

    def take(self) -> Counted:
        """Give what was counted since the last time, and begin anew."""
        with self._lock:
            self._count()
            tokens, self._tokens = self._tokens, {}
            routes, self._routes = self._routes, {}
        return Counted(
            [Usage(*name, last, count) for name, (last, count) in tokens.items()],
            [
                Use(*name, route, need, last, count)
                for name, own in routes.items()
                for route, (need, last, count) in own.items()
            ],
        )

    def put_back(self, counted: Counted) -> None:
        """Count again what could not be written."""
        with self._lock:
            for one in counted.usage:
                self._add_token((one.account, one.app_key, one.token), one.last, one.count)
            for use in counted.uses:
                self._add_route((use.account, use.app_key), use.route, use.need, use.last, use.count)

    def _count(self) -> None:
        """Count what was put down so far. The lock is held: nobody else takes from it."""
        take, add_token, add_route = self._seen.popleft, self._add_token, self._add_route
        for _ in range(len(self._seen)):
            account, app_key, token, route, wanted, at = take()
            add_token((account, app_key, token), at, 1)
            if isinstance(wanted, _NEEDED):
                add_route((account, app_key), route, wanted, at, 1)

    def _add_token(self, name: tuple[AccountName, AppKey, int], at: Moment, more: int) -> None:
        last, count = self._tokens.get(name, (at, 0))
        self._tokens[name] = (max(last, at), count + more)

    def _add_route(self, name: tuple[AccountName, AppKey], route: str, need: Needed, at: Moment, more: int) -> None:
        own = self._routes.get(name)
        if own is None:
            own = self._routes[name] = {}
        known = own.get(route)
        if known is not None:
            newest, last, count = known
            own[route] = (need, at, count + more) if at >= last else (newest, last, count + more)
        elif len(own) < ROUTES_MAX:
            own[route] = (need, at, more)
