"""A real browser and a real server. Where there is no Chromium, these tests do not run, and say so."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright
from tests.doors.world import furnish, listening

FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run",
]  # fmt: skip
NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM = next((found for name in NAMES if (found := shutil.which(name))), None)
NONE = "there is no Chromium here: `apt-get install chromium` brings one"
HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if CHROMIUM is None:
        for item in items:
            if HERE in item.path.parents:
                item.add_marker(
                    pytest.mark.skip(reason="there is no Chromium here: `apt-get install chromium` brings one")
                )


@pytest.fixture(scope="module")  # no longer: while it lives, nothing else may run an event loop in this thread
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def origin() -> Iterator[str]:
    """The address of a server that serves every door."""
    with listening(furnish(accounts=1).app()) as port:
        yield f"http://127.0.0.1:{port}"
