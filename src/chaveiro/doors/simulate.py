"""`POST /v1/simulate`: a keeper's program asks what would be. Its own pair, in the two headers, says who it is.

Whoever may ask is decided by the same node as everything else, and strangers read what strangers read everywhere.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final, Protocol

from chaveiro.core.attempt import Need, Request
from chaveiro.core.command import EDIT_API_KEYS, VIEW_API_KEYS
from chaveiro.core.decision import Allowed
from chaveiro.core.keyring import Actor, ActorKind
from chaveiro.doors.denied import denied
from chaveiro.doors.place import only_account
from chaveiro.doors.supposed import supposed_body
from chaveiro.stores.port import AccountUnknown, StoreUnavailable
from chaveiro.whatif import NotKnown
from chaveiro.wire import answer as wire
from chaveiro.wire.check import BodyMalformed
from chaveiro.wire.read import pair
from chaveiro.wire.simulate import ask

if TYPE_CHECKING:
    from chaveiro.catalogue import Catalogue
    from chaveiro.core.ask import Ask
    from chaveiro.core.keyring import Keyring
    from chaveiro.core.names import AccountName, Resource
    from chaveiro.doors.place import Place
    from chaveiro.node import Node
    from chaveiro.whatif import Supposed
    from chaveiro.wire.message import Message, Reply

PATH: Final = "/v1/simulate"
RETRY_SECONDS: Final = 5
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
        answer = node.check(own, _request(message, place, node, own))
        if not isinstance(answer.verdict, Allowed):
            return denied(answer, message, place)
        keyring = node.keyring(answer.account)
        found = keepers.supposed(asked, keyring, node.catalogue(keyring))
    except StoreUnavailable:
        told = place.cannot_tell(message)
        return wire.unavailable(told, retry_after_seconds=RETRY_SECONDS, causes=place.public_url)
    if isinstance(found, NotKnown):
        return wire.plain_problem(404, "Not Found", _UNKNOWN[found])
    language = place.language_for(message)
    return wire.json_reply(supposed_body(found, keyring, language), language)


def _request(message: Message, place: Place, node: Node, account: AccountName | None) -> Request:
    shown = pair(message.headers, message.query)
    return Request(
        app_key=shown.app_key,
        app_token=shown.app_token,
        method=message.method,
        target=PATH,
        need=Need((_needed(node, account, shown.app_key.text),)),
        address=place.caller(message),
        misplaced=shown.misplaced,
    )


def _needed(node: Node, account: AccountName | None, app_key: str) -> Resource:
    """Which of the two resources to ask for: what the key presented would have, if it is that key."""
    try:
        keyring = node.keyring(account) if account in node.accounts and account is not None else None
    except AccountUnknown:
        keyring = None
    if keyring is None:
        return VIEW_API_KEYS
    held = keyring.held_by(Actor(ActorKind.KEY, app_key), node.now())
    return EDIT_API_KEYS if EDIT_API_KEYS in held and VIEW_API_KEYS not in held else VIEW_API_KEYS
