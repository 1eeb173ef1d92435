"""Resources as people find them: by product and, where somebody wrote it down, by category."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Final

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

# What it takes to change an account, which every account may want to give.
MANAGING: Final = frozenset(
    chain.from_iterable(needs for needs in NEEDS.values() if not isinstance(needs, Authority)),
)


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
    """What an account's catalogue calls resources; what VTEX calls them, where the account stands in for VTEX."""

    def __init__(self, keyring: Keyring, catalogue: Catalogue) -> None:
        """Ask this catalogue first."""
        self._catalogue = catalogue.resources
        self._vtex = stands_for_vtex(keyring, catalogue)

    def of(self, resource: Resource) -> KnownResource:
        """What is known about a resource: at least what it is itself."""
        known = self._catalogue.get(resource)
        if known is None and (self._vtex or resource in MANAGING):
            known = vtex_resources().get(resource)
        return known or KnownResource(resource, resource.key)


def stands_for_vtex(keyring: Keyring, catalogue: Catalogue) -> bool:
    """Say whether an account uses the facts about VTEX that come with Chaveiro."""
    return catalogue.name == VTEX or any(role.predefined for role in keyring.living_roles)


def offered(keyring: Keyring, catalogue: Catalogue) -> frozenset[Resource]:
    """Everything that a role of this account could be made of, as far as anybody has written it down.

    What its catalogue names and needs, VTEX's resources where the account stands in for VTEX, what its roles hold,
    and what changing the account itself takes.
    """
    known = {one.resource for one in catalogue.resources.all}
    needed = chain.from_iterable(route.need.resources for route in catalogue.routes() if isinstance(route.need, Need))
    held = chain.from_iterable(role.resources for role in keyring.living_roles)
    vtex = (one.resource for one in vtex_resources().all) if stands_for_vtex(keyring, catalogue) else ()
    return frozenset(chain(known, needed, held, MANAGING, vtex))


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


def _by_letters(names: Iterable[str]) -> Sequence[str]:
    return sorted(names, key=lambda name: (name.casefold(), name))


def _in_order(known: Iterable[KnownResource]) -> Sequence[KnownResource]:
    return sorted(known, key=lambda one: (one.name.casefold(), one.resource.key))
