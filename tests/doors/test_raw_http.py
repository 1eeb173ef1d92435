"""Messages that two servers could read in two ways, byte for byte: refused before anything is decided."""

import re
import socket
from collections.abc import Iterator
from typing import NamedTuple

import pytest
from tests.doors.world import ORDERS, World, furnish, listening
from tests.promises.plugin import Proof

from chaveiro.serve import protocol
from chaveiro.serve.protocol import HEAD_BYTES_MAX, HEADERS_MAX

HOST = b"Host: acme.localhost\r\n"
END = b"Connection: close\r\n\r\n"
KEY, TOKEN = b"X-VTEX-API-AppKey: ", b"X-VTEX-API-AppToken: "


class Raw(NamedTuple):
    """What came back on one connection."""

    statuses: list[int]
    text: str


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    world = furnish()
    yield world
    world.house.close()


@pytest.fixture(scope="module", params=[True, False], ids=["short way", "long way"])
def port(world: World, request: pytest.FixtureRequest) -> Iterator[int]:
    with listening(world.app(), short=request.param) as port:
        yield port


def send(port: int, *parts: bytes) -> Raw:
    """Send bytes on a new connection, and read until the other side closes it."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        for part in parts:
            connection.sendall(part)
        received = bytearray()
        while chunk := connection.recv(65536):
            received += chunk
    text = received.decode("latin-1")
    return Raw([int(status) for status in re.findall(r"HTTP/1\.1 ([0-9]{3}) ", text)], text)


def pair(world: World) -> bytes:
    good = world.pairs["good"]
    return KEY + good.app_key.encode() + b"\r\n" + TOKEN + good.app_token.encode() + b"\r\n"


def envoy(
    world: World, *, line: bytes = b"GET /authz/envoy" + ORDERS.encode() + b" HTTP/1.1\r\n", more: bytes = b""
) -> bytes:
    return line + HOST + pair(world) + more + END


def test_the_message_that_all_others_are_variations_of_is_allowed(world: World, port: int) -> None:
    """Otherwise each refusal below might have another reason."""
    assert send(port, envoy(world)).statuses == [200]


@pytest.mark.parametrize(
    "second",
    [
        b"X-VTEX-API-AppToken: other",
        b"x-vtex-api-apptoken:other",
        b"X_VTEX_API_APPTOKEN: other",
        b"X-VTEX-API_AppToken:",
    ],
)
def test_a_second_header_is_401(world: World, port: int, second: bytes, proof: Proof) -> None:
    """The same header twice, in whatever spelling: the backend might read the other one."""
    raw = send(port, envoy(world, more=second + b"\r\n"))
    assert raw.statuses == [401]
    assert "token_duplicated" in raw.text
    proof("G18", dose=1, figure="spellings of a second header: 401")


@pytest.mark.parametrize("blanks", [b" ", b"\t", b" \t \t"])
def test_blanks_around_a_value_are_no_part_of_it(world: World, port: int, blanks: bytes) -> None:
    """HTTP says so (RFC 9110, 5.5); some parsers hand them on, so they are taken off here."""
    good = world.pairs["good"]
    padded = KEY + blanks + good.app_key.encode() + blanks + b"\r\n" + TOKEN + blanks + good.app_token.encode() + blanks
    line = b"GET /authz/envoy" + ORDERS.encode() + b" HTTP/1.1\r\n"
    assert send(port, line + HOST + padded + b"\r\n" + END).statuses == [200]


LINE = b"GET /healthz HTTP/1.1\r\n"
POST = b"POST /v1/check HTTP/1.1\r\n"
REFUSED = {
    "obs-fold": (LINE + HOST + b"X-A: one\r\n two\r\n" + END, 400),
    "obs-fold by tab": (LINE + HOST + b"X-A: one\r\n\ttwo\r\n" + END, 400),
    "bare LF": (b"GET /healthz HTTP/1.1\nHost: a\nConnection: close\n\n", 400),
    "no host": (LINE + END, 400),
    "two hosts": (LINE + HOST + b"Host: other\r\n" + END, 400),
    "two equal hosts": (LINE + HOST + HOST + END, 400),
    "empty host": (LINE + b"Host:\r\n" + END, 400),
    "host with a path": (LINE + b"Host: acme.localhost/x\r\n" + END, 400),
    "host with a user": (LINE + b"Host: a@acme.localhost\r\n" + END, 400),
    "two hosts in one": (LINE + b"Host: a, b\r\n" + END, 400),
    "length and chunks": (POST + HOST + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    "two lengths": (POST + HOST + b"Content-Length: 2\r\nContent-Length: 3\r\n" + END + b"{} ", 400),
    "a length with a sign": (POST + HOST + b"Content-Length: +2\r\n" + END + b"{}", 400),
    "a list of lengths": (POST + HOST + b"Content-Length: 2, 2\r\n" + END + b"{}", 400),
    "an unknown coding": (POST + HOST + b"Transfer-Encoding: xchunked\r\n" + END, 400),
    "absolute form": (b"GET http://evil.example/healthz HTTP/1.1\r\n" + HOST + END, 400),
    "absolute form of our own": (b"GET http://acme.localhost/healthz HTTP/1.1\r\n" + HOST + END, 400),
    "asterisk form": (b"OPTIONS * HTTP/1.1\r\n" + HOST + END, 400),
    "authority form": (b"CONNECT acme.localhost:80 HTTP/1.1\r\n" + HOST + END, 400),
    "fragment": (b"GET /healthz#x HTTP/1.1\r\n" + HOST + END, 400),
    "method in lower case": (b"get /healthz HTTP/1.1\r\n" + HOST + END, 400),
    "unknown method": (b"BREW /healthz HTTP/1.1\r\n" + HOST + END, 400),
    "HTTP/0.9": (b"GET /healthz\r\n\r\n", 400),
    "HTTP/1.2": (b"GET /healthz HTTP/1.2\r\n" + HOST + END, 400),
    "HTTP/2.0": (b"GET /healthz HTTP/2.0\r\n" + HOST + END, 400),
    "HTTP/2 preface": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
    "NUL in a value": (LINE + HOST + b"X-A: a\x00b\r\n" + END, 400),
    "CR in a value": (LINE + HOST + b"X-A: a\rb\r\n" + END, 400),
    "blank before the colon": (LINE + HOST + b"X-A : a\r\n" + END, 400),
    "blank in the target": (b"GET /health z HTTP/1.1\r\n" + HOST + END, 400),
    "no header name": (LINE + HOST + b": a\r\n" + END, 400),
    "TLS on a plain port": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(64), 400),
    "a value of 64 KiB": (LINE + HOST + b"X-A: " + b"a" * 65536 + b"\r\n" + END, 431),
    "a name of 64 KiB": (LINE + HOST + b"a" * 65536 + b": a\r\n" + END, 431),
    "a target of 64 KiB": (b"GET /" + b"a" * 65536 + b" HTTP/1.1\r\n" + HOST + END, 431),
    "1,000 headers": (LINE + HOST + b"X-A: a\r\n" * 1000 + END, 431),
}  # fmt: skip


@pytest.mark.parametrize("message", REFUSED)
def test_what_can_be_read_in_two_ways_is_refused(port: int, message: str, proof: Proof) -> None:
    """Exactly one response, the status we want, and the connection ends: nothing smuggled behind is answered."""
    sent, status = REFUSED[message]
    raw = send(port, sent)
    assert raw.statuses == [status]
    assert "application/problem+json" in raw.text
    assert "evil" not in raw.text
    proof("G18", dose=1, figure="messages that servers read differently, each refused once with the status wanted")


def test_a_head_without_end_is_refused_while_it_arrives(port: int) -> None:
    """No more than the limit is kept, however slowly the rest comes."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        begun = LINE + HOST + b"X-A: "
        connection.sendall(begun)
        for _ in range((HEAD_BYTES_MAX - len(begun)) // 1024 + 1):  # the last one goes beyond
            connection.sendall(b"a" * 1024)
        assert connection.recv(1024).startswith(b"HTTP/1.1 431 ")


def test_whoever_is_still_sending_reads_why_it_is_refused(port: int) -> None:
    """A connection closed with bytes unread is reset, and a reset takes the answer along."""
    for _ in range(20):
        assert send(port, LINE + HOST + b"X-A: " + b"a" * (64 * HEAD_BYTES_MAX) + b"\r\n" + END).statuses == [431]


def test_whoever_is_refused_and_does_not_hang_up_is_hung_up_on(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer can be read for seconds, not for ever; nothing that is sent meanwhile is answered."""
    monkeypatch.setattr(protocol, "LINGER_SECONDS_MAX", 0.5)
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(b"GET /healthz HTTP/1.2\r\n" + HOST + b"\r\n")
        assert b" 400 " in connection.recv(4096)
        connection.sendall(LINE + HOST + b"\r\n")
        assert connection.recv(4096) == b"", "only our half has ended"
        with pytest.raises(OSError, match=r"Broken pipe|reset"):  # noqa: PT012 - the first byte that nobody takes tells
            while True:
                connection.sendall(b"a")


def test_a_head_that_never_ends_is_timed_out(port: int, monkeypatch: pytest.MonkeyPatch, proof: Proof) -> None:
    """Somebody who opens connections and says nothing holds them for seconds only."""
    monkeypatch.setattr(protocol, "HEAD_SECONDS_MAX", 0.2)
    assert send(port, LINE + HOST).statuses == [408]
    assert send(port).statuses == [408]
    proof("G16", dose="heads that never end", figure="408 after the time they may take")


def test_a_connection_that_waits_for_its_next_request_is_left_alone(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Gateways keep connections open; the time-out is for heads that have begun."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(LINE + HOST + b"\r\n")
        assert b" 200 " in connection.recv(4096)
        monkeypatch.setattr(protocol, "HEAD_SECONDS_MAX", 0.2)
        assert send(port).statuses == [408], "the sweep has passed"
        connection.sendall(LINE + HOST + END)
        assert b" 200 " in connection.recv(4096)


def test_pipelined_requests_are_answered_in_order(world: World, port: int) -> None:
    """Each on its own merits."""
    first = envoy(world).replace(END, b"\r\n")
    second = first.replace(b"AppToken: cvt_", b"AppToken: cvx_")
    assert send(port, first + second + envoy(world)).statuses == [200, 401, 200]


def test_up_to_the_limits_everything_is_read(world: World, port: int) -> None:
    """A hundred fields, and a head just below 32 KiB."""
    fields = b"".join(b"X-A%d: a\r\n" % number for number in range(HEADERS_MAX - 4))
    assert send(port, envoy(world, more=fields)).statuses == [200]
    assert send(port, envoy(world, more=b"X-A: " + b"a" * (HEAD_BYTES_MAX - 1024) + b"\r\n")).statuses == [200]


def test_path_codes_are_judged_as_they_were_sent(world: World, port: int, proof: Proof) -> None:
    """`%2f`, `%2e%2e`, `%00` and a fragment reach the decision undecoded, and are refused there."""
    for path in ("%2f", "/%2e%2e/x", "%00", "#x", ";a=b", "//", "/../x", "%c0%af"):
        line = f"GET /authz/envoy{ORDERS}{path} HTTP/1.1\r\n".encode()
        raw = send(port, envoy(world, line=line))
        assert raw.statuses == [403], path
        assert "path_ambiguous" in raw.text
    proof("G18", dose="8 codes in a path", figure="403, undecoded")


def test_an_unfinished_body_is_no_question(port: int) -> None:
    """Whoever hangs up in the middle asked nothing."""
    head = b"POST /v1/check HTTP/1.1\r\n" + HOST + b"Content-Length: 100\r\n\r\n{"
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(head)
        connection.shutdown(socket.SHUT_WR)
        assert b" 200 " not in connection.recv(4096)


def test_a_body_that_is_announced_too_long_is_refused_unread(port: int, proof: Proof) -> None:
    """Nothing of it needs to arrive."""
    head = b"POST /v1/check HTTP/1.1\r\n" + HOST + b"Content-Length: 104857600\r\n\r\n"
    assert send(port, head).statuses == [413]
    proof("G16", dose="a body of 100 MiB", figure="413, unread")


@pytest.mark.parametrize(
    "message",
    [
        b"GET /\x00 HTTP/1.1\r\n" + HOST + END,
        b"GET /healthz HTTP/1.1\r\nX-Request-ID: mine-7\r\n" + HOST + b"A: " + b"x" * 40_000 + b"\r\n" + END,
        b"POST /v1/check HTTP/1.1\r\nX-Request-ID: mine-7\r\n" + HOST + b"Content-Length: x\r\n" + END,
        b"GET /healthz HTTP/1.1\r\nX-Request-ID: mine-7\r\nX-Request-ID: mine-8\r\n" + HOST + END,
    ],
)
def test_a_message_that_is_refused_unread_has_a_request_id_too(port: int, message: bytes) -> None:
    """The sender's own where its head came so far and names one, else a new one."""
    told = send(port, message)
    ids = re.findall(r"(?i)^x-request-id: (\S+)\r$", told.text, re.MULTILINE)
    assert len(ids) == len(told.statuses) == 1
    if b"mine-7" in message and b"mine-8" not in message and b"Content-Length: x" not in message:
        assert ids == ["mine-7"]
