"""A right token that was seen in clear is noted; a wrong one never is, and nothing presented is kept."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from tests.doors.world import ACME, ORDERS, Credentials, World, done, furnish, listening

from chaveiro.core.attempt import Transport
from chaveiro.core.command import EditSettings, FinishRenewal
from chaveiro.core.denial import Exposure, InClear
from chaveiro.core.keyring import Actor, ActorKind
from chaveiro.core.names import AppKey, Email
from chaveiro.doors.place import Place
from chaveiro.node import Issued
from chaveiro.stores.port import StoreUnavailable
from chaveiro.wire.message import Message

ANA = Actor(ActorKind.USER, Email("ana@acme.example"))
FROM_AFAR = {"address": "203.0.113.9"}
PLAIN, QUERY = InClear.PLAIN, InClear.QUERY


@pytest.fixture
def world() -> Iterator[World]:
    world = furnish()
    yield world
    world.house.close()


@pytest.fixture
def client(world: World) -> Iterator[httpx.Client]:
    with listening(world.app()) as port, httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
        yield client


def ask(client: httpx.Client, pair: Credentials, **changed: Any) -> str:
    body = {"account": "acme", "appKey": pair.app_key, "appToken": pair.app_token, "method": "GET", "path": ORDERS}
    answer = client.post("/v1/check", json=body | changed).json()
    return str(answer["cause"] or answer["decision"])


def noted(world: World, who: str = "good") -> dict[tuple[int, InClear], int]:
    world.house.node.flush_usage()
    found = world.house.store.exposures(ACME, app_key=AppKey(world.pairs[who].app_key))
    return {(one.token, one.how): one.count for one in found}


@pytest.mark.parametrize(
    ("who", "said"),
    [
        ("good", "allow"),
        ("roleless", "no_role_linked"),
        ("lacking", "permission_missing_resource"),
        ("inactive", "key_inactive"),
    ],
)
def test_a_right_pair_over_plain_http_is_noted(world: World, client: httpx.Client, who: str, said: str) -> None:
    """Whatever is answered: it was readable on its way."""
    for _ in range(2):
        assert ask(client, world.pairs[who], scheme="http", **FROM_AFAR) == said
    assert noted(world, who) == {(1, PLAIN): 2}


def test_one_that_is_refused_for_it_is_noted_too(world: World, client: httpx.Client) -> None:
    """The account asks for HTTPS, and the token is known to whoever listened."""
    done(world.house, EditSettings(ACME, https_only=True), ANA)
    assert ask(client, world.pairs["good"], scheme="http", **FROM_AFAR) == "insecure_transport"
    assert noted(world) == {(1, PLAIN): 1}


@pytest.mark.parametrize(
    "changed",
    [
        {"scheme": "https", **FROM_AFAR}, {**FROM_AFAR}, {"scheme": "http", "address": "127.0.0.1"},
        {"scheme": "http", "appToken": "cvt_wrong", **FROM_AFAR}, {"scheme": "http", "account": "globex", **FROM_AFAR},
        {"path": f"{ORDERS}?page=2"}, {"path": f"{ORDERS}?appToken=cvt_00000000wrong"},
    ],
)  # fmt: skip
def test_nothing_else_is_noted(world: World, client: httpx.Client, changed: dict[str, Any]) -> None:
    """Over HTTPS, on the same machine, unproved, or in another account."""
    ask(client, world.pairs["good"], **changed)
    assert noted(world) == {}
    assert world.house.store.exposures(ACME) == ()


@pytest.mark.parametrize(
    "query", ["appToken={token}", "x={token}&page=2", "appkey={key}&apptoken={token}", "u=a%20{token}"]
)
def test_a_right_token_in_a_query_is_noted(world: World, client: httpx.Client, query: str) -> None:
    """Under any name, beside its appKey in the header; it is refused, as ever."""
    pair = world.pairs["good"]
    path = f"{ORDERS}?{query.format(key=pair.app_key, token=pair.app_token)}"
    assert ask(client, pair, path=path) == "credentials_in_query"
    assert noted(world) == {(1, QUERY): 1}


def test_a_whole_pair_in_a_query_is_noted(world: World, client: httpx.Client) -> None:
    """Without a header: the appKey stands beside it. A gateway says so of what it received."""
    pair = world.pairs["good"]
    target = f"{ORDERS}?appKey={pair.app_key}&appToken={pair.app_token}"
    headers = {"X-Original-Method": "GET", "X-Original-URI": target, "X-Original-Host": "acme.localhost"}
    assert client.get("/authz/auth-request", headers=headers).status_code == 401
    assert noted(world) == {(1, QUERY): 1}


def test_a_wrong_token_in_a_query_is_told_as_a_right_one(world: World, client: httpx.Client) -> None:
    """Whoever shows one learns nothing by it."""
    said = set()
    for token in (world.pairs["good"].app_token, world.pairs["lacking"].app_token):
        body = {
            "account": "acme",
            "method": "GET",
            "path": f"{ORDERS}?appKey={world.pairs['good'].app_key}&appToken={token}",
        }
        answer = client.post("/v1/check", json=body).json()
        answer.pop("denial"), answer.pop("stale_seconds")
        said.add(str(answer))
    assert len(said) == 1
    assert noted(world) == {(1, QUERY): 1}
    assert noted(world, "lacking") == {}


def test_it_is_of_the_token_that_was_seen(world: World, client: httpx.Client) -> None:
    """The renewed one is a secret; with the end of the renewal nothing of the former is left to worry about."""
    pair = world.pairs["good"]
    renewed = world.house.node.renew(ACME, AppKey(pair.app_key), by=ANA)
    assert isinstance(renewed, Issued)
    second = Credentials(pair.app_key, renewed.token.reveal())
    ask(client, pair, scheme="http", **FROM_AFAR)
    ask(client, second, scheme="https", **FROM_AFAR)
    assert noted(world) == {(1, PLAIN): 1}
    ask(client, second, scheme="http", **FROM_AFAR)
    assert noted(world) == {(1, PLAIN): 1, (2, PLAIN): 1}
    done(world.house, FinishRenewal(ACME, AppKey(pair.app_key)), ANA)
    assert world.house.node.keyring(ACME).keys[AppKey(pair.app_key)].live_tokens == (2,)


def test_what_could_not_be_written_is_written_later(
    world: World, client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is lost while the database is away."""
    ask(client, world.pairs["good"], scheme="http", **FROM_AFAR)
    with monkeypatch.context() as away:
        away.setattr(world.house.store, "add_exposures", _away)
        with pytest.raises(StoreUnavailable):
            world.house.node.flush_usage()
    ask(client, world.pairs["good"], scheme="http", **FROM_AFAR)
    assert noted(world) == {(1, PLAIN): 2}
    (one,) = world.house.store.exposures(ACME)
    assert isinstance(one, Exposure)
    assert world.pairs["good"].app_token not in repr(one)


def _away(_: object) -> None:
    raise StoreUnavailable("away")


def test_a_listener_without_tls_is_plain_to_whoever_comes_from_another_machine() -> None:
    """Unless a trusted proxy says otherwise; on the same machine nobody listens."""
    plain, secure = Place(plain=True), Place()
    said = (b"x-forwarded-proto", b"https")
    afar, near = Message("GET", "/", (said,), "203.0.113.9"), Message("GET", "/", (), "127.0.0.1")
    proxied = Message("GET", "/", (said,), "127.0.0.1")
    assert [plain.transport(one) for one in (afar, near, proxied)] == [
        Transport.PLAIN, Transport.UNKNOWN, Transport.SECURE
    ]  # fmt: skip
    assert secure.transport(afar) is Transport.UNKNOWN
