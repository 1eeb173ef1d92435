"""MACs over the rows of an account's parts: what was written past Chaveiro is told from what Chaveiro wrote.

A MAC is keyed BLAKE2b-256 over account, kind and name of the part and every row of it, each with its length before it.
INVARIANT: the encoding stands as it is, and never holds the epoch: a database that was moved or restored is believed.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from contextlib import contextmanager
from functools import cache
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from sqlalchemy import Connection, Double, Table, and_, bindparam, delete, insert, select

from chaveiro.core.credential import DIGEST_BYTES
from chaveiro.core.keyring import Part
from chaveiro.stores.sql import tables
from chaveiro.stores.sql.columns import Digest, Text
from chaveiro.stores.sql.parts import SHAPES, Shape, contents, made, touched

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from sqlalchemy import Delete

    from chaveiro.core.change import Change
    from chaveiro.core.names import AccountName
    from chaveiro.stores.sql.parts import Content, Hanging, Name

_MACS: Final = tables.row_macs
_AT_ONCE: Final = 500
# Made once: making a statement takes longer than a database to answer it.
_NAMED: Final = and_(
    _MACS.c.account == bindparam("of"),
    _MACS.c.part == bindparam("in"),
    _MACS.c.name.in_(bindparam("by", expanding=True)),
)
_KEPT: Final = select(_MACS).where(_NAMED)
_FORGET: Final = delete(_MACS).where(_NAMED)
_KEEP: Final = insert(_MACS)


class RowMacs:
    """Makes and checks the MACs of rows."""

    def __init__(self, key: bytes) -> None:
        """Take the key that is for this purpose alone."""
        self._keyed = hashlib.blake2b(digest_size=DIGEST_BYTES, key=key, person=b"chaveiro/rows/1")

    def mac(self, account: AccountName, part: Part, name: Name, content: Content) -> str:
        """The MAC of one part, as hexadecimal digits."""
        own, hanging = _WRITTEN[part]
        pieces = [account, part, str(name), own(content.own)]
        for (write, late), rows in zip(hanging, content.hanging, strict=True):
            if late and not rows:
                continue
            pieces += [str(len(rows)), *(sorted(map(write, rows)) if part is Part.ROLE else map(write, rows))]
        keyed = self._keyed.copy()
        keyed.update("".join([f"{len(one)}:{one}" for one in pieces]).encode("utf-8", "surrogateescape"))
        return keyed.hexdigest()

    def of(self, connection: Connection, account: AccountName, part: Part) -> dict[str, str]:
        """The MACs that are kept of an account's parts of one kind."""
        kept = select(_MACS.c.name, _MACS.c.mac).where(_MACS.c.account == account, _MACS.c.part == part.value)
        return {name: mac for name, mac in connection.execute(kept)}  # noqa: C416 - rows are tuples to Python alone

    @contextmanager
    def renewed(self, connection: Connection, changes: Sequence[Change]) -> Iterator[None]:
        """Write the rows of an account's changes within: the MACs of what they touch follow.

        INVARIANT: what was damaged before stays damaged, whatever is changed about it; else a change would launder it.
        What hangs on a part that is not there yet was put there past Chaveiro, and goes before the part comes.
        """
        account, names = changes[0].account, touched(changes[0]) if len(changes) == 1 else _touched(changes)
        new = made(changes)
        before: dict[Part, set[Name]] = {}
        for part, own in names.items():
            found = dict(contents(connection, part, account, [one for one in own if (part, one) not in new]))
            before[part] = self._damaged(connection, account, part, found)
            self._clear(connection, account, part, [one for one in own if one not in found], new)
        yield
        for part, own in names.items():
            self._renew(connection, account, part, own, before[part])

    def make(self, connection: Connection, account: AccountName) -> None:
        """Make every MAC of an account whose rows were written before there were any."""
        for part in Part:
            self._keep(connection, account, part, dict(contents(connection, part, account)))

    def _clear(
        self,
        connection: Connection,
        account: AccountName,
        part: Part,
        absent: Sequence[Name],
        new: frozenset[tuple[Part, Name]],
    ) -> None:
        """Take away what hangs on parts that are not there. Rows that do not say whose they are: only of new keys."""
        for one in SHAPES[part].hanging:
            names = absent if one.own else [name for name in absent if (part, name) in new]
            for some in _batched(names):
                connection.execute(_clearing(one), {"by": some} | ({"of": account} if one.own else {}))

    def _damaged(
        self, connection: Connection, account: AccountName, part: Part, found: Mapping[Name, Content]
    ) -> set[Name]:
        kept: dict[str, str] = {}
        for some in _batched(list(found)):
            kept |= {row.name: row.mac for row in connection.execute(_KEPT, _about(account, part, some))}
        return {one for one in found if kept.get(str(one)) != self.mac(account, part, one, found[one])}

    def _renew(
        self, connection: Connection, account: AccountName, part: Part, names: Sequence[Name], damaged: set[Name]
    ) -> None:
        found = dict(contents(connection, part, account, names))
        staying = damaged & found.keys()
        for some in _batched([one for one in names if one not in staying]):
            connection.execute(_FORGET, _about(account, part, some))
        self._keep(connection, account, part, {name: found[name] for name in found.keys() - staying})

    def _keep(self, connection: Connection, account: AccountName, part: Part, found: Mapping[Name, Content]) -> None:
        rows = [
            {"account": account, "part": part.value, "name": str(name), "mac": self.mac(account, part, name, content)}
            for name, content in found.items()
        ]
        if rows:
            connection.execute(_KEEP, rows)


def _touched(changes: Sequence[Change]) -> dict[Part, tuple[Name, ...]]:
    names: defaultdict[Part, dict[Name, None]] = defaultdict(dict)
    for change in changes:
        for part, own in touched(change).items():
            names[part] |= dict.fromkeys(own)
    return {part: tuple(own) for part, own in names.items()}


@cache
def _clearing(hanging: Hanging) -> Delete:
    columns = hanging.table.c
    chosen = delete(hanging.table).where(columns[hanging.owner].in_(bindparam("by", expanding=True)))
    return chosen.where(columns.account == bindparam("of")) if hanging.own else chosen


def _about(account: AccountName, part: Part, names: Sequence[Name]) -> dict[str, object]:
    return {"of": account, "in": part.value, "by": [str(one) for one in names]}


def _batched(names: Sequence[Name]) -> Iterator[Sequence[Name]]:
    for start in range(0, len(names), _AT_ONCE):
        yield names[start : start + _AT_ONCE]


# -- how rows are written to be measured

# What a part is named by stands before its rows; `seq` says only in which order they are read, and they are in it.
_Writing: TypeAlias = "Callable[[Sequence[Any]], str]"
_SAID_BEFORE: Final = frozenset({"account", "seq"})


def writer(table: Table, named: frozenset[str]) -> Callable[[Sequence[Any]], str]:
    """Every column that is not empty, by its name: one that is added later changes no MAC until it is used."""
    columns = [(f"{len(one.name)}:{one.name}", _text(one.type)) for one in table.c if one.name not in named]
    # The first one is taken twice, as one alone would come without a tuple.
    places = [place for place, one in enumerate(table.c) if one.name not in named]
    values = itemgetter(places[0], *places) if places else None

    def write(row: Sequence[Any]) -> str:
        if values is None:
            return ""
        return "".join(
            [
                f"{name}{len(text := value if text_of is None else text_of(value))}:{text}"
                for (name, text_of), value in zip(columns, values(row)[1:], strict=True)
                if value is not None
            ]
        )

    return write


def _text(kind: object) -> Callable[[Any], str] | None:
    """What makes a value text that is the same whatever database it comes from. None: it is text."""
    if isinstance(kind, Text):
        return None
    if isinstance(kind, Digest):
        return bytes.hex
    if isinstance(kind, Double):
        return lambda value: repr(float(value))
    return lambda value: str(int(value))


def _written(shape: Shape) -> tuple[_Writing, list[tuple[_Writing, bool]]]:
    own = writer(shape.table, _SAID_BEFORE | {shape.name, shape.account})
    return own, [(writer(one.table, _SAID_BEFORE | {one.owner}), one.late) for one in shape.hanging]


_WRITTEN: Final = {part: _written(shape) for part, shape in SHAPES.items()}
