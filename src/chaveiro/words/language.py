"""The languages Chaveiro speaks, which one a reader wants, and the sentences of each."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import cache
from gettext import NullTranslations, translation
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

if TYPE_CHECKING:
    from collections.abc import Mapping

ACCEPT_LANGUAGE_LENGTH_MAX = 1000  # what follows is not read
RANGES_MAX = 30
QUERY_LENGTH_MAX = 200  # likewise
DOMAIN = "chaveiro"
LOCALES = Path(__file__).parent / "locale"

_RANGE = re.compile(r"\s*(\*|[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*)\s*(?:;\s*[qQ]=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*)?")


class Language(StrEnum):
    """A language with a translation. The value is its primary language subtag (RFC 5646)."""

    EN = "en"
    PT = "pt"
    ES = "es"

    @property
    def tag(self) -> str:
        """The tag of the variety that is written: in `lang`, `hreflang` and `Content-Language`."""
        return _TAGS[self]

    @property
    def locale(self) -> str:
        """The CLDR locale whose dates, numbers and lists are used."""
        return _LOCALES[self]

    @property
    def autonym(self) -> str:
        """What the language calls itself."""
        return _AUTONYMS[self]


_TAGS = {Language.EN: "en", Language.PT: "pt-BR", Language.ES: "es-419"}
_LOCALES = {Language.EN: "en_GB", Language.PT: "pt_BR", Language.ES: "es_419"}  # en_GB: 3 March, not March 3
_AUTONYMS = {Language.EN: "English", Language.PT: "Português", Language.ES: "Español"}


def language_of(accept_language: str) -> Language:
    """The language an `Accept-Language` field (RFC 9110) asks for; English where it asks for none of ours."""
    ranges = accept_language[:ACCEPT_LANGUAGE_LENGTH_MAX].split(",")[:RANGES_MAX]
    asked = [(found[1].lower(), float(found[2] or 1)) for one in ranges if (found := _RANGE.fullmatch(one))]
    wanted = {tag.partition("-")[0]: quality for tag, quality in sorted(asked, key=lambda one: one[1])}
    others = wanted.get("*", 0.0)
    order = [tag.partition("-")[0] for tag, _ in asked]

    def preference(language: Language) -> tuple[float, int]:
        place = order.index(language) if language in wanted else len(order)
        return wanted.get(language, others), -place

    best = max(Language, key=preference)  # the first of equals, and English is the first
    return best if preference(best)[0] > 0 else Language.EN


def language_wanted(query: str, accept_language: str) -> Language:
    """The language a page's reader chose by hand, as `lang` in the query, or the one the browser asks for."""
    for name, value in parse_qsl(query[:QUERY_LENGTH_MAX], max_num_fields=QUERY_LENGTH_MAX):
        primary = value.lower().partition("-")[0]
        if name == "lang" and primary in set(Language):
            return Language(primary)
    return language_of(accept_language)


def language_of_environment(environment: Mapping[str, str]) -> Language:
    """The language of a terminal, as POSIX names it: LC_ALL, else LC_MESSAGES, else LANG; English otherwise."""
    named = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := environment.get(name))), "")
    primary = re.split(r"[-_.@]", named, maxsplit=1)[0].lower()
    return Language(primary) if primary in set(Language) else Language.EN


@cache
def sentences(language: Language) -> NullTranslations:
    """The catalogue of a language. English is what stands in the source."""
    if language is Language.EN:
        return NullTranslations()
    return translation(DOMAIN, LOCALES, languages=[language], fallback=True)  # an unbuilt checkout speaks English


def N_(sentence: str) -> str:  # noqa: N802 - the name by which gettext tools find sentences that are told later
    """Mark a sentence for translation where it is written; it is translated where it is told."""
    return sentence
