"""Envoy by gRPC: the same question, the same answer, whichever way its headers are said; 200 alone is an allow."""

import asyncio
import json
from collections.abc import Iterator
from ipaddress import ip_network
from typing import Any

import grpc
import httpx
import pytest
from tests.doors.test_gateways import HOST
from tests.doors.world import ACME, ORDERS, Credentials, World, furnish, listening

from chaveiro.core.attempt import Transport
from chaveiro.doors.asgi import App
from chaveiro.doors.envoy.door import HEAD_BYTES_MAX, HEADERS_MAX, address_of_peer, answered, asked
from chaveiro.doors.envoy.messages import SERVICE, CheckRequest, CheckResponse
from chaveiro.doors.gateways import Asked
from chaveiro.doors.gateways import asked as read
from chaveiro.doors.place import Place
from chaveiro.serve import protocol
from chaveiro.serve.grpc import GrpcServer
from chaveiro.wire.answer import IDENTITY, STANDING
from chaveiro.wire.message import Message, Reply

PEER = "ipv4:127.0.0.1:50000"
PLACE = Place(base_hosts=("localhost",))
WAYS = ("raw", "joined")


def question(
    headers: list[tuple[str, bytes]],
    *,
    way: str = "raw",
    method: str = "GET",
    target: str = ORDERS,
    host: str = HOST,
    source: str = "203.0.113.9",
) -> Any:
    """What Envoy asks: its headers each on its own, or joined by name as HTTP lets it."""
    request = CheckRequest()
    request.attributes.source.address.socket_address.address = source
    http = request.attributes.request.http
    http.method, http.host = method, host
    sent = [(":authority", host.encode()), (":path", target.encode("latin-1")), (":method", method.encode()), *headers]
    if way == "raw":
        for name, value in sent:
            header = http.header_map.headers.add()
            header.key, header.raw_value = name, value
        return request
    joined: dict[str, list[str]] = {}
    for name, value in sent:
        joined.setdefault(name, []).append(value.decode("utf-8", "replace").replace("\ufffd", "!"))
    for name, values in joined.items():
        entry = http.headers.add()
        entry.key, entry.value = name, ",".join(values)
    http.path = joined[":path"][0]
    return request


def checked(request: Any, peer: str, app: App) -> Any:
    """Ask without a connection."""
    message = asked(request, peer)
    return answered(message if isinstance(message, Reply) else asyncio.run(app.gateway(message)))


def headers_of(pair: Credentials) -> list[tuple[str, bytes]]:
    return [(name.lower(), value.encode()) for name, value in pair.headers.items()]


def said(headers: Any) -> dict[str, str]:
    return {each.header.key: each.header.value for each in headers}


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    world = furnish()
    yield world
    world.house.close()


@pytest.fixture(scope="module")
def check(world: World) -> Iterator[Any]:
    """Ask as Envoy does: over a real connection, in protobuf."""
    server = GrpcServer(world.app().gateway, "127.0.0.1:0")
    server.start()
    with grpc.insecure_channel(f"127.0.0.1:{server.port}") as channel:
        yield channel.unary_unary(
            f"/{SERVICE}/Check",
            request_serializer=lambda request: request.SerializeToString(),
            response_deserializer=CheckResponse.FromString,
        )
    server.stop()


@pytest.mark.parametrize("way", WAYS)
def test_an_allow_carries_the_whole_identity_and_takes_the_pair_away(world: World, check: Any, way: str) -> None:
    """What the backend learns is set, not appended; what it must not see is removed."""
    answer = check(question(headers_of(world.pairs["good"]), way=way))
    assert answer.status.code == 0
    told = said(answer.ok_response.headers)
    assert [told[name.lower()] for name in IDENTITY] == ["acme", world.pairs["good"].app_key, "1,2"]
    assert set(told) == {name.lower() for name in (*IDENTITY, *STANDING)}
    assert {"x-vtex-api-appkey", "x-vtex-api-apptoken"} <= set(answer.ok_response.headers_to_remove)


def test_an_identity_that_nobody_tells_is_removed() -> None:
    """A caller's own would stay where it is."""
    answer = answered(Reply(200, ((b"x-chaveiro-account", b"acme"),)))
    assert said(answer.ok_response.headers) == {"x-chaveiro-account": "acme"}
    others = {name.lower() for name in (*IDENTITY, *STANDING)} - {"x-chaveiro-account"}
    assert others <= set(answer.ok_response.headers_to_remove)


@pytest.mark.parametrize("status", [204, 302, 400, 401, 403, 404, 429, 500, 503])
def test_no_other_status_is_an_allow(status: int) -> None:
    """200 and nothing beside it."""
    answer = answered(Reply(status))
    assert answer.status.code != 0
    assert not answer.HasField("ok_response")
    assert answer.denied_response.status.code == status


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("who", "status", "code", "cause"),
    [
        ("roleless", 403, 7, "no_role_linked"),
        ("inactive", 401, 16, "key_inactive"),
        ("globex good", 401, 16, "credentials_invalid"),
    ],
)
def test_a_denial_carries_status_headers_and_problem(
    world: World, check: Any, *, way: str, who: str, status: int, code: int, cause: str
) -> None:
    """As the same gateway reads it by HTTP."""
    answer = check(question([*headers_of(world.pairs[who]), ("accept-language", b"es")], way=way))
    denied = answer.denied_response
    assert (answer.status.code, denied.status.code) == (code, status)
    assert json.loads(denied.body)["cause"] == cause
    told = said(denied.headers)
    assert (told["content-type"], told["content-language"]) == ("application/problem+json", "es-419")
    assert ("www-authenticate" in told) is (status == 401)
    assert not {name.lower() for name in IDENTITY} & set(told)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("field", ["app_key", "app_token"])
def test_a_second_value_is_refused(world: World, check: Any, way: str, field: str) -> None:
    """Also where Envoy joins two headers of a name with a comma."""
    pair = headers_of(world.pairs["good"])
    other = headers_of(world.pairs["lacking"])[0 if field == "app_key" else 1]
    answer = check(question([*pair, other], way=way))
    assert answer.denied_response.status.code == 401
    wanted = "key_duplicated" if field == "app_key" else "token_duplicated"
    assert json.loads(answer.denied_response.body)["cause"] == wanted


@pytest.mark.parametrize("way", WAYS)
def test_an_underscore_is_another_spelling(world: World, check: Any, way: str) -> None:
    """Envoy passes it on where its configuration does not drop it."""
    answer = check(question([*headers_of(world.pairs["good"]), ("x_vtex_api_apptoken", b"other")], way=way))
    assert json.loads(answer.denied_response.body)["cause"] == "token_duplicated"


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    "target", ["/api//oms", ORDERS + "/../orders", ORDERS + "%2f", ORDERS + ";v=1", ORDERS + "/\xe9/cancel"]
)
def test_the_target_is_judged_as_it_was_sent(world: World, check: Any, way: str, target: str) -> None:
    """Where Envoy writes `!` for a byte that is no UTF-8, that is no `!` either."""
    answer = check(question(headers_of(world.pairs["lacking"]), way=way, method="POST", target=target))
    assert answer.denied_response.status.code == 403
    assert json.loads(answer.denied_response.body)["cause"] == "path_ambiguous"


@pytest.mark.parametrize("way", WAYS)
def test_a_revision_that_cannot_be_read_is_the_caller_s_to_mend(world: World, check: Any, way: str) -> None:
    """Twice is as unreadable as nonsense."""
    known = ("x-chaveiro-at-least", str(world.house.node.known.revision).encode())
    pair = headers_of(world.pairs["good"])
    assert check(question([*pair, known], way=way)).status.code == 0
    assert check(question([*pair, known, known], way=way)).denied_response.status.code == 400
    assert check(question([*pair, ("x-chaveiro-at-least", b"soon")], way=way)).denied_response.status.code == 400


@pytest.mark.parametrize("lacking", ["method", "host"])
def test_a_question_that_says_too_little_is_not_answered(world: World, check: Any, lacking: str) -> None:
    """It is the gateway that is set up wrongly: 503."""
    answer = check(question(headers_of(world.pairs["good"]), **{lacking: ""}))
    assert answer.denied_response.status.code == 503
    assert "do not fit" in json.loads(answer.denied_response.body)["title"]
    assert check(CheckRequest()).denied_response.status.code == 503


@pytest.mark.parametrize(
    ("peer", "address"),
    [
        ("ipv4:127.0.0.1:50000", "127.0.0.1"),
        ("ipv6:%5B::1%5D:50000", "::1"),
        ("ipv6:[2001:db8::7]:50000", "2001:db8::7"),
        ("unix:", ""),
        ("unix:/run/envoy", ""),
        ("", "unknown"),
        ("vsock:1:2", "1"),
    ],
)
def test_who_asks_is_who_is_connected(peer: str, address: str) -> None:
    """A Unix socket's peer is whoever may open the file; what is no address is nobody that could be named."""
    assert address_of_peer(peer) == address


@pytest.mark.parametrize("peer", ["ipv4:10.0.0.7:1", "ipv6:%5B2001:db8::7%5D:1", "", "vsock:1:2"])
def test_strangers_are_no_gateways(world: World, peer: str) -> None:
    """By default only loopback is believed, by gRPC as well."""
    answer = checked(question(headers_of(world.pairs["good"])), peer, world.app())
    assert answer.denied_response.status.code == 503
    assert "CHAVEIRO_TRUSTED_PROXIES" in answer.denied_response.body


@pytest.mark.parametrize(
    ("forwarded", "source", "address"),
    [
        ([], "203.0.113.9", "203.0.113.9"),
        ([b"6.6.6.6"], "203.0.113.9", "203.0.113.9"),
        ([b"6.6.6.6, 203.0.113.9"], "10.1.1.1", "203.0.113.9"),
        ([], "10.1.1.1", "10.1.1.1"),
        ([], "", ""),
    ],
)
def test_the_caller_is_who_is_connected_to_envoy(
    world: World, forwarded: list[bytes], source: str, address: str
) -> None:
    """Unless that is a proxy that is trusted to say for whom."""
    place = Place(base_hosts=("localhost",), trusted_proxies=(ip_network("127.0.0.0/8"), ip_network("10.0.0.0/8")))
    headers = [("x-forwarded-for", value) for value in forwarded] + [("x-forwarded-proto", b"https")]
    message = asked(question(headers, source=source), PEER)
    assert isinstance(message, Message)
    found = read(message, place, world.house.node)
    assert isinstance(found, Asked)
    assert (found.account, found.request.address, found.request.transport) == (ACME, address, Transport.SECURE)


def test_a_head_has_the_bounds_that_it_has_by_http(world: World, check: Any) -> None:
    """Too long is the caller's: 431, and nothing is decided."""
    assert (HEAD_BYTES_MAX, HEADERS_MAX) == (protocol.HEAD_BYTES_MAX, protocol.HEADERS_MAX)
    pair = headers_of(world.pairs["good"])
    for more in ([("cookie", b"x" * HEAD_BYTES_MAX)], [(f"x-{number}", b"") for number in range(HEADERS_MAX)]):
        assert check(question([*pair, *more])).denied_response.status.code == 431


def test_a_surprise_is_no_allow_and_tells_nothing(world: World, caplog: pytest.LogCaptureFixture) -> None:
    """Envoy hears that nobody can tell; what a caller presented is in no log and no message."""
    canary = "cvt_canarycanarycanary"

    async def surprised(_: Message) -> Reply:
        raise ValueError(canary)

    server = GrpcServer(surprised, "127.0.0.1:0")
    server.start()
    with grpc.insecure_channel(f"127.0.0.1:{server.port}") as channel:
        ask = channel.unary_unary(f"/{SERVICE}/Check")
        with pytest.raises(grpc.RpcError) as refused:
            ask(question([("x-vtex-api-apptoken", canary.encode())]).SerializeToString())
    server.stop()
    assert refused.value.code() is grpc.StatusCode.INTERNAL
    assert canary not in f"{refused.value!r}{caplog.text}"


def test_what_is_asked_by_grpc_is_counted_as_what_is_asked_by_http(world: World) -> None:
    """One door, two ways in: no second book."""
    app = world.app()
    checked(question(headers_of(world.pairs["good"])), PEER, app)
    with listening(app) as port:
        page = httpx.get(f"http://127.0.0.1:{port}/metrics").text
    assert 'door="envoy"' in page
