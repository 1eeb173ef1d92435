"""A Chaveiro elsewhere that is asked: whatever is no plain answer, in time, is "cannot tell"."""

import asyncio
import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread
from time import monotonic
from typing import Any

import pytest
from structlog.testing import capture_logs
from tests.doors.world import ACME, GLOBEX, ORDERS, World, done, furnish, listening

from chaveiro.client import Client
from chaveiro.client.client import RETRY_SECONDS, TooLong
from chaveiro.core.command import ActivateKey, DeactivateKey
from chaveiro.core.keyring import Actor, ActorKind
from chaveiro.core.names import AppKey
from chaveiro.wire.asking import Refused, Unknown
from chaveiro.wire.identity import Identity
from chaveiro.wire.received import Received

ALLOW = {
    "decision": "allow", "status": 200, "account": "acme", "appKey": "k", "roles": [], "role_ids": [], "user": None,
    "revision": "5e0fa3c1.118", "stale_seconds": 0.1,
}  # fmt: skip


def received(app_key: str = "k", app_token: str = "t", **changed: Any) -> Received:
    sent = ((b"x-vtex-api-appkey", app_key.encode()), (b"x-vtex-api-apptoken", app_token.encode()))
    return Received(**{"method": "GET", "target": ORDERS, "host": "acme.localhost", "headers": sent} | changed)


@contextmanager
def answering(respond: Callable[[socket.socket], object]) -> Iterator[str]:
    """An address at which every connection is answered by *respond*, once something was sent."""
    stopping = Event()
    threads: list[Thread] = []

    def serve(listener: socket.socket) -> None:
        while not stopping.is_set():
            with suppress(TimeoutError):
                connection, _ = listener.accept()
                threads.append(Thread(target=handle, args=(connection,)))
                threads[-1].start()

    def handle(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            connection.settimeout(10)
            connection.recv(65536)
            respond(connection)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.05)
        serving = Thread(target=serve, args=(listener,))
        serving.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            stopping.set()
            for thread in [serving, *threads]:
                thread.join()


def saying(body: object, status: str = "200 OK", *headers: str) -> Callable[[socket.socket], object]:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    head = [f"HTTP/1.1 {status}", f"content-length: {len(content)}", "content-language: en", *headers, "", ""]
    return lambda connection: connection.sendall("\r\n".join(head).encode() + content)


def dripping(connection: socket.socket) -> None:
    """Send a byte now and then: a reader with a bound on each wait alone would be content for long."""
    pause = Event()
    for byte in b"HTTP/1.1 200 OK\r\n" + b"x: y\r\n" * 50:
        connection.sendall(bytes([byte]))
        pause.wait(0.05)


NONSENSE: dict[str, Callable[[socket.socket], object]] = {
    "closed": lambda _: None,
    "not HTTP": lambda connection: connection.sendall(b"hello\r\n\r\n"),
    "500": saying(ALLOW, "500 Internal Server Error"),
    "401": saying(ALLOW, "401 Unauthorized"),
    "201": saying(ALLOW, "201 Created"),
    "a redirect": saying(ALLOW, "307 Temporary Redirect", "location: http://127.0.0.1:9/v1/check"),
    "no JSON": saying(b"<html>"),
    "too much": saying(b" " * 70_000 + json.dumps(ALLOW).encode()),
    "cut short": lambda connection: connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\n{"),
    "an allow for another key": saying(ALLOW | {"appKey": "other"}),
    "an allow for nobody": saying(ALLOW | {"appKey": None}),
    "silence": lambda _: Event().wait(1.0),
    "one byte after the other": dripping,
}


@pytest.mark.parametrize("how", NONSENSE)
@pytest.mark.parametrize("asynchronous", [False, True], ids=["waiting", "on a loop"])
def test_whatever_is_no_plain_answer_in_time_is_cannot_tell(how: str, *, asynchronous: bool) -> None:
    """Never an allow, never a denial, not later than the deadline, and nothing of it in a log."""
    with answering(NONSENSE[how]) as url, capture_logs() as logged:
        client = Client(url, deadline_seconds=0.4)
        asked = received(app_token="cvt_secret")
        began = monotonic()
        told = asyncio.run(client.acheck(asked)) if asynchronous else client.check(asked)
        took = monotonic() - began
        client.close()
    assert told == Unknown(RETRY_SECONDS)
    assert took < 10, "the deadline covers every byte: dripping alone takes longer"
    assert [one["event"] for one in logged] == ["authorizer_does_not_answer"]
    assert "secret" not in str(logged)


def test_a_token_goes_nowhere_but_where_it_was_to_go() -> None:
    """No redirect is followed, be it to somebody who would allow anything."""
    with answering(saying(ALLOW)) as elsewhere:
        redirect = saying(b"", "307 Temporary Redirect", f"location: {elsewhere}/v1/check")
        with answering(redirect) as url:
            client = Client(url, deadline_seconds=10)
            assert client.check(received()) == Unknown(RETRY_SECONDS)
            client.close()


def test_nobody_there_is_cannot_tell_and_told_once() -> None:
    """A log has one line of it, and not one for each request."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    client = Client(f"http://127.0.0.1:{port}")
    with capture_logs() as logged:
        assert [client.check(received()) for _ in range(3)] == [Unknown(RETRY_SECONDS)] * 3
    client.close()
    assert len(logged) == 1


@pytest.mark.parametrize(
    "url",
    [
        "http://auth.example.com", "http://10.0.0.1:8420", "ftp://127.0.0.1", "auth.example.com", "",
        "https://user:secret@auth.example.com", "https://auth.example.com/?token=secret", "https://",
        "http://127.0.0.1.example.com", "http://[::1",
    ],
)  # fmt: skip
def test_no_token_goes_over_the_wire_in_clear(url: str) -> None:
    """HTTPS, or this machine alone; and the message repeats nothing of it."""
    with pytest.raises(ValueError, match=r"authorizer|HTTPS") as refused:
        Client(url)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    "host", ["https://auth.example.com/", "http://127.0.0.1:8420", "http://[::1]", "http://localhost"]
)
def test_these_are_fit_for_tokens(host: str) -> None:
    """TLS, and loopback."""
    Client(host).close()


def test_credentials_that_no_question_can_hold_are_the_caller_s_fault() -> None:
    """Told as such, and not as an authorizer that does not answer."""
    client = Client("http://127.0.0.1:9")
    with pytest.raises(TooLong):
        client.check(received(app_token="x" * 70_000))


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    world = furnish()
    yield world
    world.house.close()


@pytest.fixture(scope="module")
def url(world: World) -> Iterator[str]:
    with listening(world.app()) as port:
        yield f"http://127.0.0.1:{port}"


def pair(world: World, name: str) -> dict[str, str]:
    return {"app_key": world.pairs[name].app_key, "app_token": world.pairs[name].app_token}


def counted(client: Client) -> list[bytes]:
    """The questions that go out from now on."""
    sent: list[bytes] = []
    exchange = client._mine().exchange
    post = exchange.post

    def watched(body: bytes, headers: dict[str, str]) -> Any:
        sent.append(body)
        return post(body, headers)

    exchange.post = watched  # type: ignore[method-assign] # watched
    return sent


def test_nothing_is_said_again_unless_that_was_chosen(world: World, url: str) -> None:
    """Each request is asked about."""
    client = Client(url, deadline_seconds=10)
    sent = counted(client)
    for _ in range(3):
        assert isinstance(client.check(received(**pair(world, "good"))), Identity)
    client.close()
    assert len(sent) == 3


def test_an_allow_is_said_again_only_to_the_very_same_question(world: World, url: str) -> None:
    """Another method, target, host or pair is another question; a denial is never kept, and each was asked anew."""
    client = Client(url, deadline_seconds=10, allow_seconds=2)
    sent = counted(client)
    good = pair(world, "good")
    while len(sent) < 3:  # once more where this machine took longer than the time that was chosen
        before = len(sent)
        assert isinstance(client.check(received(**good)), Identity)
        if isinstance(client.check(received(**good)), Identity) and len(sent) == before + 1:
            break
    before = len(sent)
    others = (
        received(**good, method="DELETE"),
        received(**good, target="/api//oms"),
        received(**good, host="globex.localhost"),
        received(**good | {"app_token": good["app_token"] + "x"}),
        received(**pair(world, "lacking")),
        received(**pair(world, "lacking")),
    )
    assert all(isinstance(client.check(other), Refused) for other in others)
    client.close()
    assert len(sent) == before + len(others)


def test_what_is_revoked_ends_within_the_time_that_was_chosen(world: World, url: str) -> None:
    """Nothing newer is heard of meanwhile."""
    client = Client(url, deadline_seconds=10, allow_seconds=0.5)
    good, ana = pair(world, "globex good"), Actor(ActorKind.USER, "ana@globex.example")
    asked = received(**good, host="globex.localhost")
    assert isinstance(client.check(asked), Identity)
    done(world.house, DeactivateKey(GLOBEX, AppKey(good["app_key"])), ana)
    revoked = last = began = monotonic()
    while isinstance(client.check(asked), Identity):
        last, began = began, monotonic()
        assert last - revoked < 5
    client.close()
    assert last - revoked <= 0.5, "none is said again later than that"
    assert isinstance(client.check(asked), Refused)
    client.close()


def test_what_is_revoked_ends_at_once_where_anything_newer_is_heard_of(world: World, url: str) -> None:
    """Another key's answer tells that something was changed."""
    client = Client(url, deadline_seconds=10, allow_seconds=2)
    good, ana = pair(world, "good"), Actor(ActorKind.USER, "ana@acme.example")
    assert isinstance(client.check(received(**good)), Identity)
    done(world.house, DeactivateKey(ACME, AppKey(good["app_key"])), ana)
    assert isinstance(client.check(received(**pair(world, "lacking"))), Refused)
    assert isinstance(client.check(received(**good)), Refused)
    client.close()
    done(world.house, ActivateKey(ACME, AppKey(good["app_key"])), ana)


FORKED = """
import os, sys
from chaveiro.client import Client
from tests.client.test_client import received

client = Client(sys.argv[1], deadline_seconds=10, allow_seconds=2)
asked = received(sys.argv[2], sys.argv[3])
assert client.check(asked).app_key == sys.argv[2]
mine = client._mine()
child = os.fork()
if child == 0:
    own = client._mine()
    apart = own is not mine and own.exchange._client is None and own.allows.name([]) != mine.allows.name([])
    os._exit(0 if apart and client.check(asked).app_key == sys.argv[2] else 1)
_, status = os.waitpid(child, 0)
assert status == 0, "the child used what its parent had opened"
assert client._mine() is mine and client.check(asked).app_key == sys.argv[2]
client.close()
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_a_process_that_was_forked_off_has_connections_of_its_own(world: World, url: str) -> None:
    """On a shared one it would read its parent's answers; and it keeps allows by a key of its own."""
    program = [sys.executable, "-c", FORKED, url, *pair(world, "good").values()]
    ran = subprocess.run(program, check=False, timeout=120, capture_output=True)
    assert ran.returncode == 0, ran.stderr.decode()
