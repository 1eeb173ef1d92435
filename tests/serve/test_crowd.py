"""How many connections there may be, and what the others are told."""

import json
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from ipaddress import ip_network

import pytest
from tests.doors.world import World, furnish, listening
from tests.promises.plugin import Proof
from tests.waiting import until

from chaveiro.doors.place import Place
from chaveiro.serve import listen
from chaveiro.serve.crowd import TOLD_MAX, Crowd
from chaveiro.settings import Settings

ASKED = b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    world = furnish()
    yield world
    world.house.close()


@contextmanager
def room(world: World, monkeypatch: pytest.MonkeyPatch, *, most: int, of_address: int, trusted: str) -> Iterator[int]:
    monkeypatch.setattr(listen, "_connections_max", lambda: most)
    settings = Settings(connections_per_address_max=of_address, trusted_proxies=(ip_network(trusted),))
    with listening(world.app(Place(trusted_proxies=settings.trusted_proxies)), settings) as port:
        yield port


def ask(port: int, stack: ExitStack, address: str = "127.0.0.1") -> bytes:
    """Ask on a connection of its own, which stays open; what comes back."""
    connection = stack.enter_context(socket.create_connection(("127.0.0.1", port), 10, source_address=(address, 0)))
    connection.sendall(ASKED)
    return connection.recv(4096)


def test_one_address_never_takes_all_the_room(world: World, monkeypatch: pytest.MonkeyPatch, proof: Proof) -> None:
    """Further connections from it are told to come again; others come in, and so does it once one ends."""
    with ExitStack() as stack, room(world, monkeypatch, most=50, of_address=2, trusted="192.0.2.0/24") as port:
        first = stack.enter_context(ExitStack())
        assert ask(port, first).startswith(b"HTTP/1.1 200 ")
        assert ask(port, stack).startswith(b"HTTP/1.1 200 ")
        answer = ask(port, stack)
        head, _, body = answer.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 503 ")
        assert b"\r\ncontent-type: application/problem+json" in head
        assert b"\r\nretry-after: " in head
        assert json.loads(body)["status"] == 503
        assert ask(port, stack, "127.0.0.2").startswith(b"HTTP/1.1 200 ")
        first.close()

        def comes_in() -> bool:
            with ExitStack() as again:
                return ask(port, again).startswith(b"HTTP/1.1 200 ")

        until(comes_in)
    proof("G16", dose="an address beyond its share", figure="503 as a problem, every other address served")


def test_a_trusted_proxy_takes_what_room_there_is(world: World, monkeypatch: pytest.MonkeyPatch, proof: Proof) -> None:
    """It speaks for everybody behind it. Beyond the limit it is told, too, as a problem."""
    with ExitStack() as stack, room(world, monkeypatch, most=5, of_address=1, trusted="127.0.0.0/8") as port:
        assert [ask(port, stack)[9:12] for _ in range(5)] == [b"200"] * 5
        answer = ask(port, stack)
        assert answer.startswith(b"HTTP/1.1 503 ")
        assert b"application/problem+json" in answer
    proof("G16", dose="a connection beyond the limit", figure="503 as a problem")


def test_addresses_of_one_network_are_one_caller() -> None:
    """Whoever has one IPv6 address has 2^64 of them; an IPv4 address is the same however it is written."""
    crowd = Crowd(most=100, most_of_address=1, trusts=lambda _: False)
    assert crowd.enter("2001:db8::1")
    assert not crowd.enter("2001:db8::2")
    assert crowd.enter("2001:db8:0:1::1")
    assert crowd.enter("192.0.2.1")
    assert not crowd.enter("::ffff:192.0.2.1")
    for peer in ("2001:db8::1", "2001:db8::2"):
        crowd.leave(peer)
    assert crowd.enter("2001:db8::3")


def test_too_many_to_be_told_are_told_nothing() -> None:
    """Each that is told is a file as well, which somebody else needs."""
    crowd = Crowd(most=1, most_of_address=1, trusts=lambda _: True)
    entered = [crowd.enter("192.0.2.1") for _ in range(1 + TOLD_MAX)]
    assert entered == [True] + [False] * TOLD_MAX
    assert not crowd.is_overrun
    crowd.enter("192.0.2.1")
    assert crowd.is_overrun
