"""What every page of the console is made of, in a browser, under the policy it is served with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.browser.gallery import server
from tests.browser.gallery.server import APP_KEY, APP_TOKEN, LINK, Gallery

CLIENTS = next(
    (found for found in sorted((Path(__file__).parents[2] / "build").glob("py*/clients/npm")) if found.is_dir()), None
)
BROKEN = """
window.broken = [];
document.addEventListener("securitypolicyviolation", (event) => window.broken.push(event.violatedDirective));
"""
PAGES = ("gallery", f"setting-up#{'acme.YW5h.secret'}", "issued", f"hand-over{LINK}")
PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 800}


@pytest.fixture
def gallery() -> Iterator[Gallery]:
    with server.serving() as gallery:
        yield gallery


@contextmanager
def visit(browser: Browser, address: str, **how: Any) -> Iterator[tuple[Page, list[str]]]:
    """A page, and whatever browser and policy complained about while it was open."""
    context = browser.new_context(**how)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.add_init_script(BROKEN)
    page.goto(address)
    yield page, complaints
    complaints.extend(page.evaluate("window.broken"))
    context.close()


@pytest.mark.parametrize("address", PAGES)
def test_nothing_breaks_the_policy(browser: Browser, gallery: Gallery, address: str) -> None:
    with visit(browser, f"{gallery.origin}/{address}") as (page, complaints):
        page.wait_for_load_state("networkidle")
    assert complaints == []


def test_parts_ask_for_themselves_forms_answer_and_charts_zoom_under_the_policy(
    browser: Browser, gallery: Gallery
) -> None:
    with visit(browser, f"{gallery.origin}/gallery", viewport=DESK) as (page, complaints):
        expect(page.locator("#recent")).to_contain_text("Asked 2 times")
        page.locator("#email").fill("ana@acme.example")
        page.get_by_label("Your password, again").fill("a password")
        page.get_by_role("button", name="Save").click()
        expect(page.locator("#answer")).to_have_text("Posted")
        with page.expect_response("**/gallery?q=x"):
            page.get_by_label("Key, route or cause").press_sequentially("x")
        expect(page.locator("#refusals")).to_be_visible()
        page.get_by_role("button", name="Zoom").click()
        expect(page.locator(".uplot canvas")).to_be_visible()
        page.emulate_media(color_scheme="dark")
        expect(page.locator(".uplot canvas")).to_be_visible()
    assert complaints == []


def test_code_in_attributes_is_not_run(browser: Browser, gallery: Gallery) -> None:
    """Not even where somebody brought such an attribute into a page."""
    with visit(browser, f"{gallery.origin}/gallery") as (page, complaints):
        page.evaluate("""() => {
          const button = document.createElement("button");
          button.setAttribute("hx-on:click", "window.ran = true");
          button.id = "brought";
          document.querySelector("main").append(button);
          htmx.process(button);
        }""")
        page.locator("#brought").click()
        assert page.evaluate("window.ran") is None
    assert any("not run here" in one for one in complaints)


def test_a_part_leaves_whoever_writes_in_it_alone(browser: Browser, gallery: Gallery) -> None:
    with visit(browser, f"{gallery.origin}/gallery") as (page, complaints):
        expect(page.locator("#recent")).to_contain_text("Asked 1 times")
        kept = page.locator("#kept")
        kept.fill("half a wo")
        before = gallery.asked.count("/fragment")
        with page.expect_event("console", lambda message: message.text == "twice"):
            page.evaluate("""() => {
              let seen = 0;
              document.querySelector("#recent").addEventListener("every", () => ++seen === 2 && console.log("twice"));
            }""")
        assert gallery.asked.count("/fragment") == before
        assert kept.input_value() == "half a wo"
        assert page.evaluate("document.activeElement.id") == "kept"
    assert complaints == ["twice"]


def test_what_was_unfolded_stays_so_while_its_content_changes(browser: Browser, gallery: Gallery) -> None:
    with visit(browser, f"{gallery.origin}/gallery") as (page, complaints):
        page.locator("#recent summary").click()
        expect(page.locator("#recent details p")).to_have_text("Told 2 times")
        expect(page.locator("#recent details p")).to_be_visible()
        assert page.evaluate("document.activeElement.textContent") == "More"
    assert complaints == []


@pytest.mark.parametrize("viewport", [PHONE, DESK])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("address", PAGES)
def test_everybody_can_read_and_use_it(
    browser: Browser, gallery: Gallery, address: str, scheme: str, viewport: dict[str, int]
) -> None:
    """As far as axe can tell, with every menu and every table open, in both schemes and sizes."""
    assert CLIENTS is not None, "`make clients` brings axe-core"
    axe = CLIENTS / "node_modules" / "axe-core" / "axe.min.js"
    how = {"bypass_csp": True, "color_scheme": scheme, "viewport": viewport, "reduced_motion": "reduce"}
    with visit(browser, f"{gallery.origin}/{address}", **how) as (page, _):
        page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
        page.add_script_tag(path=axe)
        found = page.evaluate("axe.run({ resultTypes: ['violations'] })")
        told = [(one["id"], [node["html"][:160] for node in one["nodes"]]) for one in found["violations"]]
        assert told == []
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]


def test_all_of_it_is_reached_with_the_keyboard(browser: Browser, gallery: Gallery) -> None:
    """In the order of the page, with the focus always to be seen, and the skip link first."""
    with visit(browser, f"{gallery.origin}/gallery", viewport=DESK) as (page, _):
        wanted = page.evaluate("""() => [...document.querySelectorAll(
            "a[href], button, input:not([type=hidden]), select, textarea, summary")]
          .filter((one) => one.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true }))
          .filter((one) => one.type !== "radio" || one.checked).length""")
        reached = 0
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        while page.evaluate("document.activeElement !== document.body") and reached < 200:
            if page.evaluate("document.activeElement.matches('a, button, input, select, textarea, summary')"):
                reached += 1
            assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
            page.keyboard.press("Tab")
        assert reached == wanted


def test_the_menu_needs_no_script(browser: Browser, gallery: Gallery) -> None:
    context = browser.new_context(java_script_enabled=False, viewport=PHONE)  # type: ignore[arg-type]  # width and height
    page = context.new_page()
    page.goto(f"{gallery.origin}/gallery")
    page.locator(".menu summary").click()
    page.locator(".menu").get_by_role("link", name="Roles").click()
    assert page.url.endswith("#Roles")
    assert page.locator("[data-copy]:visible").count() == 0
    context.close()


def test_what_is_final_is_asked_about_first(browser: Browser, gallery: Gallery) -> None:
    with visit(browser, f"{gallery.origin}/gallery", viewport=DESK) as (page, complaints):
        page.locator("#email").fill("ana@acme.example")
        page.get_by_label("Your password, again").fill("a password")
        page.get_by_role("button", name="Delete the key").click()
        assert page.evaluate("document.activeElement.textContent") == "No, leave it"
        page.keyboard.press("Enter")
        expect(page.locator("#confirm")).to_be_hidden()
        assert gallery.posted == []
        page.get_by_role("button", name="Delete the key").click()
        page.locator("#confirm").get_by_role("button", name="Delete the key").click()
        expect(page.locator("#answer")).to_have_text("Posted")
        assert len(gallery.posted) == 1
    assert complaints == []


# ---------------------------------------------------------------------------------------------------- shown once


def test_a_value_is_copied_and_that_is_said(browser: Browser, gallery: Gallery) -> None:
    granted = {"permissions": ["clipboard-read", "clipboard-write"]}
    with visit(browser, f"{gallery.origin}/gallery", **granted) as (page, complaints):
        page.get_by_role("button", name="Copy appKey").click()
        expect(page.locator("#notices")).to_contain_text("Copied")
        assert page.evaluate("navigator.clipboard.readText()") == "vtexappkey-acme-XYZ123"
    assert complaints == []


@pytest.mark.parametrize(
    ("pasted", "said"),
    [
        (APP_TOKEN, "It is the same, character for character."),
        (f"{APP_TOKEN} ", "It is the same but for blanks before or after it. Store it without them."),
        (f'"{APP_TOKEN}"', "It is the same but for quotation marks around it. Store it without them."),
        (APP_TOKEN[:-3], "Its end is missing."),
        (APP_KEY, "This is the appKey, not the appToken."),
        (APP_TOKEN.upper(), "It is not the same."),
    ],
)
def test_a_token_is_compared_with_what_was_stored(browser: Browser, gallery: Gallery, pasted: str, said: str) -> None:
    with visit(browser, f"{gallery.origin}/issued") as (page, complaints):
        asked = len(gallery.asked)
        page.locator("#pasted-back").fill(pasted)
        expect(page.locator("#pasted-back-said")).to_have_text(said)
        assert page.locator("#stored").is_checked() is (pasted == APP_TOKEN)
        assert len(gallery.asked) == asked
    assert complaints == []


def test_a_token_is_left_once_it_is_stored_by_a_page_that_names_another(browser: Browser, gallery: Gallery) -> None:
    with visit(browser, f"{gallery.origin}/issued") as (page, complaints):
        assert page.url == f"{gallery.origin}/gallery"
        assert APP_TOKEN in page.locator("main").inner_text()
        page.get_by_role("button", name="Go on").press("Enter")
        assert page.evaluate("document.activeElement.id") == "stored"
        page.locator("#stored").check()
        page.get_by_role("button", name="Go on").press(" ")
        page.wait_for_selector("#change")
        assert APP_TOKEN not in page.content()
    assert complaints == []


def test_leaving_wipes_a_token_from_the_page(browser: Browser, gallery: Gallery) -> None:
    with visit(browser, f"{gallery.origin}/issued") as (page, _):
        page.evaluate("window.dispatchEvent(new Event('pagehide'))")
        assert APP_TOKEN not in page.content()


def test_a_hand_over_is_unlocked_in_the_page_once(browser: Browser, gallery: Gallery) -> None:
    """The key that unlocks it is in the fragment, and never sent."""
    with visit(browser, f"{gallery.origin}/hand-over{LINK}") as (page, complaints):
        assert page.url == f"{gallery.origin}/hand-over"
        assert gallery.posted == []
        page.get_by_role("button", name="Show the appToken").click()
        expect(page.locator("[data-token] code")).to_have_text(APP_TOKEN)
        assert gallery.posted == ["form_token=a-token&id=01GALLERY"]
    assert complaints == []
    with visit(browser, f"{gallery.origin}/hand-over{LINK}") as (page, _):
        page.get_by_role("button", name="Show the appToken").click()
        expect(page.locator("[data-gone]")).to_be_visible()
        assert APP_TOKEN not in page.content()


def test_half_a_hand_over_link_asks_nothing(browser: Browser, gallery: Gallery) -> None:
    with visit(browser, f"{gallery.origin}/hand-over{LINK[:-4]}") as (page, complaints):
        expect(page.locator("[data-broken]")).to_be_visible()
        expect(page.locator("[data-offer]")).to_be_hidden()
    assert gallery.posted == []
    assert complaints == []


def test_a_hand_over_with_another_key_shows_nothing(browser: Browser, gallery: Gallery) -> None:
    other = f"{LINK[:-3]}AAA"
    with visit(browser, f"{gallery.origin}/hand-over{other}") as (page, _):
        page.get_by_role("button", name="Show the appToken").click()
        expect(page.locator("[data-unread]")).to_be_visible()
        expect(page.locator("[data-shown]")).to_be_hidden()


def test_a_set_up_link_fills_in_the_form_and_leaves_the_address_bar(browser: Browser, gallery: Gallery) -> None:
    with visit(browser, f"{gallery.origin}/setting-up#acme.YW5h.secret") as (page, complaints):
        assert page.url == f"{gallery.origin}/setting-up"
        expect(page.locator("#code")).to_be_hidden()
        page.get_by_label("New password").fill("a long password")
        page.get_by_role("button", name="Set it and sign in").click()
        page.wait_for_url("**/posted")
    assert "code=acme.YW5h.secret" in gallery.posted[0]
    assert complaints == []
