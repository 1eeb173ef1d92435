"""Changing and deleting a role in the console: what would come of it is shown first, and nobody undoes the unseen."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from tests.doors.console.browserless import PASSWORD, Reader, console
from tests.doors.console.chooser import Chooser, opened, texts
from tests.doors.console.scene import ANA, CANCEL_ORDER, DAY, Scene
from tests.doors.console.test_roles import LIA, role_called, signed_in, with_lia
from tests.doors.world import ACME, CANCEL, LIST

from chaveiro.core.command import (
    DELETE_ROLE,
    SAVE_ROLE,
    CreateRole,
    DeactivateKey,
    DeleteRole,
    EditRole,
    GrantToKey,
    GrantToUser,
    SpreadResource,
)
from chaveiro.core.event import RoleEdited
from chaveiro.core.names import Resource, RoleId
from chaveiro.doors.console.role import breaking

READS, CANCELS = RoleId(1), RoleId(2)  # LIST and CANCEL, both linked to the key "good"
NOTHING_BREAKS = "Nothing that keys did in the last 30 days would be refused."
PRICES = Resource("Pricing", "Read")


@dataclass
class Desk:
    """Somebody signed in, in a scene."""

    scene: Scene
    reader: Reader

    def edit(self, role: RoleId) -> Chooser:
        return opened(self.reader, f"/console/roles/{role}/edit")

    def preview(
        self, role: RoleId, *, add: tuple[str, ...] = (), remove: tuple[str, ...] = (), more: str = ""
    ) -> Chooser:
        form = self.edit(role).tick(*add).untick(*remove)
        got = form.press("do", "preview", more=more)
        assert got.status_code == 200, self.reader.text
        return form

    def resources(self, role: RoleId) -> set[str]:
        return texts(self.scene.world.house.node.keyring(ACME).roles[role].resources)


@contextmanager
def desk(scene: Scene, email: str = "ana@acme.example") -> Iterator[Desk]:
    with console(scene.world, "ana@acme.example", *([email] if email == LIA else [])) as (_, origin):
        yield Desk(scene, signed_in(origin, email))


@pytest.fixture
def scene() -> Scene:
    """A key that lists and cancels orders, each by a role of its own."""
    scene = Scene()
    scene.ask("good")
    scene.ask("good", "POST", CANCEL_ORDER)
    return scene


def test_a_preview_names_the_keys_and_routes_that_would_be_refused(scene: Scene) -> None:
    """Those alone: what the change does not touch is not among them, and nothing is saved by looking."""
    with desk(scene) as at:
        at.preview(READS, remove=("OMS/ListOrders",), more="Pricing/Read")
        assert "1 key did something in the last 30 days that would be refused" in at.reader.text
        assert "GET /api/oms/pvt/orders" in at.reader.text
        assert f'href="/console/keys/{scene.app_key("good")}"' in at.reader.page.text
        assert "/cancel" not in at.reader.text
        assert "! Save all the same" in at.reader.text
        assert at.resources(READS) == {"OMS/ListOrders"}


def test_what_a_key_may_do_by_another_role_does_not_break(scene: Scene) -> None:
    scene.do(CreateRole(ACME, "Reads too", frozenset({LIST})))
    scene.do(GrantToKey(ACME, role_called(scene, "Reads too"), scene.app_key("good")))
    with desk(scene) as at:
        at.preview(READS, remove=("OMS/ListOrders",), more="Pricing/Read")
        assert NOTHING_BREAKS in at.reader.text
        assert "OMS/ListOrders 2 0" in at.reader.text  # the three that have the role, but for the key with another


def test_a_key_that_is_refused_anyway_is_not_among_them(scene: Scene) -> None:
    scene.do(DeactivateKey(ACME, scene.app_key("good")))
    with desk(scene) as at:
        at.preview(READS, remove=("OMS/ListOrders",), more="Pricing/Read")
        assert NOTHING_BREAKS in at.reader.text


def test_where_many_keys_would_be_refused_the_last_that_used_it_are_shown(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fifty of them, and beyond a bound only that there are more."""
    for number in range(60):
        scene.issue(f"erp-{number:02}", READS)
        scene.clock.forward(1)
        scene.ask(f"erp-{number:02}")
    with desk(scene) as at:
        at.preview(READS, remove=("OMS/ListOrders",), more="Pricing/Read")
        assert "61 keys did something" in at.reader.text
        shown = [number for number in range(60) if f"erp-{number:02}" in at.reader.text]
        assert shown == list(range(10, 60))
        monkeypatch.setattr(breaking, "KEYS_COUNTED_MAX", 55)
        at.preview(READS, remove=("OMS/ListOrders",), more="Pricing/Read")
        assert "At least 55 keys did something" in at.reader.text


def test_what_was_used_long_ago_does_not_count(scene: Scene) -> None:
    scene.clock.forward(31 * DAY)
    with desk(scene) as at:
        at.preview(READS, remove=("OMS/ListOrders",), more="Pricing/Read")
        assert NOTHING_BREAKS in at.reader.text


def test_a_preview_says_for_how_many_a_resource_would_be_new(scene: Scene) -> None:
    """Whoever has it by another role has it already."""
    with_lia(scene)
    scene.do(GrantToUser(ACME, READS, LIA))
    with desk(scene) as at:
        at.preview(READS, add=("OMS/CancelAction",))
        assert NOTHING_BREAKS in at.reader.text
        assert "Keys with the role 3 Users with the role 1" in at.reader.text
        assert "OMS/CancelAction 2 1" in at.reader.text  # not for "good", which cancels by another role


def test_saving_does_what_was_previewed(scene: Scene) -> None:
    """In the name of whoever is signed in, and with the new name."""
    with desk(scene) as at:
        form = at.edit(READS).tick("OMS/CancelAction").untick("OMS/ListOrders")
        form.press("do", "preview", name="Cancels only")
        assert "Now Pedidos, só leitura Then Cancels only" in at.reader.text
        form.press("do", "save")
        assert "The role is saved." in at.reader.text
        assert str(at.reader.page.url.path) == "/console/roles/1"
    change = scene.world.house.store.changes(account=ACME)[-1].change
    assert change.event == RoleEdited(READS, "Cancels only", frozenset({CANCEL}), frozenset({LIST}))
    assert (change.by.name, change.by.via[:8]) == ("ana@acme.example", "console:")


def test_going_back_from_a_preview_keeps_the_choice(scene: Scene) -> None:
    with desk(scene) as at:
        form = at.preview(READS, add=("OMS/CancelAction",), more="Pricing/Read")
        form.press("do", "edit")
        assert set(form.chosen) == {"OMS/ListOrders", "OMS/CancelAction", "Pricing/Read"}
        assert "Pricing/Read" in form.offered
        assert at.resources(READS) == {"OMS/ListOrders"}


def test_a_change_that_changes_nothing_is_told(scene: Scene) -> None:
    with desk(scene) as at:
        got = at.edit(READS).press("do", "preview")
        assert got.status_code == 409


def test_whoever_saves_what_others_changed_meanwhile_is_told_first(scene: Scene) -> None:
    """Who did what, and when; what was chosen is kept, and saving once more saves it."""
    with desk(scene) as at:
        form = at.preview(READS, add=("OMS/CancelAction",))
        scene.do(CreateRole(ACME, "Unrelated", frozenset({LIST})))
        scene.do(EditRole(ACME, READS, name="Reads", add=frozenset({PRICES})))
        scene.do(EditRole(ACME, READS, remove=frozenset({PRICES})))
        scene.do(SpreadResource(ACME, LIST, Resource("OMS", "OMSViewer")))
        got = form.press("do", "save")
        assert got.status_code == 409
        assert "Nothing is saved yet: the role was changed while you had it open." in at.reader.text
        assert "by ana@acme.example: called Reads. Added: Pricing/Read" in at.reader.text
        assert "by ana@acme.example: Taken away: Pricing/Read" in at.reader.text  # still called so
        assert "by ana@acme.example: Added: OMS/OMSViewer" in at.reader.text
        assert at.resources(READS) == {"OMS/ListOrders", "OMS/OMSViewer"}
        form.press("do", "save")
        assert "The role is saved." in at.reader.text
        assert at.resources(READS) == {"OMS/ListOrders", "OMS/CancelAction"}


def test_changes_of_other_roles_hold_nobody_up(scene: Scene) -> None:
    with desk(scene) as at:
        form = at.preview(READS, add=("OMS/CancelAction",))
        scene.do(EditRole(ACME, CANCELS, add=frozenset({PRICES})))
        scene.do(SpreadResource(ACME, CANCEL, LIST))
        assert form.press("do", "save").status_code == 200
        assert at.resources(READS) == {"OMS/ListOrders", "OMS/CancelAction"}


@pytest.mark.parametrize("revision", ["", "x", "0badcafe.1", "99999999999999999999.1", "0badcafe.999999999999999999"])
def test_a_form_whose_age_nobody_knows_is_asked_again(scene: Scene, revision: str) -> None:
    """Such as one from before a restore."""
    with desk(scene) as at:
        form = at.preview(READS, add=("OMS/CancelAction",))
        got = form.press("do", "save", revision=revision)
        assert got.status_code == 409
        assert "Nobody can tell whether the role was changed" in at.reader.text
        form.press("do", "save")
        assert at.resources(READS) == {"OMS/ListOrders", "OMS/CancelAction"}


def test_a_role_that_was_deleted_meanwhile_is_not_saved(scene: Scene) -> None:
    with desk(scene) as at:
        form = at.preview(READS, add=("OMS/CancelAction",))
        scene.do(DeleteRole(ACME, READS))
        form.press("do", "save")
        assert "This role stays as it is" in at.reader.text
        assert "This role was deleted on" in at.reader.text


def test_whoever_would_lose_their_own_resources_is_warned(scene: Scene) -> None:
    with_lia(scene, SAVE_ROLE)
    with desk(scene, LIA) as at:
        at.preview(role_called(scene, "Lia's"), remove=(str(SAVE_ROLE),))
        assert "You yourself would lose: License Manager/Create_Role" in at.reader.text


def test_whoever_may_not_look_at_keys_previews_how_many_alone(scene: Scene) -> None:
    with_lia(scene, SAVE_ROLE)
    with desk(scene, LIA) as at:
        at.preview(READS, remove=("OMS/ListOrders",))
        assert "1 key did something in the last 30 days" in at.reader.text
        assert "Which keys these are is shown to whoever may look at keys." in at.reader.text
        assert scene.app_key("good") not in at.reader.page.text
        assert "/api/oms" not in at.reader.page.text


def test_deleting_shows_what_would_break_and_who_is_left_without_a_role(scene: Scene) -> None:
    with desk(scene) as at:
        at.reader.get(f"/console/roles/{CANCELS}/delete")
        assert "1 key would have no role left" in at.reader.text  # "lacking"; "good" still reads
        assert "POST /api/oms/pvt/orders/{orderId}/cancel" in at.reader.text
        assert "GET /api/oms/pvt/orders" not in at.reader.text
        assert "OMS/CancelAction 2 0" in at.reader.text
        at.reader.post(f"/console/roles/{CANCELS}/delete", {"revision": revision_of(at)})
        assert "The role is deleted." in at.reader.text
    deleted = scene.world.house.node.keyring(ACME).roles[CANCELS].deleted
    assert deleted is not None
    assert deleted.by == ANA.name


def test_deleting_asks_for_the_password_after_a_while(scene: Scene) -> None:
    with desk(scene) as at:
        scene.clock.forward(11 * 60)
        at.reader.get(f"/console/roles/{CANCELS}/delete")
        sent = {"revision": revision_of(at)}
        at.reader.post(f"/console/roles/{CANCELS}/delete", sent)
        assert scene.world.house.node.keyring(ACME).roles[CANCELS].deleted is None
        at.reader.post(f"/console/roles/{CANCELS}/delete", {**sent, "confirm_password": PASSWORD})
        assert scene.world.house.node.keyring(ACME).roles[CANCELS].deleted is not None


def test_nobody_deletes_what_others_changed_meanwhile_unseen(scene: Scene) -> None:
    with desk(scene) as at:
        at.reader.get(f"/console/roles/{CANCELS}/delete")
        sent = {"revision": revision_of(at)}
        scene.do(EditRole(ACME, CANCELS, add=frozenset({PRICES})))
        assert at.reader.post(f"/console/roles/{CANCELS}/delete", sent).status_code == 409
        assert "Added: Pricing/Read" in at.reader.text
        at.reader.post(f"/console/roles/{CANCELS}/delete", {"revision": revision_of(at)})
        assert scene.world.house.node.keyring(ACME).roles[CANCELS].deleted is not None


def test_deleting_needs_its_own_resource_and_not_that_of_changing(scene: Scene) -> None:
    with_lia(scene, DELETE_ROLE)
    with desk(scene, LIA) as at:
        assert at.reader.get(f"/console/roles/{CANCELS}/edit").status_code == 403
        at.reader.get(f"/console/roles/{CANCELS}/delete")
        at.reader.post(f"/console/roles/{CANCELS}/delete", {"revision": revision_of(at)})
        assert scene.world.house.node.keyring(ACME).roles[CANCELS].deleted is not None


def revision_of(at: Desk) -> str:
    return Chooser(at.reader).fields["revision"]
