"""Putting a role together in the console: what is offered, what may be given, and that nothing chosen is lost."""

from __future__ import annotations

import pytest
from tests.doors.console.browserless import Reader, console
from tests.doors.console.chooser import Chooser, opened, texts
from tests.doors.console.scene import DAY, Scene
from tests.doors.console.test_roles import LIA, role_called, signed_in, with_lia
from tests.doors.world import ACME, CANCEL, LIST

from chaveiro.catalogue.packaged import packaged
from chaveiro.catalogue.predefined import vtex_resources
from chaveiro.core.command import (
    SAVE_ROLE,
    VIEW_API_KEYS,
    AddPredefinedRoles,
    CreateRole,
    GrantToUser,
    ImportCatalogue,
)
from chaveiro.core.keyring import Role
from chaveiro.core.names import Moment, Resource, RoleId
from chaveiro.doors.console.role.groups import MANAGING

TOKEN = "cvt_" + "a1B2" * 18
SPECIAL = Resource("Odd & <Product>", "Do it & more")


@pytest.fixture
def scene() -> Scene:
    return Scene()


def resources_of(scene: Scene, number: int) -> set[str]:
    return texts(scene.world.house.node.keyring(ACME).roles[RoleId(number)].resources)


def test_everything_that_is_known_is_offered(scene: Scene) -> None:
    """What the catalogue needs, what other roles hold, and what it takes to change the account."""
    scene.do(CreateRole(ACME, "Other", frozenset({SPECIAL})))
    with console(scene.world) as (_, origin):
        form = opened(signed_in(origin), "/console/roles/new")
    expected = {LIST, CANCEL, Resource("Checkout", "AcessaTodosPedidos"), SPECIAL, *MANAGING}
    assert (set(form.offered), form.chosen, form.locked) == (texts(expected), [], [])


@pytest.mark.parametrize("by", ["its catalogue", "a predefined role"])
def test_vtex_resources_are_offered_where_an_account_stands_in_for_vtex(scene: Scene, by: str) -> None:
    """By product and category, under the names that VTEX gives them."""
    if by == "its catalogue":
        scene.do(ImportCatalogue(ACME, packaged("vtex")))
    else:
        scene.do(AddPredefinedRoles(ACME, (Role(RoleId(957), "Call center operator", frozenset({CANCEL})),)))
    with console(scene.world) as (_, origin):
        reader = signed_in(origin)
        form = opened(reader, "/console/roles/new")
    assert texts(one.resource for one in vtex_resources().all) <= set(form.offered)
    assert "OMS access" in reader.text
    assert "List Orders ListOrders" in reader.text


def test_a_role_is_made_of_what_was_ticked_and_typed(scene: Scene) -> None:
    """Resources that nobody has written down are typed, one on a line."""
    with console(scene.world) as (_, origin):
        reader = signed_in(origin)
        form = opened(reader, "/console/roles/new").tick("OMS/ListOrders")
        form.press("do", "preview", name="  Reads  ", more="Pricing/Read\r\n\r\n OMS/CancelAction \n")
        assert str(reader.page.url.path) == "/console/roles/3"
        assert "The role is there." in reader.text
    assert resources_of(scene, 3) == {"OMS/ListOrders", "OMS/CancelAction", "Pricing/Read"}
    role = scene.world.house.node.keyring(ACME).roles[RoleId(3)]
    assert role.name == "Reads"


@pytest.mark.parametrize(
    ("typed", "left", "said"),
    [
        ("OMS", "OMS", "What is left here is no resource"),
        ("OMS/ListOrders\nOMS/a/b", "OMS/a/b", "What is left here is no resource"),
        ("oms/listorders", "oms/listorders", "Capital and small letters count. There is OMS/ListOrders"),
        (f"OMS/{TOKEN}\nPricing/Read", "", "A line that looks like a credential was left out"),
        ("<b>/é", "<b>/é", "What is left here is no resource"),
    ],
)
def test_what_cannot_be_taken_over_stays_where_it_was_typed(scene: Scene, typed: str, left: str, said: str) -> None:
    """With why, and everything else kept; a credential is neither kept nor shown."""
    with console(scene.world) as (_, origin):
        reader = signed_in(origin)
        form = opened(reader, "/console/roles/new").tick("OMS/CancelAction")
        got = form.press("do", "preview", name="Reads", more=typed)
        assert got.status_code == 422
        assert said in reader.text
        assert form.more == left
        assert "OMS/CancelAction" in form.chosen
        assert form.fields["name"] == "Reads"
        assert TOKEN not in reader.page.text
    assert len(scene.world.house.node.keyring(ACME).roles) == 2


@pytest.mark.parametrize(
    ("name", "status", "said"),
    [
        ("", 422, "A name is one line of 1 to 100 characters."),
        ("x" * 101, 422, "This looks like a credential"),
        ("x y" * 34, 422, "A name is one line of 1 to 100 characters."),
        (TOKEN, 422, "This looks like a credential"),
        ("Cancelar", 409, "The account already has a role named Cancelar"),
    ],
)
def test_a_name_that_will_not_do_loses_nothing_else(scene: Scene, name: str, status: int, said: str) -> None:
    """What was ticked stays ticked."""
    with console(scene.world) as (_, origin):
        reader = signed_in(origin)
        form = opened(reader, "/console/roles/new").tick("OMS/ListOrders")
        got = form.press("do", "preview", name=name)
        assert (got.status_code, form.chosen) == (status, ["OMS/ListOrders"])
        assert said in reader.text
        assert TOKEN not in reader.page.text


def test_a_role_of_nothing_is_not_made(scene: Scene) -> None:
    with console(scene.world) as (_, origin):
        reader = signed_in(origin)
        got = opened(reader, "/console/roles/new").press("do", "preview", name="Empty")
        assert got.status_code == 422
        assert "Choose at least one resource." in reader.text


def test_searching_without_a_script_keeps_what_is_ticked_out_of_sight(scene: Scene) -> None:
    """Only what fits is shown; what was ticked before is still sent."""
    with console(scene.world) as (_, origin):
        reader = signed_in(origin)
        form = opened(reader, "/console/roles/new").tick("OMS/ListOrders")
        form.press("do", "search", name="Mine", q="checkout", more="Pricing/Read")
        assert form.offered == ["Checkout/AcessaTodosPedidos"]
        assert set(form.chosen) == {"OMS/ListOrders", "Pricing/Read"}
        form.tick("Checkout/AcessaTodosPedidos").press("do", "search", q="", only="on")
        assert set(form.offered) == {"OMS/ListOrders", "Checkout/AcessaTodosPedidos", "Pricing/Read"}
        form.press("do", "search", q="nothing is called that", only="")
        assert form.offered == []
        assert "No resource is like that." in reader.text
        form.press("do", "preview")
    assert resources_of(scene, 3) == {"OMS/ListOrders", "Checkout/AcessaTodosPedidos", "Pricing/Read"}


def test_the_enter_key_searches_where_something_else_is_looked_for_and_goes_on_elsewhere(scene: Scene) -> None:
    """It presses the first button of a form, whatever field somebody is in."""
    with console(scene.world) as (_, origin):
        form = opened(signed_in(origin), "/console/roles/new").tick("OMS/ListOrders")
        form.press("do", "default", name="Mine", q="cancel")
        assert form.offered == ["OMS/CancelAction"]
        form.press("do", "default")
    assert resources_of(scene, 3) == {"OMS/ListOrders"}


def test_all_of_a_group_is_ticked_and_unticked_without_a_script(scene: Scene) -> None:
    """Of what is shown, and of what may be given."""
    with console(scene.world) as (_, origin):
        form = opened(signed_in(origin), "/console/roles/new")
        form.press("all", "OMS", name="Mine")
        assert set(form.chosen) == {"OMS/ListOrders", "OMS/CancelAction"}
        form.press("none", "OMS")
        assert (form.chosen, form.fields["name"]) == ([], "Mine")


def test_a_category_is_a_group_too_as_far_as_it_is_shown(scene: Scene) -> None:
    """Ticking all of what was found ticks nothing else."""
    scene.do(ImportCatalogue(ACME, packaged("vtex")))
    with console(scene.world) as (_, origin):
        form = opened(signed_in(origin), "/console/roles/new")
        form.press("all", "OMS/OMS access")
        known = [one for one in vtex_resources().all if one.resource.product == "OMS"]
        whole = texts(one.resource for one in known if one.category == "OMS access")
        assert set(form.chosen) == whole < texts(one.resource for one in known)
        form.press("none", "OMS/OMS access")
        form.press("do", "search", q="list orders")
        form.press("all", "OMS")
        assert form.chosen == form.offered == ["OMS/ListOrders"]


def test_nobody_gives_what_they_lack(scene: Scene) -> None:
    """Those resources cannot be ticked, and why is said; whoever sends them all the same is refused."""
    with_lia(scene, SAVE_ROLE, LIST)
    with console(scene.world, "ana@acme.example", LIA) as (_, origin):
        reader = signed_in(origin, LIA)
        form = opened(reader, "/console/roles/new")
        assert set(form.offered) - set(form.locked) == texts({SAVE_ROLE, LIST})
        assert "nobody gives what they lack. ana@acme.example, the sponsor, can." in reader.text
        form.press("all", "OMS", name="Mine")
        assert form.chosen == ["OMS/ListOrders"]
        form.chosen.append("OMS/CancelAction")
        got = form.press("do", "preview")
        assert got.status_code == 403
        assert "Nobody can give what they do not have: your own roles lack OMS/CancelAction" in reader.text
        assert set(form.chosen) == {"OMS/ListOrders", "OMS/CancelAction"}
    assert [one.name for one in scene.world.house.node.keyring(ACME).living_roles].count("Mine") == 0


def test_what_a_role_gives_already_may_be_left_in_it_and_taken_away(scene: Scene) -> None:
    """Also by whoever lacks it; and nobody adds for ever what they have for a time."""
    with_lia(scene, SAVE_ROLE)
    scene.do(CreateRole(ACME, "For a day", frozenset({VIEW_API_KEYS})))
    scene.do(GrantToUser(ACME, role_called(scene, "For a day"), LIA, Moment(scene.clock.now + DAY)))
    with console(scene.world, "ana@acme.example", LIA) as (_, origin):
        form = opened(signed_in(origin, LIA), "/console/roles/1/edit")
        assert "OMS/ListOrders" not in form.locked
        assert {"OMS/CancelAction", str(VIEW_API_KEYS)} <= set(form.locked)
        form.tick(str(SAVE_ROLE)).untick("OMS/ListOrders").press("do", "preview")
        form.press("do", "save")
    assert resources_of(scene, 1) == texts({SAVE_ROLE})


def test_a_copy_begins_with_the_same_resources_and_a_free_name(scene: Scene) -> None:
    """In the language of whoever copies."""
    scene.do(CreateRole(ACME, "Cancelar (copy)", frozenset({LIST})))
    with console(scene.world) as (_, origin):
        form = opened(signed_in(origin), "/console/roles/new?from=2")
        assert (form.fields["name"], form.chosen) == ("Cancelar (copy) (2)", ["OMS/CancelAction"])
        form.press("do", "preview")
    assert resources_of(scene, 4) == {"OMS/CancelAction"}


def test_a_copy_leaves_out_what_its_maker_lacks_and_says_so(scene: Scene) -> None:
    with_lia(scene, SAVE_ROLE, LIST)
    scene.do(CreateRole(ACME, "Both", frozenset({LIST, CANCEL})))
    with console(scene.world, "ana@acme.example", LIA) as (_, origin):
        reader: Reader = signed_in(origin, LIA)
        form: Chooser = opened(reader, f"/console/roles/new?from={role_called(scene, 'Both')}")
        assert form.chosen == ["OMS/ListOrders"]
        assert "1 resource is left out" in reader.text
