"""A path template such as `/api/orders/{orderId}`: its segments, what they match, which of two comes first."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from chaveiro.catalogue.path import SAFE
from chaveiro.core.names import quoted

TEMPLATE_LENGTH_MAX: Final = 500

_PARAMETER = re.compile(r"\{([^{}]*)\}")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,63}")
_LITERAL = re.compile(rf"[{SAFE}]*")


class CatalogueMalformed(ValueError):
    """A catalogue cannot be used; the message names the entry and says what to write instead."""


class Kind(IntEnum):
    """What a segment is made of. The order is precedence: the smaller one is tried first."""

    LITERAL = 0
    MIXED = 1  # parameters with text around them: `v{version}`
    PARAMETER = 2


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment of a template. A parameter takes one character or more, and never a slash."""

    texts: tuple[str, ...]  # what stands before, between and after the parameters

    @property
    def kind(self) -> Kind:
        """What it is made of."""
        if len(self.texts) == 1:
            return Kind.LITERAL
        return Kind.MIXED if any(self.texts) else Kind.PARAMETER

    def fits(self, text: str) -> bool:
        """Say whether a request's segment can be this one, in time linear in its length."""
        if len(self.texts) == 1:
            return text == self.texts[0]
        first, *middle, last = self.texts
        end = len(text) - len(last)
        if not (text.startswith(first) and text.endswith(last)):
            return False
        at = len(first) + 1  # after the least the first parameter takes
        for part in middle:
            found = text.find(part, at, end)
            if found < 0:
                return False
            at = found + len(part) + 1
        return at <= end

    def shared(self, other: Segment) -> str | None:
        """A text that both segments fit, if there is one."""
        if self.kind is Kind.LITERAL:
            return self.texts[0] if other.fits(self.texts[0]) else None
        if other.kind is Kind.LITERAL:
            return other.shared(self)
        if Kind.PARAMETER in {self.kind, other.kind}:
            return "x".join(other.texts if self.kind is Kind.PARAMETER else self.texts)
        ours, theirs = _tokens(self), _tokens(other)
        waiting, seen = [(0, 0, "")], set()
        while waiting:
            i, j, text = waiting.pop()
            if (i, j) in seen:
                continue
            seen.add((i, j))
            if i == len(ours) and j == len(theirs):
                return text
            a, b = ours[i : i + 1], theirs[j : j + 1]
            if a == [_MORE]:
                waiting.append((i + 1, j, text))
            if b == [_MORE]:
                waiting.append((i, j + 1, text))
            if a and b and (a == b or not {_ANY, _MORE}.isdisjoint((*a, *b))):
                one = next((c for c in (*a, *b) if c not in {_ANY, _MORE}), "x")
                waiting.append((i + (a != [_MORE]), j + (b != [_MORE]), text + one))
        return None


_ANY, _MORE = "any one", "any more"  # longer than one character, so that no text holds them


def _tokens(segment: Segment) -> list[str]:
    tokens = list(segment.texts[0])
    for text in segment.texts[1:]:
        tokens += [_ANY, _MORE, *text]
    return tokens


def parse(template: str) -> tuple[Segment, ...]:
    """Read a template. Raises CatalogueMalformed."""
    if len(template) > TEMPLATE_LENGTH_MAX:
        raise CatalogueMalformed(f"the path is longer than {TEMPLATE_LENGTH_MAX} characters")
    if not template.startswith("/"):
        raise CatalogueMalformed(f"the path {quoted(template)} must begin with `/`, such as `/api/orders/{{orderId}}`")
    if "?" in template:
        raise CatalogueMalformed(f"the path {quoted(template)} has a query: leave out `?` and what follows")
    names = _PARAMETER.findall(template)
    for name in names:
        if not _NAME.fullmatch(name):
            raise CatalogueMalformed(
                f"{quoted(name)} is not a parameter's name in {quoted(template)}: use letters, digits and `_`"
            )
        if names.count(name) > 1:
            raise CatalogueMalformed(f"the path {quoted(template)} names two parameters `{name}`: rename one of them")
    *inner, last = template[1:].split("/")
    if "" in inner:
        raise CatalogueMalformed(f"the path {quoted(template)} holds `//`, which is always refused: write one `/`")
    return tuple(_segment(text, template) for text in (*inner, last))


def _segment(text: str, template: str) -> Segment:
    if text in {".", ".."}:
        raise CatalogueMalformed(f"the path {quoted(template)} holds `{text}`, which is always refused: leave it out")
    texts = tuple(_PARAMETER.split(text)[::2])
    if "" in texts[1:-1]:
        raise CatalogueMalformed(
            f"two parameters touch in {quoted(template)}, so that nobody knows where one ends: put text between them"
        )
    for literal in texts:
        if not _LITERAL.fullmatch(literal):
            raise CatalogueMalformed(
                f"{quoted(literal)} cannot stand in the path {quoted(template)}: "
                "use letters, digits and -_~!$&'()*+,=:@. and write parameters as `{name}`"
            )
    return Segment(texts)
