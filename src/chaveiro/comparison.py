"""Whether accounts are what their changes make of them: each is folded from the audit and held against its rows.

A MAC says that Chaveiro wrote a row, not when. What was put back together with its older MAC is seen here alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from operator import attrgetter
from typing import TYPE_CHECKING, Final, NamedTuple

from chaveiro.core.change import after
from chaveiro.core.keyring import Keyring, Revision
from chaveiro.core.names import TEXT_LENGTH_MAX, looks_secret
from chaveiro.stores.port import AccountDamaged, AccountUnknown, StoreUnreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import Any

    from chaveiro.core.names import AccountName
    from chaveiro.stores.port import Store

DIFFERENCES_MAX: Final = 100  # that are named; all are counted


class Kind(StrEnum):
    """What of an account is compared. The first five are refused where their rows are not what Chaveiro wrote."""

    ACCOUNT = "account"
    USER = "user"
    ROLE = "role"
    KEY = "key"
    EXTERNAL_KEY = "external_key"
    DELETED_KEY = "deleted_key"
    MUTED_EPISODE = "muted_episode"


class Unlike(StrEnum):
    """How something stands otherwise than its changes say."""

    OTHER = "other"  # believed, and yet not what its newest change made of it: an older state was put back
    REVIVED = "revived"  # there, though no change made it, or one took it away
    MISSING = "missing"
    DAMAGED = "damaged"  # not what Chaveiro wrote: it is refused already
    UNTOLD = "untold"  # the account's changes cannot be read, or do not follow upon each other


class Difference(NamedTuple):
    """One thing that stands otherwise than its changes say."""

    account: str
    kind: Kind
    name: str  # as it can be shown
    unlike: Unlike


@dataclass(slots=True)
class Compared:
    """What was found when every account was compared with its changes."""

    accounts: int = 0
    parts: int = 0  # as they should be
    differences: list[Difference] = field(default_factory=list)  # the first ones
    different: int = 0  # how many there are

    @property
    def agrees(self) -> bool:
        """Whether all is what its changes say."""
        return not self.different


def compare(store: Store) -> Compared:
    """Compare every account, one after the other; others may write meanwhile. Raises StoreUnavailable.

    It is worth what the changes are worth: whether those are what was written, `Store.verify` says.
    """
    found = Compared()
    for account in sorted({*store.accounts(), *store.audited()}):
        found.accounts += 1
        folded = _Folded(store, account)
        for one in _unlike(store, account, folded):
            found.different += 1
            if found.different <= DIFFERENCES_MAX:
                found.differences.append(one)
        found.parts += folded.parts
    return found


class _Folded:
    """One account as its changes make it, page by page."""

    def __init__(self, store: Store, account: AccountName) -> None:
        self.keyring: Keyring | None = None
        self._store = store
        self._account = account

    def to(self, seq: int | None = None) -> Keyring | None:
        """Fold on to the newest change, or through *seq*. Raises ValueError where a change does not follow."""
        newest = self.keyring.revision if self.keyring else None
        while page := self._store.changes(after=newest, account=self._account):
            for one in page:
                if seq is not None and one.revision.seq > seq:
                    return self.keyring
                try:
                    self.keyring = after(self.keyring, one.change, one.revision)
                except KeyError as lost:  # it is about something that no change before it made
                    raise ValueError("a change does not follow upon those before it") from lost
            newest = page[-1].revision
        return self.keyring

    @property
    def parts(self) -> int:
        """How many parts there should be."""
        known = self.keyring
        return 0 if known is None else 1 + sum(len(named(known)) for named in _NAMED.values())


def _unlike(store: Store, account: AccountName, folded: _Folded) -> Iterator[Difference]:
    """All that stands otherwise in one account.

    The changes are read before the rows, then those that came between: rows that are behind were put back.
    """
    try:
        folded.to()
        found = store.keyring(account)
        expected = folded.to(found.revision.seq)
    except (ValueError, StoreUnreadable):
        yield _difference(account, Kind.ACCOUNT, account, Unlike.UNTOLD)
    except AccountUnknown:
        yield _difference(account, Kind.ACCOUNT, account, Unlike.MISSING)
    except AccountDamaged:
        yield _difference(account, Kind.ACCOUNT, account, Unlike.DAMAGED)
    else:
        yield from _between(expected, found)


def _between(expected: Keyring | None, found: Keyring) -> Iterator[Difference]:
    account = found.account
    if expected is None:
        yield _difference(account, Kind.ACCOUNT, account, Unlike.REVIVED)
        return
    if _own(expected) != _own(found):
        yield _difference(account, Kind.ACCOUNT, account, Unlike.OTHER)
    for kind, named in _NAMED.items():
        damaged = {one.name for one in found.damaged if one.part.value == kind.value}
        yield from (_difference(account, kind, name, Unlike.DAMAGED) for name in sorted(damaged))
        for name, how in _compared(named(expected), named(found)):
            if _readable(name) not in damaged:
                yield _difference(account, kind, name, how)


def _own(keyring: Keyring) -> Keyring:
    """What is of the account itself. Epochs differ: a restore begins a new one and changes nothing."""
    alone = replace(keyring, users={}, roles={}, keys={}, tombstones={}, external={}, muted={}, damaged=frozenset())
    return replace(alone, revision=Revision("", keyring.revision.seq))


def _compared(expected: Mapping[Any, Any], found: Mapping[Any, Any]) -> Iterator[tuple[object, Unlike]]:
    for name, should in expected.items():
        if name not in found:
            yield name, Unlike.MISSING
        elif found[name] != should:
            yield name, Unlike.OTHER
    for name in found:
        if name not in expected:
            yield name, Unlike.REVIVED


def _difference(account: object, kind: Kind, name: object, how: Unlike) -> Difference:
    return Difference(_readable(account), kind, _readable(name), how)


def _readable(name: object) -> str:
    """A name that may be anything, as it can be shown: whoever wrote it may have written a token there."""
    text = str(name)[:TEXT_LENGTH_MAX].encode("utf-8", "backslashreplace").decode()
    return "" if looks_secret(text) else text


_NAMED: Final[Mapping[Kind, Callable[[Keyring], Mapping[Any, object]]]] = {
    Kind.USER: attrgetter("users"),
    Kind.ROLE: attrgetter("roles"),
    Kind.KEY: attrgetter("keys"),
    Kind.EXTERNAL_KEY: attrgetter("external"),
    Kind.DELETED_KEY: attrgetter("tombstones"),
    Kind.MUTED_EPISODE: attrgetter("muted"),
}
