"""The parts of an account as rows: which tables make up each, how they are read, which of them a change touches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias, assert_never

from sqlalchemy import Column, Connection, Row, Table, select

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
        yield from _contents(connection, SHAPES[part], account, None)
        return
    for start in range(0, len(names), _AT_ONCE):
        yield from _contents(connection, SHAPES[part], account, names[start : start + _AT_ONCE])


def _contents(
    connection: Connection, shape: Shape, account: AccountName, names: Sequence[Name] | None
) -> Iterator[tuple[Name, Content]]:
    table = shape.table
    own = _of(select(table).where(table.c[shape.account] == account), table, shape.name, names)
    hanging = [_hanging(connection, shape, one, account, names) for one in shape.hanging]
    at = list(table.c.keys()).index(shape.name)
    # A few at a time: a million keys have to fit in memory, and their rows besides would need three times as much.
    for row in connection.execute(own.order_by(*_order(shape))).yield_per(_FETCHED):
        yield row[at], Content(row, tuple([one.of(row[at]) for one in hanging]))


def _order(shape: Shape) -> tuple[Column[Any], ...]:
    return shape.table.c[shape.order], shape.table.c[shape.name]


class _Hanging:
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


def _hanging(
    connection: Connection, shape: Shape, hanging: Hanging, account: AccountName, names: Sequence[Name] | None
) -> _Hanging:
    table, own = hanging.table, shape.table
    joined = own.c[shape.name] == table.c[hanging.owner]
    if hanging.own:
        joined &= own.c[shape.account] == table.c.account
    chosen = select(table).join_from(own, table, joined).where(own.c[shape.account] == account)
    chosen = _of(_of(chosen, own, shape.name, names), table, hanging.owner, names)
    ordered = chosen.order_by(*_order(shape), table.c[hanging.order])
    return _Hanging(connection.execute(ordered).yield_per(_FETCHED), list(table.c.keys()).index(hanging.owner))


def _of(chosen: Select[Any], table: Table, column: str, names: Sequence[Name] | None) -> Select[Any]:
    if names is None:
        return chosen
    one = len(names) == 1  # as most changes are about one
    return chosen.where(table.c[column] == names[0] if one else table.c[column].in_(names))


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
