"""What others do, however much of it, keeps nobody out: guesses for a key, monstrous messages."""

import asyncio
import socket
import time
from collections import Counter
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from tests.doors.world import ORDERS, World, furnish, listening
from tests.dose import dose
from tests.promises.plugin import Proof

from chaveiro.core.credential import mint_token
from chaveiro.core.names import AppKey
from chaveiro.doors.asgi import App
from chaveiro.doors.gateways import AUTH_REQUEST

WRONG = dose(5_000, 50_000, 500_000)
WRONG_FOR_EACH_RIGHT = 50


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    world = furnish()
    world.house.start()
    yield world
    world.house.close()


@pytest.fixture(scope="module")
def port(world: World) -> Iterator[int]:
    with listening(world.app()) as port:
        yield port


# ------------------------------------------------------------------------------------------------ guesses for one key


async def told(app: App, headers: dict[str, str]) -> int:
    """What a gateway is answered."""
    said: list[Any] = []

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": b""}

    async def send(event: Any) -> None:
        said.append(event)

    scope = {"type": "http", "method": "GET", "path": AUTH_REQUEST, "raw_path": AUTH_REQUEST.encode(), "scheme": "http"}
    coded = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    await app({**scope, "query_string": b"", "headers": coded, "client": ("127.0.0.1", 1)}, receive, send)
    return int(said[0]["status"])


@pytest.mark.parametrize("addresses", [1, 500])
def test_guesses_for_a_key_never_keep_its_owner_out(world: World, addresses: int, proof: Proof) -> None:
    """Thousands of wrong tokens for the owner's own key, some from the very address the owner calls from."""
    app, rng, good = world.app(), Random(17), world.pairs["good"]
    asked = {"Host": "authorizer", "X-Original-Method": "GET", "X-Original-URI": ORDERS}
    asked |= {"X-Original-Host": "acme.localhost", **good.headers}
    statuses = {"right": Counter[int](), "wrong": Counter[int]()}

    async def besieged() -> None:
        for number in range(WRONG):
            guess = mint_token(AppKey(good.app_key), rng.randbytes(33)).reveal()
            address = f"198.18.{number % addresses // 250}.{number % addresses % 250}"
            headers = {**asked, "X-VTEX-API-AppToken": guess, "X-Original-Address": address}
            statuses["wrong"][await told(app, headers)] += 1
            if number % WRONG_FOR_EACH_RIGHT == 0:
                statuses["right"][await told(app, {**asked, "X-Original-Address": "198.18.0.0"})] += 1

    asyncio.run(besieged())
    assert statuses["wrong"] == {401: WRONG}
    assert statuses["right"] == {200: WRONG // WRONG_FOR_EACH_RIGHT}
    owner = f"{WRONG // WRONG_FOR_EACH_RIGHT} calls of the owner"
    proof("G17", dose=WRONG, figure=f"wrong tokens for one key from 1 and from 500 addresses, all of {owner} allowed")


# ------------------------------------------------------------------------------------------------ monstrous messages


def monsters() -> dict[str, tuple[bytes, int]]:
    """What is sent, and the status that is wanted."""
    post = b"POST /v1/check HTTP/1.1\r\nHost: acme.localhost\r\nContent-Type: application/json\r\n"
    deep = b'{"a":' * 10_000 + b"1" + b"}" * 10_000
    lists = b"[" * 10_000 + b"]" * 10_000
    whole = b"Content-Length: %d\r\n\r\n%s"
    chunks = b"Transfer-Encoding: chunked\r\n\r\n" + (b"8000\r\n" + b"x" * 0x8000 + b"\r\n") * 3
    wide = b"{" + b",".join(b'"%d":1' % number for number in range(6_000)) + b"}"
    digits = b'{"a": ' + b"9" * 60_000 + b"}"
    return {
        "a head of 64 KiB": (b"GET /healthz HTTP/1.1\r\nHost: a\r\nX-A: " + b"a" * 65_536 + b"\r\n\r\n", 431),
        "1,000 headers": (b"GET /healthz HTTP/1.1\r\nHost: a\r\n" + b"X-A: a\r\n" * 1_000 + b"\r\n", 431),
        "a body of 100 MiB": (post + b"Content-Length: 104857600\r\n\r\n", 413),
        "chunks without end": (post + chunks, 413),
        "objects 10,000 deep": (post + whole % (len(deep), deep), 413 if len(deep) > 65_536 else 400),
        "lists 10,000 deep": (post + whole % (len(lists), lists), 400),
        "6,000 names": (post + whole % (len(wide), wide), 422),
        "a number of 60,000 digits": (post + whole % (len(digits), digits), 400),
    }


@pytest.mark.parametrize("name", monsters())
def test_a_monstrous_message_is_refused_at_once(port: int, name: str, proof: Proof) -> None:
    """With a status that says whose fault it is, long before anything of it could cost anybody else."""
    sent, status = monsters()[name]
    took = []
    for _ in range(5):
        with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
            began = time.perf_counter()
            connection.sendall(sent)
            answer = connection.recv(4096)
            took.append(time.perf_counter() - began)
        assert answer.startswith(b"HTTP/1.1 %d " % status), answer[:200]
    assert min(took) < 0.05, took
    proof("G16", dose=1, figure="kinds of monstrous messages, each refused as a 4xx within 50 ms")
