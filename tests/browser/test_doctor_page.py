"""The doctor page in a browser: what it says, and that nothing leaves it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Request
from tests.doctor.vectors import vectors

from chaveiro.core.cause import Audience, Cause, Finding
from chaveiro.core.credential import mint_key, mint_token
from chaveiro.doors.doctor import words
from chaveiro.words.explain import explain
from chaveiro.words.language import Language

COMPARE = (Path(__file__).parents[1] / "doctor" / "compare.js").read_text(encoding="utf-8")
KEY = mint_key(bytes(range(10)))
TOKEN = mint_token(KEY, bytes(range(100, 133))).reveal()
WRONG = TOKEN[:28] + ("2" if TOKEN[28] != "2" else "3") + TOKEN[29:]
KEPT = """() => ({
  local: localStorage.length, session: sessionStorage.length, cookies: document.cookie, history: history.length,
  address: location.href, state: JSON.stringify(history.state),
})"""


@dataclass
class Visit:
    """A page, what it asked of the network since it was loaded, and what it complained about."""

    page: Page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def examine(self, key: str, token: str) -> str:
        self.page.get_by_label("appKey", exact=True).fill(key)
        self.page.get_by_label("appToken", exact=True).fill(token)
        self.page.locator("#examine").click()
        return self.page.locator("#result").inner_text()


@contextmanager
def visit(browser: Browser, address: str, **how: object) -> Iterator[Visit]:
    context = browser.new_context(**how)  # type: ignore[arg-type]
    page = context.new_page()
    seen = Visit(page)
    page.on("console", lambda message: seen.complaints.append(message.text))
    page.on("pageerror", lambda error: seen.complaints.append(str(error)))
    page.on("requestfailed", lambda request: seen.complaints.append(request.url))
    page.goto(address, wait_until="networkidle")

    def noted(request: Request) -> None:
        seen.requests.append(request.url)

    context.on("request", noted)
    yield seen
    context.close()


@pytest.fixture
def saved(browser: Browser, origin: str, tmp_path: Path) -> str:
    """The address of a copy on disk, saved by the link on the page."""
    with visit(browser, f"{origin}/doctor") as seen:
        with seen.page.expect_download() as download:
            seen.page.locator("a[download]").click()
        copy = tmp_path / download.value.suggested_filename
        download.value.save_as(copy)
    return copy.as_uri()


@pytest.mark.parametrize("language", Language)
def test_a_wrong_character_is_told_with_its_place_in_every_language(
    browser: Browser, origin: str, language: Language
) -> None:
    with visit(browser, f"{origin}/doctor", locale=language.tag) as seen:
        told = seen.examine(KEY, WRONG)
        expected = explain(
            Finding(Cause.TOKEN_ONE_CHARACTER_WRONG, {"position": 29}), to=Audience.STRANGER, language=language
        )
        for sentence in (expected.title, expected.detail, expected.remedy, words.shell(language)["certain"]):
            assert sentence in told
        assert seen.page.locator("html").get_attribute("lang") == language.tag
        assert seen.page.locator(".cells .wrong").get_attribute("data-at") == "29"
        assert seen.complaints == []


def test_nothing_leaves_the_page_and_nothing_is_kept(browser: Browser, origin: str) -> None:
    """While pasting, examining, changing the language and clearing."""
    with visit(browser, f"{origin}/doctor") as seen:
        page = seen.page
        before = page.evaluate(KEPT)
        seen.examine(f" {KEY}", WRONG)
        page.get_by_role("link", name="Español").click()
        page.locator("summary").click()
        page.locator("#whole").fill(f"curl -H 'X-VTEX-API-AppKey: {KEY}' -H 'X-VTEX-API-AppToken: {TOKEN}'")
        page.locator("#examine").click()
        assert words.shell(Language.ES)["healthy_pair"] in page.locator("#result").inner_text()
        assert page.locator("#whole").input_value() == ""
        assert page.evaluate(KEPT) == before
        assert TOKEN not in page.content()
        assert TOKEN[12:24] not in page.locator("body").inner_text()
        page.locator("#clear").click()
        assert page.locator("#app-token").input_value() == ""
        assert page.locator("#result").is_hidden()
        assert seen.requests == []
        assert seen.complaints == []
        assert page.context.cookies() == []


def test_what_was_pasted_is_gone_when_one_comes_back(browser: Browser, origin: str) -> None:
    with visit(browser, f"{origin}/doctor") as seen:
        seen.examine(KEY, WRONG)
        seen.page.goto(f"{origin}/causes/key_empty")
        seen.page.go_back()
        assert [seen.page.locator(one).input_value() for one in ("#app-key", "#app-token")] == ["", ""]
        assert seen.page.locator("#result").is_hidden()


def test_the_page_cannot_send_even_if_it_wanted_to(browser: Browser, origin: str) -> None:
    """The policy is the browser's: fetch, beacon, picture, form and markup are all refused."""
    with visit(browser, f"{origin}/doctor") as seen:
        refused = seen.page.evaluate(
            """async (address) => {
              const broken = [];
              document.addEventListener("securitypolicyviolation", (event) => broken.push(event.effectiveDirective));
              await fetch(address).catch(() => null);
              const form = document.createElement("form");
              form.action = address;
              document.body.append(form);
              form.submit();
              try { document.body.innerHTML = "<b>"; } catch { broken.push("markup"); }
              const image = new Image();
              image.src = "https://elsewhere.example/x.png";
              await new Promise((done) => setTimeout(done, 300));
              return broken;
            }""",
            f"{origin}/causes",
        )
        assert {"connect-src", "form-action", "markup", "img-src"} <= set(refused)
        assert [one for one in seen.requests if not one.startswith("https://elsewhere.example")] == []


@pytest.mark.parametrize("language", Language)
def test_a_saved_copy_works_alone(browser: Browser, saved: str, language: Language) -> None:
    """From the disk, with no network at all, in three languages."""
    with visit(browser, saved, offline=True) as seen:
        seen.page.get_by_role("button", name=language.autonym).click()
        told = seen.examine(TOKEN, KEY.upper())
        for cause in (Cause.FIELDS_SWAPPED, Cause.TOKEN_LETTER_CASE_CHANGED):
            assert explain(Finding(cause), to=Audience.STRANGER, language=language).title in told
        assert words.shell(language)["saved"] in seen.page.locator("main").inner_text()
        assert seen.requests == []
        assert seen.complaints == []


def test_both_engines_agree_in_the_browser(browser: Browser, origin: str, saved: str) -> None:
    """As in Node, on the page that is served and on the copy."""
    made = json.dumps(vectors())
    for address in (f"{origin}/doctor", saved):
        with visit(browser, address) as seen:
            assert seen.page.evaluate(f"(made) => {{ {COMPARE}; return differences(JSON.parse(made)); }}", made) == []


def test_the_keyboard_is_enough(browser: Browser, origin: str) -> None:
    with visit(browser, f"{origin}/doctor") as seen:
        page = seen.page
        page.locator("#app-key").focus()
        page.keyboard.insert_text(KEY)
        page.keyboard.press("Tab")
        page.keyboard.insert_text(f"{TOKEN}\n")
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "result-title"
        found = explain(Finding(Cause.TOKEN_OUTER_WHITESPACE), to=Audience.STRANGER, language=Language.EN).title
        assert page.get_by_role("status").inner_text() == found
        assert page.locator(".cells .mark").inner_text() == "↵"


def test_the_token_is_covered_until_one_asks(browser: Browser, origin: str) -> None:
    style = "getComputedStyle(document.querySelector('#app-token')).webkitTextSecurity"
    with visit(browser, f"{origin}/doctor") as seen:
        assert seen.page.evaluate(style) == "disc"
        seen.page.locator("#show-token").click()
        assert seen.page.evaluate(style) == "none"
        assert seen.page.locator("#show-token").get_attribute("aria-pressed") == "true"


def test_without_javascript_the_page_says_so(browser: Browser, origin: str) -> None:
    with visit(browser, f"{origin}/doctor?lang=pt", java_script_enabled=False) as seen:
        assert "chaveiro doctor" in seen.page.get_by_role("alert").inner_text()
        assert seen.page.locator("#examination").is_hidden()


@pytest.mark.parametrize("width", [320, 390, 1200])
def test_nothing_sticks_out_of_a_small_screen(browser: Browser, origin: str, width: int) -> None:
    with visit(browser, f"{origin}/doctor?lang=es", viewport={"width": width, "height": 800}) as seen:
        seen.examine(f'"{KEY.upper()}"', f"Bearer {WRONG}")
        assert seen.page.evaluate("document.documentElement.scrollWidth") <= width
