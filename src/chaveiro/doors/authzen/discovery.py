"""`/.well-known/authzen-configuration`: where the standard door is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from chaveiro.core.attempt import Transport
from chaveiro.doors.place import address_of
from chaveiro.wire.answer import JSON, NO_STORE, plain_problem
from chaveiro.wire.message import Reply

if TYPE_CHECKING:
    from chaveiro.doors.place import Place
    from chaveiro.wire.message import Message

CONFIGURATION: Final = "/.well-known/authzen-configuration"
EVALUATION: Final = "/access/v1/evaluation"
EVALUATIONS: Final = "/access/v1/evaluations"
SECONDS: Final = 3600  # for which it may be kept, where the installation knows its own address


def discovery(message: Message, place: Place) -> Reply:
    """Say where to ask: at the installation's public address, else at the one that this was asked of, if it is known.

    INVARIANT: no other host is told back: people put tokens anywhere.
    """
    base = place.public_url or _asked_of(message, place)
    if not base:
        return plain_problem(404, "Not Found", "set `CHAVEIRO_PUBLIC_URL` to the address by which clients come here")
    cache = (b"cache-control", f"public, max-age={SECONDS}".encode()) if place.public_url else NO_STORE
    return Reply(200, ((b"content-type", JSON), cache), json.dumps(configuration(base)).encode())


def configuration(base: str) -> dict[str, str]:
    """The document. A client compares its first member with the address it took."""
    return {
        "policy_decision_point": base,
        "access_evaluation_endpoint": f"{base}{EVALUATION}",
        "access_evaluations_endpoint": f"{base}{EVALUATIONS}",
    }


def _asked_of(message: Message, place: Place) -> str:
    host = message.host or ""
    if host not in {"localhost", *place.base_hosts} and not address_of(host):
        return ""
    scheme = "https" if place.transport(message) is Transport.SECURE else "http"
    return f"{scheme}://{message.one(b'host')}"
