"""The page of one key in a browser: it tells the truth while somebody looks, and everybody can use it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.browser.test_console_look import BROKEN, CLIENTS, DESK, PHONE
from tests.doors.console.browserless import PASSWORD, console
from tests.doors.console.scene import CANCEL_ORDER, HOUR, Scene

AXE = "axe.run({ resultTypes: ['violations'] })"


@dataclass
class Served:
    """A scene and where it is served, by a name for which browsers keep our cookies."""

    scene: Scene
    origin: str


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    scene = Scene()
    scene.ask("lacking", "POST", CANCEL_ORDER, times=5)
    scene.clock.forward(3 * HOUR)
    scene.ask("lacking", times=2)
    scene.ask("lacking", "GET", "/api/unknown")
    with console(scene.world) as (_, origin):
        yield Served(scene, origin.replace("127.0.0.1", "localhost"))


@contextmanager
def signed_in(browser: Browser, served: Served, **how: object) -> Iterator[tuple[Page, list[str]]]:
    """Somebody's browser, and whatever it complained about."""
    context = browser.new_context(**how)  # type: ignore[arg-type]  # what a test asks for
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.add_init_script(BROKEN)
    page.goto(f"{served.origin}/console/sign-in")
    page.get_by_label("Account").fill("acme")
    page.get_by_label("E-mail").fill("ana@acme.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/console")
    yield page, complaints
    complaints.extend(page.evaluate("window.broken"))
    context.close()


def test_the_first_success_appears_by_itself_and_charts_zoom(browser: Browser, served: Served) -> None:
    scene = served.scene
    scene.issue("new", 1)
    with signed_in(browser, served, viewport=DESK) as (page, complaints):
        page.goto(served.origin + scene.page_of("new"))
        expect(page.locator("#now")).to_contain_text("It has never been used.")
        scene.ask("new")
        expect(page.locator("#now")).to_contain_text("It works. It was last used at", timeout=15_000)
        expect(page.locator("#activity")).to_contain_text("GET /api/oms/pvt/orders", timeout=15_000)
        page.goto(served.origin + scene.page_of("lacking"))
        page.get_by_role("button", name="Zoom").first.click()
        expect(page.locator(".uplot canvas")).to_be_visible()
    assert complaints == []


def test_roles_are_searched_while_typing_and_linked_by_keyboard_alone(browser: Browser, served: Served) -> None:
    with signed_in(browser, served, viewport=PHONE) as (page, complaints):
        page.goto(served.origin + served.scene.page_of("roleless"))
        page.get_by_role("link", name="Link a role").last.press("Enter")
        page.get_by_role("searchbox").press_sequentially("cancel")
        expect(page.get_by_role("radio")).to_have_count(1)
        page.get_by_role("radio").press("Space")
        page.get_by_role("button", name="Link the role").press("Enter")
        expect(page.locator("#notices")).to_contain_text("The key is linked to the role.")
    assert complaints == []


def test_a_renewed_token_is_gone_once_its_page_is_left(browser: Browser, served: Served) -> None:
    """Neither going back nor loading again brings it, and no storage holds it."""
    page_of = served.scene.page_of("good")
    with signed_in(browser, served, viewport=DESK) as (page, complaints):
        page.goto(f"{served.origin}{page_of}/renew")
        page.get_by_role("button", name="Make the second token").click()
        token = page.locator("[data-wiped]").inner_text()
        assert token.startswith("cvt_")
        assert page.url == served.origin + page_of
        page.get_by_label("I have stored the appToken").check()
        page.get_by_role("button", name="Go on").click()
        expect(page.locator("#tokens")).to_be_visible()
        for move in (page.go_back, page.go_forward, page.reload):
            move()
            assert token not in page.content()
        kept = page.evaluate("JSON.stringify([localStorage, sessionStorage, history.state, location.href])")
        assert token not in kept
    assert complaints == []


@pytest.mark.parametrize(("scheme", "viewport"), [("light", DESK), ("dark", PHONE)], ids=["desk", "phone"])
def test_everybody_can_read_and_use_it(browser: Browser, served: Served, scheme: str, viewport: dict[str, int]) -> None:
    """As far as axe can tell, with every table open, and nothing wider than the screen."""
    assert CLIENTS is not None, "`make clients` brings axe-core"
    axe = CLIENTS / "node_modules" / "axe-core" / "axe.min.js"
    lacking = served.scene.page_of("lacking")
    acts = ("", "/link", "/unlink?role=2", "/renew", "/deactivate", "/block", "/delete")
    pages = [*(lacking + act for act in acts), "/console/keys/adopt", served.scene.page_of("deleted")]
    pages += [served.scene.page_of("blocked"), served.scene.page_of("blocked") + "/activate"]
    how = {"bypass_csp": True, "color_scheme": scheme, "viewport": viewport, "reduced_motion": "reduce"}
    with signed_in(browser, served, **how) as (page, _):
        for address in pages:
            page.goto(served.origin + address)
            page.evaluate("for (const one of document.querySelectorAll('main details')) one.open = true")
            page.add_script_tag(path=axe)
            told = [
                (one["id"], [node["html"][:160] for node in one["nodes"]]) for one in page.evaluate(AXE)["violations"]
            ]
            assert told == [], address
            assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"], address
