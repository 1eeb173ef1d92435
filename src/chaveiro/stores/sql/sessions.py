"""Sessions as rows, by the digest of what the browser shows."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, Connection, case, delete, insert, or_, select, update

from chaveiro.core.session import Session, SessionId
from chaveiro.stores.sql import tables

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chaveiro.core.names import AccountName, Email, Moment

_SESSIONS = tables.sessions
_FIELDS = [_SESSIONS.c[one.name] for one in fields(Session)]  # INVARIANT: the digest is never read


def keep(connection: Connection, session: Session, digest: bytes) -> None:
    """Write a session."""
    connection.execute(insert(_SESSIONS).values(**asdict(session), digest=digest))


def of_digest(connection: Connection, digest: bytes) -> Session | None:
    """The session that a digest is of."""
    found = connection.execute(select(*_FIELDS).where(_SESSIONS.c.digest == digest)).one_or_none()
    return None if found is None else Session(*found)


def of(connection: Connection, account: AccountName, email: Email | None) -> tuple[Session, ...]:
    """The sessions of an account, or of one of its users, newest first."""
    own = select(*_FIELDS).where(_SESSIONS.c.account == account)
    if email is not None:
        own = own.where(_SESSIONS.c.email == email)
    rows = connection.execute(own.order_by(_SESSIONS.c.began.desc(), _SESSIONS.c.id.desc()))
    return tuple(Session(*row) for row in rows)


def touch(connection: Connection, session: SessionId, seen: Moment, confirmed: Moment | None) -> None:
    """Move the moments of a session on."""
    values = {"seen": _later(_SESSIONS.c.seen, seen)}
    if confirmed is not None:
        values["confirmed"] = _later(_SESSIONS.c.confirmed, confirmed)
    connection.execute(update(_SESSIONS).where(_SESSIONS.c.id == session).values(**values))


def end(connection: Connection, account: AccountName, sessions: Iterable[SessionId]) -> None:
    """Delete sessions of an account."""
    connection.execute(delete(_SESSIONS).where(_SESSIONS.c.account == account, _SESSIONS.c.id.in_(list(sessions))))


def forget(connection: Connection, began_before: Moment, seen_before: Moment) -> None:
    """Delete what is over."""
    over = or_(_SESSIONS.c.began < began_before, _SESSIONS.c.seen < seen_before)
    connection.execute(delete(_SESSIONS).where(over))


def _later(column: ColumnElement[float], moment: Moment) -> ColumnElement[float]:
    return case((column < moment, moment), else_=column)
