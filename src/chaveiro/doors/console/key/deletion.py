"""Deleting a key for good, or letting another account's key go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from chaveiro.core.command import DeleteKey, Refusal
from chaveiro.core.names import AppKey, Moment
from chaveiro.doors.console.key.activity import needed
from chaveiro.doors.console.key.found import ONE, crumbs, found, named, path_of
from chaveiro.doors.console.keys.listing import KEYS
from chaveiro.doors.console.refused import Refused, foreseen, refused
from chaveiro.doors.console.room import CONSOLE, Room
from chaveiro.doors.keeping.handling import VIEWING_KEYS
from chaveiro.doors.keeping.key import DAY_SECONDS
from chaveiro.words.language import N_

if TYPE_CHECKING:
    from chaveiro.core.keyring import Key
    from chaveiro.doors.console.visit import Visit
    from chaveiro.wire.message import Reply

room = Room("keys")
DELETE: Final = f"{ONE}/delete"
USED_DAYS: Final = 30
USES_SHOWN: Final = 20
_NOT_THE_LABEL = N_("This is not what the key is called. Nothing was deleted.")


@dataclass(frozen=True, slots=True)
class Doomed:
    """What would be deleted: a key of this account, or the roles that it gives to another account's."""

    app_key: AppKey
    called: str
    path: str
    home: str  # empty: it is a key of this account
    key: Key | None  # None: its home has it no more


@room.page(DELETE, needs=VIEWING_KEYS)
def delete_page(visit: Visit) -> Reply:
    """Say what will be gone, and what the key did lately."""
    doomed = _doomed(visit)
    if doomed is None:
        return visit.missing()
    return _form(visit, doomed, foreseen(visit, DeleteKey(visit.account, doomed.app_key)))


@room.act(DELETE, needs=VIEWING_KEYS, again=delete_page)
def delete(visit: Visit) -> Reply:
    """Delete it, where what was typed is what it is called."""
    doomed = _doomed(visit)
    if doomed is None:
        return visit.missing()
    if visit.given("called").strip() != doomed.called:
        return _form(visit, doomed, None, status=422, error=visit.text(_NOT_THE_LABEL))
    done = visit.carry_out(DeleteKey(visit.account, doomed.app_key))
    if isinstance(done, Refusal):
        stop = refused(visit, done)
        return _form(visit, doomed, stop, status=stop.status)
    if doomed.home:
        return visit.go(KEYS, done="key_released")
    return visit.go(doomed.path, done="key_deleted")


def _doomed(visit: Visit) -> Doomed | None:
    key = found(visit)
    if key is not None:
        return Doomed(key.app_key, named(key), path_of(key), key.home.account if key.home else "", key)
    away = visit.keyring.external.get(AppKey(visit.path["app_key"]))
    return Doomed(away.app_key, away.app_key, f"{KEYS}/{away.app_key}", away.home, None) if away else None


def _form(visit: Visit, doomed: Doomed, stop: Refused | None, *, status: int = 200, error: str = "") -> Reply:
    since = Moment(visit.at - USED_DAYS * DAY_SECONDS)
    uses = visit.console.store.uses(visit.account, app_key=doomed.app_key)
    lately = [use for use in uses if use.last >= since]
    return visit.page(
        "key_delete.html",
        status=status,
        crumbs=crumbs(visit, doomed.key),
        doomed=doomed,
        here=f"{CONSOLE}{doomed.path}/delete",
        back=CONSOLE + doomed.path,
        uses=[(use, needed(visit, use)) for use in lately[:USES_SHOWN]],
        uses_count=len(lately),
        days=USED_DAYS,
        given=visit.given("called") if not error else "",
        stop=stop,
        error=error,
    )
