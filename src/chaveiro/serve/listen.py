"""Listening: one process, one port, until somebody asks it to stop."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import signal
import ssl
import sys
import time
from functools import partial
from pathlib import Path
from threading import current_thread, main_thread
from typing import TYPE_CHECKING, Any

import uvicorn

from chaveiro.doors.place import Place
from chaveiro.serve.crowd import Crowd
from chaveiro.serve.grpc import answering_grpc, refuse_open
from chaveiro.serve.house import serving_house
from chaveiro.serve.logs import configure_logs
from chaveiro.serve.protocol import Listening, StrictProtocol
from chaveiro.serve.refusal import CannotStart
from chaveiro.serve.sockets import BACKLOG, Address, bound, bound_file, is_loopback, told
from chaveiro.serve.workers import Workers
from chaveiro.words.language import Language

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Iterator
    from types import FrameType

    from chaveiro.doors.checks import Checks
    from chaveiro.serve.protocol import AtOnce
    from chaveiro.settings import Settings

KEEP_ALIVE_SECONDS = 75
DRAIN_SECONDS_MAX = 10
CONNECTIONS_MAX = 25_000
# How long a busy thread keeps others from running. To follow a revoke another thread needs some ten turns, and waits so
# long for each while requests come without pause; the interpreter's own 5 ms are for work that nobody waits for.
SWITCH_SECONDS = 0.001
SWEEP_STEP = 50  # connections that are looked at before whoever asks is answered again
_SPARE_FILES = 200  # for the database, and for whoever must still get in when strangers hold everything else


def serve(settings: Settings, *, accept_revived: bool = False) -> None:
    """Answer until SIGTERM or SIGINT, then finish what was begun. Raises CannotStart.

    With *accept_revived* it starts on a database that lets in what was revoked and cannot be revoked again.
    """
    configure_logs(settings)
    refuse_unsafe(settings)
    refuse_open(settings)
    sys.setswitchinterval(SWITCH_SECONDS)
    open_more_files()
    with contextlib.ExitStack() as stack:
        stack.enter_context(uncollected())
        choose = "`--port` or `CHAVEIRO_PORT`"
        listener = stack.enter_context(bound(settings.host, settings.port, choose=choose))
        checks = _bound_for_checks(settings, stack)
        opened = serving_house(settings, accept_revived=accept_revived)
        house = stack.enter_context(contextlib.closing(opened))
        house.start()
        where = f"{'https' if settings.tls_cert else 'http'}://{told(listener)}"
        app = house.app(place(settings))
        ready = f"chaveiro is ready at {where}" + (f", for checks at {told(checks)}" if checks else "")
        serving = server(app, settings, lambda: print(ready, flush=True), app.drain, at_once=app.at_once)  # noqa: T201 - whoever starts it waits for this
        if checks and not settings.workers:
            serving.answer_checks(app.checks, checks)
        elif checks:
            workers = stack.enter_context(Workers(settings, checks, settings.workers).running())
            app.metrics.tell_too(workers)
            serving.stop_too(workers.drain)
        stack.enter_context(answering_grpc(app.gateway, settings))
        set_aside()
        serving.run([listener])


def _bound_for_checks(settings: Settings, stack: contextlib.ExitStack) -> socket.socket | None:
    if not settings.check_listen:
        return None
    address = Address.read(settings.check_listen)
    if address.path:
        return stack.enter_context(bound_file(Path(address.path)))
    choose = "`--check-listen` or `CHAVEIRO_CHECK_LISTEN`"
    return stack.enter_context(bound(address.host, address.port, choose=choose))


def refuse_unsafe(settings: Settings) -> None:
    """Refuse what would put tokens on the wire in clear, or believe strangers. Raises CannotStart."""
    refuse_everybody(settings)
    if settings.tls_cert is not None and settings.tls_key is not None:
        _try_certificate(settings.tls_cert, settings.tls_key)
    if settings.tls_cert is None and not settings.behind_proxy and not is_loopback(settings.host):
        raise CannotStart(
            f"listening on `{settings.host}` without TLS would send tokens in clear: set `CHAVEIRO_TLS_CERT` and "
            "`CHAVEIRO_TLS_KEY`, or `--behind-proxy` where a proxy speaks TLS, or listen on 127.0.0.1"
        )
    checks = Address.read(settings.check_listen) if settings.check_listen else Address()
    if checks.host and not settings.behind_proxy and not is_loopback(checks.host):
        raise CannotStart(
            f"listening for checks on `{checks.host}`, where no TLS is spoken, would send tokens in clear: name a "
            "loopback address or `unix:/path`, or set `--behind-proxy` where a proxy speaks TLS"
        )
    if settings.workers and not settings.check_listen:
        raise CannotStart(
            "check workers need an address of their own: name it with `--check-listen` or `CHAVEIRO_CHECK_LISTEN`, "
            "such as `127.0.0.1:8421` or `unix:/run/chaveiro/check.sock`"
        )


def refuse_everybody(settings: Settings) -> None:
    """Refuse to believe what any caller says of itself. Raises CannotStart."""
    for network in settings.trusted_proxies:
        if network.prefixlen == 0:
            raise CannotStart(
                f"`CHAVEIRO_TRUSTED_PROXIES` names everybody (`{network}`), so any caller could say what it asks for: "
                "name the addresses of your gateways"
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
    app: Checks,
    settings: Settings,
    ready: Callable[[], None],
    drain: Callable[[], None] = lambda: None,
    *,
    at_once: AtOnce | None = None,
) -> Server:
    """Put an application behind our reading of HTTP; *at_once* answers what it can before the application is asked.

    *ready* is called once, when it answers; *drain* when it was asked to stop.
    """
    crowd = Crowd(
        most=_connections_max(),
        most_of_address=settings.connections_per_address_max,
        trusts=place(settings).trusts,
    )
    config = _listening(app, at_once, crowd, ssl_certfile=settings.tls_cert, ssl_keyfile=settings.tls_key)
    return Server(config, ready, drain, settings.drain_seconds)


def _listening(app: Any, at_once: AtOnce | None, crowd: Crowd, **tls: Path | None) -> Listening:  # noqa: ANN401 - an ASGI application
    return Listening(
        app,
        at_once=at_once,
        crowd=crowd,
        interface="asgi3",
        loop="uvloop" if sys.platform != "win32" else "asyncio",
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        date_header=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=DRAIN_SECONDS_MAX,
        **tls,
    )


@contextlib.contextmanager
def uncollected() -> Iterator[None]:
    """Begin without the collector: next to nothing is garbage yet, and `set_aside` is to come."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def set_aside() -> None:
    """Let the collector look no more at what there is when a process begins to answer.

    It would look through all of it again and again, for 60 ms or more, and every check would wait for that.
    """
    gc.freeze()
    gc.enable()


def open_more_files() -> None:
    """Let this process open as many files as it may: each connection is one."""
    try:
        import resource  # noqa: PLC0415 - there is none on Windows
    except ImportError:
        return
    files, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = CONNECTIONS_MAX + _SPARE_FILES
    if files != resource.RLIM_INFINITY and files < wanted:
        wanted = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(files, wanted), most))


def _connections_max() -> int:
    try:
        import resource  # noqa: PLC0415 - there is none on Windows
    except ImportError:
        return CONNECTIONS_MAX
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return CONNECTIONS_MAX if files == resource.RLIM_INFINITY else max(min(CONNECTIONS_MAX, files - _SPARE_FILES), 50)


class Server(uvicorn.Server):
    """Says when it is ready, ends heads that never end, and stops in order when asked to."""

    config: Listening

    def __init__(
        self, config: Listening, ready: Callable[[], None], drain: Callable[[], None], drain_seconds: float
    ) -> None:
        super().__init__(config)
        self._ready = ready
        self._drains = [drain]
        self._drain_seconds = drain_seconds
        self._stop_at: float | None = None
        self._checks: tuple[Listening, socket.socket] | None = None

    def answer_checks(self, app: Checks, listener: socket.socket) -> None:
        """Answer checks alone on another socket, in clear, once it runs."""
        self._checks = _listening(app, app.at_once, self.config.crowd), listener

    def stop_too(self, drain: Callable[[], None]) -> None:
        """Let somebody else know, too, when it is asked to stop."""
        self._drains.append(drain)

    @property
    def stops(self) -> bool:
        """Whether it was asked to."""
        return self.should_exit or self._stop_at is not None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self._checks is not None:
            config, listener = self._checks
            made = partial(StrictProtocol, config, self.server_state, self.lifespan.state)
            loop = asyncio.get_running_loop()
            self.servers.append(await loop.create_server(made, sock=listener, backlog=BACKLOG))
        self._ready()

    async def on_tick(self, counter: int) -> bool:
        if counter % 10 == 0:
            await self._sweep()
        if self._stop_at is not None and time.monotonic() >= self._stop_at:
            self.should_exit = True
        return await super().on_tick(counter)

    async def _sweep(self) -> None:
        """End what has taken too long, a few at a time: thousands may have begun together, and others are waiting."""
        for number, connection in enumerate(list(self.server_state.connections)):
            if isinstance(connection, StrictProtocol) and connection in self.server_state.connections:
                connection.sweep(connection.loop.time())
            if number % SWEEP_STEP == SWEEP_STEP - 1:
                await asyncio.sleep(0)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Drain where it is a supervisor that asks, once; stop at once for whoever sits before it, or asks again."""
        for drain in self._drains:
            drain()
        if sig != signal.SIGTERM or self._stop_at is not None or not self._drain_seconds:
            super().handle_exit(sig, frame)
            return
        self._stop_at = time.monotonic() + self._drain_seconds
        # Each connection ends with its next answer, so that whoever keeps one open finds its way to another process.
        close = (b"connection", b"close")
        for config in (self.config, *(self._checks or ())[:1]):
            config.encoded_headers.append(close)
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
