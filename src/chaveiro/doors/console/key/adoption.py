"""Adding another account's key, so that roles of this one can be linked to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from chaveiro.core.command import AdoptKey, Refusal
from chaveiro.core.credential import key_format
from chaveiro.core.names import AppKey
from chaveiro.doors.console.key.asking import may, who_may
from chaveiro.doors.console.key.found import crumbs
from chaveiro.doors.console.keys.listing import KEYS
from chaveiro.doors.console.refused import Refused, refused
from chaveiro.doors.console.room import CONSOLE, Room
from chaveiro.doors.keeping.handling import VIEWING_KEYS
from chaveiro.words.language import N_

if TYPE_CHECKING:
    from chaveiro.doors.console.visit import Visit
    from chaveiro.wire.message import Reply

room = Room("keys")
ADOPT: Final = f"{KEYS}/adopt"
_NO_APP_KEY = N_("This is no appKey. What was typed is not shown again, as it may be a token.")


@room.page(ADOPT, needs=VIEWING_KEYS)
def adopt_page(visit: Visit) -> Reply:
    """Say what adding another account's key means; also where the password is asked for first."""
    given = visit.given("app_key").strip()
    return _form(visit, given="" if key_format(given) is None else given)


@room.act(ADOPT, needs=VIEWING_KEYS, again=adopt_page)
def adopt(visit: Visit) -> Reply:
    """Add it, linked to no role yet."""
    given = visit.given("app_key").strip()
    if key_format(given) is None:
        return _form(visit, status=422, error=visit.text(_NO_APP_KEY))
    done = visit.console.node.adopt(visit.account, AppKey(given), by=visit.actor)
    if isinstance(done, Refusal):
        stop = refused(visit, done)
        return _form(visit, status=stop.status, stop=stop, given=given)
    return visit.go(f"{KEYS}/{quote(given, safe='')}", done="key_adopted")


def _form(visit: Visit, *, status: int = 200, error: str = "", stop: Refused | None = None, given: str = "") -> Reply:
    return visit.page(
        "key_adopt.html",
        status=status,
        crumbs=crumbs(visit),
        here=CONSOLE + ADOPT,
        back=CONSOLE + KEYS,
        given=given,
        error=error,
        stop=stop,
        allowed=may(visit, AdoptKey),
        who_may=who_may(visit, AdoptKey),
    )
