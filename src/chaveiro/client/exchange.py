"""Questions over HTTP to one address: kept connections, one deadline for all of it, nothing followed or repeated."""

from __future__ import annotations

import asyncio
import ssl
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotInTime
from contextlib import suppress
from dataclasses import dataclass, field
from ipaddress import ip_address
from threading import Lock, Thread
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

try:
    import httpx
except ModuleNotFoundError as missing:  # pragma: no cover - an installation without the extra
    raise ModuleNotFoundError("asking a Chaveiro elsewhere needs httpx: install `chaveiro[client]`") from missing

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop

CONNECTIONS_MAX: Final = 100
CONNECTIONS_KEPT: Final = 20
DEADLINE_SECONDS_MAX: Final = 60  # nobody waits longer for a verdict
_CLOSE_SECONDS: Final = 1.0
_GRACE_SECONDS: Final = 0.05  # for a deadline to be told across threads


class NotAnswered(Exception):
    """No answer came that could be one. Its `why` names the kind of failure, and nothing of what was sent or came."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Content:
    """What came back with a 200."""

    body: bytes = field(repr=False)
    language: str
    retry_after: str


class Exchange:
    """One address that is asked, and the connections to it that stay open.

    They live on an event loop of their own, in a thread: whoever asks, with a loop or without, has them in common, and
    a deadline covers connecting, sending and every byte that is waited for.
    """

    def __init__(
        self, url: str, *, deadline_seconds: float, bytes_max: int, verify: ssl.SSLContext | None = None
    ) -> None:
        """Name the address, and ask nothing. Raises ValueError for one to which no token may be sent."""
        refuse_unsafe(url)
        if not 0 < deadline_seconds <= DEADLINE_SECONDS_MAX:
            raise ValueError(f"a deadline is more than 0 and at most {DEADLINE_SECONDS_MAX} seconds")
        self._url = url
        self._deadline_seconds = deadline_seconds
        self._bytes_max = bytes_max
        self._verify = verify or (ssl.create_default_context() if url.startswith("https:") else False)
        self._lock = Lock()
        self._loop: AbstractEventLoop | None = None
        self._thread: Thread | None = None
        self._client: httpx.AsyncClient | None = None

    def post(self, body: bytes, headers: dict[str, str]) -> Content:
        """Ask, and wait. Raises NotAnswered."""
        asked = self._asked(body, headers)
        try:
            return asked.result(self._deadline_seconds + _GRACE_SECONDS)
        except NotInTime:
            asked.cancel()
            raise NotAnswered("deadline") from None

    async def apost(self, body: bytes, headers: dict[str, str]) -> Content:
        """Ask from an event loop, which goes on meanwhile. Raises NotAnswered."""
        return await asyncio.wrap_future(self._asked(body, headers))

    def close(self) -> None:
        """Let go of the connections. Whoever asks again opens others."""
        with self._lock:
            loop, thread, client = self._loop, self._thread, self._client
            self._loop = self._thread = self._client = None
        if loop is None or thread is None or client is None:
            return
        with suppress(NotInTime):
            asyncio.run_coroutine_threadsafe(client.aclose(), loop).result(_CLOSE_SECONDS)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()

    def _asked(self, body: bytes, headers: dict[str, str]) -> Future[Content]:
        with self._lock:
            if self._loop is None or self._client is None:
                self._client = self._new_client()
                self._loop = asyncio.new_event_loop()
                self._thread = Thread(target=self._loop.run_forever, name="chaveiro-client", daemon=True)
                self._thread.start()
            return asyncio.run_coroutine_threadsafe(self._post(self._client, body, headers), self._loop)

    def _new_client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            verify=self._verify,
            timeout=self._deadline_seconds,
            limits=httpx.Limits(max_connections=CONNECTIONS_MAX, max_keepalive_connections=CONNECTIONS_KEPT),
            follow_redirects=False,  # a token goes where it was configured to go, and nowhere else
            trust_env=False,  # likewise: no proxy of the environment's
        )

    async def _post(self, client: httpx.AsyncClient, body: bytes, headers: dict[str, str]) -> Content:
        try:
            async with (
                asyncio.timeout(self._deadline_seconds),
                client.stream("POST", self._url, content=body, headers=headers) as answer,
            ):
                return await self._content(answer)
        except TimeoutError:
            raise NotAnswered("deadline") from None
        except (httpx.HTTPError, httpx.StreamError, OSError, RuntimeError) as surprise:
            raise NotAnswered(type(surprise).__name__) from None

    async def _content(self, answer: httpx.Response) -> Content:
        if answer.status_code != httpx.codes.OK:
            raise NotAnswered(f"status {answer.status_code}")
        body = bytearray()
        async for chunk in answer.aiter_raw():
            body += chunk
            if len(body) > self._bytes_max:
                raise NotAnswered("too long")
        headers = answer.headers
        return Content(bytes(body), headers.get("content-language", ""), headers.get("retry-after", ""))


def refuse_unsafe(url: str) -> None:
    """Refuse an address that would put tokens on the wire in clear, or that hides a secret. Raises ValueError."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        raise ValueError("the authorizer's address is no URL") from None
    if parts.username or parts.password or parts.query or parts.fragment or not host:
        raise ValueError("the authorizer's address has a host, and neither a user nor a query")
    if parts.scheme != "https" and not (parts.scheme == "http" and _loopback(host)):
        raise ValueError("tokens go over HTTPS, or to a loopback address: use `https://`")


def _loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
