"""`POST /v1/simulate`: a keeper's program asks what would be. Its own pair, or a user token, says who it is.

Whoever may ask is decided by the same node as everything else, and strangers read what strangers read everywhere.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final, Protocol

from chaveiro.core.attempt import Need, Request
from chaveiro.core.command import EDIT_API_KEYS, VIEW_API_KEYS
from chaveiro.core.decision import Allowed
from chaveiro.doors.denied import denied
from chaveiro.doors.place import only_account
from chaveiro.doors.supposed import supposed_body
from chaveiro.node.answer import RETRY_SECONDS
from chaveiro.stores.port import StoreUnavailable
from chaveiro.whatif import NotKnown
from chaveiro.wire import answer as wire
from chaveiro.wire.check import BodyMalformed
from chaveiro.wire.read import pair, user_token
from chaveiro.wire.simulate import ask

if TYPE_CHECKING:
    from chaveiro.catalogue import Catalogue
    from chaveiro.core.ask import Ask
    from chaveiro.core.keyring import Keyring
    from chaveiro.core.names import AccountName
    from chaveiro.doors.place import Place
    from chaveiro.node import Node
    from chaveiro.whatif import Supposed
    from chaveiro.wire.message import Message, Reply

PATH: Final = "/v1/simulate"
_UNKNOWN: Final = {
    NotKnown.KEY: "the account has no such key",
    NotKnown.DENIAL: "the account has no such denial, or does not keep it any more",
}


class Keepers(Protocol):
    """Who answers keepers."""

    def supposed(self, ask: Ask, keyring: Keyring, catalogue: Catalogue, /) -> Supposed | NotKnown:
        """What would be."""


def replied(message: Message, body: bytes, place: Place, node: Node, keepers: Keepers) -> Reply:
    """Answer one question. It may wait for the store."""
    try:
        account, asked = ask(body)
    except BodyMalformed as malformed:
        return wire.plain_problem(malformed.status, HTTPStatus(malformed.status).phrase, str(malformed))
    named = place.named_account(message.host, message.query)
    if account is not None:
        if place.account and account != named:
            return wire.plain_problem(422, "Unprocessable Content", "this process decides for another account alone")
        named = account
    own = only_account(named, node.accounts)
    try:
        answer = node.check(own, _request(message, place, own))
        if not isinstance(answer.verdict, Allowed):
            return denied(answer, message, place)
        keyring = node.whole(node.keyring(answer.account))
        found = keepers.supposed(asked, keyring, node.catalogue(keyring))
    except StoreUnavailable:
        told = place.cannot_tell(message)
        reply = wire.unavailable(told, retry_after_seconds=RETRY_SECONDS, causes=place.public_url)
        return wire.dated(reply, node.known.standing())
    if isinstance(found, NotKnown):
        return wire.plain_problem(404, "Not Found", _UNKNOWN[found])
    language = place.language_for(message)
    return wire.json_reply(supposed_body(found, keyring, language), language)


def _request(message: Message, place: Place, account: AccountName | None) -> Request:
    shown = pair(message.headers, message.query)
    return Request(
        app_key=shown.app_key,
        app_token=shown.app_token,
        method=message.method,
        target=PATH,
        need=Need((VIEW_API_KEYS, EDIT_API_KEYS)),
        route=f"POST {PATH}",
        address=place.caller(message),
        transport=place.transport(message),
        misplaced=shown.misplaced,
        user_token=user_token(message.headers, account or ""),
    )
