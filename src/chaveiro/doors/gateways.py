"""Gateways ask about each request they received: nginx, Caddy and Traefik, Envoy, each in its own words.

A door reads only its own headers, and believes them only from named proxies. Anybody else could say what it asks for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import structlog
from msgspec import Struct

from chaveiro.core.attempt import Request, Transport
from chaveiro.core.decision import Allowed
from chaveiro.core.names import NameMalformed
from chaveiro.doors.denied import denied
from chaveiro.doors.heard import heard
from chaveiro.doors.place import TRANSPORTS, Place, address_of
from chaveiro.node import Answer, Node
from chaveiro.wire import answer as wire
from chaveiro.wire.message import Reply
from chaveiro.wire.read import AT_LEAST, at_least, pair_of
from chaveiro.wire.received import Received

if TYPE_CHECKING:
    from chaveiro.core.keyring import Revision
    from chaveiro.core.names import AccountName
    from chaveiro.wire.message import Message

AUTH_REQUEST: Final = "/authz/auth-request"
FORWARD_AUTH: Final = "/authz/forward-auth"
ENVOY: Final = "/authz/envoy"
TRUST_AGAIN_SECONDS: Final = 30

_log = structlog.get_logger(__name__)


class Asked(Struct, frozen=True, gc=False):
    """What a gateway wants to know: which request, of which account."""

    account: AccountName | None
    request: Request
    at_least: Revision | None = None
    carry: bool = False  # whether the gateway can only pass a problem on in a header


def asked(message: Message, place: Place, node: Node) -> Asked | Reply:
    """Read a gateway's question, or refuse to answer one that cannot be believed."""
    if not place.trusts(message.peer):
        if place.is_news(message.peer):
            _log.warning("gateway_not_trusted", peer=message.peer, remedy="name it in CHAVEIRO_TRUSTED_PROXIES")
        return _misconfigured(
            message,
            "The gateway that asked is not among this authorizer's trusted proxies. Nothing is known about your "
            "credentials; whoever runs the gateway can add its address to CHAVEIRO_TRUSTED_PROXIES.",
        )
    original = _read(message, place)
    if original is None:
        if place.is_news(f"{message.peer} incomplete"):
            _log.warning("gateway_incomplete", peer=message.peer, remedy="compare its configuration with deploy/")
        return _misconfigured(
            message,
            "The gateway that asked did not say, exactly once each, which method, URI and host it received. Nothing is "
            "known about your credentials; whoever runs the gateway can compare it with the configuration in deploy/.",
        )
    try:
        insisted = at_least(message)
    except NameMalformed as malformed:
        return _unreadable(message, str(malformed))
    found = heard(original, pair_of(message, original.query), place, node.accounts)
    return Asked(found.account, found.request, insisted, carry=message.path == AUTH_REQUEST)


def _unreadable(message: Message, problem: str) -> Reply:
    """Say that what a caller insists on cannot be read. Whether it is known here, nobody could say: no verdict."""
    reply = wire.plain_problem(400, "Bad Request", f"`{AT_LEAST}` cannot be read: {problem}, and is sent once")
    return carried(reply) if message.path == AUTH_REQUEST else reply


def _misconfigured(message: Message, detail: str) -> Reply:
    """Say that the gateway is set up wrongly: 503, as nobody can tell, and no allow."""
    seconds = str(TRUST_AGAIN_SECONDS).encode()
    reply = wire.plain_problem(503, "The gateway and its authorizer do not fit", detail, (b"retry-after", seconds))
    return carried(reply) if message.path == AUTH_REQUEST else reply


def _read(message: Message, place: Place) -> Received | None:
    if message.path == AUTH_REQUEST:
        return _nginx(message)
    if message.path == FORWARD_AUTH:
        return _forwarded(message, place)
    return _envoy(message, place)


def _nginx(message: Message) -> Received | None:
    method, target = message.one(b"x-original-method"), message.one(b"x-original-uri")
    host = message.one(b"x-original-host")
    if not method or not target or host is None:
        return None
    address, scheme = message.one(b"x-original-address"), message.one(b"x-original-scheme")
    return _received(message, method, target, host, (address_of(address), scheme))


def _forwarded(message: Message, place: Place) -> Received | None:
    method, target = message.one(b"x-forwarded-method"), message.one(b"x-forwarded-uri")
    host, scheme = message.one(b"x-forwarded-host"), message.one(b"x-forwarded-proto")
    if not method or not target or host is None or scheme is None:
        return None
    return _received(message, method, target, host, (place.forwarded_for(message), scheme))


def _envoy(message: Message, place: Place) -> Received | None:
    """Envoy sends the method and path themselves, behind our own path."""
    host = message.host
    if host is None or not message.method:
        return None
    target, scheme = message.target.removeprefix(ENVOY) or "/", message.one(b"x-forwarded-proto")
    return _received(message, message.method, target, host, (place.forwarded_for(message), scheme))


def _received(message: Message, method: str, target: str, host: str, connected: tuple[str, str | None]) -> Received:
    """The request that the gateway received, as it says. *connected*: from which address, by which scheme."""
    address, scheme = connected
    return Received(
        method=method,
        target=target,
        host=host,
        headers=message.headers,
        address=address,
        transport=TRANSPORTS.get((scheme or "").lower(), Transport.UNKNOWN),
    )


def replied(question: Asked, answer: Answer, message: Message, place: Place) -> Reply:
    """Tell the gateway: exactly 200 with the identity, or a problem for its caller."""
    if isinstance(answer.verdict, Allowed):
        return wire.identity(answer.verdict, answer.account, answer.standing)
    reply = denied(answer, message, place)
    return carried(reply) if question.carry else reply


def carried(reply: Reply) -> Reply:
    """Add the problem as a header. nginx drops the body of an authorizer's answer, but can keep a header of it."""
    return Reply(reply.status, (*reply.headers, (b"x-chaveiro-problem", reply.body)), reply.body)
