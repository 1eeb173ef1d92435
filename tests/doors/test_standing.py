"""Every answer says which changes its node knew of; nobody is answered from before a revision that they insist on."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from tests.doors.test_asgi import converse, http
from tests.doors.test_gateways import DIALECTS
from tests.doors.world import ACME, ORDERS, Credentials, World, done, furnish, listening

from chaveiro.core.command import BlockKey
from chaveiro.core.fleet import NodeReport
from chaveiro.core.keyring import Actor, ActorKind, Revision
from chaveiro.core.names import AppKey, Email
from chaveiro.doors.gateways import AUTH_REQUEST
from chaveiro.serve.house import House, furnished
from chaveiro.serve.pepper import Pepper
from chaveiro.settings import Settings
from chaveiro.stores.memory import MemoryStore
from chaveiro.stores.port import Store

ANA = Actor(ActorKind.USER, Email("ana@acme.example"))
DOORS = ["check", *DIALECTS]
REASONS = ("good", "roleless", "lacking", "inactive", "blocked", "deleted", "globex good", "nobody")
NOBODY = Credentials("cvk_", "cvt_")


class Lagging:
    """A real store that shows one process nothing newer than a revision, as if its messages were under way."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.newest: Revision | None = None
        self.polls = 0
        self.arrives_at_poll = 0

    @property
    def keeps_nodes(self) -> bool:
        return self.store.keeps_nodes

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method: Callable[..., Any] = getattr(self.store, name)
        return method

    def hold(self) -> None:
        self.newest = self.store.head()

    def head(self) -> Revision:
        self.polls += 1
        if self.polls == self.arrives_at_poll:
            self.newest = None
        return self.newest or self.store.head()

    def report(self, node: NodeReport) -> Revision:
        self.store.report(node)
        return self.head()


@pytest.fixture
def store() -> Lagging:
    return Lagging(MemoryStore())


@pytest.fixture
def world(store: Lagging) -> Iterator[World]:
    world = furnish(store=store)
    yield world
    world.house.close()


@contextmanager
def client_of(world: World) -> Iterator[httpx.Client]:
    with listening(world.app()) as port, httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
        yield client


@pytest.fixture
def client(world: World) -> Iterator[httpx.Client]:
    with client_of(world) as client:
        yield client


def ask(client: httpx.Client, door: str, pair: Credentials, at_least: object = None) -> httpx.Response:
    """The same question at each door."""
    at_least = str(at_least) if isinstance(at_least, Revision) else at_least
    if door == "check":
        body = {"account": "acme", "appKey": pair.app_key, "appToken": pair.app_token, "method": "GET", "path": ORDERS}
        return client.post("/v1/check", json=body if at_least is None else {**body, "at_least": at_least})
    path, headers = DIALECTS[door]
    insisting = {} if at_least is None else {"X-Chaveiro-At-Least": str(at_least)}
    return client.get(path, headers={**headers, **pair.headers, **insisting})


def outcome(answer: httpx.Response) -> tuple[int, str | None]:
    """Status and cause, wherever a door tells them."""
    body: dict[str, Any] = answer.json() if answer.content else {"status": 200, "cause": None}
    return body["status"], body["cause"]


def revoked(world: World, store: Lagging) -> Revision:
    """Another process blocks the good key, and this one does not hear of it yet."""
    store.hold()
    elsewhere = another(store.store)
    done(elsewhere, BlockKey(ACME, AppKey(world.pairs["good"].app_key)), ANA)
    return elsewhere.node.known.revision_of(ACME)


def another(store: Store) -> House:
    return furnished(Settings(), store, Pepper(bytes(range(7, 39))))


@pytest.mark.parametrize("door", DOORS)
def test_every_answer_says_what_its_node_knew(world: World, client: httpx.Client, door: str) -> None:
    """The newest change and its age, the same for an allow and for each reason to deny."""
    world.house.node.known._proved_at -= 7
    for who in REASONS:
        answer = ask(client, door, world.pairs.get(who, NOBODY))
        assert answer.headers["X-Chaveiro-Revision"] == str(world.house.node.known.revision), who
        assert abs(float(answer.headers["X-Chaveiro-Staleness"]) - world.house.node.known.stale_seconds()) < 1, who
        assert float(answer.headers["X-Chaveiro-Staleness"]) >= 7
        if door == "check":
            assert answer.json()["revision"] == str(world.house.node.known.revision)
            assert answer.json()["stale_seconds"] == float(answer.headers["X-Chaveiro-Staleness"])


@pytest.mark.parametrize("door", DOORS)
def test_whoever_cannot_tell_says_how_long_that_is_so(world: World, client: httpx.Client, door: str) -> None:
    """Cut off for too long: neither allowed nor denied, and the age says why."""
    world.house.node.known._proved_at -= 301
    answer = ask(client, door, world.pairs["good"])
    assert outcome(answer) == (503, "authorization_unavailable")
    assert "Retry-After" in answer.headers
    assert 301 <= float(answer.headers["X-Chaveiro-Staleness"]) < 361
    assert answer.headers["X-Chaveiro-Revision"] == str(world.house.node.known.revision)


def test_a_surprise_and_a_gateway_that_does_not_fit_say_it_too(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever keeps a door from deciding, its 503 has both figures."""
    app = world.app()
    monkeypatch.setattr(app._metrics, "count", None)  # fails when it is called
    with listening(app) as port, httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
        for answer in (ask(client, "nginx", world.pairs["good"]), client.get(AUTH_REQUEST)):
            assert answer.status_code == 503
            assert answer.headers["X-Chaveiro-Revision"] == str(world.house.node.known.revision)
            assert float(answer.headers["X-Chaveiro-Staleness"]) < 60


def test_denials_to_keepers_programs_and_to_vtex_clients_say_it(world: World, client: httpx.Client) -> None:
    """Whatever is denied by the one decision."""
    for answer in (
        client.post("/v1/simulate", json={}, headers={"Host": "acme.localhost"}),
        client.post(
            "/v1/simulate",
            json={"appKey": "cvk_x", "method": "GET", "path": ORDERS},
            headers={"Host": "acme.localhost"},
        ),
        client.get("/api/vlm/appkeys", headers={"Host": "acme.localhost"}),
    ):
        if answer.status_code == 401:
            assert answer.headers["X-Chaveiro-Revision"] == str(world.house.node.known.revision)
            assert float(answer.headers["X-Chaveiro-Staleness"]) < 60
    assert answer.status_code == 401


@pytest.mark.parametrize("door", DOORS)
def test_nobody_is_answered_from_before_what_they_insist_on(
    world: World, store: Lagging, client: httpx.Client, door: str
) -> None:
    """A node that has not heard of a revoke allows; asked at the revision of the revoke, it cannot tell."""
    good = world.pairs["good"]
    revision = revoked(world, store)
    assert outcome(ask(client, door, good)) == (200, None)  # what a revision is there for
    answer = ask(client, door, good, revision)
    assert outcome(answer) == (503, "authorization_unavailable")
    assert "Retry-After" in answer.headers
    store.newest = None
    answer = ask(client, door, good, revision)
    assert outcome(answer) == (401, "key_blocked")
    assert Revision.read(answer.headers["X-Chaveiro-Revision"]).seq >= revision.seq


@pytest.mark.parametrize("door", DOORS)
def test_what_is_known_already_costs_nobody_a_wait(
    world: World, store: Lagging, client: httpx.Client, door: str
) -> None:
    """A revision of before is answered at once, and asks the store for nothing."""
    known = ask(client, door, world.pairs["good"]).headers["X-Chaveiro-Revision"]
    polls = store.polls
    assert outcome(ask(client, door, world.pairs["good"], known)) == (200, None)
    assert store.polls == polls


@pytest.mark.parametrize("door", DOORS)
def test_of_another_history_nobody_can_tell(world: World, client: httpx.Client, door: str) -> None:
    """A revision from before a restore may hold a revoke that is known to nobody here."""
    assert outcome(ask(client, door, world.pairs["good"], "ffffffff.1"))[0] == 503


def test_a_waiting_caller_is_answered_as_soon_as_the_change_comes(world: World, store: Lagging) -> None:
    """A running node looks again, rather than wait until its next turn or until the caller gives up."""
    revision = revoked(world, store)
    world.house.start()
    with client_of(world) as client:
        store.arrives_at_poll = store.polls + 5  # which its own pace would reach when the caller has given up
        answer = ask(client, "check", world.pairs["good"], revision)
    assert outcome(answer) == (401, "key_blocked")


def test_whoever_insists_holds_nobody_else_up(world: World, store: Lagging) -> None:
    """A hundred that wait for what never comes hold no thread: an account nobody asked for yet is read meanwhile."""
    revision = revoked(world, store)
    world.house.start()
    app = world.app()
    good, other = world.pairs["good"], world.pairs["globex good"]
    del world.house.node.known._keyrings[other_account := next(a for a in world.house.node.accounts if a != ACME)]

    def body(pair: Credentials, account: str, **more: object) -> dict[str, Any]:
        asked = {"account": account, "appKey": pair.app_key, "appToken": pair.app_token, "method": "GET"}
        return {"type": "http.request", "body": json.dumps({**asked, "path": ORDERS, **more}).encode()}

    async def meanwhile() -> tuple[list[bool], int]:
        insisting = [
            asyncio.create_task(converse(app, http("/v1/check"), body(good, "acme", at_least=str(revision))))
            for _ in range(100)
        ]
        await asyncio.sleep(0)
        said = await converse(app, http("/v1/check"), body(other, other_account))
        waiting = [not task.done() for task in insisting]
        answers = await asyncio.gather(*insisting)
        assert {json.loads(answer[1]["body"])["decision"] for answer in answers} == {"unknown"}
        return waiting, json.loads(said[1]["body"])["status"]

    waiting, status = asyncio.run(meanwhile())
    assert status == 200
    assert all(waiting)


NONSENSE = ["", "118", "5e0fa3c1", "5e0fa3c1.", "5e0fa3c1.-1", "5e0fa3c1.01", "5E0FA3C1.1", "5e0fa3c1.1.1"]
NONSENSE += ["5e0fa3c1.\u0661", "5e0fa3c1.1\n", f"5e0fa3c1.{'9' * 19}", "cvt_secret"]


@pytest.mark.parametrize("nonsense", [*NONSENSE, 118, True, ["5e0fa3c1.118"], {}])
def test_a_question_at_a_revision_that_is_none_is_no_question(client: httpx.Client, nonsense: object) -> None:
    """422, nothing is decided, and nothing of it is repeated."""
    answer = ask(client, "check", NOBODY, nonsense)
    assert answer.status_code == 422
    assert "`at_least`" in answer.json()["detail"]
    assert "secret" not in answer.text


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("nonsense", [one for one in NONSENSE if one.isascii() and "\n" not in one])
def test_a_header_that_is_no_revision_gets_no_verdict(
    world: World, client: httpx.Client, dialect: str, nonsense: str
) -> None:
    """Whether it is known here, nobody could say: 400, however right the pair is."""
    answer = ask(client, dialect, world.pairs["good"], nonsense)
    assert answer.status_code == 400
    assert answer.json()["status"] == 400
    assert "`X-Chaveiro-At-Least`" in answer.json()["detail"]
    assert "secret" not in f"{answer.headers}{answer.text}"
    carried = answer.headers.get("X-Chaveiro-Problem")
    assert (carried == answer.text) if dialect == "nginx" else carried is None


@pytest.mark.parametrize("dialect", DIALECTS)
def test_two_revisions_are_none(world: World, client: httpx.Client, dialect: str) -> None:
    """A second one, or a second spelling, might be the one that counts elsewhere."""
    path, headers = DIALECTS[dialect]
    known = str(world.house.node.known.revision)
    for name in ("X-Chaveiro-At-Least", "X_Chaveiro_At_Least"):
        sent = [*headers.items(), *world.pairs["good"].headers.items(), ("X-Chaveiro-At-Least", known), (name, known)]
        assert client.get(path, headers=sent).status_code == 400
