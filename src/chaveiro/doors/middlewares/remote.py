"""A Chaveiro elsewhere, asked about each request by `POST /v1/check`."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from chaveiro.client import Client
from chaveiro.client.client import ALLOWS_MAX, DEADLINE_SECONDS, TooLong
from chaveiro.doors.place import LOOPBACK, Place
from chaveiro.wire.answer import dated, passed_on, plain_problem, unavailable
from chaveiro.wire.asking import Answered, Refused, Unknown
from chaveiro.wire.identity import Identity
from chaveiro.words.language import Language

if TYPE_CHECKING:
    import ssl
    from collections.abc import Sequence
    from ipaddress import IPv4Network, IPv6Network

    from chaveiro.doors.middlewares.port import Asked
    from chaveiro.wire.message import Reply


class Remote:
    """Asks a Chaveiro elsewhere. What is no plain answer of it is "cannot tell": 503, neither an allow nor a 401."""

    def __init__(
        self,
        url: str,
        *,
        account: str = "",
        trusted_proxies: Sequence[IPv4Network | IPv6Network] = LOOPBACK,
        language: Language = Language.EN,
        deadline_seconds: float = DEADLINE_SECONDS,
        allow_seconds: float = 0.0,
        allows_max: int = ALLOWS_MAX,
        verify: ssl.SSLContext | None = None,
    ) -> None:
        """Name it, and ask nothing yet. Raises ValueError for a *url* that is neither HTTPS nor loopback.

        *account* is the one asked about; empty: host and query say it. *trusted_proxies* are believed about the
        caller's address and scheme. A question takes *deadline_seconds* at most. An allow is said again for
        *allow_seconds* (0 to 2; 0: never), of *allows_max* at a time. *language* is for callers who ask for none we
        speak.
        """
        self.place = Place(trusted_proxies=tuple(trusted_proxies), language=language)
        self._client = Client(
            url,
            account=account,
            deadline_seconds=deadline_seconds,
            allow_seconds=allow_seconds,
            allows_max=allows_max,
            verify=verify,
        )

    def start(self) -> None:
        """Nothing has to be ready: the first question connects."""

    def close(self) -> None:
        """Let go of connections."""
        self._client.close()

    def check(self, asked: Asked) -> Identity | Reply:
        """Ask about a request, and wait."""
        try:
            told = self._client.check(asked.received, at_least=asked.at_least, language=self._language(asked))
        except TooLong as problem:
            return _too_long(problem)
        return self._replied(told, asked)

    async def acheck(self, asked: Asked) -> Identity | Reply:
        """Ask about a request from an event loop."""
        try:
            told = await self._client.acheck(asked.received, at_least=asked.at_least, language=self._language(asked))
        except TooLong as problem:
            return _too_long(problem)
        return self._replied(told, asked)

    def _language(self, asked: Asked) -> str:
        """The language in which a denial is to be told, as a tag of ours: what the caller wrote goes no further."""
        return self.place.language_for(asked.message).tag

    def _replied(self, told: Answered, asked: Asked) -> Identity | Reply:
        match told:
            case Identity():
                return told
            case Refused(problem, language, standing):
                return dated(passed_on(problem, language), standing)
            case Unknown(seconds):
                causes = self.place.public_url
                return unavailable(self.place.cannot_tell(asked.message), retry_after_seconds=seconds, causes=causes)
            case _ as never:
                assert_never(never)


def _too_long(problem: TooLong) -> Reply:
    return plain_problem(431, "Request Header Fields Too Large", str(problem))
