"""What is counted by the hour and by the day, in every store alike."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from chaveiro.core.episode import place_of
from chaveiro.core.names import Moment
from chaveiro.core.traffic import KEPT_SECONDS, bucket

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chaveiro.core.cause import Cause
    from chaveiro.core.denial import Denial, Usage
    from chaveiro.core.names import AccountName, AppKey


class Slot(NamedTuple):
    """Where something is counted."""

    account: AccountName
    app_key: AppKey | None  # None: the whole account
    span: int
    at: Moment
    cause: Cause | None  # None: allowed


def allowed(usage: Iterable[Usage]) -> Counter[Slot]:
    """What worked: each count in the hour and in the day of its latest moment."""
    found: Counter[Slot] = Counter()
    for one in usage:
        for slot in _slots(one.account, one.app_key, one.last, None):
            found[slot] += one.count
    return found


def refused(denials: Iterable[Denial]) -> Counter[Slot]:
    """What was refused, once each: of no key of the account, in the account as a whole alone."""
    found: Counter[Slot] = Counter()
    for one in denials:
        found.update(_slots(one.account, one.app_key, one.at, place_of(one).cause))
    return found


def expired(newest: Moment) -> dict[int, Moment]:
    """Before when counts of each span are too old, *newest* being the time."""
    return {span: bucket(Moment(newest - kept), span) for span, kept in KEPT_SECONDS.items()}


@dataclass(slots=True)
class Hourly:
    """Says once an hour that it is time to forget what is too old."""

    _last: Moment | None = field(default=None, init=False)

    def due(self, slots: Iterable[Slot]) -> Moment | None:
        """The newest hour among *slots*, unless it was the last one that this was said of."""
        newest = max((slot.at for slot in slots if slot.span == min(KEPT_SECONDS)), default=None)
        if newest is None or newest == self._last:
            return None
        self._last = newest
        return newest


def _slots(account: AccountName, app_key: AppKey | None, at: Moment, cause: Cause | None) -> list[Slot]:
    """Where one thing counts: by each span, in the account as a whole and at its key."""
    whose = (None,) if app_key is None else (None, app_key)
    return [Slot(account, one, span, bucket(at, span), cause) for span in KEPT_SECONDS for one in whose]
