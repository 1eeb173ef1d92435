"""Renewing a key: a second token, shown once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from chaveiro.core.command import Refusal, RenewKey
from chaveiro.core.keyring import NO_DIGEST
from chaveiro.doors.console.key.facts import tokens
from chaveiro.doors.console.key.found import ONE, crumbs, found, known, named, path_of
from chaveiro.doors.console.keys.issuing import link_page, token_page
from chaveiro.doors.console.keys.keyform import LINK
from chaveiro.doors.console.refused import Refused, foreseen, refused
from chaveiro.doors.console.room import CONSOLE, Room
from chaveiro.doors.keeping.handling import VIEWING_KEYS

if TYPE_CHECKING:
    from chaveiro.core.keyring import Key
    from chaveiro.doors.console.visit import Visit
    from chaveiro.wire.message import Reply

room = Room("keys")
RENEW: Final = f"{ONE}/renew"


@room.page(RENEW, needs=VIEWING_KEYS)
def renew_page(visit: Visit) -> Reply:
    """Say what a renewal does."""
    key = found(visit)
    if key is None:
        return visit.missing()
    return _form(visit, key, foreseen(visit, RenewKey(visit.account, key.app_key, NO_DIGEST)))


@room.act(RENEW, needs=VIEWING_KEYS, again=renew_page)
def renew(visit: Visit) -> Reply:
    """Make the second token, and show it this once. Sent again, the form makes no third."""
    key = found(visit)
    if key is None:
        return visit.missing()
    done = visit.console.node.renew(visit.account, key.app_key, by=visit.actor)
    if isinstance(done, Refusal):
        stop = refused(visit, done)
        return _form(visit, key, stop, status=stop.status)
    return (link_page if _by_link(visit) else token_page)(visit, done, renewed=True)


def _form(visit: Visit, key: Key, stop: Refused | None, *, status: int = 200) -> Reply:
    path = path_of(key)
    return visit.page(
        "key_renew.html",
        status=status,
        crumbs=crumbs(visit, key),
        called=named(key),
        tokens=tokens(key, known(visit, key, refusals=0).usage),
        renewing=key.renewing,
        by_link=LINK,
        handing=LINK if _by_link(visit) else "here",
        here=f"{CONSOLE}{path}/renew",
        back=CONSOLE + path,
        stop=stop,
    )


def _by_link(visit: Visit) -> bool:
    return visit.given("handing") == LINK
