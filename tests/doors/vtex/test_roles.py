"""Roles over License Manager: listed, created, given and taken away, with VTEX's own habits."""

from __future__ import annotations

from uuid import UUID

import pytest
from tests.doors.vtex.world import ACME, ANA, LIST, Shop, manager, opened
from tests.doors.world import done

from chaveiro.catalogue.predefined import predefined_roles, vtex_resources
from chaveiro.core.command import AddPredefinedRoles, DeleteRole, GrantToKey, GrantToUser
from chaveiro.core.keyring import Role
from chaveiro.core.names import AppKey, Moment, Resource
from chaveiro.usertokens import user_id

USERS = "/api/license-manager/users"
LISTED = "/api/license-manager/site/pvt/roles/list/paged"
CREATED = "/api/license-manager/site/pvt/roles"
UNKNOWN = "Roles list contains roles that do not exist in this account"
CANCEL = Resource("OMS", "CancelAction")


def held(shop: Shop, known: str) -> list[int]:
    told = shop.ask("GET", f"{USERS}/{known}/roles", shop.sponsor)
    assert told.status_code == 200, told.text
    return [one["id"] for one in told.json()]


def subjects(shop: Shop) -> dict[str, list[str]]:
    """A new user, key and guest, each under every id that clients use."""
    email, pair, guest = shop.user(), shop.key(), shop.external()
    return {
        "user": [user_id(email).hex, str(user_id(email)), email, email.replace("@", "%40")],
        **{
            name: [shop.kept(one).id, str(UUID(shop.kept(one).id)), shop.kept(one).id.upper(), one.app_key]
            for name, one in (("key", pair), ("guest", guest))
        },
    }


@pytest.mark.parametrize("who", ["user", "key", "guest"])
def test_roles_are_added_and_taken_under_every_id(shop: Shop, who: str) -> None:
    """A key goes where a user id goes, be it another account's; PUT adds, and nothing is replaced."""
    orders, nothing = shop.role(frozenset({LIST})), shop.role(frozenset({CANCEL}))
    for known in subjects(shop)[who]:
        first = shop.ask("PUT", f"{USERS}/{known}/roles", shop.sponsor, json=[orders])
        assert (first.status_code, first.content) == (204, b"")
        assert shop.ask("PUT", f"{USERS}/{known}/roles", shop.sponsor, json=[nothing]).status_code == 204
        assert held(shop, known) == [orders, nothing]
        assert shop.ask("PUT", f"{USERS}/{known}/roles", shop.sponsor, json=[nothing, nothing]).status_code == 204
        assert held(shop, known) == [orders, nothing]
        for role in (orders, nothing):
            gone = shop.ask("DELETE", f"{USERS}/{known}/roles/{role}", shop.sponsor)
            assert (gone.status_code, gone.content) == (204, b"")
        assert held(shop, known) == []


def test_roles_are_told_by_number_and_name(shop: Shop) -> None:
    """And nothing else."""
    role = shop.role(frozenset({LIST}))
    told = shop.ask("GET", f"{USERS}/{shop.user(LIST)}/roles", shop.sponsor)
    assert told.json() == [{"id": role, "name": shop.node.keyring(ACME).roles[role].name}]


def test_nothing_to_add_is_added(shop: Shop) -> None:
    """An empty list is a list."""
    assert shop.ask("PUT", f"{USERS}/{shop.user()}/roles", shop.sponsor, json=[]).status_code == 204


@pytest.mark.parametrize("missing", ["never there", "deleted"])
def test_an_unknown_role_gives_none_of_the_list(shop: Shop, missing: str) -> None:
    """400 with VTEX's sentence."""
    email, role, number = shop.user(), shop.role(frozenset({LIST})), 99_999
    if missing == "deleted":
        number = shop.role(frozenset({Resource("OMS", f"Gone{next(shop._numbers)}")}))
        done(shop.world.house, DeleteRole(ACME, number), ANA)
    told = shop.ask("PUT", f"{USERS}/{email}/roles", shop.sponsor, json=[role, number])
    assert (told.status_code, told.json()["Message"]) == (400, UNKNOWN)
    assert held(shop, email) == []


def test_a_role_beyond_one_s_own_gives_none_of_the_list(shop: Shop) -> None:
    """Whoever may edit users gives what they hold, and the refusal stands in the audit."""
    pair, email = shop.key(LIST, *manager("Save_User")), shop.user()
    roles = [shop.role(frozenset({LIST})), shop.role(frozenset({CANCEL}))]
    told = shop.ask("PUT", f"{USERS}/{email}/roles", pair.headers, json=roles)
    assert (told.status_code, told.json()["reason"]) == (403, "beyond_own_roles")
    assert "OMS/CancelAction" in told.json()["Message"]
    assert held(shop, email) == []
    assert shop.ask("PUT", f"{USERS}/{email}/roles", pair.headers, json=roles[:1]).status_code == 204


def test_what_is_held_for_a_time_stays_as_it_is(shop: Shop) -> None:
    """A client that sends back what it read must not make it last for ever."""
    pair, role = shop.key(), shop.role(frozenset({LIST}))
    until = Moment(shop.clock.now + 3600)
    done(shop.world.house, GrantToKey(ACME, role, AppKey(pair.app_key), until), ANA)
    assert shop.ask("PUT", f"{USERS}/{pair.app_key}/roles", shop.sponsor, json=[role]).status_code == 204
    assert [grant.until for grant in shop.kept(pair).grants] == [until]


def test_an_unknown_user_is_500_as_at_vtex(shop: Shop) -> None:
    """Documented so; our own words beside it say what it is."""
    told = shop.ask("PUT", f"{USERS}/{'0' * 32}/roles", shop.sponsor, json=[])
    assert (told.status_code, told.json()["Message"]) == (500, "Unexpected error")
    assert "no user" in told.json()["detail"]


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_an_invalid_id_is_400(shop: Shop, method: str) -> None:
    """With VTEX's sentence."""
    target = f"{USERS}/nonsense/roles" + ("/1" if method == "DELETE" else "")
    told = shop.ask(method, target, shop.sponsor, json=[])
    assert (told.status_code, told.json()["Message"]) == (400, "Invalid UserId")


@pytest.mark.parametrize(("method", "end"), [("GET", ""), ("PUT", ""), ("DELETE", "/1")])
def test_no_id_at_all_is_405(shop: Shop, method: str, end: str) -> None:
    """What a null becomes in a path."""
    told = shop.ask(method, f"{USERS}//roles{end}", shop.sponsor)
    assert told.status_code == 405
    assert told.json()["Message"]


def test_an_unknown_id_has_no_roles_to_read(shop: Shop) -> None:
    """VTEX documents no answer; this is the one for ids that are none."""
    told = shop.ask("GET", f"{USERS}/{'0' * 32}/roles", shop.sponsor)
    assert (told.status_code, told.json()["Message"]) == (400, "Invalid UserId")


@pytest.mark.parametrize("role", ["99999", "1", "0", "nonsense", "-1", "1" * 40])
def test_taking_away_what_is_not_there_is_204(shop: Shop, role: str) -> None:
    """Also of nobody: VTEX says that it tells nothing about whether user or role exist."""
    for who in (shop.user(), "0" * 32, shop.kept(shop.key()).id):
        told = shop.ask("DELETE", f"{USERS}/{who}/roles/{role}", shop.sponsor)
        assert (told.status_code, told.content) == (204, b"")


@pytest.mark.parametrize("more", ["0" * 9, "123456789"], ids=["zeros", "digits"])
def test_a_number_that_no_role_has_takes_no_other_role(shop: Shop, more: str) -> None:
    """However long it is: its beginning is the number of somebody else's role."""
    role = shop.role(frozenset({LIST}))
    email = shop.user(LIST)
    for number in (f"{role}{more}9", f"{role:010}9"):
        assert shop.ask("DELETE", f"{USERS}/{email}/roles/{number}", shop.sponsor).status_code == 204
        assert held(shop, email) == [role]


def test_only_what_is_in_force_is_told(shop: Shop) -> None:
    """A role past its end, and a deleted one, give nothing."""
    email = shop.user()
    ending, gone = shop.role(frozenset({LIST})), shop.role(frozenset({Resource("OMS", f"Gone{next(shop._numbers)}")}))
    done(shop.world.house, GrantToUser(ACME, ending, email, Moment(shop.clock.now + 10)), ANA)
    done(shop.world.house, GrantToUser(ACME, gone, email), ANA)
    done(shop.world.house, DeleteRole(ACME, gone), ANA)
    assert held(shop, email) == [ending]
    shop.clock.move(11)
    assert held(shop, email) == []


def test_a_guest_s_roles_are_this_account_s_alone(shop: Shop) -> None:
    """Its home sees nothing of them."""
    pair, role = shop.external(), shop.role(frozenset({LIST}))
    assert shop.ask("PUT", f"{USERS}/{shop.kept(pair).id}/roles", shop.sponsor, json=[role]).status_code == 204
    at_home = shop.node.keyring(shop.node.whole(shop.node.keyring(ACME)).external[AppKey(pair.app_key)].home)
    assert role not in [grant.role for grant in at_home.keys[AppKey(pair.app_key)].grants if grant.account == ACME]


# -- the list


def test_the_list_has_every_field() -> None:
    """Predefined roles with type 0, the account's own with 1, products by name, deleted ones not at all."""
    with opened() as shop:
        predefined = tuple(Role(one.id, one.name, one.resources) for one in predefined_roles())
        done(shop.world.house, AddPredefinedRoles(ACME, predefined), ANA)
        own, gone = shop.role(frozenset({LIST, Resource("Pricing", "read_prices")})), shop.role(frozenset({CANCEL}))
        done(shop.world.house, DeleteRole(ACME, gone), ANA)
        told = shop.ask("GET", f"{LISTED}?sort=id&sortType=DESC&pageNumber=1&numItems=1000", shop.sponsor)
        body = told.json()
        total = len(predefined) + 1
        assert body["paging"] == {"page": 1, "perPage": 1000, "total": total, "pages": 1}
        assert [one["id"] for one in body["items"]] == sorted((one["id"] for one in body["items"]), reverse=True)
        found = {one["id"]: one for one in body["items"]}
        assert gone not in found
        empty = dict.fromkeys(
            (
                "categoryId",
                "categoryName",
                "consoleUrlMask",
                "description",
                "id",
                "productResources",
                "url",
                "urlConfiguration",
                "webApiUrlMask",
            )
        )
        assert found[own] == {
            "id": own,
            "isAdmin": False,
            "roleType": 1,
            "products": [{"name": "OMS", **empty}, {"name": "Pricing", **empty}],
            "resources": None,
            "logins": None,
            "name": shop.node.keyring(ACME).roles[own].name,
        }
        assert (found[1]["name"], found[1]["isAdmin"], found[1]["roleType"]) == ("Owner (Admin Super)", True, 0)
        assert [one["id"] for one in body["items"] if one["isAdmin"]] == [1]


def test_the_list_is_told_in_pages_by_name(shop: Shop) -> None:
    """Unless a client asks for the order of numbers."""
    for _ in range(4):
        shop.role(frozenset({Resource("OMS", f"One{next(shop._numbers)}")}))
    names = sorted((role.name for role in shop.node.keyring(ACME).roles.values() if not role.deleted), key=str.casefold)
    seen: list[str] = []
    for page in range(1, -(-len(names) // 2) + 1):
        body = shop.ask("GET", f"{LISTED}?numItems=2&pageNumber={page}", shop.sponsor).json()
        seen += [one["name"] for one in body["items"]]
    assert seen == names


# -- creating


def test_a_role_is_created_from_vtex_s_numbers(shop: Shop) -> None:
    """As apps send it: numbers of resources, and fields of their own that nobody reads."""
    known = next(one for one in vtex_resources().all if one.resource == LIST)
    other = next(one for one in vtex_resources().all if one.id and one.resource.product == "Catalog")
    sent = {
        "name": "B2B impersonate",
        "resources": [
            {"id": known.id, "hasAccess": True, "isCustomResource": False},
            {"id": other.id, "hasAccess": False, "isCustomResource": False},
        ],
        "logins": [],
        "roleType": 0,
    }
    told = shop.ask("POST", CREATED, shop.sponsor, json=sent)
    assert told.status_code == 200
    role = shop.node.keyring(ACME).roles[told.json()["id"]]
    assert (role.name, role.resources, role.predefined) == ("B2B impersonate", frozenset({LIST}), False)
    again = shop.ask("POST", CREATED, shop.sponsor, json=sent)
    assert (again.status_code, again.json()["reason"]) == (409, "role_name_taken")


def test_a_number_that_vtex_never_published_makes_no_role(shop: Shop) -> None:
    """Nobody could say what it would give."""
    told = shop.ask("POST", CREATED, shop.sponsor, json={"name": "New", "resources": [{"id": -1}]})
    assert told.status_code == 400
    assert "New" not in [role.name for role in shop.node.keyring(ACME).roles.values()]


def test_nobody_creates_a_role_beyond_their_own(shop: Shop) -> None:
    """A role that only the sponsor could give would be a way up."""
    number = next(one.id for one in vtex_resources().all if one.resource == LIST)
    sent = {"name": "Way up", "resources": [{"id": number}]}
    told = shop.ask("POST", CREATED, shop.key(*manager("Create_Role")).headers, json=sent)
    assert (told.status_code, told.json()["reason"]) == (403, "beyond_own_roles")


@pytest.mark.parametrize("name", ["", " x", "a\nb", "A" * 128])
def test_a_role_s_name_is_one_line(shop: Shop, name: str) -> None:
    """And no secret."""
    told = shop.ask("POST", CREATED, shop.sponsor, json={"name": name, "resources": []})
    assert (told.status_code, told.json()["Message"]) == (400, "Invalid name")
