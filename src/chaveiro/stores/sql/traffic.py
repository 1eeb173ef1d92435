"""Counts by the hour and by the day, as rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection, Table, delete, select

from chaveiro.core.cause import Cause
from chaveiro.core.names import Moment
from chaveiro.core.traffic import Traffic, buckets
from chaveiro.stores.counting import expired
from chaveiro.stores.sql import tables

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable

    from chaveiro.core.names import AccountName, AppKey
    from chaveiro.stores.counting import Hourly, Slot
    from chaveiro.stores.sql.database import Insert

_TRAFFIC = tables.traffic


def add(connection: Connection, insert: Callable[[Table], Insert], slots: Counter[Slot], hourly: Hourly) -> None:
    """Add counts, and once an hour forget what is too old."""
    if not slots:
        return
    new = insert(_TRAFFIC)
    more = new.on_conflict_do_update(
        index_elements=list(_TRAFFIC.primary_key), set_={"count": _TRAFFIC.c.count + new.excluded.count}
    )
    connection.execute(more, [_row(slot, count) for slot, count in slots.items()])
    if (newest := hourly.due(slots)) is not None:
        for span, before in expired(newest).items():
            connection.execute(delete(_TRAFFIC).where(_TRAFFIC.c.span == span, _TRAFFIC.c.at < before))


def traffic(
    connection: Connection, account: AccountName, app_key: AppKey | None, after: Moment, span: int
) -> tuple[Traffic, ...]:
    """What is counted of an account as a whole, or of one of its keys, oldest first."""
    own = select(_TRAFFIC.c.at, _TRAFFIC.c.cause, _TRAFFIC.c.count).where(
        _TRAFFIC.c.span == span,
        _TRAFFIC.c.at.in_(buckets(after, span)),  # one look at each, however many keys there are
        _TRAFFIC.c.account == account,
        _TRAFFIC.c.app_key == (app_key or ""),
    )
    rows = connection.execute(own.order_by(_TRAFFIC.c.at, _TRAFFIC.c.cause))
    return tuple(
        Traffic(account, app_key, span, Moment(at), Cause(cause) if cause else None, count) for at, cause, count in rows
    )


def _row(slot: Slot, count: int) -> dict[str, object]:
    return {
        "account": slot.account,
        "app_key": slot.app_key or "",
        "span": slot.span,
        "at": slot.at,
        "cause": slot.cause.value if slot.cause else "",
        "count": count,
    }
