"""How much was allowed and refused, by the hour and by the day: what a timeline is drawn from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from chaveiro.core.names import Moment

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chaveiro.core.cause import Cause
    from chaveiro.core.names import AccountName, AppKey

HOUR: Final = 3600
DAY: Final = 86_400
KEPT_SECONDS: Final[Mapping[int, int]] = {HOUR: 8 * DAY, DAY: 100 * DAY}  # how long counts of each span are kept


@dataclass(frozen=True, slots=True)
class Traffic:
    """What happened within one hour or day, UTC, and how often."""

    account: AccountName
    app_key: AppKey | None  # None: in the whole account, strangers' requests among it
    span: int  # HOUR or DAY
    at: Moment  # when it began
    cause: Cause | None  # None: allowed
    count: int


def bucket(at: Moment, span: int) -> Moment:
    """When the hour or day began that a moment belongs to."""
    return Moment(at // span * span)


def buckets(after: Moment, span: int) -> list[Moment]:
    """The hour or day of a moment and those that follow, for as long as counts are kept."""
    first = bucket(after, span)
    return [Moment(first + number * span) for number in range(KEPT_SECONDS[span] // span + 1)]
