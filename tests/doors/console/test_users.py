"""The people of an account: listed, added, given roles, invited, put out, removed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import httpx
import pytest
from tests.doors.console.browserless import PASSWORD, Reader, console
from tests.doors.world import ACME, NOW, World, done, furnish

from chaveiro.core.command import EDIT_API_KEYS, SAVE_USER, AddUser, CreateRole, GrantToUser
from chaveiro.core.keyring import Actor, ActorKind, User
from chaveiro.core.names import Email, Moment, Resource, RoleId
from chaveiro.doors.console.addresses import of_user, user_named
from chaveiro.doors.console.paging import ROWS

ANA, BIA, CAIO, DORA = (Email(f"{name}@acme.example") for name in ("ana", "bia", "caio", "dora"))
SPONSOR = Actor(ActorKind.USER, ANA)
MANAGER = RoleId(3)  # may add people and give what it holds itself


def address(person: Email) -> str:
    return f"/console{of_user(person)}"


@pytest.fixture
def world() -> World:
    """Bia manages people, Caio has no role, Dora no password."""
    world = furnish(accounts=2)
    for person, name in ((BIA, "Bia Souza"), (CAIO, "Caio"), (DORA, "Dora")):
        done(world.house, AddUser(ACME, person, name), SPONSOR)
    held = frozenset({SAVE_USER, Resource("OMS", "ListOrders")})
    done(world.house, CreateRole(ACME, "Pessoas", held), SPONSOR)
    done(world.house, GrantToUser(ACME, MANAGER, BIA), SPONSOR)
    return world


@pytest.fixture
def origin(world: World) -> Iterator[str]:
    with console(world, ANA, BIA, CAIO) as (_, origin):
        yield origin


def reader(origin: str, person: Email) -> Reader:
    someone = Reader(origin)
    someone.sign_in(person)
    return someone


def user(world: World, person: Email) -> User:
    return world.house.node.keyring(ACME).users[person]


def added(someone: Reader, fields: dict[str, str]) -> httpx.Response:
    someone.get("/console/users/add")
    return someone.post("/console/users/add", fields)


class TestTheList:
    def test_it_shows_everybody_with_their_roles_the_sponsor_first(self, origin: str) -> None:
        ana = reader(origin, ANA)
        ana.get("/console/users")
        shown = ana.text
        assert (
            shown.index(f"{ANA} i sponsor")
            < shown.index(f"{BIA} Bia Souza Pessoas")
            < shown.index(f"{CAIO} Caio no role")
        )
        assert f'href="{address(BIA)}"' in ana.page.text

    def test_whether_people_sign_in_is_told_to_those_who_manage_people(self, origin: str) -> None:
        """Everybody else sees people and roles, as on the command line."""
        ana, caio = reader(origin, ANA), reader(origin, CAIO)
        ana.get("/console/users?state=no-password")
        assert "no password yet" in ana.text
        assert "1 to 1 of 1 user " in ana.text
        caio.get("/console/users?state=no-password")
        assert "1 to 4 of 4 users" in caio.text
        for told in ("no password", "signed in", "Add a user", "Register a pair"):
            assert told not in caio.text
        assert f"is done by {ANA}" in caio.text

    @pytest.mark.parametrize("wanted", ["SOUZA", "bia@", "pessoas"])
    def test_it_is_searched_by_address_name_and_role(self, origin: str, wanted: str) -> None:
        ana = reader(origin, ANA)
        ana.get("/console/users", {"HX-Request": "true"})
        assert "<html" not in ana.page.text
        ana.get(f"/console/users?q={wanted}")
        assert BIA in ana.text
        assert CAIO not in ana.text
        ana.get("/console/users?q=nobody-of-that-name")
        assert "Nobody is like that" in ana.text

    def test_it_comes_in_pages(self, world: World, origin: str) -> None:
        """A page beyond the last is the last one."""
        for number in range(ROWS):
            done(world.house, AddUser(ACME, Email(f"p{number:02}@acme.example"), "P"), SPONSOR)
        ana = reader(origin, ANA)
        ana.get("/console/users?q=acme")
        assert 'href="?q=acme&amp;page=2"' in ana.page.text
        for page in ("2", "999999"):
            ana.get(f"/console/users?q=acme&page={page}")
            assert "51 to 54 of 54 users" in ana.text
        for page in ("0", "-1", "x", "9" * 5000):
            ana.get(f"/console/users?page={page}")
            assert "1 to 50 of 54 users" in ana.text


class TestAdding:
    def test_somebody_is_added_with_roles(self, world: World, origin: str) -> None:
        ana = reader(origin, ANA)
        ana.get("/console/users/add")
        ana.post("/console/users/add", {"email": " Eva@Acme.example ", "name": " Eva ", "role": ["1", "3"]})
        assert "The user is added." in ana.text
        eva = user(world, Email("eva@acme.example"))
        assert (eva.name, [one.role for one in eva.grants]) == ("Eva", [1, 3])

    def test_what_is_no_person_is_not_added(self, world: World, origin: str) -> None:
        """What was typed stays in the form, and each error stands beside its field."""
        ana = reader(origin, ANA)
        got = added(ana, {"email": "eva", "name": "Eva " * 30, "role": "1"})
        assert got.status_code == 422
        assert "That is no e-mail address" in ana.text
        assert "A name is one line" in ana.text
        assert 'value="eva"' in got.text
        assert 'value="1" checked' in got.text
        got = ana.post("/console/users/add", {"email": BIA, "name": "Bia"})
        assert got.status_code == 409
        assert f"{BIA} is already a user of the account." in ana.text
        assert len(world.house.node.keyring(ACME).users) == 4

    @pytest.mark.parametrize("swapped", [False, True])
    @pytest.mark.parametrize("damage", [str, str.upper, lambda value: value[:-3]])
    def test_a_pair_is_no_person(self, world: World, origin: str, swapped: bool, damage: Callable[[str], str]) -> None:
        """Neither half is kept or shown; the way to register it is."""
        pair = world.pairs["good"]
        email, name = damage(pair.app_key), damage(pair.app_token)
        fields = {"email": name, "name": email} if swapped else {"email": email, "name": name}
        ana = reader(origin, ANA)
        assert added(ana, fields).status_code == 422
        assert "/console/users/register" in ana.page.text
        assert email not in ana.page.text
        assert name not in ana.page.text
        assert len(world.house.node.keyring(ACME).users) == 4

    def test_nobody_gives_what_they_lack(self, world: World, origin: str) -> None:
        """Such roles cannot be chosen, and say why; asked for all the same they are refused, and the user is there."""
        bia = reader(origin, BIA)
        bia.get("/console/users/add")
        assert 'value="2" disabled' in bia.page.text
        assert "Nobody can give what they do not have: your own roles lack OMS/CancelAction." in bia.text
        got = bia.post("/console/users/add", {"email": "eva@acme.example", "name": "Eva", "role": ["1", "2"]})
        assert got.status_code == 409
        assert "Cancelar : Nobody can give what they do not have" in bia.text
        assert [one.role for one in user(world, Email("eva@acme.example")).grants] == [1]

    def test_it_takes_a_role(self, world: World, origin: str) -> None:
        caio = reader(origin, CAIO)
        assert caio.get("/console/users/add").status_code == 403
        assert "License Manager/Save_User" in caio.text
        caio.get("/console/users")
        caio.get("/console/sessions")
        assert caio.post("/console/users/add", {"email": "eva@acme.example", "name": "Eva"}).status_code == 403
        assert len(world.house.node.keyring(ACME).users) == 4


class TestOneUser:
    def test_its_address_is_the_only_one(self, origin: str) -> None:
        """Strangers, other accounts' users and other spellings are nowhere, and look alike."""
        assert user_named(of_user(BIA).removeprefix("/users/")) == BIA
        ana = reader(origin, ANA)
        assert ana.get(address(BIA)).status_code == 200
        others = (Email("ana@globex.example"), Email("x@acme.example"))
        pages = [ana.get(path) for path in (*map(address, others), f"{address(BIA)}~", "/console/users/%20")]
        assert {one.status_code for one in pages} == {404}
        assert len({one.text.partition("<main")[2].partition("</main>")[0] for one in pages}) == 1

    def test_a_role_is_given_with_an_end_and_taken_away(self, world: World, origin: str) -> None:
        """Given again with another end, it gets that one."""
        ana = reader(origin, ANA)
        ana.get(address(CAIO))
        for until, kept in (("2026-03-01T12:30", 1772368200.0), ("", None)):
            ana.post(f"{address(CAIO)}/roles", {"role": "1", "until": until})
            assert "The role is given." in ana.text
            assert [(one.role, one.until) for one in user(world, CAIO).grants] == [(1, kept)]
        ana.post(f"{address(CAIO)}/roles/withdraw", {"role": "1"})
        assert "The role is taken away." in ana.text
        assert user(world, CAIO).grants == ()

    @pytest.mark.parametrize(
        ("fields", "status", "told"),
        [
            ({"role": ""}, 422, "Choose a role."),
            ({"role": "1", "until": "tomorrow"}, 422, "That is no moment"),
            ({"role": "1", "until": "9999-99-99T00:00"}, 422, "That is no moment"),
            ({"role": "1", "until": "2001-01-01T00:00"}, 409, "has already passed"),
            ({"role": "99"}, 409, "has no role 99"),
        ],
    )
    def test_a_role_that_cannot_be_given_is_told(
        self, world: World, origin: str, fields: dict[str, str], status: int, told: str
    ) -> None:
        ana = reader(origin, ANA)
        ana.get(address(CAIO))
        assert ana.post(f"{address(CAIO)}/roles", fields).status_code == status
        assert told in ana.text
        assert user(world, CAIO).grants == ()

    def test_a_role_that_gives_more_is_not_offered(self, origin: str) -> None:
        bia = reader(origin, BIA)
        bia.get(address(CAIO))
        assert '<option value="1">' in bia.page.text
        assert '<option value="2">' not in bia.page.text
        assert f"1 role is not offered: it gives what your own roles lack. {ANA}, the sponsor, can give it." in bia.text

    def test_what_they_may_do_with_keys_stands_in_plain_words(self, origin: str) -> None:
        ana = reader(origin, ANA)
        ana.get(address(BIA))
        assert (
            "Issue keys and register pairs, link them to roles, activate and deactivate them Through: Pessoas"
            in ana.text
        )
        assert "Block and delete keys" not in ana.text
        ana.get(address(CAIO))
        assert "Nothing: none of their roles lets them see or change keys." in ana.text
        ana.get(address(ANA))
        assert "Everything, as the sponsor of the account" in ana.text

    def test_a_plain_user_changes_nobody(self, world: World, origin: str) -> None:
        """Nor do they see where others are signed in."""
        caio = reader(origin, CAIO)
        caio.get(address(BIA))
        for told in ("Take away", "Give the role", "Make a set-up link", "Where they are signed in", "Remove"):
            assert told not in caio.text
        for act in ("roles", "roles/withdraw", "invite", "remove"):
            assert caio.post(f"{address(BIA)}/{act}", {"role": "1"}).status_code == 403
            caio.get("/console/sessions")
        assert [one.role for one in user(world, BIA).grants] == [MANAGER]


@pytest.mark.parametrize("hostile", ["<img src=x onerror=alert(1)>", '"><svg onload=alert(1)>', "`<b>`"])
def test_markup_in_names_is_text(world: World, origin: str, hostile: str) -> None:
    """Wherever people and roles are named."""
    eva = Email("eva@acme.example")
    done(world.house, AddUser(ACME, eva, hostile), SPONSOR)
    done(world.house, CreateRole(ACME, hostile, frozenset({EDIT_API_KEYS})), SPONSOR)
    done(world.house, GrantToUser(ACME, RoleId(4), eva), SPONSOR)
    ana = reader(origin, ANA)
    for path in ("", "/add", "/register", "/keepers", of_user(eva)[6:], f"{of_user(eva)[6:]}/remove"):
        got = ana.get(f"/console/users{path}")
        assert got.status_code == 200
        assert not re.search(r"<(?:img src=x|svg|b>)", got.text)
    ana.post("/console/users/add", {"email": hostile, "name": hostile, "role": "4"})
    assert not re.search(r"<(?:img src=x|svg|b>)", ana.page.text)


class TestSessions:
    def test_whoever_may_remove_somebody_may_put_them_out(self, origin: str) -> None:
        bia, caio = reader(origin, BIA), reader(origin, CAIO)
        bia.get(address(CAIO))
        assert "Where they are signed in" in bia.text
        bia.post(f"{address(CAIO)}/sessions/end", {"session": "all"})
        assert "They are signed out everywhere." in bia.text
        caio.get("/console")
        assert "Sign in" in caio.text

    def test_nobody_puts_the_sponsor_out(self, world: World, origin: str) -> None:
        """Nor somebody of another account, nor anybody without a role for it."""
        ana, bia, caio = (reader(origin, one) for one in (ANA, BIA, CAIO))
        session = world.house.sessions.of(ACME, ANA)[0].id
        bia.get(address(ANA))
        assert "Where they are signed in" not in bia.text
        for someone, whose in ((bia, ANA), (caio, ANA), (caio, BIA), (bia, CAIO)):
            someone.get(address(CAIO))
            assert someone.post(f"{address(whose)}/sessions/end", {"session": session}).status_code == 404
        ana.get("/console")
        assert "Overview" in ana.text


class TestSetUpLink:
    def test_it_is_shown_once_and_works_once(self, world: World, origin: str) -> None:
        """It names the origin that the browser knows, and what it opens stands in its fragment alone."""
        ana, dora = reader(origin, ANA), Reader(origin)
        ana.get(address(DORA))
        ana.post(f"{address(DORA)}/invite")
        link = ana.text.split(f"{origin}/console/set-up#")[1].split()[0]
        assert "28 February 2026 at 06:13:20 UTC" in ana.text
        ana.get(address(DORA))
        assert link not in ana.page.text
        assert "is open until 28 February 2026" in ana.text
        for status in (200, 403):
            dora.get("/console/set-up")
            fields = {"code": link, "password": PASSWORD, "password_again": PASSWORD}
            assert dora.post("/console/set-up", fields).status_code == status
        assert user(world, DORA).password

    def test_nobody_gives_one_of_somebody_who_may_do_more(self, world: World, origin: str) -> None:
        """The page says so before anybody asks."""
        done(world.house, GrantToUser(ACME, RoleId(2), CAIO), SPONSOR)
        bia = reader(origin, BIA)
        bia.get(address(CAIO))
        assert "your own roles lack OMS/CancelAction" in bia.text
        assert "Make a set-up link" not in bia.text
        assert bia.post(f"{address(CAIO)}/invite").status_code == 403
        assert bia.post(f"{address(ANA)}/invite").status_code == 403
        assert user(world, CAIO).set_up is None
        assert user(world, ANA).set_up is None


class TestRemoving:
    def test_whoever_is_removed_is_signed_out(self, world: World, origin: str) -> None:
        ana, caio = reader(origin, ANA), reader(origin, CAIO)
        ana.get(f"{address(CAIO)}/remove")
        assert "They are signed out everywhere at once" in ana.text
        ana.post(f"{address(CAIO)}/remove")
        assert "The user is removed" in ana.text
        assert CAIO not in world.house.node.keyring(ACME).users
        assert world.house.sessions.of(ACME, CAIO) == ()
        caio.get("/console")
        assert "Sign in" in caio.text

    def test_the_sponsor_stays(self, world: World, origin: str) -> None:
        bia = reader(origin, BIA)
        bia.get(f"{address(ANA)}/remove")
        assert "cannot be removed" in bia.text
        assert "Remove the user" not in bia.text
        assert bia.post(f"{address(ANA)}/remove").status_code == 409
        assert ANA in world.house.node.keyring(ACME).users


def test_the_password_is_asked_for_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before a role or a set-up link is given and before somebody is removed, ten minutes after it was given last."""
    with console(world, ANA) as (_, origin):
        ana = reader(origin, ANA)
        monkeypatch.setattr(world.house.sessions, "_clock", lambda: Moment(NOW + 601))
        for act, page in (("invite", ""), ("remove", "/remove")):
            ana.get(address(DORA) + page)
            assert "Your password, again" in ana.text
            for password in ("", "not mine at all"):
                ana.post(f"{address(DORA)}/{act}", {"confirm_password": password})
                assert "Your password, again" in ana.text
        assert user(world, DORA).set_up is None
        ana.get(address(DORA))
        ana.post(f"{address(DORA)}/roles", {"role": "1"})
        assert "Give your password again" in ana.text
        assert user(world, DORA).grants == ()
        ana.post(f"{address(DORA)}/invite", {"confirm_password": PASSWORD})
        assert "#acme." in ana.text
        ana.get(f"{address(DORA)}/remove")
        ana.post(f"{address(DORA)}/remove")
        assert DORA not in world.house.node.keyring(ACME).users
