"""The client: asks another process what may go on, and says so when it gets no answer."""

from __future__ import annotations

import os
from time import monotonic
from typing import TYPE_CHECKING, Final

import structlog

from chaveiro.client.allows import Allows
from chaveiro.client.exchange import Content, Exchange, NotAnswered
from chaveiro.wire.asking import (
    ANSWER_BYTES_MAX,
    Answered,
    AnswerMalformed,
    Refused,
    Unknown,
    answered,
    asking,
    parts,
)
from chaveiro.wire.check import BODY_BYTES_MAX
from chaveiro.wire.identity import Identity
from chaveiro.wire.read import APP_KEY_HEADER

if TYPE_CHECKING:
    import ssl

    from chaveiro.core.keyring import Revision
    from chaveiro.wire.received import Received

PATH: Final = "/v1/check"
DEADLINE_SECONDS: Final = 1.0
ALLOWS_MAX: Final = 10_000
RETRY_SECONDS: Final = 5  # as a node says that cannot tell

_log = structlog.get_logger(__name__)


class TooLong(ValueError):
    """The credentials of a request are longer than a question may be."""


class _Mine:
    """What one process holds. No child that was forked off may use its parent's connections, or its key."""

    def __init__(self, exchange: Exchange, allows: Allows) -> None:
        self.exchange = exchange
        self.allows = allows
        self.failing = ""  # why the last question got no answer


class Client:
    """A Chaveiro that runs elsewhere.

    Whoever asks is believed: method, host, address and scheme are the request's as the asker received it.
    """

    def __init__(
        self,
        url: str,
        *,
        account: str = "",
        deadline_seconds: float = DEADLINE_SECONDS,
        allow_seconds: float = 0.0,
        allows_max: int = ALLOWS_MAX,
        verify: ssl.SSLContext | None = None,
    ) -> None:
        """Name it, and ask nothing yet. Raises ValueError for a *url* that is neither HTTPS nor loopback.

        *account* is the one asked about; empty: host and query say it. A question with all its connecting and reading
        takes *deadline_seconds* at most. Each allow may be said again for *allow_seconds* (0 to 2) after it was asked
        for, of *allows_max* in each process. *verify* trusts other certificates than the system's.
        """
        self._url = url.rstrip("/") + PATH
        self._account = account
        self._deadline_seconds = deadline_seconds
        self._allow_seconds = allow_seconds
        self._allows_max = allows_max
        self._verify = verify
        self._of_process: dict[int, _Mine] = {os.getpid(): self._begun()}

    def check(self, received: Received, *, at_least: Revision | None = None, language: str = "") -> Answered:
        """Ask about one request, and wait. Never raises but TooLong. *language* is what its caller would read."""
        mine, name = self._mine(), self._name(received)
        if kept := self._kept(mine, name, at_least):
            return kept
        question, asked_at = self._question(received, at_least), monotonic()
        try:
            content = mine.exchange.post(question, _headers(language))
            return self._told(mine, received, self._read(content), name, asked_at)
        except (NotAnswered, AnswerMalformed) as failure:
            return self._unknown(mine, failure)

    async def acheck(self, received: Received, *, at_least: Revision | None = None, language: str = "") -> Answered:
        """Ask about one request from an event loop. Never raises but TooLong."""
        mine, name = self._mine(), self._name(received)
        if kept := self._kept(mine, name, at_least):
            return kept
        question, asked_at = self._question(received, at_least), monotonic()
        try:
            content = await mine.exchange.apost(question, _headers(language))
            return self._told(mine, received, self._read(content), name, asked_at)
        except (NotAnswered, AnswerMalformed) as failure:
            return self._unknown(mine, failure)

    def close(self) -> None:
        """Let go of the connections."""
        self._mine().exchange.close()

    def _begun(self) -> _Mine:
        exchange = Exchange(
            self._url,
            deadline_seconds=self._deadline_seconds,
            bytes_max=ANSWER_BYTES_MAX,
            verify=self._verify,
        )
        return _Mine(exchange, Allows(seconds=self._allow_seconds, entries_max=self._allows_max, clock=monotonic))

    def _mine(self) -> _Mine:
        # INVARIANT: on a connection shared with another process one would read the other's answer. What a parent held
        # stays where it is, untouched: closing it here would end it there.
        pid = os.getpid()
        return self._of_process.get(pid) or self._of_process.setdefault(pid, self._begun())

    def _name(self, received: Received) -> bytes:
        allows = self._mine().allows
        return allows.name(parts(received, account=self._account)) if allows.is_on else b""

    def _kept(self, mine: _Mine, name: bytes, at_least: Revision | None) -> Identity | None:
        return mine.allows.get(name, at_least) if mine.allows.is_on else None

    def _question(self, received: Received, at_least: Revision | None) -> bytes:
        question = asking(received, account=self._account, at_least=at_least)
        if len(question) > BODY_BYTES_MAX:
            raise TooLong("the request's credentials are too long to be asked about")
        return question

    def _read(self, content: Content) -> Answered:
        return answered(content.body, language=content.language, retry_after=content.retry_after)

    def _told(self, mine: _Mine, received: Received, told: Answered, name: bytes, asked_at: float) -> Answered:
        mine.failing = ""
        match told:
            case Identity():
                self._refuse_other(received, told)
                if mine.allows.is_on:
                    mine.allows.put(name, told, asked_at=asked_at)
            case Refused(standing=standing):
                mine.allows.heard(standing.revision)
            case Unknown():
                pass
        return told

    def _refuse_other(self, received: Received, told: Identity) -> None:
        """Refuse an allow for somebody else: an answer that went astray. Raises AnswerMalformed."""
        presented = [value.strip(b" \t") for name, value in received.headers if name == APP_KEY_HEADER]
        if self._account and told.account != self._account:
            raise AnswerMalformed("an allow of another account")
        if told.app_key is not None and presented and presented != [told.app_key.encode()]:
            raise AnswerMalformed("an allow of another key")

    def _unknown(self, mine: _Mine, failure: NotAnswered | AnswerMalformed) -> Unknown:
        why = failure.why if isinstance(failure, NotAnswered) else "no answer"
        if why != mine.failing:  # told when it begins or changes, not for each request
            mine.failing = why
            _log.warning("authorizer_does_not_answer", why=why)
        return Unknown(RETRY_SECONDS)


def _headers(language: str) -> dict[str, str]:
    headers = {"content-type": "application/json", "accept": "application/json", "accept-encoding": "identity"}
    return headers | ({"accept-language": language} if language else {})
