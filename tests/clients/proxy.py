"""A small CONNECT proxy on loopback: it opens tunnels to the hosts it stands in for, and to nowhere else."""

from __future__ import annotations

import socket
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from selectors import EVENT_READ, DefaultSelector
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread

_LINE_MAX = 8192
_PIECE = 65536


@dataclass
class Proxy:
    """Where clients set it as theirs, and where they wanted to go."""

    port: int
    opened: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def proxying(hosts: tuple[str, ...], *, to: int) -> Iterator[Proxy]:
    """Stand in for *hosts* (`*.` covers one label) on port 443: whoever asks for one is connected to *to* instead."""

    class Handler(StreamRequestHandler):
        rbufsize = 0  # what follows the head is the tunnel's

        def handle(self) -> None:
            with suppress(OSError):  # either side may leave at any time
                method, target = self._asked()
                if method != "CONNECT" or not _stands_in(hosts, target):
                    proxy.refused[f"{method} {target.partition('?')[0]}"] += 1  # a query may carry a token
                    self.wfile.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                    return
                with socket.create_connection(("127.0.0.1", to)) as inside:
                    proxy.opened[target] += 1
                    self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
                    _pass_on(self.connection, inside)

        def _asked(self) -> tuple[str, str]:
            method, _, rest = self.rfile.readline(_LINE_MAX).decode("latin-1").partition(" ")
            while self.rfile.readline(_LINE_MAX).strip():
                pass
            return method, rest.partition(" ")[0]

    with ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        proxy = Proxy(server.server_address[1])
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield proxy
        finally:
            server.shutdown()
            thread.join()


def _stands_in(hosts: tuple[str, ...], target: str) -> bool:
    host, _, port = target.lower().rpartition(":")
    covering = {host, f"*.{host.partition('.')[2]}"}
    return port == "443" and not covering.isdisjoint(hosts)


def _pass_on(one: socket.socket, other: socket.socket) -> None:
    """Carry bytes both ways until either side has said all."""
    with DefaultSelector() as waiting:
        waiting.register(one, EVENT_READ, other)
        waiting.register(other, EVENT_READ, one)
        while True:
            for ready, _ in waiting.select():
                assert isinstance(ready.fileobj, socket.socket)
                piece = ready.fileobj.recv(_PIECE)
                if not piece:
                    return
                ready.data.sendall(piece)
