"""A value under examination: its text, and where each character stood in the value as sent."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import compress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Collection, Sequence


@dataclass(frozen=True, slots=True, repr=False)
class Strand:
    """Text whose characters remember their 1-based position in the value as sent. Damaged is secret: no repr."""

    text: str
    at: Sequence[int]

    def __repr__(self) -> str:
        return f"Strand(<{len(self.text)} characters>)"

    def cut(self, start: int, end: int | None = None) -> Strand:
        """Keep a part."""
        return Strand(self.text[start:end], self.at[start:end])

    def without(self, indices: Collection[int]) -> Strand:
        """Leave characters out."""
        kept = bytearray(b"\1") * len(self.text)
        for index in indices:
            kept[index] = 0
        return Strand("".join(compress(self.text, kept)), list(compress(self.at, kept)))

    def replaced(self, pattern: re.Pattern[str], by: Callable[[re.Match[str]], str]) -> Strand:
        """Put other text in place of each match; it stands where the match began."""
        pieces: list[str] = []
        at: list[int] = []
        end = 0
        for found in pattern.finditer(self.text):
            start, new = found.start(), by(found)
            if end < start:
                pieces.append(self.text[end:start])
                at.extend(self.at[end:start])
            pieces.append(new)
            at.extend([self.at[start]] * len(new))
            end = found.end()
        pieces.append(self.text[end:])
        at.extend(self.at[end:])
        return Strand("".join(pieces), at)

    def position(self, index: int) -> int:
        """Where a character stood as sent; one past the last for a character that is missing at the end."""
        if index < len(self.at):
            return self.at[index]
        return self.at[-1] + 1 if self.at else 1

    def positions(self, indices: Collection[int]) -> tuple[int, ...]:
        """Where these characters stood as sent, in order."""
        return tuple(self.at[index] for index in sorted(indices))


def strand(text: str) -> Strand:
    """Begin with the value as sent."""
    return Strand(text, range(1, len(text) + 1))
