"""Every sentence of the doctor page, in its three languages: what the server writes and what the scripts tell.

They travel in the page as one JSON block, so that a saved copy speaks all three without a network.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any, Final

from chaveiro.core.attempt import Field
from chaveiro.core.cause import Cause, Stage
from chaveiro.words import figures
from chaveiro.words.causes import TEXTS
from chaveiro.words.language import N_, Language, sentences

SHELL: Final = {
    "title": N_("What is wrong with this pair?"),
    "lead": N_("Paste an appKey and an appToken: you read what happened to them on their way, where, and what to do."),
    "private": N_(
        "Nothing leaves this page. It examines the pair in your browser, sends nothing, keeps nothing, and works "
        "without a network."
    ),
    "no_script": N_(
        "The examination is done by a script in your browser, and JavaScript is off. Turn it on for this page, or run "
        "`chaveiro doctor` where the pair is."
    ),
    "whole": N_("Or paste a whole command or file"),
    "whole_hint": N_("A curl command, header lines, JSON or an .env file: the pair is taken out of it."),
    "whole_none": N_("There is neither an appKey nor an appToken in that text."),
    "whole_taken": N_("The pair was taken out of the text."),
    "show": N_("Show"),
    "hide": N_("Hide"),
    "examine": N_("Examine"),
    "clear": N_("Clear"),
    "empty": N_("Paste an appKey, an appToken or both first."),
    "result": N_("Result"),
    "healthy_pair": N_("Nothing is wrong with this pair"),
    "healthy_pair_native": N_(
        "Both values are whole and belong together. Whether the key is known, active and linked to a role, only the "
        "server can tell."
    ),
    "healthy_pair_vtex": N_(
        "Both values have the right form. It has no check characters, so that a wrong letter cannot be seen here; only "
        "the server can tell."
    ),
    "healthy": N_("Nothing is wrong with this value"),
    "healthy_native": N_("It is whole, to the last character."),
    "healthy_vtex": N_("It has the right form, which has no check characters: a wrong letter cannot be seen here."),
    "hidden": N_("Hidden, but for its beginning, its end and what is wrong with it: {length}."),
    "missing_here": N_("missing here"),
    "remedy": N_("What to do"),
    "sure": N_("How sure"),
    "certain": N_("Certain"),
    "likely": N_("Likely"),
    "cannot_know": N_("Cannot be known from the value alone"),
    "about": N_("About this cause"),
    "save": N_("Save this page for use without a network"),
    "saved": N_("This is a saved copy. It works without a network."),
    "all_causes": N_("All causes"),
    "languages": N_("Languages"),
    "skip": N_("Skip to the content"),
    "footer": N_(
        "Never send an appToken to anybody who offers help. In doubt about a page that asks for one, save it, turn off "
        "the network, and open the copy."
    ),
}

_ABOUT_REQUESTS: Final = frozenset(
    {
        Cause.CREDENTIALS_IN_QUERY,
        Cause.WRONG_HEADER_NAME,
        Cause.CREDENTIALS_MISSING,
        Cause.KEY_MISSING,
        Cause.TOKEN_MISSING,
        Cause.KEY_DUPLICATED,
        Cause.TOKEN_DUPLICATED,
        Cause.USER_TOKEN_INVALID,
        Cause.USER_TOKEN_EXPIRED,
    }
)
CAUSES: Final = tuple(one for one in Cause if one.stage <= Stage.SHAPE and one not in _ABOUT_REQUESTS)
_COUNTS: Final = (0, 1, 2)  # by which the plural forms of all three languages can be told apart


def shell(language: Language) -> dict[str, str]:
    """The sentences around the examination."""
    return {name: sentences(language).gettext(text) for name, text in SHELL.items()}


@cache
def data() -> str:
    """All languages as JSON that may stand in a script element."""
    words = {
        "fields": {part.value: {"field": figures.FIELDS[part], "header": figures.HEADERS[part]} for part in Field},
        "untold": figures.UNTOLD,
        "listed_max": figures.LISTED_MAX,
        "languages": {language.value: _spoken(language) for language in Language},
    }
    text = json.dumps(words, ensure_ascii=False, separators=(",", ":"))
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def _spoken(language: Language) -> dict[str, Any]:
    spoken = sentences(language)
    said: dict[str, int] = {}  # each sentence once, by its number: many causes share a remedy
    causes = {
        cause.value: [said.setdefault(spoken.gettext(one), len(said)) for one in (text.title, text.detail, text.remedy)]
        for cause, text in ((cause, TEXTS[cause]) for cause in CAUSES)
    }
    comma, last = figures.listed(("\0", "\1", "\2"), language)[1:-1].split("\1")
    return {
        "tag": language.tag,
        "shell": shell(language),
        "sentences": list(said),
        "causes": causes,
        "list": [comma, last],
        "numbers": [figures.number(1234, language)[1:-3], figures.number(12345, language)[2:-3]],
        "positions": [spoken.ngettext("at position {list}", "at positions {list}", count) for count in _COUNTS],
        "characters": [spoken.ngettext("{count} character", "{count} characters", count) for count in _COUNTS],
        "others": [spoken.ngettext("{count} other", "{count} others", count) for count in _COUNTS],
        "code_points": {code: spoken.gettext(name) for code, name in figures.BLANKS.items()},
    }
