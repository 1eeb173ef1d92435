"""The callable itself: what it follows, what it declines, and that no account waits for another's."""

import asyncio
import re
from collections.abc import MutableMapping
from pathlib import Path
from threading import Event
from typing import Any

import httpx
import pytest
from tests.doors.world import ORDERS, furnish, listening
from tests.promises.plugin import Proof

from chaveiro.core.keyring import Keyring
from chaveiro.core.names import AccountName
from chaveiro.doors import exchange
from chaveiro.doors.asgi import App
from chaveiro.doors.place import Place
from chaveiro.node.knowledge import Knowledge
from chaveiro.serve.house import furnished, wall_clock
from chaveiro.serve.pepper import Pepper
from chaveiro.settings import Settings
from chaveiro.stores.memory import MemoryStore

REFERENCE = Path(__file__).parents[2] / "docs" / "reference" / "http.md"


async def converse(app: App, scope: dict[str, Any], *events: dict[str, Any]) -> list[MutableMapping[str, Any]]:
    """Speak ASGI to the callable, without any server."""
    waiting, said = list(events), []

    async def receive() -> MutableMapping[str, Any]:
        return waiting.pop(0)

    async def send(event: MutableMapping[str, Any]) -> None:
        said.append(event)

    await app(scope, receive, send)
    return said


def http(path: str, *, method: str = "POST", **more: Any) -> dict[str, Any]:
    scope = {"type": "http", "method": method, "path": path, "raw_path": path.encode(), "query_string": b""}
    return {**scope, "headers": [(b"host", b"acme.localhost")], "client": ("127.0.0.1", 1), "scheme": "http", **more}


@pytest.fixture(scope="module")
def app() -> App:
    return furnish(accounts=1).app()


def test_a_server_s_start_and_stop_are_followed(app: App) -> None:
    """Any ASGI server may run it."""
    events = {"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}
    said = asyncio.run(converse(app, {"type": "lifespan"}, *events))
    assert [event["type"] for event in said] == ["lifespan.startup.complete", "lifespan.shutdown.complete"]


def test_a_websocket_is_declined(app: App) -> None:
    """There is nothing to talk about."""
    said = asyncio.run(converse(app, {"type": "websocket"}))
    assert [event["type"] for event in said] == ["websocket.close"]


def test_without_the_raw_target_the_raw_path_is_read(app: App) -> None:
    """Other servers hand on less; what they do hand on undecoded is what is judged."""
    scope = http("/v1/check", method="GET", query_string=b"a=b")
    assert asyncio.run(converse(app, scope))[0]["status"] == 405
    del scope["raw_path"]
    assert asyncio.run(converse(app, scope))[0]["status"] == 405


def test_a_body_that_breaks_off_is_400(app: App) -> None:
    """Half a question is none."""
    events = {"type": "http.request", "body": b"{", "more_body": True}, {"type": "http.disconnect"}
    said = asyncio.run(converse(app, http("/v1/check"), *events))
    assert said[0]["status"] == 400


def test_a_body_that_never_comes_is_408(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody holds a place for longer than the deadline."""
    monkeypatch.setattr(exchange, "BODY_SECONDS_MAX", 0.01)
    said: list[MutableMapping[str, Any]] = []

    async def receive() -> MutableMapping[str, Any]:
        return await asyncio.Future()

    async def send(event: MutableMapping[str, Any]) -> None:
        said.append(event)

    asyncio.run(app(http("/v1/check"), receive, send))
    assert said[0]["status"] == 408


def test_a_body_without_end_is_refused_while_it_arrives(app: App) -> None:
    """Nobody waits for the end of what is too long already, nor keeps it."""
    said: list[MutableMapping[str, Any]] = []
    arrived = iter(range(100))

    async def receive() -> MutableMapping[str, Any]:
        return {"type": "http.request", "body": b" " * 1024, "more_body": next(arrived) < 99}

    async def send(event: MutableMapping[str, Any]) -> None:
        said.append(event)

    asyncio.run(app(http("/v1/check"), receive, send))
    assert said[0]["status"] == 413
    assert next(arrived, None) == 65


class Slow(MemoryStore):
    """A store whose reading of one account waits until it may go on."""

    def __init__(self, world: MemoryStore) -> None:
        super().__init__()
        self.__dict__.update(world.__dict__)
        self.asked, self.go_on = Event(), Event()

    def keyring(self, account: AccountName) -> Keyring:
        if account == "globex":
            self.asked.set()
            assert self.go_on.wait(10)
        return super().keyring(account)


def test_the_first_use_of_an_account_delays_no_other(proof: Proof) -> None:
    """It waits for the store in a thread; accounts in memory are decided meanwhile."""
    world = furnish()
    store = world.house.store
    assert isinstance(store, MemoryStore)
    slow = Slow(store)
    house = furnished(Settings(), slow, Pepper(bytes(range(7, 39))), clock=wall_clock)
    place = Place(base_hosts=("localhost",))

    def body(account: str, name: str) -> dict[str, str]:
        pair = world.pairs[name]
        return {"account": account, "appKey": pair.app_key, "appToken": pair.app_token, "method": "GET", "path": ORDERS}

    async def ask(url: str) -> tuple[dict[str, Any], dict[str, Any]]:
        async with httpx.AsyncClient(base_url=url, timeout=10) as client:
            assert (await client.post("/v1/check", json=body("acme", "good"))).json()["decision"] == "allow"
            first = asyncio.create_task(client.post("/v1/check", json=body("globex", "globex good")))
            await asyncio.to_thread(slow.asked.wait, 10)
            meanwhile = await client.post("/v1/check", json=body("acme", "good"))
            assert not first.done()
            slow.go_on.set()
            return meanwhile.json(), (await first).json()

    with listening(house.app(place)) as port:
        meanwhile, first = asyncio.run(ask(f"http://127.0.0.1:{port}"))
    world.house.close()
    assert (meanwhile["decision"], first["decision"]) == ("allow", "allow")
    proof("G16", dose="an account that is being loaded", figure="checks of others do not wait")


def test_a_warm_account_needs_no_thread(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once it is in memory, no check leaves the event loop."""
    body = b'{"account": "acme", "method": "GET", "path": "/"}'
    event = {"type": "http.request", "body": body}
    asyncio.run(converse(app, http("/v1/check"), event))

    def no_thread(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(asyncio, "to_thread", no_thread)
    said = asyncio.run(converse(app, http("/v1/check"), event))
    assert b"credentials_missing" in said[1]["body"]
    said = asyncio.run(converse(app, http("/v1/check"), {**event, "body": body.replace(b"acme", b"nobody")}))
    assert b"credentials_missing" in said[1]["body"], "nor does an account that does not exist"


def test_nothing_broken_behind_a_door_is_an_allow(
    app: App, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], proof: Proof
) -> None:
    """Whatever raises, wherever: 503, and neither the message of the exception nor the address goes anywhere."""

    def broken(*_: object) -> None:
        raise RuntimeError("cvt_secret")

    monkeypatch.setattr(Knowledge, "has", broken)
    scope = http("/v1/check", query_string=b"t=cvt_secret")
    said = asyncio.run(converse(app, scope, {"type": "http.request", "body": b'{"method":"GET","path":"/"}'}))
    assert said[0]["status"] == 503
    assert b"secret" not in said[1]["body"]
    logged = "".join(capsys.readouterr())
    assert "request_failed" in logged
    assert "secret" not in logged
    proof("G1", dose="a node that raises", figure="503, and nothing of the exception is told")


def test_every_address_is_documented() -> None:
    """And no other."""
    listed = set(re.findall(r"^\| `(/[^`]*)`", REFERENCE.read_text().partition("## ")[0], re.MULTILINE))
    assert listed == {
        "/v1/check", "/v1/simulate", "/v1/leaks", "/authz/auth-request", "/authz/forward-auth", "/authz/envoy/…",
        "/causes", "/doctor", "/console", "/handover", "/healthz", "/readyz", "/metrics", "/openapi.json",
        "/api/license-manager/…", "/.well-known/jwks.json", "/access/v1/evaluation",
        "/.well-known/authzen-configuration",
    }  # fmt: skip
