"""What VTEX has beforehand in every account: the predefined roles, and the resources with their names and numbers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from chaveiro.catalogue.known import KnownResources
from chaveiro.catalogue.need import only, plain, read_resource
from chaveiro.catalogue.packaged import packaged_file
from chaveiro.catalogue.template import CatalogueMalformed
from chaveiro.catalogue.toml import number, parsed, read_resources, tables
from chaveiro.core.names import Resource, RoleId

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class PredefinedRole:
    """A role as VTEX defines it. Its number never changes and is never given to another role."""

    id: RoleId
    name: str
    resources: frozenset[Resource]


@cache
def vtex_resources() -> KnownResources:
    """The resources of VTEX's License Manager, by product and key, by key alone, and by a product's number and key."""
    return KnownResources(read_resources(packaged_file("vtex/resources.toml")))


@cache
def predefined_roles() -> tuple[PredefinedRole, ...]:
    """The predefined roles that a new account has today, in the order of their numbers."""
    text = packaged_file("vtex/roles.toml")
    document = parsed(text)
    roles = [_role(table, where) for where, table in tables(document, "role", text)]
    return tuple(sorted(roles, key=lambda role: role.id))


@cache
def retired_roles() -> Mapping[str, frozenset[Resource]]:
    """The roles that VTEX once had beforehand, by name. No new account gets them."""
    text = packaged_file("vtex/roles.toml")
    retired = tables(parsed(text), "retired_role", text)
    return {plain(table.get("name"), "name", where): _resources(table, where) for where, table in retired}


def _role(table: Mapping[str, object], where: str) -> PredefinedRole:
    only(table, ("name", "id", "resources", "everything_except"), where)
    found = number(table, "id", where)
    if found is None:
        raise CatalogueMalformed(f"{where}: `id` is missing")
    return PredefinedRole(RoleId(found), plain(table.get("name"), "name", where), _resources(table, where))


def _resources(table: Mapping[str, object], where: str) -> frozenset[Resource]:
    if "everything_except" in table:
        return frozenset(one.resource for one in vtex_resources().all) - _listed(table["everything_except"], where)
    return _listed(table.get("resources"), where)


def _listed(value: object, where: str) -> frozenset[Resource]:
    if not isinstance(value, list):
        raise CatalogueMalformed(f"{where}: `resources` must be a list")
    return frozenset(read_resource(one, where) for one in value)
