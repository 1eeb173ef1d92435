"""Listening for Envoy's gRPC, beside HTTP: where a setting says so, in a thread with a loop of its own."""

from __future__ import annotations

import asyncio
import contextlib
from ipaddress import ip_address
from threading import Event, Thread
from typing import TYPE_CHECKING, Any, Final

import structlog

from chaveiro.serve.refusal import CannotStart
from chaveiro.wire.message import Reply

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from chaveiro.settings import Settings
    from chaveiro.wire.message import Message

    Ask = Callable[[Message], Awaitable[Reply]]

QUESTION_BYTES_MAX: Final = 256 * 1024  # far more than a head that is not refused for its length
AT_ONCE_MAX: Final = 1_000
START_SECONDS_MAX: Final = 10.0
DRAIN_SECONDS_MAX: Final = 10.0
_OPTIONS: Final = (
    ("grpc.so_reuseport", 0),  # two processes at one address would share its questions by chance
    ("grpc.max_receive_message_length", QUESTION_BYTES_MAX),
)

_log = structlog.get_logger(__name__)


@contextlib.contextmanager
def answering_grpc(ask: Ask, settings: Settings) -> Iterator[None]:
    """Answer Envoy by gRPC meanwhile, where a setting says where. Raises CannotStart."""
    if not settings.grpc_listen:
        yield
        return
    server = GrpcServer(ask, settings.grpc_listen)
    server.start()
    try:
        yield
    finally:
        server.stop()


def refuse_open(settings: Settings) -> None:
    """Refuse to send tokens in clear to whoever listens on the way. Raises CannotStart."""
    host = settings.grpc_listen.rpartition(":")[0].strip("[]")
    if not settings.grpc_listen or settings.behind_proxy or settings.grpc_listen.startswith("unix:"):
        return
    try:
        loopback = ip_address(host).is_loopback
    except ValueError:
        raise CannotStart(f"`CHAVEIRO_GRPC_LISTEN`: `{host}` is no address") from None
    if not loopback:
        raise CannotStart(
            f"listening on `{host}` for gRPC would send tokens in clear: set `CHAVEIRO_GRPC_LISTEN` to an address of "
            "127.0.0.1 or to `unix:/PATH`, or give `--behind-proxy` where something in front speaks TLS"
        )


class GrpcServer:
    """Answers at one address. Whoever started it stops it."""

    def __init__(self, ask: Ask, address: str) -> None:
        self._ask = ask
        self._address = address
        self._thread = Thread(target=self._run, name="grpc", daemon=True)
        self._begun = Event()
        self._stop: Callable[[], object] = lambda: None
        self._surprise: Exception | None = None
        self.port = 0

    def start(self) -> None:
        """Listen before it returns. Raises CannotStart."""
        self._thread.start()
        if not self._begun.wait(START_SECONDS_MAX):
            raise CannotStart(f"`{self._address}` is not listened on after {START_SECONDS_MAX:.0f} s")
        if isinstance(self._surprise, ImportError):
            raise CannotStart("`CHAVEIRO_GRPC_LISTEN` needs the extra `grpc`: `pip install 'chaveiro[grpc]'`")
        if self._surprise is not None:
            raise CannotStart(
                f"`{self._address}` cannot be listened on for gRPC: stop what uses it, or choose another with "
                "`CHAVEIRO_GRPC_LISTEN`"
            ) from None

    def stop(self) -> None:
        """Take no more questions, answer those that were asked, and return."""
        self._stop()
        self._thread.join()

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except Exception as surprise:  # noqa: BLE001 - told by whoever started it
            self._surprise = surprise
        finally:
            self._begun.set()

    async def _serve(self) -> None:
        import grpc  # noqa: PLC0415 - an extra

        from chaveiro.doors.envoy.door import answered, asked  # noqa: PLC0415 - likewise
        from chaveiro.doors.envoy.messages import SERVICE, CheckRequest  # noqa: PLC0415 - likewise

        async def check(request: Any, context: Any) -> Any:  # noqa: ANN401 - grpcio has no types
            try:
                message = asked(request, context.peer())
                return answered(message if isinstance(message, Reply) else await self._ask(message))
            except Exception as surprise:  # noqa: BLE001 - gRPC would log and send what it says
                _log.error("request_failed", surprise=type(surprise).__name__, door="grpc")
                await context.abort(grpc.StatusCode.INTERNAL, "nobody can tell")

        method = grpc.unary_unary_rpc_method_handler(
            check,
            request_deserializer=CheckRequest.FromString,
            response_serializer=lambda response: response.SerializeToString(),
        )
        server = grpc.aio.server(options=_OPTIONS, maximum_concurrent_rpcs=AT_ONCE_MAX)
        server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(SERVICE, {"Check": method}),))
        self.port = server.add_insecure_port(self._address)
        await server.start()
        loop, stopping = asyncio.get_running_loop(), asyncio.Event()
        self._stop = lambda: loop.call_soon_threadsafe(stopping.set)
        self._begun.set()
        await stopping.wait()
        await server.stop(DRAIN_SECONDS_MAX)
