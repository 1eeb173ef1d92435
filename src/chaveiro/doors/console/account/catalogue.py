"""An account's catalogue: every route with what it needs, searched, and as its text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from chaveiro.catalogue.route import Undecided
from chaveiro.core.command import EDIT_API_KEYS_SETTINGS, SAVE_ACCOUNT
from chaveiro.doors.console.account.settings import SETTINGS
from chaveiro.doors.console.page import download
from chaveiro.doors.console.paging import paged
from chaveiro.doors.console.room import CONSOLE, Room
from chaveiro.doors.keeping.catalogued import counted, need, with_words

if TYPE_CHECKING:
    from chaveiro.catalogue.route import Entry
    from chaveiro.doors.console.visit import Visit
    from chaveiro.wire.message import Reply
    from chaveiro.words.language import Language

CATALOGUE: Final = f"{SETTINGS}/catalogue"
IMPORTING: Final = (SAVE_ACCOUNT, EDIT_API_KEYS_SETTINGS)
_QUERY_LENGTH_MAX: Final = 100
_TOML: Final = "application/toml"

room = Room("settings")


@dataclass(frozen=True, slots=True)
class Row:
    """One route."""

    method: str
    path: str
    need: str
    note: str
    undecided: bool


@room.page(CATALOGUE)
def catalogue_page(visit: Visit) -> Reply:
    """Show the routes in which every word stands that is looked for."""
    keyring, text = visit.keyring, visit.asked("q")[:_QUERY_LENGTH_MAX].strip()
    catalogue = visit.console.node.catalogue(keyring)
    page = paged(visit, with_words(catalogue, text.split()))
    return visit.page(
        "catalogue_part.html" if visit.is_fragment else "catalogue.html",
        text=text,
        address=CONSOLE + CATALOGUE,
        counted=counted(catalogue) if keyring.catalogue else None,
        rows=[row(one, visit.language) for one in page.rows],
        page=page,
        may_import=visit.may(*IMPORTING),
    )


@room.page(f"{CATALOGUE}/toml")
def catalogue_text(visit: Visit) -> Reply:
    """Give the catalogue as its text, which an import reads as the same."""
    text = visit.keyring.catalogue
    return download(f"{visit.account}-catalogue.toml", _TOML, text.encode()) if text else visit.missing()


def row(one: Entry, language: Language) -> Row:
    """A route in words."""
    undecided = isinstance(one, Undecided)
    return Row(one.method, one.path, need(one, language), "" if isinstance(one, Undecided) else one.note, undecided)
