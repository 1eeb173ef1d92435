"""What a database has of what the journal remembers, by the MACs of its changes: each stands for all before it, too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chaveiro.stores.port import StoreError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Self

    from chaveiro.core.keyring import Revision
    from chaveiro.journal.memory import Memory
    from chaveiro.stores.port import Store


@dataclass(frozen=True, slots=True)
class Lineage:
    """Up to where a database has the changes that were remembered, as far as their MACs are known."""

    shared: tuple[Revision, ...]  # of each epoch the newest that stands in it; none where nothing does
    parted: frozenset[str]  # the epochs of which a change that it numbers as well is another one in it
    whole: bool  # whether it has everything that is remembered of the epoch that was followed

    @classmethod
    def of(cls, memory: Memory, store: Store, head: Revision) -> Self:
        """Hold what is remembered against a database. *head*: its newest change. Raises StoreUnavailable."""
        shared: list[Revision] = []
        parted: set[str] = set()
        now = store.head()
        for epoch, known in memory.links().items():
            numbers = sorted(seq for seq in known if seq <= head.seq)
            stands = [one for one in _standing(numbers, known, store, now) if one]
            if stands:
                shared.append(head._replace(epoch=epoch, seq=stands[-1]))
            if numbers and numbers[-1] not in stands:
                parted.add(epoch)
        applied = memory.applied
        newest = applied and applied._replace(seq=memory.newest(applied.epoch))
        return cls(tuple(shared), frozenset(parted), newest in shared)


def _standing(numbers: Sequence[int], known: dict[int, str], store: Store, now: Revision) -> list[int]:
    """The newest of these numbers at which the database has the change that is known, if there is one."""
    low, high = 0, len(numbers)
    at = high - 1  # most often it has all of them
    while low < high:
        seq = numbers[at]
        if mac_at(store, now._replace(seq=seq)) == known[seq]:
            low = at + 1
        else:
            high = at
        at = (low + high) // 2
    return [numbers[low - 1]] if low else []


def mac_at(store: Store, revision: Revision) -> str:
    """The MAC of the change at a revision; empty where there is none. Raises StoreError."""
    found = store.links(after=revision._replace(seq=revision.seq - 1), limit=1)
    return found[0].mac if found and found[0].seq == revision.seq else ""


def known_mac(store: Store, revision: Revision) -> str:
    """The MAC of the change at a revision; empty, too, where the store does not say. Never raises."""
    try:
        return mac_at(store, revision)
    except StoreError:
        return ""
