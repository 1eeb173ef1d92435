"""Health, readiness and metrics: the truth about staleness, and nothing a stranger could use."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from time import time

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from tests.doors.world import ORDERS, World, furnish, listening
from tests.promises.plugin import Proof

from chaveiro.core.cause import Cause
from chaveiro.core.fleet import NodeId, NodeReport, NodeSeen
from chaveiro.core.keyring import Revision
from chaveiro.core.names import Moment
from chaveiro.doors.console.cookies import SESSION
from chaveiro.stores.memory import MemoryStore
from chaveiro.stores.port import StoreUnavailable


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
    assert answer.json()["revision"] == str(world.house.node.known.revision)
    assert answer.json()["stale_seconds"] < 5
    assert (answer.json()["node"], answer.json()["name"]) == (world.house.node.id, world.house.node.name)
    world.house.node.known._proved_at -= 301
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["status"]) == (503, "stale")
    assert answer.json()["stale_seconds"] > 300
    proof("G15", dose="readiness", figure="only once all is loaded, and while it is fresh")


def test_whoever_drains_is_not_to_be_asked(world: World) -> None:
    """`/readyz` says so while the process is alive and knows all."""
    app = world.app()
    app.drain()
    with listening(app) as port, httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
        answer = client.get("/readyz")
        assert (answer.status_code, answer.json()["status"]) == (503, "draining")
        assert answer.json()["revision"] == str(world.house.node.known.revision)
        assert client.get("/healthz").status_code == 200


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


DOORS = {
    "/v1/check": "check", "/v1/simulate": "simulate", "/access/v1/evaluation": "authzen", "/authz/envoy/x": "envoy",
    "/access/v1/evaluations": "authzen", "/.well-known/authzen-configuration": "authzen", "/doctor": "doctor",
    "/authz/auth-request": "auth-request", "/authz/forward-auth": "forward-auth", "/causes/nothing": "causes",
    "/console": "console", "/handover": "handover", "/healthz": "healthz", "/readyz": "readyz", "/metrics": "metrics",
    "/openapi.json": "openapi", "/api/license-manager/account": "vtex", "/stranger": "other",
}  # fmt: skip


def requests_of(client: httpx.Client) -> dict[tuple[str, str], float]:
    families = {one.name: one for one in text_string_to_metric_families(client.get("/metrics").text)}
    counted = families["chaveiro_requests"].samples
    return {(one.labels["door"], one.labels["status"]): one.value for one in counted}


def test_every_door_is_counted_by_its_name(client: httpx.Client) -> None:
    """Each request once, by what it was answered, however it was; no address makes a door of its own."""
    before = requests_of(client)
    answered = Counter((door, str(client.get(path).status_code)) for path, door in DOORS.items())
    after = requests_of(client)
    answered["metrics", "200"] += 1  # the one that asked before
    assert {name: after[name] - before.get(name, 0) for name in after if after[name] != before.get(name)} == answered
    assert {door for door, _ in after} <= set(DOORS.values())
    seconds = next(
        one
        for one in text_string_to_metric_families(client.get("/metrics").text)
        if one.name == "chaveiro_request_seconds"
    )
    assert {one.labels["door"] for one in seconds.samples} == {door for door, _ in after}


def test_the_standard_door_s_answers_are_counted_as_checks(world: World, client: httpx.Client) -> None:
    """Each of a list, with its cause."""
    pair = world.pairs["roleless"]
    subject = {"type": "key", "id": pair.app_key, "properties": {"appToken": pair.app_token}}
    asked = {"subject": subject, "action": {"name": "a"}, "resource": {"type": "b", "id": "c"}, "evaluations": [{}, {}]}
    client.post("/access/v1/evaluations", json=asked, headers={"Host": "acme.localhost"})
    text = client.get("/metrics").text
    assert 'chaveiro_checks_total{cause="no_role_linked",decision="deny",door="authzen"} 2.0' in text


def test_a_session_that_is_none_is_counted(client: httpx.Client) -> None:
    """Whoever tries sessions is seen, without a name."""
    refused = "chaveiro_sessions_refused_total"
    assert f"{refused} 0.0" in client.get("/metrics").text
    client.get("/console", headers={"Cookie": f"{SESSION}={'x' * 43}"})
    text = client.get("/metrics").text
    assert re.search(rf"^{refused} [1-9]", text, re.MULTILINE)
    assert "xxx" not in text


def test_a_cause_has_its_page(client: httpx.Client) -> None:
    """What a problem's `type` links to is there."""
    assert client.get("/causes/key_missing").status_code == 200


def test_what_is_not_there_says_so(client: httpx.Client) -> None:
    """A problem, and no echo of what was asked for."""
    answer = client.get("/nowhere/secret-path?secret=1")
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")
    assert "secret" not in answer.text
    assert json.loads(answer.text)["status"] == 404


def test_metrics_tell_how_the_nodes_are(world: World, client: httpx.Client) -> None:
    """By state, and how far this one is behind: what an alert would need."""
    store, node = world.house.store, world.house.node
    assert isinstance(store, MemoryStore)
    head = store.head()
    for name, applied, ago in (("a", head.seq, 0.0), ("b", head.seq - 1, 0.0), ("c", head.seq, 60.0), ("d", 1, 9e4)):
        report = NodeReport(NodeId(name), name, Revision(head.epoch, applied), 300.0)
        store._nodes[report.id] = NodeSeen(report, Moment(0), Moment(time() - ago))
    node.known._cursor = Revision(head.epoch, head.seq - 3)
    told = samples(client)
    assert [told[f"chaveiro_nodes/{state}"] for state in ("deciding", "behind", "silent")] == [1, 1, 2]
    assert told["chaveiro_node_behind/"] == 3
    assert (told["chaveiro_stale_seconds_max/"], told["chaveiro_store_reachable/"]) == (300, 1)


def test_metrics_ask_the_store_no_oftener_than_makes_sense(
    world: World, client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Anybody may read them, so reading them costs no question each time; a store that is gone hides nothing else."""
    asked: list[None] = []

    def gone() -> None:
        asked.append(None)
        raise StoreUnavailable("the plug was pulled")

    monkeypatch.setattr(world.house.store, "nodes", gone)
    told = [samples(client) for _ in range(20)]
    assert len(asked) <= 20 // 2
    for one in told:
        assert one["chaveiro_store_reachable/"] == 0
        assert "chaveiro_stale_seconds/" in one
        assert not {name for name in one if name.startswith(("chaveiro_nodes", "chaveiro_node_behind"))}


def samples(client: httpx.Client) -> dict[str, float]:
    """Every figure, by its name and its state."""
    families = text_string_to_metric_families(client.get("/metrics").text)
    return {f"{one.name}/{one.labels.get('state', '')}": one.value for family in families for one in family.samples}
