"""What is sent is read strictly, in one way only, and what is wrong with it is said without repeating it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import BaseModel
from tests.doors.vtex.world import ACME, LIST, Shop, manager
from tests.promises.plugin import Proof

from chaveiro.doors.vtex.app import routes
from chaveiro.doors.vtex.shapes import Sent, Told

SECRET = "ZQ" * 64
BODIES: dict[tuple[str, str], Any] = {
    ("POST", "/api/license-manager/users"): {"email": "new@acme.example", "name": "New"},
    ("POST", "/api/license-manager/site/pvt/logins"): {"email": "new@acme.example", "name": "New", "roles": []},
    ("POST", "/api/license-manager/site/pvt/roles"): {"name": "New", "resources": []},
    ("POST", "/api/vlm/appkeys"): {"label": "new"},
    ("PUT", "/api/vlm/appkeys/{id}"): {"isActive": False},
    ("POST", "/api/vtexid/apptoken/login"): {"appkey": "x", "apptoken": "y"},
    ("POST", "/api/vtexid/credential/validate"): {"token": "x"},
}
EXTRA = (
    "account", "account_id", "accountName", "appKey", "appToken", "blocked", "created", "digest", "expires", "grants",
    "hash", "id", "is_admin", "isAdmin", "isBlocked", "networks", "owner", "password", "permissions", "predefined",
    "resource", "revision", "secret", "sponsor", "tenant", "token_hash", "userId", "valid_from", "__proto__", SECRET,
)  # fmt: skip


def filled(shop: Shop, path: str) -> str:
    return path.replace("{id}", shop.kept(shop.key()).id) if "{id}" in path else path


def test_every_body_is_in_the_table() -> None:
    """Those of the routes that take one; numbers of roles are an array, and tested below."""
    bearing = {route for route in routes() if route[0] in {"POST", "PUT"}}
    assert bearing == {*BODIES, ("PUT", "/api/license-manager/users/{userId}/roles")}


@pytest.mark.parametrize("route", BODIES, ids=" ".join)
@pytest.mark.parametrize("field", EXTRA)
def test_a_field_that_nobody_asked_for_is_refused(shop: Shop, route: tuple[str, str], field: str, proof: Proof) -> None:
    """422, nothing is done, and the field is not repeated: its name may be anything."""
    before = shop.node.known.revision
    method, path = route
    target = filled(shop, path)
    before = shop.node.known.revision
    told = shop.ask(method, target, shop.sponsor, json={**BODIES[route], field: "value"})
    assert told.status_code == 422
    assert "nobody asked for" in told.json()["Message"]
    assert SECRET not in told.text
    assert shop.node.known.revision == before
    proof("G12", dose=1, figure="bodies with a field nobody asked for: 422, nothing changed")


@pytest.mark.parametrize("role", [{"id": 1, "isAdmin": True}, {"name": "x"}, "1", 1.5, True, None, [1]])
def test_a_role_in_a_body_is_a_number_or_an_object_with_one(shop: Shop, role: object) -> None:
    """Nothing is converted."""
    body = {"email": "new@acme.example", "roles": [role]}
    assert shop.ask("POST", "/api/license-manager/site/pvt/logins", shop.sponsor, json=body).status_code == 422


@pytest.mark.parametrize("body", [{}, {"roles": [1]}, "1", 1, None, ["1"], [1.5], [True], [None], [[1]]])
def test_numbers_of_roles_are_an_array_of_integers(shop: Shop, body: object) -> None:
    """Nothing is converted."""
    told = shop.ask("PUT", f"/api/license-manager/users/{shop.user()}/roles", shop.sponsor, json=body)
    assert told.status_code == 422
    assert told.json()["Message"]


@pytest.mark.parametrize("value", ["false", 0, None, "", [], {}])
def test_a_switch_is_true_or_false(shop: Shop, value: object) -> None:
    """The word is no value."""
    pair = shop.key(LIST)
    told = shop.ask("PUT", f"/api/vlm/appkeys/{shop.kept(pair).id}", shop.sponsor, json={"isActive": value})
    assert told.status_code == 422
    assert shop.kept(pair).inactive is None


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 422),
        (b"{", 400),
        (b'{"label": "a", "label": "b"}', 400),
        (b'{"label": NaN}', 400),
        (b'{"label": "\\ud800"}', 400),
        (b'{"label": "\xff"}', 400),
        (b"[" * 40 + b"]" * 40, 400),
        (b"[" * 100_000, 413),
        (b'{"label": "' + b"x" * 65_536 + b'"}', 413),
        (b"[]", 422),
        (b'"label"', 422),
        (b"null", 422),
        (b"label=new", 400),
    ],
)
def test_what_is_no_such_body_is_refused(shop: Shop, body: bytes, status: int) -> None:
    """Whatever parsers could read in two ways, too much, and what is of another shape."""
    before = len(shop.node.keyring(ACME).keys)
    told = shop.ask("POST", "/api/vlm/appkeys", shop.sponsor, content=body)
    assert told.status_code == status
    assert told.json()["Message"]
    assert len(shop.node.keyring(ACME).keys) == before


@pytest.mark.parametrize("kind", ["application/json", "application/json; charset=utf-8", "text/plain", ""])
def test_the_type_of_a_body_is_not_asked(shop: Shop, kind: str) -> None:
    """JSON is read as JSON; clients of VTEX send their type on requests without a body as well."""
    headers = {"Content-Type": kind} if kind else {}
    body = json.dumps({"label": "typed"})
    assert shop.ask("POST", "/api/vlm/appkeys", {**shop.sponsor, **headers}, content=body).status_code == 200
    assert shop.ask("GET", "/api/vlm/appkeys", {**shop.sponsor, **headers}).status_code == 200


@pytest.mark.parametrize("accept", ["application/vnd.vtex.ds.v10+json", "text/html", "*/*;q=0", ""])
def test_what_a_client_accepts_is_not_asked(shop: Shop, accept: str) -> None:
    """VTEX's clients name types of their own."""
    assert shop.ask("GET", "/api/vlm/appkeys", {**shop.sponsor, "Accept": accept}).status_code == 200


@pytest.mark.parametrize("method", ["DELETE", "GET"])
def test_a_body_where_none_is_read_is_no_matter(shop: Shop, method: str) -> None:
    """Apps send an empty object with DELETE."""
    target = f"/api/license-manager/users/{shop.user()}"
    assert shop.ask(method, target, shop.sponsor, json={}).status_code == 200


def test_whoever_may_not_is_told_so_before_what_is_wrong_with_the_body(shop: Shop) -> None:
    """A stranger learns nothing about bodies."""
    body = {"nonsense": 1}
    assert shop.ask("POST", "/api/vlm/appkeys", json=body).status_code == 401
    assert shop.ask("POST", "/api/vlm/appkeys", shop.key(LIST).headers, json=body).status_code == 403
    assert shop.ask("POST", "/api/vlm/appkeys", shop.key(*manager("Save_User")).headers, json=body).status_code == 422


# -- paths and methods


@pytest.mark.parametrize(
    "target",
    [
        "/api/vlm//appkeys",
        "/api/vlm/./appkeys",
        "/api/vlm/x/../appkeys",
        "/api/vlm/%61ppkeys",
        "/api/vlm%2Fappkeys",
        "/api/vlm/appkeys;x",
        "/api/license-manager/users/%00/roles",
        "/api/license-manager/users/%ff",
    ],
)
def test_a_path_that_can_be_read_in_two_ways_is_refused(shop: Shop, target: str) -> None:
    """Gateway and door might each take another."""
    told = shop.ask("GET", "/", shop.sponsor, extensions={"target": target.encode()})
    assert told.status_code in {400, 404}


@pytest.mark.parametrize("target", ["/api/vlm/nothing", "/api/vtexid/x", "/api/license-manager/binding/site/acme"])
def test_what_is_not_here_is_404(shop: Shop, target: str) -> None:
    """With a body that clients of VTEX read."""
    told = shop.ask("GET", target, shop.sponsor)
    assert told.status_code == 404
    assert told.json()["Message"]
    assert told.json()["error"]["message"]


def test_another_method_is_405(shop: Shop) -> None:
    """Naming those there are."""
    told = shop.ask("DELETE", "/api/vlm/appkeys", shop.sponsor)
    assert (told.status_code, set(told.headers["allow"].split(", "))) == (405, {"GET", "HEAD", "POST"})
    assert told.json()["Message"]


def test_head_is_get_without_a_body(shop: Shop) -> None:
    """As everywhere."""
    told = shop.ask("HEAD", "/api/vlm/appkeys", shop.sponsor)
    assert (told.status_code, told.content) == (200, b"")


def test_a_slash_at_the_end_is_no_matter(shop: Shop) -> None:
    """Some apps write one."""
    assert shop.ask("GET", "/api/vlm/appkeys/", shop.sponsor).status_code == 200


@pytest.mark.parametrize("language", ["pt-BR", "es", "en"])
def test_a_refusal_speaks_the_language_that_was_asked_for(shop: Shop, language: str) -> None:
    """The decision's and the command's alike."""
    denied = shop.ask("GET", "/api/vlm/appkeys", {**shop.key(LIST).headers, "Accept-Language": language})
    refused = shop.ask(
        "DELETE", "/api/license-manager/users/ana@acme.example", {**shop.sponsor, "Accept-Language": language}
    )
    short = language.partition("-")[0]
    for told, sentence in (
        (denied, {"pt": "A chave", "es": "La clave", "en": "The key"}),
        (refused, {"pt": "titular", "es": "titular", "en": "sponsor"}),
    ):
        assert told.headers["content-language"].startswith(short)
        assert sentence[short] in told.json()["Message"]


def test_no_body_with_a_secret_shows_it_when_printed() -> None:
    """Neither one that is sent nor one that is told: a log or an exception might print it."""
    waiting, bodies = [Sent, Told], set[type[BaseModel]]()
    while waiting:
        found = waiting.pop().__subclasses__()
        waiting += found
        bodies |= {*found}
    named = {(one.__name__, name): field for one in bodies for name, field in one.model_fields.items()}
    secret = {key for key in named if key[1].endswith("token") and "date" not in key[1]}
    told_nothing = {("AccountKeyTold", "app_token")}  # nobody can read it again: always null
    assert len(secret) >= 6
    assert {key for key in secret if named[key].repr} == told_nothing | {("OldKeyTold", "token")}
