"""Which tokens were seen in clear, as rows."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Table, case, select

from chaveiro.core.denial import Exposure, InClear
from chaveiro.stores.sql import tables

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from chaveiro.core.names import AccountName, AppKey
    from chaveiro.stores.sql.database import Insert

_EXPOSURES = tables.exposures


def add(connection: Connection, insert: Callable[[Table], Insert], exposures: Sequence[Exposure]) -> None:
    """Add counts, and keep the first and the latest moments."""
    new = insert(_EXPOSURES)
    ours, theirs = _EXPOSURES.c, new.excluded
    added = new.on_conflict_do_update(
        index_elements=list(_EXPOSURES.primary_key),
        set_={
            "first": case((theirs.first < ours.first, theirs.first), else_=ours.first),
            "last": case((theirs.last > ours.last, theirs.last), else_=ours.last),
            "count": ours.count + theirs.count,
        },
    )
    connection.execute(added, [{**asdict(one), "how": one.how.value} for one in exposures])


def of(connection: Connection, account: AccountName, app_key: AppKey | None) -> tuple[Exposure, ...]:
    """Which tokens of an account, or of one of its keys, were seen in clear."""
    chosen = select(_EXPOSURES).where(_EXPOSURES.c.account == account)
    if app_key is not None:
        chosen = chosen.where(_EXPOSURES.c.app_key == app_key)
    rows = connection.execute(chosen.order_by(_EXPOSURES.c.app_key, _EXPOSURES.c.token, _EXPOSURES.c.how)).mappings()
    return tuple(Exposure(**{**row, "how": InClear(row["how"])}) for row in rows)
