"""The store in an SQL database: SQLite, or PostgreSQL."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Final, Self

from sqlalchemy import Connection, bindparam, false, insert, or_, select
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from chaveiro.core.event import AccountCreated, KeyImported, KeyIssued
from chaveiro.core.keyring import Revision
from chaveiro.core.names import AccountName
from chaveiro.core.revoking import revokes
from chaveiro.stores import codec, counting
from chaveiro.stores.counting import Hourly
from chaveiro.stores.port import (
    LIMITS,
    AccountUnknown,
    Anchor,
    AppKeyTaken,
    Committed,
    DiskFull,
    Feed,
    Holder,
    Limits,
    RevisionMoved,
    StoreUnavailable,
    StoreUnreachable,
    StoreUnreadable,
    Verified,
)
from chaveiro.stores.sql import chain, epoch, read, schema, sealed, sessions, tables, traffic
from chaveiro.stores.sql import denials as refused
from chaveiro.stores.sql import exposures as seen
from chaveiro.stores.sql import usage as used
from chaveiro.stores.sql.columns import holds
from chaveiro.stores.sql.integrity import Integrity, MacKeys
from chaveiro.stores.sql.sqlite import Sqlite
from chaveiro.stores.sql.write import write

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from chaveiro.core.change import Change
    from chaveiro.core.denial import Denial, DenialId, Exposure, Usage, Use
    from chaveiro.core.episode import Episode
    from chaveiro.core.fleet import NodeReport, NodeSeen
    from chaveiro.core.keyring import Keyring
    from chaveiro.core.names import AppKey, Email, Moment
    from chaveiro.core.session import Session, SessionId
    from chaveiro.core.traffic import Traffic
    from chaveiro.stores.sql.database import Database


POSTGRES = ("postgresql://", "postgres://")
_WRITE = "write `sqlite:///` and a path, or `postgresql://user@host/name`"


class SqlStore:
    """A store in an SQL database. What it promises, `StoreContract` tests."""

    def __init__(self, database: Database, integrity: Integrity, *, prepared: bool = True) -> None:
        """Use a database. Unless its tables are *prepared*, methods raise StoreUnreachable until `prepare` was done."""
        self._named = database
        self._integrity = integrity
        self._prepared = prepared
        self._heading = Lock()
        self._stamp: int | None = None
        self._hourly = Hourly()
        self._head = Revision("", 0)
        self._known = Revision("", 0)  # the newest change that this process has seen here

    @classmethod
    def at(cls, url: str, *, keys: MacKeys, ballast_bytes: int = 0, held: bool = False) -> Self:
        """Name the database at a URL, which nobody is asked about yet. Raises StoreUnavailable for one that is none.

        Revocations may use up the ballast of an SQLite file. *held*: nobody else can open it meanwhile, as is known.
        """
        database = database_of(url, ballast_bytes=ballast_bytes, held=held)
        return cls(database, Integrity(keys), prepared=False)

    @classmethod
    def open(cls, url: str, *, keys: MacKeys, ballast_bytes: int = 0, held: bool = False) -> Self:
        """Open the database, make or upgrade its tables. Raises StoreUnavailable, saying what to do."""
        store = cls.at(url, keys=keys, ballast_bytes=ballast_bytes, held=held)
        try:
            store.prepare()
        except BaseException:
            store.close()
            raise
        return store

    def prepare(self) -> None:
        """Make or upgrade the tables, unless that was done. Raises StoreUnavailable, saying what to do."""
        if self._prepared:
            return
        try:
            self._prepare()
        except DiskFull:  # a process that cannot start checks nothing
            if not self._named.make_room():
                raise
            self._prepare()
        self._named.check()
        self._prepared = True

    def _prepare(self) -> None:
        with self._named.writing() as connection:
            found = schema.prepare(connection)
            self._integrity.begin(connection, upgraded_from=found)

    @property
    def _database(self) -> Database:
        """The database, whose tables are known to be as this version expects them."""
        if not self._prepared:
            raise StoreUnreachable("the database has not answered yet")
        return self._named

    @property
    def keeps_nodes(self) -> bool:
        return self._named.keeps_nodes

    def head(self) -> Revision:
        with self._heading:
            stamp = self._database.stamp()
            if stamp is None or stamp != self._stamp:
                with self._database.polling() as connection:
                    self._head = read.head(connection)
                self._stamp = stamp
                self._known = _newer(self._head, self._known)
            return self._head

    def pulse(self) -> bytes:
        return self._named.pulse()

    def watch(self, wake: Callable[[], None]) -> None:
        self._named.watch(wake)

    def report(self, node: NodeReport) -> Revision:
        self._database.report(node)
        return self.head()

    def nodes(self) -> tuple[Moment, Sequence[NodeSeen]]:
        return self._database.nodes()

    def leave(self, node: NodeReport) -> None:
        self._database.leave(node)

    def accounts(self) -> tuple[AccountName, ...]:
        with self._reading() as connection:
            return tuple(connection.scalars(select(tables.accounts.c.name).order_by(tables.accounts.c.name)))

    def audited(self) -> tuple[AccountName, ...]:
        with self._reading() as connection:
            return tuple(map(AccountName, chain.accounts(connection)))

    def keyring(self, account: AccountName) -> Keyring:
        if not codec.is_storable(account):
            raise AccountUnknown("there is no such account")
        with self._reading() as connection:
            return read.keyring(connection, account, self._integrity.rows)

    def home_of(self, app_key: AppKey) -> AccountName | None:
        if not codec.is_storable(app_key):
            return None
        with self._reading() as connection:
            return _home_of(connection, app_key)

    def holders(self, digests: Collection[bytes]) -> Sequence[Holder]:
        with self._reading() as connection:
            return read.holders(connection, digests)

    def commit(self, change: Change, *, seen: Revision | None) -> Revision:
        written = [codec.written(change)]
        if not revokes(change.event):
            self._database.spare_room()
            return self._committed([change], written, seen)[-1]
        try:
            return self._committed([change], written, seen)[-1]
        except DiskFull:
            if not self.make_room():
                raise
        return self._committed([change], written, seen)[-1]

    def commit_all(self, changes: Sequence[Change], *, seen: Revision) -> Sequence[Revision]:
        written = [codec.written(change) for change in changes]
        self._database.spare_room()
        return self._committed(changes, written, seen)

    def _committed(
        self, changes: Sequence[Change], written: Sequence[str], seen: Revision | None
    ) -> Sequence[Revision]:
        with self._database.writing() as connection:
            head = read.head(connection)
            _expect(connection, changes, seen, head.epoch)
            # Where changes were cut off meanwhile a gap is left, which all who follow see: no number is used twice.
            first = _newer(head, self._known).seq + 1
            entries, mac = [], chain.newest(connection).mac
            numbers = range(first, first + len(changes))
            for seq, change, text in zip(numbers, changes, written, strict=True):
                mac = self._integrity.chain.mac(mac, seq, change.account, text)
                entries.append({"seq": seq, "account": change.account, "change": text, "mac": mac})
            connection.execute(_ENTER, entries)
            with self._integrity.rows.renewed(connection, changes):
                write(connection, zip(changes, numbers, strict=True))
            self._database.announce(connection)
        revisions = [Revision(head.epoch, seq) for seq in numbers]
        self._known = revisions[-1]
        return revisions

    def changes(
        self, *, after: Revision | None = None, account: AccountName | None = None, limit: int = 1000
    ) -> Sequence[Committed]:
        chosen = select(tables.changes.c.seq, tables.changes.c.change).order_by(tables.changes.c.seq).limit(limit)
        if after is not None:
            chosen = chosen.where(tables.changes.c.seq > after.seq)
        if account is not None:
            chosen = chosen.where(tables.changes.c.account == account)
        with self._reading() as connection:
            head = read.head(connection)
            if after is not None and (after.epoch != head.epoch or after.seq > head.seq):
                raise RevisionMoved("the changes go on from another point: load everything again")
            return tuple(
                Committed(Revision(head.epoch, row.seq), codec.read_change(row.change))
                for row in connection.execute(chosen)
            )

    def feed(self, *, after: Revision, limit: int = 1000) -> Feed:
        with self._reading() as connection:
            head = read.head(connection)
            if after.epoch != head.epoch or after.seq > head.seq:
                raise RevisionMoved("the changes go on from another point: load everything again")
            found = chain.links(connection, after.seq - 1, limit + 1)  # the one it follows upon, too
        return self._integrity.followed(found, after)

    def anchor(self) -> Anchor | None:
        with self._reading() as connection:
            found = chain.newest(connection)
        return None if found == chain.BEGINNING else found

    def links(self, *, after: Revision, limit: int = 1000) -> Sequence[Anchor]:
        with self._reading() as connection:
            if after.epoch != read.head(connection).epoch:
                raise RevisionMoved("the changes go on from another point: load everything again")
            return chain.anchors(connection, after.seq, limit)

    def verify(self, anchor: Anchor | None = None) -> Verified:
        return self._integrity.chain.verified(self._links(), anchor)

    def _links(self) -> Iterator[chain.Link]:
        """Every change, in pages of one moment each: nobody who writes waits for whoever reads them all."""
        after = None
        while True:
            with self._reading() as connection:
                page = chain.links(connection, after)
            if not page:
                return
            yield from page
            after = page[-1].seq

    def newest_changes(
        self,
        account: AccountName,
        *,
        after: Revision | None = None,
        before: Revision | None = None,
        naming: Sequence[Collection[str]] = (),
        limit: int = 100,
    ) -> Sequence[Committed]:
        table = tables.changes
        chosen = select(table.c.seq, table.c.change).where(table.c.account == account)
        if after is not None:
            chosen = chosen.where(table.c.seq > after.seq)
        if before is not None:
            chosen = chosen.where(table.c.seq < before.seq)
        for group in codec.sought(naming):
            chosen = chosen.where(or_(false(), *(holds(table.c.change, one) for one in group)))
        with self._reading() as connection:
            epoch = read.head(connection).epoch
            if any(one is not None and one.epoch != epoch for one in (after, before)):
                raise RevisionMoved("the changes are of another history: begin with the newest")
            return tuple(
                Committed(Revision(epoch, row.seq), codec.read_change(row.change))
                for row in connection.execute(chosen.order_by(table.c.seq.desc()).limit(limit))
            )

    def keep_denials(self, denials: Sequence[Denial], *, forget_before: Moment, limits: Limits = LIMITS) -> None:
        written = {one.id: (one, text) for one, text in codec.written_denials(denials)}
        with self._database.counting() as connection:
            new = refused.keep(connection, written, forget_before, limits)
            traffic.add(connection, self._database.insert, counting.refused(new), self._hourly)

    def denial(self, denial: DenialId) -> Denial | None:
        if not codec.is_storable(denial):
            return None
        with self._reading() as connection:
            found = connection.scalar(select(tables.denials.c.denial).where(tables.denials.c.id == denial))
            return None if found is None else codec.read_denial(found)

    def denials(self, account: AccountName, *, app_key: AppKey | None = None, limit: int = 100) -> Sequence[Denial]:
        with self._reading() as connection:
            return refused.newest(connection, account, app_key, limit)

    def episodes(self, account: AccountName, *, app_key: AppKey | None = None, limit: int = 100) -> Sequence[Episode]:
        with self._reading() as connection:
            return refused.episodes(connection, account, app_key, limit)

    def episode_of(self, denial: DenialId) -> Episode | None:
        with self._reading() as connection:
            return refused.episode_of(connection, denial)

    def add_usage(self, usage: Sequence[Usage], uses: Sequence[Use] = ()) -> None:
        if not usage and not uses:
            return
        with self._database.counting() as connection:
            used.add(connection, self._database.insert, usage, uses)
            traffic.add(connection, self._database.insert, counting.allowed(usage), self._hourly)

    def add_exposures(self, exposures: Sequence[Exposure]) -> None:
        if exposures:
            with self._database.counting() as connection:
                seen.add(connection, self._database.insert, exposures)

    def exposures(self, account: AccountName, *, app_key: AppKey | None = None) -> Sequence[Exposure]:
        with self._reading() as connection:
            return seen.of(connection, account, app_key)

    def usage(self, account: AccountName, *, app_key: AppKey | None = None) -> Mapping[tuple[AppKey, int], Usage]:
        with self._reading() as connection:
            return used.usage(connection, account, app_key)

    def uses(self, account: AccountName, *, app_key: AppKey | None = None) -> Sequence[Use]:
        with self._reading() as connection:
            return used.uses(connection, account, app_key)

    def traffic(
        self, account: AccountName, *, app_key: AppKey | None = None, after: Moment, span: int
    ) -> Sequence[Traffic]:
        with self._reading() as connection:
            return traffic.traffic(connection, account, app_key, after, span)

    def keep_session(self, session: Session, *, digest: bytes) -> None:
        with self._database.counting() as connection:
            sessions.keep(connection, session, digest, self._integrity.sessions)

    def session(self, digest: bytes) -> Session | None:
        with self._reading() as connection:
            return sessions.of_digest(connection, digest, self._integrity.sessions)

    def sessions(self, account: AccountName, email: Email | None = None) -> Sequence[Session]:
        with self._reading() as connection:
            return sessions.of(connection, account, email, self._integrity.sessions)

    def touch_session(self, session: SessionId, *, seen: Moment, confirmed: Moment | None = None) -> None:
        with self._database.counting() as connection:
            sessions.touch(connection, session, seen, confirmed, self._integrity.sessions)

    def end_sessions(self, account: AccountName, ids: Iterable[SessionId]) -> None:
        with self._database.counting() as connection:
            sessions.end(connection, account, ids)

    def forget_sessions(self, *, began_before: Moment, seen_before: Moment) -> None:
        with self._database.counting() as connection:
            sessions.forget(connection, began_before, seen_before)

    def seal(self, name: str, data: bytes, *, until: Moment) -> None:
        with self._database.counting() as connection:
            sealed.seal(connection, self._database.insert, name, data, until)

    def unseal(self, name: str, *, at: Moment) -> bytes | None:
        if not codec.is_storable(name):
            return None
        with self._database.counting() as connection:
            return sealed.unseal(connection, name, at)

    def forget_sealed(self, *, before: Moment) -> None:
        with self._database.counting() as connection:
            sealed.forget(connection, before)

    def meta(self, name: str) -> str | None:
        with self._reading() as connection:
            return _noted(connection, name)

    def set_meta(self, name: str, value: str) -> str:
        with self._database.writing() as connection:
            new = self._database.insert(tables.meta).values(name=name, value=value)
            connection.execute(new.on_conflict_do_nothing())
            return _noted(connection, name) or value

    def make_room(self) -> bool:
        """Give up the ballast for something that must be written; whether there was any."""
        return self._database.make_room()

    def keep_ballast(self) -> None:
        """Hold room for revocations, from now on and whenever there is enough."""
        self._database.keep_room()

    def begin_epoch(self) -> Revision:
        """Begin a new history, in which nobody goes on as if nothing had happened: sessions and open offers end."""
        with self._database.writing() as connection:
            return epoch.begin(connection)

    def close(self) -> None:
        self._named.close()

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        try:
            with self._database.reading() as connection:
                yield connection
        except ValueError:  # what a reader found is none of the values it knows
            raise StoreUnreadable(
                "the database holds something this version cannot read: upgrade Chaveiro, or restore a backup"
            ) from None


def database_of(url: str, *, ballast_bytes: int = 0, held: bool = False) -> Database:
    """The database that a URL names. The URL is not quoted, as one for a server may hold a password."""
    if url.startswith(POSTGRES):
        return _postgres(url)
    try:
        found = make_url(url)
    except (ArgumentError, ValueError):  # the latter for a port that is no number
        raise StoreUnavailable(f"the database's URL cannot be read: {_WRITE}") from None
    if found.drivername not in {"sqlite", "sqlite+pysqlite"}:
        raise StoreUnavailable(f"the database is of no known kind: {_WRITE}")
    return Sqlite(_path(found), ballast_bytes=ballast_bytes, held=held)


def _postgres(url: str) -> Database:
    try:
        from chaveiro.stores.sql.postgres import Postgres  # noqa: PLC0415 - an extra, for which nobody else waits
    except ImportError:
        raise StoreUnavailable("PostgreSQL needs a driver: `pip install 'chaveiro[postgres]'`") from None
    return Postgres(url)


def _path(url: URL) -> Path:
    if not url.database or url.database == ":memory:" or url.database.startswith("file:") or url.query:
        raise StoreUnavailable("the database's URL names no file: write `sqlite:///` and a path, and nothing behind it")
    return Path(url.database).absolute()


def _newer(one: Revision, other: Revision) -> Revision:
    """The later one of the same epoch; the first, where they are of two."""
    return other if one.epoch == other.epoch and other.seq > one.seq else one


def _expect(connection: Connection, changes: Sequence[Change], seen: Revision | None, epoch: str) -> None:
    """Raise RevisionMoved or AppKeyTaken where the changes do not follow on what stands."""
    account = changes[0].account
    seq = connection.scalar(_SEQ, {"of": account})
    if seen != (None if seq is None else Revision(epoch, seq)):
        raise RevisionMoved(f"account `{account}` has changed meanwhile")
    made: set[object] = set()
    for change in changes:
        if change.account != account or isinstance(change.event, AccountCreated) != (seen is None):
            raise ValueError(f"account `{account}` begins with its creation, and only once")
        new = isinstance(change.event, KeyIssued | KeyImported) and change.event.app_key
        if new and (new in made or _home_of(connection, new) is not None):
            raise AppKeyTaken("this appKey is or was in use")
        made.add(new)


def _home_of(connection: Connection, app_key: AppKey) -> AccountName | None:
    for one in _HOMES:
        if home := connection.scalar(one, {"of": app_key}):
            return AccountName(home)
    return None


# Made once: making a statement takes longer than a database to answer it.
_SEQ: Final = select(tables.accounts.c.seq).where(tables.accounts.c.name == bindparam("of"))
_HOMES: Final = tuple(
    select(table.c.account).where(table.c.app_key == bindparam("of")) for table in (tables.keys, tables.tombstones)
)
_ENTER: Final = insert(tables.changes)


def _noted(connection: Connection, name: str) -> str | None:
    return connection.scalar(select(tables.meta.c.value).where(tables.meta.c.name == name))
