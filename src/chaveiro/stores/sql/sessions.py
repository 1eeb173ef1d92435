"""Sessions as rows, by the digest of what the browser shows, each with a MAC: nobody writes a name to their own.

INVARIANT: a digest never leaves this module, and what does not have its MAC is no session, whoever asks.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import asdict, fields
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

import structlog
from sqlalchemy import Connection, delete, insert, or_, select, update

from chaveiro.core.credential import DIGEST_BYTES
from chaveiro.core.session import Session, SessionId
from chaveiro.stores.sql import tables
from chaveiro.stores.sql.rowmacs import writer

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from chaveiro.core.names import AccountName, Email, Moment

_log = structlog.get_logger(__name__)

_SESSIONS: Final = tables.sessions
_session: Final = itemgetter(*(one.name for one in fields(Session)))
_written: Final = writer(_SESSIONS, frozenset({"mac"}))


class SessionMacs:
    """Makes and checks the MACs of sessions: over whose they are, what opens them, and their moments."""

    def __init__(self, key: bytes) -> None:
        """Take the key that is for this purpose alone."""
        self._keyed = hashlib.blake2b(digest_size=DIGEST_BYTES, key=key, person=b"chaveiro/sess/1")

    def mac(self, values: Mapping[Any, Any]) -> str:
        """The MAC of a session's row, as hexadecimal digits."""
        keyed = self._keyed.copy()
        row = [values.get(one.name) for one in _SESSIONS.c]
        keyed.update(_written(row).encode("utf-8", "surrogateescape"))
        return keyed.hexdigest()

    def vouch(self, row: Mapping[Any, Any]) -> bool:
        """Say whether a row is what was written."""
        kept: str = row["mac"]
        return hmac.compare_digest(kept.encode("utf-8", "surrogateescape"), self.mac(row).encode())


def keep(connection: Connection, session: Session, digest: bytes, macs: SessionMacs) -> None:
    """Write a session."""
    values = {**asdict(session), "digest": digest}
    connection.execute(insert(_SESSIONS).values(**values, mac=macs.mac(values)))


def of_digest(connection: Connection, digest: bytes, macs: SessionMacs) -> Session | None:
    """The session that a digest is of."""
    found = connection.execute(select(_SESSIONS).where(_SESSIONS.c.digest == digest)).mappings().one_or_none()
    if found is None:
        return None
    if not macs.vouch(found):
        _log.error("session_refused")  # no name: whoever wrote the row chose what stands in it
        return None
    return Session(*_session(found))


def of(connection: Connection, account: AccountName, email: Email | None, macs: SessionMacs) -> tuple[Session, ...]:
    """The sessions of an account, or of one of its users, newest first."""
    own = select(_SESSIONS).where(_SESSIONS.c.account == account)
    if email is not None:
        own = own.where(_SESSIONS.c.email == email)
    rows = connection.execute(own.order_by(_SESSIONS.c.began.desc(), _SESSIONS.c.id.desc())).mappings()
    return tuple(Session(*_session(row)) for row in rows if macs.vouch(row))


def touch(
    connection: Connection, session: SessionId, seen: Moment, confirmed: Moment | None, macs: SessionMacs
) -> None:
    """Move the moments of a session on. One that was written past Chaveiro stays as wrong as it was."""
    found = connection.execute(select(_SESSIONS).where(_SESSIONS.c.id == session)).mappings().one_or_none()
    if found is None or not macs.vouch(found):
        return
    moved = {"seen": max(found["seen"], seen), "confirmed": max(found["confirmed"], confirmed or found["confirmed"])}
    mac = macs.mac({**found, **moved})
    connection.execute(update(_SESSIONS).where(_SESSIONS.c.id == session).values(**moved, mac=mac))


def end(connection: Connection, account: AccountName, sessions: Iterable[SessionId]) -> None:
    """Delete sessions of an account."""
    connection.execute(delete(_SESSIONS).where(_SESSIONS.c.account == account, _SESSIONS.c.id.in_(list(sessions))))


def forget(connection: Connection, began_before: Moment, seen_before: Moment) -> None:
    """Delete what is over."""
    over = or_(_SESSIONS.c.began < began_before, _SESSIONS.c.seen < seen_before)
    connection.execute(delete(_SESSIONS).where(over))
