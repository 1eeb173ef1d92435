"""Whether the process runs, whether it may be asked, and what it counts."""

from __future__ import annotations

import json
import math
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


def readyz(node: Node, place: Place, *, draining: bool = False) -> Reply:
    """Say whether checks are decided here, and are to be asked of this process."""
    stale_seconds = node.known.stale_seconds()
    status = "draining" if draining else _status(node)
    return _told(
        200 if status == "ready" else 503,
        {
            "status": status,
            "node": node.id,
            "name": node.name,
            "revision": str(node.known.revision) if math.isfinite(stale_seconds) else None,
            "stale_seconds": round(stale_seconds, 3) if math.isfinite(stale_seconds) else None,
            "stale_seconds_max": place.stale_seconds_max,
            "rows_refused": node.known.quarantine.now,
        },
    )


def _status(node: Node) -> str:
    """Everything is loaded and known to be fresh enough; or why not."""
    if node.known.is_fresh():
        return "ready"
    if node.known.has_begun:
        return "stale"
    return "unfit" if node.known.problem else "starting"


def _told(status: int, body: dict[str, str | float | None]) -> Reply:
    return Reply(status, ((b"content-type", JSON), NO_STORE), json.dumps(body).encode())
