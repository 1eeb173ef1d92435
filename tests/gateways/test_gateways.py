"""The shipped gateway configurations, started for real: who gets through, who reads what, and who sees no token."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from tests.doors.world import ORDERS, Credentials, World, furnish, listening
from tests.gateways.gates import GATEWAYS, HERE, Received, Script, answering, free_port, logs
from tests.promises.plugin import Proof

from chaveiro.core.credential import mint_key, mint_token
from chaveiro.wire.answer import IDENTITY, STANDING

HOST = {"Host": "acme.localhost"}


@dataclass
class Gate:
    """One gateway between an integrator and a backend."""

    name: str
    folder: Path
    client: httpx.Client
    backend: Script

    def send(
        self,
        method: str,
        target: str,
        *headers: dict[str, str],
        more: list[tuple[str, str]] | None = None,
        body: bytes = b"",
    ) -> tuple[httpx.Response, Received | None]:
        """Send a request; give the answer, and what reached the backend."""
        self.backend.received.clear()
        sent = [pair for each in (HOST, *headers) for pair in each.items()] + (more or [])
        answer = self.client.request(method, target, headers=sent, content=body or None)
        received = self.backend.received
        assert len(received) <= 1
        return answer, received[0] if received else None

    def refused(
        self, method: str, target: str, *headers: dict[str, str], more: list[tuple[str, str]] | None = None
    ) -> httpx.Response:
        """Send a request that must not reach the backend."""
        answer, received = self.send(method, target, *headers, more=more)
        assert received is None
        assert not {name.lower() for name in IDENTITY} & set(answer.headers)
        return answer


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    world = furnish()
    yield world
    world.house.close()


@pytest.fixture(scope="module")
def authorizer(world: World) -> Iterator[int]:
    with listening(world.app()) as port:
        yield port


@pytest.fixture(scope="module", params=HERE)
def gate(request: pytest.FixtureRequest, authorizer: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gate]:
    """A gateway that asks a real authorizer."""
    backend, folder = Script(), tmp_path_factory.mktemp(request.param)
    with (
        answering(backend) as behind,
        GATEWAYS[request.param](folder, authorizer=authorizer, backend=behind) as port,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=10) as client,
    ):
        yield Gate(request.param, folder, client, backend)


def test_a_right_pair_gets_through(world: World, gate: Gate) -> None:
    """The backend learns who calls, and the request is the one that was sent."""
    answer, received = gate.send("GET", f"{ORDERS}?page=2&q=a%20b", world.pairs["good"].headers)
    assert (answer.status_code, answer.text) == (200, "backend")
    assert received is not None
    assert (received.method, received.target) == ("GET", f"{ORDERS}?page=2&q=a%20b")
    told = [received.named(name) for name in (*IDENTITY, STANDING[0])]
    revision = world.house.node.known.revision
    assert told == [["acme"], [world.pairs["good"].app_key], ["1,2"], [str(revision)]]
    (staleness,) = received.named(STANDING[1])
    assert 0 <= float(staleness) < 60
    assert received.named("Host")[0].startswith("acme.localhost")


def test_the_pair_ends_at_the_gateway(world: World, gate: Gate) -> None:
    """Neither half reaches the backend, and no token is in any log."""
    pair = world.pairs["good"]
    _, received = gate.send("GET", ORDERS, pair.headers)
    assert received is not None
    assert pair.app_token not in received
    assert not received.named("X-VTEX-API-AppToken")
    assert not received.named("X-VTEX-API-AppKey")


COOKIES = ("VtexIdclientAutCookie", "vtexidclientautcookie_acme", "VtexIdclientAutCookie_2f9a")


@pytest.mark.parametrize("name", ["VtexIdclientAutCookie", "vtexidclientautcookie", "Proxy-Authorization"])
def test_a_user_s_token_ends_at_the_gateway(world: World, gate: Gate, name: str) -> None:
    """In a header or in cookies, of any spelling that VTEX's clients use."""
    cookies = "; ".join(["first=1", *(f"{cookie}=TOKEN" for cookie in COOKIES), "last=2"])
    answer, received = gate.send("GET", ORDERS, world.pairs["good"].headers, {name: "TOKEN", "Cookie": cookies})
    assert answer.status_code == 200
    assert received is not None
    assert "TOKEN" not in received


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


FORGED = {
    "Account": "globex", "Key": "cvk_forged", "Roles": "99", "Revision": "ffffffff.1", "Staleness": "forged",
}  # fmt: skip


@pytest.mark.parametrize("spelling", ["X-Chaveiro-{}", "x_chaveiro_{}", "X-Chaveiro_{}", "X_CHAVEIRO-{}"])
def test_a_forged_identity_is_overwritten(world: World, gate: Gate, spelling: str, proof: Proof) -> None:
    """In every spelling that a backend might take for the true one."""
    forged = {spelling.format(name): value for name, value in FORGED.items()}
    answer, received = gate.send("GET", ORDERS, world.pairs["good"].headers, forged)
    assert answer.status_code == 200
    assert received is not None
    assert received.named("X-Chaveiro-Key") == [world.pairs["good"].app_key]
    assert received.named("X-Chaveiro-Account") == ["acme"]
    assert received.named("X-Chaveiro-Roles") == ["1,2"]
    assert [len(received.named(name)) for name in STANDING] == [1, 1]
    assert "forged" not in received
    proof("G19", dose=1, figure="spellings of a forged identity through real gateways: overwritten")


@pytest.mark.parametrize("prefix", ["X-Original-", "X-Forwarded-", "X_Original_", "X_Forwarded_"])
def test_what_is_asked_for_cannot_be_forged(world: World, gate: Gate, prefix: str, proof: Proof) -> None:
    """The caller's own forwarded headers are not the gateway's."""
    forged = {f"{prefix}{name}": value for name, value in (
        ("Method", "POST"), ("URI", ORDERS + "/1/cancel"), ("Uri", ORDERS + "/1/cancel"), ("Host", "globex.localhost"),
    )}  # fmt: skip
    answer = gate.refused("GET", ORDERS, world.pairs["lacking"].headers, forged)
    assert (answer.status_code, answer.json()["cause"]) == (403, "permission_missing_resource")
    proof("G19", dose=1, figure="forged requests through real gateways: no effect")


def test_a_second_credential_is_refused(world: World, gate: Gate) -> None:
    """Two headers are two readings."""
    good = world.pairs["good"]
    answer = gate.refused("GET", ORDERS, good.headers, more=[("X-VTEX-API-AppToken", "other")])
    assert (answer.status_code, answer.json()["cause"]) == (401, "token_duplicated")
    twice = gate.refused("GET", ORDERS, good.headers, more=[("X-VTEX-API-AppKey", good.app_key)])
    assert (twice.status_code, twice.json()["cause"]) == (401, "key_duplicated")


def test_headers_with_underscores_go_no_further(world: World, gate: Gate) -> None:
    """Both gateways drop them: authorizer and backend see the same request, and neither sees a second spelling."""
    good = world.pairs["good"]
    spelled = {name.replace("-", "_"): value for name, value in good.headers.items()}
    assert gate.refused("GET", ORDERS, spelled).json()["cause"] == "credentials_missing"
    answer, received = gate.send("GET", ORDERS, good.headers, more=[("X_VTEX_API_APPTOKEN", "other")])
    assert answer.status_code == 200
    assert received is not None
    assert not received.named("X-VTEX-API-AppToken")


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


def test_logs_hold_no_credentials(world: World, gate: Gate, proof: Proof) -> None:
    """Not in headers, not in the query, not when something is refused."""
    good = world.pairs["good"]
    gate.send("GET", f"{ORDERS}?appToken={good.app_token}", good.headers)
    gate.send("GET", ORDERS, Credentials(good.app_token, good.app_token).headers)
    gate.send("GET", ORDERS, good.headers, {"X-Api-Key": good.app_token, "Referer": f"http://x/?{good.app_token}"})
    written = logs(gate.folder)
    assert ORDERS in written, "there is a log to search"
    assert good.app_token not in written
    assert good.app_token[10:40] not in written
    proof("G7", dose=1, figure="gateways as configured in deploy/: 0 found in their logs")


# ------------------------------------------------------------------------------------- an authorizer that says anything


@dataclass
class Scripted:
    """A gateway whose authorizer is made of cardboard, and another whose authorizer is not there."""

    authorizer: Script
    gate: Gate
    alone: Gate


@pytest.fixture(scope="module", params=HERE)
def scripted(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scripted]:
    """Two gateways of one kind."""
    says, backend, start = Script(), Script(), GATEWAYS[request.param]
    with ExitStack() as stack:
        behind, asked = stack.enter_context(answering(backend)), stack.enter_context(answering(says))
        gates = []
        for authorizer in (asked, free_port()):
            folder = tmp_path_factory.mktemp(request.param)
            port = stack.enter_context(start(folder, authorizer=authorizer, backend=behind))
            client = stack.enter_context(httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=10))
            gates.append(Gate(request.param, folder, client, backend))
        yield Scripted(says, *gates)


SECRET = {"X-VTEX-API-AppKey": "key", "X-VTEX-API-AppToken": "cvt_canarycanarycanary"}


def test_without_an_authorizer_nobody_gets_through(scripted: Scripted, proof: Proof) -> None:
    """503 and a problem, so that nobody looks for a mistake in their credentials."""
    answer = scripted.alone.refused("GET", f"{ORDERS}?appToken=cvt_canarycanarycanary", SECRET)
    assert answer.status_code == answer.json()["status"] == 503
    assert answer.json()["code"] == "authorization_unavailable"
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Retry-After"] == "5"
    assert "WWW-Authenticate" not in answer.headers
    assert "canary" not in logs(scripted.alone.folder)
    proof("G24", dose=1, figure="real gateways whose authorizer is gone: nobody gets through")


@pytest.mark.parametrize("status", [503, 429])
def test_cannot_tell_and_too_many_are_told_as_they_are(scripted: Scripted, status: int) -> None:
    """With the authorizer's own words, and when to try again."""
    problem = json.dumps({"status": status, "code": "said by the authorizer"})
    scripted.authorizer.status, scripted.authorizer.body = status, problem.encode()
    scripted.authorizer.headers = {
        "Content-Type": "application/problem+json",
        "X-Chaveiro-Problem": problem,
        "Retry-After": "17",
    }
    answer = scripted.gate.refused("GET", ORDERS, SECRET)
    assert (answer.status_code, answer.json()["code"]) == (status, "said by the authorizer")
    assert answer.headers["Retry-After"] == "17"
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("status", [302, 400, 404, 413, 431, 500, 502, 504])
def test_whatever_else_an_authorizer_says_is_no_allow(scripted: Scripted, status: int) -> None:
    """A mistake on the way to the decision does not become one."""
    scripted.authorizer.status, scripted.authorizer.headers = status, {"Location": "http://evil.example/"}
    scripted.authorizer.body = b""
    answer = scripted.gate.refused("GET", ORDERS, SECRET)
    assert answer.status_code not in {200, 401}


def test_an_allow_without_an_identity_gives_none(scripted: Scripted) -> None:
    """Whoever forges one meets an empty one, even where the authorizer says nothing about its caller."""
    scripted.authorizer.status, scripted.authorizer.headers, scripted.authorizer.body = 200, {}, b""
    forged = {f"X-Chaveiro-{name}": value for name, value in FORGED.items()}
    answer, received = scripted.gate.send("GET", ORDERS, SECRET, forged)
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


def test_a_caller_s_revision_reaches_the_decision(world: World, gate: Gate) -> None:
    """What is known is answered, what cannot come here is not, and what cannot be read is the caller's to mend."""
    good = world.pairs["good"].headers
    known = {"X-Chaveiro-At-Least": str(world.house.node.known.revision)}
    answer, received = gate.send("GET", ORDERS, good, known)
    assert answer.status_code == 200
    assert received is not None
    foreign = gate.refused("GET", ORDERS, good, {"X-Chaveiro-At-Least": "ffffffff.1"})
    assert (foreign.status_code, foreign.json()["cause"]) == (503, "authorization_unavailable")
    assert "Retry-After" in foreign.headers
    for nonsense in ({"X-Chaveiro-At-Least": "soon"}, {"X-Chaveiro-At-Least": f"{world.house.node.known.revision}0x"}):
        unread = gate.refused("GET", ORDERS, good, nonsense)
        assert (unread.status_code, unread.json()["status"]) == (400, 400)
    twice = [("X-Chaveiro-At-Least", known["X-Chaveiro-At-Least"])]
    assert gate.refused("GET", ORDERS, good, known, more=twice).status_code == 400
