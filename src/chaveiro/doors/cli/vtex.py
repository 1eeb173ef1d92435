"""What VTEX has beforehand in every account: its catalogue, and its predefined roles."""

from __future__ import annotations

from chaveiro.core.command import Command, Reason, Refusal
from chaveiro.core.keyring import Keyring
from chaveiro.doors.cli.desk import Desk
from chaveiro.doors.keeping.furnishing import furnishing
from chaveiro.serve import House


def furnish(desk: Desk, house: House, keyring: Keyring) -> bool:
    """Bring both; what is there already stays. Says whether anything was new. Leaves where the asker may not."""
    done = [_done(desk, house, keyring, one) for one in furnishing(keyring.account)]
    return any(done)


def _done(desk: Desk, house: House, keyring: Keyring, command: Command) -> bool:
    done = house.node.carry_out(command, by=desk.asker(keyring))
    if not isinstance(done, Refusal):
        return True
    return False if done.reason is Reason.ALREADY_SO else desk.refuse(done)
