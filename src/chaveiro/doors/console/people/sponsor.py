"""The sponsor: who it is, what they alone may do, and how another user becomes it, by an invitation they accept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from chaveiro.core.command import AcceptSponsorship, CancelTransfer, InviteSponsor, Refusal
from chaveiro.core.keyring import User
from chaveiro.core.names import NameMalformed, email
from chaveiro.doors.console.addresses import of_user
from chaveiro.doors.console.people.users import NO_EMAIL
from chaveiro.doors.console.refused import Refused, refused
from chaveiro.doors.console.room import CONSOLE, Room

if TYPE_CHECKING:
    from chaveiro.core.names import Email
    from chaveiro.doors.console.visit import Visit
    from chaveiro.wire.message import Reply

SPONSOR: Final = "/sponsor"
NAMED_MAX: Final = 200  # whose addresses the form offers; any other can be typed

room = Room("sponsor")


@room.page(SPONSOR)
def sponsor_page(visit: Visit) -> Reply:
    """Show who the sponsor is, and an invitation that is open."""
    return _page(visit)


@room.act(f"{SPONSOR}/invite", again=sponsor_page)
def invite(visit: Visit) -> Reply:
    """Offer the sponsorship to another user."""
    try:
        to = email(visit.given("to").strip())
    except NameMalformed:
        return _page(visit, status=422, error=visit.text(NO_EMAIL))
    done = visit.carry_out(InviteSponsor(visit.account, to))
    return _refused(visit, done) if isinstance(done, Refusal) else visit.go(SPONSOR, done="sponsor_invited")


@room.act(f"{SPONSOR}/cancel")
def cancel(visit: Visit) -> Reply:
    """Take the offer back."""
    done = visit.carry_out(CancelTransfer(visit.account))
    return _refused(visit, done) if isinstance(done, Refusal) else visit.go(SPONSOR, done="sponsor_cancelled")


@room.act(f"{SPONSOR}/accept", again=sponsor_page)
def accept(visit: Visit) -> Reply:
    """Become the sponsor, as invited."""
    done = visit.carry_out(AcceptSponsorship(visit.account))
    return _refused(visit, done) if isinstance(done, Refusal) else visit.go(SPONSOR, done="sponsor_accepted")


def _refused(visit: Visit, refusal: Refusal) -> Reply:
    told = refused(visit, refusal)
    return _page(visit, status=told.status, refusal=told)


def _page(visit: Visit, *, status: int = 200, error: str = "", refusal: Refused | None = None) -> Reply:
    keyring = visit.keyring
    transfer = keyring.transfer
    return visit.page(
        "sponsor.html",
        status=status,
        error=error,
        refusal=refusal,
        sponsor=keyring.users.get(keyring.sponsor) or User(keyring.sponsor, keyring.sponsor, keyring.created),
        sponsor_address=_of(keyring.sponsor),
        is_sponsor=visit.is_sponsor,
        transfer=transfer,
        ended=transfer is not None and visit.at >= transfer.expires,
        invited=keyring.users.get(transfer.to) if transfer else None,
        invited_address=_of(transfer.to) if transfer else "",
        invitation=visit.invitation,
        others=sorted(one for one in keyring.users if one != keyring.sponsor)[:NAMED_MAX],
        to=visit.given("to") if not error else "",
    )


def _of(user: Email) -> str:
    return CONSOLE + of_user(user)
