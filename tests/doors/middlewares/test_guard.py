"""What is judged is what the application acts on: the target as it was sent, or nothing where two readings differ."""

import asyncio
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from structlog.testing import capture_logs
from tests.doors.middlewares import frameworks, serving
from tests.doors.middlewares.serving import Caller
from tests.doors.world import ORDERS, World, furnish

from chaveiro.core.names import NameMalformed
from chaveiro.doors.middlewares import environ, scope
from chaveiro.doors.middlewares.asgi import ChaveiroMiddleware
from chaveiro.doors.middlewares.embedded import Embedded
from chaveiro.doors.middlewares.guard import Guard, Misread, named
from chaveiro.doors.middlewares.port import Asked
from chaveiro.doors.middlewares.remote import Remote
from chaveiro.doors.place import Place
from chaveiro.stores.port import StoreUnavailable
from chaveiro.wire.identity import Identity
from chaveiro.wire.message import Reply

PLACE = Place(base_hosts=("localhost",))


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    world = furnish()
    yield world
    world.house.close()


@pytest.fixture
def embedded(world: World) -> Embedded:
    return Embedded(lambda: House(world), PLACE)


def http(**changed: Any) -> dict[str, Any]:
    return {
        "type": "http", "method": "GET", "path": ORDERS, "raw_path": ORDERS.encode(), "query_string": b"",
        "scheme": "http", "headers": [(b"host", b"acme.localhost")], "client": ("127.0.0.1", 1),
    } | changed  # fmt: skip


def wsgi(**changed: Any) -> dict[str, Any]:
    return {
        "REQUEST_METHOD": "GET", "SCRIPT_NAME": "", "PATH_INFO": ORDERS, "QUERY_STRING": "", "REMOTE_ADDR": "127.0.0.1",
        "wsgi.url_scheme": "http", "HTTP_HOST": "acme.localhost",
    } | changed  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "target"),
    [
        ({"raw_path": b"/a%2Fb", "path": "/a/b"}, "/a%2Fb"),
        ({"raw_path": b"/a", "path": "/a", "query_string": b"x=%41"}, "/a?x=%41"),
        ({"raw_path": None, "path": "/a b/\u00e7"}, "/a%20b/%C3%A7"),
        ({"raw_path": b"", "path": "/a%2Fb;c\\d\x00"}, "/a%252Fb%3Bc%5Cd%00"),
        ({"raw_path": None, "path": "/../a//b"}, "/../a//b"),
    ],
)
def test_a_scope_s_target_is_the_one_that_was_sent(changed: dict[str, Any], target: str) -> None:
    """Or, where the server kept only what it decoded, one in which whatever could have been coded is."""
    assert scope.arrived(http(**changed)).message.target == target


@pytest.mark.parametrize(
    ("changed", "target"),
    [
        ({"RAW_URI": "/a%2Fb?x=%41", "PATH_INFO": "/a/b", "QUERY_STRING": "x=%41"}, "/a%2Fb?x=%41"),
        ({"REQUEST_URI": "/in/a", "SCRIPT_NAME": "/in", "PATH_INFO": "/a"}, "/in/a"),
        ({"PATH_INFO": "/a b/\u00c3\u00a7", "QUERY_STRING": "x=1"}, "/a%20b/%C3%A7?x=1"),
        ({"PATH_INFO": "/a%2Fb;c\\d\x00"}, "/a%252Fb%3Bc%5Cd%00"),
        ({"SCRIPT_NAME": "/in", "PATH_INFO": "/../a//b"}, "/in/../a//b"),
        ({"RAW_URI": "http://acme.localhost/a", "PATH_INFO": "/a"}, "http://acme.localhost/a"),
    ],
)
def test_an_environment_s_target_is_the_one_that_was_sent(changed: dict[str, Any], target: str) -> None:
    """Likewise; absolute forms go on to be refused."""
    assert environ.arrived(wsgi(**changed)).message.target == target


@pytest.mark.parametrize("path", ["/api/admin", "/api/oms/pvt/orders/", "/api/oms/pvt//orders"])
def test_what_reads_in_two_ways_is_not_judged(path: str) -> None:
    """A middleware that rewrote the path, a server that mended it: nobody knows which one will be acted on."""
    with pytest.raises(Misread):
        scope.arrived(http(path=path))
    with pytest.raises(Misread):
        environ.arrived(wsgi(RAW_URI=ORDERS, PATH_INFO=path))
    with pytest.raises(Misread):
        environ.arrived(wsgi(RAW_URI=f"{ORDERS}?a=1", QUERY_STRING="a=2"))
    with pytest.raises(Misread):
        environ.arrived(wsgi(PATH_INFO="/\u0100"))


@pytest.mark.parametrize("path", ["", "healthz", "/a/../b", "/a//b", "/a;b", "/a?b", "/a%20b", "/%2e", "/a b", "/*\\"])
def test_only_a_plain_path_can_be_open(embedded: Embedded, path: str) -> None:
    """One that every server reads alike."""
    with pytest.raises(ValueError, match="cannot be open"):
        Guard(embedded, public=[path])


def test_credentials_are_shown_only_where_that_was_chosen(embedded: Embedded) -> None:
    """Never what we alone say."""
    guard = Guard(embedded, keep_credentials=True)
    headers = (
        (b"x-vtex-api-apptoken", b"t"),
        (b"cookie", b"VtexIdclientAutCookie=x"),
        (b"x-chaveiro-key", b"k"),
        (b"x_chaveiro-roles", b"1"),
    )
    assert guard.shown(headers) == headers[:2]
    assert Guard(embedded).shown(headers) == ()


def test_an_application_behind_wsgiref_is_judged_by_what_it_acts_on(world: World, embedded: Embedded) -> None:
    """That server tells only the decoded path: `%2F` is a slash to both, `..` is refused, and so is what is joined."""
    pair = [(name.encode(), value.encode()) for name, value in world.pairs["good"].headers.items()]
    with frameworks.wsgi(embedded, serving.plain_wsgi) as port:
        caller = Caller(port)
        assert caller.ask("GET", ORDERS, pair).status == 200
        assert caller.ask("GET", ORDERS.replace("/pvt/", "/pvt%2F"), pair).status == 200
        for path in (f"{ORDERS}/..", "/api//oms", f"{ORDERS};x", f"{ORDERS}%3Bx", f"{ORDERS}%252F", f"{ORDERS}%00"):
            answer = caller.ask("GET", path, pair)
            assert (answer.status, answer.body.get("cause")) == (403, "path_ambiguous"), path
        assert caller.ask("GET", ORDERS, [*pair, pair[1]]).body["cause"] == "token_duplicated"
        underscored = [pair[0], pair[1], (b"X_VTEX_API_AppToken", pair[1][1])]
        assert caller.ask("GET", ORDERS, underscored).body["cause"] == "token_duplicated"
        shown = caller.ask("GET", ORDERS, [*pair, (b"X_Chaveiro_Key", b"forged")]).body["headers"]
        assert not any(name.startswith("x-chaveiro") for name in shown)
        caller.close()


@pytest.mark.parametrize(
    ("peer", "headers", "address", "scheme"),
    [
        ("127.0.0.1", {}, "127.0.0.1", "http"),
        ("127.0.0.1", {"x-forwarded-for": "6.6.6.6, 203.0.113.9"}, "203.0.113.9", "http"),
        ("127.0.0.1", {"x-forwarded-proto": "https"}, "127.0.0.1", "https"),
        ("203.0.113.7", {"x-forwarded-for": "6.6.6.6", "x-forwarded-proto": "https"}, "203.0.113.7", "http"),
        ("127.0.0.1", {"x-forwarded-proto": "nonsense"}, "127.0.0.1", "unknown"),
        ("testclient", {}, "", "http"),
    ],
)  # fmt: skip
def test_forwarded_headers_are_believed_only_from_named_proxies(
    peer: str, headers: dict[str, str], address: str, scheme: str
) -> None:
    """As at every door."""
    asked: list[Asked] = []

    class Noting(Remote):
        def check(self, one: Asked) -> Identity | Reply:
            asked.append(one)
            return Reply(200)

    sent = [(name.encode(), value.encode()) for name, value in headers.items()]
    came = scope.arrived(http(headers=[(b"host", b"a"), *sent], client=(peer, 1)))
    Guard(Noting("http://127.0.0.1:9")).judge(came)
    assert (asked[0].received.address, asked[0].received.transport.value) == (address, scheme)


def test_a_surprise_is_cannot_tell_and_no_log_has_its_text(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever breaks: 503, with and without an event loop."""

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("cvt_secret")

    guard = Guard(Embedded(lambda: House(world), PLACE))
    came = scope.arrived(http())
    monkeypatch.setattr("chaveiro.doors.middlewares.embedded.heard", broken)
    with capture_logs() as logged:
        for verdict in (guard.judge(came), asyncio.run(guard.ajudge(came))):
            assert isinstance(verdict, Reply)
            assert verdict.status == 503
            assert b"secret" not in verdict.body
    assert "secret" not in str(logged)


def test_too_long_a_target_is_refused_as_such(embedded: Embedded) -> None:
    """The same, whoever decides."""
    verdict = Guard(embedded).judge(scope.arrived(http(raw_path=b"/" + b"a" * 20_000, path="/" + "a" * 20_000)))
    assert isinstance(verdict, Reply)
    assert verdict.status == 414


# ------------------------------------------------------------------------------------------- WebSockets and lifespans


async def _received() -> dict[str, Any]:
    return {"type": "websocket.connect"}


def _asked(app: Any, arriving: dict[str, Any], receive: Any = _received) -> list[dict[str, Any]]:
    said: list[dict[str, Any]] = []

    async def send(event: dict[str, Any]) -> None:
        said.append(event)

    asyncio.run(app(arriving, receive, send))
    return said


def test_a_websocket_is_judged_like_the_request_that_begins_it(world: World, embedded: Embedded) -> None:
    """No upgrade is a way past: refused with the problem where the server can send one, else with a close."""
    inner: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        inner.append(scope["chaveiro"])

    guarded = ChaveiroMiddleware(app, embedded)
    asks = http(type="websocket", scheme="ws")
    del asks["method"]
    assert _asked(guarded, asks) == [{"type": "websocket.close", "code": 1008}]
    start, body = _asked(guarded, asks | {"extensions": {"websocket.http.response": {}}})
    assert (start["type"], start["status"]) == ("websocket.http.response.start", 401)
    assert json.loads(body["body"])["cause"] == "credentials_missing"
    assert inner == []
    pair = [(name.lower().encode(), value.encode()) for name, value in world.pairs["good"].headers.items()]
    _asked(guarded, asks | {"headers": [*asks["headers"], *pair]})
    assert inner[0].app_key == world.pairs["good"].app_key


def test_what_is_neither_http_nor_a_websocket_goes_nowhere(embedded: Embedded) -> None:
    """A kind of message that nobody knows how to judge."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        raise AssertionError("it went on")

    assert _asked(ChaveiroMiddleware(app, embedded), http(type="datagram")) == []


class House:
    """What is opened, and what was done to it."""

    def __init__(self, world: World) -> None:
        self.node = world.house.node
        self.done: list[str] = []

    def start(self) -> None:
        self.done.append("start")

    def close(self) -> None:
        self.done.append("close")


@pytest.mark.parametrize("make", [frameworks.asgi, frameworks.fast], ids=["asgi", "fastapi"])
def test_a_node_starts_and_stops_with_its_application(world: World, make: Any) -> None:
    """By the lifespan: before the first request, and after the last."""
    house = House(world)
    with make(Embedded(lambda: house, PLACE)) as port:
        assert house.done == ["start"]
        caller = Caller(port)
        assert caller.ask("GET", ORDERS, []).status == 401
        caller.close()
    assert house.done == ["start", "close"]


def test_an_application_whose_node_cannot_start_does_not_start(caplog: pytest.LogCaptureFixture) -> None:
    """And says why."""

    def opening() -> House:
        raise StoreUnavailable("the pepper is missing")

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        raise AssertionError("it started")

    said = _asked(ChaveiroMiddleware(app, Embedded(opening, PLACE)), {"type": "lifespan"}, _startup)
    assert said == [{"type": "lifespan.startup.failed", "message": "the pepper is missing"}]
    caplog.set_level(logging.CRITICAL)
    with pytest.raises(AssertionError, match="did not start"), frameworks.fast(Embedded(opening, PLACE)):
        pass


async def _startup() -> dict[str, Any]:
    return {"type": "lifespan.startup"}


def test_without_a_lifespan_a_node_is_opened_by_the_first_request(world: World) -> None:
    """Where that fails it is cannot tell, and is tried again only after a while."""
    tried: list[int] = []

    def opening() -> House:
        tried.append(1)
        raise StoreUnavailable("the database does not answer")

    guard = Guard(Embedded(opening, PLACE))
    came = environ.arrived(wsgi())
    with capture_logs() as logged:
        for _ in range(3):
            verdict = guard.judge(came)
            assert isinstance(verdict, Reply)
            assert verdict.status == 503
    assert len(tried) == 1
    assert logged == [{"event": "cannot_start", "problem": "the database does not answer", "log_level": "error"}]


def test_a_resource_is_named_as_everywhere() -> None:
    """A slip is told when the application is made."""
    with pytest.raises(NameMalformed):
        named("OMS/x", "ListOrders")
