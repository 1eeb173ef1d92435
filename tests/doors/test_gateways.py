"""Gateways: each dialect reads its own headers, from named proxies alone, and no answer but 200 is an allow."""

import json
from collections.abc import Iterator
from ipaddress import ip_network

import httpx
import pytest
from tests.doors.world import ACME, GLOBEX, ORDERS, World, furnish, listening
from tests.promises.plugin import Proof

from chaveiro.core.attempt import Transport
from chaveiro.doors.gateways import AUTH_REQUEST, ENVOY, FORWARD_AUTH, Asked, asked
from chaveiro.doors.place import Place
from chaveiro.wire.answer import IDENTITY
from chaveiro.wire.message import Message, Reply

HOST = "acme.localhost"
NGINX = {"X-Original-Method": "GET", "X-Original-URI": ORDERS, "X-Original-Host": HOST}
FORWARDED = {
    "X-Forwarded-Method": "GET",
    "X-Forwarded-Uri": ORDERS,
    "X-Forwarded-Host": f"{HOST}:8080",
    "X-Forwarded-Proto": "https",
}
DIALECTS = {
    "nginx": (AUTH_REQUEST, NGINX),
    "caddy and traefik": (FORWARD_AUTH, FORWARDED),
    "envoy": (ENVOY + ORDERS, {"Host": HOST}),
}
PLACE = Place(base_hosts=("localhost",))


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    world = furnish()
    yield world
    world.house.close()


@pytest.fixture(scope="module")
def client(world: World) -> Iterator[httpx.Client]:
    with listening(world.app()) as port, httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
        yield client


def message(path: str, headers: dict[str, str], *, peer: str = "127.0.0.1", method: str = "GET") -> Message:
    coded = tuple((name.lower().encode(), value.encode("latin-1")) for name, value in headers.items())
    own = () if any(name == b"host" for name, _ in coded) else ((b"host", b"authorizer"),)
    return Message(method, path, (*own, *coded), peer=peer)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_an_allow_is_exactly_200_with_the_whole_identity(world: World, client: httpx.Client, dialect: str) -> None:
    """Account, key, roles by number, revision; no body."""
    path, headers = DIALECTS[dialect]
    answer = client.get(path, headers={**headers, **world.pairs["good"].headers})
    revision = str(world.house.node.known.revision)
    assert (answer.status_code, answer.content) == (200, b"")
    assert [answer.headers[name] for name in IDENTITY] == ["acme", world.pairs["good"].app_key, "1,2"]
    assert answer.headers["X-Chaveiro-Revision"] == revision


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize(
    ("who", "status", "cause"),
    [
        ("roleless", 403, "no_role_linked"),
        ("lacking", 403, "permission_missing_resource"),
        ("inactive", 401, "key_inactive"),
        ("blocked", 401, "key_blocked"),
        ("deleted", 401, "credentials_invalid"),
        ("globex good", 401, "credentials_invalid"),
        ("", 401, "credentials_missing"),
    ],
)
def test_a_denial_is_a_problem_without_identity(
    world: World, client: httpx.Client, *, dialect: str, who: str, status: int, cause: str
) -> None:
    """Every dialect says the same, in the same words."""
    path, headers = DIALECTS[dialect]
    pair = world.pairs[who].headers if who else {}
    answer = client.get(path, headers={**headers, **pair})
    assert (answer.status_code, answer.json()["cause"]) == (status, cause)
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert ("WWW-Authenticate" in answer.headers) == (status == 401)
    assert not set(answer.headers) & {name.lower() for name in IDENTITY}
    carried = answer.headers.get("X-Chaveiro-Problem")
    assert (carried == answer.text) if dialect == "nginx" else carried is None


def test_the_original_request_decides(world: World, client: httpx.Client) -> None:
    """Method, path, host and query are those of the gateway's caller."""
    pair = world.pairs["lacking"].headers
    cancel = {"X-Original-Method": "POST", "X-Original-URI": ORDERS + "/1/cancel", "X-Original-Host": HOST}
    assert client.get(AUTH_REQUEST, headers={**pair, **cancel}).status_code == 200
    assert client.post(ENVOY + ORDERS + "/1/cancel", headers={**pair, "Host": HOST}).status_code == 200
    elsewhere = NGINX | {"X-Original-Host": "globex.localhost"}
    assert client.get(AUTH_REQUEST, headers={**world.pairs["good"].headers, **elsewhere}).status_code == 401
    named = NGINX | {"X-Original-Host": "api.example.com", "X-Original-URI": ORDERS + "?an=acme"}
    assert client.get(AUTH_REQUEST, headers={**world.pairs["good"].headers, **named}).status_code == 200


@pytest.mark.parametrize(
    ("target", "cause"),
    [
        ("/api//oms", "path_ambiguous"),
        (ORDERS + "/../orders", "path_ambiguous"),
        (ORDERS + "%2f", "path_ambiguous"),
        (ORDERS + "#fragment", "path_ambiguous"),
        (ORDERS + ";v=1", "path_ambiguous"),
        ("http://acme.localhost" + ORDERS, "path_ambiguous"),
        (ORDERS + "\xe9", "path_ambiguous"),
        ("/nowhere", "route_not_mapped"),
    ],
)
def test_the_target_is_judged_as_it_was_sent(world: World, target: str, cause: str) -> None:
    """What gateway and backend might read in two ways is refused, whichever gateway asks."""
    pair = world.pairs["good"].headers
    for path, headers in (
        (AUTH_REQUEST, NGINX | {"X-Original-URI": target}),
        (FORWARD_AUTH, FORWARDED | {"X-Forwarded-Uri": target}),
    ):
        found = asked(message(path, {**headers, **pair}), PLACE, world.house.node)
        assert isinstance(found, Asked)
        answer = world.house.node.check(found.account, found.request)
        assert answer.told is not None
        assert answer.told.finding.cause == cause


def test_envoy_s_path_follows_ours(world: World, client: httpx.Client) -> None:
    """The rest of the path is judged raw; `/authz/envoyx` is no door."""
    pair = {**world.pairs["good"].headers, "Host": HOST}
    assert client.get(ENVOY + "/api//oms", headers=pair).json()["cause"] == "path_ambiguous"
    assert client.get(ENVOY + ORDERS + "/%2e%2e", headers=pair).json()["cause"] == "path_ambiguous"
    assert client.get(ENVOY, headers=pair).json()["cause"] == "route_not_mapped"
    assert client.get(ENVOY + "x" + ORDERS, headers=pair).status_code == 404


@pytest.mark.parametrize("name", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"])
@pytest.mark.parametrize("dialect", DIALECTS)
def test_no_header_says_that_another_method_is_meant(
    world: World, client: httpx.Client, dialect: str, name: str
) -> None:
    """A POST that calls itself a GET is judged as the POST that it is."""
    path, headers = DIALECTS[dialect]
    said = {"X-Original-Method": "POST", "X-Forwarded-Method": "POST", name: "GET"}
    method = "POST" if dialect == "envoy" else "GET"  # Envoy asks by the method of its caller
    answer = client.request(method, path, headers={**headers, **said, **world.pairs["good"].headers})
    assert answer.status_code == 403
    assert answer.json()["cause"] == "method_not_mapped"


def test_each_door_reads_its_own_dialect_alone(world: World, client: httpx.Client) -> None:
    """The headers of another dialect, which a caller may have sent itself, count for nothing."""
    pair = world.pairs["good"].headers
    assert client.get(AUTH_REQUEST, headers={**pair, **FORWARDED}).status_code == 503
    assert client.get(FORWARD_AUTH, headers={**pair, **NGINX}).status_code == 503
    both = FORWARDED | {
        "X-Original-URI": "/nowhere",
        "X-Original-Method": "DELETE",
        "X-Original-Host": "globex.localhost",
    }
    assert client.get(FORWARD_AUTH, headers={**pair, **both}).status_code == 200


SPELLINGS = [
    variant
    for name in ("X-Original-URI", "X-Original-Method", "X-Original-Host")
    for variant in (name, name.lower(), name.upper(), name.replace("-", "_"), name.replace("-", "_", 1))
]


@pytest.mark.parametrize("name", SPELLINGS)
def test_a_header_said_twice_is_believed_in_neither_form(world: World, name: str, proof: Proof) -> None:
    """In whatever spelling: the one that was forged cannot be told from the gateway's."""
    doubled = message(AUTH_REQUEST, {**NGINX, **world.pairs["good"].headers})
    doubled = Message("GET", AUTH_REQUEST, (*doubled.headers, (name.lower().encode(), b"/nowhere")), peer="127.0.0.1")
    reply = asked(doubled, PLACE, world.house.node)
    assert isinstance(reply, Reply)
    assert reply.status == 503
    proof("G19", dose=1, figure="spellings of a header said twice: believed in neither")


@pytest.mark.parametrize("missing", NGINX)
def test_a_gateway_that_says_too_little_is_told_so(client: httpx.Client, world: World, missing: str) -> None:
    """503 and a sentence for whoever runs it: nothing is known about the caller's credentials."""
    headers = {name: value for name, value in NGINX.items() if name != missing}
    answer = client.get(AUTH_REQUEST, headers={**headers, **world.pairs["good"].headers})
    assert answer.status_code == 503
    assert "deploy/" in answer.json()["detail"]
    assert json.loads(answer.headers["X-Chaveiro-Problem"]) == answer.json()


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("peer", ["10.0.0.7", "2001:db8::7", "::ffff:10.0.0.7", "testclient"])
def test_strangers_are_no_gateways(world: World, dialect: str, peer: str, proof: Proof) -> None:
    """By default only loopback is believed; whoever else asks is told, and never allowed."""
    path, headers = DIALECTS[dialect]
    reply = asked(message(path, {**headers, **world.pairs["good"].headers}, peer=peer), PLACE, world.house.node)
    assert isinstance(reply, Reply)
    assert reply.status == 503
    assert b"CHAVEIRO_TRUSTED_PROXIES" in reply.body
    proof("G19", dose=1, figure="unnamed addresses by dialects: 503, never an allow")


@pytest.mark.parametrize("peer", ["127.0.0.1", "::1", "::ffff:127.0.0.1", ""])
def test_loopback_and_sockets_are_believed(world: World, peer: str) -> None:
    """A gateway beside us, over IPv4, IPv6 or a Unix socket."""
    assert isinstance(asked(message(AUTH_REQUEST, NGINX, peer=peer), PLACE, world.house.node), Asked)


@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Real-IP", "Forwarded"])
@pytest.mark.parametrize("short", [True, False], ids=["at once", "by the application"])
def test_nobody_becomes_a_gateway_by_a_header(world: World, header: str, short: bool) -> None:
    """Who asks is who is connected; no part of the server takes it from what they send."""
    inside = Place(base_hosts=("localhost",), trusted_proxies=(ip_network("10.0.0.0/8"),))
    said = {header: "for=10.0.0.7" if header == "Forwarded" else "10.0.0.7"}
    with listening(world.app(inside), short=short) as port:
        answer = httpx.get(
            f"http://127.0.0.1:{port}{AUTH_REQUEST}", headers={**NGINX, **world.pairs["good"].headers, **said}
        )
    assert answer.status_code == 503


def test_with_no_proxy_named_there_is_no_gateway_door(world: World) -> None:
    """An empty list believes nobody."""
    nobody = Place(base_hosts=("localhost",), trusted_proxies=())
    reply = asked(message(AUTH_REQUEST, NGINX), nobody, world.house.node)
    assert isinstance(reply, Reply)
    assert reply.status == 503


@pytest.mark.parametrize(
    ("chain", "address"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("6.6.6.6, 203.0.113.9", "203.0.113.9"),
        ("6.6.6.6, 203.0.113.9, 10.1.1.1", "203.0.113.9"),
        ("6.6.6.6, nonsense, 10.1.1.1", ""),
        ("10.1.1.1, 127.0.0.1", "10.1.1.1"),
        ("", ""),
    ],
)
def test_the_caller_s_address_is_the_nearest_that_is_no_proxy(world: World, chain: str, address: str) -> None:
    """What stands further left, anybody may have written."""
    place = Place(base_hosts=("localhost",), trusted_proxies=(ip_network("127.0.0.0/8"), ip_network("10.0.0.0/8")))
    found = asked(message(FORWARD_AUTH, FORWARDED | {"X-Forwarded-For": chain}), place, world.house.node)
    assert isinstance(found, Asked)
    assert found.request.address == address


def test_nginx_says_the_address_and_scheme_itself(world: World) -> None:
    """`X-Original-Address` and `X-Original-Scheme`; without them neither is known."""
    said = NGINX | {"X-Original-Address": "203.0.113.9", "X-Original-Scheme": "https", "X-Forwarded-For": "6.6.6.6"}
    found = asked(message(AUTH_REQUEST, said), PLACE, world.house.node)
    assert isinstance(found, Asked)
    assert (found.request.address, found.request.transport) == ("203.0.113.9", Transport.SECURE)
    found = asked(message(AUTH_REQUEST, NGINX), PLACE, world.house.node)
    assert isinstance(found, Asked)
    assert (found.request.address, found.request.transport) == ("", Transport.UNKNOWN)


@pytest.mark.parametrize(
    ("place", "host", "query", "account"),
    [
        (Place(account="acme", base_hosts=("localhost",)), "globex.localhost", "?an=globex", ACME),
        (PLACE, "globex.localhost", "?an=acme", GLOBEX),
        (PLACE, "GLOBEX.LocalHost:443", "", GLOBEX),
        (PLACE, "api.example.com", "?an=acme", ACME),
        (PLACE, "api.example.com", "?an=ACME", None),
        (PLACE, "api.example.com", "", None),
        (PLACE, "a.b.localhost", "", None),
        (Place(base_hosts=("api.example.com",)), "acme.api.example.com", "", ACME),
        (Place(), "acme.localhost", "", None),
    ],
)
def test_the_account_comes_in_this_order(
    world: World, place: Place, host: str, query: str, account: str | None
) -> None:
    """The door's own configuration, the host, the query; more than one account is no account."""
    headers = NGINX | {"X-Original-Host": host, "X-Original-URI": ORDERS + query}
    found = asked(message(AUTH_REQUEST, headers), place, world.house.node)
    assert isinstance(found, Asked)
    assert found.account == account


def test_when_nobody_can_tell_the_gateway_is_told_503(proof: Proof) -> None:
    """With when to try again, never a 401 that would send somebody after their credentials."""
    world = furnish()
    world.house.node.known._proved_at -= 10_000
    with listening(world.app()) as port:
        for path, headers in DIALECTS.values():
            with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
                answer = client.get(path, headers={**headers, **world.pairs["good"].headers})
            assert (answer.status_code, answer.json()["code"]) == (503, "authorization_unavailable")
            assert answer.headers["Retry-After"] == "5"
            assert "WWW-Authenticate" not in answer.headers
    world.house.close()
    proof("G24", dose="a process that is stale, asked by a gateway", figure="503, never 401")


def test_a_surprise_is_no_allow(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever breaks behind the door is 503."""

    def broken(*_: object) -> None:
        raise RuntimeError("cvt_secret")

    monkeypatch.setattr(world.house.node, "check_at_once", broken)
    with listening(world.app()) as port, httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
        for path, headers in DIALECTS.values():
            answer = client.get(path, headers={**headers, **world.pairs["good"].headers})
            assert answer.status_code == 503
            assert "secret" not in answer.text
