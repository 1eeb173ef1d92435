"""What a role can be made of, as the editor offers it: by product and category, with what is chosen ticked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from chaveiro.core.ceiling import beyond, outlasting
from chaveiro.doors.console.role.groups import Names, grouped, offered

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from chaveiro.catalogue.known import KnownResource
    from chaveiro.core.keyring import Role
    from chaveiro.core.names import Resource
    from chaveiro.doors.console.role.draft import Draft
    from chaveiro.doors.console.role.groups import Product
    from chaveiro.doors.console.visit import Visit

OPEN_MAX: Final = 40  # resources; where there are more, products begin folded
SEPARATOR: Final = "/"  # between product and category in the name of a group: no product has one in it


@dataclass(frozen=True, slots=True)
class Item:
    """A resource to be ticked."""

    known: KnownResource
    value: str
    ticked: bool
    locked: bool  # the visitor cannot give it
    shown: bool  # it is what is looked for


@dataclass(frozen=True, slots=True)
class Group:
    """The resources of a product, or of one category of it."""

    name: str
    value: str  # what a form calls it
    items: Sequence[Item]

    @property
    def ticked(self) -> int:
        """How many of them are chosen."""
        return sum(one.ticked for one in self.items)

    @property
    def shown(self) -> bool:
        """Whether any of them is what is looked for."""
        return any(one.shown for one in self.items)

    @property
    def whole(self) -> bool:
        """Whether all is chosen that can be chosen, of what is looked for."""
        free = [one for one in self.items if one.shown and not one.locked]
        return bool(free) and all(one.ticked for one in free)


@dataclass(frozen=True, slots=True)
class Shelf:
    """A product with its categories."""

    whole: Group
    categories: Sequence[Group]
    unfolded: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """Everything that is offered for a role."""

    known: frozenset[Resource]
    base: frozenset[Resource]  # what the role gives already
    locked: frozenset[str]  # what the visitor cannot give, by name


def choice_for(visit: Visit, role: Role | None = None) -> Choice:
    """What a new role can be made of, or an existing one.

    Nobody gives what they lack. Whoever edits a role may leave in it what it gives already, and take that away.
    """
    keyring = visit.keyring
    known = offered(keyring, visit.console.node.catalogue(keyring))
    base: frozenset[Resource] = role.resources if role else frozenset()
    return Choice(known, base, ungivable(visit, known - base, for_ever=role is not None))


def ungivable(visit: Visit, resources: frozenset[Resource], *, for_ever: bool) -> frozenset[str]:
    """Those of these resources that the visitor cannot give, by name; *for_ever*: where what they give does not end."""
    refusals = [beyond(visit.keyring, resources, visit.actor, visit.at)]
    if for_ever:
        refusals.append(outlasting(visit.keyring, resources, visit.actor))
    named = [refusal.facts["resources"] for refusal in refusals if refusal]
    return frozenset(str(one) for names in named if isinstance(names, tuple) for one in names)


def shelves(visit: Visit, choice: Choice, draft: Draft) -> Sequence[Shelf]:
    """What is offered, with what is chosen among it, and what is looked for shown."""
    names = Names(visit.keyring, visit.console.node.catalogue(visit.keyring))
    everything = choice.known | choice.base | draft.chosen
    products = grouped(everything, names)
    item = _item(choice, draft)
    searching = bool(draft.query or draft.only)
    return [_shelf(one, item, unfolded=searching or len(everything) <= OPEN_MAX) for one in products]


def with_group(visit: Visit, choice: Choice, draft: Draft, group: str, *, ticked: bool) -> frozenset[Resource]:
    """What is chosen once all of a group that is shown and free is ticked, or is not any more."""
    found = {
        item.known.resource
        for shelf in shelves(visit, choice, draft)
        for one in (shelf.whole, *shelf.categories)
        if one.value == group
        for item in one.items
        if item.shown and not item.locked
    }
    return draft.chosen | found if ticked else draft.chosen - found


def _item(choice: Choice, draft: Draft) -> Callable[[Product, str, KnownResource], Item]:
    wanted = draft.query.casefold()

    def item(product: Product, category: str, known: KnownResource) -> Item:
        value, ticked = str(known.resource), known.resource in draft.chosen
        fits = wanted in f"{value} {known.name} {product.name} {category}".casefold()
        locked = value in choice.locked and not ticked
        return Item(known, value, ticked, locked, shown=fits and (ticked or not draft.only))

    return item


def _shelf(product: Product, item: Callable[[Product, str, KnownResource], Item], *, unfolded: bool) -> Shelf:
    categories = [
        Group(one.name, f"{product.name}{SEPARATOR}{one.name}", [item(product, one.name, k) for k in one.resources])
        for one in product.categories
    ]
    whole = Group(product.name, product.name, [item for one in categories for item in one.items])
    return Shelf(whole, categories, unfolded=unfolded or 0 < whole.ticked < len(whole.items))
