"""The account over License Manager, and the hosts and paths that name it."""

from __future__ import annotations

from datetime import datetime
from ipaddress import IPv4Network

import pytest
from tests.doors.vtex.world import ACME, ANA, GIL, GLOBEX, HOST, LIST, OPERATOR, PORTAL, Shop, manager
from tests.doors.world import Credentials, done

from chaveiro.core.command import BlockKey, CreateAccount, DeactivateKey, GrantToKey
from chaveiro.core.credential import Format
from chaveiro.core.keyring import Actor, ActorKind
from chaveiro.core.names import AccountName, AppKey, Email
from chaveiro.node import Issued
from chaveiro.usertokens import user_id
from chaveiro.wire.read import USER_TOKEN

ACCOUNT = "/api/vlm/account"
BAR = "/api/license-manager/site/pvt/newtopbar"
HOSTS = ["acme.localhost", "acme.myvtex.com", "acme.vtexcommercestable.com.br", "acme.vtexcommercebeta.com.br"]
EMPTY = (
    "lv", "defaultUrl", "district", "country", "complement", "cnpj", "parentAccountId", "parentAccountName", "city",
    "address", "logo", "number", "postalCode", "state", "telephone", "inactivationDate",
)  # fmt: skip


def test_the_account_has_every_field(shop: Shop) -> None:
    """What Chaveiro knows is derived, what only a company knows is empty, and no token is told."""
    told = shop.ask("GET", ACCOUNT, shop.sponsor)
    assert told.status_code == 200
    body = told.json()
    keys = body.pop("appKeys")
    since = body.pop("creationDate")
    assert datetime.fromisoformat(since).timestamp() == shop.node.keyring(ACME).created.at
    assert len(body["id"]) == 32
    site = {
        "id": 1,
        "name": "acme",
        "tradingName": "acme",
        "LV": None,
        "logo": None,
        "monetaryUnitId": None,
        "domains": [],
        "hosts": HOSTS,
        "aliases": [],
    }
    assert body == {
        "isActive": True,
        "id": body["id"],
        "name": "acme",
        "accountName": "acme",
        "companyName": "acme",
        "tradingName": "acme",
        "isOperating": True,
        "haveParentAccount": False,
        "hasLogo": False,
        **dict.fromkeys(EMPTY),
        "licenses": [],
        "sponsor": {"name": ANA.name, "email": ANA.name, "phone": None},
        "contact": {"name": None, "email": None, "phone": None},
        "operationDate": since,
        "hosts": HOSTS,
        "sites": [site],
        "appKey": {"token": None, "name": None},
    }
    assert all(set(one) == {"id", "appKey", "appToken", "label", "createdIn", "isActive", "isBlocked"} for one in keys)


def test_the_account_lists_its_keys_with_their_state(shop: Shop) -> None:
    """The id there, of 32 hexadecimal digits, is taken where a user id is: clients read their own roles so."""
    own = shop.key(*manager("Save_Account", "Get_User_By_Identifier"), label="Own")
    off, blocked = shop.key(), shop.key()
    done(shop.world.house, DeactivateKey(ACME, AppKey(off.app_key)), ANA)
    done(shop.world.house, BlockKey(ACME, AppKey(blocked.app_key)), ANA)
    found = {one["appKey"]: one for one in shop.ask("GET", ACCOUNT, own.headers).json()["appKeys"]}
    assert [(found[one.app_key]["isActive"], found[one.app_key]["isBlocked"]) for one in (own, off, blocked)] == [
        (True, False),
        (False, False),
        (False, True),
    ]
    assert all(one["appToken"] is None for one in found.values())
    mine = found[own.app_key]
    assert (mine["id"], mine["label"]) == (shop.kept(own).id, "Own")
    roles = shop.ask("GET", f"/api/license-manager/users/{mine['id']}/roles", own.headers)
    assert [one["id"] for one in roles.json()] == [grant.role for grant in shop.kept(own).grants]


def test_the_stores_are_one(shop: Shop) -> None:
    """Of the account's own name, with the hosts by which this installation knows it."""
    told = shop.ask("GET", f"{ACCOUNT}/stores", shop.sponsor)
    assert (told.status_code, told.json()) == (200, [{"id": 1, "name": "acme", "hosts": HOSTS}])


def test_apps_read_the_account_without_its_keys(shop: Shop) -> None:
    """At the host that all accounts share."""
    told = shop.ask("GET", "/api/license-manager/account?an=acme", shop.sponsor, host=PORTAL)
    assert told.status_code == 200
    body = told.json()
    assert (body["accountName"], body["hosts"]) == ("acme", HOSTS)
    assert body["id"] == shop.ask("GET", ACCOUNT, shop.sponsor).json()["id"]
    assert "appKeys" not in body


def test_the_bar_says_who_looks_at_what(shop: Shop) -> None:
    """A user by name and address, a key by label and appKey."""
    account = shop.ask("GET", ACCOUNT, shop.sponsor).json()
    email = shop.user(LIST)
    told = shop.ask("GET", BAR, shop.as_user(email)).json()
    assert told["profile"] == {"id": user_id(email).hex, "name": "Bia Souza", "email": email, "picture": None}
    assert told["account"] == {"id": account["id"], "accountName": "acme", "name": "acme"}
    pair = shop.key(LIST, label="Robot")
    told = shop.ask("GET", BAR, pair.headers).json()
    assert (told["profile"]["name"], told["profile"]["email"]) == ("Robot", pair.app_key)


# -- which account


@pytest.mark.parametrize(
    ("host", "target"),
    [
        (HOST, BAR),
        ("acme.myvtex.com", BAR),
        ("dev--acme.myvtex.com", BAR),
        ("acme.vtexcommercebeta.com.br", BAR),
        (PORTAL, f"{BAR}?an=acme"),
        ("api.vtexcommercestable.com.br", f"{BAR}?an=acme"),
        ("shop.example", f"{BAR}?an=acme"),
        ("api.vtex.com", f"/acme{BAR}"),
        (PORTAL, f"/acme{BAR}"),
        (HOST, f"/acme{BAR}"),
    ],
)
def test_the_account_is_named_by_host_query_or_path(shop: Shop, host: str, target: str) -> None:
    """In that order."""
    pair = shop.key(LIST)
    told = shop.ask("GET", target, pair.headers, host=host)
    assert (told.status_code, told.json()["account"]["accountName"]) == (200, "acme")
    foreign = shop.key(LIST, account=GLOBEX)
    assert shop.ask("GET", target, foreign.headers, host=host).status_code == 401


@pytest.mark.parametrize("target", [BAR, f"{BAR}?an=acme&an=globex", f"{BAR}?an=nobody", f"/nobody{BAR}"])
def test_no_account_has_no_keys(shop: Shop, target: str) -> None:
    """Whoever names none, two or one that is not there learns nothing."""
    assert shop.ask("GET", target, shop.key(LIST).headers, host=PORTAL).status_code == 401


def test_two_names_that_differ_are_nobody_s(shop: Shop) -> None:
    """A host says one account and the path another: neither is answered for."""
    pair = shop.key(LIST)
    told = shop.ask("GET", f"/globex{BAR}", pair.headers)
    assert told.status_code == 404
    assert told.json()["Message"]


def test_a_user_s_token_works_in_every_account_that_has_them(shop: Shop) -> None:
    """By the roles there."""
    email = shop.user(LIST)
    token = {USER_TOKEN: shop.token(email)}
    assert shop.ask("GET", f"{BAR}?an=globex", token, host=PORTAL).status_code == 401
    done_by = shop.ask(
        "POST",
        "/api/license-manager/site/pvt/logins?an=globex",
        shop.as_user(GIL.name, GLOBEX),
        host=PORTAL,
        json={"email": email, "name": "Bia", "roles": [shop.role(frozenset({LIST}), GLOBEX)]},
    )
    assert done_by.status_code == 200
    told = shop.ask("GET", f"{BAR}?an=globex", token, host=PORTAL)
    assert (told.status_code, told.json()["account"]["accountName"]) == (200, "globex")


# -- from where


def test_a_key_s_networks_hold_for_whom_a_trusted_proxy_names(shop: Shop) -> None:
    """As at every door: TLS may end in front of this one."""
    issued = shop.node.issue(ACME, label="office", by=ANA, networks=(IPv4Network("203.0.113.0/24"),))
    assert isinstance(issued, Issued)
    done(shop.world.house, GrantToKey(ACME, shop.role(frozenset({LIST})), issued.app_key), ANA)
    shown = Credentials(issued.app_key, issued.token.reveal()).headers
    told = shop.ask("GET", BAR, {**shown, "X-Forwarded-For": "203.0.113.9"})
    assert told.status_code == 200
    for elsewhere in ({}, {"X-Forwarded-For": "198.51.100.1"}, {"X-Forwarded-For": "203.0.113.9, 198.51.100.1"}):
        told = shop.ask("GET", BAR, {**shown, **elsewhere})
        assert (told.status_code, told.json()["cause"]) == (403, "ip_not_allowed")


def test_an_account_that_asks_for_https_is_heard_here_too(shop: Shop) -> None:
    """What a trusted proxy received in clear is refused, for a token as for a pair."""
    account, eva = AccountName("initech"), Actor(ActorKind.USER, "eva@initech.example")
    done(shop.world.house, CreateAccount(account, Email(eva.name), Format.VTEX, https_only=True), OPERATOR)
    shown, host = shop.as_user(eva.name, account), "initech.vtexcommercestable.com.br"
    for scheme, status in (("https", 200), ("http", 403)):
        told = shop.ask("GET", BAR, {**shown, "X-Forwarded-Proto": scheme}, host=host)
        assert told.status_code == status
