"""One request with a pair, to see what a server says: TLS verified, redirects not followed, ten seconds in all."""

from __future__ import annotations

import socket
import ssl
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from ipaddress import ip_address
from threading import Thread
from urllib.parse import quote, urlsplit

from chaveiro.core.names import looks_secret
from chaveiro.doors.cli.doctor import texts
from chaveiro.doors.cli.reading import Cannot
from chaveiro.wire.read import APP_KEY, APP_TOKEN

SECONDS_MAX = 10.0
BODY_BYTES_MAX = 64 * 1024
_LOCAL = "localhost"


class NoAnswer(Exception):
    """Nobody answered; its sentence says why, and holds nothing that was sent."""

    def __init__(self, sentence: str) -> None:
        """Take a sentence of `texts`."""
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Address:
    """Where a request goes."""

    host: str
    port: int | None
    target: str
    secure: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said. It may repeat what it was sent, so its repr is mute."""

    status: int
    content_type: str = field(default="", repr=False)
    challenge: str = field(default="", repr=False)
    body: bytes = field(default=b"", repr=False)


def address(url: str) -> Address:
    """Read an address. Raises Cannot: over plain HTTP a pair goes to this machine alone."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise Cannot(texts.NO_URL) from None
    plain = url.isprintable() and " " not in url
    if not plain or parts.scheme not in {"http", "https"} or not host or "@" in parts.netloc or looks_secret(url):
        raise Cannot(texts.NO_URL)
    if parts.scheme == "http" and not _is_loopback(host):
        raise Cannot(texts.PLAIN_HTTP)
    target = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    query = f"?{quote(parts.query, safe='/%:@!$&()*+,;=~-._?')}" if parts.query else ""
    return Address(host, port, f"{target}{query}", parts.scheme == "https")


def sendable(value: str) -> bool:
    """Say whether an HTTP client would send this as a header's value at all."""
    return all(one == "\t" or (one >= " " and one != "\x7f") for one in value)


def ask(to: Address, app_key: str | None, app_token: str | None, *, language: str) -> Answer:
    """Send one GET with the pair exactly as it is. Raises NoAnswer."""
    headers = {"Accept": "application/json", "Accept-Language": language, "User-Agent": "chaveiro-doctor"}
    values = {APP_KEY: app_key, APP_TOKEN: app_token}
    sent = {name: value.encode("utf-8", "surrogateescape") for name, value in values.items() if value is not None}
    connection = _connection(to)
    outcome: list[Answer | NoAnswer] = []
    asking = Thread(target=lambda: outcome.append(_asked(connection, to.target, headers | sent)), daemon=True)
    asking.start()
    asking.join(SECONDS_MAX)  # a server that sends a byte now and then has no more time than any other
    answer = outcome[0] if outcome else NoAnswer(texts.REASON_TIME)
    if isinstance(answer, NoAnswer):
        raise answer
    return answer


def _connection(to: Address) -> HTTPConnection:
    if to.secure:
        return HTTPSConnection(to.host, to.port, timeout=SECONDS_MAX, context=ssl.create_default_context())
    return HTTPConnection(to.host, to.port, timeout=SECONDS_MAX)


def _asked(connection: HTTPConnection, target: str, headers: dict[str, str | bytes]) -> Answer | NoAnswer:
    try:
        connection.request("GET", target, headers=headers)
        got = connection.getresponse()
        kind, challenge = got.getheader("Content-Type", ""), got.getheader("WWW-Authenticate", "")
        return Answer(got.status, kind, challenge, got.read(BODY_BYTES_MAX))
    except ssl.SSLCertVerificationError:
        return NoAnswer(texts.REASON_CERTIFICATE)
    except socket.gaierror:
        return NoAnswer(texts.REASON_NAME)
    except TimeoutError:
        return NoAnswer(texts.REASON_TIME)
    except (HTTPException, ssl.SSLError, ValueError):
        return NoAnswer(texts.REASON_HTTP)
    except OSError:
        return NoAnswer(texts.REASON_CONNECTION)
    finally:
        connection.close()


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == _LOCAL
