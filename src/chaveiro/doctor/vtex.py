"""VTEX's shape under examination. It has no check part, so only length, alphabet and letter case can speak."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Final

from chaveiro.core.attempt import Field
from chaveiro.core.cause import Cause, Confidence, Fact, Finding
from chaveiro.core.credential import VTEX_TOKEN_LENGTH, Format, Secret, key_format
from chaveiro.doctor.native import Core

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chaveiro.doctor.strand import Strand

_KEY_PREFIX: Final = "vtexappkey"
_LETTERS: Final = 6
_KEY = re.compile(r"vtexappkey-[a-z0-9]{1,32}-[A-Z]{6}(?:(?![A-Za-z0-9])|(?=vtexappkey-))")
_TOKEN = re.compile(r"(?<![A-Za-z0-9])[A-Z]{128}(?![A-Za-z0-9])")
_KEY_LIKE = re.compile(r"([A-Za-z]{5,13})[-_ ]([A-Za-z0-9]{1,32})[-_ ]([A-Za-z0-9]{1,12})")
_TRUNCATED_MIN = 40  # fewer capitals in a row are as likely something else
_EXTRA_MAX = 32
_WRONG_MAX = 4
_ALIKE_MIN = 0.8
_LIKELY = Confidence.LIKELY


def whole(text: str) -> Field | None:
    """Say which of the two *text* is a well-formed value of VTEX's shape of."""
    if key_format(text) is Format.VTEX:
        return Field.KEY
    return Field.TOKEN if len(text) == VTEX_TOKEN_LENGTH and _TOKEN.fullmatch(text) else None


def embedded(text: str) -> Iterator[tuple[int, int, Field]]:
    """Where well-formed values of VTEX's shape stand in a text."""
    for found in _KEY.finditer(text):
        yield found.start(), found.end(), Field.KEY
    if len(text) >= VTEX_TOKEN_LENGTH:
        for found in _TOKEN.finditer(text):
            yield found.start(), found.end(), Field.TOKEN


def examine(value: Strand) -> Core | None:
    """Read a value that has, or may once have had, VTEX's shape. None: nothing speaks for it."""
    if found := _KEY_LIKE.fullmatch(value.text):
        return _key(value, found)
    if len(value.text) >= _TRUNCATED_MIN and value.text.isascii():
        return _token(value)
    return None


def _key(value: Strand, found: re.Match[str]) -> Core | None:
    prefix, account, letters = found.groups()
    alike = SequenceMatcher(None, prefix.lower(), _KEY_PREFIX, autojunk=False).ratio()
    if alike < _ALIKE_MIN:
        return None
    findings: list[Finding] = []
    repaired: str | None = f"{_KEY_PREFIX}-{account.lower()}-{letters.upper()}"
    if alike < 1 or value.text[len(prefix)] != "-" or value.text[found.start(3) - 1] != "-":
        findings.append(Finding(Cause.TOKEN_PREFIX_DAMAGED, {"prefix": f"{_KEY_PREFIX}-"}, {}, _LIKELY))
    changed = [i for i in range(found.start(3)) if value.text[i].isupper()]
    changed += [i for i in range(found.start(3), len(value.text)) if value.text[i].islower()]
    if changed:
        findings.append(Finding(Cause.TOKEN_LETTER_CASE_CHANGED, {"positions": value.positions(changed)}, {}, _LIKELY))
    digits = [i for i in range(found.start(3), len(value.text)) if value.text[i].isdigit()]
    if digits and len(letters) == _LETTERS:
        findings.append(_confused(value, digits))
        repaired = repaired and _letters_for_digits(repaired, found.start(3) + len(_KEY_PREFIX) - len(prefix))
    elif len(letters) != _LETTERS:
        findings.append(_of_length(value, found.start(3) + _LETTERS))
        repaired = None
    if repaired is None or key_format(repaired) is not Format.VTEX:
        return Core(Field.KEY, tuple(findings)) if findings else None
    return Core(Field.KEY, tuple(findings), Secret(repaired))


def _token(value: Strand) -> Core | None:
    text, length = value.text, len(value.text)
    if length != VTEX_TOKEN_LENGTH:
        alike = length <= VTEX_TOKEN_LENGTH + _EXTRA_MAX and text.isalpha() and text.isupper()
        return Core(Field.TOKEN, (_of_length(value, VTEX_TOKEN_LENGTH),)) if alike else None
    strange = [i for i, letter in enumerate(text) if not letter.isalpha()]
    lower = [i for i, letter in enumerate(text) if letter.islower()]
    return _whole_token(value, strange, lower) if len(strange) <= _WRONG_MAX else None


def _whole_token(value: Strand, strange: list[int], lower: list[int]) -> Core | None:
    findings: list[Finding] = []
    if lower:
        findings.append(Finding(Cause.TOKEN_LETTER_CASE_CHANGED, {"positions": value.positions(lower)}, {}, _LIKELY))
    if strange and len(lower) > len(strange):
        return None  # digits among small letters: as likely another's secret
    if not strange:
        return Core(Field.TOKEN, tuple(findings), Secret(value.text.upper()))
    if {value.text[i] for i in strange} <= set("01"):
        findings.append(_confused(value, strange))
        repaired = _letters_for_digits(value.text.upper(), 0)
        return Core(Field.TOKEN, tuple(findings), Secret(repaired) if repaired else None)
    positions = value.positions(strange)
    match len(strange):
        case 1:
            findings.append(Finding(Cause.TOKEN_ONE_CHARACTER_WRONG, {"position": positions[0]}))
        case 2:
            findings.append(Finding(Cause.TOKEN_TWO_CHARACTERS_WRONG, {"positions": positions}))
        case _:
            findings.append(Finding(Cause.TOKEN_SEVERAL_CHARACTERS_WRONG, {"positions": positions}))
    return Core(Field.TOKEN, tuple(findings))


def _confused(value: Strand, digits: list[int]) -> Finding:
    return Finding(Cause.TOKEN_CONFUSABLE_CHARACTERS, {"positions": value.positions(digits)}, {}, _LIKELY)


def _letters_for_digits(text: str, start: int) -> str | None:
    """A nought is the letter O; a one may be I or L, so that nothing is supposed."""
    read = text[:start] + text[start:].replace("0", "O")
    return read if read[start:].isalpha() else None


def _of_length(value: Strand, expected: int) -> Finding:
    """Too short or too long: where, nobody can tell without a check part."""
    length = len(value.text)
    if length < expected:
        facts: dict[str, Fact] = {"length": length, "length_expected": expected}
        return Finding(Cause.TOKEN_TRUNCATED, facts, {}, _LIKELY)
    if length == expected + 1:
        return Finding(Cause.TOKEN_CHARACTER_EXTRA, {"position": value.position(expected)}, {}, Confidence.CANNOT_KNOW)
    facts = {"position": value.position(expected), "count": length - expected}
    return Finding(Cause.TOKEN_CHARACTERS_EXTRA, facts, {}, Confidence.CANNOT_KNOW)
