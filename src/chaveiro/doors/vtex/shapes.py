"""Bodies as VTEX writes them: read strictly, written under VTEX's names."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Generic, TypeVar

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

if TYPE_CHECKING:
    from chaveiro.core.names import Moment

T = TypeVar("T")
COUNT_MAX = 2**31 - 1
ITEMS_DEFAULT = 10


class Sent(BaseModel):
    """What a client sends. A field that nobody asked for is refused, and nothing is converted."""

    model_config = ConfigDict(extra="forbid", strict=True, alias_generator=to_camel, frozen=True)


class Told(BaseModel):
    """What is answered."""

    model_config = ConfigDict(alias_generator=to_camel, validate_by_name=True, frozen=True)


class Paging(Told):
    """Where in a list a page is."""

    page: int = Field(description="Number of this page, from 1.")
    per_page: int = Field(description="Items on a page.")
    total: int = Field(description="Items in the whole list.")
    pages: int = Field(description="Pages of the whole list.")


class Page(Told, Generic[T]):
    """One page of a list."""

    items: list[T]
    paging: Paging


class Asked(BaseModel):
    """Which page of a list, in which order."""

    model_config = ConfigDict(alias_generator=to_camel)

    num_items: Annotated[int, Field(ge=1, le=COUNT_MAX, description="Items on a page.")] = ITEMS_DEFAULT
    page_number: Annotated[int, Field(ge=1, le=COUNT_MAX, description="Which page, from 1.")] = 1
    sort: Annotated[str, Field(max_length=100, description="By which field; any other than those is read as none.")] = (
        ""
    )
    sort_type: Annotated[str, Field(max_length=100, description="`ASC`, or `DSC` (`DESC` as well) for descending.")] = (
        "ASC"
    )

    @property
    def descending(self) -> bool:
        """Whether the last comes first."""
        return self.sort_type.upper().startswith("D")


PageAsked = Annotated[Asked, Query()]


def paged(every: list[T], asked: Asked) -> Page[T]:
    """The page that was asked for, of a list in order."""
    start = (asked.page_number - 1) * asked.num_items
    paging = Paging(
        page=asked.page_number,
        per_page=asked.num_items,
        total=len(every),
        pages=-(-len(every) // asked.num_items),
    )
    return Page[T](items=every[start : start + asked.num_items], paging=paging)


def iso(at: Moment) -> str:
    """A moment as VTEX writes it."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
