"""`POST /v1/check`: every answer is 200, says what its asker may know, and nothing goes in unbounded."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from tests.doors.world import ACME, LIST, ORDERS, Credentials, World, furnish, listening
from tests.promises.plugin import Proof

from chaveiro.doors.check import asked
from chaveiro.doors.place import Place
from chaveiro.wire.message import Message, Reply


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    world = furnish()
    yield world
    world.house.close()


@pytest.fixture(scope="module")
def client(world: World) -> Iterator[httpx.Client]:
    with listening(world.app()) as port, httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
        yield client


def ask(client: httpx.Client, pair: Credentials, **changed: Any) -> httpx.Response:
    body = {"account": "acme", "appKey": pair.app_key, "appToken": pair.app_token, "method": "GET", "path": ORDERS}
    return client.post("/v1/check", json={name: value for name, value in (body | changed).items() if value != "absent"})


def test_a_right_pair_may(world: World, client: httpx.Client) -> None:
    """An allow names the account, the key, its roles and the newest change that was known."""
    answer = ask(client, world.pairs["good"])
    revision = world.house.node.known.revision
    assert answer.status_code == 200
    body = answer.json()
    assert 0 <= body.pop("stale_seconds") < 60
    assert body == {
        "decision": "allow",
        "status": 200,
        "cause": None,
        "denial": None,
        "account": "acme",
        "appKey": world.pairs["good"].app_key,
        "roles": ["Pedidos, só leitura", "Cancelar"],
        "role_ids": [1, 2],
        "user": None,
        "revision": str(revision),
        "title": None,
        "detail": None,
        "remedy": None,
    }


def test_a_resource_may_be_asked_for_by_name(world: World, client: httpx.Client) -> None:
    """Programs that know the resource need no route."""
    wanted = {"product": LIST.product, "key": LIST.key}
    answer = ask(client, world.pairs["good"], method="absent", path="absent", resource=wanted).json()
    assert answer["decision"] == "allow"
    answer = ask(client, world.pairs["lacking"], method="absent", path="absent", resource=wanted).json()
    assert (answer["cause"], answer["required"]["resources"]) == ("permission_missing_resource", [wanted])


@pytest.mark.parametrize(
    ("who", "changed", "status", "cause"),
    [
        ("roleless", {}, 403, "no_role_linked"),
        ("lacking", {}, 403, "permission_missing_resource"),
        ("inactive", {}, 401, "key_inactive"),
        ("blocked", {}, 401, "key_blocked"),
        ("deleted", {}, 401, "credentials_invalid"),
        ("globex good", {}, 401, "credentials_invalid"),
        ("good", {"account": "nobody"}, 401, "credentials_invalid"),
        ("good", {"account": "absent"}, 401, "credentials_invalid"),
        ("good", {"path": "/api//oms"}, 403, "path_ambiguous"),
        ("good", {"path": ORDERS + "#x"}, 403, "path_ambiguous"),
        ("good", {"path": "/api/oms/pvt/orders/%2e%2e"}, 403, "path_ambiguous"),
        ("good", {"path": "/nowhere"}, 403, "route_not_mapped"),
        ("good", {"method": "DELETE"}, 403, "method_not_mapped"),
        ("good", {"appKey": "absent"}, 401, "key_missing"),
        ("good", {"appToken": None}, 401, "token_missing"),
        ("good", {"appKey": "absent", "appToken": "absent"}, 401, "credentials_missing"),
        ("good", {"appToken": ""}, 401, "token_empty"),
        ("good", {"path": ORDERS + "?appToken=x"}, 401, "credentials_in_query"),
        ("good", {"appToken": "x" * 2000}, 401, "value_oversized"),
    ],
)
def test_every_refusal_is_an_answer(
    world: World, client: httpx.Client, *, who: str, changed: dict[str, Any], status: int, cause: str
) -> None:
    """The answer is 200; the status a gateway would have sent stands in it, with the cause and words."""
    answer = ask(client, world.pairs[who], **changed)
    body = answer.json()
    assert answer.status_code == 200
    assert (body["decision"], body["status"], body["cause"]) == ("deny", status, cause)
    assert all(body[name] for name in ("title", "detail", "remedy", "denial"))
    proven = cause in {
        "no_role_linked", "permission_missing_resource", "key_inactive", "key_blocked",
        "path_ambiguous", "route_not_mapped", "method_not_mapped",
    }  # fmt: skip
    assert (body["appKey"] is not None) == proven
    assert body["revision"] == str(world.house.node.known.revision)


def test_a_damaged_token_is_told_by_what_was_sent(world: World, client: httpx.Client) -> None:
    """A blank at the end survives in JSON, and is found where it is."""
    pair = world.pairs["good"]
    assert ask(client, pair, appToken=pair.app_token + " ").json()["cause"] == "token_outer_whitespace"
    swapped = ask(client, Credentials(pair.app_token, pair.app_key)).json()
    assert swapped["cause"] == "fields_swapped"
    wrong = pair.app_token[:40] + ("0" if pair.app_token[40] != "0" else "1") + pair.app_token[41:]
    assert ask(client, pair, appToken=wrong).json()["cause"] == "token_one_character_wrong"


@pytest.mark.parametrize(
    ("asks", "tag"), [("pt-BR,pt;q=0.9", "pt-BR"), ("es", "es-419"), ("en", "en"), ("fr", "en"), ("", "en")]
)
def test_the_caller_s_language_is_spoken(world: World, client: httpx.Client, asks: str, tag: str) -> None:
    """`Accept-Language` picks one of three."""
    pair = world.pairs["good"]
    body = {"account": "acme", "appKey": pair.app_key, "appToken": None, "method": "GET", "path": ORDERS}
    answer = client.post("/v1/check", json=body, headers={"Accept-Language": asks})
    assert answer.headers["Content-Language"] == tag


def test_the_account_comes_from_the_host_the_query_or_the_only_one(world: World, client: httpx.Client) -> None:
    """In this order, where the body names none."""
    pair = world.pairs["good"]
    body = {"appKey": pair.app_key, "appToken": pair.app_token, "method": "GET"}
    by_host = client.post("/v1/check", json=body | {"path": ORDERS}, headers={"Host": "acme.localhost:8420"})
    assert by_host.json()["decision"] == "allow"
    by_query = client.post("/v1/check", json=body | {"path": ORDERS + "?an=acme"})
    assert by_query.json()["decision"] == "allow"
    two = client.post("/v1/check", json=body | {"path": ORDERS + "?an=acme&an=acme"})
    assert two.json()["decision"] == "deny"
    elsewhere = client.post("/v1/check", json=body | {"path": ORDERS}, headers={"Host": "acme.example.com"})
    assert elsewhere.json()["decision"] == "deny", "a host that is not ours names no account"
    alone = furnish(accounts=1)
    with listening(alone.app()) as port, httpx.Client(base_url=f"http://127.0.0.1:{port}") as there:
        only = ask(there, alone.pairs["good"], account="absent")
    alone.house.close()
    assert only.json()["decision"] == "allow"


def test_a_door_with_an_account_answers_for_no_other(world: World) -> None:
    """What the operator configured goes before what a request says."""
    message = Message("POST", "/v1/check", ((b"host", b"globex.localhost"),))
    place = Place(account="acme", base_hosts=("localhost",))
    body = {"method": "GET", "path": ORDERS}
    found = asked(message, json.dumps(body).encode(), place, world.house.node)
    assert not isinstance(found, Reply)
    assert found.account == ACME
    refused = asked(message, json.dumps(body | {"account": "globex"}).encode(), place, world.house.node)
    assert isinstance(refused, Reply)
    assert refused.status == 422


def test_when_nobody_can_tell_it_says_unknown(proof: Proof) -> None:
    """A process that is stale refuses nobody and allows nobody."""
    world = furnish()
    world.house.node.known._proved_at -= 10_000
    with listening(world.app()) as port, httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
        answer = ask(client, world.pairs["good"])
    world.house.close()
    assert answer.json()["decision"] == "unknown"
    assert answer.json()["status"] == 503
    assert answer.headers["Retry-After"] == "5"
    proof("G24", dose="a process that is stale, asked by a program", figure="`unknown` and 503, never a refusal")


@pytest.mark.parametrize(
    ("content", "status"),
    [(b"", 400), (b"{", 400), (b'{"a": 1, "a": 2}', 400), (b'{"hash": "x"}', 422), (b"[]", 422), (b" " * 70_000, 413)],
)
def test_what_is_no_question_is_a_problem(client: httpx.Client, content: bytes, status: int) -> None:
    """400, 413 or 422, and the message says why."""
    answer = client.post("/v1/check", content=content)
    assert answer.status_code == answer.json()["status"] == status
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_a_body_without_a_length_is_bounded_too(client: httpx.Client) -> None:
    """Chunks are counted as they arrive."""
    answer = client.post("/v1/check", content=(b" " * 1024 for _ in range(100)))
    assert answer.status_code == 413


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "HEAD", "OPTIONS"])
def test_only_post_asks(client: httpx.Client, method: str) -> None:
    """Everything else is told what is allowed."""
    answer = client.request(method, "/v1/check")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")


def test_every_answer_is_kept_by_nobody_and_guessed_by_nobody(world: World, client: httpx.Client) -> None:
    """`no-store` and `nosniff`, whatever the answer; no server is named."""
    for answer in (
        ask(client, world.pairs["good"]),
        ask(client, world.pairs["roleless"]),
        client.post("/v1/check", content=b"{"),
        client.get("/v1/check"),
        client.get("/nowhere"),
        client.get("/authz/auth-request"),
    ):
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["X-Request-Id"]
        assert not {"Server", "Date"} & set(answer.headers)


@pytest.mark.parametrize(
    ("given", "kept"), [("abc-123", True), ("a" * 64, False), ("a" * 65, False), ("a b", False), ("x\u00e9", False)]
)
def test_a_request_id_comes_back_unless_it_may_be_a_secret(client: httpx.Client, *, given: str, kept: bool) -> None:
    """Bounded, of safe characters, and never what looks like a token."""
    answer = client.get("/healthz", headers=[(b"X-Request-Id", given.encode("latin-1"))])
    assert (answer.headers["X-Request-Id"] == given) is kept
