"""The guard of one application: what is open, what is judged and how, and what of a request the application sees."""

from __future__ import annotations

from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

import structlog

from chaveiro.catalogue.path import canonical
from chaveiro.core.attempt import Ambiguous, Need, Transport
from chaveiro.core.names import NameMalformed, resource
from chaveiro.doors.middlewares.port import Asked
from chaveiro.doors.place import TRANSPORTS, address_of
from chaveiro.node.answer import RETRY_SECONDS
from chaveiro.wire.answer import IDENTITY, NOSNIFF, plain_problem, unavailable
from chaveiro.wire.check import TARGET_LENGTH_MAX
from chaveiro.wire.message import Reply
from chaveiro.wire.read import APP_KEY_HEADER, APP_TOKEN_HEADER, AT_LEAST, USER_TOKEN, USER_TOKEN_HEADER, at_least
from chaveiro.wire.received import Received

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chaveiro.doors.middlewares.port import Authorizer
    from chaveiro.wire.identity import Identity
    from chaveiro.wire.message import Headers, Message

OURS: Final = IDENTITY[0].lower().encode().rpartition(b"-")[0] + b"-"  # what begins like this, nobody sends but we
FORWARDED_PROTO: Final = b"x-forwarded-proto"
_CREDENTIALS: Final = frozenset({APP_KEY_HEADER, APP_TOKEN_HEADER, USER_TOKEN_HEADER})
# What a path may hold as it is where only a decoded one is known. All else is coded, and judged as coded.
_AS_IT_IS: Final = "/-_~!$&'()*+,=:@."

_log = structlog.get_logger(__name__)


class Misread(ValueError):
    """The server says two things of a request, so that nobody knows which one the application will act on."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """A request as a framework handed it over."""

    message: Message
    scheme: str = field(default="")  # as the server has it


@dataclass(frozen=True, slots=True)
class Open:
    """The path is open to everybody: nobody was asked, and nobody is known to call."""


OPEN: Final = Open()


class Guard:
    """Judges what an application received. Nothing goes on that was not allowed, or listed as open."""

    def __init__(self, authorizer: Authorizer, *, public: Iterable[str] = (), keep_credentials: bool = False) -> None:
        """Guard by *authorizer*. Raises ValueError for a *public* path that can be read in two ways.

        *public* paths are open as they are written, to the byte, whatever the method. The application sees no
        credential, unless it is to with *keep_credentials*.
        """
        self.authorizer = authorizer
        self._public = frozenset(map(_open_path, public))
        self._keep_credentials = keep_credentials

    def judge(self, arrived: Arrived, need: Need | None = None) -> Identity | Open | Reply:
        """Judge a request, by its route or by a *need*, and wait. Never raises."""
        try:
            asked = self._asked(arrived, need)
            return self.authorizer.check(asked) if isinstance(asked, Asked) else asked
        except Exception as surprise:  # noqa: BLE001 - a doubt is never an allow, nor a 401 that blames the caller
            return self._surprised(surprise, arrived)

    async def ajudge(self, arrived: Arrived, need: Need | None = None) -> Identity | Open | Reply:
        """Judge a request from an event loop. Never raises."""
        try:
            asked = self._asked(arrived, need)
            return await self.authorizer.acheck(asked) if isinstance(asked, Asked) else asked
        except Exception as surprise:  # noqa: BLE001 - likewise
            return self._surprised(surprise, arrived)

    def _asked(self, arrived: Arrived, need: Need | None) -> Asked | Open | Reply:
        message = arrived.message
        if need is None and message.path in self._public:
            return OPEN
        host = message.host
        if host is None:
            return plain_problem(400, "Bad Request", "a request names exactly one host, in one `Host` header")
        if len(message.target) > TARGET_LENGTH_MAX:
            return plain_problem(414, "URI Too Long", f"a target has at most {TARGET_LENGTH_MAX} characters")
        try:
            insisted = at_least(message)
        except NameMalformed as malformed:
            problem = f"`{AT_LEAST}` cannot be read: {malformed}, and is sent once"
            return plain_problem(400, "Bad Request", problem)
        place = self.authorizer.place
        received = Received(
            method=message.method,
            target=message.target,
            host=host,
            headers=message.headers,
            address=address_of(place.caller(message)),
            transport=self._transport(arrived),
            need=need,
        )
        return Asked(received, message, insisted)

    def _transport(self, arrived: Arrived) -> Transport:
        """How the caller was connected: what a trusted proxy says, else what the server saw itself."""
        place, message = self.authorizer.place, arrived.message
        if place.trusts(message.peer) and message.says(FORWARDED_PROTO):
            return place.transport(message)
        return TRANSPORTS.get(arrived.scheme.lower(), Transport.UNKNOWN)

    def _surprised(self, surprise: Exception, arrived: Arrived) -> Reply:
        _log.error("request_failed", surprise=type(surprise).__name__)
        told = self.authorizer.place.cannot_tell(arrived.message)
        return unavailable(told, retry_after_seconds=RETRY_SECONDS, causes=self.authorizer.place.public_url)

    # -- what the application sees

    def hides(self, name: bytes) -> bool:
        """Say whether a header, its name in lower case, is kept from the application."""
        spelling = name.replace(b"_", b"-")
        return spelling.startswith(OURS) or (not self._keep_credentials and spelling in _CREDENTIALS)

    def shown(self, headers: Headers) -> Headers:
        """The headers that the application sees."""
        seen = (
            (name, self.cookies(value) if name == b"cookie" else value)
            for name, value in headers
            if not self.hides(name)
        )
        return tuple((name, value) for name, value in seen if value is not None)

    def cookies(self, value: bytes) -> bytes | None:
        """The cookies that the application sees; None: no header of them."""
        if self._keep_credentials or USER_TOKEN.encode() not in value:
            return value
        kept = [part for part in value.split(b";") if not part.lstrip(b" \t").startswith(USER_TOKEN.encode())]
        return b";".join(kept).lstrip(b" ") or None


def _open_path(path: str) -> str:
    """Read a path that is to be open. Raises ValueError."""
    if "?" in path or "%" in path or isinstance(canonical(path), Ambiguous):
        raise ValueError(f"`{path}` cannot be open: write one path as it is sent, such as `/healthz`")
    return path


def named(product: str, key: str) -> Need:
    """A need for one resource by its name. Raises NameMalformed."""
    return Need((resource(f"{product}/{key}"),))


def recoded(path: bytes) -> str:
    """A target's path where only the decoded one is known: what was coded, or would have to be, is coded again."""
    return quote(path, safe=_AS_IT_IS)


def headers_of(reply: Reply) -> list[tuple[str, str]]:
    """The headers of a reply as frameworks take them."""
    length = (b"content-length", str(len(reply.body)).encode())
    return [(name.decode(), value.decode("latin-1")) for name, value in (*reply.headers, NOSNIFF, length)]


def misread(problem: Misread) -> Reply:
    """Tell a caller that a request was read in two ways before anybody judged it."""
    return plain_problem(400, "Bad Request", str(problem))


def phrase(status: int) -> str:
    """A status as a status line has it."""
    return f"{status} {HTTPStatus(status).phrase}"
