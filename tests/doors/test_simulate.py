"""`POST /v1/simulate`: whose pair may ask, what strangers read, and what is answered."""

import json
from collections.abc import Iterator
from ipaddress import ip_network
from typing import Any

import httpx
import pytest
from tests.doors.world import ACME, CANCEL, GLOBEX, LIST, NOW, ORDERS, Credentials, World, done, furnish, listening
from tests.promises.plugin import Proof

from chaveiro.core.command import CreateRole, GrantToKey
from chaveiro.core.keyring import Actor, ActorKind
from chaveiro.core.names import AppKey, Email, Resource, RoleId
from chaveiro.doors.place import Place
from chaveiro.node import Issued

VIEW, EDIT = (Resource("License Manager", name) for name in ("ViewApiKeys", "EditApiKeys"))
LISTING = {"product": "OMS", "key": "ListOrders"}
ANA = Actor(ActorKind.USER, Email("ana@acme.example"))


def keeper(world: World, resource: Resource) -> Credentials:
    """A pair that may view, or edit, the account's keys."""
    name = str(resource)
    done(world.house, CreateRole(ACME, name, frozenset({resource})), ANA)
    issued = world.house.node.issue(ACME, label=name, by=ANA)
    assert isinstance(issued, Issued)
    done(world.house, GrantToKey(ACME, max(world.house.node.keyring(ACME).roles), issued.app_key), ANA)
    return Credentials(issued.app_key, issued.token.reveal())


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    made = furnish()
    made.pairs |= {"viewer": keeper(made, VIEW), "editor": keeper(made, EDIT)}
    yield made
    made.house.close()


@pytest.fixture(scope="module")
def client(world: World) -> Iterator[httpx.Client]:
    with listening(world.app()) as port, httpx.Client(base_url=f"http://127.0.0.1:{port}") as asking:
        yield asking


def ask(client: httpx.Client, pair: Credentials, body: Any, *, account: str = "acme", **headers: str) -> httpx.Response:
    return client.post("/v1/simulate", json=body, headers={"Host": f"{account}.localhost", **pair.headers, **headers})


def of(pair: Credentials, **more: Any) -> dict[str, Any]:
    return {"appKey": pair.app_key, **more}


@pytest.mark.parametrize("who", ["viewer", "editor"])
def test_a_pair_that_may_view_or_edit_keys_is_answered(world: World, client: httpx.Client, who: str) -> None:
    """With commands that, carried out, let the other key through."""
    told = ask(client, world.pairs[who], of(world.pairs["lacking"], method="GET", path=f"{ORDERS}?page=2"))
    assert told.status_code == 200
    body = told.json()
    assert [one["name"] for one in body["wanted"]] == [f"GET {ORDERS}"]
    assert (body["wanted"][0]["now"]["cause"], body["wanted"][0]["then"]["decision"]) == (
        "permission_missing_resource",
        "allow",
    )
    assert body["commands"] == [f"chaveiro role grant acme 1 --key {world.pairs['lacking'].app_key}"]
    assert body["together"] == {"roles": [{"role": 1, "name": "Pedidos, só leitura"}], "excess": 0, "exact": True}


def test_a_whole_number_may_be_written_with_a_point(world: World, client: httpx.Client) -> None:
    """In JSON `90.0` and `90` are one number, and some languages write all of theirs so."""
    lost = [{"role": number, "remove": [LISTING], "days": days} for number, days in ((1, 90), (1.0, 90.0))]
    assert ask(client, world.pairs["viewer"], lost[0]).json() == ask(client, world.pairs["viewer"], lost[1]).json()


@pytest.mark.parametrize("who", ["good", "roleless"])
def test_a_proven_pair_without_the_right_is_denied(world: World, client: httpx.Client, who: str) -> None:
    """As everywhere: 403, and what would be required."""
    told = ask(client, world.pairs[who], of(world.pairs["lacking"], resource=LISTING))
    assert told.status_code == 403
    assert told.json()["required"] == {
        "match": "any",
        "resources": [{"product": "License Manager", "key": key} for key in ("ViewApiKeys", "EditApiKeys")],
    }
    assert world.pairs["lacking"].app_key not in told.text


def test_strangers_read_what_strangers_read_everywhere(world: World, client: httpx.Client) -> None:
    """A wrong token of a keeper, of another key, of none: one answer, and nothing of what was asked."""
    answers = set()
    for app_key in (world.pairs["viewer"].app_key, world.pairs["editor"].app_key, world.pairs["good"].app_key, "x"):
        told = ask(client, Credentials(app_key, "x" * 30), of(world.pairs["lacking"], resource=LISTING))
        assert told.status_code == 401
        body = told.json()
        answers.add(json.dumps({name: body[name] for name in ("cause", "code", "title", "detail", "remedy")}))
    gone = ask(client, world.pairs["deleted"], of(world.pairs["lacking"], resource=LISTING))
    assert gone.json()["code"] == "credentials_invalid"
    assert len(answers) <= 2  # one for each shape of appKey that was sent
    nobody = client.post(
        "/v1/simulate", json=of(world.pairs["good"], resource=LISTING), headers={"Host": "acme.localhost"}
    )
    assert (nobody.status_code, nobody.json()["cause"]) == (401, "credentials_missing")


def test_a_keeper_asks_about_its_own_account_alone(world: World, client: httpx.Client, proof: Proof) -> None:
    """Another account's key or denial is unknown here; in the other account the keeper is a stranger."""
    viewer, theirs = world.pairs["viewer"], world.pairs["globex lacking"]
    assert ask(client, viewer, of(theirs, resource=LISTING)).status_code == 404
    assert ask(client, viewer, of(theirs, resource=LISTING), account="globex").status_code == 401
    assert ask(client, viewer, {"account": GLOBEX, **of(theirs, resource=LISTING)}).status_code == 401
    checked = client.post("/v1/check", json={"account": "globex", **theirs_asking(theirs)}).json()
    assert ask(client, viewer, {"denial": checked["denial"]}).status_code == 404
    proof("G11", dose="questions about another account's key and denial", figure="unknown there, and a stranger here")


def theirs_asking(pair: Credentials) -> dict[str, Any]:
    return {"appKey": pair.app_key, "appToken": pair.app_token, "method": "GET", "path": ORDERS}


def test_a_denial_and_the_last_days_are_asked_about(world: World, client: httpx.Client) -> None:
    """One denial knows its key; a key alone asks for all that it lacks."""
    lacking = world.pairs["lacking"]
    denial = client.post("/v1/check", json={"account": ACME, **theirs_asking(lacking)}).json()["denial"]
    for body in ({"denial": denial}, of(lacking), of(lacking, days=7)):
        found = ask(client, world.pairs["viewer"], body).json()
        assert [one["name"] for one in found["wanted"]] == [f"GET {ORDERS}"]
        assert found["commands"]


def test_an_edit_of_a_role_is_previewed(world: World, client: httpx.Client) -> None:
    """Who would lose what they used; nothing is changed."""
    good = world.pairs["good"]
    assert client.post("/v1/check", json={"account": ACME, **theirs_asking(good)}).json()["decision"] == "allow"
    world.house.node.flush_usage()
    before = world.house.store.head()
    for edit in ({"delete": True}, {"remove": [LISTING]}):
        found = ask(client, world.pairs["viewer"], {"role": 1, **edit}).json()
        assert (found["keys"], found["routes"]) == (1, 1)
        assert found["losses"][0]["appKey"] == good.app_key
        assert found["losses"][0]["uses"][0]["name"] == f"GET {ORDERS}"
    kept = ask(client, world.pairs["viewer"], {"role": 1, "add": [{"product": "OMS", "key": "CancelAction"}]}).json()
    assert (kept["keys"], kept["refused"]) == (0, None)
    refused = ask(client, world.pairs["viewer"], {"role": 99, "delete": True}, **{"Accept-Language": "pt"}).json()
    assert refused["refused"]["reason"] == "role_unknown"
    assert world.house.store.head() == before


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("[]", 422), ("{", 400), ('{"appKey": "a", "appKey": "b"}', 400), ("{}", 422),
        ('{"appKey": "k", "method": "GET"}', 422),
        ('{"appKey": "k", "method": "GET", "path": "/", "resource": {"product": "a", "key": "b"}}', 422),
        ('{"appKey": "k", "method": "GET", "path": "/", "days": 3}', 422),
        ('{"appKey": 1}', 422), ('{"appKey": ""}', 422), ('{"appKey": "k", "days": 0}', 422),
        ('{"appKey": "k", "days": 401}', 422), ('{"appKey": "k", "days": true}', 422),
        ('{"appKey": "k", "appToken": "t"}', 422), ('{"denial": "x"}', 422),
        ('{"denial": "01K9XW6Z5M3QH7T2R8V4N0PBCD", "appKey": "k"}', 422),
        ('{"role": 1}', 422), ('{"role": "1", "delete": true}', 422), ('{"role": 0, "delete": true}', 422),
        ('{"role": 1, "delete": 1}', 422), ('{"role": 1, "delete": true, "add": [{"product": "a", "key": "b"}]}', 422),
        ('{"role": 1, "add": "x"}', 422), ('{"role": 1, "add": ["a/b"]}', 422), ('{"role": 1, "appKey": "k"}', 422),
        ('{"role": 1, "add": [{"product": "a", "key": "b"}], "remove": {}}', 422),
        ('{"role": 1, "add": [{"product": "a", "key": "b"}, null]}', 422), ('{"role": 1.5, "delete": true}', 422),
        ('{"delete": true}', 422), ('{"appKey": "cvt_0123456789abcdef"}', 422),
    ],
)  # fmt: skip
def test_what_is_no_question_is_refused(world: World, client: httpx.Client, body: str, status: int) -> None:
    """Strictly, and without quoting it."""
    headers = {"Host": "acme.localhost", **world.pairs["viewer"].headers}
    told = client.post("/v1/simulate", content=body, headers=headers)
    assert told.status_code == status
    assert told.json()["type"] == "about:blank"
    assert "cvt_" not in told.text


def test_only_post_is_taken_and_bodies_are_bounded(world: World, client: httpx.Client) -> None:
    """As at every door."""
    viewer = world.pairs["viewer"]
    assert client.get("/v1/simulate", headers={"Host": "acme.localhost", **viewer.headers}).status_code == 405
    assert ask(client, viewer, {"appKey": "k" * 70_000}).status_code == 413


def test_nothing_is_said_while_nobody_can_tell(
    world: World, client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """503, and no answer from old state."""
    monkeypatch.setattr(world.house.node.known, "stale_seconds", lambda: 1e9)
    told = ask(client, world.pairs["viewer"], of(world.pairs["lacking"], resource=LISTING))
    assert told.status_code == 503
    assert told.headers["retry-after"]


def test_the_world_is_as_expected(world: World) -> None:
    """Otherwise the tests above would prove something else."""
    keyring = world.house.node.keyring(ACME)
    assert keyring.roles[RoleId(1)].resources == {LIST}
    assert keyring.resources_of(keyring.in_force(keyring.keys[AppKey(world.pairs["lacking"].app_key)].grants, NOW)) == {
        CANCEL
    }


# ------------------------------------------------------------------------------------ from where a keeper's key may ask

OFFICE = ip_network("203.0.113.0/24")
PROXIES = {
    "a proxy that is named": (ip_network("127.0.0.0/8"), ip_network("10.0.0.0/8")),
    "a stranger": (ip_network("10.0.0.0/8"),),
}


@pytest.fixture(scope="module")
def office(world: World) -> Credentials:
    """A keeper's pair that works from the office alone."""
    issued = world.house.node.issue(ACME, label="office", by=ANA, networks=(OFFICE,))
    assert isinstance(issued, Issued)
    role = RoleId(next(role.id for role in world.house.node.keyring(ACME).roles.values() if VIEW in role.resources))
    done(world.house, GrantToKey(ACME, role, issued.app_key), ANA)
    return Credentials(issued.app_key, issued.token.reveal())


@pytest.mark.parametrize(
    ("connected", "forwarded", "status"),
    [
        ("a proxy that is named", ["203.0.113.9"], 200),
        ("a proxy that is named", ["203.0.113.9, 10.1.1.1"], 200),
        ("a proxy that is named", ["203.0.113.9", "10.1.1.1"], 200),
        ("a proxy that is named", ["203.0.113.9, 198.51.100.7"], 403),
        ("a proxy that is named", ["203.0.113.9, nonsense"], 403),
        ("a proxy that is named", [""], 403),
        ("a proxy that is named", [], 403),
        ("a stranger", ["203.0.113.9"], 403),
        ("a stranger", ["203.0.113.9, 10.1.1.1"], 403),
        ("a stranger", [], 403),
    ],
)
def test_a_key_with_networks_asks_from_its_own_address(
    world: World, office: Credentials, connected: str, forwarded: list[str], status: int
) -> None:
    """Behind a named proxy the nearest address that is none; a stranger's header says nothing, whatever it says."""
    place = Place(base_hosts=("localhost",), trusted_proxies=PROXIES[connected])
    headers = [("Host", "acme.localhost"), *office.headers.items(), *(("X-Forwarded-For", one) for one in forwarded)]
    with listening(world.app(place)) as port:
        told = httpx.post(f"http://127.0.0.1:{port}/v1/simulate", json=of(world.pairs["good"]), headers=headers)
    assert told.status_code == status
    assert status == 200 or told.json()["cause"] == "ip_not_allowed"


def test_a_check_knows_no_address_but_the_one_in_its_body(world: World, office: Credentials) -> None:
    """Whoever asks is not the caller: neither its own address nor a header stands for one that it does not say."""
    place = Place(base_hosts=("localhost",), trusted_proxies=PROXIES["a proxy that is named"])
    asked = {"account": ACME, "appKey": office.app_key, "appToken": office.app_token, "resource": as_body(VIEW)}
    loopback = world.house.node.issue(ACME, label="here", by=ANA, networks=(ip_network("127.0.0.0/8"),))
    assert isinstance(loopback, Issued)
    here = {**asked, "appKey": loopback.app_key, "appToken": loopback.token.reveal()}
    with listening(world.app(place)) as port:
        url, said = f"http://127.0.0.1:{port}/v1/check", {"X-Forwarded-For": "203.0.113.9"}
        assert httpx.post(url, json={**asked, "address": "203.0.113.9"}).json()["decision"] == "allow"
        assert httpx.post(url, json=asked, headers=said).json()["cause"] == "ip_not_allowed"
        assert httpx.post(url, json=here).json()["cause"] == "ip_not_allowed"


def as_body(resource: Resource) -> dict[str, str]:
    return {"product": resource.product, "key": resource.key}
