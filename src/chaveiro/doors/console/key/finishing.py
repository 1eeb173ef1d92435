"""Finishing a renewal, once it was told who still uses the old token."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from chaveiro.core.command import FinishRenewal, Refusal
from chaveiro.doors.console.key.facts import safety, tokens
from chaveiro.doors.console.key.found import ONE, crumbs, found, known, named, path_of
from chaveiro.doors.console.refused import Refused, foreseen, refused
from chaveiro.doors.console.room import CONSOLE, Room
from chaveiro.doors.keeping.handling import VIEWING_KEYS
from chaveiro.doors.keeping.key import finishing
from chaveiro.words.language import N_

if TYPE_CHECKING:
    from chaveiro.core.keyring import Key
    from chaveiro.doors.console.visit import Visit
    from chaveiro.doors.keeping.key import Finishing
    from chaveiro.wire.message import Reply

room = Room("keys")
FINISH: Final = f"{ONE}/finish"
_TICK = N_("Tick this if requests with the old token may be refused from now on.")


@room.page(FINISH, needs=VIEWING_KEYS)
def finish_page(visit: Visit) -> Reply:
    """Show when each token was last used, and say whether finishing is safe."""
    key = found(visit)
    if key is None:
        return visit.missing()
    return _form(visit, key, foreseen(visit, FinishRenewal(visit.account, key.app_key)))


@room.act(FINISH, needs=VIEWING_KEYS)
def finish(visit: Visit) -> Reply:
    """Retire the old token. Where that may break something, only to whoever says that it may."""
    key = found(visit)
    if key is None:
        return visit.missing()
    ending = _ending(visit, key)
    if ending is not None and not ending.safe and not visit.given("anyway"):
        return _form(visit, key, None, status=422, error=visit.text(_TICK))
    done = visit.carry_out(FinishRenewal(visit.account, key.app_key))
    if isinstance(done, Refusal):
        stop = refused(visit, done)
        return _form(visit, key, stop, status=stop.status)
    return visit.go(path_of(key), done="renewal_finished")


def _form(visit: Visit, key: Key, stop: Refused | None, *, status: int = 200, error: str = "") -> Reply:
    path, ending = path_of(key), _ending(visit, key)
    return visit.page(
        "key_finish.html",
        status=status,
        crumbs=crumbs(visit, key),
        called=named(key),
        tokens=tokens(key, known(visit, key, refusals=0).usage),
        ending=ending,
        ending_told=safety(visit, ending) if ending else "",
        here=f"{CONSOLE}{path}/finish",
        back=CONSOLE + path,
        stop=stop,
        error=error,
    )


def _ending(visit: Visit, key: Key) -> Finishing | None:
    return None if key.home else finishing(key, known(visit, key, refusals=0).usage, visit.at)
