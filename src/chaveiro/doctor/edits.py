"""More than one edit: in a token for whoever has some milliseconds, two wrong characters also in an answer."""

from __future__ import annotations

from dataclasses import replace
from itertools import accumulate
from operator import xor
from typing import TYPE_CHECKING, Final

from chaveiro.core.cause import Cause, Confidence
from chaveiro.doctor.algebra import errors, two_errors
from chaveiro.doctor.syndrome import ILLEGAL, TOKENS, Edit, Fix, fix

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from chaveiro.doctor.syndrome import Syndromes

_RUN_MAX: Final = 8  # a gap of nine fits six in a hundred thousand random bodies
_RUN_CERTAIN: Final = 6
_ILLEGAL_MAX: Final = 4  # characters that are no symbols in a body worth a search
_TWO: Final = 2
_WRONG_CERTAIN: Final = 3  # a string with five errors may lie within four of another token
_WRONG, _EXTRA = Cause.TOKEN_ONE_CHARACTER_WRONG, Cause.TOKEN_CHARACTER_EXTRA
_MISSING = Cause.TOKEN_CHARACTER_MISSING


def several_edits(tables: Syndromes, body: Sequence[int]) -> Fix | None:
    """Explain a body that no single edit explains, by the fewest: two of them, a run, or up to four wrong symbols."""
    illegal, symbols = _read(body)
    match len(body) - tables.length:
        case 0:
            found = _two_wrong(tables, symbols) or _missing_and_extra(tables, symbols) or _many_wrong(tables, symbols)
        case -1:
            found = _missing_and_wrong(tables, symbols)
        case 1:
            found = _extra_and_wrong(tables, symbols)
        case -2:
            found = _run_missing(tables, symbols) or _two_missing(tables, symbols)
        case 2:
            found = _two_extra(tables, symbols)
        case gap:
            found = _run_missing(tables, symbols) if -_RUN_MAX <= gap < 0 else None
    return _with_illegal(found, illegal)


def two_wrong(tables: Syndromes, body: Sequence[int]) -> Fix | None:
    """Explain a body by two wrong symbols, or two that changed places: quick enough for an answer.

    The code of an appKey has distance five: no two keys are within two symbols of one body. Yet one random body in
    4,800 is that near to some key, so that two wrong symbols of a key are likely, where those of a token are certain.
    """
    if len(body) != tables.length or body.count(ILLEGAL) > _ILLEGAL_MAX:
        return None
    illegal, symbols = _read(body)
    found: Fix | None
    if len(illegal) == 1 and (single := tables.singles.get(tables.of(symbols))):
        found = _as_fix(symbols, dict([single]))  # where no symbol stands, a nought belongs
    elif tables is TOKENS:
        found = _two_wrong(tables, symbols)
    else:
        found = _two_wrong_of_key(tables, symbols, illegal)
    found = _with_illegal(found, illegal)
    if found is None or tables is TOKENS or found.edits[0].cause is Cause.TOKEN_CHARACTERS_TRANSPOSED:
        return found
    return replace(found, confidence=Confidence.LIKELY)


def _read(body: Sequence[int]) -> tuple[set[int], list[int]]:
    """Where characters stand that are no symbols, and the body with noughts in their places."""
    return {index for index, symbol in enumerate(body) if symbol == ILLEGAL}, [max(symbol, 0) for symbol in body]


def _with_illegal(found: Fix | None, illegal: set[int]) -> Fix | None:
    """What was read as nought must be among what was wrong; where a nought belongs, it is one more."""
    if found and illegal and found.edits[0].cause is Cause.TOKEN_CHARACTERS_TRANSPOSED:  # it was no nought
        return _with_illegal(replace(found, edits=(replace(found.edits[0], cause=_of_count(_TWO)),)), illegal)
    if found is None or illegal <= {i for edit in found.edits for i in edit.indices if edit.cause is not _MISSING}:
        return found
    if any(edit.cause not in _IN_PLACE for edit in found.edits):
        return None
    indices = sorted({i for edit in found.edits for i in edit.indices} | illegal)
    return Fix((Edit(_of_count(len(indices)), tuple(indices)),), found.symbols, found.confidence)


_IN_PLACE: Final = frozenset({_WRONG, Cause.TOKEN_TWO_CHARACTERS_WRONG, Cause.TOKEN_SEVERAL_CHARACTERS_WRONG})


def _of_count(count: int) -> Cause:
    few = {1: _WRONG, 2: Cause.TOKEN_TWO_CHARACTERS_WRONG}
    return few.get(count, Cause.TOKEN_SEVERAL_CHARACTERS_WRONG)


def _two_wrong(tables: Syndromes, body: list[int]) -> Fix | None:
    found = two_errors(tables.of(body), tables.length)
    return _as_fix(body, {tables.last - after: error for after, error in found.items()}) if found else None


def _two_wrong_of_key(tables: Syndromes, body: list[int], illegal: set[int]) -> Fix | None:
    """By look-ups, as its code is too short for algebra. What is no symbol is one of the two: a third is too many."""
    rest, singles = tables.of(body), tables.singles
    for single, (first, error) in singles.items():
        other = singles.get(single ^ rest)
        if other and first < other[0] and illegal <= {first, other[0]}:
            return _as_fix(body, {first: error, other[0]: other[1]})
    return None


def _as_fix(body: list[int], found: dict[int, int]) -> Fix:
    """The fix that adds these errors, by index, to a body."""
    whole = list(body)
    for index, error in found.items():
        whole[index] ^= error
    indices = sorted(found)
    exchanged = len(indices) == _TWO and [whole[i] for i in indices] == [body[i] for i in reversed(indices)]
    return fix(Cause.TOKEN_CHARACTERS_TRANSPOSED if exchanged else _of_count(len(indices)), indices, whole)


def _many_wrong(tables: Syndromes, body: list[int]) -> Fix | None:
    found = errors(tables.of(body), tables.length)
    if found is None:
        return None
    whole = list(body)
    for after, error in found.items():
        whole[tables.last - after] ^= error
    if tables.of(whole):
        return None
    indices = sorted(tables.last - after for after in found)
    confidence = Confidence.CERTAIN if len(indices) <= _WRONG_CERTAIN else Confidence.LIKELY
    return fix(_of_count(len(indices)), indices, whole, confidence)


def _run_missing(tables: Syndromes, body: list[int]) -> Fix | None:
    count = tables.length - len(body)
    heads, tails = tables.halves(body)
    for index in range(len(body) + 1):
        lost = tables.trapped(heads[index] ^ tails[index], len(body) - index, count)
        if lost is not None:
            confidence = Confidence.CERTAIN if count <= _RUN_CERTAIN else Confidence.LIKELY
            whole = (*body[:index], *lost, *body[index:])
            return fix(Cause.TOKEN_CHARACTERS_MISSING, (index,), whole, confidence, count)
    return None


def _missing_and_wrong(tables: Syndromes, body: list[int]) -> Fix | None:
    heads, tails = tables.halves(body)
    for index in range(tables.length):
        for symbol, other, error in _one_more(tables, heads[index] ^ tails[index], index):
            whole = [*body[:index], symbol, *body[index:]]
            whole[other] ^= error
            wrong = other if other < index else other - 1
            return Fix((Edit(_WRONG, (wrong,)), Edit(_MISSING, (index,))), tuple(whole))
    return None


def _one_more(tables: Syndromes, rest: int, index: int) -> Iterator[tuple[int, int, int]]:
    """The symbols that could stand at *index*, each with the one other error that would then explain *rest*."""
    singles = tables.singles
    for symbol, weight in enumerate(tables.weights[tables.last - index]):
        found = singles.get(rest ^ weight)
        if found and found[0] != index:
            yield symbol, *found


def _extra_and_wrong(tables: Syndromes, body: list[int]) -> Fix | None:
    heads, tails = tables.halves(body)
    for index in range(len(body)):
        found = tables.singles.get(heads[index] ^ tails[index + 1])
        if found:
            other, error = found
            whole = [*body[:index], *body[index + 1 :]]
            whole[other] ^= error
            wrong = other if other < index else other + 1
            return Fix((Edit(_WRONG, (wrong,)), Edit(_EXTRA, (index,))), tuple(whole))
    return None


def _two_missing(tables: Syndromes, body: list[int]) -> Fix | None:
    heads, tails = tables.halves(body)
    between = _shifted(tables, body, 1)
    singles = tables.singles
    for first in range(len(body)):
        weights = tables.weights[tables.last - first]
        for second in range(first + 1, len(body) + 1):
            rest = heads[first] ^ between[first] ^ between[second] ^ tails[second]
            for symbol, weight in enumerate(weights):
                other = rest ^ weight
                found = singles.get(other)
                if other and (found is None or found[0] != second + 1):
                    continue
                last = found[1] if found else 0
                whole = (*body[:first], symbol, *body[first:second], last, *body[second:])
                return Fix((Edit(_MISSING, (first,)), Edit(_MISSING, (second,))), whole)
    return None


def _two_extra(tables: Syndromes, body: list[int]) -> Fix | None:
    heads, tails = tables.halves(body)
    between = _shifted(tables, body, -1)
    for first in range(len(body) - 1):
        for second in range(first + 1, len(body)):
            if heads[first] ^ between[first + 1] ^ between[second] ^ tails[second + 1] == 0:
                whole = (*body[:first], *body[first + 1 : second], *body[second + 1 :])
                return Fix((Edit(_EXTRA, (first,)), Edit(_EXTRA, (second,))), whole)
    return None


def _missing_and_extra(tables: Syndromes, body: list[int]) -> Fix | None:
    """One symbol was lost, and one that does not belong came in before or after it."""
    heads, tails = tables.halves(body)
    later, earlier = _shifted(tables, body, 1), _shifted(tables, body, -1)
    singles = tables.singles
    for extra in range(len(body)):
        for missing in range(len(body)):
            if missing < extra:
                rest = heads[missing] ^ later[missing] ^ later[extra] ^ tails[extra + 1]
            else:
                rest = heads[extra] ^ earlier[extra + 1] ^ earlier[missing + 1] ^ tails[missing + 1]
            found = singles.get(rest)
            if rest and (found is None or found[0] != missing):
                continue
            whole = [*body[:extra], *body[extra + 1 :]]
            whole.insert(missing, found[1] if found else 0)
            place = missing if missing < extra else missing + 1
            return Fix((Edit(_MISSING, (place,)), Edit(_EXTRA, (extra,))), tuple(whole))
    return None


def _shifted(tables: Syndromes, body: list[int], by: int) -> list[int]:
    """What stands before each index, every symbol counted as *by* places further on."""
    last = tables.last - by
    # A symbol that would fall off the end is never asked for.
    weights = [tables.weights[max(last - index, 0)][symbol] for index, symbol in enumerate(body)]
    return list(accumulate(weights, xor, initial=0))
