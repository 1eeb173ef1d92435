"""Which right tokens were seen in clear: counted in memory, written in batches, and never for an ordinary request.

Only after proof: a token that matched no key is nobody's. Of what was presented nothing is kept but that it was right.
"""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING

from chaveiro.core.attempt import Carrier, Field, Transport
from chaveiro.core.denial import Exposure, InClear

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from chaveiro.core.attempt import Attempt
    from chaveiro.core.names import AccountName, AppKey, Moment


def in_plain(attempt: Attempt) -> bool:
    """Whether a request came over plain HTTP from another machine. One that names no address may have."""
    if attempt.transport is not Transport.PLAIN:
        return False
    # Read as text: doors have made sure that it is an address, and what failed here might let somebody in.
    return attempt.address != "::1" and not attempt.address.startswith("127.")


def in_query(attempt: Attempt) -> Iterator[tuple[str, str]]:
    """Every pair that the query may hold: a token there with the appKey of the header, or that of the query."""
    beside = [one for one in attempt.misplaced if one.carrier is Carrier.QUERY]
    keys = [attempt.app_key.text] if attempt.app_key.count == 1 else []
    keys += [one.value.text for one in beside if one.part is Field.KEY]
    for one in beside:
        if one.part is Field.TOKEN:
            yield from ((key, one.value.text) for key in dict.fromkeys(keys))


class ExposureCounter:
    """Counts what was seen in clear. A kill may lose what was not yet taken."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._seen: dict[tuple[AccountName, AppKey, int, InClear], tuple[Moment, Moment, int]] = {}

    def add(self, account: AccountName, app_key: AppKey, token: int, how: InClear, at: Moment) -> None:
        """Count one request."""
        self._add((account, app_key, token, how), at, at, 1)

    def take(self) -> Sequence[Exposure]:
        """Give what was counted since the last time, and begin anew."""
        with self._lock:
            seen, self._seen = self._seen, {}
        return [Exposure(*name, first, last, count) for name, (first, last, count) in seen.items()]

    def put_back(self, exposures: Sequence[Exposure]) -> None:
        """Count again what could not be written."""
        for one in exposures:
            self._add((one.account, one.app_key, one.token, one.how), one.first, one.last, one.count)

    def _add(self, name: tuple[AccountName, AppKey, int, InClear], first: Moment, last: Moment, more: int) -> None:
        with self._lock:
            began, ended, count = self._seen.get(name, (first, last, 0))
            self._seen[name] = min(began, first), max(ended, last), count + more
