"""Every page of the console in a browser: nothing breaks the policy, everybody can read and use it, on a phone too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser
from tests.browser.showing import DESK, PHONE, Visitor, become, visiting
from tests.browser.test_console_look import CLIENTS
from tests.doors.console.panorama import Panorama, Sample, panorama, samples
from tests.doors.world import listening

from chaveiro.words.language import Language

HERE = Path(__file__).parent
LOOK = (HERE / "looking.js").read_text("utf-8")
SIZES = {"desk": DESK, "phone": PHONE}
SCENE = panorama()
SAMPLES = [one for one in samples(SCENE) if not (one.part or one.file)]


@dataclass
class Place:
    """The account, where it answers, and a browser that looks at it."""

    made: Panorama
    origin: str
    visitor: Visitor
    axe: str

    def show(self, sample: Sample, language: Language = Language.EN) -> None:
        """Undo what the last page did, then open another: whoever looks at one is signed in for as long."""
        page = self.visitor.page
        self.back()
        become(page.context, self.made, self.origin, sample.by, language)
        self.look(DESK, "light")
        self.visitor.complaints.clear()
        self.visitor.show(self.origin, sample)

    def back(self) -> None:
        """Undo whatever was done."""
        raise NotImplementedError

    def look(self, size: Mapping[str, int], scheme: Any) -> None:
        """In a size and a scheme."""
        self.visitor.page.set_viewport_size(size)  # type: ignore[arg-type]  # width and height
        self.visitor.page.emulate_media(color_scheme=scheme)

    def violations(self, **how: Any) -> list[Any]:
        """What axe finds, every menu and every table open."""
        page = self.visitor.page
        if page.evaluate("typeof axe") == "undefined":
            page.evaluate(self.axe)
        page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
        how = {"resultTypes": ["violations"], "preload": False, **how}
        found = page.evaluate("(how) => axe.run(how)", how)["violations"]
        return [(one["id"], [node["html"][:200] for node in one["nodes"]]) for one in found]


@pytest.fixture(scope="module")
def place(browser: Browser) -> Iterator[Place]:
    assert CLIENTS is not None, "`make clients` brings axe-core"
    axe = (CLIENTS / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")
    with listening(SCENE.world.app()) as port, visiting(browser) as visitor:
        place = Place(SCENE, f"http://127.0.0.1:{port}", visitor, axe)
        place.back = SCENE.kept()  # type: ignore[method-assign]  # as it is now
        yield place


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda one: one.name)
def test_everybody_can_read_and_use_it(place: Place, sample: Sample) -> None:
    """Under the policy it is served with; as far as axe can tell; by a finger, and without moving the page sideways."""
    place.show(sample)
    assert place.visitor.broken() == []
    found = {}
    for name, size in SIZES.items():
        place.look(size, "light")
        found[name] = place.violations()
        place.look(size, "dark")
        found[f"{name}, dark"] = place.violations(runOnly=["color-contrast", "link-in-text-block"])
        found[f"{name}, seen"] = place.visitor.page.evaluate(LOOK, name == "phone")
    assert {name: one for name, one in found.items() if one} == {}


@pytest.mark.parametrize("language", [Language.PT, Language.ES])
@pytest.mark.parametrize("sample", SAMPLES, ids=lambda one: one.name)
def test_no_words_are_too_long(place: Place, sample: Sample, language: Language) -> None:
    """In the languages that need more room: no text is cut off, none leaves its box, none moves the page sideways."""
    place.show(sample, language)
    found = {}
    for name, size in SIZES.items():
        place.look(size, "light")
        found[name] = place.visitor.page.evaluate(LOOK, name == "phone")
    assert {name: one for name, one in found.items() if one} == {}


def test_nothing_moves_for_whoever_wants_it_still(place: Place) -> None:
    """The browser says that less motion is wished for, and no page has an animation or a transition that takes time."""
    for sample in SAMPLES[:: max(1, len(SAMPLES) // 10)]:
        place.show(sample)
        moving = place.visitor.page.evaluate("""() => [...document.querySelectorAll("*")].filter((one) => {
          const style = getComputedStyle(one);
          const long = (text) => text.split(",").some((one) => parseFloat(one) > 0.01);
          return long(style.transitionDuration) || (style.animationName !== "none" && long(style.animationDuration));
        }).map((one) => one.outerHTML.slice(0, 100))""")
        assert moving == []
