"""Listening: one process, one port, until somebody asks it to stop."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import ssl
import sys
import time
from ipaddress import ip_address
from threading import current_thread, main_thread
from typing import TYPE_CHECKING

import uvicorn

from chaveiro.doors.place import Place
from chaveiro.serve.house import serving_house
from chaveiro.serve.logs import configure_logs
from chaveiro.serve.protocol import StrictProtocol
from chaveiro.serve.refusal import CannotStart
from chaveiro.words.language import Language

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from types import FrameType

    from chaveiro.doors.asgi import App
    from chaveiro.settings import Settings

KEEP_ALIVE_SECONDS = 75
DRAIN_SECONDS_MAX = 10
CONNECTIONS_MAX = 10_000
# How long a busy thread keeps others from running. To follow a revoke another thread needs some ten turns, and waits so
# long for each while requests come without pause; the interpreter's own 5 ms are for work that nobody waits for.
SWITCH_SECONDS = 0.001
_SPARE_FILES = 200  # for the database, and for whoever must still get in when strangers hold everything else


def serve(settings: Settings, *, accept_revived: bool = False) -> None:
    """Answer until SIGTERM or SIGINT, then finish what was begun. Raises CannotStart.

    With *accept_revived* it starts on a database that lets in what was revoked and cannot be revoked again.
    """
    configure_logs(settings)
    refuse_unsafe(settings)
    sys.setswitchinterval(SWITCH_SECONDS)
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(contextlib.closing(_bound(settings)))
        opened = serving_house(settings, accept_revived=accept_revived)
        house = stack.enter_context(contextlib.closing(opened))
        house.start()
        host, port = listener.getsockname()[:2]
        where = f"{'https' if settings.tls_cert else 'http'}://{f'[{host}]' if ':' in host else host}:{port}"
        app = house.app(place(settings))
        ready = f"chaveiro is ready at {where}"
        server(app, settings, lambda: print(ready, flush=True), app.drain).run([listener])  # noqa: T201 - whoever starts it waits for this


def refuse_unsafe(settings: Settings) -> None:
    """Refuse what would put tokens on the wire in clear, or believe strangers. Raises CannotStart."""
    for network in settings.trusted_proxies:
        if network.prefixlen == 0:
            raise CannotStart(
                f"`CHAVEIRO_TRUSTED_PROXIES` names everybody (`{network}`), so any caller could say what it asks for: "
                "name the addresses of your gateways"
            )
    if settings.tls_cert is not None and settings.tls_key is not None:
        _try_certificate(settings.tls_cert, settings.tls_key)
    if settings.tls_cert is None and not settings.behind_proxy and not _loopback(settings.host):
        raise CannotStart(
            f"listening on `{settings.host}` without TLS would send tokens in clear: set `CHAVEIRO_TLS_CERT` and "
            "`CHAVEIRO_TLS_KEY`, or `--behind-proxy` where a proxy speaks TLS, or listen on 127.0.0.1"
        )


def _try_certificate(cert: Path, key: Path) -> None:
    try:
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(cert, key, password="")
    except OSError as surprise:
        reason = getattr(surprise, "reason", None) or surprise.strerror or "unreadable"
        raise CannotStart(
            f"the certificate `{cert}` and the key `{key}` cannot be used ({reason}): check paths and permissions, "
            "that both are PEM, that they belong together, and that the key has no passphrase"
        ) from None


def _loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        pass
    try:
        found = {str(entry[4][0]) for entry in socket.getaddrinfo(host, None)}
    except OSError:
        raise CannotStart(
            f"the host `{host}` has no address here: set `CHAVEIRO_HOST` to one of this machine"
        ) from None
    return all(ip_address(address.partition("%")[0]).is_loopback for address in found)


def _bound(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((settings.host, settings.port))
    except OSError as surprise:
        listener.close()
        raise CannotStart(
            f"`{settings.host}` port {settings.port} cannot be listened on ({os.strerror(surprise.errno or 0)}): "
            "stop what uses it, or choose another with `--port` or `CHAVEIRO_PORT`"
        ) from None
    return listener


def place(settings: Settings) -> Place:
    """What the doors need to know of the settings."""
    return Place(
        account=settings.account,
        base_hosts=settings.base_hosts,
        trusted_proxies=settings.trusted_proxies,
        public_url=settings.public_url,
        language=Language(settings.language),
        stale_seconds_max=settings.stale_seconds_max,
        plain=settings.tls_cert is None,
    )


def server(
    app: App, settings: Settings, ready: Callable[[], None], drain: Callable[[], None] = lambda: None
) -> uvicorn.Server:
    """Put an application behind our reading of HTTP.

    *ready* is called once, when it answers; *drain* when it was asked to stop.
    """
    config = uvicorn.Config(
        app,
        interface="asgi3",
        http=StrictProtocol,
        loop="uvloop" if sys.platform != "win32" else "asyncio",
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        date_header=False,
        ssl_certfile=settings.tls_cert,
        ssl_keyfile=settings.tls_key,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=DRAIN_SECONDS_MAX,
        limit_concurrency=_connections_max(),
    )
    return _Server(config, ready, drain, settings.drain_seconds)


def _connections_max() -> int:
    try:
        import resource  # noqa: PLC0415 - there is none on Windows
    except ImportError:
        return CONNECTIONS_MAX
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return CONNECTIONS_MAX if files == resource.RLIM_INFINITY else max(min(CONNECTIONS_MAX, files - _SPARE_FILES), 50)


class _Server(uvicorn.Server):
    """Says when it is ready, ends heads that never end, and stops in order when asked to."""

    def __init__(
        self, config: uvicorn.Config, ready: Callable[[], None], drain: Callable[[], None], drain_seconds: float
    ) -> None:
        super().__init__(config)
        self._ready = ready
        self._drain = drain
        self._drain_seconds = drain_seconds
        self._stop_at: float | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready()

    async def on_tick(self, counter: int) -> bool:
        if counter % 10 == 0:
            for connection in list(self.server_state.connections):
                if isinstance(connection, StrictProtocol):
                    connection.sweep(connection.loop.time())
        if self._stop_at is not None and time.monotonic() >= self._stop_at:
            self.should_exit = True
        return await super().on_tick(counter)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Drain where it is a supervisor that asks, once; stop at once for whoever sits before it, or asks again."""
        self._drain()
        if sig != signal.SIGTERM or self._stop_at is not None or not self._drain_seconds:
            super().handle_exit(sig, frame)
            return
        self._stop_at = time.monotonic() + self._drain_seconds
        # Each connection ends with its next answer, so that whoever keeps one open finds its way to another process.
        close = (b"connection", b"close")
        self.config.encoded_headers.append(close)
        self.server_state.default_headers = [*self.server_state.default_headers, close]

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take the signals that ask to stop, and give them back. uvicorn would raise them again, and end us midway."""
        if current_thread() is not main_thread():  # signals are the main thread's
            yield
            return
        former = {number: signal.signal(number, self.handle_exit) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in former.items():
                signal.signal(number, handler)
