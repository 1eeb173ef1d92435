"""vtex, as published: it raises nothing by itself, and what it gives back is the status."""

import pytest
from tests.clients.programs import Client
from tests.clients.shop import LISTED, REFUSED, ROLES, Shop

HTTP_ERROR = "requests.exceptions.HTTPError"
LICENSE_MANAGER = ("account", "roles", "users")


@pytest.mark.parametrize("call", ["orders", "orders by page"])
def test_an_orders_call_gets_through(shop: Shop, vtex: Client, call: str) -> None:
    """Also with brackets, colons and spaces in the query, and an `Accept` that nobody else sends."""
    told = vtex.call(call, shop.pairs["good"])
    assert told.data == {"json": LISTED, "status": 200}
    received = shop.orders.received[-1]
    assert received.named("X-Chaveiro-Key") == [shop.pairs["good"].app_key]
    assert received.named("Accept") == ["application/vnd.vtex.ds.v10+json"]
    assert shop.pairs["good"].app_token not in received


@pytest.mark.parametrize(("who", "status", "sentence"), REFUSED)
def test_a_refused_orders_call_gives_its_status(
    shop: Shop, vtex: Client, *, who: str, status: int, sentence: str
) -> None:
    """All that this client keeps of a refusal is a status that says whether the pair or its roles are the matter."""
    assert vtex.call("orders", shop.pairs[who]).data == {"json": None, "status": status}


@pytest.mark.parametrize(("who", "status", "sentence"), REFUSED)
def test_a_refused_orders_call_says_why_to_a_session_that_raises(
    shop: Shop, vtex: Client, *, who: str, status: int, sentence: str
) -> None:
    """With a session of the caller's own that raises, the exception carries the reason and what to do."""
    shop.orders.received.clear()
    told = vtex.call("orders, raising", shop.pairs[who])
    assert (told.raised, told.status) == (HTTP_ERROR, status)
    assert told.body["title"] == sentence
    assert told.body["remedy"]
    assert shop.pairs[who].app_token not in f"{told.message}{told.body}"
    assert not shop.orders.received


# -- these ask Chaveiro itself


def test_the_account_is_read(shop: Shop, vtex: Client) -> None:
    """The account as License Manager shows it."""
    told = vtex.call("account, raising", shop.pairs["good"])
    assert not told.raised, told
    assert told.data["json"]["accountName"] == "acme"
    assert shop.pairs["good"].app_key in {key["appKey"] for key in told.data["json"]["appKeys"]}


def test_roles_and_users_are_listed(shop: Shop, vtex: Client) -> None:
    """Ids in one listing open the other."""
    roles, users = (vtex.call(f"{call}, raising", shop.pairs["good"]) for call in ("roles", "users"))
    assert not roles.raised, roles
    assert not users.raised, users
    assert set(ROLES.values()) <= {role["name"] for role in roles.data["json"]["items"]}
    found = {user["email"]: user["id"] for user in users.data["json"]["items"]}
    told = vtex.call("roles of, raising", shop.pairs["good"], found["bia@acme.example"])
    assert not told.raised, told
    assert [role["name"] for role in told.data["json"]] == [ROLES[2]]


@pytest.mark.parametrize("call", LICENSE_MANAGER)
@pytest.mark.parametrize(("who", "status", "sentence"), REFUSED)
def test_license_manager_says_why_not(
    shop: Shop, vtex: Client, *, call: str, who: str, status: int, sentence: str
) -> None:
    """The same reasons as everywhere, also under the names that clients of VTEX read."""
    assert vtex.call(call, shop.pairs[who]).data == {"json": None, "status": status}
    told = vtex.call(f"{call}, raising", shop.pairs[who])
    assert (told.raised, told.status) == (HTTP_ERROR, status)
    assert sentence in told.body["Message"]
    assert sentence in told.body["error"]["message"]
