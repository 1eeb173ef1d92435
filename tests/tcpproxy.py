"""A network between a client and a server that can be cut in every way a network is cut."""

from __future__ import annotations

import socket
import struct
from contextlib import suppress
from dataclasses import dataclass
from threading import Condition, Thread
from time import sleep
from typing import Self

_CHUNK = 65_536


@dataclass(eq=False)
class _Connection:
    """The two sockets of one connection. A silent one has lost bytes, and carries nothing any more."""

    client: socket.socket
    server: socket.socket | None
    silent: bool = False


class TcpProxy:
    """Passes on what it is sent, until a test wants otherwise. Ways to be cut end with `heal`."""

    def __init__(self, server: int) -> None:
        """Listen on a free loopback port in front of another one."""
        self._server = server
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._changed = Condition()
        self._paused = self._swallows = self._resets = self._closed = False
        self._delay_seconds = 0.0
        self._connections: set[_Connection] = set()
        Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._closed = True
        self._listener.close()
        self.heal()
        self._cut(list(self._connections))

    # -- what may happen

    def pause(self) -> None:
        """Keep back what is sent; it arrives once the network heals."""
        self._set(paused=True)

    def blackhole(self) -> None:
        """Swallow what is sent, for good. Connections are taken, and stay open."""
        for one in self._alive():
            one.silent = True
        self._set(swallows=True)

    def half_open(self) -> None:
        """Let the server lose its connections, and tell no client. New ones are as before."""
        for one in self._alive():
            one.silent = True
            if one.server is not None:
                _reset(one.server)

    def reset(self) -> None:
        """End every connection, and any new one at once."""
        self._set(resets=True)
        self._cut(self._alive())

    def delay(self, seconds: float) -> None:
        """Keep back what is sent for a while."""
        self._set(delay_seconds=seconds)

    def heal(self) -> None:
        """Pass on again."""
        self._set()

    # -- how

    def _set(
        self, *, paused: bool = False, swallows: bool = False, resets: bool = False, delay_seconds: float = 0.0
    ) -> None:
        with self._changed:
            self._paused, self._swallows, self._resets = paused, swallows, resets
            self._delay_seconds = delay_seconds
            self._changed.notify_all()

    def _alive(self) -> list[_Connection]:
        with self._changed:
            return list(self._connections)

    def _accept(self) -> None:
        while not self._closed:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            if self._resets:
                _reset(client)
                continue
            self._connect(client)

    def _connect(self, client: socket.socket) -> None:
        silent = self._swallows
        try:
            server = None if silent else socket.create_connection(("127.0.0.1", self._server), timeout=5)
        except OSError:
            _reset(client)
            return
        one = _Connection(client, server, silent)
        with self._changed:
            self._connections.add(one)
        if server is not None:
            server.settimeout(None)
            Thread(target=self._pump, args=(one, client, server), daemon=True).start()
            Thread(target=self._pump, args=(one, server, client), daemon=True).start()

    def _pump(self, one: _Connection, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(_CHUNK):
                if self._delay_seconds:
                    sleep(self._delay_seconds)  # this is the delay, and not a test that waits
                with self._changed:
                    self._changed.wait_for(lambda: not self._paused)
                if self._swallows:
                    one.silent = True
                if not one.silent:
                    sink.sendall(data)
        if not one.silent:
            self._cut([one], hard=False)

    def _cut(self, connections: list[_Connection], *, hard: bool = True) -> None:
        with self._changed:
            self._connections.difference_update(connections)
        for one in connections:
            for end in (one.client, one.server):
                if end is not None and hard:
                    _reset(end)
                elif end is not None:
                    with suppress(OSError):
                        end.shutdown(socket.SHUT_RDWR)
                    end.close()


def _reset(end: socket.socket) -> None:
    """End a connection without a word of farewell."""
    with suppress(OSError):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        end.shutdown(socket.SHUT_RD)
    with suppress(OSError):
        end.close()
