"""What the standard asks of a server, case by case: its certification scenario, as far as roles can say it."""

from typing import Any

import httpx
import pytest
from tests.doors.authzen.conftest import BIA, Ask, doing, key
from tests.doors.world import World, listening

from chaveiro.doors.place import Place
from chaveiro.wire.authzen import EVALUATIONS_MAX

USER = {"type": "user", "id": BIA}  # may list orders, and not cancel them
LIST, CANCEL = doing("ListOrders"), doing("CancelAction")
ONE = {"subject": USER, **LIST}


def without(asked: dict[str, Any], *path: str) -> dict[str, Any]:
    first, *rest = path
    if rest:
        return asked | {first: without(asked[first], *rest)}
    return {name: value for name, value in asked.items() if name != first}


MISSING = [
    ("subject",), ("action",), ("resource",), ("subject", "type"), ("subject", "id"), ("action", "name"),
    ("resource", "type"), ("resource", "id"),
]  # fmt: skip


@pytest.mark.parametrize("to", ["evaluation", "evaluations"])
@pytest.mark.parametrize("path", MISSING, ids=".".join)
def test_what_is_missing_is_400(ask: Ask, path: tuple[str, ...], to: str) -> None:
    """A member, and a member of a member."""
    assert ask(without(ONE, *path), to=to).status_code == 400


@pytest.mark.parametrize(
    "changed",
    [
        {"subject": "bia"}, {"action": {"name": 123}}, {"resource": []}, {"subject": {"type": "user", "id": ""}},
        {"context": 1}, {"context": {"scheme": "ftp"}}, {"subject": {**USER, "properties": "x"}},
        {"subject": {**USER, "properties": {"appToken": 1}}},
        {"subject": {**USER, "properties": {"ip_address": "here"}}},
        {"resource": {"type": "a/b", "id": "1"}}, {"action": {"name": "cvt_0123456789abcdef"}},
        {"resource": {"type": "route", "id": "/" * 17_000}},
    ],
)  # fmt: skip
def test_what_is_of_another_shape_is_400(ask: Ask, changed: dict[str, Any]) -> None:
    """Never half understood, and nothing of it is repeated."""
    told = ask(ONE | changed)
    assert (told.status_code, told.json()["type"]) == (400, "about:blank")


@pytest.mark.parametrize(
    ("body", "type_", "status"),
    [
        (b"", "application/json", 400), (b"{", "application/json", 400), (b"[]", "application/json", 400),
        (b'{"subject": {}, "subject": {}}', "application/json", 400), (b"[" * 500, "application/json", 400),
        (b"{}", "text/plain", 400), (b"{}", "", 400), (b'{"a": "' + b"x" * 70_000 + b'"}', "application/json", 413),
    ],
)  # fmt: skip
def test_a_body_is_bounded_strict_json(client: httpx.Client, body: bytes, type_: str, status: int) -> None:
    """And is called so."""
    headers = {"Host": "acme.localhost", **({"Content-Type": type_} if type_ else {})}
    for to in ("evaluation", "evaluations"):
        assert client.post(f"/access/v1/{to}", content=body, headers=headers).status_code == status
    assert client.get("/access/v1/evaluation", headers=headers).status_code == 405


def test_what_is_not_known_is_passed_over(ask: Ask) -> None:
    """Members that a later version may bring, and properties and context that roles cannot heed."""
    more = {
        "subject": USER | {"properties": {"department": "Sales"}},
        "action": LIST["action"] | {"properties": {"method": "GET"}},
        "resource": LIST["resource"] | {"properties": {"status": "active"}},
        "context": {"time": "2025-06-27T18:03-07:00"},
        "foo": "bar",
        "futureField": {"nested": True},
    }
    assert ask(more).json() == ask(ONE).json() == {"decision": True}


def test_the_request_id_comes_back(ask: Ask) -> None:
    """On answers and on errors; one is made where none was sent."""
    for asked, status in ((ONE, 200), ({}, 400)):
        told = ask(asked, **{"X-Request-ID": "bfe9eb29-ab87-4ca3-be83-a1d5d8305716"})
        assert (told.status_code, told.headers["x-request-id"]) == (status, "bfe9eb29-ab87-4ca3-be83-a1d5d8305716")
        assert ask(asked).headers["x-request-id"]


# -- lists


def decisions(told: httpx.Response) -> list[bool]:
    assert told.status_code == 200, told.text
    assert "decision" not in told.json()
    return [one["decision"] for one in told.json()["evaluations"]]


def test_a_list_is_answered_in_its_order(ask: Ask) -> None:
    """With defaults, without, and with some of them."""
    several = [
        {"subject": USER, "resource": LIST["resource"], "evaluations": [without(LIST, "resource"), CANCEL]},
        {"evaluations": [ONE, {"subject": USER, **CANCEL}]},
        {**ONE, "context": {"time": "now"}, "evaluations": [{}, {**CANCEL, "context": {"source": "other"}}]},
        {"action": LIST["action"], "subject": USER, "resource": {"type": "OMS"}, "evaluations": [
            {"resource": {"id": "7"}}, {"resource": {"type": "Other", "id": "7"}},
        ]},
    ]  # fmt: skip
    for asked in several:
        assert decisions(ask(asked, to="evaluations")) == [True, False], asked


@pytest.mark.parametrize("empty", [{}, {"evaluations": []}, {"evaluations": None}])
def test_without_a_list_it_is_one_question(ask: Ask, empty: dict[str, Any]) -> None:
    """Answered as one."""
    assert ask(ONE | empty, to="evaluations").json() == {"decision": True}


YES: dict[str, Any] = {}
NO, ODD = CANCEL, {"action": 1}


@pytest.mark.parametrize(
    ("semantic", "items", "answers"),
    [
        ("execute_all", [YES, NO, ODD, YES], [True, False, False, True]),
        ("deny_on_first_deny", [YES, YES, NO, YES], [True, True, False]),
        ("deny_on_first_deny", [YES, ODD, NO], [True, False]),
        ("deny_on_first_deny", [YES, YES], [True, True]),
        ("permit_on_first_permit", [NO, ODD, YES, NO], [False, False, True]),
        ("permit_on_first_permit", [NO, NO], [False, False]),
        (None, [NO, YES], [False, True]),
    ],
)
def test_a_list_is_gone_through_as_far_as_is_asked(
    ask: Ask, semantic: str | None, items: list[Any], answers: list[bool]
) -> None:
    """One that cannot be read is denied in its place, and says so."""
    options = {"options": {"evaluations_semantic": semantic}} if semantic else {"options": {"another": 1}}
    told = ask({**ONE, "evaluations": items, **options}, to="evaluations")
    assert decisions(told) == answers
    odd = [one["context"]["error"] for one in told.json()["evaluations"] if "error" in one.get("context", {})]
    assert all(one["status"] == 400 and one["message"] for one in odd)
    assert len(odd) == items[: len(answers)].count(ODD)


@pytest.mark.parametrize(
    "changed",
    [
        {"options": {"evaluations_semantic": "some"}}, {"options": 1}, {"options": {"evaluations_semantic": []}},
        {"evaluations": {}}, {"evaluations": [{}] * (EVALUATIONS_MAX + 1)},
    ],
)  # fmt: skip
def test_a_list_is_of_its_shape_and_bounded(ask: Ask, changed: dict[str, Any]) -> None:
    """400 for the whole."""
    assert ask({**ONE, "evaluations": [{}], **changed}, to="evaluations").status_code == 400


def test_a_list_may_have_subjects_of_both_kinds(world: World, ask: Ask) -> None:
    """Shown and named; who may name some only is told so for the whole."""
    good = world.pairs["good"]
    mixed = {**LIST, "evaluations": [{"subject": key(good, shows=True)}, {"subject": key(good)}, {"subject": USER}]}
    assert decisions(ask(mixed, to="evaluations")) == [True, True, True]
    assert ask(mixed, "of keys", to="evaluations").status_code == 403


# -- discovery


def test_the_door_says_where_it_is(world: World, client: httpx.Client) -> None:
    """At the address that was asked, or the installation's own."""
    told = client.get("/.well-known/authzen-configuration")
    base = str(client.base_url).rstrip("/")
    assert (told.status_code, told.headers["content-type"]) == (200, "application/json")
    assert told.json() == {
        "policy_decision_point": base,
        "access_evaluation_endpoint": f"{base}/access/v1/evaluation",
        "access_evaluations_endpoint": f"{base}/access/v1/evaluations",
    }
    assert told.headers["cache-control"] == "no-store"
    unknown = client.get("/.well-known/authzen-configuration", headers={"Host": "cvt-a-token.example"})
    assert (unknown.status_code, "cvt" in unknown.text) == (404, False)
    proxied = client.get("/.well-known/authzen-configuration", headers={"X-Forwarded-Proto": "https"}).json()
    assert proxied["policy_decision_point"] == base.replace("http:", "https:")
    with listening(world.app(Place(public_url="https://auth.example"))) as port:
        own = httpx.get(f"http://127.0.0.1:{port}/.well-known/authzen-configuration")
    assert own.json()["policy_decision_point"] == "https://auth.example"
    assert "max-age" in own.headers["cache-control"]
