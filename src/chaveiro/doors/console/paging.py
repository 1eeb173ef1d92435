"""Long lists, some rows at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Generic, TypeVar
from urllib.parse import urlencode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chaveiro.doors.console.visit import Visit

ROWS: Final = 50
PAGE: Final = "page"  # in the query, from 1
_DIGITS_MAX: Final = 6

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some rows of a list, and where the others are."""

    rows: Sequence[T]
    count: int  # of all rows
    first: int  # from 1; 0 where there is none
    last: int
    newer: str  # the address of the page before this one; empty for the first
    older: str


def paged(visit: Visit, rows: Sequence[T]) -> Page[T]:
    """The rows that were asked for: the last ones, where there are fewer."""
    pages = max(1, -(-len(rows) // ROWS))
    number = min(pages, _number(visit.asked(PAGE)))
    first = (number - 1) * ROWS
    shown = rows[first : first + ROWS]
    return Page(
        rows=shown,
        count=len(rows),
        first=first + 1 if shown else 0,
        last=first + len(shown),
        newer=_address(visit, number - 1) if number > 1 else "",
        older=_address(visit, number + 1) if number < pages else "",
    )


def _number(text: str) -> int:
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) <= _DIGITS_MAX else 1


def _address(visit: Visit, number: int) -> str:
    kept = [(name, value) for name, values in visit.query.items() for value in values if name not in {PAGE, "lang"}]
    return f"?{urlencode([*kept, (PAGE, number)])}"
