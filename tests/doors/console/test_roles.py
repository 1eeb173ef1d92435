"""The roles of an account as the console lists and shows them."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator

import pytest
from tests.doors.console.browserless import Reader, console
from tests.doors.console.scene import ANA, HOUR, Scene
from tests.doors.world import ACME, CANCEL, GLOBEX, LIST, done, furnish

from chaveiro.catalogue.packaged import packaged
from chaveiro.catalogue.predefined import predefined_roles, vtex_resources
from chaveiro.core.command import (
    SAVE_ROLE,
    AddPredefinedRoles,
    AddUser,
    CreateRole,
    DeleteRole,
    GrantToKey,
    GrantToUser,
    ImportCatalogue,
)
from chaveiro.core.keyring import Actor, ActorKind, Role
from chaveiro.core.names import Email, Moment, Resource, RoleId

LIA = Email("lia@acme.example")
PRESSED = re.compile(r'<a role="button"[^>]*href="([^"]+)"')
SIZE_MAX = 150_000  # bytes, as they are sent


def with_lia(scene: Scene, *resources: Resource) -> None:
    """Let somebody besides the sponsor sign in, with one role of these resources where there are any."""
    scene.do(AddUser(ACME, LIA, "Lia"))
    if resources:
        scene.do(CreateRole(ACME, "Lia's", frozenset(resources)))
        scene.do(GrantToUser(ACME, role_called(scene, "Lia's"), LIA))


def role_called(scene: Scene, name: str) -> RoleId:
    return next(one.id for one in scene.world.house.node.keyring(ACME).living_roles if one.name == name)


def signed_in(origin: str, email: str = "ana@acme.example") -> Reader:
    reader = Reader(origin)
    reader.sign_in(email)
    return reader


def row(reader: Reader, name: str) -> str:
    """What the list says in the row of a role, blanks folded."""
    rows = re.findall(r"<tr>(.*?)</tr>", reader.page.text, re.DOTALL)
    found = next(one for one in rows if f">{name}<" in one)
    return " ".join(re.sub(r"<[^>]+>", " ", found).split())


def buttons(reader: Reader) -> list[str]:
    """Where the links lead that look like buttons."""
    return PRESSED.findall(reader.page.text)


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_a_role_says_how_many_use_it(scene: Scene) -> None:
    """Keys and users alike; a grant whose time is over uses nothing, and neither does a deleted role."""
    with_lia(scene)
    scene.do(GrantToUser(ACME, RoleId(2), LIA))
    scene.do(CreateRole(ACME, "Ended", frozenset({LIST})))
    until = Moment(scene.clock.now + HOUR)
    scene.do(GrantToKey(ACME, role_called(scene, "Ended"), scene.app_key("good"), until))
    scene.do(CreateRole(ACME, "Gone", frozenset({LIST})))
    scene.do(DeleteRole(ACME, role_called(scene, "Gone")))
    scene.clock.forward(2 * HOUR)
    with console(scene.world) as (_, origin):
        reader = signed_in(origin)
        reader.get("/console/roles")
        assert row(reader, "Pedidos, só leitura").split()[-3:] == ["1", "3", "0"]
        assert row(reader, "Cancelar").split()[-3:] == ["1", "2", "1"]
        assert "nobody uses it" in row(reader, "Ended")
        assert "nobody uses it" not in row(reader, "Cancelar")
        assert "Gone" not in reader.text


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("q=CANCEL", {"Cancelar"}),
        ("q=2", {"Cancelar"}),
        ("q=oms/listorders", {"Pedidos, só leitura"}),
        ("q=oms", {"Cancelar", "Pedidos, só leitura"}),
        ("q=zzz", set()),
        ("kind=unused", {"Idle"}),
        ("kind=predefined", set()),
        ("kind=own", {"Cancelar", "Pedidos, só leitura", "Idle"}),
        ("kind=nonsense&q=idle", {"Idle"}),
    ],
)
def test_roles_are_found_by_name_number_and_resource(scene: Scene, query: str, shown: set[str]) -> None:
    """In any letter case; what nobody uses is found too."""
    scene.do(CreateRole(ACME, "Idle", frozenset({Resource("Pricing", "Read")})))
    with console(scene.world) as (_, origin):
        reader = signed_in(origin)
        reader.get(f"/console/roles?{query}")
        names = {"Cancelar", "Pedidos, só leitura", "Idle"}
        assert {name for name in names if name in reader.text} == shown
        part = reader.get(f"/console/roles?{query}", {"HX-Request": "true"})
        assert "<html" not in part.text
        assert {name for name in names if name in reader.text} == shown


def test_a_role_shows_what_it_gives_and_who_uses_it_with_links(scene: Scene) -> None:
    """Resources by product; keys and users, each on the way to its own page."""
    with_lia(scene)
    scene.do(GrantToUser(ACME, RoleId(1), LIA))
    with console(scene.world) as (_, origin):
        reader = signed_in(origin)
        reader.get("/console/roles/1")
        assert "OMS 1 ListOrders" in reader.text
        assert f'href="/console/keys/{scene.app_key("good")}"' in reader.page.text
        assert 'href="/console/users/bGlhQGFjbWUuZXhhbXBsZQ"' in reader.page.text
        assert buttons(reader) == ["/console/roles/1/edit", "/console/roles/new?from=1", "/console/roles/1/delete"]


def test_who_uses_a_role_is_shown_some_at_a_time(scene: Scene) -> None:
    """Fifty to a page, each of them on exactly one."""
    labels = [f"erp-{number:02}" for number in range(60)]
    for label in labels:
        scene.issue(label, 2)
    with console(scene.world) as (_, origin):
        reader = signed_in(origin)
        reader.get("/console/roles/2")
        first = {one for one in labels if one in reader.text}
        assert "1 to 50 of 62" in reader.text
        reader.get("/console/roles/2?page=2")
        second = {one for one in labels if one in reader.text}
        assert "51 to 62 of 62" in reader.text
        assert (first | second, first & second) == (set(labels), set())


def test_whoever_may_not_look_at_keys_reads_only_how_many_there_are(scene: Scene) -> None:
    """Nor is anything offered that they could not do; who could do it is said."""
    with_lia(scene)
    scene.do(GrantToUser(ACME, RoleId(1), LIA))
    with console(scene.world, "ana@acme.example", LIA) as (_, origin):
        reader = signed_in(origin, LIA)
        reader.get("/console/roles/1")
        assert "Keys 3" in reader.text
        assert LIA in reader.text
        assert not any(pair.app_key in reader.page.text for pair in scene.world.pairs.values())
        assert "whoever may look at keys" in reader.text
        assert buttons(reader) == []
        assert "ana@acme.example, the sponsor" in reader.text
        reader.get("/console/roles")
        assert buttons(reader) == []


def test_a_predefined_role_can_be_duplicated_and_nothing_else(scene: Scene) -> None:
    """Not by typing the address either."""
    predefined = Role(RoleId(957), "Call center operator", frozenset({CANCEL}))
    scene.do(AddPredefinedRoles(ACME, (predefined,)))
    with console(scene.world) as (_, origin):
        reader = signed_in(origin)
        reader.get("/console/roles")
        assert "predefined" in row(reader, "Call center operator")
        reader.get("/console/roles/957")
        assert buttons(reader) == ["/console/roles/new?from=957"]
        for address in ("edit", "delete"):
            reader.get(f"/console/roles/957/{address}")
            assert "This role stays as it is" in reader.text
            reader.post(f"/console/roles/957/{address}", {"name": "Mine", "do": "save"})
            assert "This role stays as it is" in reader.text
    role = scene.world.house.node.keyring(ACME).roles[RoleId(957)]
    assert (role.name, role.deleted) == ("Call center operator", None)


def test_a_deleted_role_can_be_looked_at(scene: Scene) -> None:
    """It says who deleted it, and that it gives nothing."""
    scene.do(DeleteRole(ACME, RoleId(2)))
    with console(scene.world) as (_, origin):
        reader = signed_in(origin)
        reader.get("/console/roles/2")
        assert "by ana@acme.example. It gives nothing to whoever still has it." in reader.text
        assert "What it gave" in reader.text
        assert buttons(reader) == ["/console/roles/new?from=2"]


@pytest.mark.parametrize("number", ["3", "99", "0", "x", "1x", "%31%20", "-1", "1/edit/edit"])
def test_a_role_of_another_account_is_as_unknown_as_one_that_never_was(scene: Scene, number: str) -> None:
    """At every address of a role, for reading and for changing."""
    boss = Actor(ActorKind.USER, Email("ana@globex.example"))
    done(scene.world.house, CreateRole(GLOBEX, "Theirs", frozenset({LIST})), boss)
    with console(scene.world) as (_, origin):
        reader = signed_in(origin)
        for below in ("", "/edit", "/delete"):
            got = reader.get(f"/console/roles/{number}{below}")
            assert got.status_code == 404
            assert "There is nothing here" in reader.text
            assert "Theirs" not in reader.text
        reader.get("/console/roles")
        for below in ("/edit", "/delete"):
            assert reader.post(f"/console/roles/{number}{below}", {"name": "x"}).status_code == 404
            reader.get("/console/roles")
        assert reader.get(f"/console/roles/new?from={number}").status_code == 404


def test_whoever_may_not_change_roles_is_kept_off_those_pages(scene: Scene) -> None:
    """And told which resource opens them; changing does not open deleting."""
    with_lia(scene, SAVE_ROLE)
    with console(scene.world, "ana@acme.example", LIA) as (_, origin):
        reader = signed_in(origin, LIA)
        assert reader.get("/console/roles/1/edit").status_code == 200
        assert reader.get("/console/roles/1/delete").status_code == 403
        assert "License Manager/Role:Delete" in reader.text
        reader.get("/console/roles/1")
        assert buttons(reader) == ["/console/roles/1/edit", "/console/roles/new?from=1"]


def test_a_name_is_text_and_never_markup(scene: Scene) -> None:
    """Wherever a role's name is shown."""
    name = '"><img src=x onerror=alert(1)>'
    scene.do(CreateRole(ACME, name, frozenset({LIST})))
    number = role_called(scene, name)
    with console(scene.world) as (_, origin):
        reader = signed_in(origin)
        for address in ("", f"/{number}", f"/{number}/edit", f"/{number}/delete", f"/new?from={number}", f"?q={name}"):
            assert reader.get(f"/console/roles{address}").status_code == 200
            assert "<img src=x" not in reader.page.text
            assert "&lt;img src=x onerror=alert(1)&gt;" in reader.page.text


@pytest.fixture(scope="module")
def crowded() -> Iterator[Reader]:
    """An account that stands in for VTEX, with 200 roles."""
    world = furnish(accounts=1)
    house = world.house
    roles = tuple(Role(one.id, one.name, one.resources) for one in predefined_roles())
    done(house, ImportCatalogue(ACME, packaged("vtex")), ANA)
    done(house, AddPredefinedRoles(ACME, roles), ANA)
    every = frozenset(one.resource for one in vtex_resources().all)
    for number in range(len(house.node.keyring(ACME).roles), 200):
        done(house, CreateRole(ACME, f"Integração {number}", every), ANA)
    with console(world) as (_, origin):
        yield signed_in(origin)


@pytest.mark.parametrize(
    "path", ["", "?q=order", "?page=4", "/199", "/199/edit", "/199/delete", "/new", "/new?from=199"]
)
def test_pages_stay_small_where_there_is_much(crowded: Reader, path: str) -> None:
    """With 200 roles, and each of the 548 resources in most of them."""
    role = next(re.finditer(r'/console/roles/(\d+)">Integração', crowded.get("/console/roles").text))[1]
    got = crowded.get(f"/console/roles{path.replace('199', role)}")
    assert got.status_code == 200
    assert len(gzip.compress(got.content, 6)) < SIZE_MAX
