"""Health, readiness and metrics: the truth about staleness, and nothing a stranger could use."""

import json
from collections.abc import Iterator

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from tests.doors.world import ORDERS, World, furnish, listening
from tests.promises.plugin import Proof

from chaveiro.core.cause import Cause


@pytest.fixture
def world() -> Iterator[World]:
    world = furnish()
    yield world
    world.house.close()


@pytest.fixture
def client(world: World) -> Iterator[httpx.Client]:
    with listening(world.app()) as port, httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
        yield client


def test_a_process_that_answers_is_alive(client: httpx.Client) -> None:
    """`/healthz` asks nothing of the store."""
    assert client.get("/healthz").json() == {"status": "ok"}
    answer = client.head("/healthz")
    assert (answer.status_code, answer.content, answer.headers["Content-Length"]) == (200, b"", "16")


def test_ready_is_whole_and_fresh(world: World, client: httpx.Client, proof: Proof) -> None:
    """`/readyz` tells the revision and how stale it is, and flips when nothing may be decided any more."""
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["status"]) == (200, "ready")
    assert answer.json()["revision"] == str(world.house.node.revision)
    assert answer.json()["stale_seconds"] < 5
    world.house.node._proved_at -= 301
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["status"]) == (503, "stale")
    assert answer.json()["stale_seconds"] > 300
    proof("G15", dose="readiness", figure="only once all is loaded, and while it is fresh")


def test_only_reading_is_allowed(client: httpx.Client) -> None:
    """Nothing changes by asking how things are."""
    for path in ("/healthz", "/readyz", "/metrics", "/causes"):
        answer = client.post(path)
        assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD")


def test_metrics_have_bounded_labels(world: World, client: httpx.Client) -> None:
    """Decisions by cause, latency, staleness, refusals, the process; never an account, a key or a path."""
    pair = world.pairs["good"]
    for token in (pair.app_token, "cvt_madeupmadeup", None):
        body = {"account": "acme", "appKey": pair.app_key, "appToken": token, "method": "GET", "path": ORDERS}
        client.post("/v1/check", json=body)
    asked = {"X-Original-Method": "GET", "X-Original-URI": "/stranger/path", "X-Original-Host": "stranger.example"}
    client.get("/authz/auth-request", headers={**asked, "X-VTEX-API-AppKey": "stranger-key"})
    client.get("/authz/envoy/stranger/path")
    text = client.get("/metrics").text
    families = {family.name: family for family in text_string_to_metric_families(text)}
    counted = {
        (sample.labels["door"], sample.labels["decision"], sample.labels["cause"]): sample.value
        for sample in families["chaveiro_checks"].samples
    }
    assert counted["check", "allow", ""] == 1
    assert counted["check", "deny", Cause.TOKEN_MISSING] == 1
    assert counted["auth-request", "deny", Cause.TOKEN_MISSING] == 1
    assert sum(counted.values()) == 5
    for name in ("chaveiro_check_seconds", "chaveiro_stale_seconds", "chaveiro_denials_noted", "process_open_fds"):
        assert families[name].samples
    samples = {sample.name: sample.value for sample in families["chaveiro_check_seconds"].samples if not sample.labels}
    assert samples["chaveiro_check_seconds_count"] == 5
    for secret in ("acme", "stranger", pair.app_key, pair.app_token, "madeup"):
        assert secret not in text


def test_a_cause_has_its_page(client: httpx.Client) -> None:
    """What a problem's `type` links to is there."""
    assert client.get("/causes/key_missing").status_code == 200


def test_what_is_not_there_says_so(client: httpx.Client) -> None:
    """A problem, and no echo of what was asked for."""
    answer = client.get("/nowhere/secret-path?secret=1")
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")
    assert "secret" not in answer.text
    assert json.loads(answer.text)["status"] == 404
