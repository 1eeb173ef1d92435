"""Up to four wrong symbols of a token, found by algebra: Berlekamp and Massey's algorithm over GF(1024).

The generator of the token's code has eight roots in a row, `beta^9` to `beta^16`, in the field of 1,024 elements, where
beta has order 93. What the errors leave at these roots determines them, as long as they are no more than four.
"""

from __future__ import annotations

from typing import Final

ERRORS_MAX: Final = 4
_FIRST: Final = 9  # the first of the roots in a row, as a power of beta
_ROOTS: Final = 2 * ERRORS_MAX
_SYMBOLS: Final = 13  # of a residue
_SMALL: Final = 32  # GF(1024) is GF(32)[y] / (y^2 + y + 1); what lies below this is in GF(32)
_ORDER: Final = 1023
_BETA: Final = 11  # beta as a power of the primitive element below
_PRIMITIVE: Final = 34


def _small_times(a: int, b: int) -> int:
    """Multiply in GF(32) = GF(2)[x] / (x^5 + x^3 + 1)."""
    product = 0
    while b:
        if b & 1:
            product ^= a
        b >>= 1
        a <<= 1
        if a & _SMALL:
            a ^= 0b101001
    return product


def _slow_times(a: int, b: int) -> int:
    a0, a1, b0, b1 = a & 31, a >> 5, b & 31, b >> 5
    high = _small_times(a1, b1)
    low = _small_times(a0, b0) ^ high
    return low | (_small_times(a0, b1) ^ _small_times(a1, b0) ^ high) << 5


def _powers() -> list[int]:
    powers = [1]
    for _ in range(2 * _ORDER):
        powers.append(_slow_times(powers[-1], _PRIMITIVE))
    return powers


_EXP: Final = _powers()
_LOG: Final = {power: exponent for exponent, power in enumerate(_EXP[:_ORDER])}


def _times(a: int, b: int) -> int:
    return _EXP[_LOG[a] + _LOG[b]] if a and b else 0


def _over(a: int, b: int) -> int:
    return _EXP[(_LOG[a] - _LOG[b]) % _ORDER] if a else 0


def _beta(exponent: int) -> int:
    return _EXP[_BETA * exponent % _ORDER]


def _syndrome_table() -> list[list[int]]:
    """What each symbol of a residue adds to the values at all eight roots, ten bits for each root."""
    return [
        [sum(_times(symbol, _beta((_FIRST + i) * place)) << 10 * i for i in range(_ROOTS)) for symbol in range(_SMALL)]
        for place in range(_SYMBOLS)
    ]


_AT_ROOTS: Final = _syndrome_table()


def errors(rest: int, length: int) -> dict[int, int] | None:
    """The errors that leave *rest*: how many symbols follow each, and what was added there. None: more than four."""
    syndromes = _syndromes(rest)
    return _errors(_massey(syndromes), syndromes, length)


def two_errors(rest: int, length: int) -> dict[int, int] | None:
    """The two errors that leave *rest*, in microseconds: what is no two errors fails at the first checks."""
    syndromes = _syndromes(rest)
    s0, s1, s2, s3 = syndromes[:4]
    determinant = _times(s0, s2) ^ _times(s1, s1)
    if not determinant:
        return None
    a = _over(_times(s0, s3) ^ _times(s1, s2), determinant)
    b = _over(_times(s1, s3) ^ _times(s2, s2), determinant)
    for n in range(4, _ROOTS):
        if syndromes[n] != _times(a, syndromes[n - 1]) ^ _times(b, syndromes[n - 2]):
            return None
    return _errors([1, a, b], syndromes, length) if b else None


def _syndromes(rest: int) -> list[int]:
    packed = 0
    for place, row in enumerate(_AT_ROOTS):
        packed ^= row[rest >> 5 * place & 31]
    return [packed >> 10 * i & _ORDER for i in range(_ROOTS)]


def _errors(locator: list[int], syndromes: list[int], length: int) -> dict[int, int] | None:
    count = len(locator) - 1
    if not 1 <= count <= ERRORS_MAX:
        return None
    places = [place for place in range(length) if _at(locator, _beta(-place)) == 0]
    if len(places) != count:
        return None
    values = _solved(places, syndromes)
    if values is None:
        return None
    # An error is a symbol, so what was added must lie in GF(32).
    found = {place: _over(value, _beta(_FIRST * place)) for place, value in zip(places, values, strict=True)}
    return found if all(0 < value < _SMALL for value in found.values()) else None


def _at(polynomial: list[int], x: int) -> int:
    value = 0
    for coefficient in reversed(polynomial):
        value = _times(value, x) ^ coefficient
    return value


def _massey(syndromes: list[int]) -> list[int]:
    """The shortest recurrence that gives these syndromes; its zeros are the inverses of the places."""
    current, previous, length, gap, last = [1], [1], 0, 1, 1
    for n, syndrome in enumerate(syndromes):
        discrepancy = syndrome
        for i in range(1, min(length, len(current) - 1) + 1):
            discrepancy ^= _times(current[i], syndromes[n - i])
        if not discrepancy:
            gap += 1
            continue
        factor = _over(discrepancy, last)
        shifted = [0] * gap + [_times(factor, coefficient) for coefficient in previous]
        size = max(len(current), len(shifted))
        changed = [
            (current[i] if i < len(current) else 0) ^ (shifted[i] if i < len(shifted) else 0) for i in range(size)
        ]
        if 2 * length <= n:
            previous, length, gap, last = current, n + 1 - length, 1, discrepancy
        else:
            gap += 1
        current = changed
    while not current[-1]:
        current.pop()
    return current


def _solved(places: list[int], syndromes: list[int]) -> list[int] | None:
    """Solve for what each place contributes, by elimination."""
    rows = [[*(_beta(place * i) for place in places), syndromes[i]] for i in range(len(places))]
    for column in range(len(places)):
        pivot = next((row for row in range(column, len(rows)) if rows[row][column]), None)
        if pivot is None:
            return None
        rows[column], rows[pivot] = rows[pivot], rows[column]
        first = rows[column][column]
        rows[column] = [_over(value, first) for value in rows[column]]
        for row in range(len(rows)):
            if row != column and (factor := rows[row][column]):
                pairs = zip(rows[row], rows[column], strict=True)
                rows[row] = [value ^ _times(factor, other) for value, other in pairs]
    return [row[-1] for row in rows]
