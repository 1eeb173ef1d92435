"""What stands around or between the characters of a value: blanks, invisible characters, quotes, labels, schemes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from operator import lt
from typing import Final

from chaveiro.core.cause import Cause, Fact, Finding
from chaveiro.doctor.encoding import code_point
from chaveiro.doctor.strand import Strand

_OPENING: Final = "\"'`´“”‘’‚„«‹‛‟([{<＂＇「『"  # noqa: RUF001 - these are the marks people paste
_CLOSING: Final = "\"'`´“”‘’»›‛‟)]}>＂＇」』"  # noqa: RUF001 - likewise
_PARTNERS: Final = dict(zip("()[]{}<>“”‘’«»", ")(][}{><”“’‘»«", strict=True))  # noqa: RUF001 - likewise
# Quotes and brackets that were typed as on a US keyboard and read as ABNT2, or the other way round. There some are dead
# keys, and may have become one letter with the first of the value.
_MISPLACED: Final = {"^": "^", "~": "~", "´": "[", "`": "{", "]": "\\", "}": "|", "{": "{", "[": "["}  # noqa: RUF001 - likewise
_FUSED: Final = {"ĉ": "^", "Ĉ": "^", "ć": "[", "Ć": "[", "ṽ": "~", "Ṽ": "~"}
_PUNCTUATION: Final = ".,;:!?|/\\&#~…·"
_LINE_BREAKS: Final = frozenset("\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029")
_BLANK = re.compile(r"[\s\u2800]")
_BLANKS: Final = "".join(chr(point) for point in range(0x3001) if _BLANK.match(chr(point)))  # there are none beyond
# Controls and format characters (Unicode's Cc and Cf), and letters and marks that draw nothing.
_INVISIBLE = re.compile(
    r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160"
    r"\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0"
    r"\ufff9-\ufffb\U000e0001-\U000e007f]"
)
_SCHEMES: Final = ("Bearer", "Basic", "Token", "ApiKey", "Api-Key", "AppKeyToken", "Digest", "JWT", "OAuth")
_SCHEME = re.compile(rf"((?ai:{'|'.join(_SCHEMES)}))(?:[ \t]+:?[ \t]*|:[ \t]+)(?=\S)")  # a dotless i is another letter
_LABEL = re.compile(
    r"""(?!cv[kt]_|vtexappkey-)[-$]{0,3}[A-Za-z][\w.$:\[\]"' -]{0,80}?["'\]~^]{0,2}\s{0,3}"""
    r"""(?:=>|:=|[:=]|\||[Çç?](?=\s))\s{0,3}(?=[^=\s])"""  # `Ç` and `?`: a colon, on ABNT2 and as on ABNT2
)
_REST_MIN = 4  # what follows a label, to be worth a look
_ROUNDS = 8
_TWICE_MIN = 16  # characters that hardly repeat by chance


@dataclass(frozen=True, slots=True)
class Peeled:
    """A value without what stood around it, and what that was."""

    value: Strand
    causes: dict[Cause, dict[str, Fact]] = field(default_factory=dict)

    def and_of(self, value: Strand, cause: Cause, **facts: Fact) -> Peeled:
        """One more layer taken off; marks and positions of the same cause are put together."""
        merged: dict[str, Fact] = dict(self.causes.get(cause, {}))
        for name, fact in facts.items():
            old = merged.get(name)
            if name == "position" and old is not None:
                continue
            merged[name] = old + fact if old is not None else fact  # type: ignore[operator]  # equal names, equal kinds
        return Peeled(value, {**self.causes, cause: merged})

    @property
    def findings(self) -> list[Finding]:
        """What was taken off, in the order in which causes are told."""
        causes = dict(self.causes)
        if Cause.TOKEN_LABEL_PREFIX in causes:
            causes.pop(Cause.TOKEN_SURROUNDING_QUOTES, None)  # they belong to the label's own syntax
        return [Finding(cause, _ordered(facts)) for cause, facts in sorted(causes.items(), key=_place)]


def visible(value: Strand) -> Peeled:
    """Take out characters that have no width."""
    if value.text.isascii() and value.text.isprintable():
        return Peeled(value)
    gone = [found.start() for found in _INVISIBLE.finditer(value.text)]
    if not gone:
        return Peeled(value)
    return Peeled(value).and_of(value.without(set(gone)), Cause.TOKEN_INVISIBLE_CHARACTERS, **_where(value, gone))


def outside(peeled: Peeled) -> Peeled:
    """Take off, layer by layer, what stands around a value."""
    for _ in range(_ROUNDS):
        shorter = _one_layer(peeled)
        if shorter is None:
            break
        peeled = shorter
    return peeled


def inside(peeled: Peeled) -> Peeled:
    """Take out blanks and line breaks between a value's characters."""
    value = peeled.value
    blank = [found.start() for found in _BLANK.finditer(value.text)]
    if not blank:
        return peeled
    rest = value.without(set(blank))
    breaks = [i for i in blank if value.text[i] in _LINE_BREAKS]
    spaces = [i for i in blank if value.text[i] not in _LINE_BREAKS]
    if breaks:  # the indentation that follows a line break is part of it
        return peeled.and_of(rest, Cause.TOKEN_LINE_BREAK_INSIDE, **_where(value, sorted(breaks + spaces)))
    return peeled.and_of(rest, Cause.TOKEN_SPACE_INSIDE, **_where(value, spaces))


def once(value: Strand) -> Strand | None:
    """The half of a value that was pasted twice, with at most two characters between."""
    length = len(value.text)
    for gap in range(3):
        half, odd = divmod(length - gap, 2)
        if not odd and half >= _TWICE_MIN and value.text[:half] == value.text[half + gap :]:
            return value.cut(0, half)
    return None


def _one_layer(peeled: Peeled) -> Peeled | None:
    value = peeled.value
    text = value.text
    start = len(text) - len(text.lstrip(_BLANKS))
    end = max(start, len(text.rstrip(_BLANKS)))
    if end - start < len(text):
        gone = [*range(start), *range(end, len(text))]
        return peeled.and_of(value.cut(start, end), Cause.TOKEN_OUTER_WHITESPACE, **_where(value, gone))
    if len(text) < _REST_MIN:
        return None
    if found := _SCHEME.match(text):
        scheme = next(name for name in _SCHEMES if name.lower() == found[1].lower())
        return peeled.and_of(value.cut(found.end()), Cause.TOKEN_SCHEME_PREFIX, scheme=scheme)
    if unquoted := _unquoted(peeled):
        return unquoted
    if text[-1] in _PUNCTUATION:
        return peeled.and_of(value.cut(0, -1), Cause.TOKEN_TRAILING_PUNCTUATION, marks=text[-1])
    if (found := _LABEL.match(text)) and len(text) - found.end() >= _REST_MIN:
        rest = value.cut(found.end())
        return peeled.and_of(rest, Cause.TOKEN_LABEL_PREFIX, position=rest.position(0))
    return None


def _unquoted(peeled: Peeled) -> Peeled | None:
    """A value without the quotes or brackets around it, or the one at one end."""
    value, text = peeled.value, peeled.value.text
    if text[-1] in {_MISPLACED.get(text[0]), _FUSED.get(text[0])}:
        opened, closed = text[0] in _MISPLACED, True
    else:
        opened, closed = text[0] in _OPENING, text[-1] in _CLOSING
        if opened != closed and _PARTNERS.get(mark := text[0] if opened else text[-1], mark) in text[1:-1]:
            return None  # such as `value (production)`: they surround something else
    if not (opened or closed):
        return None
    marks = (text[0] if opened else "") + (text[-1] if closed else "")
    inner = value.cut(1 if opened else 0, -1 if closed else None)
    return peeled.and_of(inner, Cause.TOKEN_SURROUNDING_QUOTES, marks=marks)


def _where(value: Strand, indices: list[int]) -> dict[str, Fact]:
    return {
        "positions": tuple([value.at[index] for index in indices]),
        "code_points": tuple([code_point(value.text[index]) for index in indices]),
    }


def _ordered(facts: dict[str, Fact]) -> dict[str, Fact]:
    """Positions in rising order, each with its code point."""
    positions, points = facts.get("positions"), facts.get("code_points")
    if not isinstance(positions, tuple) or not isinstance(points, tuple):
        return facts
    if all(map(lt, positions, positions[1:])):  # as they are unless several layers were taken off
        return facts
    pairs = sorted(zip(positions, points, strict=True))
    # both are tuples of one kind each, which their shared name `Fact` hides
    return {"positions": tuple(p for p, _ in pairs), "code_points": tuple(c for _, c in pairs)}  # type: ignore[dict-item]


_ORDER: Final = {cause: place for place, cause in enumerate(Cause)}


def _place(item: tuple[Cause, object]) -> int:
    return _ORDER[item[0]]
