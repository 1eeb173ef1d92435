"""vtexpy, as published: what it is told by License Manager, by VTEX ID and by an API behind Chaveiro."""

from pathlib import Path

import pytest
from tests.clients.programs import Client, speaking
from tests.clients.shop import LISTED, NO_PAIR, ORDERS_API, REFUSED, ROLES, Shop, opened

from chaveiro.words.language import Language

RESPONSE_ERROR = "vtex.VTEXResponseError"
LICENSE_MANAGER = ("account", "own roles", "roles", "users")


def test_an_orders_call_gets_through(shop: Shop, vtexpy: Client) -> None:
    """The API learns who calls and never sees the token."""
    told = vtexpy.call("orders", shop.pairs["good"])
    assert not told.raised, told
    assert told.data["total"] == LISTED["paging"]["total"]
    assert [order["order_id"] for order in told.data["items"]] == [order["orderId"] for order in LISTED["list"]]
    received = shop.orders.received[-1]
    assert received.target.startswith(f"{ORDERS_API}?")
    assert received.named("X-Chaveiro-Key") == [shop.pairs["good"].app_key]
    assert shop.pairs["good"].app_token not in received
    assert shop.proxy.opened["acme.vtexcommercestable.com.br:443"]


@pytest.mark.parametrize(("who", "status", "sentence"), REFUSED)
def test_a_refused_orders_call_says_why(shop: Shop, vtexpy: Client, *, who: str, status: int, sentence: str) -> None:
    """The client raises its own exception, and what it prints is the reason and what to do."""
    shop.orders.received.clear()
    told = vtexpy.call("orders", shop.pairs[who])
    assert (told.raised, told.status) == (RESPONSE_ERROR, status)
    assert sentence in told.message
    assert told.body["remedy"] in told.message
    assert shop.pairs[who].app_token not in told.message
    assert not shop.orders.received


def test_a_key_of_another_account_is_refused_like_an_unknown_one(shop: Shop, vtexpy: Client) -> None:
    """Whoever holds a valid pair elsewhere learns no more than a stranger."""
    foreign, wrong = (vtexpy.call("orders", shop.pairs[who]) for who in ("foreign", "wrong"))
    assert foreign.raised == RESPONSE_ERROR
    assert foreign.body | {"instance": ""} == wrong.body | {"instance": ""}


def test_whoever_asks_for_no_language_reads_the_installation_s(tmp_path: Path) -> None:
    """No client of VTEX asks for one: what it prints is in the language that Chaveiro was set to."""
    with opened(tmp_path, language=Language.PT) as shop, speaking("vtexpy", shop, tmp_path) as vtexpy:
        told = vtexpy.call("orders", shop.pairs["unlinked"])
    assert told.raised == RESPONSE_ERROR
    assert "A chave não está vinculada a nenhum perfil de acesso" in told.message


def test_when_nobody_can_tell_the_pair_is_not_blamed(tmp_path: Path) -> None:
    """It raises a 503, which it repeats by itself unless told otherwise, and says so to whoever reads it."""
    with opened(tmp_path, answers=False) as shop, speaking("vtexpy", shop, tmp_path) as vtexpy:
        told = vtexpy.call("orders", shop.pairs["good"])
        assert not shop.orders.received
    assert (told.raised, told.status) == (RESPONSE_ERROR, 503)
    assert "This says nothing about your credentials" in told.message


# -- these ask Chaveiro itself


def test_the_account_is_read(shop: Shop, vtexpy: Client) -> None:
    """Its own key is among the account's, by which this client finds its roles; no token is."""
    told = vtexpy.call("account", shop.pairs["good"])
    assert not told.raised, told
    assert told.data["account_name"] == "acme"
    listed = {key["app_key"]: key for key in told.data["app_keys"]}
    assert {shop.pairs[who].app_key for who in ("good", "unlinked", "lacking", "inactive")} <= set(listed)
    assert all(key["app_token"] is None for key in listed.values())
    assert listed[shop.pairs["good"].app_key]["is_active"]
    assert not listed[shop.pairs["inactive"].app_key]["is_active"]


def test_a_key_s_own_roles_are_read(shop: Shop, vtexpy: Client) -> None:
    """It looks its key up in the account, and puts that key's id where a user's goes."""
    told = vtexpy.call("own roles", shop.pairs["good"])
    assert not told.raised, told
    assert told.data == [{"id": 1, "name": ROLES[1]}]


def test_a_user_s_roles_are_read(shop: Shop, vtexpy: Client) -> None:
    """A user is found in the listing, and their roles by the id that stands there."""
    users = vtexpy.call("users", shop.pairs["good"])
    assert not users.raised, users
    found = {user["email"]: user["id"] for user in users.data["items"]}
    assert {"ana@acme.example", "bia@acme.example"} <= set(found)
    told = vtexpy.call("roles of", shop.pairs["good"], found["bia@acme.example"])
    assert not told.raised, told
    assert [role["name"] for role in told.data] == [ROLES[2]]


def test_roles_are_listed(shop: Shop, vtexpy: Client) -> None:
    """This client asks for a thousand at once, sorted `DESC`, and wants whole numbers in `paging`."""
    told = vtexpy.call("roles", shop.pairs["good"])
    assert not told.raised, told
    assert set(ROLES.values()) <= {role["name"] for role in told.data["items"]}
    assert told.data["total"] == len(told.data["items"])
    ids = [role["id"] for role in told.data["items"]]
    assert ids == sorted(ids, reverse=True)


def test_a_pair_is_exchanged_for_a_token(shop: Shop, vtexpy: Client) -> None:
    """VTEX ID takes the pair in the body, and answers as its clients read it."""
    told = vtexpy.call("login", shop.pairs["good"])
    assert not told.raised, told
    assert told.data["auth_status"] == "Success"
    assert told.data["token"].count(".") == 2
    assert told.data["expires"] > 0


@pytest.mark.parametrize("call", LICENSE_MANAGER)
@pytest.mark.parametrize(("who", "status", "sentence"), REFUSED)
def test_license_manager_says_why_not(
    shop: Shop, vtexpy: Client, *, call: str, who: str, status: int, sentence: str
) -> None:
    """The same reasons as everywhere, also under the names that clients of VTEX read."""
    told = vtexpy.call(call, shop.pairs[who])
    assert (told.raised, told.status) == (RESPONSE_ERROR, status)
    assert sentence in told.message
    assert sentence in told.body["message"]
    assert sentence in told.body["error"]["message"]
    assert told.body["error"]["code"]


@pytest.mark.parametrize(("who", "status", "sentence"), NO_PAIR)
def test_a_login_says_why_not(shop: Shop, vtexpy: Client, *, who: str, status: int, sentence: str) -> None:
    """A pair that opens nothing is exchanged for nothing."""
    told = vtexpy.call("login", shop.pairs[who])
    assert (told.raised, told.status) == (RESPONSE_ERROR, status)
    assert sentence in told.message
