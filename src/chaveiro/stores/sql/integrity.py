"""Three keys that no database knows, and what is made with them: MACs of rows and sessions, the chain of changes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import Connection, select

from chaveiro.core.keyring import Revision
from chaveiro.core.names import AccountName
from chaveiro.stores import codec
from chaveiro.stores.codec import CodecError
from chaveiro.stores.port import PEPPER_CHECK, Anchor, Committed, Feed, StoreUnavailable, Unreadable
from chaveiro.stores.sql import tables
from chaveiro.stores.sql.chain import BEGINNING, Chain, Link
from chaveiro.stores.sql.rowmacs import RowMacs
from chaveiro.stores.sql.sessions import SessionMacs

if TYPE_CHECKING:
    from collections.abc import Sequence

FIRST_VERSION = "0007"  # of the tables that has MACs


@dataclass(frozen=True, slots=True)
class MacKeys:
    """The keys of the MACs, 32 bytes each. Whoever has them can write what is believed."""

    rows: bytes = field(repr=False)
    audit: bytes = field(repr=False)
    sessions: bytes = field(repr=False)
    check: str = ""  # what a database notes about the pepper that they come from; empty: they come from none


class Integrity:
    """What tells Chaveiro's own writing from everybody else's."""

    def __init__(self, keys: MacKeys) -> None:
        """Take the keys."""
        self._check = keys.check
        self.rows = RowMacs(keys.rows)
        self.chain = Chain(keys.audit)
        self.sessions = SessionMacs(keys.sessions)

    def begin(self, connection: Connection, *, upgraded_from: str | None) -> bool:
        """Make all MACs, where an upgrade found rows of a version that had none. Says whether it did.

        INVARIANT: only there. In a database that has MACs, one that is missing was taken away. Raises StoreUnavailable
        where the keys come from another pepper than the database's: what they made nobody could believe later.
        """
        if upgraded_from is None or upgraded_from >= FIRST_VERSION:
            return False
        noted = connection.scalar(select(tables.meta.c.value).where(tables.meta.c.name == PEPPER_CHECK))
        if noted is not None and self._check and noted != self._check:
            raise StoreUnavailable(
                "the pepper is not the one this database was made with: put back the right one, "
                "or name it with `CHAVEIRO_PEPPER_FILE`"
            )
        self.chain.make(connection)
        for account in connection.scalars(select(tables.accounts.c.name)).all():
            self.rows.make(connection, AccountName(account))
        return True

    def followed(self, links: Sequence[Link], after: Revision) -> Feed:
        """Changes after a revision as whoever follows them takes them. The first link is the one at that revision."""
        last = BEGINNING if after.seq == 0 else None  # None: it is gone, and what comes next follows upon nothing
        found: list[Committed | Unreadable] = []
        for link in links:
            if link.seq > after.seq:
                found.append(read(link, after.epoch, genuine=last is not None and self.chain.follows(link, last)))
            last = Anchor(link.seq, link.mac)
        return Feed(found, {link.seq: link.mac for link in links})


def read(link: Link, epoch: str, *, genuine: bool) -> Committed | Unreadable:
    """A change, where it is genuine and this version can read it. Only a genuine one says whose it is."""
    revision = Revision(epoch, link.seq)
    if not genuine:
        return Unreadable(revision, None)
    try:
        change = codec.read_change(link.change)
    except CodecError:
        return Unreadable(revision, AccountName(link.account))
    return Committed(revision, change) if change.account == link.account else Unreadable(revision, None)
