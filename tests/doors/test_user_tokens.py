"""User tokens at the gateways' doors: whose they are, what they may, and when they are not believed any more."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from tests.doors.vtex.world import ACME, ANA, GLOBEX, HOST, LIST, PORTAL, Shop, opened, wrong
from tests.doors.world import done

from chaveiro.core.command import BlockKey, DeactivateKey, RemoveUser, WithdrawFromUser
from chaveiro.core.names import AppKey, Email, Resource
from chaveiro.wire.read import USER_TOKEN

ORDERS = "/api/oms/pvt/orders"
CANCEL = Resource("OMS", "CancelAction")


@pytest.fixture
def shop() -> Iterator[Shop]:
    with opened() as made:
        yield made


GATEWAYS = ("auth-request", "forward-auth", "envoy")


def ask(shop: Shop, gateway: str, shown: dict[str, str], *, host: str = HOST, target: str = ORDERS) -> httpx.Response:
    """Ask as one of the gateways does."""
    if gateway == "envoy":
        return shop.client.get(f"/authz/envoy{target}", headers={"Host": host, "X-Forwarded-Proto": "https", **shown})
    headers = {
        "auth-request": {"X-Original-Method": "GET", "X-Original-URI": target, "X-Original-Host": host},
        "forward-auth": {
            "X-Forwarded-Method": "GET",
            "X-Forwarded-Uri": target,
            "X-Forwarded-Host": host,
            "X-Forwarded-Proto": "https",
        },
    }[gateway]
    return shop.client.get(f"/authz/{gateway}", headers={**headers, **shown})


def signed_in(shop: Shop, pair: object) -> str:
    body = {"appkey": pair.app_key, "apptoken": pair.app_token}  # type: ignore[attr-defined]  # an object to mypy
    return str(shop.ask("POST", "/api/vtexid/apptoken/login", json=body).json()["token"])


@pytest.mark.parametrize("gateway", GATEWAYS)
@pytest.mark.parametrize("form", ["header", "cookie", "cookie of the account"])
def test_a_key_s_token_opens_what_its_pair_opens(shop: Shop, gateway: str, form: str) -> None:
    """And says by which key, so that the backend knows no difference."""
    pair = shop.key(LIST)
    token = signed_in(shop, pair)
    name = f"{USER_TOKEN}_acme" if "account" in form else USER_TOKEN
    told = ask(shop, gateway, {USER_TOKEN: token} if form == "header" else {"Cookie": f"{name}={token}"})
    assert told.status_code == 200
    assert told.headers["x-chaveiro-key"] == pair.app_key
    assert told.headers["x-chaveiro-account"] == "acme"
    assert ask(shop, gateway, pair.headers).headers["x-chaveiro-roles"] == told.headers["x-chaveiro-roles"]


@pytest.mark.parametrize("gateway", GATEWAYS)
def test_a_user_s_token_opens_what_their_roles_open(shop: Shop, gateway: str) -> None:
    """Told by address."""
    email = shop.user(LIST)
    told = ask(shop, gateway, shop.as_user(email))
    assert (told.status_code, told.headers["x-chaveiro-key"]) == (200, email)


def test_the_sponsor_s_token_opens_what_the_catalogue_knows(shop: Shop) -> None:
    """Without a role; what is not mapped stays shut."""
    assert ask(shop, "auth-request", shop.sponsor).status_code == 200
    told = ask(shop, "auth-request", shop.sponsor, target="/api/unknown")
    assert (told.status_code, told.json()["cause"]) == (403, "route_not_mapped")


def test_at_the_shared_host_the_query_names_the_account(shop: Shop) -> None:
    """As VTEX's own clients ask."""
    token = {USER_TOKEN: signed_in(shop, shop.key(LIST))}
    told = ask(shop, "auth-request", token, host=PORTAL, target=f"{ORDERS}?an=acme")
    assert told.status_code == 200
    assert ask(shop, "auth-request", token, host=PORTAL, target=f"{ORDERS}?an=globex").status_code == 401


@pytest.mark.parametrize("gateway", GATEWAYS)
@pytest.mark.parametrize("host", [f"{HOST}.", f"{HOST.upper()}.", f"{HOST}.:443", f"x.{HOST}", f"x.y--{HOST}"])
def test_no_query_overrules_a_host_that_names_an_account(shop: Shop, gateway: str, host: str) -> None:
    """Whoever sends the request on reads the host alone: to it, a dot at the end makes no other host."""
    pair = shop.key(LIST, account=GLOBEX)
    assert ask(shop, gateway, pair.headers, host=PORTAL, target=f"{ORDERS}?an=globex").status_code == 200
    assert ask(shop, gateway, pair.headers, host=host, target=f"{ORDERS}?an=globex").status_code == 401
    named = ask(shop, gateway, shop.key(LIST).headers, host=host)
    assert named.status_code == (401 if host.startswith("x") else 200)


@pytest.mark.parametrize("more", [",x", ":80:80", "/", "#", "%2e", "@x"])
def test_no_query_overrules_a_host_that_is_none(shop: Shop, more: str) -> None:
    """The next reader may see a host in it."""
    pair = shop.key(LIST, account=GLOBEX)
    for gateway in ("auth-request", "forward-auth"):
        assert ask(shop, gateway, pair.headers, host=HOST + more, target=f"{ORDERS}?an=globex").status_code == 401


@pytest.mark.parametrize(
    ("what", "status", "cause"),
    [
        ("made up", 401, "user_token_invalid"),
        ("changed", 401, "user_token_invalid"),
        ("two that differ", 401, "user_token_invalid"),
        ("expired", 401, "user_token_expired"),
        ("ended", 401, "user_token_ended"),
        ("user gone", 401, "user_token_ended"),
        ("inactive", 401, "key_inactive"),
        ("blocked", 401, "key_blocked"),
        ("roleless", 403, "no_role_linked"),
        ("user withdrawn", 403, "no_role_linked"),
        ("lacking", 403, "permission_missing_resource"),
        ("user lacking", 403, "permission_missing_resource"),
    ],
)
def test_a_token_that_does_not_open_it_says_why(shop: Shop, what: str, status: int, cause: str) -> None:
    """The same causes as for a pair, and three of its own."""
    shown = not_opening(shop, what)
    for gateway in GATEWAYS:
        told = ask(shop, gateway, shown)
        assert (told.status_code, told.json()["cause"]) == (status, cause)
        assert told.json()["remedy"]
        assert told.headers["content-type"] == "application/problem+json"


def not_opening(shop: Shop, what: str) -> dict[str, str]:
    """What a caller shows that does not open it."""
    house, pair = shop.world.house, shop.key(CANCEL if what == "lacking" else LIST)
    key, token = AppKey(pair.app_key), signed_in(shop, pair)
    match what:
        case "made up":
            token = "eyJhbGciOiJFUzI1NiJ9.e30.AAAA"
        case "changed":
            token = f"{token[:-4]}AAAA"
        case "two that differ":
            return {USER_TOKEN: token, "Cookie": f"{USER_TOKEN}={signed_in(shop, shop.key(LIST))}"}
        case "expired":
            shop.clock.move(6 * 3600)
        case "ended":
            shop.node.renew(ACME, key, by=ANA)
            shop.ask("PATCH", f"/api/vtexid/apikey/{key}/apitoken/finish-renewal", shop.sponsor)
        case "inactive":
            done(house, DeactivateKey(ACME, key), ANA)
        case "blocked":
            done(house, BlockKey(ACME, key), ANA)
        case "roleless":
            role = shop.role(frozenset({LIST}))
            shop.ask("DELETE", f"/api/license-manager/users/{key}/roles/{role}", shop.sponsor)
        case "user gone" | "user withdrawn" | "user lacking":
            email = shop.user(CANCEL if what == "user lacking" else LIST)
            token = shop.token(email)
            _user_ended(shop, what, email)
        case _:
            assert what == "lacking"
    return {USER_TOKEN: token}


def _user_ended(shop: Shop, what: str, email: Email) -> None:
    if what == "user gone":
        done(shop.world.house, RemoveUser(ACME, email), ANA)
    elif what == "user withdrawn":
        done(shop.world.house, WithdrawFromUser(ACME, shop.role(frozenset({LIST})), email), ANA)


@pytest.mark.parametrize("gateway", GATEWAYS)
def test_a_pair_goes_before_a_token(shop: Shop, gateway: str) -> None:
    """Whole or in part: a request that carries both is judged by the pair alone."""
    pair = shop.key(LIST)
    token = {USER_TOKEN: signed_in(shop, pair)}
    assert ask(shop, gateway, {**pair.headers, USER_TOKEN: "nonsense"}).status_code == 200
    assert ask(shop, gateway, {**wrong(pair).headers, **token}).json()["code"] == "credentials_invalid"
    half = {"X-VTEX-API-AppKey": pair.app_key, **token}
    assert ask(shop, gateway, half).json()["cause"] == "token_missing"


def test_a_token_is_counted_as_its_appToken_s_use(shop: Shop) -> None:  # noqa: N802 - VTEX's word
    """So that whoever finishes a renewal sees that the old one still works for somebody."""
    pair = shop.key(LIST)
    token = signed_in(shop, pair)
    shop.node.flush_usage()
    before = shop.world.house.store.usage(ACME)[AppKey(pair.app_key), 1].count
    ask(shop, "auth-request", {USER_TOKEN: token})
    shop.node.flush_usage()
    assert shop.world.house.store.usage(ACME)[AppKey(pair.app_key), 1].count == before + 1


def test_no_token_stands_in_an_answer(shop: Shop) -> None:
    """Neither in a refusal nor in what an allow tells the backend."""
    token = signed_in(shop, shop.key(CANCEL))
    for shown in ({USER_TOKEN: token}, {"Cookie": f"{USER_TOKEN}={token}"}):
        for gateway in GATEWAYS:
            told = ask(shop, gateway, shown)
            assert token not in told.text
            assert token[-40:] not in str(told.headers)
