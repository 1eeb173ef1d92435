"""A catalogue as keepers see it: its routes with what each needs, and what another one in its place would change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chaveiro.catalogue.openapi import UNDECLARED
from chaveiro.catalogue.route import Route, Undecided
from chaveiro.core import attempt
from chaveiro.core.attempt import AnyRole, Need
from chaveiro.doors.keeping import texts
from chaveiro.words import figures
from chaveiro.words.language import N_

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chaveiro.catalogue import Catalogue
    from chaveiro.catalogue.route import Entry
    from chaveiro.words.language import Language

_ALL_OF = N_("all of: {resources}")
_ONE_OF = N_("one of: {resources}")
_UNDECLARED = N_("refused, as its OpenAPI document declares nothing")
_UNDECIDED = N_("refused, as nobody wrote down what it needs ({why})")


@dataclass(frozen=True, slots=True)
class Counted:
    """How much a catalogue holds."""

    name: str
    routes: int
    undecided: int  # known, and refused
    resources: int  # that its routes need


@dataclass(frozen=True, slots=True)
class Changed:
    """A route that both catalogues have, with another need."""

    before: Entry
    after: Entry


@dataclass(frozen=True, slots=True)
class Difference:
    """What a catalogue changes that takes the place of another one."""

    added: tuple[Entry, ...]
    removed: tuple[Entry, ...]
    changed: tuple[Changed, ...]

    @property
    def nothing(self) -> bool:
        """Whether every request is decided as before."""
        return not (self.added or self.removed or self.changed)


def counted(catalogue: Catalogue) -> Counted:
    """Count what a catalogue holds."""
    routes, entries = catalogue.routes(), catalogue.entries()
    needed = {resource for one in routes if isinstance(one.need, Need) for resource in one.need.resources}
    return Counted(catalogue.name, len(routes), len(entries) - len(routes), len(needed))


def difference(before: Catalogue, after: Catalogue) -> Difference:
    """Compare two catalogues by method and path, as they are written: a parameter renamed is another path here."""
    old, new = ({one.name: one for one in catalogue.entries()} for catalogue in (before, after))
    return Difference(
        added=tuple(one for name, one in new.items() if name not in old),
        removed=tuple(one for name, one in old.items() if name not in new),
        changed=tuple(
            Changed(old[name], one) for name, one in new.items() if name in old and _answer(old[name]) != _answer(one)
        ),
    )


def with_words(catalogue: Catalogue, words: Sequence[str]) -> list[Entry]:
    """The routes in which each word stands somewhere: in path, resources and their names, notes or documents."""
    folded = [word.casefold() for word in words]
    told = ((one, _searched(catalogue, one)) for one in catalogue.entries())
    return [one for one, text in told if all(word in text for word in folded)]


def need(one: Entry, language: Language) -> str:
    """What a route needs, in words."""
    if isinstance(one, Undecided):
        return texts.told(_UNDECLARED if one.why == UNDECLARED else _UNDECIDED, language, why=one.why)
    if isinstance(one.need, AnyRole):
        return texts.told(texts.ANY_ROLE, language)
    named = figures.listed(map(str, one.need.resources), language, either=one.need.match is attempt.Match.ANY)
    if len(one.need.resources) == 1:
        return named
    return texts.told(_ONE_OF if one.need.match is attempt.Match.ANY else _ALL_OF, language, resources=named)


def _answer(one: Entry) -> object:
    """What decides a request on this route."""
    return one.need if isinstance(one, Route) else None


def _searched(catalogue: Catalogue, one: Entry) -> str:
    parts = [one.name, *one.apis]
    if isinstance(one, Undecided):
        parts += ["undecided", one.why]
    elif isinstance(one.need, AnyRole):
        parts += ["open_to", one.note]
    else:
        parts += [one.note, *map(str, one.need.resources)]
        parts += [catalogue.resource_names.get(resource, "") for resource in one.need.resources]
    return "\n".join(parts).casefold()
