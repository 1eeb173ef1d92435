"""Unlinking a key from a role, once it was told what would be refused from then on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from chaveiro.core.command import Refusal, WithdrawFromKey
from chaveiro.core.names import Moment, NameMalformed, role_id
from chaveiro.doctor.simulation import previewed, sponsor_of
from chaveiro.doctor.trial import carried_out
from chaveiro.doors.console.key.found import ONE, crumbs, found, named, path_of
from chaveiro.doors.console.refused import Refused, foreseen, refused
from chaveiro.doors.console.room import CONSOLE, Room
from chaveiro.doors.keeping.handling import VIEWING_KEYS
from chaveiro.doors.keeping.key import DAY_SECONDS

if TYPE_CHECKING:
    from chaveiro.core.denial import Use
    from chaveiro.core.keyring import Key
    from chaveiro.core.names import RoleId
    from chaveiro.doors.console.visit import Visit
    from chaveiro.wire.message import Reply

room = Room("keys")
UNLINK: Final = f"{ONE}/unlink"
USED_DAYS: Final = 30
LOST_SHOWN: Final = 50


@dataclass(frozen=True, slots=True)
class Losing:
    """What unlinking would come to."""

    uses: tuple[Use, ...]  # what the key did lately and would be refused
    everything: bool  # nothing would be left to it


@room.page(UNLINK, needs=VIEWING_KEYS)
def unlink_page(visit: Visit) -> Reply:
    """Say what the key would be refused without the role."""
    key, role = found(visit), _role(visit.asked("role"))
    if key is None or role is None or not _held(key, role):
        return visit.missing()
    return _form(visit, key, role, foreseen(visit, WithdrawFromKey(visit.account, role, key.app_key)))


@room.act(UNLINK, needs=VIEWING_KEYS)
def unlink(visit: Visit) -> Reply:
    """Unlink the key from the role."""
    key, role = found(visit), _role(visit.given("role"))
    if key is None or role is None:
        return visit.missing()
    done = visit.carry_out(WithdrawFromKey(visit.account, role, key.app_key))
    if isinstance(done, Refusal):
        return _form(visit, key, role, refused(visit, done), refused=True)
    return visit.go(path_of(key), done="key_unlinked")


def _form(visit: Visit, key: Key, role: RoleId, stop: Refused | None, *, refused: bool = False) -> Reply:
    known = visit.keyring.roles.get(role)
    losing = _losing(visit, key, role)
    return visit.page(
        "key_unlink.html",
        status=stop.status if stop and refused else 200,
        crumbs=crumbs(visit, key),
        key=key,
        called=named(key),
        role=role,
        role_name=known.name if known else str(role),
        here=f"{CONSOLE}{path_of(key)}/unlink",
        back=CONSOLE + path_of(key),
        lost=losing.uses[:LOST_SHOWN],
        lost_count=len(losing.uses),
        everything=losing.everything,
        days=USED_DAYS,
        stop=stop,
    )


def _losing(visit: Visit, key: Key, role: RoleId) -> Losing:
    command = WithdrawFromKey(visit.account, role, key.app_key)
    uses = visit.console.store.uses(visit.account, app_key=key.app_key)
    since, keyring = Moment(visit.at - USED_DAYS * DAY_SECONDS), visit.keyring
    preview = previewed(keyring, command, uses, by=sponsor_of(keyring), since=since, at=visit.at)
    lost = tuple(use for loss in preview.losses for use in loss.uses)
    changed = carried_out(keyring, (command,), visit.at)
    left = changed.keys[key.app_key].grants if changed else key.grants
    return Losing(lost, not keyring.resources_of(keyring.in_force(left, visit.at)))


def _role(text: str) -> RoleId | None:
    try:
        return role_id(text)
    except NameMalformed:
        return None


def _held(key: Key, role: RoleId) -> bool:
    return any(grant.role == role for grant in key.grants)
