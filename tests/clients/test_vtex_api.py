"""@vtex/api and @vtex/clients, as VTEX publishes them: apps of VTEX IO, at the host that all accounts share."""

import pytest
from tests.clients.programs import Client
from tests.clients.shop import LISTED, NO_PAIR, PORTAL, REFUSED, ROLES, Shop

RAISED = {401: "AuthenticationError", 403: "ForbiddenError"}
MADE_UP = "eyJhbGciOiJFUzI1NiJ9.e30.AAAA"
LICENSE_MANAGER = ("account by pair", "roles", "users")


def test_an_orders_call_gets_through(shop: Shop, vtex_api: Client) -> None:
    """What apps send for the way out of VTEX IO does not reach the API, and no token does."""
    told = vtex_api.call("orders", shop.pairs["good"])
    assert not told.raised, told
    assert told.data == LISTED
    received = shop.orders.received[-1]
    assert received.named("X-Chaveiro-Key") == [shop.pairs["good"].app_key]
    assert not received.named("Proxy-Authorization")
    assert not received.named("VtexIdclientAutCookie")
    assert shop.pairs["good"].app_token not in received


@pytest.mark.parametrize(("who", "status", "sentence"), REFUSED)
def test_a_refused_orders_call_says_why(shop: Shop, vtex_api: Client, *, who: str, status: int, sentence: str) -> None:
    """The client's own error, wrapped as apps wrap it, carries the reason and what to do."""
    shop.orders.received.clear()
    told = vtex_api.call("orders", shop.pairs[who])
    assert (told.raised, told.status) == (RAISED[status], status)
    assert told.body["title"] == sentence
    assert told.body["remedy"]
    assert not shop.orders.received


# -- these need the host that all accounts share, or ask Chaveiro itself


def test_at_the_shared_host_the_query_names_the_account(shop: Shop, vtex_api: Client) -> None:
    """`portal` is no account, although it stands where accounts stand."""
    told = vtex_api.call("orders at the portal", shop.pairs["good"])
    assert not told.raised, told
    assert told.data == LISTED
    assert shop.orders.received[-1].named("X-Chaveiro-Account") == ["acme"]
    assert shop.proxy.opened[f"{PORTAL}:443"]


def test_a_token_opens_what_its_pair_opens(shop: Shop, vtex_api: Client) -> None:
    """An app that exchanged its pair lists orders with the token alone, which ends at the gateway."""
    told = vtex_api.call("orders by token", shop.pairs["good"])
    assert not told.raised, told
    assert told.data == LISTED
    received = shop.orders.received[-1]
    assert received.named("X-Chaveiro-Key") == [shop.pairs["good"].app_key]
    assert not received.named("VtexIdclientAutCookie")


def test_the_account_is_read(shop: Shop, vtex_api: Client) -> None:
    """License Manager as apps ask it: by token, with the account in the query."""
    told = vtex_api.call("account", shop.pairs["good"])
    assert not told.raised, told
    assert told.data["accountName"] == "acme"


def test_the_bar_at_the_top_is_read(shop: Shop, vtex_api: Client) -> None:
    """What the admin shows above everything."""
    told = vtex_api.call("topbar", shop.pairs["good"])
    assert not told.raised, told


@pytest.mark.parametrize(
    ("who", "resource", "granted"),
    [
        ("good", "ListOrders", True),
        ("good", "read_prices", False),
        ("lacking", "read_prices", True),
        ("lacking", "ListOrders", False),
    ],
)
def test_an_app_learns_what_a_key_may(shop: Shop, vtex_api: Client, *, who: str, resource: str, granted: bool) -> None:
    """The client makes yes of any 2xx, and no of anything else."""
    told = vtex_api.call("access", shop.pairs[who], resource)
    assert not told.raised, told
    assert told.data is granted


def test_the_directive_of_vtex_guards_a_field(shop: Shop, vtex_api: Client) -> None:
    """It asks VTEX ID who the token's owner is, and License Manager whether they hold the resource."""
    told = vtex_api.call("guarded", shop.pairs["good"], "OMS", "ListOrders")
    assert not told.raised, told
    assert told.data == 3


@pytest.mark.parametrize(("product", "resource"), [("OMS", "CancelAction"), ("Pricing", "ListOrders")])
def test_the_directive_of_vtex_keeps_others_out(shop: Shop, vtex_api: Client, product: str, resource: str) -> None:
    """A resource that the owner lacks, and one of the same key in another product."""
    told = vtex_api.call("guarded", shop.pairs["good"], product, resource)
    assert told.raised == "ForbiddenError", told


def test_the_directive_of_vtex_finds_nobody_behind_a_made_up_token(shop: Shop, vtex_api: Client) -> None:
    """Who signed it is nobody here, so it is nobody's."""
    told = vtex_api.call("guarded with a token", shop.pairs["good"], MADE_UP, "OMS", "ListOrders")
    assert told.raised == "AuthenticationError", told


def test_a_made_up_token_opens_nothing(shop: Shop, vtex_api: Client) -> None:
    """A token that nobody here signed is no token, and the app is told so in words."""
    told = vtex_api.call("account with a token", shop.pairs["good"], MADE_UP)
    assert (told.raised, told.status) == ("AuthenticationError", 401)
    assert told.body["Message"]
    assert told.body["title"]


def test_roles_and_users_are_listed(shop: Shop, vtex_api: Client) -> None:
    """Ids in one listing open the other."""
    roles, users = (vtex_api.call(call, shop.pairs["good"]) for call in ("roles", "users"))
    assert not roles.raised, roles
    assert not users.raised, users
    assert set(ROLES.values()) <= {role["name"] for role in roles.data["items"]}
    found = {user["email"]: user["id"] for user in users.data["items"]}
    told = vtex_api.call("roles of", shop.pairs["good"], found["bia@acme.example"])
    assert not told.raised, told
    assert [role["name"] for role in told.data] == [ROLES[2]]


@pytest.mark.parametrize("call", LICENSE_MANAGER)
@pytest.mark.parametrize(("who", "status", "sentence"), REFUSED)
def test_license_manager_says_why_not(
    shop: Shop, vtex_api: Client, *, call: str, who: str, status: int, sentence: str
) -> None:
    """The same reasons as everywhere, also under the names that clients of VTEX read."""
    told = vtex_api.call(call, shop.pairs[who])
    assert (told.raised, told.status) == (RAISED[status], status)
    assert sentence in told.body["Message"]
    assert sentence in told.body["error"]["message"]


@pytest.mark.parametrize(("who", "status", "sentence"), NO_PAIR)
def test_a_login_says_why_not(shop: Shop, vtex_api: Client, *, who: str, status: int, sentence: str) -> None:
    """A pair that opens nothing is exchanged for nothing."""
    told = vtex_api.call("login", shop.pairs[who])
    assert (told.raised, told.status) == (RAISED[status], status)
    assert sentence in told.body["Message"]
