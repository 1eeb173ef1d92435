"""The catalogue: which resources a method and path need, compiled into a tree."""

from __future__ import annotations

from itertools import islice
from types import MappingProxyType
from typing import TYPE_CHECKING

from chaveiro.catalogue.known import KnownResources
from chaveiro.catalogue.overlap import Overlap, conflicts, overlaps
from chaveiro.catalogue.path import canonical, shown, shown_method
from chaveiro.catalogue.route import Node, Route, planted
from chaveiro.catalogue.template import CatalogueMalformed
from chaveiro.core.attempt import Ambiguous, NoMethod, NoRoute

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from chaveiro.catalogue.known import KnownResource
    from chaveiro.catalogue.route import Entry
    from chaveiro.core.attempt import Wanted
    from chaveiro.core.names import Resource


class Catalogue:
    """What every route needs. Immutable once made; a route that it does not know is denied.

    Of all routes that match method and path the one is taken that is more exact in the first segment where they differ:
    literal text before text with parameters before a parameter alone. HEAD is read as GET.
    """

    __slots__ = ("_entries", "_root", "_routes", "name", "resource_names", "resources")

    def __init__(self, entries: Iterable[Entry], *, name: str = "", resources: Iterable[KnownResource] = ()) -> None:
        """Compile the routes. Raises CatalogueMalformed where two of them cannot be told apart."""
        self.name = name
        self.resources = KnownResources(resources)
        named = {one.resource: one.name for one in self.resources.all}
        self.resource_names: Mapping[Resource, str] = MappingProxyType(named)
        self._entries = tuple(entries)
        self._routes = tuple(one for one in self._entries if isinstance(one, Route))
        self._root = planted(self._entries)
        for conflict in conflicts(self._root):
            raise CatalogueMalformed(
                f"`{conflict.route}` and `{conflict.other}` both match `{conflict.example}` and need different "
                "resources: change one of the paths, or give both the same resources"
            )

    def match(self, method: str, target: str) -> Wanted:
        """Say what a request needs: its method and its target, path and query exactly as sent."""
        found = self.find(method, target)
        return found.need if isinstance(found, Route) else found

    def find(self, method: str, target: str) -> Route | Ambiguous | NoRoute | NoMethod:
        """The route that a request takes, or why there is none."""
        path = canonical(target)
        if isinstance(path, Ambiguous):
            return path
        found = _found(self._root, path, 0, _READ_AS.get(method, method))
        if isinstance(found, Route):
            return found
        if found is not None:
            return NoRoute(shown_method(method), shown(target))
        ends = (node.routes.items() for node in self._root.ends(path))
        methods = {one for items in ends for one, entry in items if isinstance(entry, Route)}
        if methods:
            return NoMethod(shown_method(method), shown(target), tuple(sorted(methods)))
        return NoRoute(shown_method(method), shown(target))

    def entry_of(self, method: str, target: str) -> Entry | None:
        """The entry that a request takes, also one that nobody can decide by."""
        path = canonical(target)
        return None if isinstance(path, Ambiguous) else _found(self._root, path, 0, _READ_AS.get(method, method))

    def routes(self) -> tuple[Route, ...]:
        """Every route that requests can be decided by, as written."""
        return self._routes

    def entries(self) -> tuple[Entry, ...]:
        """Every route, as written, also those of which nobody knows what they need."""
        return self._entries

    def crossings(self, *, limit: int = 1000) -> tuple[Overlap, ...]:
        """Routes that a reader might take for each other, two by two, for listings and reviews."""
        found = islice(overlaps(self._root), limit)
        return tuple(sorted(found, key=lambda overlap: (str(overlap.route), str(overlap.other))))


_READ_AS = {"HEAD": "GET"}


def _found(node: Node, path: tuple[str, ...], at: int, method: str) -> Entry | None:
    for text in path[at:]:
        if node.forks:
            return _tried(node, path, at, method)
        at += 1
        following = node.literals.get(text) if node.parameter is None else node.parameter if text else None
        if following is None:
            return None
        node = following
    return node.routes.get(method)


def _tried(node: Node, path: tuple[str, ...], at: int, method: str) -> Entry | None:
    """Try one way after the other, where several may lead on."""
    text = path[at]
    child = node.literals.get(text)
    if child is not None and (route := _found(child, path, at + 1, method)):
        return route
    for segment, follows in node.mixed:
        if segment.fits(text) and (route := _found(follows, path, at + 1, method)):
            return route
    return _found(node.parameter, path, at + 1, method) if node.parameter is not None and text else None
