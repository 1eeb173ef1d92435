"""Applications behind real servers, on ports of their own, and requests that go out as they are written."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection
from socketserver import TCPServer
from threading import Thread
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler as PlainHandler
from wsgiref.simple_server import make_server as make_plain_server

import uvicorn
from tests.waiting import until
from werkzeug.serving import WSGIRequestHandler, make_server


@contextmanager
def asgi(app: Any, **more: Any) -> Iterator[int]:
    """Serve by uvicorn, lifespan included where the application has one."""
    config = uvicorn.Config(app, log_config=None, access_log=False, ws="none", **more)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(config)

        def run() -> None:
            with suppress(SystemExit):  # by which uvicorn says that an application did not start
                server.run([listener])

        thread = Thread(target=run)
        thread.start()
        try:
            until(lambda: server.started or not thread.is_alive())
            assert server.started, "the server did not start"
            yield listener.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join()


class _Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 - as its base has it
        """Say nothing."""


@contextmanager
def wsgi(app: Any) -> Iterator[int]:
    """Serve by Werkzeug, which hands on the target as it was sent."""
    with _running(make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)) as port:
        yield port


class _QuietToo(PlainHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - as its base has it
        """Say nothing."""


@contextmanager
def plain_wsgi(app: Any) -> Iterator[int]:
    """Serve by wsgiref, which decodes the path and forgets how it was sent."""
    with _running(make_plain_server("127.0.0.1", 0, app, handler_class=_QuietToo)) as port:
        yield port


@contextmanager
def _running(server: TCPServer) -> Iterator[int]:
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server.socket.getsockname()[1]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass
class Response:
    """What came back."""

    status: int
    headers: dict[str, str]
    content: bytes
    body: dict[str, Any] = field(default_factory=dict)


@dataclass
class Caller:
    """Somebody who asks, over one connection."""

    port: int
    _connection: HTTPConnection | None = None

    def ask(
        self, method: str, target: str, headers: list[tuple[bytes, bytes]], *, host: str = "acme.localhost"
    ) -> Response:
        """Send a request as it is written, and read the answer."""
        connection = self._connection = self._connection or HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
        for name, value in [(b"Host", host.encode()), *headers]:
            connection.putheader(name.decode(), value)
        connection.endheaders()
        answer = connection.getresponse()
        content = answer.read()
        if answer.will_close:
            self.close()
        told = {name.lower(): value for name, value in answer.getheaders()}
        is_json = content and "json" in told.get("content-type", "")
        return Response(answer.status, told, content, json.loads(content) if is_json else {})

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
