"""What somebody may do, asked by programs: the roles answer, and state, and nobody is let in by it."""

from __future__ import annotations

import pytest
from tests.doors.vtex.world import ACME, ANA, GLOBEX, LIST, PORTAL, Shop, manager
from tests.doors.world import done

from chaveiro.catalogue.predefined import vtex_resources
from chaveiro.core.command import (
    BlockKey,
    Command,
    DeactivateKey,
    GrantToKey,
    GrantToUser,
    RemoveUser,
    WithdrawFromKey,
    WithdrawFromUser,
)
from chaveiro.core.names import AppKey, Email, Moment, Resource
from chaveiro.usertokens import user_id
from chaveiro.wire.read import USER_TOKEN

PRICES = Resource("Pricing", "read_prices")
WITH_A_SPACE = Resource("Catalog", "Ativar Produto Sku")


def granted(who: str, resource: Resource = LIST, *, product: str = "", account: str = "acme") -> str:
    key = resource.key.replace(" ", "%20")
    of = f"/api/license-manager/pvt/accounts/{account}/products/{product or resource.product}"
    return f"{of}/logins/{who}/resources/{key}/granted".replace("License Manager", "License%20Manager")


def admitted(who: str) -> str:
    return f"/api/license-manager/pvt/accounts/acme/logins/{who}/granted"


@pytest.mark.parametrize("kind", ["user", "key", "guest"])
def test_the_roles_answer_under_every_id(shop: Shop, kind: str) -> None:
    """A JSON boolean, for a user by address or id and for a key by appKey or id."""
    if kind == "user":
        name: str = shop.user(LIST, PRICES)
        ids = [name, name.replace("@", "%40"), user_id(Email(name)).hex, str(user_id(Email(name)))]
    else:
        pair = shop.key(LIST, PRICES) if kind == "key" else shop.external(LIST, PRICES)
        ids = [pair.app_key, shop.kept(pair).id]
    for known in ids:
        for resource, expected in ((LIST, True), (PRICES, True), (Resource("OMS", "CancelAction"), False)):
            told = shop.ask("GET", granted(known, resource), shop.sponsor)
            assert (told.status_code, told.json()) == (200, expected), (known, resource)
        assert shop.ask("GET", admitted(known), shop.sponsor).json() is True


def test_a_product_goes_by_name_or_by_vtex_s_number(shop: Shop) -> None:
    """The same key in another product is another resource."""
    email = shop.user(Resource("License Manager", "Save_User"))
    saving = Resource("License Manager", "Save_User")
    assert shop.ask("GET", granted(email, saving), shop.sponsor).json() is True
    assert shop.ask("GET", granted(email, saving, product="1"), shop.sponsor).json() is True
    for other in ("2", "OMS", "999999999", "0"):
        assert shop.ask("GET", granted(email, saving, product=other), shop.sponsor).json() is False


def test_a_resource_s_key_is_opaque(shop: Shop) -> None:
    """Blanks and letter case belong to it."""
    email = shop.user(WITH_A_SPACE)
    assert shop.ask("GET", granted(email, WITH_A_SPACE), shop.sponsor).json() is True
    assert shop.ask("GET", granted(email, Resource("Catalog", "ativar produto sku")), shop.sponsor).json() is False


def test_the_sponsor_may_do_everything(shop: Shop) -> None:
    """Without any role."""
    assert shop.ask("GET", granted(ANA.name, Resource("OMS", "CancelAction")), shop.sponsor).json() is True
    assert shop.ask("GET", admitted(ANA.name), shop.sponsor).json() is True


@pytest.mark.parametrize("who", ["eva@acme.example", "0" * 32, "nonsense", "vtexappkey-acme-AAAAAA"])
def test_nobody_may_do_nothing(shop: Shop, who: str) -> None:
    """Whom the account does not know holds nothing."""
    for target in (granted(who), admitted(who)):
        told = shop.ask("GET", target, shop.sponsor)
        assert (told.status_code, told.json()) == (200, False)


def test_without_a_role_nothing_is_granted(shop: Shop) -> None:
    """Nor is the account entered."""
    for known in (shop.user(), shop.key().app_key):
        assert shop.ask("GET", granted(known), shop.sponsor).json() is False
        assert shop.ask("GET", admitted(known), shop.sponsor).json() is False


@pytest.mark.parametrize("end", ["deactivated", "blocked", "withdrawn", "ended", "user withdrawn", "removed"])
def test_what_ends_is_not_granted_any_more(shop: Shop, end: str) -> None:
    """At once: the answer is made anew each time."""
    house, role = shop.world.house, shop.role(frozenset({LIST}))
    if "user" in end or end == "removed":
        name: str = shop.user(LIST)
        ends: dict[str, Command] = {
            "user withdrawn": WithdrawFromUser(ACME, role, Email(name)),
            "removed": RemoveUser(ACME, Email(name)),
        }
    else:
        name = shop.key(*(() if end == "ended" else (LIST,))).app_key
        key = AppKey(name)
        if end == "ended":
            done(house, GrantToKey(ACME, role, key, Moment(shop.clock.now + 5)), ANA)
        ends = {
            "deactivated": DeactivateKey(ACME, key),
            "blocked": BlockKey(ACME, key),
            "withdrawn": WithdrawFromKey(ACME, role, key),
        }
    assert shop.ask("GET", granted(name), shop.sponsor).json() is True
    if end == "ended":
        shop.clock.move(5)
    else:
        done(house, ends[end], ANA)
    assert shop.ask("GET", granted(name), shop.sponsor).json() is False
    assert shop.ask("GET", admitted(name), shop.sponsor).json() is False


def test_a_guest_s_home_decides_with_it(shop: Shop) -> None:
    """What its home switched off holds nothing here either."""
    pair = shop.external(LIST)
    assert shop.ask("GET", granted(pair.app_key), shop.sponsor).json() is True
    gil = shop.node.keyring(GLOBEX).sponsor
    done(shop.world.house, DeactivateKey(GLOBEX, AppKey(pair.app_key)), ANA.__class__(ANA.kind, gil))
    assert shop.ask("GET", granted(pair.app_key), shop.sponsor).json() is False


@pytest.mark.parametrize("account", ["globex", "nobody", "ACME"])
def test_another_account_is_not_asked_about(shop: Shop, account: str) -> None:
    """404, whether there is one of that name or not."""
    told = shop.ask("GET", granted(ANA.name, account=account), shop.sponsor)
    assert told.status_code == 404
    assert account not in told.text


def test_at_a_shared_host_the_path_names_the_account(shop: Shop) -> None:
    """Apps ask there as well."""
    told = shop.ask("GET", granted(ANA.name), shop.sponsor, host=PORTAL)
    assert (told.status_code, told.json()) == (200, True)


@pytest.mark.parametrize("form", ["{}", "Bearer {}", "bearer {}"])
def test_apps_show_their_token_in_authorization(shop: Shop, form: str) -> None:
    """Bare, as VTEX's own directive sends it; on these two routes alone."""
    pair = shop.key(LIST, *manager("Get_User_By_Identifier"))
    body = {"appkey": pair.app_key, "apptoken": pair.app_token}
    token = shop.ask("POST", "/api/vtexid/apptoken/login", json=body).json()["token"]
    shown = {"Authorization": form.format(token)}
    assert shop.ask("GET", granted(pair.app_key), shown).json() is True
    assert shop.ask("GET", admitted(ANA.name), shown).json() is True
    assert shop.ask("GET", "/api/vlm/account/stores", shown).status_code == 401
    assert shop.ask("GET", granted(pair.app_key), {"Authorization": form.format("x")}).status_code == 401
    assert shop.ask("GET", granted(pair.app_key), {"Proxy-Authorization": token}).status_code == 401


# -- access


@pytest.mark.parametrize(
    ("resource", "key", "status"),
    [
        (LIST, "ListOrders", 200),
        (LIST, "CancelAction", 403),
        (WITH_A_SPACE, "Ativar%20Produto%20Sku", 200),
        (Resource("Own", "our_key"), "our_key", 200),
        (LIST, "no_such_key", 404),
    ],
)
def test_access_answers_by_its_status(shop: Shop, resource: Resource, key: str, status: int) -> None:
    """2xx is yes, whatever else is no; the key alone says which, be it the account's own."""
    for shown in (shop.key(resource).headers, {USER_TOKEN: shop.token(shop.user(resource))}):
        told = shop.ask("GET", f"/api/license-manager/resources/{key}/access", shown)
        assert told.status_code == status
        assert (told.json() is True) is (status == 200)


def test_access_names_what_is_missing(shop: Shop) -> None:
    """In the product where it is."""
    told = shop.ask("GET", "/api/license-manager/resources/CancelAction/access", shop.key(LIST).headers)
    assert {"product": "OMS", "key": "CancelAction"} in told.json()["required"]["resources"]


def test_asking_is_no_use_of_what_is_asked_about(shop: Shop) -> None:
    """A question about a key leaves no trace as if the key had done it."""
    pair = shop.key(LIST)
    shop.ask("GET", granted(pair.app_key), shop.sponsor)
    shop.node.flush_usage()
    assert not [app_key for app_key, _ in shop.world.house.store.usage(ACME) if app_key == pair.app_key]


def test_a_role_given_to_a_user_counts_with_the_next_question(shop: Shop) -> None:
    """In the process that gave it, at once."""
    email = shop.user()
    assert shop.ask("GET", granted(email), shop.sponsor).json() is False
    done(shop.world.house, GrantToUser(ACME, shop.role(frozenset({LIST})), email), ANA)
    assert shop.ask("GET", granted(email), shop.sponsor).json() is True


def test_a_product_s_number_is_read_whole(shop: Shop) -> None:
    """A longer one that begins alike is another product's."""
    pair = shop.key(*manager("Save_User"))
    number = next(one.product_id for one in vtex_resources().keyed("Save_User"))
    for product, granted in ((str(number), True), (f"{number:09}1", False)):
        target = f"products/{product}/logins/{pair.app_key}/resources/Save_User/granted"
        assert shop.ask("GET", f"/api/license-manager/pvt/accounts/acme/{target}", pair.headers).json() is granted
