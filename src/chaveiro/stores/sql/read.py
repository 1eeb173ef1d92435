"""Rows become a keyring."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache
from ipaddress import ip_network
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

from sqlalchemy import Connection, Row, func, select

from chaveiro.core.credential import DIGEST_BYTES, Format
from chaveiro.core.keyring import (
    NATIVE,
    NO_DIGEST,
    Damaged,
    ExternalKey,
    Grant,
    Handover,
    Key,
    Keyring,
    Mark,
    Part,
    Retired,
    Revision,
    Role,
    SetUp,
    Tombstone,
    Transfer,
    User,
)
from chaveiro.core.names import TEXT_LENGTH_MAX, Moment, Resource, RoleId, looks_secret
from chaveiro.stores.port import AccountDamaged, AccountUnknown, Holder
from chaveiro.stores.sql import standing, tables
from chaveiro.stores.sql.columns import origin
from chaveiro.stores.sql.parts import contents

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from chaveiro.core.denial import DenialId
    from chaveiro.core.names import AccountName, AppKey
    from chaveiro.stores.sql.parts import Content, Name
    from chaveiro.stores.sql.rowmacs import RowMacs

_T = TypeVar("_T")

EPOCH = "epoch"
SHARED_MAX: Final = 10_000  # moments, and sets of grants, that are kept to be shared


def head(connection: Connection) -> Revision:
    """The revision of the newest change. Raises StoreMoved where the truth is elsewhere."""
    found, note = _head(connection)
    standing.refuse(note)
    return found


# Made once: it is asked with every change, and making a statement takes longer than a database to answer it.
_HEAD: Final = select(
    select(tables.meta.c.value).where(tables.meta.c.name == EPOCH).scalar_subquery(),
    select(func.max(tables.changes.c.seq)).scalar_subquery(),
    origin(),
    select(tables.meta.c.value).where(tables.meta.c.name == standing.NOTE).scalar_subquery(),
)


def _head(connection: Connection) -> tuple[Revision, str | None]:
    begun, seq, history, noted = connection.execute(_HEAD).one()
    return Revision(_epoch(begun, history), seq or 0), noted


def _epoch(begun: str, history: str) -> str:
    """One history's name: what was drawn when it began and, where the database has one, the history it belongs to."""
    return hashlib.blake2b(f"{begun}/{history}".encode(), digest_size=4).hexdigest() if history else begun


def keyring(connection: Connection, account: AccountName, row_macs: RowMacs) -> Keyring:
    """One account, all from the same moment where *connection* is in a transaction.

    What is damaged of it is left out. Raises AccountUnknown; AccountDamaged where that is the account's own row.
    """
    parts = _Parts(connection, account, row_macs)
    own = parts.read(Part.ACCOUNT, _account)
    newest, _ = _head(connection)  # of a database that is being filled, too: it is compared before it counts
    if account not in own:
        if not parts.damaged:
            raise AccountUnknown(f"there is no account `{account}`")
        raise AccountDamaged("an account's own row was changed past Chaveiro: restore a backup")
    row = own[account]
    if not 0 < row.seq <= newest.seq:  # or changes to come would be taken for known ones
        raise AccountDamaged("an account is said to be newer than every change: restore a backup")
    found = replace(
        row.keyring,
        revision=Revision(newest.epoch, row.seq),
        users=parts.read(Part.USER, _user),
        roles=parts.read(Part.ROLE, _role, _lost_role),
        keys=parts.read(Part.KEY, _key),
        tombstones=_tombstones(connection, account),
        external=parts.read(Part.EXTERNAL_KEY, _external),
        muted=_muted(connection, account),
    )
    foreign = frozenset(key.kind for key in found.keys.values() if key.kind)
    return replace(found, foreign=foreign, damaged=frozenset(parts.damaged))


def holders(connection: Connection, digests: Collection[bytes]) -> list[Holder]:
    """Every key, deleted ones too, that has or had a token of one of these digests."""
    keys, retired, stones, dead = tables.keys, tables.retired_digests, tables.tombstones, tables.tombstone_digests
    some = list(digests)
    chosen = (
        select(keys.c.digest, keys.c.account, keys.c.app_key).where(keys.c.digest.in_(some)),
        select(keys.c.next_digest, keys.c.account, keys.c.app_key).where(keys.c.next_digest.in_(some)),
        select(retired.c.digest, keys.c.account, keys.c.app_key)
        .join_from(retired, keys, retired.c.app_key == keys.c.app_key)
        .where(retired.c.digest.in_(some)),
        select(dead.c.digest, stones.c.account, stones.c.app_key)
        .join_from(dead, stones, dead.c.app_key == stones.c.app_key)
        .where(dead.c.digest.in_(some)),
    )
    return [Holder(*row) for one in chosen for row in connection.execute(one)]


class _Parts:
    """The parts of one account, as far as they are what was written."""

    def __init__(self, connection: Connection, account: AccountName, row_macs: RowMacs) -> None:
        self.damaged: set[Damaged] = set()
        self._connection = connection
        self._account = account
        self._row_macs = row_macs

    def read(
        self, part: Part, made: Callable[[Content], _T], lost: Callable[[Name], _T] | None = None
    ) -> dict[Any, _T]:
        """The parts of one kind by name. In place of a damaged one stands what *lost* makes, or nothing."""
        found, kept = {}, self._row_macs.of(self._connection, self._account, part)
        for name, content in contents(self._connection, part, self._account):
            if kept.pop(str(name), None) == self._row_macs.mac(self._account, part, name, content):
                with suppress(ValueError):
                    found[name] = made(content)
                    continue
            self.damaged.add(Damaged(part, _readable(name)))
            if lost is not None:
                found[name] = lost(name)
        self.damaged |= {Damaged(part, _readable(name)) for name in kept}  # their rows are gone
        return found


def _readable(name: Name) -> str:
    """The name of a damaged part, which may be anything, as it can be shown."""
    text = str(name)[:TEXT_LENGTH_MAX].encode("utf-8", "backslashreplace").decode()
    return "" if looks_secret(text) else text


class _Account(NamedTuple):
    keyring: Keyring
    seq: int


def _account(content: Content) -> _Account:
    row, (transfers, periods) = content.own, content.hanging
    known = Keyring(
        account=row.name,
        revision=Revision("", 0),
        sponsor=row.sponsor,
        created=_mark(row, "created"),
        format=Format(row.format),
        https_only=bool(row.https_only),
        suspended=_marked(row, "suspended"),
        transfer=_transfer(transfers[0]) if transfers else None,
        catalogue=row.catalogue,
        token_days_max=int(periods[0].days) if periods else None,
    )
    return _Account(known, row.seq)


def _transfer(row: Row[Any]) -> Transfer:
    return Transfer(row.email, _mark(row, "invited"), row.expires)


def _user(content: Content) -> User:
    row, (grants, passwords, links) = content.own, content.hanging
    return User(
        email=row.email,
        name=row.name,
        added=_mark(row, "added"),
        grants=_grants(grants),
        password=passwords[0].hash if passwords else "",
        password_set=_mark(passwords[0], "set") if passwords else None,
        set_up=SetUp(_digest(links[0].digest), _mark(links[0], "given"), links[0].expires) if links else None,
    )


def _role(content: Content) -> Role:
    row, (resources, predefined) = content.own, content.hanging
    given = frozenset(Resource(one.product, one.key) for one in resources)
    return Role(row.id, row.name, given, deleted=_marked(row, "deleted"), predefined=bool(predefined))


def _lost_role(name: Name) -> Role:
    """A role that gives nothing, as a deleted one does, and keeps its number from being given again."""
    return Role(RoleId(int(name)), str(name), frozenset(), deleted=Mark(Moment(0), ""))


def _key(content: Content) -> Key:
    row, (grants, retired, handovers, kinds) = content.own, content.hanging
    return Key(
        app_key=row.app_key,
        id=row.id,
        label=row.label,
        created=_mark(row, "created"),
        digest=_digest(row.digest),
        next_digest=NO_DIGEST if row.next_digest is None else _digest(row.next_digest),
        token_created=_marked(row, "token_created"),
        next_created=_marked(row, "next_created"),
        grants=_grants(grants),
        inactive=_marked(row, "inactive"),
        blocked=_marked(row, "blocked"),
        valid_from=row.valid_from,
        expires=row.expires,
        networks=tuple(ip_network(network) for network in row.networks.split()),
        owner=row.owner,
        registered=bool(row.registered),
        kind=kinds[0].kind if kinds else NATIVE,
        retired=tuple(Retired(_digest(one.digest), _mark(one, "retired")) for one in retired),
        handover=Handover(handovers[0].id, _mark(handovers[0], "made"), handovers[0].expires) if handovers else None,
    )


def _external(content: Content) -> ExternalKey:
    row, (grants,) = content.own, content.hanging
    return ExternalKey(row.app_key, row.home, _mark(row, "added"), _grants(grants))


def _tombstones(connection: Connection, account: AccountName) -> dict[AppKey, Tombstone]:
    table, hanging = tables.tombstones, tables.tombstone_digests
    chosen = select(hanging).join_from(table, hanging, table.c.app_key == hanging.c.app_key)
    digests: defaultdict[AppKey, list[bytes]] = defaultdict(list)
    for row in connection.execute(chosen.where(table.c.account == account).order_by(hanging.c.position)):
        digests[row.app_key].append(row.digest)
    return {
        row.app_key: Tombstone(row.app_key, row.id, row.label, _mark(row, "deleted"), tuple(digests[row.app_key]))
        for row in connection.execute(select(table).where(table.c.account == account).order_by(table.c.seq))
    }


def _muted(connection: Connection, account: AccountName) -> dict[DenialId, Mark]:
    table = tables.muted_episodes
    rows = connection.execute(select(table).where(table.c.account == account).order_by(table.c.seq))
    return {row.episode: _mark(row, "muted") for row in rows}


def _grants(rows: Iterable[Row[Any]]) -> tuple[Grant, ...]:
    return _granted(*map(_GRANT, rows))


# Many keys are made or linked in one go. What they then have alike is one object, and is made once: a million of them
# have to fit in memory.
@lru_cache(maxsize=SHARED_MAX)
def _granted(*each: tuple[RoleId, AccountName, Moment, str, str, Moment | None]) -> tuple[Grant, ...]:
    return tuple(Grant(role, account, _made(at, by, why), until) for role, account, at, by, why, until in each)


@lru_cache(maxsize=SHARED_MAX)
def _made(at: Moment, by: str, why: str) -> Mark:
    return Mark(at, by, why)


def _digest(found: bytes) -> bytes:
    if len(found) != DIGEST_BYTES:
        raise ValueError("something else stands where a digest should be")
    return found


def _mark(row: Row[Any], name: str) -> Mark:
    return _made(*_MARK[name](row))


def _marked(row: Row[Any], name: str) -> Mark | None:
    return None if _AT[name](row) is None else _mark(row, name)


# Reading an account is mostly this.
_GRANT: Final = attrgetter("role", "role_account", "given_at", "given_by", "given_why", "until")
_MARK: Final = {
    name: attrgetter(f"{name}_at", f"{name}_by", f"{name}_why")
    for name in (
        "added", "blocked", "created", "deleted", "given", "inactive", "invited", "made", "muted", "next_created",
        "retired", "set", "suspended", "token_created",
    )
}  # fmt: skip
_AT: Final = {name: attrgetter(f"{name}_at") for name in _MARK}  # most of what may have happened did not
