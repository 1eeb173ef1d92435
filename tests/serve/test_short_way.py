"""Checks that are answered where their last byte was read: the same bytes as the application's, from a real socket."""

import json
import re
import socket
from collections.abc import Iterator, Mapping

import pytest
from tests.cases import CASES, HEADERS, Case
from tests.doors.world import ORDERS, listening
from tests.promises.plugin import Proof
from tests.test_cases import CHECK_CANNOT, GATEWAY_CANNOT, Clock, body_of
from tests.world import PEPPER, WORLD

from chaveiro.doors.asgi import App
from chaveiro.doors.place import Place
from chaveiro.serve.house import House, furnished
from chaveiro.serve.pepper import Pepper
from chaveiro.settings import Settings
from chaveiro.stores.memory import MemoryStore
from chaveiro.wire.message import Message, Reply
from chaveiro.wire.read import AT_LEAST

# What differs from one answer to the next, whoever gives it: a denial's own id, how long ago the store was asked, and
# the id of a request that was refused before its own was read.
_OWN = re.compile(
    rb"urn:chaveiro:denial:[0-9A-Za-z_-]+|\"denial\": ?\"[^\"]+\"|staleness: [0-9.]+|\"stale_seconds\": ?[0-9.]+"
    rb"|x-request-id: [0-9a-f]{16}"
)
_CLOSE = "Connection: close\r\n\r\n"


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    clock = Clock()
    built = furnished(Settings(), MemoryStore(), Pepper(PEPPER), clock=lambda: clock.now)
    WORLD.install(lambda command, by: built.node.carry_out(command, by=by), clock.set)
    clock.set(WORLD.now)
    yield built
    built.close()


@pytest.fixture(scope="module")
def app(house: House) -> App:
    return house.app(Place(base_hosts=("localhost",)))


@pytest.fixture(scope="module")
def ports(app: App) -> Iterator[tuple[int, int]]:
    """The short way, and the long one."""
    with listening(app) as short, listening(app, short=False) as long:
        yield short, long


@pytest.fixture
def at_once(app: App, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths that were answered at once."""
    answered: list[str] = []
    original = App.at_once

    def watched(self: App, message: Message, body: bytes) -> Reply | None:
        reply = original(self, message, body)
        answered.extend([message.path] if reply is not None else [])
        return reply

    monkeypatch.setattr(App, "at_once", watched)
    return answered


def asked(port: int, *parts: bytes) -> bytes:
    """Everything that comes back on a connection, until the other side closes it."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for part in parts:
            connection.sendall(part)
        received = bytearray()
        while chunk := connection.recv(65536):
            received += chunk
    return bytes(received)


def same(ports: tuple[int, int], *parts: bytes) -> bytes:
    """Ask both ways, which must answer alike; the answer."""
    short, long = (_OWN.sub(b"~", asked(port, *parts)) for port in ports)
    assert short == long
    assert short.startswith(b"HTTP/1.1 ")
    return short


def head(line: str, headers: list[tuple[str, str]], end: str = _CLOSE) -> bytes:
    return (line + " HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in headers) + end).encode()


def raw(line: str, headers: list[tuple[bytes, bytes]], end: str = _CLOSE) -> bytes:
    lines = b"".join(name + b": " + value + b"\r\n" for name, value in headers)
    return line.encode("utf-8", "surrogatepass") + b" HTTP/1.1\r\n" + lines + end.encode()


def question(case: Case, dialect: str) -> bytes:
    """What a gateway sends."""
    account, scheme = f"{case.account}.localhost".encode(), case.transport.value.encode()
    method, target, address = case.method.encode(), case.target.encode(), case.address.encode()
    mine = [(b"X-Request-Id", b"mine")]
    if dialect == "nginx":
        original = [
            (b"Host", b"authorizer"), (b"X-Original-Method", method), (b"X-Original-URI", target),
            (b"X-Original-Host", account), (b"X-Original-Scheme", scheme), (b"X-Original-Address", address),
        ]  # fmt: skip
        return raw("GET /authz/auth-request", [*mine, *original, *case.headers()])
    if dialect == "forward-auth":
        original = [
            (b"Host", b"authorizer"), (b"X-Forwarded-Method", method), (b"X-Forwarded-Uri", target),
            (b"X-Forwarded-Host", account), (b"X-Forwarded-Proto", scheme), (b"X-Forwarded-For", address),
        ]  # fmt: skip
        return raw("GET /authz/forward-auth", [*mine, *original, *case.headers()])
    original = [(b"Host", account), (b"X-Forwarded-Proto", scheme), (b"X-Forwarded-For", address)]
    return raw(f"{case.method} /authz/envoy{case.target}", [*mine, *original, *case.headers()])


def of(cannot: Mapping[str, tuple[str, ...]]) -> list[Case]:
    left_out = {name for names in cannot.values() for name in names}
    return [case for case in CASES if case.name not in left_out]


@pytest.mark.parametrize("dialect", ["nginx", "forward-auth", "envoy"])
def test_every_case_is_answered_alike_by_both_ways(
    ports: tuple[int, int], at_once: list[str], dialect: str, proof: Proof
) -> None:
    """Status, headers and body, byte for byte, whatever gateway asks; and it was the short way that was compared."""
    cases = of(GATEWAY_CANNOT)
    for case in cases:
        same(ports, question(case, dialect))
    unreadable = 1 if dialect == "envoy" else 0  # a target that no message can have
    assert len(at_once) == len(cases) - unreadable >= 60
    proof("G18", dose=len(cases), figure="cases answered at once and by the application, the same bytes")


def test_every_question_of_a_program_is_answered_alike_by_both_ways(
    ports: tuple[int, int], at_once: list[str], proof: Proof
) -> None:
    """In one piece, and where the body comes after its head."""
    cases = of(CHECK_CANNOT)
    for number, case in enumerate(cases):
        body = json.dumps(body_of(case)).encode()
        headers = [("Host", "localhost"), ("X-Request-Id", "mine"), ("Content-Length", str(len(body)))]
        sent = head("POST /v1/check", headers)
        same(ports, sent + body) if number % 2 else same(ports, sent, body)
    assert len(at_once) == len(cases) >= 60
    proof(
        "G18", dose=len(cases), figure="questions of programs answered at once and by the application, the same bytes"
    )


def good() -> dict[str, str]:
    """The pair of a case that is allowed."""
    case = next(case for case in CASES if case.expected.decision == "allow" and not case.resource)
    return {HEADERS[part]: value for part, value in case.values.items()} | {"Host": f"{case.account}.localhost"}


def variations() -> dict[str, tuple[bytes, bool]]:
    """Messages beside the ordinary, and whether they are answered at once."""
    pair = list(good().items())
    envoy, body = "/authz/envoy" + ORDERS, b'{"appKey": 1}'
    length = ("Content-Length", str(len(body)))
    mine = ("X-Request-Id", "mine")
    chunks, portuguese = ("Transfer-Encoding", "chunked"), ("Accept-Language", "pt")
    upgrade = "Connection: upgrade, close\r\n\r\n"
    nginx = [("X-Original-Method", "GET"), ("X-Original-URI", ORDERS), mine, ("Host", "authorizer")]
    return {
        "HEAD": (head(f"HEAD {envoy}", [*pair, mine]), True),
        "a gateway that forgot the host": (head("GET /authz/auth-request", nginx), True),
        "a language": (head("GET /authz/auth-request", [*nginx, portuguese, ("X-Original-Host", "x")]), True),
        "HTTP/1.0": (head(f"GET {envoy}", [*pair, mine], "\r\n").replace(b"HTTP/1.1", b"HTTP/1.0"), True),
        "a body of the wrong kind": (head("POST /v1/check", [*pair, mine, length]) + body, True),
        "no body": (head("POST /v1/check", [*pair, mine]), True),
        "a revision of another time": (head(f"GET {envoy}", [*pair, mine, (AT_LEAST, "ffffffff.1")]), False),
        "a revision that cannot be read": (head(f"GET {envoy}", [*pair, mine, (AT_LEAST, "!")]), True),
        "a gateway's request with a body": (head(f"POST {envoy}", [*pair, mine, length]) + body, False),
        "chunks": (head("POST /v1/check", [*pair, mine, chunks]) + b"2\r\n{}\r\n0\r\n\r\n", False),
        "another method": (head("GET /v1/check", [*pair, mine]), False),
        "a longer path": (head("POST /v1/checks", [*pair, mine, length]) + body, False),
        "a fragment": (head("POST /v1/check#x", [*pair, mine, length]) + body, False),
        "no host": (head("GET /authz/auth-request", [mine]), False),
        "another dialect": (head("GET /authz/kong", [*pair, mine]), False),
        "an upgrade": (head(f"GET {envoy}", [*pair, mine, ("Upgrade", "h2c")], upgrade), False),
    }  # fmt: skip


@pytest.mark.parametrize("name", variations())
def test_what_is_beside_the_ordinary_is_answered_alike(ports: tuple[int, int], at_once: list[str], name: str) -> None:
    """Whichever way it goes."""
    sent, short = variations()[name]
    same(ports, sent)
    assert bool(at_once) is short


def test_a_body_that_is_sent_when_it_is_asked_for_is_asked_for(ports: tuple[int, int]) -> None:
    """Whoever expects `100 Continue` gets it."""
    headers = [*good().items(), ("Content-Length", "2"), ("Expect", "100-continue"), ("X-Request-Id", "mine")]
    assert b"HTTP/1.1 100 " in same(ports, head("POST /v1/check", headers), b"{}")


def test_ways_take_turns_on_one_connection(ports: tuple[int, int], at_once: list[str]) -> None:
    """What waits for the application is answered first, what came after it then, each in its turn."""
    mine = ("X-Request-Id", "mine")
    envoy, healthz = (
        head(f"GET /authz/envoy{ORDERS}", [*good().items(), mine], "\r\n"),
        head("GET /healthz", [mine, ("Host", "a")], "\r\n"),
    )
    last = head("GET /healthz", [mine, ("Host", "a")])
    answers = same(ports, envoy + healthz + envoy + healthz + last)
    assert [bool(part) for part in re.findall(rb"x-chaveiro-account|\"status\": \"ok\"", answers)] == [True] * 5
    assert re.findall(rb"x-chaveiro-account|\"ok\"", answers) == [b"x-chaveiro-account", b'"ok"'] * 2 + [b'"ok"']
    assert len(at_once) >= 1


@pytest.mark.parametrize("version", [b"1.0", b"1.1"])
def test_nothing_is_answered_behind_the_last_answer(ports: tuple[int, int], at_once: list[str], version: bytes) -> None:
    """One that ends the connection is the last, whatever else was sent on it; to HTTP/1.0 every answer is."""
    mine, ends = ("X-Request-Id", "mine"), _CLOSE if version == b"1.1" else "Connection: keep-alive\r\n\r\n"
    envoy = head(f"GET /authz/envoy{ORDERS}", [*good().items(), mine], ends).replace(b"HTTP/1.1", b"HTTP/" + version)
    assert same(ports, envoy + envoy + head("GET /healthz", [mine, ("Host", "a")])).count(b"HTTP/1.1 ") == 1
    assert len(at_once) == 1, "it is not even asked"


def test_what_one_request_says_is_no_part_of_the_next(ports: tuple[int, int], at_once: list[str], proof: Proof) -> None:
    """Whichever way each of them goes."""
    mine, body = ("X-Request-Id", "mine"), b'{"account": "acme", "smuggled": 1}'
    lengthy = ("Content-Length", str(len(body)))
    first = head("POST /v1/check", [("Host", "localhost"), mine, lengthy], "\r\n") + body
    chunked = [("Host", "localhost"), mine, ("Transfer-Encoding", "chunked")]
    answers = same(ports, first + head("POST /v1/check", chunked) + b"2\r\n{}\r\n0\r\n\r\n")
    assert answers.count(b"HTTP/1.1 422 ") == 2, "the second is `{}`, and not one after the other, which were no JSON"
    assert len(at_once) == 1
    proof("G18", dose="a body before a request that goes the other way", figure="no part of it")
