"""VTEX ID: a pair becomes a user token, which says whose it is as long as it counts."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet
from tests.doors.vtex.world import ACME, ANA, GLOBEX, HOST, LIST, PORTAL, Shop, opened, wrong
from tests.doors.world import Credentials, done
from tests.promises.plugin import Proof

from chaveiro.core.command import (
    BlockKey,
    Command,
    DeactivateKey,
    DeleteKey,
    FinishRenewal,
    RemoveUser,
    SuspendAccount,
    WithdrawFromKey,
    WithdrawFromUser,
)
from chaveiro.core.keyring import Actor, ActorKind
from chaveiro.core.names import AppKey, Email
from chaveiro.stores.port import StoreUnavailable
from chaveiro.usertokens import PERIOD_SECONDS, user_id
from chaveiro.wire.read import USER_TOKEN

LOGIN = "/api/vtexid/apptoken/login"
VALIDATE = "/api/vtexid/credential/validate"
WHO = "/api/vtexid/pub/authenticated/user"
JWKS = "/.well-known/jwks.json"
STORES = "/api/license-manager/site/pvt/newtopbar"
VTEXID = "vtexid.vtex.com.br"


def login(shop: Shop, pair: Credentials, **more: Any) -> httpx.Response:
    body = {"appkey": pair.app_key, "apptoken": pair.app_token}
    return shop.ask("POST", more.pop("target", LOGIN), json=body, **more)


def signed_in(shop: Shop, pair: Credentials) -> str:
    return str(login(shop, pair).json()["token"])


# -- login


@pytest.mark.parametrize(
    ("host", "target"),
    [(HOST, LOGIN), ("api.vtexcommercestable.com.br", f"{LOGIN}?an=acme"), ("api.vtex.com", f"/acme{LOGIN}")],
)
def test_a_pair_becomes_a_user_token(shop: Shop, host: str, target: str) -> None:
    """For six hours, with VTEX's claims, signed by a key that is published."""
    pair = shop.key(LIST)
    told = login(shop, pair, host=host, target=target)
    assert told.status_code == 200
    body = told.json()
    assert set(body) == {"authStatus", "token", "expires"}
    assert (body["authStatus"], body["expires"]) == ("Success", int(shop.clock.now) + 6 * 3600)
    keys = KeySet.import_key_set(shop.ask("GET", JWKS).json())
    read = jwt.decode(body["token"], keys, algorithms=["ES256"])
    assert re.fullmatch(r"[0-9A-F]{40}", read.header["kid"])
    assert {name: read.claims[name] for name in ("sub", "account", "audience", "iss", "exp", "userId")} == {
        "sub": pair.app_key,
        "account": "acme",
        "audience": "admin",
        "iss": "token-emitter",
        "exp": body["expires"],
        "userId": str(UUID(shop.kept(pair).id)),
    }
    assert told.headers["cache-control"] == "no-store"


def test_a_guest_signs_in_where_it_was_added(shop: Shop) -> None:
    """And nowhere before."""
    pair = shop.key(LIST, account=GLOBEX)
    assert login(shop, pair).status_code == 401
    adopted = shop.external(LIST)
    read = shop.ask("POST", VALIDATE, json={"token": signed_in(shop, adopted)}).json()
    assert (read["user"], read["account"]) == (adopted.app_key, "acme")


REFUSED = {
    "wrong token": (401, "WrongCredentials"),
    "unknown key": (401, "WrongCredentials"),
    "another account's key": (401, "WrongCredentials"),
    "nothing": (401, "WrongCredentials"),
    "no token": (401, "WrongCredentials"),
    "null": (401, "WrongCredentials"),
    "inactive": (401, "WrongCredentials"),
    "blocked": (401, "WrongCredentials"),
    "no role": (403, "InvalidScope"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_login_that_fails_says_why(shop: Shop, what: str) -> None:
    """`authStatus` for clients that look there first, and for people the reason as everywhere."""
    pair = shop.key(*(() if what == "no role" else (LIST,)))
    bodies: dict[str, dict[str, str | None]] = {
        "nothing": {},
        "no token": {"appkey": pair.app_key},
        "null": {"appkey": None, "apptoken": None},
    }
    if what == "inactive":
        done(shop.world.house, DeactivateKey(ACME, AppKey(pair.app_key)), ANA)
    if what == "blocked":
        done(shop.world.house, BlockKey(ACME, AppKey(pair.app_key)), ANA)
    if what == "wrong token":
        pair = wrong(pair)
    if what == "another account's key":
        pair = shop.key(LIST, account=GLOBEX)
    if what == "unknown key":
        pair = Credentials("vtexappkey-acme-AAAAAA", pair.app_token)
    told = shop.ask("POST", LOGIN, json=bodies.get(what, {"appkey": pair.app_key, "apptoken": pair.app_token}))
    status, word = REFUSED[what]
    body = told.json()
    assert (told.status_code, body["authStatus"], body["status"]) == (status, word, status)
    assert body["title"] in body["Message"]
    assert body["remedy"] in body["error"]["message"]
    assert body["cause"]
    assert pair.app_token not in told.text
    assert "token" not in body


def test_strangers_read_one_answer(shop: Shop, proof: Proof) -> None:
    """A wrong token of a key here, of none, of another account's: alike to the byte, but for the denial's own id."""
    pairs = (shop.key(LIST), shop.key(), shop.key(LIST, account=GLOBEX))
    answers = {re.sub(r"[0-9A-Z]{26}", "", login(shop, wrong(pair)).text) for pair in pairs}
    unknown = Credentials("vtexappkey-acme-QWERTY", wrong(pairs[0]).app_token)
    answers.add(re.sub(r"[0-9A-Z]{26}", "", login(shop, unknown).text))
    assert len({answer.replace("vtexappkey-acme", "") for answer in answers}) == 1
    proof("G9", dose="signing in with a wrong pair", figure="the same bytes but for the denial's id")


@pytest.mark.parametrize("place", ["query", "query of another name"])
def test_a_pair_in_the_query_is_refused(shop: Shop, place: str) -> None:
    """It stands in logs from then on."""
    pair = shop.key(LIST)
    name = "apptoken" if place == "query" else "t"
    told = login(shop, pair, target=f"{LOGIN}?{name}={pair.app_token}")
    assert (told.status_code, told.json()["cause"]) == (401, "credentials_in_query")


# -- where a token is shown


@pytest.mark.parametrize("form", ["header", "cookie", "cookie of the account", "both", "among others"])
def test_a_token_is_taken_as_header_and_as_cookie(shop: Shop, form: str) -> None:
    """Also under the account's name."""
    token = signed_in(shop, shop.key(LIST))
    shown = {
        "header": {USER_TOKEN: token},
        "cookie": {"Cookie": f"{USER_TOKEN}={token}"},
        "cookie of the account": {"Cookie": f"{USER_TOKEN}_acme={token}"},
        "both": {USER_TOKEN: token, "Cookie": f"{USER_TOKEN}={token}; {USER_TOKEN}_acme={token}"},
        "among others": {"Cookie": f"a=b; {USER_TOKEN}={token}; c=d"},
    }[form]
    assert shop.ask("GET", STORES, shown).status_code == 200


@pytest.mark.parametrize(
    "shown",
    [
        {USER_TOKEN: "eyJhbGciOiJFUzI1NiJ9.e30.AAAA"},
        {USER_TOKEN: ""},
        {"Cookie": f"{USER_TOKEN}_globex=x"},
        {"Authorization": "Bearer x"},
    ],
)
def test_what_is_no_token_opens_nothing(shop: Shop, shown: dict[str, str]) -> None:
    """401, with a sentence."""
    told = shop.ask("GET", STORES, shown)
    assert told.status_code == 401
    assert told.json()["Message"]


def test_two_tokens_that_differ_are_refused(shop: Shop) -> None:
    """Somebody else might take the other one."""
    one, two = (signed_in(shop, shop.key(LIST)) for _ in range(2))
    told = shop.ask("GET", STORES, {USER_TOKEN: one, "Cookie": f"{USER_TOKEN}={two}"})
    assert (told.status_code, told.json()["cause"]) == (401, "user_token_invalid")


def test_a_pair_goes_before_a_token(shop: Shop) -> None:
    """A request that carries both is judged by the pair alone."""
    pair = shop.key(LIST)
    token = signed_in(shop, pair)
    assert shop.ask("GET", STORES, {**wrong(pair).headers, USER_TOKEN: token}).status_code == 401
    assert shop.ask("GET", STORES, {**pair.headers, USER_TOKEN: "nonsense"}).status_code == 200


def test_a_post_with_a_cookie_says_that_it_is_json(shop: Shop) -> None:
    """A page of another site could otherwise send it in a visitor's name."""
    cookie = {"Cookie": f"{USER_TOKEN}={shop.token(ANA.name)}"}
    target, body = "/api/vlm/appkeys", '{"label": "forged"}'
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        told = shop.ask("POST", target, {**cookie, "Content-Type": kind}, content=body)
        assert told.status_code == 415
    assert shop.ask("POST", target, cookie, content=body).status_code == 415
    assert "forged" not in [key.label for key in shop.node.keyring(ACME).keys.values()]
    told = shop.ask("POST", target, {**cookie, "Content-Type": "application/json; charset=utf-8"}, content=body)
    assert told.status_code == 200


# -- whose it is


@pytest.mark.parametrize("kind", ["user", "key", "guest"])
def test_a_token_says_whose_it_is(shop: Shop, kind: str) -> None:
    """To whoever shows it; at VTEX ID's own host, which names no account, the token does."""
    if kind == "user":
        name: str = shop.user(LIST)
        token, id = shop.token(name), str(user_id(Email(name)))  # noqa: A001 - VTEX's name
    else:
        pair = shop.key(LIST) if kind == "key" else shop.external(LIST)
        token, name, id = signed_in(shop, pair), pair.app_key, str(UUID(shop.kept(pair).id))  # noqa: A001 - it is
    for host in (HOST, VTEXID, PORTAL):
        told = shop.ask("POST", VALIDATE, host=host, json={"token": token})
        assert (told.status_code, told.json()) == (
            200,
            {
                "authStatus": "Success",
                "id": id,
                "user": name,
                "account": "acme",
                "audience": "admin",
                "tokenType": "user",
            },
        )
        for target in (f"{WHO}?authToken={token}", f"{WHO}/?authToken={token}"):
            read = shop.ask("GET", target, host=host)
            assert (read.status_code, read.json()) == (
                200,
                {"userId": id, "user": name, "userType": None, "account": "acme"},
            )
    assert shop.ask("GET", WHO, {"Cookie": f"{USER_TOKEN}={token}"}).json()["user"] == name


def test_a_token_that_is_none_is_nobody_s(shop: Shop) -> None:
    """401 `WrongCredentials` where VTEX says so, and 200 `null` where clients expect it."""
    for token in ("", "x", "eyJhbGciOiJFUzI1NiJ9.e30.AAAA", "é", "a" * 3000):
        told = shop.ask("POST", VALIDATE, host=VTEXID, json={"token": token})
        assert (told.status_code, told.json()["authStatus"]) == (401, "WrongCredentials")
        read = shop.ask("GET", WHO, host=VTEXID, params={"authToken": token})
        assert (read.status_code, read.json()) == (200, None)
    assert shop.ask("GET", WHO, host=VTEXID).json() is None


def test_two_tokens_in_the_query_are_nobody_s(shop: Shop) -> None:
    """Whoever reads the same address next might take the other one."""
    token = shop.token(shop.user(LIST))
    assert shop.ask("GET", f"{WHO}?authToken={token}").json()["account"] == "acme"
    for query in (f"authToken=x&authToken={token}", f"authToken={token}&authToken={token}"):
        read = shop.ask("GET", f"{WHO}?{query}")
        assert (read.status_code, read.json()) == (200, None)


def test_what_nobody_can_tell_is_503(shop: Shop, monkeypatch: pytest.MonkeyPatch, proof: Proof) -> None:
    """Never `null`, and never 401: the token may be right."""
    token = signed_in(shop, shop.key(LIST))
    monkeypatch.setattr(shop.node.known, "stale_seconds", lambda: 1e9)
    answers = [
        shop.ask("GET", f"{WHO}?authToken={token}"),
        shop.ask("POST", VALIDATE, json={"token": token}),
        shop.ask("GET", STORES, {USER_TOKEN: token}),
        login(shop, shop.key(LIST)),
    ]
    assert [told.status_code for told in answers] == [503] * 4
    assert all(told.headers["retry-after"] and told.json()["Message"] for told in answers)
    proof("G24", dose="signing in while nobody can tell", figure="503, never 401 and never null")


def test_a_store_that_is_out_of_reach_is_503(shop: Shop, monkeypatch: pytest.MonkeyPatch, proof: Proof) -> None:
    """Also when it goes between the decision and the answer."""

    def unplugged(*_: object) -> None:
        raise StoreUnavailable("unplugged")

    pair = shop.key(LIST)
    shown = {USER_TOKEN: signed_in(shop, pair)}
    assert shop.ask("GET", STORES, shown).status_code == 200
    monkeypatch.setattr(shop.node.known, "refresh", unplugged)
    told = shop.ask("GET", STORES, shown)
    assert (told.status_code, told.json()["code"]) == (503, "authorization_unavailable")
    assert told.json()["Message"]
    proof("G24", dose="a store that goes between decision and answer", figure="503")


# -- when it ends

KEY_ENDS = ("deactivated", "blocked", "deleted", "finished", "withdrawn", "suspended")


def ended(shop: Shop, pair: Credentials, how: str) -> None:
    """End what a pair may do."""
    house, key, role = shop.world.house, AppKey(pair.app_key), shop.role(frozenset({LIST}))
    if how == "finished":
        shop.node.renew(ACME, key, by=ANA)
    commands: dict[str, Command] = {
        "deactivated": DeactivateKey(ACME, key),
        "blocked": BlockKey(ACME, key),
        "deleted": DeleteKey(ACME, key),
        "finished": FinishRenewal(ACME, key),
        "withdrawn": WithdrawFromKey(ACME, role, key),
    }
    if how == "suspended":
        done(house, SuspendAccount(ACME), Actor(ActorKind.OPERATOR, "root"))
    else:
        done(house, commands[how], ANA)


@pytest.mark.parametrize("how", KEY_ENDS)
def test_a_key_s_token_ends_with_what_it_stands_on(how: str, proof: Proof) -> None:
    """With the answer that acknowledges it: there is no time in which it is still believed."""
    with opened() as shop:
        pair = shop.key(LIST)
        token = signed_in(shop, pair)
        assert shop.ask("GET", STORES, {USER_TOKEN: token}).status_code == 200
        ended(shop, pair, how)
        told = shop.ask("GET", STORES, {USER_TOKEN: token})
        assert told.status_code in {401, 403}
        assert told.json()["Message"]
        assert shop.ask("GET", f"{WHO}?authToken={token}").json() is None
        assert shop.ask("POST", VALIDATE, json={"token": token}).json()["authStatus"] != "Success"
    proof("G2", dose=1, figure="ways in which a user token ends with its key, before the answer leaves")


@pytest.mark.parametrize("how", ["removed", "withdrawn", "removed and added again"])
def test_a_user_s_token_ends_with_what_it_stands_on(shop: Shop, how: str) -> None:
    """And does not come back with the next user of that address."""
    email = shop.user(LIST)
    token = shop.token(email)
    assert shop.ask("GET", STORES, {USER_TOKEN: token}).status_code == 200
    if how == "withdrawn":
        done(shop.world.house, WithdrawFromUser(ACME, shop.role(frozenset({LIST})), email), ANA)
    else:
        done(shop.world.house, RemoveUser(ACME, email), ANA)
    if "again" in how:
        shop.clock.move(1)
        body = {"email": email, "roles": [shop.role(frozenset({LIST}))]}
        assert shop.ask("POST", "/api/license-manager/site/pvt/logins", shop.sponsor, json=body).status_code == 200
    assert shop.ask("GET", STORES, {USER_TOKEN: token}).status_code in {401, 403}
    assert shop.ask("GET", f"{WHO}?authToken={token}").json() is None


def test_a_token_of_the_second_appToken_outlives_the_first() -> None:  # noqa: N802 - VTEX's word
    """Finishing a renewal ends what was given for the old one, and nothing else."""
    with opened() as shop:
        pair = shop.key(LIST)
        first = signed_in(shop, pair)
        renewed = shop.ask("PATCH", f"/api/vtexid/apikey/{pair.app_key}/apitoken/renew", shop.sponsor).json()
        second = signed_in(shop, Credentials(pair.app_key, renewed["newToken"]))
        assert [shop.ask("GET", STORES, {USER_TOKEN: token}).status_code for token in (first, second)] == [200, 200]
        shop.ask("PATCH", f"/api/vtexid/apikey/{pair.app_key}/apitoken/finish-renewal", shop.sponsor)
        assert [shop.ask("GET", STORES, {USER_TOKEN: token}).status_code for token in (first, second)] == [401, 200]


def test_a_token_ends_after_its_hours() -> None:
    """Six for a key, twenty-four for a user."""
    with opened() as shop:
        key, user = signed_in(shop, shop.key(LIST)), shop.token(shop.user(LIST))
        shop.clock.move(6 * 3600 - 1)
        assert [shop.ask("GET", STORES, {USER_TOKEN: token}).status_code for token in (key, user)] == [200, 200]
        shop.clock.move(1)
        assert [shop.ask("GET", STORES, {USER_TOKEN: token}).status_code for token in (key, user)] == [401, 200]
        shop.clock.move(18 * 3600)
        told = shop.ask("GET", STORES, {USER_TOKEN: user})
        assert (told.status_code, told.json()["cause"]) == (401, "user_token_expired")


def test_a_token_outlives_the_key_that_signed_it() -> None:
    """Signed in the last second of a period, it is read in the next one; and the next key is known beforehand."""
    with opened() as shop:
        shop.clock.move(PERIOD_SECONDS - shop.clock.now % PERIOD_SECONDS - 1)
        token, before = shop.token(shop.user(LIST)), shop.ask("GET", JWKS).json()["keys"]
        shop.clock.move(1)
        after = shop.ask("GET", JWKS).json()["keys"]
        assert shop.ask("GET", STORES, {USER_TOKEN: token}).status_code == 200
        assert after[0]["kid"] != before[0]["kid"]
        assert after[0] in before
        assert before[0] in after
        assert all("d" not in key for key in (*before, *after))
