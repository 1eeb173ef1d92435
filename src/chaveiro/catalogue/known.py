"""Resources as people and other systems know them: by a name, in a category, under a number."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chaveiro.core.names import Resource


@dataclass(frozen=True, slots=True)
class KnownResource:
    """One resource, and what is known about it."""

    resource: Resource
    name: str
    category: str = ""
    id: int | None = None  # the number of the resource, None where nobody has published it
    product_id: int | None = None  # the number of its product, likewise


class KnownResources:
    """Resources, found by what other systems call them."""

    def __init__(self, known: Iterable[KnownResource]) -> None:
        """Index them."""
        self.all = tuple(known)
        self._by_resource = {one.resource: one for one in self.all}
        self._by_key: defaultdict[str, list[KnownResource]] = defaultdict(list)
        for one in self.all:
            self._by_key[one.resource.key].append(one)

    def get(self, resource: Resource) -> KnownResource | None:
        """What is known about a resource."""
        return self._by_resource.get(resource)

    def keyed(self, key: str, *, product_id: int | None = None) -> tuple[KnownResource, ...]:
        """Every resource with this key, in any product or in the one with that number."""
        found = self._by_key.get(key, [])
        return tuple(one for one in found if product_id in {None, one.product_id})
