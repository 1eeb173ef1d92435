"""What VTEX has beforehand in every account, as commands: its catalogue, and its predefined roles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chaveiro.catalogue.packaged import VTEX, packaged
from chaveiro.catalogue.predefined import predefined_roles
from chaveiro.core.command import AddPredefinedRoles, ImportCatalogue
from chaveiro.core.keyring import Role

if TYPE_CHECKING:
    from chaveiro.core.command import Command
    from chaveiro.core.names import AccountName


def furnishing(account: AccountName) -> tuple[Command, ...]:
    """Bring both. What is there already is refused with `already_so`, and stays."""
    return ImportCatalogue(account, packaged(VTEX)), predefined(account)


def predefined(account: AccountName) -> AddPredefinedRoles:
    """Bring the roles."""
    roles = tuple(Role(one.id, one.name, one.resources, predefined=True) for one in predefined_roles())
    return AddPredefinedRoles(account, roles)
