"""Tokens in bytes of any kind, read as a stream in bounded memory. What is found is shown masked, and only so.

A native token is found by its prefix and its check part, so that chance finds none: 13 check characters leave one in
2^65. One of VTEX's form has no check part, so it counts only beside an appKey of VTEX's form.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import IO, TYPE_CHECKING, Final, NamedTuple

from chaveiro.core.credential import (
    ALPHABET,
    KEY_CODE,
    KEY_PREFIX,
    TOKEN_CODE,
    TOKEN_LENGTH,
    TOKEN_PREFIX,
    Format,
    belong_together,
    key_format,
    masked,
    token_format,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

CHUNK_BYTES: Final = 1024 * 1024
BESIDE_BYTES: Final = 2048  # on each side of a token, where its appKey is looked for

_SYMBOL: Final = f"[{ALPHABET}]".encode()
_MARK: Final = TOKEN_PREFIX.encode()
_WIDE_MARK: Final = b"\x00".join(bytes([one]) for one in _MARK)
# Nothing is asked of what stands before or behind: where the check part is right, it is a token that something touches.
_NATIVE: Final = re.compile(_MARK + _SYMBOL + b"{%d}" % TOKEN_CODE.length)
_WIDE: Final = re.compile(_WIDE_MARK + b"(?:\x00" + _SYMBOL + b"){%d}" % TOKEN_CODE.length)
_LIKE: Final = re.compile(rb"[cC][vV][tT]_[0-9A-Za-z_-]{1,200}")
_LIKE_LENGTHS: Final = range(TOKEN_LENGTH - 6, TOKEN_LENGTH + 7)  # what a slip or two leave
_UPPER: Final = re.compile(rb"(?<![0-9A-Za-z_-])[A-Z]{128}(?![0-9A-Za-z_-])")
_KEYS: Final = re.compile(
    b"(?<![0-9A-Za-z_-])(?:"
    + KEY_PREFIX.encode() + _SYMBOL + b"{%d}" % KEY_CODE.length
    + b"|vtexappkey-[a-z0-9]{1,32}-[A-Z]{6})(?![0-9A-Za-z_-])"
)  # fmt: skip


class Likeness(StrEnum):
    """How sure it is that something is a token."""

    TOKEN = "token"  # noqa: S105 - form and check part are right
    PROBABLE = "probable"  # it begins like one and is about as long, but its check part is wrong


@dataclass(frozen=True, slots=True)
class Spotted:
    """A token in a text. Its value is not kept."""

    line: int  # from 1
    column: int  # from 1, in bytes
    likeness: Likeness
    shown: str  # the value, masked
    app_key: str  # of its pair, where that lies beside it; else empty


class _Candidate(NamedTuple):
    """What may be a token: where it begins, its characters, how many bytes each of them takes."""

    at: int
    value: bytes
    step: int = 1

    @property
    def text(self) -> str:
        return self.value.decode("ascii")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for besides whole native tokens."""

    probable: bool = False
    vtex: bool = False


def spotted(stream: IO[bytes], wanted: Wanted) -> Iterator[Spotted]:
    """Every token in a stream, in the order in which they lie there. Raises OSError where it cannot be read on."""
    place = _Place()
    held = b""  # the end of what was read before, as a value and its neighbours may lie across two chunks
    start = 0  # where in it what is new to judge begins
    while True:
        read = stream.read(CHUNK_BYTES)
        window = held + read
        end = len(window) - (BESIDE_BYTES if read else 0)
        if end > start:
            for one in _candidates(window, start, end, wanted):
                found = _judged(window, one, wanted, place)
                if found is not None:
                    yield found
            kept = max(0, end - BESIDE_BYTES)
            place.pass_by(window, kept)
            held, start = window[kept:], end - kept
        else:
            held = window
        if not read:
            return


class _Place:
    """Lines and columns of a window that moves on."""

    def __init__(self) -> None:
        self._line = 1
        self._before = 0  # bytes of the current line that the window has left behind

    def of(self, window: bytes, at: int) -> tuple[int, int]:
        last = window.rfind(b"\n", 0, at)
        line = self._line + window.count(b"\n", 0, at)
        return line, at - last if last >= 0 else self._before + at + 1

    def pass_by(self, window: bytes, count: int) -> None:
        last = window.rfind(b"\n", 0, count)
        self._line += window.count(b"\n", 0, count)
        self._before = count - last - 1 if last >= 0 else self._before + count


def _candidates(window: bytes, start: int, end: int, wanted: Wanted) -> Iterator[_Candidate]:
    """What may be a token, where it begins in what is new."""
    native = *_matching(window, _MARK, _NATIVE, start, end), *_matching(window, _WIDE_MARK, _WIDE, start, end, step=2)
    found = [one for one in native if TOKEN_CODE.holds(one.text)]
    if wanted.vtex and b"vtexappkey-" in window:
        found += [_Candidate(one.start(), one[0]) for one in _UPPER.finditer(window, start) if one.start() < end]
    if wanted.probable:
        whole = {one.at for one in found}
        for mark in (_MARK, _MARK.upper()):
            found += [one for one in _matching(window, mark, _LIKE, start, end) if one.at not in whole]
    return iter(sorted(found))


def _matching(
    window: bytes, mark: bytes, pattern: re.Pattern[bytes], start: int, end: int, *, step: int = 1
) -> Iterator[_Candidate]:
    # Searching for four bytes is many times faster than any pattern.
    at = window.find(mark, start)
    while 0 <= at < end:
        if found := pattern.match(window, at):
            yield _Candidate(at, found[0][::step], step)
        at = window.find(mark, at + 1)


def _judged(window: bytes, one: _Candidate, wanted: Wanted, place: _Place) -> Spotted | None:
    text = one.text
    shape = token_format(text)
    own = next((key for key in _keys_beside(window, one) if belong_together(key, text)), "")
    like = wanted.probable and len(text) in _LIKE_LENGTHS
    if not like if shape is None else shape is Format.VTEX and not own:
        return None
    line, column = place.of(window, one.at)
    return Spotted(line, column, Likeness.TOKEN if shape else Likeness.PROBABLE, masked(text), own)


def _keys_beside(window: bytes, one: _Candidate) -> list[str]:
    """The appKeys near a token, the nearest first."""
    first = max(one.at % one.step, one.at - BESIDE_BYTES)
    around = window[first : one.at + len(one.value) * one.step + BESIDE_BYTES : one.step]
    own = (one.at - first) // one.step
    found = sorted(_KEYS.finditer(around), key=lambda key: abs(key.start() - own))
    return [text for key in found if key_format(text := key[0].decode("ascii"))]
