"""People over License Manager: the shapes, statuses and sentences that VTEX documents."""

from __future__ import annotations

from uuid import UUID

import pytest
from tests.doors.vtex.world import ACME, ANA, LIST, Shop, manager
from tests.doors.world import done

from chaveiro.core.command import CreateRole, GrantToUser
from chaveiro.core.keyring import Role
from chaveiro.core.names import AppKey, Email, RoleId
from chaveiro.usertokens import user_id

USERS = "/api/license-manager/users"
LISTED = "/api/license-manager/site/pvt/logins/list/paged"
LOGINS = "/api/license-manager/site/pvt/logins"
FOUND = "/api/license-manager/pvt/users"
INVALID = ("", "x", "1", "not an id", "0" * 31, "0" * 33, "g" * 32)


def test_a_user_is_added_and_read(shop: Shop) -> None:
    """200 on creation, an id of 32 hexadecimal digits, and the same by id, by UUID and by address."""
    told = shop.ask("POST", USERS, shop.sponsor, json={"email": "Caio@acme.example", "name": "Caio Lima"})
    assert told.status_code == 200
    body = told.json()
    assert body == {"id": user_id(Email("caio@acme.example")).hex, "email": "caio@acme.example", "name": "Caio Lima"}
    for known in (body["id"], body["id"].upper(), str(UUID(body["id"])), "caio@acme.example", "caio%40acme.example"):
        read = shop.ask("GET", f"{USERS}/{known}", shop.sponsor)
        assert (read.status_code, read.json()) == (200, body)


def test_a_user_without_a_name_is_called_by_their_address(shop: Shop) -> None:
    """As VTEX does."""
    told = shop.ask("POST", USERS, shop.sponsor, json={"email": "dora@acme.example"})
    assert told.json()["name"] == "dora@acme.example"


@pytest.mark.parametrize("body", [{"email": "no address"}, {"email": ""}, {"name": "x"}, {"email": 7}, {"email": None}])
def test_an_invalid_address_is_told_as_vtex_tells_it(shop: Shop, body: dict[str, object]) -> None:
    """400, `Invalid email`, and beside it what would be right."""
    told = shop.ask("POST", USERS, shop.sponsor, json=body)
    assert told.status_code == 400
    assert told.json()["Message"] == "Invalid email"
    assert told.json()["detail"]


def test_a_user_who_is_there_already_is_not_added_again(shop: Shop) -> None:
    """409, with what to do instead."""
    told = shop.ask("POST", USERS, shop.sponsor, json={"email": ANA.name})
    assert (told.status_code, told.json()["reason"]) == (409, "user_exists")
    assert ANA.name in told.json()["Message"]


def test_a_user_is_removed(shop: Shop) -> None:
    """200 without a body; afterwards the id is nobody's."""
    email = shop.user(LIST)
    told = shop.ask("DELETE", f"{USERS}/{user_id(email).hex}", shop.sponsor)
    assert (told.status_code, told.content) == (200, b"")
    assert email not in shop.node.keyring(ACME).users
    assert shop.ask("DELETE", f"{USERS}/{user_id(email).hex}", shop.sponsor).json()["Message"] == "Invalid UserId"


def test_the_sponsor_stays(shop: Shop) -> None:
    """Nobody removes them, whatever they hold."""
    told = shop.ask("DELETE", f"{USERS}/{ANA.name}", shop.sponsor)
    assert (told.status_code, told.json()["reason"]) == (409, "sponsor_stays")


@pytest.mark.parametrize("method", ["GET", "DELETE"])
@pytest.mark.parametrize("text", INVALID[1:])
def test_an_invalid_id_is_told_as_vtex_tells_it(shop: Shop, method: str, text: str) -> None:
    """400, `Invalid UserId`."""
    told = shop.ask(method, f"{USERS}/{text}", shop.sponsor)
    assert (told.status_code, told.json()["Message"]) == (400, "Invalid UserId")


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_no_id_at_all_is_405(shop: Shop, method: str) -> None:
    """What a null becomes in a path."""
    told = shop.ask(method, f"{USERS}/", shop.sponsor)
    assert (told.status_code, told.headers["allow"]) == (405, "POST")
    assert told.json()["Message"]


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_a_key_is_no_user(shop: Shop, method: str) -> None:
    """Its roles are read and changed under its id; it is not removed by it."""
    pair = shop.key()
    told = shop.ask(method, f"{USERS}/{shop.kept(pair).id}", shop.sponsor)
    assert (told.status_code, told.json()["Message"]) == (400, "Invalid UserId")
    assert AppKey(pair.app_key) in shop.node.keyring(ACME).keys


def test_the_list_is_told_in_pages(shop: Shop) -> None:
    """Counted from 1; every user once; `roles` empty, as at VTEX."""
    for _ in range(7):
        shop.user()
    total = len(shop.node.keyring(ACME).users)
    seen = []
    for page in range(1, -(-total // 3) + 1):
        told = shop.ask("GET", f"{LISTED}?numItems=3&pageNumber={page}&sort=email&sortType=ASC", shop.sponsor)
        assert told.status_code == 200
        body = told.json()
        assert body["paging"] == {"page": page, "perPage": 3, "total": total, "pages": -(-total // 3)}
        seen += [one["email"] for one in body["items"]]
    assert seen == sorted(shop.node.keyring(ACME).users)
    beyond = shop.ask("GET", f"{LISTED}?numItems=3&pageNumber=1000", shop.sponsor).json()
    assert (beyond["items"], beyond["paging"]["page"]) == ([], 1000)


def test_a_user_in_the_list_has_every_field(shop: Shop) -> None:
    """With the names that VTEX gives them."""
    email = shop.user()
    listed = shop.ask("GET", f"{LISTED}?numItems=12000", shop.sponsor).json()["items"]
    assert {"page", "perPage"} <= set(shop.ask("GET", LISTED, shop.sponsor).json()["paging"])
    found = next(one for one in listed if one["email"] == email)
    assert found == {
        "id": user_id(email).hex,
        "email": email,
        "name": "Bia Souza",
        "isAdmin": False,
        "isReliable": False,
        "isBlocked": False,
        "roles": [],
        "accountNames": ["acme"],
    }
    assert next(one for one in listed if one["email"] == ANA.name)["isAdmin"] is True


@pytest.mark.parametrize("spelling", ["DSC", "DESC", "dsc", "desc"])
@pytest.mark.parametrize("sort", ["name", "email", "id"])
def test_both_spellings_turn_the_order_round(shop: Shop, spelling: str, sort: str) -> None:
    """VTEX documents `DSC`; its clients write `DESC` as well."""
    shop.user()
    up, down = (
        shop.ask("GET", f"{LISTED}?numItems=1000&sort={sort}&sortType={kind}", shop.sponsor).json()["items"]
        for kind in ("ASC", spelling)
    )
    assert [one[sort] for one in up] == sorted((one[sort] for one in up), key=str.casefold)
    assert down == up[::-1]


@pytest.mark.parametrize("query", ["pageNumber=0", "pageNumber=-1", "numItems=0", "numItems=x", "numItems=2147483648"])
def test_a_page_that_cannot_be_is_refused(shop: Shop, query: str) -> None:
    """With the name of the parameter."""
    told = shop.ask("GET", f"{LISTED}?{query}", shop.sponsor)
    assert told.status_code == 422
    assert query.partition("=")[0] in told.json()["Message"]


def test_apps_find_a_user_by_address_or_id(shop: Shop) -> None:
    """Nobody is `null`: apps ask before they add."""
    email = shop.user()
    expected = {"UserId": user_id(email).hex, "Email": email, "Name": "Bia Souza"}
    for known in (email, user_id(email).hex, str(user_id(email)), email.replace("@", "%40")):
        told = shop.ask("GET", f"{FOUND}/{known}", shop.sponsor)
        assert (told.status_code, told.json()) == (200, expected)
    for nobody in ("eva@acme.example", "0" * 32, shop.kept(shop.key()).id):
        told = shop.ask("GET", f"{FOUND}/{nobody}", shop.sponsor)
        assert (told.status_code, told.json()) == (200, None)
    assert shop.ask("GET", f"{FOUND}/nonsense", shop.sponsor).json()["Message"] == "Invalid UserId"


@pytest.mark.parametrize("shape", ["numbers", "objects"])
def test_apps_add_a_user_with_roles(shop: Shop, shape: str) -> None:
    """Roles as numbers and as objects, as both are sent."""
    role = shop.role(frozenset({LIST}))
    roles = [role] if shape == "numbers" else [{"id": role}]
    email = f"with-{shape}@acme.example"
    told = shop.ask("POST", LOGINS, shop.sponsor, json={"email": email, "name": "Caio", "roles": roles})
    assert told.status_code == 200
    assert told.json() == {"id": user_id(Email(email)).hex, "email": email, "name": "Caio"}
    assert [grant.role for grant in shop.node.keyring(ACME).users[Email(email)].grants] == [role]


def test_apps_give_roles_to_a_user_who_is_there(shop: Shop) -> None:
    """The user stays who they are."""
    email, role = shop.user(), shop.role(frozenset({LIST}))
    told = shop.ask("POST", LOGINS, shop.sponsor, json={"email": email, "name": "Other", "roles": [role, role]})
    assert (told.status_code, told.json()["name"]) == (200, "Bia Souza")
    assert [grant.role for grant in shop.node.keyring(ACME).users[email].grants] == [role]


def test_an_unknown_role_adds_nobody(shop: Shop) -> None:
    """All or nothing."""
    told = shop.ask("POST", LOGINS, shop.sponsor, json={"email": "late@acme.example", "roles": [99999]})
    assert told.status_code == 400
    assert told.json()["Message"] == "Roles list contains roles that do not exist in this account"
    assert Email("late@acme.example") not in shop.node.keyring(ACME).users


def test_a_role_beyond_one_s_own_adds_nobody(shop: Shop) -> None:
    """Nobody gives what they lack, and no half of it is done."""
    pair, role = shop.key(*manager("Save_User")), shop.role(frozenset({LIST}))
    told = shop.ask("POST", LOGINS, pair.headers, json={"email": "beyond@acme.example", "roles": [role]})
    assert (told.status_code, told.json()["reason"]) == (403, "beyond_own_roles")
    assert "OMS/ListOrders" in told.json()["Message"]
    assert Email("beyond@acme.example") not in shop.node.keyring(ACME).users


def test_a_name_that_looks_like_a_token_is_refused(shop: Shop) -> None:
    """It would be kept and shown; and it is not repeated."""
    secret = "A" * 128
    told = shop.ask("POST", USERS, shop.sponsor, json={"email": "eve@acme.example", "name": secret})
    assert told.status_code == 400
    assert secret not in told.text


def test_whoever_holds_the_owner_s_role_is_admin(shop: Shop) -> None:
    """The predefined one, not one of the same name."""
    email = shop.user()
    done(shop.world.house, CreateRole(ACME, "Owner (Admin Super)", frozenset()), ANA)
    own = max(shop.node.keyring(ACME).roles)
    done(shop.world.house, GrantToUser(ACME, RoleId(own), email), ANA)
    listed = shop.ask("GET", f"{LISTED}?numItems=1000", shop.sponsor).json()["items"]
    assert next(one for one in listed if one["email"] == email)["isAdmin"] is False
    assert isinstance(shop.node.keyring(ACME).roles[own], Role)
