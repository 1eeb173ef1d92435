"""Denials and their episodes as rows: written together, bounded together."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, Connection, and_, delete, func, insert, select, update

from chaveiro.core.names import AccountName, AppKey, Moment
from chaveiro.stores import codec
from chaveiro.stores.grouping import grouped
from chaveiro.stores.port import EPISODE_SECONDS, EPISODES_MAX
from chaveiro.stores.sql import tables

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from chaveiro.core.denial import Denial, DenialId
    from chaveiro.core.episode import Episode, Place
    from chaveiro.stores.port import Limits

_DENIALS, _EPISODES, _USES, _USAGE = tables.denials, tables.episodes, tables.uses, tables.usage
_OLDEST_FIRST = (_DENIALS.c.at, _DENIALS.c.id)
_STRANGERS_FIRST = (_DENIALS.c.known, *_OLDEST_FIRST)


def keep(
    connection: Connection, written: Mapping[DenialId, tuple[Denial, str]], forget_before: Moment, limits: Limits
) -> Sequence[Denial]:
    """Keep denials with their JSON, count them in their episodes, and forget what is too old or too many.

    Gives those that were not kept before.
    """
    kept = set(connection.scalars(select(_DENIALS.c.id).where(_DENIALS.c.id.in_(written)))) if written else set()
    new = [denial for id_, (denial, _) in written.items() if id_ not in kept]
    touched = _write(connection, new, written) if new else {}
    _forget(connection, _DENIALS.c.at < forget_before)
    for episode, own in touched.items():
        _thin(connection, _EPISODES.c.id == episode, own, limits.episode)
    for account in {one.account for one in new}:
        own = _DENIALS.c.account == account
        _thin(connection, _EPISODES.c.account == account, own, limits.account)
        _bury_episodes(connection, account)
    if new:
        _thin(connection, None, None, limits.total)
    ended = _EPISODES.c.last < forget_before - EPISODE_SECONDS
    connection.execute(delete(_EPISODES).where(ended, _EPISODES.c.kept == 0))
    return new


def newest(connection: Connection, account: AccountName, app_key: AppKey | None, limit: int) -> tuple[Denial, ...]:
    """The newest denials of an account, or of one of its keys: a key's are those of its episodes."""
    ids = select(_DENIALS.c.id).where(_DENIALS.c.account == account)
    if app_key is not None:
        own = _EPISODES.c.account == account, _EPISODES.c.app_key == app_key
        ids = select(_DENIALS.c.id).join_from(_EPISODES, _DENIALS, _EPISODES.c.id == _DENIALS.c.episode).where(*own)
    newest_first = _DENIALS.c.at.desc(), _DENIALS.c.id.desc()
    chosen = ids.order_by(*newest_first).limit(limit)  # first the ids, which an index has; then what is long
    found = select(_DENIALS.c.denial).where(_DENIALS.c.id.in_(chosen)).order_by(*newest_first)
    return tuple(codec.read_denial(one) for one in connection.scalars(found))


def episodes(connection: Connection, account: AccountName, app_key: AppKey | None, limit: int) -> tuple[Episode, ...]:
    """The episodes of an account, or of one of its keys, the one with the newest denial first."""
    chosen = select(_EPISODES.c.episode).where(_EPISODES.c.account == account)
    if app_key is not None:
        chosen = chosen.where(_EPISODES.c.app_key == app_key)
    found = connection.scalars(chosen.order_by(_EPISODES.c.last.desc(), _EPISODES.c.id.desc()).limit(limit))
    return tuple(codec.read_episode(one) for one in found)


def episode_of(connection: Connection, denial: DenialId) -> Episode | None:
    """The episode of a denial that is kept."""
    of = _EPISODES.c.id == _DENIALS.c.episode
    chosen = select(_EPISODES.c.episode).join_from(_DENIALS, _EPISODES, of).where(_DENIALS.c.id == denial)
    found = connection.scalar(chosen)
    return None if found is None else codec.read_episode(found)


def _write(
    connection: Connection, new: Sequence[Denial], written: Mapping[DenialId, tuple[Denial, str]]
) -> dict[DenialId, ColumnElement[bool]]:
    groups = grouped(new, _Shelf(connection))
    rows = [
        {
            "id": one.id,
            "account": one.account,
            "at": one.at,
            "episode": episode,
            "known": int(one.app_key is not None),
            "denial": written[one.id][1],
        }
        for one, episode in groups.belongs
    ]
    connection.execute(insert(_DENIALS), rows)
    more = Counter(episode for _, episode in groups.belongs)
    for id_, episode in groups.episodes.items():
        values = {"last": episode.last, "episode": codec.written(episode)}
        changed = update(_EPISODES).where(_EPISODES.c.id == id_).values(kept=_EPISODES.c.kept + more[id_], **values)
        if not connection.execute(changed).rowcount:
            connection.execute(insert(_EPISODES).values(**_row(episode), kept=more[id_], **values))
    return {id_: _DENIALS.c.episode == id_ for id_ in groups.episodes}


def _row(episode: Episode) -> dict[str, object]:
    return {
        "id": episode.id,
        "account": episode.account,
        "app_key": episode.app_key or "",
        "cause": episode.cause.value,
        "route": episode.route,
    }


def _thin(
    connection: Connection, of: ColumnElement[bool] | None, own: ColumnElement[bool] | None, at_most: int
) -> None:
    """Forget as many denials as there are too many: strangers' first, then the oldest."""
    total = select(func.coalesce(func.sum(_EPISODES.c.kept), 0))
    excess = (connection.scalar(total if of is None else total.where(of)) or 0) - at_most
    if excess > 0:
        chosen = select(_DENIALS.c.id).order_by(*_STRANGERS_FIRST).limit(excess)
        _forget(connection, _DENIALS.c.id.in_(chosen if own is None else chosen.where(own)))


def _forget(connection: Connection, where: ColumnElement[bool]) -> None:
    gone = Counter(connection.scalars(delete(_DENIALS).where(where).returning(_DENIALS.c.episode)))
    for episode, count in gone.items():
        fewer = update(_EPISODES).where(_EPISODES.c.id == episode)
        connection.execute(fewer.values(kept=_EPISODES.c.kept - count))


def _bury_episodes(connection: Connection, account: AccountName) -> None:
    """Forget the episodes that ended first, and their denials, where an account has too many."""
    own = _EPISODES.c.account == account
    excess = (connection.scalar(select(func.count()).where(own)) or 0) - EPISODES_MAX
    if excess <= 0:
        return
    ended = select(_EPISODES.c.id).where(own).order_by(_EPISODES.c.last, _EPISODES.c.id).limit(excess)
    gone: Iterable[str] = list(connection.scalars(ended))
    connection.execute(delete(_DENIALS).where(_DENIALS.c.episode.in_(gone)))
    connection.execute(delete(_EPISODES).where(_EPISODES.c.id.in_(gone)))


class _Shelf:
    """What the tables know of episodes."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def newest(self, place: Place) -> Episode | None:
        same = and_(
            _EPISODES.c.account == place.account,
            _EPISODES.c.app_key == (place.app_key or ""),
            _EPISODES.c.cause == place.cause.value,
            _EPISODES.c.route == place.route,
        )
        chosen = select(_EPISODES.c.episode).where(same).order_by(_EPISODES.c.last.desc(), _EPISODES.c.id.desc())
        found = self._connection.scalar(chosen.limit(1))
        return None if found is None else codec.read_episode(found)

    def count(self, account: AccountName, app_key: AppKey) -> int:
        own = and_(_EPISODES.c.account == account, _EPISODES.c.app_key == app_key)
        return self._connection.scalar(select(func.count()).where(own)) or 0

    def worked(self, place: Place) -> Moment | None:
        table = _USES if place.route else _USAGE
        last = select(func.max(table.c.last)).where(table.c.account == place.account, table.c.app_key == place.app_key)
        found = self._connection.scalar(last.where(table.c.route == place.route) if place.route else last)
        return None if found is None else Moment(found)
