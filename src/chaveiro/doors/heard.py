"""What doors hear alike of a request that somebody received: which account it is about, and what it presents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from chaveiro.core.attempt import NOTHING, Request
from chaveiro.doors.place import only_account
from chaveiro.wire.message import host_name
from chaveiro.wire.read import user_token

if TYPE_CHECKING:
    from chaveiro.core.names import AccountName
    from chaveiro.doors.place import Place
    from chaveiro.wire.read import Pair
    from chaveiro.wire.received import Received


class Heard(Struct, frozen=True, gc=False):
    """A request to be judged, and the account it is about."""

    account: AccountName | None
    named: AccountName | None  # as it was named; the only account there is, is not told to strangers
    request: Request


def heard(
    received: Received, sent: Pair, place: Place, accounts: frozenset[AccountName], named: AccountName | None = None
) -> Heard:
    """Take what was received, with the pair that was read from it, as a request to be judged.

    *named* is the account where whoever asks says it; otherwise host and query do.
    """
    query = received.query
    named = named or place.named_account(host_name(received.host), query)
    account = only_account(named, accounts)
    pairless = sent.app_key.count == sent.app_token.count == 0
    request = Request(
        app_key=sent.app_key,
        app_token=sent.app_token,
        method=received.method,
        target=received.target,
        need=received.need,
        address=received.address,
        transport=received.transport,
        misplaced=sent.misplaced,
        user_token=user_token(received.headers, account or "") if pairless else NOTHING,
    )
    return Heard(account, named, request)
