"""What a key did: allowed and refused over time, and what it used."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from chaveiro.core.attempt import Need
from chaveiro.core.cause import Audience, Finding
from chaveiro.core.names import Moment
from chaveiro.core.traffic import DAY, HOUR, bucket
from chaveiro.doors.console.chart import Bucket, timeline
from chaveiro.doors.keeping.texts import ANY_ROLE
from chaveiro.words import figures
from chaveiro.words.explain import explain
from chaveiro.words.language import N_

if TYPE_CHECKING:
    from collections.abc import Iterable

    from markupsafe import Markup

    from chaveiro.core.cause import Cause
    from chaveiro.core.denial import Use
    from chaveiro.core.names import AppKey
    from chaveiro.core.traffic import Traffic
    from chaveiro.doors.console.visit import Visit

USES_SHOWN: Final = 50
HOURS: Final = 48
DAYS: Final = 30
_BY_HOUR = N_("Allowed and refused in each of the last 48 hours (UTC)")
_BY_DAY = N_("Allowed and refused on each of the last 30 days (UTC)")


def timelines(visit: Visit, app_key: AppKey) -> tuple[tuple[str, Markup], ...]:
    """The last hours and the last days of a key, drawn, each with its title. May raise StoreUnavailable."""
    shapes = (("hours", _BY_HOUR, HOUR, HOURS), ("days", _BY_DAY, DAY, DAYS))
    return tuple(
        (title, timeline(_buckets(visit, app_key, span, count), visit.language, title=title, name=name))
        for name, sentence, span, count in shapes
        for title in (visit.text(sentence),)
    )


def needed(visit: Visit, use: Use) -> str:
    """What a key needed for something that it did."""
    return figures.needed(use.need, visit.language) if isinstance(use.need, Need) else visit.text(ANY_ROLE)


def _buckets(visit: Visit, app_key: AppKey, span: int, count: int) -> list[Bucket]:
    first = Moment(bucket(visit.at, span) - (count - 1) * span)
    traffic = visit.console.store.traffic(visit.account, app_key=app_key, after=first, span=span)
    at_moment: dict[float, list[Traffic]] = defaultdict(list)
    for one in traffic:
        at_moment[one.at].append(one)
    moments = (Moment(first + place * span) for place in range(count))
    return [_bucket(visit, at, at_moment[at]) for at in moments]


def _bucket(visit: Visit, at: Moment, counted: Iterable[Traffic]) -> Bucket:
    allowed, refused = 0, defaultdict[str, int](int)
    for one in counted:
        if one.cause is None:
            allowed += one.count
        else:
            refused[_title(visit, one.cause)] += one.count
    return Bucket(at, allowed, refused)


def _title(visit: Visit, cause: Cause) -> str:
    return explain(Finding(cause), to=Audience.KEEPER, language=visit.language).title
