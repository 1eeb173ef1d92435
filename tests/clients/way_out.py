"""The way out of VTEX IO, in small: apps write `http:`, and what they ask for goes on over TLS."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import httpx

# Meant for the way itself, or for one connection of it. `Host` and `X-VTEX-Proxy-To` say again what the target says.
_ENDS_HERE = {"connection", "host", "keep-alive", "proxy-authorization", "proxy-connection", "x-vtex-proxy-to"}


@contextmanager
def leading_out(authority: ssl.SSLContext, *, proxy: str) -> Iterator[str]:
    """Take GET requests in clear, as a proxy does, and pass them on through *proxy*. Gives its own address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            secure = self.path.replace("http://", "https://", 1)
            headers = [(name, value) for name, value in self.headers.items() if name.lower() not in _ENDS_HERE]
            answer = client.get(secure, headers=headers)
            self.send_response(answer.status_code)
            self.send_header("Content-Type", answer.headers.get("Content-Type", ""))
            self.send_header("Content-Length", str(len(answer.content)))
            self.end_headers()
            self.wfile.write(answer.content)

        def log_message(self, *_: object) -> None:
            """Stay silent: a query may carry a token."""

    with (
        httpx.Client(proxy=proxy, verify=authority, timeout=10, trust_env=False) as client,
        ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server,
    ):
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()
