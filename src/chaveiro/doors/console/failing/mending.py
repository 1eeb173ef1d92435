"""What mends a denial, as buttons: what each does, who may press it, and doing it once it is pressed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from chaveiro.core.command import CreateRole, EditRole, GrantToKey, GrantToUser, Reason, Refusal, RenewKey
from chaveiro.core.credential import is_token
from chaveiro.core.event import RoleCreated
from chaveiro.doctor.remedy import next_role
from chaveiro.doctor.trial import tried
from chaveiro.doors.console.addresses import of_user
from chaveiro.doors.console.room import CONSOLE
from chaveiro.words.commands import command_line, in_turn
from chaveiro.words.language import N_

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chaveiro.core.command import Command
    from chaveiro.core.names import AppKey, RoleId
    from chaveiro.doctor.remedy import Remedy
    from chaveiro.doors.console.visit import Visit

_MARK_BYTES: Final = 8
_DIGITS_MAX: Final = 3
_OF_ROLES: Final = (CreateRole, EditRole, GrantToKey, GrantToUser)
_CHANGED = N_(
    "Nothing was done: the account has changed since that page was shown. This is how things are now; look at what "
    "would help, and press again."
)


@dataclass(frozen=True, slots=True)
class Offer:
    """One remedy as it is offered."""

    number: int  # among all remedies of its case, from 0
    steps: tuple[str, ...]  # what it does, one after the other
    mark: str  # by which it is known again
    gives: bool  # it gives resources, so that `excess` and `reach` mean something
    excess: int
    reach: int
    refusal: tuple[str, str] | None  # why whoever looks may not, and who may; None: they may
    renewal: str  # the page on which its key is renewed, as its token is shown there; empty: a button does it


@dataclass(frozen=True, slots=True)
class Told:
    """Why nothing was done, and what to do instead."""

    message: str
    remedy: str
    status: int


def offers(visit: Visit, remedies: Sequence[Remedy]) -> tuple[Offer, ...]:
    """Remedies as they are offered to whoever looks."""
    return tuple(_offer(visit, number, one) for number, one in enumerate(remedies))


def offer_of(visit: Visit, commands: Sequence[Command], *, excess: int = 0, number: int = 0) -> Offer:
    """Commands as they are offered to whoever looks."""
    outcome = tried(visit.keyring, commands, visit.at, by=visit.actor)
    renewed = next((one.app_key for one in commands if isinstance(one, RenewKey)), None)
    return Offer(
        number=number,
        steps=in_turn(commands, visit.language, roles=visit.keyring.roles),
        mark=mark_of(commands),
        gives=any(isinstance(one, _OF_ROLES) for one in commands),
        excess=excess,
        reach=0,
        refusal=visit.refusal(outcome) if isinstance(outcome, Refusal) else None,
        renewal=f"{key_page(visit, renewed)}/renew" if renewed else "",
    )


def key_page(visit: Visit, app_key: AppKey) -> str:
    """Where a key is shown. What was registered in the place of an appKey may be a token: it is named by its id."""
    key = visit.keyring.keys.get(app_key)
    name = key.id if key and is_token(app_key) else app_key
    return f"{CONSOLE}/keys/{quote(name, safe='')}"


def pressed(visit: Visit, remedies: Sequence[Remedy]) -> Told | str:
    """Do what was pressed, if it still is what its button said. Otherwise why not; the address to go on to, if any.

    A button is known by the mark of what it does and, where it has none, by its number.
    """
    mark, number = visit.given("mark"), visit.given("remedy")
    if mark:
        found = (one.commands for one in remedies if mark_of(one.commands) == mark)
        return done(visit, next(found, ()))
    place = int(number) if number.isascii() and number.isdigit() and len(number) <= _DIGITS_MAX else len(remedies)
    return done(visit, remedies[place].commands if place < len(remedies) else ())


def done(visit: Visit, commands: Sequence[Command]) -> Told | str:
    """Carry out commands, in order, if the account is as it was when they were offered.

    A renewal shows a token, which is the affair of its own page: its address is given then. Empty: all is done.
    """
    mark = visit.given("mark")
    same = visit.given("revision") == str(visit.keyring.revision) and (not mark or mark == mark_of(commands))
    if not commands or not same:
        return Told(visit.text(_CHANGED), "", 409)
    offer = offer_of(visit, commands)
    if offer.refusal:
        return Told(*offer.refusal, 403)
    if offer.renewal:
        return offer.renewal
    person = next((one.to for one in commands if isinstance(one, GrantToUser)), None)
    if person and not visit.fresh:  # a role for a person wants the password again, which their own page asks for
        return CONSOLE + of_user(person)
    refusal = _carried_out(visit, commands)
    return _told(visit, refusal) if refusal else ""


def mark_of(commands: Sequence[Command]) -> str:
    """What differs wherever any of the commands does, and is the same in every process. A renewal has no digest yet."""
    lines = "\n".join(map(command_line, commands))
    return blake2b(lines.encode(), digest_size=_MARK_BYTES).hexdigest()


def _offer(visit: Visit, number: int, remedy: Remedy) -> Offer:
    plain = offer_of(visit, remedy.commands, excess=remedy.excess, number=number)
    return replace(plain, reach=remedy.reach)


def _carried_out(visit: Visit, commands: Sequence[Command]) -> Refusal | None:
    """Carry out commands in order. A role that one of them makes may get another number than was foreseen."""
    numbers: dict[RoleId, RoleId] = {}
    foreseen = next_role(visit.keyring)
    for command in commands:
        made = visit.carry_out(_renumbered(command, numbers))
        if isinstance(made, Refusal):
            return made
        if isinstance(made.event, RoleCreated):
            numbers[foreseen] = made.event.role
    return None


def _renumbered(command: Command, numbers: dict[RoleId, RoleId]) -> Command:
    if isinstance(command, GrantToKey | GrantToUser):
        return replace(command, role=numbers.get(command.role, command.role))
    return command


def _told(visit: Visit, refusal: Refusal) -> Told:
    theirs = refusal.reason in {Reason.NOT_DELEGATED, Reason.BEYOND_OWN_ROLES, Reason.BEYOND_OWN_TIME}
    return Told(*visit.refusal(refusal), 403 if theirs else 409)
