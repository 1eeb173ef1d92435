"""Texts that want to be more than text, in a real browser: they are read, and nothing of them runs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser
from tests.browser.showing import Visitor, become, visiting
from tests.doors.console.hostile import HOSTILE, stored
from tests.doors.console.panorama import Panorama, coded
from tests.doors.world import ACME, listening
from tests.promises.plugin import Proof

EVIL = "evil.example"


@pytest.fixture(scope="module")
def ana(browser: Browser) -> Iterator[tuple[Panorama, str, Visitor]]:
    made = stored(HOSTILE.__getitem__)
    with listening(made.world.app()) as port, visiting(browser) as visitor:
        origin = f"http://127.0.0.1:{port}"
        become(visitor.page.context, made, origin, "ana")
        yield made, origin, visitor


def addresses(made: Panorama) -> Iterator[str]:
    """Lists that hold all of them, and pages of some, each with another kind of text."""
    keyring, store = made.world.house.node.keyring(ACME), made.world.house.store
    yield from ("/console", "/console/keys", "/console/keys?page=2", "/console/keys/issue", "/console/users")
    yield from ("/console/users?page=2", "/console/roles", "/console/failures", "/console/diagnose", "/console/audit")
    yield from ("/console/settings/catalogue", "/console/settings")
    for place in (0, 4, 17, 30, 44):
        app_key = made.app_key(f"hostile {place}")
        yield from (f"/console/keys/{app_key}", f"/console/keys/{app_key}/link", f"/console/keys/{app_key}/delete")
        yield f"/console/roles/{max(keyring.roles) - place}"
    yield from (f"/console/users/{coded(user)}" for user in list(keyring.users)[-3:])
    yield from (f"/console/denials/{one.id}" for one in store.denials(ACME, limit=300)[::40])


def test_nothing_of_them_runs(ana: tuple[Panorama, str, Visitor], proof: Proof) -> None:
    """No dialog, no script, no request to elsewhere, no violation of the policy, no error in the console."""
    made, origin, visitor = ana
    asked: list[str] = []
    visitor.page.on("request", lambda request: asked.append(request.url))
    for address in addresses(made):
        got = visitor.page.goto(f"{origin}{address}", wait_until="load")
        assert got is not None
        assert got.ok, address
        visitor.page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
        assert visitor.page.evaluate("window.owned") is None, address
        assert visitor.broken() == [], address
    assert [one for one in asked if not one.startswith((origin, "data:"))] == []
    proof("G20", dose="hostile texts on every page of a real browser", figure="0 run")


def test_a_text_that_is_searched_for_is_only_searched_for(ana: tuple[Panorama, str, Visitor]) -> None:
    """Typed into the search of a list, which asks for a part of the page with it."""
    _, origin, visitor = ana
    for text in HOSTILE[::8]:
        visitor.page.goto(f"{origin}/console/users")
        visitor.page.locator("#q").fill(text.replace("\x00", ""))
        visitor.page.locator("#q").press("Enter")
        visitor.page.wait_for_load_state()
        assert visitor.page.evaluate("window.owned") is None, text
        assert visitor.broken() == [], text
