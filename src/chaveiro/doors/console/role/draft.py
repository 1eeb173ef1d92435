"""What somebody has chosen so far for a role: it travels with the form, and is kept nowhere else."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from chaveiro.core.names import NameMalformed, Resource, looks_secret, plain_text, resource
from chaveiro.words import figures
from chaveiro.words.language import N_

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from chaveiro.doors.console.visit import Visit

NAME, RESOURCE, MORE = "name", "resource", "more"
NO_NAME: Final = N_("A name is one line of 1 to 100 characters.")
_SECRET_NAME: Final = N_(
    "This looks like a credential: keep secrets out of names, then renew that token if it is real."
)
_NO_RESOURCE: Final = N_(
    "What is left here is no resource: write product and key with a slash between, such as `OMS/ListOrders`, one on a "
    "line."
)
_SECRET: Final = N_(
    "A line that looks like a credential was left out: keep secrets out of here, then renew that token if it is real."
)
_OTHER_CASE: Final = N_("Capital and small letters count. There is {resources}: choose it above, or write it so.")


@dataclass(frozen=True, slots=True)
class Draft:
    """A role as it would be, and what the form shows of it."""

    name: str
    chosen: frozenset[Resource]
    more: str = ""  # further resources as they were typed, as far as they cannot be taken over
    query: str = ""  # which resources are looked for
    only: bool = False  # show those alone that are chosen
    errors: Mapping[str, str] = field(default_factory=dict)  # by the name of the field


def draft_sent(visit: Visit, known: frozenset[Resource]) -> Draft:
    """What a form says. Further resources that can be read are chosen; what cannot be read stays where it was typed."""
    name, name_error = _name(visit)
    typed, left, more_error = _more(visit, known)
    errors = {NAME: name_error, MORE: more_error}
    return Draft(
        name=name,
        chosen=frozenset(_read(visit.chosen(RESOURCE))) | typed,
        more="\n".join(left),
        query=visit.given("q").strip(),
        only=visit.given("only") == "on",
        errors={where: said for where, said in errors.items() if said},
    )


def _name(visit: Visit) -> tuple[str, str]:
    name = visit.given(NAME).strip()
    if looks_secret(name):
        return "", visit.text(_SECRET_NAME)
    try:
        return plain_text(name, what=NAME), ""
    except NameMalformed:
        return name, visit.text(NO_NAME)


def _read(written: Iterable[str]) -> Iterable[Resource]:
    """Resources that boxes were ticked for. What is none was not sent by a form of ours."""
    for text in written:
        try:
            yield resource(text)
        except NameMalformed:
            continue


def _more(visit: Visit, known: frozenset[Resource]) -> tuple[frozenset[Resource], Sequence[str], str]:
    """What was typed as further resources: those that can be taken over, the lines that cannot, and why."""
    lines = [line for text in visit.given(MORE).splitlines() if (line := text.strip())]
    plain = [line for line in lines if not looks_secret(line)]
    spellings = {str(one).casefold(): one for one in known}
    taken: set[Resource] = set()
    left: list[str] = []
    meant: set[Resource] = set()
    for line in plain:
        try:
            written = resource(line)
        except NameMalformed:
            left.append(line)
            continue
        alike = spellings.get(line.casefold(), written)
        if alike == written:
            taken.add(written)
        else:
            left.append(line)
            meant.add(alike)
    return frozenset(taken), left, _why_left(visit, secret=len(plain) < len(lines), left=len(left), meant=meant)


def _why_left(visit: Visit, *, secret: bool, left: int, meant: set[Resource]) -> str:
    if secret:
        return visit.text(_SECRET)
    if left > len(meant):
        return visit.text(_NO_RESOURCE)
    if meant:
        quoted = (f"`{one}`" for one in sorted(meant))
        return visit.text(_OTHER_CASE, resources=figures.listed(quoted, visit.language))
    return ""
