"""What matching means, written as a scan over all routes: slow, and plain to read."""

from collections.abc import Sequence
from functools import cache
from re import Pattern, compile, escape, split  # noqa: A004 - this `compile` is the one meant

from chaveiro.catalogue.route import Entry


def route_of(routes: Sequence[Entry], method: str, segments: Sequence[str]) -> Entry | None:
    """The route a request takes: of all that match, the most exact in the first segment where they differ."""
    matching = [route for route in routes if route.method == method and fits(route, segments)]
    return min(matching, key=exactness, default=None)


def methods_of(routes: Sequence[Entry], segments: Sequence[str]) -> set[str]:
    """The methods for which some route matches the path."""
    return {route.method for route in routes if fits(route, segments)}


def fits(route: Entry, segments: Sequence[str]) -> bool:
    """Say whether a template matches a path, each segment by a regular expression."""
    wanted = route.path[1:].split("/")
    return len(wanted) == len(segments) and all(
        pattern(part).fullmatch(segment) for part, segment in zip(wanted, segments, strict=True)
    )


@cache
def pattern(part: str) -> Pattern[str]:
    """A template's segment as a regular expression."""
    return compile(".+".join(escape(text) for text in split(r"\{[^}]*\}", part)))


def exactness(route: Entry) -> list[tuple[int, int, list[str]]]:
    """Per segment: literal, then text with parameters (the longer text first), then a parameter alone."""
    return [_exactness(part) for part in route.path[1:].split("/")]


def _exactness(part: str) -> tuple[int, int, list[str]]:
    texts = split(r"\{[^}]*\}", part)
    kind = 0 if len(texts) == 1 else 1 if any(texts) else 2
    return kind, -sum(map(len, texts)), texts if kind == 1 else []
