"""A presented value as it may be shown to whoever sent it: the defect in clear, the secret masked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from chaveiro.core.attempt import Field
from chaveiro.core.cause import Cause
from chaveiro.core.credential import masked
from chaveiro.doctor.encoding import code_point

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from chaveiro.core.cause import Finding
    from chaveiro.doctor.reading import Reading

HIDDEN: Final = "••••"
TEXT: Final = "…"  # text around a value, of which nothing is shown
WRONG: Final = "✗"
MISSING: Final = "‸"
_MARKS_MAX: Final = 3  # in the middle of a value; the words tell all positions
_LONGER_MAX: Final = 12
_SIGNS: Final = {" ": "␠", "\n": "␤", "\r": "␍", "\t": "␉"}
_LACKING: Final = frozenset({Cause.TOKEN_CHARACTER_MISSING, Cause.TOKEN_CHARACTERS_MISSING})


def shown(text: str, reading: Reading) -> str:
    """Render a value that was read: `core.credential.masked`, with visible marks where something is wrong.

    INVARIANT: of a token nothing shows but what `masked` shows of the token it was, so that no two renderings of it,
    however damaged, add up to more. Of anything else that is no appKey, its length alone.
    """
    if reading.joined:
        key, token = (masked(one.reveal()) for one in reading.joined)
        return f"{key}{TEXT}{token}" if reading.kind is not Field.TOKEN else f"{token}{TEXT}{key}"
    signs = dict(_signs(text, reading))
    start, end = _span(text, reading, signs)
    before = "".join(_around(text, range(start), signs, reading))
    after = "".join(_around(text, range(end, len(text)), signs, reading))
    return f"{before}{_core(text, start, end, signs, reading)}{after}"


def _signs(text: str, reading: Reading) -> Iterator[tuple[int, str]]:
    """The places where something is wrong, each with its sign."""
    for finding in reading.damage:
        facts, cause = finding.facts, finding.cause.of(Field.TOKEN)
        if "code_points" in facts and cause is not Cause.TOKEN_LOOKALIKE_LETTERS:
            yield from ((at, sign(text[at])) for at in _places(facts, text))
        elif "positions" in facts:
            yield from ((at, WRONG) for at in _places(facts, text))
        elif cause in _LACKING:
            yield from ((at, MISSING) for at in _place(facts, text))
        elif cause in {Cause.TOKEN_ONE_CHARACTER_WRONG, Cause.TOKEN_CHARACTER_EXTRA, Cause.TOKEN_CHARACTERS_EXTRA}:
            yield from ((at, WRONG) for at in _place(facts, text))


def sign(character: str) -> str:
    """What stands for a character that cannot be seen."""
    return _SIGNS.get(character) or f"<{code_point(character)}>"


def _places(facts: Mapping[str, object], text: str) -> list[int]:
    positions = facts.get("positions")
    places = positions if isinstance(positions, tuple) else ()
    return [at - 1 for at in places if isinstance(at, int) and 1 <= at <= len(text)]


def _place(facts: Mapping[str, object], text: str) -> range:
    position, count = facts.get("position"), facts.get("count", 1)
    if not isinstance(position, int) or not isinstance(count, int):
        return range(0)
    return range(position - 1, min(position - 1 + count, len(text)))


def _span(text: str, reading: Reading, signs: Mapping[int, str]) -> tuple[int, int]:
    """Where the value itself stands in what was sent."""
    if reading.repaired:
        whole = reading.repaired.reveal()
        at = text.find(whole)
        if at < 0 and text.isascii():
            at = text.lower().find(whole.lower())
        if at >= 0:
            return at, at + len(whole)
    marks = _literals(reading.damage)
    start = max((_begin(finding) for finding in reading.damage), default=0)
    end = len(text)
    while start < end and (text[start] in marks or _blank(text, start, signs)):
        start += 1
    while end > start and (text[end - 1] in marks or _blank(text, end - 1, signs)):
        end -= 1
    return start, end


def _begin(finding: Finding) -> int:
    position = finding.facts.get("position")
    labelled = finding.cause.of(Field.TOKEN) in {Cause.TOKEN_LABEL_PREFIX, Cause.TOKEN_EXTRA_TEXT}
    return position - 1 if labelled and isinstance(position, int) else 0


def _blank(text: str, at: int, signs: Mapping[int, str]) -> bool:
    return at in signs and not text[at].isalnum()


def _literals(findings: tuple[Finding, ...]) -> frozenset[str]:
    """The quotation marks and punctuation that are told, and so may be shown as they are."""
    return frozenset("".join(mark for one in findings if isinstance(mark := one.facts.get("marks"), str)))


def _around(text: str, places: range, signs: Mapping[int, str], reading: Reading) -> Iterator[str]:
    marks, hidden = _literals(reading.damage), False
    for at in places:
        if at in signs and signs[at] != WRONG:
            yield signs[at]
        elif text[at] in marks:
            yield text[at]
        elif not hidden:
            yield TEXT
        hidden = at not in signs and text[at] not in marks


def _core(text: str, start: int, end: int, signs: Mapping[int, str], reading: Reading) -> str:
    inner = [signs[at] for at in sorted(signs) if start <= at < end]
    if reading.repaired is None:
        rest = masked(text[start:end])
        return _with_marks(rest, inner)
    value = reading.repaired.reveal()
    if reading.kind is Field.KEY:
        return _key(text, start, end, signs) if end - start <= len(value) + _LONGER_MAX else masked(value)
    return _with_marks(masked(value), inner)


def _with_marks(rest: str, inner: list[str]) -> str:
    """Put marks among the dots, in their order."""
    if not inner:
        return rest
    head, _, tail = rest.partition(HIDDEN)
    told = [*inner[:_MARKS_MAX], *([TEXT] if len(inner) > _MARKS_MAX else [])]
    return f"{head}{''.join(f'••{one}' for one in told)}{HIDDEN}{tail}"


def _key(text: str, start: int, end: int, signs: Mapping[int, str]) -> str:
    """An appKey is public: all of it that is right is shown, in its place."""
    parts = []
    for at in range(start, end):
        parts.append(signs.get(at, ""))
        if at not in signs or signs[at] == MISSING:
            parts.append(text[at] if text[at].isascii() and text[at].isprintable() else sign(text[at]))
    return "".join(parts)
