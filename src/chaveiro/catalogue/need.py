"""What a route needs, as a catalogue's text or an OpenAPI document says it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from chaveiro.catalogue.template import CatalogueMalformed
from chaveiro.core.attempt import AnyRole, Match, Need
from chaveiro.core.names import NameMalformed, Resource, plain_text, quoted, resource

if TYPE_CHECKING:
    from collections.abc import Mapping

OPEN_TO: Final = "every linked key"
MATCHES: Final = {"any_of": Match.ANY, "all_of": Match.ALL}
STATED_BY: Final = (*MATCHES, "open_to", "undecided")

Stated: TypeAlias = Need | AnyRole | str  # a text: why nobody knows


def stated(entry: Mapping[str, object], where: str) -> Stated:
    """Read what an entry says, by exactly one of the words in STATED_BY. Raises CatalogueMalformed."""
    given = [key for key in STATED_BY if key in entry]
    if len(given) != 1:
        raise CatalogueMalformed(
            f"{where}: write one of `any_of` (one resource is enough) and `all_of` (every one is needed), "
            'such as `any_of = ["OMS/ListOrders"]`; or `open_to`, where no particular resource is needed, '
            "or `undecided`, where nobody knows"
        )
    match given[0], entry[given[0]]:
        case "open_to", value:
            return _open_to(value, where)
        case "undecided", value:
            return plain(value, "undecided", where)
        case key, value:
            return listed(value, where, key)


def _open_to(value: object, where: str) -> AnyRole:
    if value != OPEN_TO:
        raise CatalogueMalformed(f"{where}: `open_to` has one value: write `{OPEN_TO}`")
    return AnyRole()


def listed(value: object, where: str, key: str = "any_of") -> Need:
    """Read a list of resources. An empty one is refused: it would let everybody through, or nobody."""
    if not isinstance(value, list) or not value:
        raise CatalogueMalformed(
            f'{where}: `{key}` must list at least one resource, such as `["OMS/ListOrders"]`; '
            f"where none is needed, write `open_to` with the value `{OPEN_TO}`"
        )
    resources: dict[Resource, None] = {}
    for item in value:
        named = read_resource(item, where)
        if named in resources:
            raise CatalogueMalformed(f"{where}: `{named}` stands twice in `{key}`: keep one of them")
        resources[named] = None
    return Need(tuple(resources), MATCHES[key])


def read_resource(item: object, where: str) -> Resource:
    """Read `Product/Key`. Raises CatalogueMalformed."""
    if not isinstance(item, str):
        raise CatalogueMalformed(f"{where}: a resource is a text such as `OMS/ListOrders`, in quotes")
    try:
        return resource(item)
    except NameMalformed as malformed:
        raise CatalogueMalformed(f"{where}: {malformed}") from None


def plain(value: object, key: str, where: str) -> str:
    """Read one line for people. Raises CatalogueMalformed."""
    if not isinstance(value, str):
        raise CatalogueMalformed(f"{where}: `{key}` must be a text in quotes")
    try:
        return plain_text(value, what=key)
    except NameMalformed as malformed:
        raise CatalogueMalformed(f"{where}: {malformed}") from None


def only(table: Mapping[str, object], keys: tuple[str, ...], where: str) -> None:
    """Refuse what is not known, as it may be a slip. Raises CatalogueMalformed."""
    for key in table:
        if key not in keys:
            raise CatalogueMalformed(
                f"{where}: {quoted(key)} is not known: use {', '.join(f'`{one}`' for one in keys)}"
            )
