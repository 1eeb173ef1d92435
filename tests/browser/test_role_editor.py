"""Putting a role together in a browser: with the keyboard alone, without scripts, on a phone, for everybody."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.browser.test_console_look import BROKEN, CLIENTS, DESK, PHONE
from tests.doors.console.browserless import PASSWORD, console
from tests.doors.console.scene import ANA, CANCEL_ORDER, Scene
from tests.doors.world import ACME, done

from chaveiro.catalogue.packaged import packaged
from chaveiro.catalogue.predefined import predefined_roles
from chaveiro.core.command import AddPredefinedRoles, ImportCatalogue
from chaveiro.core.keyring import Role
from chaveiro.core.names import RoleId

EDITOR = "/console/roles/1/edit"
PAGES = ("/console/roles", "/console/roles?q=order", "/console/roles/1", "/console/roles/957", "/console/roles/new")


@pytest.fixture(scope="module")
def scene() -> Scene:
    """An account that stands in for VTEX, in which a key lists and cancels orders."""
    scene = Scene()
    scene.ask("good")
    scene.ask("good", "POST", CANCEL_ORDER)
    roles = tuple(Role(one.id, one.name, one.resources) for one in predefined_roles())
    done(scene.world.house, ImportCatalogue(ACME, packaged("vtex")), ANA)
    done(scene.world.house, AddPredefinedRoles(ACME, roles), ANA)
    return scene


@pytest.fixture(scope="module")
def origin(scene: Scene) -> Iterator[str]:
    with console(scene.world) as (_, origin):
        yield origin


@contextmanager
def at(browser: Browser, origin: str, path: str, **how: Any) -> Iterator[tuple[Page, list[str]]]:
    """A page that somebody signed in has open, and what browser and policy complained about."""
    context = browser.new_context(locale="en", **how)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.add_init_script(BROKEN)
    page.goto(f"{origin}/console/sign-in")
    for label, text in (("Account", "acme"), ("E-mail", "ana@acme.example"), ("Password", PASSWORD)):
        page.get_by_label(label, exact=True).fill(text)
    page.get_by_role("button", name="Sign in").click()
    page.goto(origin + path)
    yield page, complaints
    if how.get("java_script_enabled", True):
        complaints.extend(page.evaluate("window.broken"))
    context.close()


def pressed(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def focused(page: Page) -> str:
    return str(page.evaluate("(document.activeElement.labels?.[0] ?? document.activeElement).textContent.trim()"))


def test_a_role_is_made_with_the_keyboard_alone(browser: Browser, origin: str, scene: Scene) -> None:
    """Finding, ticking one and a whole group, and what is counted meanwhile."""
    with at(browser, origin, "/console/roles/new", viewport=DESK) as (page, complaints):
        page.locator("#name").focus()
        page.keyboard.type("Orders")
        pressed(page, "Tab")
        page.keyboard.type("list orders")
        expect(page.locator("details.shelf:visible")).to_have_count(1)
        pressed(page, "Enter")  # searches as it is typed: nothing is sent
        assert page.url.endswith("/console/roles/new")
        pressed(page, "Tab", "Tab")
        assert focused(page).startswith("OMS")
        pressed(page, "Tab")
        assert focused(page) == "Tick all"
        pressed(page, "Enter")
        expect(page.locator(".bar p")).to_have_text("1 of 548 chosen")
        assert focused(page) == "Untick all"
        pressed(page, "Tab")
        while "ListOrders" not in focused(page):
            pressed(page, "Tab")
        pressed(page, "Space")
        expect(page.locator(".bar p")).to_have_text("0 of 548 chosen")
        pressed(page, "Space")
        expect(page.locator("[data-group='OMS'] > summary .how-many")).to_have_text("1 of 15")
        page.get_by_role("button", name="Make the role").focus()
        pressed(page, "Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Orders")
        expect(page.locator(".resources")).to_have_text("List Orders ListOrders")
    assert complaints == []


def test_what_is_chosen_can_be_looked_at_alone(browser: Browser, origin: str) -> None:
    """And what was folded is folded again afterwards."""
    with at(browser, origin, EDITOR, viewport=DESK) as (page, complaints):
        unfolded = page.locator("details.shelf[open]").count()
        page.get_by_label("Only what is chosen").check()
        expect(page.locator(".resources > li:visible")).to_have_count(1)
        page.locator("#q").fill("nothing is called that")
        expect(page.get_by_text("No resource is like that.")).to_be_visible()
        page.locator("#q").fill("")
        page.get_by_label("Only what is chosen").uncheck()
        expect(page.locator("details.shelf:visible")).to_have_count(72)
        expect(page.locator("details.shelf[open]")).to_have_count(unfolded)
    assert complaints == []


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_role_is_changed_on_a_phone(browser: Browser, origin: str, scene: Scene, *, scripts: bool) -> None:
    """What is chosen survives looking at what would come of it; nothing is wider than the screen."""
    with at(browser, origin, EDITOR, viewport=PHONE, java_script_enabled=scripts) as (page, complaints):
        page.locator("#q").fill("pricing")
        if not scripts:
            page.get_by_role("button", name="Search").click()
        page.locator("[data-group='Pricing'] .resources input").first.check()
        page.get_by_role("button", name="What would change?").click()
        expect(page.get_by_text("Nothing is saved yet.")).to_be_visible()
        width = "document.documentElement.scrollWidth"
        assert not scripts or page.evaluate(width) <= PHONE["width"]
        page.get_by_role("button", name="Back to choosing").click()
        expect(page.locator(".bar p")).to_have_text("2 of 548 chosen")
        assert not scripts or page.evaluate(width) <= PHONE["width"]
    assert complaints == []
    assert len(scene.world.house.node.keyring(ACME).roles[RoleId(1)].resources) == 1


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_read_and_use_it(browser: Browser, origin: str, scheme: str, viewport: dict[str, int]) -> None:
    """As far as axe can tell, with everything unfolded, in both schemes and sizes."""
    assert CLIENTS is not None, "`make clients` brings axe-core"
    axe = CLIENTS / "node_modules" / "axe-core" / "axe.min.js"
    how = {"bypass_csp": True, "color_scheme": scheme, "viewport": viewport, "reduced_motion": "reduce"}
    told = []
    with at(browser, origin, "/console/roles", **how) as (page, _):
        for path in (*PAGES, EDITOR, "preview", "/console/roles/1/delete"):
            if path == "preview":
                page.locator("[value='OMS/ListOrders']").uncheck()
                page.locator("[value='OMS/CancelAction']").check()
                page.get_by_role("button", name="What would change?").click()
                expect(page.get_by_text("Nothing is saved yet.")).to_be_visible()
            else:
                page.goto(origin + path)
            page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
            page.add_script_tag(path=axe)
            found = page.evaluate("axe.run({ resultTypes: ['violations'] })")
            told += [(path, one["id"], [node["html"][:160] for node in one["nodes"]]) for one in found["violations"]]
            wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            told += [(path, "wider than the screen", wide)] if wide > 0 else []
    assert told == []
