"""The API behind the gateway: three orders, and not a word about keys, which is the point."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

ORDERS: Final = (
    {"orderId": "1538310123456-01", "status": "ready-for-handling", "totalValue": 18990},
    {"orderId": "1538310123457-01", "status": "handling", "totalValue": 4250},
    {"orderId": "1538310123458-01", "status": "invoiced", "totalValue": 129900},
)
IDENTITY: Final = ("X-Chaveiro-Account", "X-Chaveiro-Key", "X-Chaveiro-Roles")


class Orders:
    """The sample orders API, on a free port of this machine's loopback, until it is stopped."""

    def __init__(self) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, name="orders", daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._server.server_address[1])

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Handler(BaseHTTPRequestHandler):
    """Whoever gets here was let through by the gateway, which says who it is."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        caller = {name: self.headers.get(name, "") for name in IDENTITY}
        body = json.dumps({"orders": ORDERS, "caller": caller}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - http.server names it so
        """Say nothing: the tour speaks."""
