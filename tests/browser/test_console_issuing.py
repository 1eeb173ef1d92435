"""A token in a real browser: shown once, then in no history, no storage, no address and no log."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from tests.browser.conftest import CHROMIUM, FLAGS
from tests.browser.test_console_look import BROKEN, CLIENTS, DESK, PHONE
from tests.doors.console.browserless import PASSWORD, console
from tests.doors.console.test_issuing import check, issued
from tests.doors.world import ACME, LIST, World, done, furnish
from tests.promises.plugin import Proof

from chaveiro.core.command import CreateRole
from chaveiro.core.keyring import Actor, ActorKind

TOKEN = re.compile(r"cvt_[0-9a-z]{70}")
STORED = """async () => JSON.stringify([
  {...localStorage}, {...sessionStorage}, history.state, location.href, document.cookie, name,
  (await indexedDB.databases()).map((one) => one.name),
  await Promise.all((await caches.keys()).map(async (one) => (await (await caches.open(one)).keys()).length)),
])"""


@dataclass
class Visitor:
    """Somebody who is signed in, and everything their browser asked for and complained about."""

    origin: str
    context: BrowserContext
    page: Page
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    label: str = ""  # of the key that was issued

    def issue(self, *, link: bool = False, role: bool = True) -> None:
        self.page.goto(f"{self.origin}/console/keys/issue")
        self.label = f"ERP {uuid4()}"
        self.page.get_by_label("Label").fill(self.label)
        if role:
            self.page.get_by_label("Pedidos, só leitura").check()
        if link:
            self.page.get_by_label("To somebody else, by a link").check()
        self.page.get_by_role("button", name="Issue the key").click()
        expect(self.page.locator("[data-secret]")).to_be_visible()

    @property
    def token(self) -> str:
        return self.page.locator("[data-wiped]").inner_text()

    def holds(self, secret: str) -> bool:
        """Whether the page, in any of what it shows or holds, has it."""
        fields = self.page.evaluate("[...document.querySelectorAll('input, textarea')].map((one) => one.value).join()")
        return secret in self.page.content() + fields + self.page.evaluate(STORED)


@pytest.fixture(scope="module")
def world() -> World:
    return furnish(accounts=1)


@pytest.fixture(scope="module")
def served(world: World) -> Iterator[str]:
    with console(world) as (_, origin):
        yield origin


@contextmanager
def signed_in(browser: Browser, origin: str, **how: Any) -> Iterator[Visitor]:
    context = browser.new_context(locale="en", **how)
    page = context.new_page()
    visitor = Visitor(origin, context, page)
    context.on("request", lambda request: visitor.asked.append(f"{request.url} {request.headers.get('referer')}"))
    page.on("console", lambda message: visitor.complaints.append(message.text))
    page.on("pageerror", lambda error: visitor.complaints.append(str(error)))
    page.add_init_script(BROKEN)
    page.goto(f"{origin}/console/sign-in")
    page.get_by_label("E-mail").fill("ana@acme.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/console")
    yield visitor
    context.close()


@pytest.fixture
def ana(browser: Browser, served: str) -> Iterator[Visitor]:
    with signed_in(browser, served, viewport=DESK) as visitor:
        yield visitor


def test_a_token_is_gone_once_its_page_is_left(
    world: World, ana: Visitor, capfd: pytest.CaptureFixture[str], proof: Proof
) -> None:
    """Forward and back, by reload, in a new tab of the same address, and out of all that browsers keep."""
    ana.issue()
    token, page = ana.token, ana.page
    assert TOKEN.fullmatch(token)
    key = issued(world, ana.label)
    assert page.url == f"{ana.origin}/console/keys/{key.app_key}", "the address bar names the key's own page"
    assert token not in page.evaluate(STORED)
    another = ana.context.new_page()
    another.goto(page.url)
    assert token not in another.content()
    page.goto(f"{ana.origin}/console/keys")
    page.go_back()
    assert not ana.holds(token)
    page.go_forward()
    page.go_back()
    page.go_back()
    assert not ana.holds(token)
    page.go_forward()
    assert not ana.holds(token)
    page.reload()
    assert not ana.holds(token)
    assert not any(token in one for one in ana.asked)
    said = capfd.readouterr()
    assert token not in said.out + said.err
    proof("G20", dose="a real browser that leaves the token's page and comes back", figure="the token is gone")


def test_a_token_is_gone_when_its_page_is_loaded_again(world: World, ana: Visitor) -> None:
    """The form is not sent a second time, and no second key is made."""
    ana.issue()
    token, before = ana.token, len(world.house.node.keyring(ACME).keys)
    ana.page.reload()
    assert not ana.holds(token)
    assert len(world.house.node.keyring(ACME).keys) == before


def test_a_page_out_of_the_browsers_own_memory_holds_no_token(browser: Browser, served: str) -> None:
    """In a browser whose pages live on while others are looked at."""
    living = browser.browser_type.launch(
        executable_path=CHROMIUM, args=FLAGS, ignore_default_args=["--disable-back-forward-cache"]
    )
    with signed_in(living, served, viewport=DESK) as ana:
        ana.issue()
        token = ana.token
        ana.page.goto(f"{ana.origin}/console/keys")
        ana.page.go_back()
        expect(ana.page.locator("main")).to_be_visible()
        assert not ana.holds(token)
    living.close()


def test_a_page_that_is_put_aside_and_brought_back_holds_no_token(ana: Visitor) -> None:
    """As browsers tell it that keep such pages, ours whose answers are not to be stored among them."""
    ana.issue()
    token = ana.token
    ana.page.evaluate("window.dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))")
    assert not ana.holds(token)
    with ana.page.expect_navigation():
        ana.page.evaluate("window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    assert not ana.holds(token)


def test_a_link_is_gone_as_a_token_is(ana: Visitor) -> None:
    ana.issue(link=True)
    link = ana.token
    assert "/handover#" in link
    secret = link.rpartition(".")[2]
    ana.page.goto(f"{ana.origin}/console/keys")
    ana.page.go_back()
    assert not ana.holds(secret)
    assert not any(secret in one for one in ana.asked)


def test_a_link_is_opened_once_by_somebody_who_is_not_signed_in(
    world: World, browser: Browser, ana: Visitor, capfd: pytest.CaptureFixture[str]
) -> None:
    """The key never leaves the browser, and the token works."""
    ana.issue(link=True)
    link, key = ana.token, issued(world, ana.label)
    context = browser.new_context(locale="en", viewport=PHONE)  # type: ignore[arg-type]  # it is one
    page = context.new_page()
    asked: list[str] = []
    context.on("request", lambda request: asked.append(f"{request.url} {request.post_data}"))
    page.goto(link)
    assert page.url == f"{ana.origin}/handover"
    page.get_by_role("button", name="Show the appToken").click()
    token = page.locator("[data-token] code")
    expect(token).to_have_text(TOKEN)
    expect(page.locator("[data-named] code")).to_have_text(key.app_key)
    read = token.inner_text()
    assert check(ana.origin, key, read) == "allow"
    page.reload()
    assert read not in page.content()
    page.goto("about:blank")
    page.goto(link)
    page.get_by_role("button", name="Show the appToken").click()
    expect(page.locator("[data-gone]")).to_be_visible()
    secret = link.rpartition(".")[2]
    assert not any(secret in one or read in one for one in asked)
    said = capfd.readouterr()
    assert secret not in said.out + said.err
    context.close()


def test_a_key_is_linked_and_tried_while_its_token_stays_on_the_screen(world: World, ana: Visitor) -> None:
    """Refused because it is linked to no role, linked on the spot, allowed: each told without a reload."""
    ana.issue(role=False)
    token, page, key = ana.token, ana.page, issued(world, ana.label)
    expect(page.locator("#next")).to_contain_text("not linked to any role: every request will be refused")
    expect(page.locator("#first")).to_contain_text("Waiting for the first request")
    check(ana.origin, key, token)
    world.house.denials.drain()
    expect(page.locator("#first")).to_contain_text("The key is not linked to any role")
    page.locator("#next").get_by_label("Pedidos, só leitura").check()
    page.get_by_role("button", name="Link the key").click()
    expect(page.locator("#next")).not_to_contain_text("not linked to any role: every")
    check(ana.origin, key, token)
    world.house.node.flush_usage()
    expect(page.locator("#first")).to_contain_text("First success at")
    assert ana.token == token
    assert ana.complaints == []


def test_a_role_is_looked_for_while_the_chosen_ones_stay(world: World, ana: Visitor) -> None:
    """And Enter there issues nothing."""
    before = world.house.node.keyring(ACME)
    for number in range(len(before.living_roles), 12):
        role = CreateRole(ACME, f"Papel {number}", frozenset({LIST}))
        done(world.house, role, Actor(ActorKind.USER, before.sponsor))
    page = ana.page
    page.goto(f"{ana.origin}/console/keys/issue")
    page.get_by_label("Label").fill("ERP")
    page.get_by_label("Papel 7").check()
    page.get_by_label("Find a role").press_sequentially("canc")
    expect(page.locator("#roles .tick")).to_have_count(2)
    expect(page.get_by_label("Papel 7")).to_be_checked()
    page.get_by_label("Find a role").fill("leitura")
    page.get_by_label("Find a role").press("Enter")
    expect(page.locator("#roles")).to_contain_text("Pedidos, só leitura")
    expect(page.locator("#roles .tick")).to_have_count(2)
    expect(page.get_by_label("Label")).to_have_value("ERP")
    assert len(world.house.node.keyring(ACME).keys) == len(before.keys)
    assert ana.complaints == []


def test_the_list_follows_what_is_typed_and_ticked(ana: Visitor) -> None:
    page = ana.page
    page.goto(f"{ana.origin}/console/keys")
    page.get_by_label("Label, owner, appKey or role").press_sequentially("roleless")
    expect(page.locator("#keys tbody tr")).to_have_count(1)
    assert page.evaluate("document.activeElement.id") == "q"
    page.get_by_label("Label, owner, appKey or role").fill("")
    page.get_by_label("linked to no role").check()
    expect(page.locator("#keys tbody tr:first-child")).to_contain_text("not linked to any role")
    expect(page.locator("#keys")).to_have_attribute("hx-get", "/console/keys?with=unlinked")
    page.get_by_role("button", name="Search").click()
    page.wait_for_url("**with=unlinked**")
    assert ana.complaints == []


def test_the_list_refreshes_by_itself(world: World, ana: Visitor) -> None:
    page = ana.page
    page.goto(f"{ana.origin}/console/keys?q=good")
    expect(page.locator("#keys tbody")).to_contain_text("never")
    pair = world.pairs["good"]
    key = next(one for one in world.house.node.keyring(ACME).keys.values() if one.label == "good")
    check(ana.origin, key, pair.app_token)
    world.house.node.flush_usage()
    page.locator("#keys").dispatch_event("looked")
    expect(page.locator("#keys tbody")).to_contain_text("25 February 2026")
    assert ana.complaints == []


PAGES = ("/console/keys", "/console/keys?q=nobody", "/console/keys/issue", "issued", "handed", "/handover")


@pytest.mark.parametrize("viewport", [PHONE, DESK])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("address", PAGES)
def test_everybody_can_read_and_use_it(
    browser: Browser, served: str, address: str, scheme: str, viewport: dict[str, int]
) -> None:
    """As far as axe can tell, in both schemes and sizes."""
    assert CLIENTS is not None, "`make clients` brings axe-core"
    axe = CLIENTS / "node_modules" / "axe-core" / "axe.min.js"
    how = {"bypass_csp": True, "color_scheme": scheme, "viewport": viewport, "reduced_motion": "reduce"}
    with signed_in(browser, served, **how) as visitor:
        if address.startswith("/"):
            visitor.page.goto(f"{served}{address}")
        else:
            visitor.issue(link=address == "handed", role=False)
        visitor.page.add_script_tag(path=axe)
        found = visitor.page.evaluate("axe.run({ resultTypes: ['violations'] })")
        assert [(one["id"], [node["html"][:160] for node in one["nodes"]]) for one in found["violations"]] == []
        assert visitor.page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
