"""Where two routes match the same path: found by walking the tree against itself."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Final, NamedTuple

from chaveiro.catalogue.route import Route
from chaveiro.catalogue.template import CatalogueMalformed, Kind
from chaveiro.core.attempt import Need

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from chaveiro.catalogue.route import Entry, Node

COMPARED_MAX: Final = 200_000  # pairs of places in the tree, about a second's worth


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two routes with different needs that match the same path, each the more exact one in another segment."""

    route: Entry  # the one that is taken where that is clear: more exact in the first segment where they differ
    other: Entry
    example: str  # a path that both match
    clear: bool  # False: that segment has text around parameters in both


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two places that one path leads to; *one* is reached by the more exact segments, as far as that is clear."""

    one: Node
    other: Node
    path: str
    clear: bool = True
    crossed: bool = False  # a later segment of *other* is more exact


class _Step(NamedTuple):
    """One segment further from both places of a pair."""

    ours: Kind
    one: Node
    theirs: Kind
    other: Node
    text: str  # that both segments match


def conflicts(root: Node) -> Iterator[Overlap]:
    """The overlaps where nothing says which route is taken: a catalogue that has one cannot be used.

    Raises CatalogueMalformed where so many templates overlap that the comparison would not end soon.
    """
    compared = count(1)

    def undecided(pair: _Pair) -> bool:  # what is clear once, stays so
        if next(compared) > COMPARED_MAX:
            raise CatalogueMalformed("too many paths overlap: write segments with text around parameters as parameters")
        return pair.one is pair.other or not pair.clear

    return _overlaps(root, undecided)


def overlaps(root: Node) -> Iterator[Overlap]:
    """Every overlap of the routes below *root*."""
    return _overlaps(root, lambda _: True)


def _overlaps(root: Node, worth_following: Callable[[_Pair], bool]) -> Iterator[Overlap]:
    waiting = [_Pair(root, root, "")]
    while waiting:
        pair = waiting.pop()
        if pair.crossed or not pair.clear:
            for method in pair.one.routes.keys() & pair.other.routes.keys():
                route, other = pair.one.routes[method], pair.other.routes[method]
                if not same_answer(route, other):
                    yield Overlap(route, other, pair.path, pair.clear)
        further = (_further(pair, step) for step in _steps(pair.one, pair.other))
        waiting.extend(filter(worth_following, further))


def same_answer(one: Entry, other: Entry) -> bool:
    """Say whether it makes no difference to anybody which of two routes is taken."""
    if isinstance(one, Route) and isinstance(other, Route):
        if isinstance(one.need, Need) and isinstance(other.need, Need):
            return same_need(one.need, other.need)
        return one.need == other.need
    return type(one) is type(other)


def same_need(one: Need, other: Need) -> bool:
    """Say whether two needs are met by the same resources."""
    alone = len(set(one.resources)) == 1
    return set(one.resources) == set(other.resources) and (one.match is other.match or alone)


def _further(pair: _Pair, step: _Step) -> _Pair:
    path = f"{pair.path}/{step.text}"
    if pair.one is not pair.other:
        return _Pair(step.one, step.other, path, pair.clear, pair.crossed or step.theirs < step.ours)
    if step.theirs < step.ours:
        return _Pair(step.other, step.one, path)
    return _Pair(step.one, step.other, path, clear=step.one is step.other or step.ours is not step.theirs)


def _steps(one: Node, other: Node) -> Iterator[_Step]:
    """The places that one further segment leads to from both; from a place and itself, each two of them once."""
    same = one is other
    for text in one.literals.keys() & other.literals.keys():
        yield _Step(Kind.LITERAL, one.literals[text], Kind.LITERAL, other.literals[text], text)
    for at, (segment, child) in enumerate(one.patterns()):
        for text, literal in other.literals.items():
            if segment.fits(text):
                yield _Step(segment.kind, child, Kind.LITERAL, literal, text)
        for rival, theirs in list(other.patterns())[at if same else 0 :]:
            if (shared := segment.shared(rival)) is not None:
                yield _Step(segment.kind, child, rival.kind, theirs, shared)
    for rival, theirs in () if same else other.patterns():
        for text, literal in one.literals.items():
            if rival.fits(text):
                yield _Step(Kind.LITERAL, literal, rival.kind, theirs, text)
