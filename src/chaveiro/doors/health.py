"""Whether the process runs, whether it may be asked, and what it counts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from chaveiro.wire.answer import JSON, NO_STORE
from chaveiro.wire.message import Reply

if TYPE_CHECKING:
    from chaveiro.doors.place import Place
    from chaveiro.node import Node

HEALTHZ = "/healthz"
READYZ = "/readyz"


def healthz() -> Reply:
    """The process answers."""
    return _told(200, {"status": "ok"})


def readyz(node: Node, place: Place) -> Reply:
    """Say whether checks are decided here: everything is loaded, and known to be fresh enough."""
    stale_seconds = node.stale_seconds()
    ready = node.is_fresh()
    return _told(
        200 if ready else 503,
        {
            "status": "ready" if ready else "stale",
            "node": node.id,
            "name": node.name,
            "revision": str(node.revision),
            "stale_seconds": round(stale_seconds, 3),
            "stale_seconds_max": place.stale_seconds_max,
            "rows_refused": node.quarantine.now,
        },
    )


def _told(status: int, body: dict[str, str | float]) -> Reply:
    return Reply(status, ((b"content-type", JSON), NO_STORE), json.dumps(body).encode())
