"""What others did to a role while somebody looked at it: so that nobody undoes what they never saw."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from chaveiro.core.event import ResourceSpread, RoleDeleted, RoleEdited
from chaveiro.core.keyring import Revision
from chaveiro.stores.port import RevisionMoved

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from chaveiro.core.change import Change
    from chaveiro.core.keyring import Role
    from chaveiro.core.names import Moment, RoleId
    from chaveiro.doors.console.visit import Visit
    from chaveiro.stores.port import Store

_REVISION: Final = re.compile(r"([0-9a-f]{8})\.([0-9]{1,18})")


@dataclass(frozen=True, slots=True)
class Deed:
    """One change of a role."""

    by: str
    at: Moment
    name: str  # what the role was called from then on; empty where that is known
    added: Sequence[str]
    removed: Sequence[str]


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """What happened to a role since a form was made."""

    deeds: Sequence[Deed] = ()
    unknown: bool = False  # nobody can tell any more

    def __bool__(self) -> bool:
        return self.unknown or bool(self.deeds)


def meanwhile(visit: Visit, role: Role, seen: str, *, known_as: str = "") -> Meanwhile:
    """What was done to a role after the revision that a form was made at. May raise StoreUnavailable.

    That it was called something else is told where that is not the name it is known by.
    """
    found = _REVISION.fullmatch(seen)
    if found is None:
        return Meanwhile(unknown=True)
    after = Revision(found[1], int(found[2]))
    if after == visit.keyring.revision:
        return Meanwhile()
    try:
        return Meanwhile(tuple(_deeds(visit, role.id, after, known_as)))
    except RevisionMoved:
        return Meanwhile(unknown=True)


def _deeds(visit: Visit, role: RoleId, after: Revision, known_as: str) -> Iterator[Deed]:
    for change in _changes(visit.console.store, visit, after):
        match change.event:
            case RoleEdited(edited, name, added, removed) if edited == role:
                told, known_as = "" if name == known_as else name, name
                yield Deed(change.by.name, change.at, told, sorted(map(str, added)), sorted(map(str, removed)))
            case ResourceSpread(_, given, roles) if role in roles:
                yield Deed(change.by.name, change.at, "", [str(given)], [])
            case RoleDeleted(deleted) if deleted == role:
                yield Deed(change.by.name, change.at, "", [], [])
            case _:
                pass


def _changes(store: Store, visit: Visit, after: Revision) -> Iterator[Change]:
    while committed := store.changes(after=after, account=visit.account):
        yield from (one.change for one in committed)
        after = committed[-1].revision
