"""The shipped gateway configurations, started for real: who gets through, who reads what, and who sees no token."""

from collections.abc import Iterator
from contextlib import ExitStack
from ipaddress import ip_network

import httpx
import pytest
import trustme
from tests.doors.world import ACME, GLOBEX, ORDERS, Credentials, World, done, furnish, listening
from tests.gateways.gates import (
    ASK_BY_GRPC,
    GATEWAYS,
    HERE,
    Script,
    answering,
    answering_questions,
    asked_by_grpc,
    free_port,
)
from tests.gateways.situations import FORGED, NAMES, SECRET, SITUATIONS, Gate, Scene, printed
from tests.promises.plugin import Proof

from chaveiro.core.command import EditSettings, GrantToKey
from chaveiro.core.credential import mint_key, mint_token
from chaveiro.core.keyring import Actor, ActorKind
from chaveiro.core.names import Email, RoleId
from chaveiro.node import Issued
from chaveiro.wire.answer import IDENTITY, STANDING

ELSEWHERE = ip_network("10.0.0.0/8")


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """Acme, with a key that works from one network; and globex, which wants HTTPS."""
    world = furnish()
    ana = Actor(ActorKind.USER, Email(f"ana@{ACME}.example"))
    issued = world.house.node.issue(ACME, label="elsewhere", by=ana, networks=(ELSEWHERE,))
    assert isinstance(issued, Issued)
    done(world.house, GrantToKey(ACME, RoleId(1), issued.app_key), ana)
    world.pairs["elsewhere"] = Credentials(issued.app_key, issued.token.reveal())
    done(world.house, EditSettings(GLOBEX, https_only=True), Actor(ActorKind.USER, Email(f"ana@{GLOBEX}.example")))
    yield world
    world.house.close()


@pytest.fixture(scope="module")
def authorizers(world: World) -> Iterator[tuple[int, int]]:
    """One process that answers for the world: the ports where it does by HTTP, and by gRPC."""
    app = world.app()
    with listening(app) as port, asked_by_grpc(app.gateway) as grpc_port:
        yield port, grpc_port


@pytest.fixture(scope="module", params=HERE)
def scene(
    request: pytest.FixtureRequest,
    world: World,
    authorizers: tuple[int, int],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Scene]:
    """Four gateways of one kind: two ask a real authorizer, one of them over TLS; one a cardboard one, one in vain."""
    says, name = Script(), request.param
    real, tls = authorizers[name in ASK_BY_GRPC], tmp_path_factory.mktemp("tls") / "both.pem"
    trustme.CA().issue_cert("globex.localhost").private_key_and_cert_chain_pem.write_to_path(tls)
    with ExitStack() as stack:
        cardboard = stack.enter_context(answering_questions(says, name))
        gates = []
        for authorizer, pem in ((real, None), (real, tls), (cardboard, None), (free_port(), None)):
            backend, folder = Script(), tmp_path_factory.mktemp(name)
            behind = stack.enter_context(answering(backend))
            port = stack.enter_context(GATEWAYS[name](folder, authorizer=authorizer, backend=behind, tls=pem))
            url = f"http{'s' * bool(pem)}://127.0.0.1:{port}"
            client = stack.enter_context(httpx.Client(base_url=url, timeout=10, verify=False))  # noqa: S501 - loopback
            gates.append(Gate(name, folder, client, backend))
        plain, secure, scripted, alone = gates
        yield Scene(world, plain, secure, says, scripted, alone)


@pytest.fixture
def gate(scene: Scene) -> Gate:
    """The gateway that asks a real authorizer."""
    return scene.gate


@pytest.mark.parametrize("situation", SITUATIONS)
def test_what_is_seen_of_a_gateway_is_what_the_reference_says(scene: Scene, situation: str, proof: Proof) -> None:
    """Every situation, at every gateway, with the configuration that is shipped."""
    assert SITUATIONS[situation](scene) == printed()[situation][NAMES[scene.gate.name]]
    if "forged" in situation:
        proof("G19", dose=1, figure="forged headers through real gateways: no effect")
    if situation == "Chaveiro does not answer":
        proof("G24", dose=1, figure="real gateways whose authorizer is gone: nobody gets through")
    if "log" in situation:
        proof("G7", dose=1, figure="gateways as configured in deploy/: 0 found in their logs")


def test_the_reference_has_every_situation_and_every_gateway() -> None:
    """And none that was not tried."""
    table = printed()
    assert list(table) == list(SITUATIONS)
    assert {tuple(row) for row in table.values()} == {tuple(NAMES.values())}
    assert set(NAMES) == set(GATEWAYS)


COOKIES = ("VtexIdclientAutCookie", "vtexidclientautcookie_acme", "VtexIdclientAutCookie_2f9a")


def test_cookies_that_are_no_token_reach_the_backend(world: World, gate: Gate) -> None:
    """What the backend sets is the backend's."""
    _, received = gate.send("GET", ORDERS, world.pairs["good"].headers, {"Cookie": "first=1; last=2"})
    assert received is not None
    assert received.named("Cookie") == ["first=1; last=2"]


DENIED = [
    ("roleless", 403, "no_role_linked"),
    ("lacking", 403, "permission_missing_resource"),
    ("inactive", 401, "key_inactive"),
    ("blocked", 401, "key_blocked"),
    ("deleted", 401, "credentials_invalid"),
    ("globex good", 401, "credentials_invalid"),
]


@pytest.mark.parametrize(("who", "status", "cause"), DENIED)
def test_a_denial_reaches_the_integrator_whole(world: World, gate: Gate, *, who: str, status: int, cause: str) -> None:
    """Status, problem, challenge and language are the authorizer's; the backend hears nothing of it."""
    answer = gate.refused("GET", ORDERS, world.pairs[who].headers, {"Accept-Language": "pt"})
    assert answer.status_code == answer.json()["status"] == status
    assert answer.json()["cause"] == cause
    assert answer.json()["remedy"]
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Content-Language"] == "pt-BR"
    assert answer.headers.get_list("Cache-Control") == ["no-store"]
    challenges = answer.headers.get_list("WWW-Authenticate")
    assert len(challenges) == (status == 401)
    assert all(challenge.startswith('AppKeyToken realm="chaveiro"') for challenge in challenges)
    assert "required" in answer.json() or status == 401


def test_a_wrong_token_an_unknown_key_and_none_at_all(world: World, gate: Gate) -> None:
    """What strangers read, through a gateway as well."""
    good = world.pairs["good"]
    other = mint_token(mint_key(bytes(10)), bytes(33)).reveal()
    assert gate.refused("GET", ORDERS).json()["cause"] == "credentials_missing"
    mixed = gate.refused("GET", ORDERS, Credentials(good.app_key, other).headers)
    assert (mixed.status_code, mixed.json()["cause"]) == (401, "pair_mismatch")
    unknown = mint_key(b"0123456789")
    stranger = Credentials(unknown, mint_token(unknown, bytes(33)).reveal())
    assert gate.refused("GET", ORDERS, stranger.headers).json()["cause"] == "credentials_invalid"
    swapped = Credentials(good.app_token, good.app_key)
    assert gate.refused("GET", ORDERS, swapped.headers).json()["cause"] == "fields_swapped"
    wrong = good.app_token[:-1] + ("0" if good.app_token[-1] != "0" else "1")
    answer = gate.refused("GET", ORDERS, Credentials(good.app_key, wrong).headers)
    assert (answer.json()["cause"], answer.json()["position"]) == ("token_one_character_wrong", 74)


@pytest.mark.parametrize(
    ("target", "cause"),
    [
        ("/api//oms/pvt/orders", "path_ambiguous"),
        (ORDERS + "%2f", "path_ambiguous"),
        (ORDERS + "/%2e%2e/orders", "path_ambiguous"),
        (ORDERS + ";a=b", "path_ambiguous"),
        ("/nowhere", "route_not_mapped"),
        (ORDERS + "/", "route_not_mapped"),
    ],
)
def test_a_path_that_two_servers_could_read_apart_goes_nowhere(
    world: World, gate: Gate, target: str, cause: str
) -> None:
    """The gateway hands on the target as it was sent, so it is judged as the backend would receive it."""
    answer = gate.refused("GET", target, world.pairs["good"].headers)
    assert (answer.status_code, answer.json()["cause"]) == (403, cause)


def test_methods_and_bodies_arrive(world: World, gate: Gate) -> None:
    """A body goes to the backend alone; HEAD is judged as GET and has no body."""
    answer, received = gate.send("POST", ORDERS + "/1/cancel", world.pairs["lacking"].headers, body=b"x" * 300_000)
    assert answer.status_code == 200
    assert received is not None
    assert (received.method, len(received.body)) == ("POST", 300_000)
    refused, received = gate.send("POST", ORDERS + "/1/cancel", world.pairs["roleless"].headers, body=b"x" * 300_000)
    assert (refused.status_code, received) == (403, None)
    head, received = gate.send("HEAD", ORDERS, world.pairs["good"].headers)
    assert (head.status_code, head.content) == (200, b"")
    assert received is not None
    assert received.method == "HEAD"
    refused, received = gate.send("HEAD", ORDERS, world.pairs["roleless"].headers)
    assert (refused.status_code, refused.content, received) == (403, b"", None)


def test_the_gateway_s_own_location_is_not_for_callers(world: World, gate: Gate) -> None:
    """Nobody can ask the authorizer through the gateway."""
    for target in ("/.chaveiro", "/authz/auth-request", "/authz/forward-auth", "/v1/check", "/metrics"):
        answer = gate.refused("GET", target, world.pairs["good"].headers)
        assert answer.status_code in {403, 404}


# ------------------------------------------------------------------------------------- an authorizer that says anything


@pytest.mark.parametrize("status", [302, 400, 404, 413, 431, 500, 502, 504])
def test_whatever_else_an_authorizer_says_is_no_allow(scene: Scene, status: int) -> None:
    """A mistake on the way to the decision does not become one."""
    scene.says.status, scene.says.headers = status, {"Location": "http://evil.example/"}
    scene.says.body = b""
    answer = scene.scripted.refused("GET", ORDERS, SECRET)
    assert answer.status_code not in {200, 401}


def test_an_allow_without_an_identity_gives_none(scene: Scene) -> None:
    """Whoever forges one meets an empty one, even where the authorizer says nothing about its caller."""
    scene.says.status, scene.says.headers, scene.says.body = 200, {}, b""
    forged = {f"X-Chaveiro-{name}": value for name, value in FORGED.items()}
    answer, received = scene.scripted.send("GET", ORDERS, SECRET, forged)
    assert answer.status_code == 200
    assert received is not None
    assert [received.named(name) for name in (*IDENTITY, *STANDING)] in ([[]] * 5, [[""]] * 5)


def test_an_upstream_s_own_errors_stay_its_own(world: World, gate: Gate) -> None:
    """A backend that says 401, 403, 500 or 503 itself is heard, and not taken for us."""
    try:
        for status in (401, 403, 500, 503):
            gate.backend.status = status
            answer, received = gate.send("GET", ORDERS, world.pairs["good"].headers)
            assert (answer.status_code, answer.text) == (status, "backend")
            assert received is not None
    finally:
        gate.backend.status = 200
