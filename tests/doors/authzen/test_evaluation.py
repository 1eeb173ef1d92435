"""The standard door's answers: whose pair it takes, what it tells whom, and what it is not asked for."""

import json
from ipaddress import ip_network
from typing import Any
from uuid import UUID

import httpx
import pytest
from tests.doors.authzen.conftest import ANA, BIA, Ask, doing, key
from tests.doors.world import ACME, ORDERS, Credentials, World, done
from tests.promises.plugin import Proof

from chaveiro.core.command import GrantToKey, WithdrawFromKey
from chaveiro.core.names import AppKey, RoleId
from chaveiro.doors.openapi.examples import PAIR
from chaveiro.node import Issued

ROUTES = [("GET", ORDERS), ("GET", f"{ORDERS}?page=2"), ("POST", "/api/oms/pvt/orders/{anything}/cancel")]


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_whoever_shows_a_right_pair_is_judged_as_at_every_door(world: World, ask: Ask, method: str, path: str) -> None:
    """By the token that the client hands on; for a route as it was received, or its template."""
    body = ask({"subject": key(world.pairs["good"], shows=True), **doing(method, "route", path)}, None).json()
    names = ["Pedidos, só leitura", "Cancelar"]
    assert body == {
        "decision": True,
        "context": {"account": "acme", "key": world.pairs["good"].app_key, "roles": names},
    }


def test_a_client_may_hand_on_the_very_headers(world: World, ask: Ask) -> None:
    """The subject is then the pair that came: right or wrong, it needs no leave to ask about itself."""
    asked = {"subject": key(world.pairs["roleless"]), **doing()}
    assert ask(asked, "roleless").json()["context"]["id"] == "no_role_linked"
    wrong = Credentials(world.pairs["good"].app_key, world.pairs["roleless"].app_token)
    told = ask({"subject": key(wrong), **doing()}, None, **wrong.headers)
    assert (told.status_code, told.json()["decision"]) == (200, False)
    assert told.json()["context"]["id"] == "pair_mismatch"


@pytest.mark.parametrize(
    ("who", "cause"),
    [
        ("roleless", "no_role_linked"), ("lacking", "permission_missing_resource"), ("inactive", "key_inactive"),
        ("blocked", "key_blocked"), ("deleted", "credentials_invalid"), ("globex good", "credentials_invalid"),
    ],
)  # fmt: skip
def test_a_denial_is_200_and_says_what_its_reader_may_know(world: World, ask: Ask, who: str, cause: str) -> None:
    """As everywhere: all of it to whoever proved the pair, what follows from the bytes to a stranger."""
    told = ask({"subject": key(world.pairs[who], shows=True), **doing()}, None, **{"Accept-Language": "pt"})
    body = told.json()
    assert (told.status_code, body["decision"], body["context"]["id"]) == (200, False, cause)
    assert set(body["context"]["reason_user"]) == {"pt-BR"}
    assert body["context"]["denial"]
    assert "reason_admin" not in body["context"]
    assert ("required" in body["context"]) == (who in {"roleless", "lacking"})


def test_strangers_read_the_same_bytes_whatever_the_reason(world: World, ask: Ask, proof: Proof) -> None:
    """An unknown key, another account's, a wrong token: nothing tells one from another."""
    nobody = Credentials(PAIR.app_key, PAIR.app_token)
    subjects = [nobody, world.pairs["deleted"], world.pairs["globex good"]]
    said = set()
    for subject in subjects:
        body = ask({"subject": key(subject, shows=True), **doing()}, None).json()
        assert body["context"].pop("denial")
        said.add(json.dumps(body))
    assert len(said) == 1
    proof("G9", dose=len(subjects), figure="one answer at the standard door")


def test_another_s_token_proves_nobody_but_itself(world: World, ask: Ask) -> None:
    """A user token of one person does not speak for another."""
    tokens = world.house.user_tokens
    token = tokens.give(BIA, ACME, id=UUID(int=1)).text
    said = {}
    for named in (BIA, "ana@acme.example"):
        subject = {"type": "user", "id": named, "properties": {"userToken": token}}
        said[named] = ask({"subject": subject, **doing()}, None).json()
    assert [one["decision"] for one in said.values()] == [True, False]
    assert said["ana@acme.example"]["context"]["id"] == "subject_differs"


# -- a subject that is named


@pytest.mark.parametrize(
    ("who", "decision", "reason"),
    [
        ("good", True, None), ("roleless", False, "no_role_linked"), ("lacking", False, "permission_missing_resource"),
        ("inactive", False, "key_inactive"), ("blocked", False, "key_blocked"), ("deleted", False, "subject_unknown"),
        ("globex good", False, "subject_unknown"),
    ],
)  # fmt: skip
def test_a_key_is_named_by_whoever_may_view_keys(
    world: World, ask: Ask, who: str, decision: bool, reason: str | None
) -> None:
    """And the reason is for them, who decide what they hand on."""
    body = ask({"subject": key(world.pairs[who]), **doing()}).json()
    assert body["decision"] is decision
    assert body.get("context", {}).get("id") == reason
    if reason:
        assert set(body["context"]["reason_admin"]) == {"en"}
        assert "reason_user" not in body["context"]


def test_a_user_is_named_by_whoever_may_view_users(world: World, ask: Ask) -> None:
    """The sponsor may everything that the catalogue knows, as at every door."""
    for named, action, decision in ((BIA, "ListOrders", True), (BIA, "CancelAction", False), (ANA.name, "Any", True)):
        assert ask({"subject": {"type": "user", "id": named}, **doing(action)}).json()["decision"] is decision
    assert ask({"subject": {"type": "user", "id": BIA.upper()}, **doing()}).json()["decision"] is True
    route = doing("GET", "route", "/nowhere")
    unmapped = ask({"subject": {"type": "user", "id": ANA.name}, **route}).json()
    assert (unmapped["decision"], unmapped["context"]["id"]) == (False, "route_not_mapped")


@pytest.mark.parametrize("who", ["good", "of keys", None])
def test_nobody_else_may_name_a_subject(world: World, ask: Ask, who: str | None, proof: Proof) -> None:
    """401 without a pair of one's own, 403 without the right: alike for subjects that there are and others."""
    said = set()
    for subject in ({"type": "user", "id": BIA}, {"type": "user", "id": "nobody@acme.example"}):
        told = ask({"subject": subject, **doing()}, who)
        body = told.json()
        body.pop("instance")
        said.add(json.dumps(body))
        assert told.status_code == (403 if who else 401)
        assert BIA not in told.text
    assert len(said) == 1
    of_keys = ask({"subject": key(world.pairs["good"]), **doing()}, who)
    assert of_keys.status_code == {"good": 200, "of keys": 200, None: 401}[who]  # `good` asks about itself
    proof("G11", dose="subjects named without the right", figure="401 and 403, alike for those there are")


def test_a_client_asks_about_its_own_account_alone(world: World, ask: Ask) -> None:
    """In another one it is a stranger, whatever it may view at home."""
    told = ask({"subject": key(world.pairs["globex good"]), **doing()}, "pep", account="globex")
    assert (told.status_code, told.json()["code"]) == (401, "credentials_invalid")
    assert world.pairs["globex good"].app_key not in told.text


def test_a_key_s_networks_hold_for_whoever_is_named_too(world: World, ask: Ask) -> None:
    """The client says where the subject called from; where it does not, no network holds it."""
    office = (ip_network("192.0.2.0/24"),)
    issued = world.house.node.issue(ACME, label="Office", by=ANA, networks=office)
    assert isinstance(issued, Issued)
    app_key = issued.app_key
    done(world.house, GrantToKey(ACME, RoleId(1), app_key), ANA)
    for address, decision in (("192.0.2.7", True), ("198.51.100.7", False), (None, False)):
        subject = {"type": "key", "id": app_key, "properties": {"ip_address": address}}
        assert ask({"subject": subject, **doing()}).json()["decision"] is decision


def test_a_name_that_is_a_token_is_not_repeated(world: World, ask: Ask) -> None:
    """Whoever mixed up the two halves reads that there is no such key."""
    token = world.pairs["good"].app_token
    for subject in ({"type": "key", "id": token}, {"type": "user", "id": token}, {"type": token, "id": "x"}):
        told = ask({"subject": subject, **doing()})
        assert (told.status_code, told.json()["context"]["id"]) == (200, "subject_unknown")
        assert token not in told.text


# -- when nobody can tell


@pytest.mark.parametrize("to", ["evaluation", "evaluations"])
@pytest.mark.parametrize("shows", [True, False])
def test_nobody_can_tell_is_503_and_no_denial(
    world: World, ask: Ask, monkeypatch: pytest.MonkeyPatch, *, to: str, shows: bool
) -> None:
    """A client that took it for a denial would turn away right pairs."""
    monkeypatch.setattr(world.house.node.known, "stale_seconds", lambda: 1e9)
    one = {"subject": key(world.pairs["good"], shows=shows), **doing()}
    told = ask({**one, "evaluations": [{}, {}]}, to=to)
    assert told.status_code == 503
    assert told.headers["retry-after"]
    assert "decision" not in told.json()


def test_an_answer_says_what_it_knew_and_waits_for_what_is_insisted_on(world: World, ask: Ask) -> None:
    """Revision and staleness as on every answer; a revision that never comes is 503."""
    asked = {"subject": key(world.pairs["good"], shows=True), **doing()}
    told = ask(asked, None)
    revision = told.headers["x-chaveiro-revision"]
    assert revision == str(world.house.node.known.revision)
    assert float(told.headers["x-chaveiro-staleness"]) < 60
    epoch, _, seq = revision.partition(".")
    assert ask(asked, None, **{"X-Chaveiro-At-Least": revision}).json()["decision"] is True
    assert ask(asked, None, **{"X-Chaveiro-At-Least": f"{epoch}.{int(seq) + 1}"}).status_code == 503
    assert ask(asked, None, **{"X-Chaveiro-At-Least": "soon"}).status_code == 400


def test_a_grant_that_was_taken_back_is_seen_at_once(world: World, ask: Ask, client: httpx.Client) -> None:
    """By name and by pair, in the very next answer."""
    pair = world.pairs["roleless"]
    done(world.house, GrantToKey(ACME, RoleId(1), AppKey(pair.app_key)), ANA)
    asked: list[dict[str, Any]] = [{"subject": key(pair, shows=shows), **doing()} for shows in (True, False)]
    assert [ask(one).json()["decision"] for one in asked] == [True, True]
    done(world.house, WithdrawFromKey(ACME, RoleId(1), AppKey(pair.app_key)), ANA)
    assert [ask(one).json()["decision"] for one in asked] == [False, False]
