"""Registering a pair, and a set-up link, in a browser: examined and exchanged in the page, and gone with the page."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import unquote

import pytest
from playwright.sync_api import Browser, Page, Request, expect
from tests.doors.console.browserless import PASSWORD, console
from tests.doors.world import ACME, World, done, furnish

from chaveiro.core.command import AddUser
from chaveiro.core.credential import mint_key, mint_token
from chaveiro.core.keyring import Actor, ActorKind
from chaveiro.core.names import Email
from chaveiro.doors.console.addresses import of_user

ANA, DORA = Email("ana@acme.example"), Email("dora@acme.example")
REGISTER = "/console/users/register"
KEY = mint_key(bytes(range(10)))
TOKEN = mint_token(KEY, bytes(range(33))).reveal()
BROKEN = """
window.broken = [];
document.addEventListener("securitypolicyviolation", (event) => window.broken.push(event.violatedDirective));
"""
KEPT = "JSON.stringify([localStorage, sessionStorage, history.state, location.href])"


@pytest.fixture(scope="module")
def house() -> Iterator[tuple[World, str]]:
    world = furnish(accounts=1)
    done(world.house, AddUser(ACME, DORA, "Dora"), Actor(ActorKind.USER, ANA))
    with console(world) as found:
        yield found


@pytest.fixture
def page(browser: Browser, house: tuple[World, str]) -> Iterator[Page]:
    """Ana, signed in. Nothing may break the policy, and no script may stumble."""
    context = browser.new_context(base_url=house[1], locale="en-GB")
    context.add_init_script(BROKEN)
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto("/console/sign-in")
    page.get_by_label("E-mail").fill(ANA)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/console")
    yield page
    assert [*complaints, *page.evaluate("window.broken")] == []
    context.close()


def sent(page: Page) -> list[Request]:
    """The forms that are sent from now on."""
    found: list[Request] = []
    page.on("request", lambda one: found.append(one) if one.method == "POST" else None)
    return found


def at_the_form(page: Page) -> None:
    with page.expect_response("**/doctor/words.json"):
        page.goto(REGISTER)


def test_a_swapped_pair_is_told_as_it_is_typed_and_put_right_in_the_page(page: Page, house: tuple[World, str]) -> None:
    """Nothing is sent before the two values stand in their fields, and the token is in no address and no storage."""
    world, _ = house
    at_the_form(page)
    posts = sent(page)
    page.get_by_label("E-mail: the appKey").fill(TOKEN)
    page.get_by_label("Full name: the appToken").fill(KEY)
    expect(page.locator("#causes")).to_contain_text("swapped")
    expect(page.locator("#causes")).to_contain_text("What to do")
    page.get_by_role("button", name="Register the pair").click()
    expect(page.locator("#app_key")).to_be_focused()
    assert posts == []
    page.get_by_role("button", name="Exchange the two fields").click()
    expect(page.locator("#causes")).to_be_empty()
    expect(page.locator("#exchange")).to_be_hidden()
    assert page.locator("#app_key").input_value() == KEY
    assert TOKEN not in page.evaluate(KEPT)
    page.get_by_role("button", name="Register the pair").click()
    page.wait_for_url(f"**/console/keys/{KEY}")
    assert len(posts) == 1
    assert TOKEN not in page.evaluate(KEPT)
    assert KEY in world.house.node.keyring(ACME).keys
    page.go_back()
    assert page.locator("#app_token").input_value() == ""


@pytest.mark.parametrize(
    ("key", "token", "told"),
    [
        (KEY, f"{TOKEN[:30]} {TOKEN[30:]}", "at position 31"),
        (KEY, f'"{TOKEN}"', "quot"),
        (KEY.upper(), TOKEN, "Upper and lower case"),
        (KEY, TOKEN[:-5], "69 characters"),
        (KEY, mint_token(mint_key(bytes(10)), bytes(33)).reveal(), "another"),
    ],
)
def test_damage_is_told_before_anything_is_sent(page: Page, key: str, token: str, told: str) -> None:
    """By the engine of the doctor page, in its words. The value itself does not enter the page's text."""
    at_the_form(page)
    posts = sent(page)
    page.locator("#app_key").fill(key)
    page.locator("#app_token").fill(token)
    page.get_by_role("button", name="Register the pair").click()
    expect(page.locator("#causes")).to_contain_text(told)
    expect(page.locator("#app_token")).to_have_attribute("aria-invalid", "true")
    assert token[10:40] not in page.locator("body").inner_text()
    assert posts == []


def test_the_token_is_seen_only_while_somebody_wants_to(page: Page) -> None:
    at_the_form(page)
    token, shown = page.locator("#app_token"), page.locator("#show-token")
    assert token.get_attribute("type") == "password"
    shown.click()
    assert (token.get_attribute("type"), shown.get_attribute("aria-pressed")) == ("text", "true")
    expect(shown).to_have_text("Hide the appToken")
    shown.click()
    assert token.get_attribute("type") == "password"


def test_without_the_engine_the_server_tells(page: Page) -> None:
    page.route("**/doctor/words.json", lambda route: route.abort())
    page.goto(REGISTER)
    page.locator("#app_key").fill(KEY)
    page.locator("#app_token").fill(TOKEN[:-5])
    page.get_by_role("button", name="Register the pair").click()
    expect(page.locator("h2").first).to_have_text("This pair would never work, and was not registered")
    assert page.locator("#app_token").input_value() == ""


def test_a_set_up_link_is_gone_with_its_page(page: Page) -> None:
    """Back, forward and reload bring the user's page, and make no other link."""
    address = f"/console{of_user(DORA)}"
    page.goto(address)
    posts = sent(page)
    page.get_by_role("button", name="Make a set-up link").click()
    link = page.locator("[data-copied]").inner_text()
    assert "/console/set-up#acme." in link
    assert page.url.endswith(address)
    page.get_by_role("button", name="I have sent it").click()
    for look in (page.go_back, page.reload, page.go_forward):
        look()
        assert link not in page.content()
        assert link not in unquote(page.evaluate(KEPT))
    assert len(posts) == 1
