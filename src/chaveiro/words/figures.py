"""Moments, counts, positions, lists and needs, as each language writes them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, assert_never

from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_decimal
from babel.units import format_unit

from chaveiro.core.attempt import Field, Match, Need
from chaveiro.words.language import N_, Language, sentences

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from chaveiro.core.cause import Fact

FIELDS: Mapping[Field, str] = {Field.KEY: "appKey", Field.TOKEN: "appToken"}
HEADERS: Mapping[Field, str] = {Field.KEY: "X-VTEX-API-AppKey", Field.TOKEN: "X-VTEX-API-AppToken"}
UNTOLD = "?"  # a fact that nobody handed over
TEXT_LENGTH_MAX = 200
LISTED_MAX = 5

_ADDRESS_UNKNOWN = N_("an unknown address")
_CODE_POINT = re.compile(r"U\+[0-9A-F]{4,6}")
BLANKS: Mapping[str, str] = {
    "U+0009": N_("tab"),
    "U+000A": N_("line feed"),
    "U+000D": N_("carriage return"),
    "U+0020": N_("space"),
    "U+00A0": N_("no-break space"),
    "U+00AD": N_("soft hyphen"),
    "U+2009": N_("thin space"),
    "U+200B": N_("zero-width space"),
    "U+200C": N_("zero-width non-joiner"),
    "U+200D": N_("zero-width joiner"),
    "U+200E": N_("left-to-right mark"),
    "U+200F": N_("right-to-left mark"),
    "U+2060": N_("word joiner"),
    "U+FEFF": N_("byte order mark"),
}


def moment(at: float, language: Language) -> str:
    """A moment in UTC, to the second: "3 March 2026 at 14:02:07 UTC"."""
    try:
        when = datetime.fromtimestamp(at, UTC)
    except (OverflowError, ValueError, OSError):  # beyond the calendar
        return UNTOLD
    day = format_date(when, "long", locale=language.locale)
    return sentences(language).gettext("{day} at {time} UTC").format(day=day, time=f"{when:%H:%M:%S}")


def number(count: float, language: Language) -> str:
    """A number with the language's separators."""
    if isinstance(count, int) and 0 <= count < 1000:  # noqa: PLR2004 - the first that is separated
        return str(count)
    return format_decimal(count, locale=language.locale)


def seconds(count: float, language: Language) -> str:
    """A duration: "31 seconds"."""
    return format_unit(count, "duration-second", length="long", locale=language.locale)


def characters(count: int, language: Language) -> str:
    """A length: "74 characters"."""
    said = sentences(language).ngettext("{count} character", "{count} characters", count)
    return said.format(count=number(count, language))


def positions(places: Sequence[int], language: Language) -> str:
    """Where characters stand, counted from 1: "at position 29", "at positions 29 and 30"."""
    said = sentences(language).ngettext("at position {list}", "at positions {list}", len(places))
    return said.format(list=shortened([number(place, language) for place in places], language))


def listed(names: Iterable[str], language: Language, *, either: bool = False) -> str:
    """Names with commas and a last "and", or "or" where one of them is enough."""
    said = list(names)
    written: str = format_list(said, "or" if either else "standard", locale=language.locale)
    return _euphonic(written, said, either=either) if language is Language.ES else written


def shortened(said: Sequence[str], language: Language) -> str:
    """Names in a list that stays readable: the first few, and how many others."""
    rest = len(said) - LISTED_MAX
    if rest < 2:  # noqa: PLR2004 - "and 1 other" is longer than naming it
        return listed(said, language)
    others = sentences(language).ngettext("{count} other", "{count} others", rest)
    return listed([*said[:LISTED_MAX], others.format(count=number(rest, language))], language)


def needed(need: Need, language: Language) -> str:
    """The resources a request needs: "OMS/ListOrders or Checkout/AcessaTodosPedidos"."""
    return listed((str(one) for one in need.resources), language, either=need.match is Match.ANY)


def told(name: str, fact: Fact, language: Language) -> str:
    """One fact in words. Its *name* says what kind of figure it is."""
    match fact:
        case Need():
            return needed(fact, language)
        case str():
            return _told_text(name, fact, language)
        case tuple():
            return _told_list(name, fact, language)
        case int() | float():
            return _told_number(name, fact, language)
        case _ as never:
            assert_never(never)


def _told_number(name: str, fact: float, language: Language) -> str:
    match name:
        case "at" | "from" | "until":
            return moment(fact, language)
        case "retry_after":
            return seconds(fact, language)
        case "length" | "length_expected" | "length_max":
            return characters(int(fact), language)
        case _:
            return number(fact, language)


def _told_list(name: str, fact: tuple[int, ...] | tuple[str, ...], language: Language) -> str:
    numbers = [one for one in fact if isinstance(one, int)]
    if numbers or name == "positions":
        return positions(numbers, language) if numbers else UNTOLD
    said = list(dict.fromkeys(_line(str(one)) for one in fact))
    if name == "code_points":
        said = [_code_point(one, language) for one in said]
    return shortened(said, language) if said else UNTOLD


def _code_point(code: str, language: Language) -> str:
    name = BLANKS.get(code) if _CODE_POINT.fullmatch(code) else None
    return f"{code} {sentences(language).gettext(name)}" if name else code


def _told_text(name: str, fact: str, language: Language) -> str:
    if name == "field" and fact in set(Field):
        return FIELDS[Field(fact)]
    if name == "address" and not fact:
        return sentences(language).gettext(_ADDRESS_UNKNOWN)
    return _line(fact) or UNTOLD


def _line(text: str) -> str:
    """One line of bounded length: what callers sent, such as a path, may be neither."""
    shown = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text[:TEXT_LENGTH_MAX])
    return shown + "…" if len(text) > TEXT_LENGTH_MAX else shown


def _euphonic(written: str, names: list[str], *, either: bool) -> str:
    """Spanish says "u" for "o" before an o, and "e" for "y" before an i."""
    word, instead, before = ("o", "u", ("o", "ho")) if either else ("y", "e", ("i", "hi"))
    if len(names) < 2 or not names[-1].lower().startswith(before):  # noqa: PLR2004 - one name has no "and"
        return written
    head = written.removesuffix(f" {word} {names[-1]}")
    return written if head == written else f"{head} {instead} {names[-1]}"
