"""What VTEX has beforehand in every account: its catalogue, and its predefined roles."""

from __future__ import annotations

from chaveiro.catalogue.packaged import VTEX, packaged
from chaveiro.catalogue.predefined import predefined_roles
from chaveiro.core.command import AddPredefinedRoles, Command, ImportCatalogue, Reason, Refusal
from chaveiro.core.keyring import Keyring, Role
from chaveiro.doors.cli.desk import Desk
from chaveiro.serve import House


def furnish(desk: Desk, house: House, keyring: Keyring) -> bool:
    """Bring both; what is there already stays. Says whether anything was new. Leaves where the asker may not."""
    roles = tuple(Role(one.id, one.name, one.resources, predefined=True) for one in predefined_roles())
    account = keyring.account
    wanted: tuple[Command, ...] = (ImportCatalogue(account, packaged(VTEX)), AddPredefinedRoles(account, roles))
    done = [_done(desk, house, keyring, one) for one in wanted]
    return any(done)


def _done(desk: Desk, house: House, keyring: Keyring, command: Command) -> bool:
    done = house.node.carry_out(command, by=desk.asker(keyring))
    if not isinstance(done, Refusal):
        return True
    return False if done.reason is Reason.ALREADY_SO else desk.refuse(done)
