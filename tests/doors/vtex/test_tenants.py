"""An account neither sees nor touches what is another's: a foreign id answers as a made up one, byte for byte."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from tests.doors.vtex.world import ACME, GIL, GLOBEX, HOST, LIST, Shop, comparable
from tests.doors.world import done
from tests.promises.plugin import Proof

from chaveiro.core.attempt import NOTHING, Need, Request, presented
from chaveiro.core.command import BlockKey, CreateRole
from chaveiro.core.names import AppKey, Resource
from chaveiro.denials import STRANGERS_SHARE
from chaveiro.doors.vtex.app import routes
from chaveiro.usertokens import user_id
from chaveiro.wire.read import USER_TOKEN

ID_BEARING: dict[tuple[str, str], dict[str, Any]] = {
    ("GET", "/api/license-manager/users/{userId}"): {},
    ("DELETE", "/api/license-manager/users/{userId}"): {},
    ("GET", "/api/license-manager/users/{userId}/roles"): {},
    ("PUT", "/api/license-manager/users/{userId}/roles"): {"json": []},
    ("DELETE", "/api/license-manager/users/{userId}/roles/{roleId}"): {},
    ("PUT", "/api/vlm/appkeys/{id}"): {"json": {"isActive": False}},
    ("GET", "/api/license-manager/pvt/users/{emailOrId}"): {},
    (
        "GET",
        "/api/license-manager/pvt/accounts/{account}/products/{productId}/logins/{userIdOrEmail}/resources/{resourceKey}/granted",
    ): {},
    ("GET", "/api/license-manager/pvt/accounts/{account}/logins/{userId}/granted"): {},
    ("PATCH", "/api/vtexid/apikey/{apiKey}/apitoken/renew"): {},
    ("PATCH", "/api/vtexid/apikey/{apiKey}/apitoken/finish-renewal"): {},
}


class Ids:
    """Ids of globex, and made up ones of the same form."""

    def __init__(self, shop: Shop) -> None:
        email, pair = shop.user(LIST, account=GLOBEX), shop.key(LIST, account=GLOBEX)
        kept, made_up = shop.kept(pair, GLOBEX), uuid4()
        self.users: dict[str, tuple[str, str]] = {
            "user": (user_id(email).hex, made_up.hex),
            "user, dashes": (str(user_id(email)), str(made_up)),
            "address": (email, "made.up@globex.example"),
            "key": (kept.id, made_up.hex),
            "key, dashes": (str(UUID(kept.id)), str(made_up)),
            "appKey": (pair.app_key, "vtexappkey-globex-QQQQQQ"),
        }


KINDS = ("user", "user, dashes", "address", "key", "key, dashes", "appKey")


def filled(path: str, known: str) -> str:
    values = {"account": "acme", "productId": "OMS", "resourceKey": "ListOrders", "roleId": "1"}
    for name, value in values.items():
        path = path.replace(f"{{{name}}}", value)
    for name in ("userId", "userIdOrEmail", "emailOrId", "id", "apiKey"):
        path = path.replace(f"{{{name}}}", known)
    return path


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("route", ID_BEARING, ids=" ".join)
def test_a_foreign_id_is_a_made_up_one(shop: Shop, route: tuple[str, str], kind: str, proof: Proof) -> None:
    """To the sponsor, who may do everything here, and to a key that may do so much as well."""
    method, path = route
    before = shop.node.keyring(GLOBEX)
    foreign, made_up = Ids(shop).users[kind]
    for shown in (shop.sponsor, shop.key(*_everything()).headers):
        told = [shop.ask(method, filled(path, known), shown, **ID_BEARING[route]) for known in (foreign, made_up)]
        assert comparable(told[0]) == comparable(told[1])
        assert foreign not in told[0].text
    after = shop.node.keyring(GLOBEX)
    assert {**after.users, **before.users} == {**before.users, **after.users}
    assert all(after.keys[app_key] == key for app_key, key in before.keys.items())
    proof("G11", dose=1, figure="operations by kinds of id: foreign and made up answered alike, byte for byte")


def test_every_route_with_an_id_is_asked(proof: Proof) -> None:
    """A new one cannot be forgotten."""
    bearing = {route for route in routes() if "{" in route[1] and not route[1].endswith("{resourceKey}/access")}
    assert bearing == set(ID_BEARING)
    proof("G11", dose=f"{len(bearing)} routes with an id", figure="every one is in the table")


@pytest.mark.parametrize("where", ["PUT", "POST", "DELETE"])
def test_a_foreign_role_is_a_made_up_one(shop: Shop, where: str, proof: Proof) -> None:
    """Roles are counted in each account: a number that only the other one has is none."""
    for _ in range(20):
        done(shop.world.house, CreateRole(GLOBEX, f"G{next(shop._numbers)}", frozenset()), GIL)
    foreign, email = max(shop.node.keyring(GLOBEX).roles), shop.user()
    assert foreign not in shop.node.keyring(ACME).roles

    def told(role: int) -> Any:
        if where == "PUT":
            return shop.ask("PUT", f"/api/license-manager/users/{email}/roles", shop.sponsor, json=[role])
        if where == "DELETE":
            return shop.ask("DELETE", f"/api/license-manager/users/{email}/roles/{role}", shop.sponsor)
        body = {"email": "new@acme.example", "roles": [role]}
        return shop.ask("POST", "/api/license-manager/site/pvt/logins", shop.sponsor, json=body)

    assert comparable(told(foreign)) == comparable(told(77_777))
    proof("G11", dose=1, figure="operations: a foreign role's number is a made-up one")


LISTS = (
    "/api/license-manager/site/pvt/logins/list/paged?numItems=100000",
    "/api/license-manager/site/pvt/roles/list/paged?numItems=100000",
    "/api/vlm/appkeys",
    "/api/vlm/account",
    "/api/license-manager/account",
    "/api/vlm/account/stores",
    "/api/license-manager/site/pvt/newtopbar",
)


@pytest.mark.parametrize("target", LISTS)
def test_a_list_has_nothing_of_another_account(shop: Shop, target: str, proof: Proof) -> None:
    """None of its names, addresses, ids, labels or resources; of a guest what this account needs to know."""
    seeds = []
    for number in range(40):
        email = shop.user(Resource("Hidden", f"secret{number}"), account=GLOBEX)
        pair = shop.key(Resource("Hidden", f"key{number}"), account=GLOBEX, label=f"globex-label-{number}")
        seeds += [email, user_id(email).hex, pair.app_key, shop.kept(pair, GLOBEX).id, f"globex-label-{number}"]
    guest = shop.external(LIST)
    done(shop.world.house, BlockKey(GLOBEX, AppKey(guest.app_key), "a reason of globex"), GIL)
    told = shop.ask("GET", target, shop.sponsor)
    assert told.status_code == 200
    for seed in (*seeds, GIL.name, "Hidden", "a reason of globex"):
        assert seed not in told.text, seed
    proof("G11", dose=1, figure=f"lists, 0 of {len(seeds)} seeded texts of the other account in each")


@pytest.mark.parametrize("host", ["globex.vtexcommercestable.com.br", HOST])
def test_a_foreign_caller_learns_nothing(shop: Shop, host: str) -> None:
    """Whoever belongs to one account is nobody in the other."""
    ask: Callable[..., Any] = shop.ask
    pair = shop.key(LIST, account=ACME if host.startswith("globex") else GLOBEX)
    answers = [
        ask("GET", target, pair.headers, host=host)
        for target in (f"/api/license-manager/users/{GIL.name}", "/api/license-manager/users/x", LISTS[2])
    ]
    assert [one.status_code for one in answers] == [401] * 3
    assert len({one.json()["cause"] for one in answers}) == 1


def test_a_foreign_user_token_leaves_no_name_behind(shop: Shop) -> None:
    """Whoever shows a token at another account's host by mistake is not told to its keepers."""
    email, pair = shop.user(LIST, account=GLOBEX), shop.key(LIST, account=GLOBEX)
    shown = {"appkey": pair.app_key, "apptoken": pair.app_token}
    signed_in = shop.ask("POST", "/api/vtexid/apptoken/login", host="globex.vtexcommercestable.com.br", json=shown)
    own = shop.user(LIST)
    for token in (shop.token(email, GLOBEX), signed_in.json()["token"], shop.token(own)):
        told = shop.ask("GET", LISTS[0], {USER_TOKEN: token})
        assert told.status_code in {401, 403}
    denials = shop.world.house.denials
    denials.drain()
    kept = repr(denials._store.denials(ACME))
    assert email not in kept
    assert pair.app_key not in kept
    assert own in kept  # one's own people are told


def test_foreign_user_tokens_leave_room_for_one_s_own_refusals(shop: Shop) -> None:
    """Their signature is ours, yet whom they stand for is nobody here: they fill no more than strangers may."""
    denials = shop.world.house.denials
    foreign = shop.as_user(shop.user(LIST, account=GLOBEX))
    own = shop.key(LIST)
    with denials._working:  # nothing is diagnosed meanwhile
        most = denials._queue_max
        request = Request(NOTHING, NOTHING, need=Need((LIST,)), user_token=presented(foreign[USER_TOKEN]))
        for _ in range(most):
            shop.node.check(ACME, request)
        assert denials._queue.qsize() <= most * STRANGERS_SHARE + 1
        dropped = denials.dropped
        assert shop.ask("GET", LISTS[0], own.headers).status_code == 403
        assert denials.dropped == dropped


def _everything() -> list[Resource]:
    return [
        Resource("License Manager", key)
        for key in ("Save_User", "EditApiKeys", "EditAdminUsers", "RenewApiToken", "Get_User_By_Identifier")
    ]
