"""The parts of an account as rows: which tables make up each, how they are read, which of them a change touches."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias, assert_never

from sqlalchemy import Connection, Row, Table, bindparam, select

from chaveiro.core.event import (
    AccountCreated,
    AccountResumed,
    AccountSuspended,
    CatalogueImported,
    CommandRefused,
    EpisodeMuted,
    EpisodeUnmuted,
    HandoverMade,
    HandoverOpened,
    KeyActivated,
    KeyAdopted,
    KeyBlocked,
    KeyDeactivated,
    KeyDeleted,
    KeyGranted,
    KeyImported,
    KeyIssued,
    KeyReleased,
    KeyRenewed,
    KeyWithdrawn,
    LeakNoted,
    PasswordSet,
    PredefinedRolesAdded,
    RenewalFinished,
    ResourceSpread,
    RoleCreated,
    RoleDeleted,
    RoleEdited,
    SettingsEdited,
    SetUpLinkGiven,
    SponsorChanged,
    SponsorInvited,
    TransferCancelled,
    UserAdded,
    UserGranted,
    UserRemoved,
    UserTokenGiven,
    UserWithdrawn,
)
from chaveiro.core.keyring import Part
from chaveiro.stores.sql import tables

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sqlalchemy import Select

    from chaveiro.core.change import Change
    from chaveiro.core.names import AccountName

_FETCHED: Final = 1_000  # rows in one go
_AT_ONCE: Final = 500  # names in one statement: every database takes so many

Name: TypeAlias = "str | int"  # as the part's own row has it


class Hanging(NamedTuple):
    """A table whose rows belong to a part."""

    table: Table
    owner: str  # the column that says to which
    order: str
    own: bool = True  # it says of which account they are; otherwise only the part's own row does
    late: bool = False  # it came after there were MACs: where it has no row, none says so


@dataclass(frozen=True, slots=True)
class Shape:
    """The tables that make up one kind of part."""

    part: Part
    table: Table
    name: str  # the column that names the part within its account
    order: str
    hanging: tuple[Hanging, ...]
    account: str = "account"


class Content(NamedTuple):
    """All rows of one part."""

    own: Row[Any]
    hanging: tuple[Sequence[Row[Any]], ...]


SHAPES: Final[Mapping[Part, Shape]] = {
    one.part: one
    for one in (
        Shape(
            Part.ACCOUNT,
            tables.accounts,
            "name",
            "name",
            (
                Hanging(tables.transfers, "account", "account"),
                Hanging(tables.token_periods, "account", "account"),
            ),
            account="name",
        ),
        Shape(
            Part.USER,
            tables.users,
            "email",
            "seq",
            (
                Hanging(tables.user_grants, "email", "seq"),
                Hanging(tables.passwords, "email", "email"),
                Hanging(tables.set_up_links, "email", "email"),
            ),
        ),
        Shape(
            Part.ROLE,
            tables.roles,
            "id",
            "id",
            (
                Hanging(tables.role_resources, "role", "role"),
                Hanging(tables.predefined_roles, "role", "role"),
            ),
        ),
        Shape(
            Part.KEY,
            tables.keys,
            "app_key",
            "seq",
            (
                Hanging(tables.key_grants, "app_key", "seq", own=False),
                Hanging(tables.retired_digests, "app_key", "seq", own=False),
                Hanging(tables.handovers, "app_key", "app_key", own=False),
                Hanging(tables.key_kinds, "app_key", "app_key", own=False, late=True),
            ),
        ),
        Shape(
            Part.EXTERNAL_KEY,
            tables.external_keys,
            "app_key",
            "seq",
            (Hanging(tables.external_grants, "app_key", "seq"),),
        ),
    )
}


def contents(
    connection: Connection, part: Part, account: AccountName, names: Sequence[Name] | None = None
) -> Iterator[tuple[Name, Content]]:
    """The rows of an account's parts of one kind, of these names or of all, in the order in which they were made."""
    if names is None:
        yield from _contents(connection, _reading(part, _Named.ALL), {"of": account})
    elif len(names) == 1:  # as most changes are about one
        yield from _contents(connection, _reading(part, _Named.ONE), {"of": account, "by": names[0]})
    else:
        for start in range(0, len(names), _AT_ONCE):
            some = list(names[start : start + _AT_ONCE])
            yield from _contents(connection, _reading(part, _Named.SOME), {"of": account, "by": some})


def _contents(connection: Connection, reading: _Reading, about: dict[str, Any]) -> Iterator[tuple[Name, Content]]:
    # A few at a time: a million keys have to fit in memory, and their rows besides would need three times as much.
    hanging = [_Rows(connection.execute(one, about).yield_per(_FETCHED), at) for one, at in reading.hanging]
    at = reading.name_at
    for row in connection.execute(reading.own, about).yield_per(_FETCHED):
        yield row[at], Content(row, tuple([one.of(row[at]) for one in hanging]))


class _Rows:
    """The rows of one hanging table, in the order of the parts to which they belong, and read as those are."""

    def __init__(self, rows: Iterable[Row[Any]], at: int) -> None:
        self._rows = iter(rows)
        self._at = at  # of the column that says to which part a row belongs
        self._next = next(self._rows, None)

    def of(self, name: Name) -> Sequence[Row[Any]]:
        """Those of the part that comes next."""
        row, at = self._next, self._at
        if row is None or row[at] != name:
            return ()
        found = []
        while row is not None and row[at] == name:
            found.append(row)
            row = next(self._rows, None)
        self._next = row
        return found


class _Named(Enum):
    """Which parts of an account are read."""

    ALL = "all"
    ONE = "one"
    SOME = "some"


class _Reading(NamedTuple):
    """The statements that read the parts of one kind: those of the account `of`; where they are named, `by` name."""

    own: Select[Any]
    name_at: int
    hanging: tuple[tuple[Select[Any], int], ...]  # with the place of the column that says to which part a row belongs


@cache
def _reading(part: Part, named: _Named) -> _Reading:
    """Made once: making a statement takes longer than a database to answer it."""
    shape = SHAPES[part]
    own, order = shape.table, (shape.table.c[shape.order], shape.table.c[shape.name])
    hanging = []
    for one in shape.hanging:
        table = one.table
        joined = own.c[shape.name] == table.c[one.owner]
        if one.own:
            joined &= own.c[shape.account] == table.c.account
        chosen = _chosen(select(table).join_from(own, table, joined), shape, named)
        hanging.append((chosen.order_by(*order, table.c[one.order]), _place(table, one.owner)))
    return _Reading(_chosen(select(own), shape, named).order_by(*order), _place(own, shape.name), tuple(hanging))


def _chosen(chosen: Select[Any], shape: Shape, named: _Named) -> Select[Any]:
    chosen, column = chosen.where(shape.table.c[shape.account] == bindparam("of")), shape.table.c[shape.name]
    if named is _Named.ONE:
        return chosen.where(column == bindparam("by"))
    return chosen.where(column.in_(bindparam("by", expanding=True))) if named is _Named.SOME else chosen


def _place(table: Table, column: str) -> int:
    return list(table.c.keys()).index(column)


def made(changes: Iterable[Change]) -> frozenset[tuple[Part, Name]]:
    """The keys of which changes begin the rows: whoever writes them has seen that there are none."""
    events = [change.event for change in changes]
    return frozenset((Part.KEY, one.app_key) for one in events if isinstance(one, KeyIssued | KeyImported))


def touched(change: Change) -> dict[Part, tuple[Name, ...]]:  # noqa: C901 - one case per event
    """The parts whose rows a change may write."""
    account, event = change.account, change.event
    match event:
        case CommandRefused() | UserTokenGiven() | EpisodeMuted() | EpisodeUnmuted() | LeakNoted():
            return {}
        case AccountCreated(sponsor):
            return {Part.ACCOUNT: (account,), Part.USER: (sponsor,)}
        case AccountSuspended() | AccountResumed() | SettingsEdited() | CatalogueImported() | TransferCancelled():
            return {Part.ACCOUNT: (account,)}
        case SponsorInvited(to) | SponsorChanged(to=to) | UserRemoved(to):
            return {Part.ACCOUNT: (account,), Part.USER: (to,)}
        case UserAdded(to) | SetUpLinkGiven(to) | PasswordSet(to) | UserGranted(to=to) | UserWithdrawn(to=to):
            return {Part.USER: (to,)}
        case PredefinedRolesAdded(roles):
            return {Part.ROLE: tuple(role.id for role in roles)}
        case RoleCreated(role) | RoleEdited(role) | RoleDeleted(role):
            return {Part.ROLE: (role,)}
        case ResourceSpread(_, _, ids):
            return {Part.ROLE: ids}
        case KeyGranted(to=app_key) | KeyWithdrawn(to=app_key):
            return {Part.KEY: (app_key,), Part.EXTERNAL_KEY: (app_key,)}
        case KeyAdopted(app_key) | KeyReleased(app_key):
            return {Part.EXTERNAL_KEY: (app_key,)}
        case (
            KeyIssued(app_key)
            | KeyImported(app_key)
            | KeyActivated(app_key)
            | KeyDeactivated(app_key)
            | KeyBlocked(app_key)
            | KeyRenewed(app_key)
            | RenewalFinished(app_key)
            | KeyDeleted(app_key)
            | HandoverMade(app_key)
            | HandoverOpened(app_key)
        ):
            return {Part.KEY: (app_key,)}
        case _ as never:
            assert_never(never)
