"""Keys over License Manager, and their renewal over VTEX ID."""

from __future__ import annotations

import re
from datetime import datetime
from uuid import UUID

import pytest
from tests.doors.vtex.world import ACME, ANA, GLOBEX, LIST, Shop, manager
from tests.doors.world import Credentials, done

from chaveiro.core.command import BlockKey, DeleteKey
from chaveiro.core.names import AppKey
from chaveiro.wire.read import USER_TOKEN

KEYS = "/api/vlm/appkeys"
NOT_OWNED = "Invalid API key or API key not owned by tenant"


def opens(shop: Shop, pair: Credentials) -> bool:
    """Whether a pair is exchanged for a user token, which it is as long as it works."""
    body = {"appkey": pair.app_key, "apptoken": pair.app_token}
    return shop.ask("POST", "/api/vtexid/apptoken/login", json=body).status_code == 200


def test_a_key_is_issued(shop: Shop) -> None:
    """200 on creation, with the token this once; active, in VTEX's format, linked to no role."""
    told = shop.ask("POST", KEYS, shop.sponsor, json={"label": "ERP de teste"})
    assert told.status_code == 200
    body = told.json()
    assert set(body) == {"id", "appKey", "appToken", "label", "createdIn", "isActive"}
    assert str(UUID(body["id"])) == body["id"]
    assert re.fullmatch(r"vtexappkey-acme-[A-Z]{6}", body["appKey"])
    assert re.fullmatch(r"[A-Z]{128}", body["appToken"])
    assert (body["label"], body["isActive"]) == ("ERP de teste", True)
    assert datetime.fromisoformat(body["createdIn"]).timestamp() == shop.clock.now
    assert told.headers["cache-control"] == "no-store"
    pair = Credentials(body["appKey"], body["appToken"])
    assert not opens(shop, pair)
    role = shop.role(frozenset({LIST}))
    shop.ask("PUT", f"/api/license-manager/users/{body['id']}/roles", shop.sponsor, json=[role])
    assert opens(shop, pair)


@pytest.mark.parametrize("label", ["", " ", "a\nb", "x" * 101, "A" * 128])
def test_a_label_is_one_line(shop: Shop, label: str) -> None:
    """And no secret; what was sent is not repeated."""
    told = shop.ask("POST", KEYS, shop.sponsor, json={"label": label})
    assert told.status_code == 400
    assert "A" * 64 not in told.text


def test_keys_are_listed_and_guests_after_them(shop: Shop) -> None:
    """An array without pages, without any token; UUIDs with dashes."""
    own, guest = shop.key(label="Own"), shop.external()
    listed = shop.ask("GET", KEYS, shop.sponsor).json()
    assert all(set(one) == {"id", "appKey", "label", "createdIn", "isActive"} for one in listed)
    found = {one["appKey"]: one for one in listed}
    assert found[own.app_key]["label"] == "Own"
    assert found[own.app_key]["id"] == str(UUID(shop.kept(own).id))
    assert found[guest.app_key]["label"] == guest.app_key  # what its home calls it is its home's affair
    assert [one["appKey"] for one in listed][-1] == guest.app_key
    assert own.app_token not in shop.ask("GET", KEYS, shop.sponsor).text


@pytest.mark.parametrize("spelling", ["plain", "dashes"])
def test_a_key_is_switched_off_and_on(shop: Shop, spelling: str) -> None:
    """200 without a body, and in force with the answer; asked twice, it is so twice."""
    pair = shop.key(LIST)
    id = shop.kept(pair).id  # noqa: A001 - VTEX's name
    target = f"{KEYS}/{id if spelling == 'plain' else UUID(id)}"
    for wanted in (False, False, True, True):
        told = shop.ask("PUT", target, shop.sponsor, json={"isActive": wanted})
        assert (told.status_code, told.content) == (200, b"")
        assert opens(shop, pair) is wanted
        listed = shop.ask("GET", KEYS, shop.sponsor).json()
        assert next(one for one in listed if one["appKey"] == pair.app_key)["isActive"] is wanted


@pytest.mark.parametrize("id", ["nonsense", "0" * 32, "1", "vtexappkey-acme-ABCDEF"])
def test_an_unknown_key_is_told_as_vtex_tells_it(shop: Shop, id: str) -> None:  # noqa: A002 - VTEX's name
    """400 with error 17."""
    told = shop.ask("PUT", f"{KEYS}/{id}", shop.sponsor, json={"isActive": False})
    assert told.status_code == 400
    body = told.json()
    assert {name: body[name] for name in ("Details", "HttpStatusCode", "VLMErrorCode", "Message")} == {
        "Details": None,
        "HttpStatusCode": 400,
        "VLMErrorCode": 17,
        "Message": "Token not exists for this account",
    }


def test_a_blocked_key_is_not_switched_on(shop: Shop) -> None:
    """Others may know its token; the answer says what to do first."""
    pair = shop.key(LIST)
    done(shop.world.house, BlockKey(ACME, AppKey(pair.app_key), "leaked"), ANA)
    told = shop.ask("PUT", f"{KEYS}/{shop.kept(pair).id}", shop.sponsor, json={"isActive": True})
    assert (told.status_code, told.json()["reason"]) == (409, "key_blocked")
    assert "Renew its token" in told.json()["Message"]
    assert not opens(shop, pair)


def test_a_guest_is_switched_at_its_home(shop: Shop) -> None:
    """Here it has roles, and nothing else."""
    pair = shop.external(LIST)
    told = shop.ask("PUT", f"{KEYS}/{shop.kept(pair).id}", shop.sponsor, json={"isActive": False})
    assert (told.status_code, told.json()["reason"]) == (409, "key_external")
    assert opens(shop, pair)


# -- renewal


def renewal(app_key: str, step: str = "renew") -> tuple[str, str]:
    return "PATCH", f"/api/vtexid/apikey/{app_key}/apitoken/{step}"


def test_a_key_is_renewed_and_finished(shop: Shop) -> None:
    """Both tokens work until the renewal is finished; then the second alone."""
    pair = shop.key(LIST)
    shop.clock.move(60)
    told = shop.ask(*renewal(pair.app_key), shop.sponsor)
    assert told.status_code == 200
    body = told.json()
    assert set(body) == {
        "id",
        "keyName",
        "creationDateToken",
        "creationDateNewToken",
        "expirationPeriod",
        "newToken",
    }
    assert (body["id"], body["keyName"]) == (str(UUID(shop.kept(pair).id)), pair.app_key)
    assert datetime.fromisoformat(body["creationDateToken"]).timestamp() == shop.clock.now - 60
    assert datetime.fromisoformat(body["creationDateNewToken"]).timestamp() == shop.clock.now
    second = Credentials(pair.app_key, body["newToken"])
    assert opens(shop, pair)
    assert opens(shop, second)
    finished = shop.ask(*renewal(pair.app_key, "finish-renewal"), shop.sponsor)
    assert finished.status_code == 200
    assert finished.json() == {
        "id": body["id"],
        "creationDateToken": body["creationDateNewToken"],
        "creationDateNewToken": None,
    }
    assert not opens(shop, pair)
    assert opens(shop, second)


def test_a_key_is_not_renewed_twice_at_once(shop: Shop) -> None:
    """409 with VTEX's sentence."""
    pair = shop.key()
    assert shop.ask(*renewal(pair.app_key), shop.sponsor).status_code == 200
    told = shop.ask(*renewal(pair.app_key), shop.sponsor)
    assert (told.status_code, told.json()["Message"]) == (409, "Already has a renewed token pending")


def test_what_was_not_begun_is_not_finished(shop: Shop) -> None:
    """404 with VTEX's sentence."""
    told = shop.ask(*renewal(shop.key().app_key, "finish-renewal"), shop.sponsor)
    assert (told.status_code, told.json()["Message"]) == (404, "No renewed API token was found")


@pytest.mark.parametrize("step", ["renew", "finish-renewal"])
@pytest.mark.parametrize("which", ["unknown", "nonsense", "deleted", "guest", "foreign"])
def test_a_key_that_is_not_owned_is_told_as_vtex_tells_it(shop: Shop, step: str, which: str) -> None:
    """400, alike for each."""
    names = {"unknown": "vtexappkey-acme-AAAAAA", "nonsense": "x"}
    if which == "deleted":
        names[which] = shop.key().app_key
        done(shop.world.house, DeleteKey(ACME, AppKey(names[which])), ANA)
    elif which not in names:
        names[which] = (shop.external() if which == "guest" else shop.key(account=GLOBEX)).app_key
    told = shop.ask(*renewal(names[which], step), shop.sponsor)
    assert (told.status_code, told.json()["Message"]) == (400, NOT_OWNED)


def test_a_key_may_renew_itself(shop: Shop) -> None:
    """VTEX advises another key, and documents no refusal."""
    pair = shop.key(*manager("RenewApiToken"))
    told = shop.ask(*renewal(pair.app_key), pair.headers)
    second = Credentials(pair.app_key, told.json()["newToken"])
    assert shop.ask(*renewal(pair.app_key, "finish-renewal"), second.headers).status_code == 200


def test_what_is_done_stands_in_the_audit_by_whom(shop: Shop) -> None:
    """The key that called, or the user whose token it was, and the door they came by."""
    pair = shop.key(*manager("EditApiKeys"))
    before = shop.world.house.store.head()
    shop.ask("POST", KEYS, pair.headers, json={"label": "by a key"})
    shop.ask("POST", KEYS, {USER_TOKEN: shop.token(ANA.name)}, json={"label": "by the sponsor"})
    entries = [one.change.by for one in shop.world.house.store.changes(after=before)]
    assert [(by.name, by.via) for by in entries] == [(pair.app_key, "vtex"), (ANA.name, "vtex")]
