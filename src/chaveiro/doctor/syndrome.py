"""What the check part of a native value tells: which small change made a well-formed value into this one.

A code word leaves the residue `target`. What a damaged one leaves instead differs by the sum of its errors, and the
code is linear: the residue of any change is an XOR of entries `weights[j][v]`, the residue of symbol v before j others.
So each hypothesis is a few look-ups, and no store is needed.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from operator import xor
from typing import TYPE_CHECKING

from chaveiro.core.cause import Cause, Confidence
from chaveiro.core.credential import KEY_CODE, TOKEN_CODE, Code

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SYMBOLS = 32
REACH = 16  # how many symbols beyond its length a value may have to be still compared
ILLEGAL = -1  # a character that is no symbol

# One such cause for each count of characters that can be wrong in known places.
_WRONG = {1: Cause.TOKEN_ONE_CHARACTER_WRONG, 2: Cause.TOKEN_TWO_CHARACTERS_WRONG}


@dataclass(frozen=True, slots=True)
class Edit:
    """One change to a body."""

    cause: Cause  # in its token form
    indices: tuple[int, ...]  # in the damaged body; one past its end for what is missing there
    count: int = 1


@dataclass(frozen=True, slots=True, repr=False)
class Fix:
    """The edits that explain a damaged body, and the body before them."""

    edits: tuple[Edit, ...]
    symbols: tuple[int, ...]
    confidence: Confidence = Confidence.CERTAIN

    def __repr__(self) -> str:
        return f"Fix({self.edits})"


def fix(
    cause: Cause,
    indices: Iterable[int],
    symbols: Iterable[int],
    confidence: Confidence = Confidence.CERTAIN,
    count: int = 1,
) -> Fix:
    """Make the fix that is one edit."""
    return Fix((Edit(cause, tuple(indices), count),), tuple(symbols), confidence)


class Syndromes:
    """The tables of one code, and the searches they make cheap."""

    def __init__(self, code: Code) -> None:
        self.code = code
        self.length = code.length
        top = 5 * (code.check - 1)
        low = (1 << top) - 1
        self._generators = [_combined(code.generator, carry) for carry in range(SYMBOLS)]
        # x is invertible modulo the generator: its lowest symbol tells which multiple was added last.
        self._carry_of = {generator & SYMBOLS - 1: carry for carry, generator in enumerate(self._generators)}
        self._top = top
        weights = [tuple(range(SYMBOLS))]
        for _ in range(self.length + REACH):
            weights.append(tuple(((w & low) << 5) ^ self._generators[w >> top] for w in weights[-1]))
        self.weights = weights
        self.constant = code.residue([0] * self.length) ^ code.target
        self.last = self.length - 1
        self.singles = {
            weights[self.last - index][error]: (index, error)
            for index in range(self.length)
            for error in range(1, SYMBOLS)
        }
        self._swaps = {
            weights[self.last - index][error] ^ weights[self.last - index - 1][error]: (index, error)
            for index in range(self.last)
            for error in range(1, SYMBOLS)
        }

    def of(self, symbols: Sequence[int]) -> int:
        """The syndrome of a body of the right length; 0 for a code word."""
        rest = self.constant
        for row, symbol in zip(reversed(self.weights[: self.length]), symbols, strict=True):
            rest ^= row[symbol]
        return rest

    def one_edit(self, body: Sequence[int]) -> Fix | None:
        """Explain a body by one wrong, missing or extra symbol or two neighbours that changed places."""
        illegal = [index for index, symbol in enumerate(body) if symbol == ILLEGAL]
        match len(body) - self.length:
            case 0:
                return self._wrong(body, illegal)
            case -1:
                return None if illegal else self._missing(body)
            case 1:
                return self._extra(body, illegal)
            case _:
                return None

    def cut_tail(self, body: Sequence[int], *, check_min: int) -> Fix | None:
        """Explain a short body by a lost end, if at least *check_min* symbols of its check part are left to agree."""
        left = len(body) - self.code.data
        if not check_min <= left < self.code.check or ILLEGAL in body:
            return None
        data = body[: self.code.data]
        check = self.of([*data, *[0] * self.code.check])
        whole = (*data, *(check >> 5 * i & 31 for i in reversed(range(self.code.check))))
        if whole[: len(body)] != tuple(body):
            return None
        sure = self.code.check - left < self.code.check * 8 // 13
        confidence = Confidence.CERTAIN if sure else Confidence.LIKELY
        return fix(Cause.TOKEN_TRUNCATED, (len(body),), whole, confidence)

    def cut_head(self, body: Sequence[int], *, missing_max: int) -> Fix | None:
        """Explain a short body by a lost start."""
        missing = self.length - len(body)
        if not 1 <= missing <= missing_max or ILLEGAL in body:
            return None
        lost = self.trapped(self.of([*[0] * missing, *body]), len(body), missing)
        if lost is None:
            return None
        confidence = Confidence.CERTAIN if missing <= missing_max * 3 // 4 else Confidence.LIKELY
        return fix(Cause.TOKEN_START_MISSING, (0,), (*lost, *body), confidence)

    def _wrong(self, body: Sequence[int], illegal: list[int]) -> Fix | None:
        if len(illegal) > len(_WRONG):
            return None
        symbols = [0 if symbol == ILLEGAL else symbol for symbol in body]
        rest = self.of(symbols)
        if rest == 0:
            return fix(_WRONG[len(illegal)], tuple(illegal), tuple(symbols)) if illegal else None
        if len(illegal) == len(_WRONG):
            return self._two_illegal(symbols, rest, illegal)
        found = self.singles.get(rest)
        if found and illegal in ([], [found[0]]):
            index, error = found
            symbols[index] ^= error
            return fix(Cause.TOKEN_ONE_CHARACTER_WRONG, (index,), tuple(symbols))
        swap = self._swaps.get(rest)
        if swap and not illegal:
            index, error = swap
            if symbols[index] ^ symbols[index + 1] == error:
                symbols[index], symbols[index + 1] = symbols[index + 1], symbols[index]
                return fix(Cause.TOKEN_CHARACTERS_TRANSPOSED, (index, index + 1), tuple(symbols))
        return None

    def _two_illegal(self, symbols: list[int], rest: int, illegal: list[int]) -> Fix | None:
        first, second = illegal
        for symbol, weight in enumerate(self.weights[self.last - first]):
            if (other := rest ^ weight) == 0:
                symbols[first] = symbol
                return fix(Cause.TOKEN_TWO_CHARACTERS_WRONG, (first, second), tuple(symbols))
            found = self.singles.get(other)
            if found and found[0] == second:
                symbols[first], symbols[second] = symbol, found[1]
                return fix(Cause.TOKEN_TWO_CHARACTERS_WRONG, (first, second), tuple(symbols))
        return None

    def _missing(self, body: Sequence[int]) -> Fix | None:
        heads, tails = self.halves(body)
        found: list[tuple[int, int]] = []
        for index in range(self.length):
            rest = heads[index] ^ tails[index]
            if rest == 0:
                found.append((index, 0))
            elif (single := self.singles.get(rest)) and single[0] == index:
                found.append(single)
        if not found:
            return None
        index, symbol = found[0]
        whole = (*body[:index], symbol, *body[index:])
        if found[-1][0] == self.last and (*body, found[-1][1]) == whole:  # at the end of a run nobody can tell
            return fix(Cause.TOKEN_TRUNCATED, (len(body),), whole)
        return fix(Cause.TOKEN_CHARACTER_MISSING, (index,), whole)

    def _extra(self, body: Sequence[int], illegal: list[int]) -> Fix | None:
        if len(illegal) > 1:
            return None
        heads, tails = self.halves([max(symbol, 0) for symbol in body])
        for index in illegal or range(len(body)):
            if heads[index] ^ tails[index + 1] == 0:
                return fix(Cause.TOKEN_CHARACTER_EXTRA, (index,), (*body[:index], *body[index + 1 :]))
        return None

    def extra_run(self, body: Sequence[int]) -> Fix | None:
        """Explain a long body by symbols in a row that do not belong to it."""
        count = len(body) - self.length
        if not 1 < count < REACH:
            return None
        heads, tails = self.halves([max(symbol, 0) for symbol in body])
        for index in range(self.length + 1):
            if heads[index] ^ tails[index + count] == 0 and ILLEGAL not in (*body[:index], *body[index + count :]):
                whole = (*body[:index], *body[index + count :])
                return fix(Cause.TOKEN_CHARACTERS_EXTRA, (index,), whole, count=count)
        return None

    def halves(self, body: Sequence[int]) -> tuple[list[int], list[int]]:
        """What stands before each index, counted from the start, and what stands from it on, counted from the end."""
        weights, last = self.weights, self.last
        heads = [weights[last - index][symbol] for index, symbol in enumerate(body[: self.length])]
        tails = [weights[place][symbol] for place, symbol in enumerate(reversed(body))]
        ends = list(accumulate(tails, xor, initial=0))
        ends.reverse()
        return list(accumulate(heads, xor, initial=self.constant)), ends

    def trapped(self, rest: int, after: int, count: int) -> tuple[int, ...] | None:
        """Divide by x as often as symbols follow; what caused *rest* then stands alone, in the lowest symbols."""
        for _ in range(after):
            carry = self._carry_of[rest & SYMBOLS - 1]
            rest = (rest ^ self._generators[carry]) >> 5 | carry << self._top
        if rest >> 5 * count:
            return None
        return tuple(rest >> 5 * i & 31 for i in reversed(range(count)))


def _combined(generator: tuple[int, ...], carry: int) -> int:
    combined = 0
    for bit, row in enumerate(generator):
        if carry >> bit & 1:
            combined ^= row
    return combined


TOKENS = Syndromes(TOKEN_CODE)
KEYS = Syndromes(KEY_CODE)
