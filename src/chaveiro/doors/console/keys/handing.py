"""Handing a token over by a link that works once: offered by whoever issued it, opened by whoever has the link."""

from __future__ import annotations

import secrets
from base64 import urlsafe_b64encode
from typing import TYPE_CHECKING, Final

from chaveiro.core.command import HandOver, OpenHandover, Reason, Refusal
from chaveiro.core.keyring import Actor, ActorKind
from chaveiro.core.names import Moment
from chaveiro.core.plan import HANDOVER_SECONDS
from chaveiro.doors.console.keys.testcall import origin_of
from chaveiro.doors.console.page import data
from chaveiro.doors.console.room import Room
from chaveiro.handover import sealed
from chaveiro.wire.link import HANDOVER, OFFER_ID_LENGTH, Offered, handover_link, read_offer

if TYPE_CHECKING:
    from chaveiro.core.credential import Secret
    from chaveiro.doors.console.visit import Visit
    from chaveiro.node import Issued
    from chaveiro.wire.message import Reply

room = Room("")
_NAME: Final = "handover/{id}"  # of what is kept sealed


def hand_over(visit: Visit, issued: Issued) -> Secret | Refusal:
    """Seal a token and offer it, in place of a former offer. Raises StoreUnavailable."""
    store, id_ = visit.console.store, secrets.token_hex(OFFER_ID_LENGTH // 2)
    key, closed = sealed(issued.token, mint=secrets.token_bytes)
    former = _offer_of(visit, issued)
    store.forget_sealed(before=visit.at)
    store.seal(_NAME.format(id=id_), closed, until=Moment(visit.at + HANDOVER_SECONDS))
    done = visit.carry_out(HandOver(visit.account, issued.app_key, id_))
    stale = id_ if isinstance(done, Refusal) else former
    if stale:
        store.unseal(_NAME.format(id=stale), at=visit.at)
    if isinstance(done, Refusal):
        return done
    return handover_link(origin_of(visit), Offered(visit.account, issued.app_key, id_), key)


@room.apart("GET", HANDOVER)
def handover_page(visit: Visit) -> Reply:
    """Wait for a press of a button: a preview of the link must not use it up. It is the same page for everybody."""
    return visit.page("handover.html", form_token="", address=HANDOVER)


@room.apart("POST", HANDOVER)
def open_handover(visit: Visit) -> Reply:
    """Give what is sealed, once. What is wrong, used or too old is answered alike."""
    offered = read_offer(visit.given("id"))
    node = visit.console.node
    if offered is None or offered.account not in node.accounts:
        return _nothing(visit)
    recipient = Actor(ActorKind.KEY, offered.app_key, via="handover")
    done = node.carry_out(OpenHandover(offered.account, offered.app_key, offered.id), by=recipient)
    if isinstance(done, Refusal):
        return _nothing(visit)
    closed = visit.console.store.unseal(_NAME.format(id=offered.id), at=visit.at)
    if closed is None:
        return _nothing(visit)
    coded = urlsafe_b64encode(closed).rstrip(b"=").decode()
    return data(200, {"account": offered.account, "appKey": offered.app_key, "sealed": coded})


def _nothing(visit: Visit) -> Reply:
    message, remedy = visit.refusal(Refusal(Reason.HANDOVER_INVALID))
    return data(404, {"title": message, "detail": remedy})


def _offer_of(visit: Visit, issued: Issued) -> str:
    key = visit.console.node.keyring(visit.account).keys.get(issued.app_key)
    return key.handover.id if key and key.handover else ""
