"""The chain of changes: each has a MAC over itself and the MAC of the one before it.

A MAC is keyed BLAKE2b-256 over the previous MAC, `seq`, account and text, each with its length before it. Without the
key nobody continues the chain or changes what stands in it; only cutting off its end needs none. Therefore the newest
`seq` and MAC, the anchor, are kept outside of the database.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import Connection, Integer, bindparam, func, select, update

from chaveiro.core.credential import DIGEST_BYTES
from chaveiro.stores.port import BREAKS_MAX, Anchor, Break, Harm, Verified
from chaveiro.stores.sql import tables

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

PAGE: Final = 10_000

# Made once: each node asks with every change, and making a statement takes longer than a database to answer it.
_CHANGES: Final = tables.changes
_LINKS: Final = (
    select(_CHANGES.c.seq, _CHANGES.c.account, _CHANGES.c.change, _CHANGES.c.mac)
    .order_by(_CHANGES.c.seq)
    .limit(bindparam("most", type_=Integer))
)
_LATER: Final = _LINKS.where(_CHANGES.c.seq > bindparam("after"))
_ANCHORS: Final = _LATER.with_only_columns(_CHANGES.c.seq, _CHANGES.c.mac)
_NEWEST: Final = select(_CHANGES.c.seq, _CHANGES.c.mac).order_by(_CHANGES.c.seq.desc()).limit(1)

BEGINNING: Final = Anchor(0, "")  # before the first change


class Link(NamedTuple):
    """One change as it is kept."""

    seq: int
    account: str
    change: str
    mac: str


class Chain:
    """Makes and checks the MACs of changes."""

    def __init__(self, key: bytes) -> None:
        """Take the key that is for this purpose alone."""
        self._keyed = hashlib.blake2b(digest_size=DIGEST_BYTES, key=key, person=b"chaveiro/audit/1")

    def mac(self, previous: str, seq: int, account: str, change: str) -> str:
        """The MAC of a change, as hexadecimal digits."""
        number = str(seq)
        text = f"{len(previous)}:{previous}{len(number)}:{number}{len(account)}:{account}{len(change)}:{change}"
        keyed = self._keyed.copy()
        keyed.update(text.encode("utf-8", "surrogateescape"))
        return keyed.hexdigest()

    def follows(self, link: Link, previous: Anchor) -> bool:
        """Say whether a change is the one that was written after *previous*."""
        return link.seq == previous.seq + 1 and link.mac == self.mac(previous.mac, *link[:3])

    def make(self, connection: Connection) -> None:
        """Make the MAC of every change that was written before there were any."""
        previous, after = BEGINNING.mac, 0
        changed = update(_CHANGES).where(_CHANGES.c.seq == bindparam("at")).values(mac=bindparam("made"))
        while page := links(connection, after):
            made = []
            for link in page:
                previous = self.mac(previous, *link[:3])
                made.append({"at": link.seq, "made": previous})
            connection.execute(changed, made)
            after = page[-1].seq

    def verified(self, found: Iterable[Link], anchor: Anchor | None = None) -> Verified:
        """Follow a chain from its beginning, and say where it does not hold."""
        breaks = _Breaks()
        last, suspect, count, met = BEGINNING, 0, 0, anchor is None or anchor == BEGINNING
        for link in found:
            count += 1
            if link.seq <= last.seq:  # below the first: there is no such change
                breaks.note(link.seq, Harm.FORGED)
                continue
            right, gap = link.mac == self.mac(last.mac, *link[:3]), link.seq != last.seq + 1
            blind = gap or (suspect and not right)  # on what it should stand nobody knows any more
            if suspect:  # where the next one stands on its MAC, that one was ours, and the text was changed
                breaks.note(suspect, Harm.FORGED if blind else Harm.CHANGED)
            if gap:
                breaks.note(last.seq + 1, Harm.MISSING)
            suspect = 0 if right or blind else link.seq
            last = Anchor(link.seq, link.mac)
            met = met or last == anchor
        if suspect:
            breaks.note(suspect, Harm.CHANGED if last == anchor else Harm.FORGED)
        if anchor is not None and (last.seq < anchor.seq or not (met or breaks.count)):
            breaks.note(min(last.seq + 1, anchor.seq), Harm.TRUNCATED)
        return Verified(count, last if count else None, tuple(breaks.first), breaks.count)


class _Breaks:
    """The first breaks, and how many there are."""

    def __init__(self) -> None:
        self.first: list[Break] = []
        self.count = 0

    def note(self, seq: int, harm: Harm) -> None:
        self.count += 1
        if len(self.first) < BREAKS_MAX:
            self.first.append(Break(seq, harm))


def links(connection: Connection, after: int | None, limit: int = PAGE) -> Sequence[Link]:
    """At most so many changes after a number, or from the lowest, as they are kept."""
    if after is None:
        return [Link(*row) for row in connection.execute(_LINKS, {"most": limit})]
    return [Link(*row) for row in connection.execute(_LATER, {"most": limit, "after": after})]


def anchors(connection: Connection, after: int, limit: int) -> Sequence[Anchor]:
    """At most so many numbers after a number, each with its MAC."""
    return [Anchor(*row) for row in connection.execute(_ANCHORS, {"after": after, "most": limit})]


def accounts(connection: Connection) -> Iterator[str]:
    """Every account of which there are changes, in alphabetical order: each is one look into the index."""
    first = select(func.min(_CHANGES.c.account))
    found = connection.scalar(first)
    while found is not None:
        yield found
        found = connection.scalar(first.where(_CHANGES.c.account > found))


def newest(connection: Connection) -> Anchor:
    """The newest change and its MAC, or what stands before the first."""
    found = connection.execute(_NEWEST).first()
    return BEGINNING if found is None else Anchor(found.seq, found.mac)
