"""When tokens worked, and for what, as rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection, Table, and_, bindparam, case, delete, select

from chaveiro.core.denial import Usage, Use
from chaveiro.stores import codec
from chaveiro.stores.port import USES_MAX
from chaveiro.stores.sql import tables

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from chaveiro.core.names import AccountName, AppKey
    from chaveiro.stores.sql.database import Insert

_USES = tables.uses
_OWN: Final = and_(_USES.c.account == bindparam("of"), _USES.c.app_key == bindparam("by"))
# What a key did last, up to the bound: everything else of it goes.
_NEWEST: Final = select(_USES.c.route).where(_OWN).order_by(_USES.c.last.desc(), _USES.c.route.desc()).limit(USES_MAX)
_BOUNDED: Final = delete(_USES).where(_OWN, _USES.c.route.not_in(_NEWEST))


def add(connection: Connection, insert: Callable[[Table], Insert], usage: Sequence[Usage], uses: Sequence[Use]) -> None:
    """Add counts, keep the latest moments, and forget what a key did beyond the bound."""
    counted: list[dict[str, object]] = [
        {"account": one.account, "app_key": one.app_key, "token": one.token, "last": one.last, "count": one.count}
        for one in usage
    ]
    _add(connection, insert, tables.usage, counted)
    rows: list[dict[str, object]] = [
        {
            "account": one.account,
            "app_key": one.app_key,
            "route": one.route,
            "need": need,
            "last": one.last,
            "count": one.count,
        }
        for one, need in codec.written_uses(uses)
    ]
    _add(connection, insert, _USES, rows)
    _bound(connection, {(one.account, one.app_key) for one in uses})


def usage(connection: Connection, account: AccountName, app_key: AppKey | None) -> Mapping[tuple[AppKey, int], Usage]:
    """When each token of an account, or of one of its keys, last worked."""
    chosen = select(tables.usage).where(tables.usage.c.account == account)
    if app_key is not None:
        chosen = chosen.where(tables.usage.c.app_key == app_key)
    # By position: an account may have 10,000 keys, and a list of them waits for this.
    return {
        (key, token): Usage(account, key, token, last, count)
        for _, key, token, last, count in connection.execute(chosen)
    }


def uses(connection: Connection, account: AccountName, app_key: AppKey | None) -> tuple[Use, ...]:
    """What the keys of an account, or one of them, did, what was done last first."""
    chosen = select(_USES).where(_USES.c.account == account)
    if app_key is not None:
        chosen = chosen.where(_USES.c.app_key == app_key)
    rows = connection.execute(chosen.order_by(_USES.c.last.desc(), _USES.c.app_key, _USES.c.route)).mappings()
    return tuple(Use(**{**row, "need": codec.read_need(row["need"])}) for row in rows)


def _add(
    connection: Connection, insert: Callable[[Table], Insert], table: Table, rows: list[dict[str, object]]
) -> None:
    if not rows:
        return
    new = insert(table)
    is_newer = new.excluded.last >= table.c.last
    both = {
        name: case((is_newer, new.excluded[name]), else_=table.c[name]) for name in ("last", "need") if name in table.c
    }
    added = new.on_conflict_do_update(
        index_elements=list(table.primary_key), set_={**both, "count": table.c.count + new.excluded.count}
    )
    connection.execute(added, rows)


def _bound(connection: Connection, keys: Collection[tuple[AccountName, AppKey]]) -> None:
    """Of each key forget what it did longest ago, beyond the bound. One statement, prepared once for all of them."""
    if keys:
        connection.execute(_BOUNDED, [{"of": account, "by": app_key} for account, app_key in keys])
