"""Resources as people find them: by product and, where somebody wrote it down, by category."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from chaveiro.catalogue.known import KnownResource
from chaveiro.catalogue.packaged import VTEX
from chaveiro.catalogue.predefined import vtex_resources
from chaveiro.core.attempt import Need
from chaveiro.core.command import NEEDS, Authority

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from chaveiro.catalogue import Catalogue
    from chaveiro.core.keyring import Keyring
    from chaveiro.core.names import Resource


@dataclass(frozen=True, slots=True)
class Category:
    """Some resources of one product. Without a name where nobody gave one."""

    name: str
    resources: Sequence[KnownResource]


@dataclass(frozen=True, slots=True)
class Product:
    """The resources of one product."""

    name: str
    categories: Sequence[Category]

    @property
    def resources(self) -> Sequence[KnownResource]:
        """All of them."""
        return [one for category in self.categories for one in category.resources]


class Names:
    """What the account's catalogue calls resources and, where it says nothing, what VTEX calls them."""

    def __init__(self, catalogue: Catalogue) -> None:
        """Ask this catalogue first."""
        self._sources = (catalogue.resources, vtex_resources())

    def of(self, resource: Resource) -> KnownResource:
        """What is known about a resource: at least what it is itself."""
        known = (source.get(resource) for source in self._sources)
        return next((one for one in known if one), None) or KnownResource(resource, resource.key)


def offered(keyring: Keyring, catalogue: Catalogue) -> frozenset[Resource]:
    """Everything that a role of this account could be made of, as far as anybody has written it down.

    What its catalogue names and needs, VTEX's resources where the account stands in for VTEX, what its roles hold,
    and what changing the account itself takes.
    """
    known = {one.resource for one in catalogue.resources.all}
    needed = chain.from_iterable(route.need.resources for route in catalogue.routes() if isinstance(route.need, Need))
    held = chain.from_iterable(role.resources for role in keyring.living_roles)
    own = chain.from_iterable(needs for needs in NEEDS.values() if not isinstance(needs, Authority))
    vtex = (one.resource for one in vtex_resources().all) if _stands_for_vtex(keyring, catalogue) else ()
    return frozenset(chain(known, needed, held, own, vtex))


def grouped(resources: Iterable[Resource], names: Names) -> Sequence[Product]:
    """Resources by product and category, all in alphabetical order."""
    sorted_: defaultdict[str, defaultdict[str, list[KnownResource]]] = defaultdict(lambda: defaultdict(list))
    for resource in resources:
        known = names.of(resource)
        sorted_[resource.product][known.category].append(known)
    return [
        Product(name, [Category(category, _in_order(categories[category])) for category in _by_letters(categories)])
        for name in _by_letters(sorted_)
        for categories in (sorted_[name],)
    ]


def _stands_for_vtex(keyring: Keyring, catalogue: Catalogue) -> bool:
    return catalogue.name == VTEX or any(role.predefined for role in keyring.living_roles)


def _by_letters(names: Iterable[str]) -> Sequence[str]:
    return sorted(names, key=lambda name: (name.casefold(), name))


def _in_order(known: Iterable[KnownResource]) -> Sequence[KnownResource]:
    return sorted(known, key=lambda one: (one.name.casefold(), one.resource.key))
