"""The native format under examination: prefix, letter case, confusable letters, and what its check part tells."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from chaveiro.core.attempt import Field
from chaveiro.core.cause import Cause, Confidence, Fact, Finding
from chaveiro.core.credential import ALPHABET, KEY_CODE, TOKEN_CODE, VALUES, Secret
from chaveiro.doctor.edits import several_edits, two_wrong
from chaveiro.doctor.syndrome import ILLEGAL, KEYS, REACH, TOKENS, Edit, Fix, Syndromes, fix

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from chaveiro.doctor.strand import Strand

# Crockford's reading of letters that are not in the alphabet.
_READ_AS: Final = {"o": VALUES["0"], "i": VALUES["1"], "l": VALUES["1"], "u": VALUES["v"]}
_SYMBOL_OF: Final = {
    **VALUES,
    **{letter.upper(): value for letter, value in VALUES.items()},
    **_READ_AS,
    **{letter.upper(): value for letter, value in _READ_AS.items()},
}
_CONFUSABLE: Final = frozenset("oiluOILU")
_TYPED_AS_TWO: Final = {"rn": "m", "vv": "w", "cl": "d"}
_TYPED_AS_TWO_FOUND = re.compile("(?=(rn|vv|cl))", re.IGNORECASE)  # `vvv` holds two
_PREFIX = 4
# What is read, and what was meant, where hands and system think of two keyboards. ABNT2 is not among them: it has
# letters, digits, hyphen and underscore where a US keyboard has them, and only the marks around a value change places.
_LAYOUTS: Final = (
    str.maketrans("yz", "zy"),  # QWERTZ, either way
    str.maketrans("aqzw,à&é\"'(-è_ç", "qawzm0123456789"),  # typed as on a US keyboard, read as AZERTY
    str.maketrans("aqzw;)!@#$%^&*(", "qawzm0123456789"),  # typed as on AZERTY, digits with Shift, read as US
)
_WRONG: Final = {1: Cause.TOKEN_ONE_CHARACTER_WRONG, 2: Cause.TOKEN_TWO_CHARACTERS_WRONG}
_HEAD_MAX = 6  # what may stand in place of a prefix of four
_CHECK_MIN = 4  # symbols of a check part that must agree before an end is supplied: 20 bits
_WHOLE = re.compile("|".join(f"{code.prefix}_[{ALPHABET}]{{{code.length}}}" for code in (KEY_CODE, TOKEN_CODE)))
_OTHER_PREFIX = re.compile(r"([a-z0-9]{1,8})_([0-9a-z]+)")

_FIELDS: Final = {KEY_CODE.prefix: Field.KEY, TOKEN_CODE.prefix: Field.TOKEN}
_TABLES: Final = {Field.KEY: KEYS, Field.TOKEN: TOKENS}
_HEAD_MISSING_MAX: Final = {Field.KEY: 2, Field.TOKEN: 8}


@dataclass(frozen=True, slots=True)
class Core:
    """What a value is, once everything around it was taken away."""

    kind: Field
    findings: tuple[Finding, ...]  # in their token form; `reading` words them for the field the value was sent in
    repaired: Secret | None = field(default=None, repr=False)


def whole(text: str) -> Field | None:
    """Say which of the two *text* is a well-formed native value of; from tables, ten times as fast as `Code.holds`."""
    kind = _FIELDS.get(text[:3])
    if kind is None or text[3:4] != "_":
        return None
    tables = _TABLES[kind]
    if len(text) != _PREFIX + tables.length:
        return None
    symbols = [VALUES.get(letter, ILLEGAL) for letter in text[_PREFIX:]]
    if ILLEGAL in symbols:
        return None
    return kind if tables.of(symbols) == 0 else None


def embedded(text: str) -> Iterator[tuple[int, int, Field]]:
    """Where well-formed native values stand in a text."""
    for found in _WHOLE.finditer(text):
        if kind := whole(found[0]):
            yield found.start(), found.end(), kind


def other_environment(text: str) -> tuple[Field, str] | None:
    """The prefix of another installation's value, if its check part holds under that prefix and not under ours."""
    found = _OTHER_PREFIX.fullmatch(text)
    if not found or found[1] in _FIELDS:
        return None
    for kind, tables in _TABLES.items():
        if len(found[2]) == tables.length:
            symbols = [VALUES.get(symbol, ILLEGAL) for symbol in found[2]]
            if ILLEGAL not in symbols and tables.code.residue(symbols, prefix=found[1]) == tables.code.target:
                return kind, found[1]
    return None


def examine(value: Strand, *, depth: int) -> Core | None:
    """Read a value that has, or may once have had, the native format. None: nothing speaks for it."""
    head = value.text[:4].lower()
    kind = _FIELDS.get(head[:3]) if head[3:] == "_" else None
    if kind:
        return _prefixed(value, kind, depth)
    return _unprefixed(value)


def _prefixed(value: Strand, kind: Field, depth: int) -> Core:
    tables = _TABLES[kind]
    if len(value.text) > _PREFIX + tables.length + REACH:
        return Core(kind, (_hopeless(value),))
    body = value.cut(_PREFIX)
    symbols = [_SYMBOL_OF.get(letter, ILLEGAL) for letter in body.text]
    if len(symbols) != tables.length and symbols.count(ILLEGAL) > REACH:
        return Core(kind, (_hopeless(value),))
    found = _fix(tables, body.text, symbols, depth)
    if found is None and tables is KEYS:  # without its prefix, twenty-two characters are too often somebody else's
        found = two_wrong(tables, symbols)
    if found is None:
        return Core(kind, (_beyond_repair(value, tables, symbols),))
    return Core(kind, tuple(_told(value, 4, found, tables)), _written(tables, found.symbols))


def _fix(tables: Syndromes, text: str, symbols: Sequence[int], depth: int) -> Fix | None:
    if len(symbols) == tables.length and ILLEGAL not in symbols and tables.of(symbols) == 0:
        return Fix((), tuple(symbols))
    found = (
        tables.one_edit(symbols)
        or _one_typed_as_two(tables, text, symbols)
        or _other_keyboard(tables, text)
        or tables.cut_tail(symbols, check_min=_CHECK_MIN)
        or tables.extra_run(symbols)
    )
    if found is None and tables is TOKENS:
        return several_edits(tables, symbols) if depth > 1 else two_wrong(tables, symbols)
    return found


def _other_keyboard(tables: Syndromes, text: str) -> Fix | None:
    """Letters that change places between two keyboards, typed on the other one."""
    if len(text) != tables.length:
        return None
    lower = text.lower()
    for layout in _LAYOUTS:
        meant = lower.translate(layout)
        if _SYMBOL_OF.keys() >= set(meant) and tables.of(symbols := [_SYMBOL_OF[letter] for letter in meant]) == 0:
            indices = [index for index, letter in enumerate(text) if ord(letter.lower()) in layout]
            return fix(_WRONG.get(len(indices), Cause.TOKEN_SEVERAL_CHARACTERS_WRONG), indices, symbols)
    return None


def _one_typed_as_two(tables: Syndromes, text: str, symbols: Sequence[int]) -> Fix | None:
    """`rn` for m, `vv` for w: one look-up for each place where these stand."""
    if len(text) != tables.length + 1 or ILLEGAL in symbols or not _TYPED_AS_TWO_FOUND.search(text):
        return None
    heads, tails = tables.halves(symbols)
    for found in _TYPED_AS_TWO_FOUND.finditer(text):
        index, once = found.start(), VALUES[_TYPED_AS_TWO[found[1].lower()]]
        if heads[index] ^ tables.weights[tables.last - index][once] ^ tails[index + 2] == 0:
            whole = (*symbols[:index], once, *symbols[index + 2 :])
            return fix(Cause.TOKEN_CONFUSABLE_CHARACTERS, (index, index + 1), whole)
    return None


def _unprefixed(value: Strand) -> Core | None:
    """Read a value whose prefix was lost or changed. Only a check part that holds can speak for it."""
    for kind, tables in _TABLES.items():
        length = len(value.text)
        symbols = [_SYMBOL_OF.get(letter, ILLEGAL) for letter in value.text[-tables.length :]]
        start = length - tables.length
        if 0 <= start <= _HEAD_MAX:
            if start == _PREFIX and value.text[start] == "_" and (crossed := _crossed(value.text, kind)):
                facts: dict[str, Fact] = {"positions": value.positions((3, 4))}
                return Core(kind, (Finding(Cause.TOKEN_CHARACTERS_TRANSPOSED, facts),), Secret(crossed))
            found = _fix(tables, value.text[start:], symbols, depth=1)
            if found:
                damaged = Finding(Cause.TOKEN_PREFIX_DAMAGED, {"prefix": f"{tables.code.prefix}_"})
                findings = (damaged, *_told(value, start, found, tables))
                return Core(kind, findings, _written(tables, found.symbols))
        if start < 0:
            found = tables.cut_head(symbols, missing_max=_HEAD_MISSING_MAX[kind])
            if found and (kind is Field.KEY or found.symbols[0] == 1):  # the first symbol of a token is its version
                return Core(kind, tuple(_told(value, 0, found, tables)), _written(tables, found.symbols))
    return None


def _crossed(text: str, kind: Field) -> str | None:
    """The value in which the underscore and the letter after it changed places."""
    straight = text[:3] + "_" + text[3] + text[5:]
    return straight if whole(straight) is kind else None


def _written(tables: Syndromes, symbols: Sequence[int]) -> Secret:
    return Secret(f"{tables.code.prefix}_{''.join(ALPHABET[symbol] for symbol in symbols)}")


def _told(value: Strand, start: int, found: Fix, tables: Syndromes) -> Iterator[Finding]:
    """The findings of a repaired value: letters read otherwise, then the edits."""
    typed_as_two = {i for edit in found.edits if edit.cause is Cause.TOKEN_CONFUSABLE_CHARACTERS for i in edit.indices}
    edited = {start + index for edit in found.edits for index in edit.indices}
    others = [index for index in range(len(value.text)) if index not in edited]
    capitals = [index for index in others if value.text[index].isupper() and value.text[index] not in _CONFUSABLE]
    if capitals:
        yield Finding(Cause.TOKEN_LETTER_CASE_CHANGED, {"positions": value.positions(capitals)})
    confused = [index for index in others if index >= start and value.text[index] in _CONFUSABLE]
    confused += [start + index for index in typed_as_two]
    if confused:
        yield Finding(Cause.TOKEN_CONFUSABLE_CHARACTERS, {"positions": value.positions(confused)})
    for edit in found.edits:
        if edit.cause is not Cause.TOKEN_CONFUSABLE_CHARACTERS:
            yield Finding(edit.cause, _facts(value, start, edit, tables), {}, found.confidence)


def _facts(value: Strand, start: int, edit: Edit, tables: Syndromes) -> dict[str, Fact]:
    known: dict[str, Fact] = {
        "position": value.position(start + edit.indices[0]),
        "positions": tuple(value.position(start + index) for index in edit.indices),
        "count": edit.count,
        "length": len(value.text),
        "length_expected": tables.length + _PREFIX,
    }
    return {name: known[name] for name in edit.cause.facts}


def _beyond_repair(value: Strand, tables: Syndromes, symbols: Sequence[int]) -> Finding:
    length = len(value.text)
    legal = ILLEGAL not in symbols
    if legal and len(symbols) < tables.code.data + _CHECK_MIN:
        facts: dict[str, Fact] = {"length": length, "length_expected": tables.length + 4}
        return Finding(Cause.TOKEN_TRUNCATED, facts)
    return _hopeless(value)


def _hopeless(value: Strand) -> Finding:
    return Finding(Cause.TOKEN_MISTYPED_BEYOND_REPAIR, {"length": len(value.text)}, {}, Confidence.CANNOT_KNOW)
