"""Routes, and the tree they are planted in: one node per segment, shared by all templates that begin alike."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeAlias

from chaveiro.catalogue.template import CatalogueMalformed, Kind, Segment, parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from chaveiro.core.attempt import Needed

METHODS: Final = ("DELETE", "GET", "OPTIONS", "PATCH", "POST", "PUT")
ROUTES_MAX: Final = 5000
SIBLINGS_MAX: Final = 100  # segments with text around parameters in one place, which are tried one by one


@dataclass(frozen=True, slots=True)
class Route:
    """A method and a path template, and what they need."""

    method: str
    path: str
    need: Needed
    note: str = ""  # one line for people
    apis: tuple[str, ...] = ()  # the documents that describe it, once for each operation of theirs
    name: str = field(init=False, repr=False, compare=False)  # made once: every check of the route is counted under it

    def __post_init__(self) -> None:
        """Name the route."""
        object.__setattr__(self, "name", f"{self.method} {self.path}")

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Undecided:
    """A method and a path template of which nobody has written down what they need: known, and denied."""

    method: str
    path: str
    why: str  # one line for people
    apis: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Method and template."""
        return f"{self.method} {self.path}"

    def __str__(self) -> str:
        return self.name


Entry: TypeAlias = Route | Undecided


@dataclass(slots=True, eq=False)
class Node:
    """A place in the tree: what may follow, in the order in which it is tried, and the routes that end here."""

    literals: dict[str, Node] = field(default_factory=dict)
    mixed: list[tuple[Segment, Node]] = field(default_factory=list)
    parameter: Node | None = None
    routes: dict[str, Entry] = field(default_factory=dict)
    forks: bool = False  # whether more than one way may lead on with the same text

    def patterns(self) -> Iterator[tuple[Segment, Node]]:
        """What may follow besides literal text."""
        yield from self.mixed
        if self.parameter is not None:
            yield PARAMETER, self.parameter

    def ends(self, path: tuple[str, ...], at: int = 0) -> Iterator[Node]:
        """Every node that the rest of *path* leads to. No node is visited twice, however the templates overlap."""
        if at == len(path):
            yield self
            return
        if child := self.literals.get(path[at]):
            yield from child.ends(path, at + 1)
        for segment, child in self.patterns():
            if segment.fits(path[at]):
                yield from child.ends(path, at + 1)


PARAMETER: Final = Segment(("", ""))


def planted(routes: Iterable[Entry]) -> Node:
    """The tree of these routes. Raises CatalogueMalformed."""
    root = Node()
    for count, route in enumerate(routes, 1):
        if count > ROUTES_MAX:
            raise CatalogueMalformed(f"more than {ROUTES_MAX} routes: leave out what no integration calls")
        if route.method not in METHODS:
            raise CatalogueMalformed(f"the method is one of {', '.join(METHODS)} in capitals; HEAD is read as GET")
        node = root
        for segment in parse(route.path):
            grown = _grown(node, segment)
            node.forks = bool(node.mixed or (node.literals and node.parameter))
            node = grown
        if twin := node.routes.get(route.method):
            raise CatalogueMalformed(f"`{twin}` and `{route}` are the same route: keep one of them")
        node.routes[route.method] = route
    return root


def _grown(node: Node, segment: Segment) -> Node:
    if segment.kind is Kind.LITERAL:
        return node.literals.setdefault(segment.texts[0], Node())
    if segment.kind is Kind.PARAMETER:
        node.parameter = node.parameter or Node()
        return node.parameter
    for known, child in node.mixed:
        if known == segment:
            return child
    if len(node.mixed) == SIBLINGS_MAX:
        raise CatalogueMalformed(
            f"more than {SIBLINGS_MAX} paths differ in one segment with text around parameters: "
            "write that segment as one parameter"
        )
    grown = Node()
    node.mixed.append((segment, grown))
    node.mixed.sort(key=lambda entry: (-sum(map(len, entry[0].texts)), entry[0].texts))
    return grown
