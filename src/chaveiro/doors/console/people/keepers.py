"""Who may handle the account's keys: people and keys, through which role, and what exactly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from chaveiro.core.keyring import User
from chaveiro.doors.console.addresses import of_user
from chaveiro.doors.console.paging import paged
from chaveiro.doors.console.people.users import USERS
from chaveiro.doors.console.room import CONSOLE, Room
from chaveiro.doors.keeping.handling import VIEWING_KEYS, handlers

if TYPE_CHECKING:
    from chaveiro.doors.console.visit import Visit
    from chaveiro.doors.keeping.handling import Handler
    from chaveiro.wire.message import Reply

KEEPERS: Final = f"{USERS}/keepers"

room = Room("users")


@dataclass(frozen=True, slots=True)
class Keeper:
    """Somebody who may do something with keys, as the page shows them."""

    handler: Handler
    name: str
    about: str  # a person's name, a key's label
    address: str  # empty where the visitor may not look there
    is_key: bool


@room.page(KEEPERS)
def keepers_page(visit: Visit) -> Reply:
    """Show everybody who may do something with keys. Keys among them are shown to whoever may see keys."""
    viewing = visit.may(*VIEWING_KEYS)
    every = list(handlers(visit.keyring, visit.at))
    shown = [one for one in every if viewing or isinstance(one.subject, User)]
    page = paged(visit, shown)
    return visit.page(
        "keepers.html",
        keepers=[_keeper(one) for one in page.rows],
        page=page,
        hidden=len(every) - len(shown),
        role_names={role.id: role.name for role in visit.keyring.living_roles},
    )


def _keeper(handler: Handler) -> Keeper:
    subject = handler.subject
    if isinstance(subject, User):
        return Keeper(handler, subject.email, subject.name, CONSOLE + of_user(subject.email), is_key=False)
    return Keeper(handler, subject.app_key, subject.label, f"{CONSOLE}/keys/{subject.app_key}", is_key=True)
