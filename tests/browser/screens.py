"""A picture of every page of the console, in three languages and two sizes, also dark in English: `make screens`."""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright
from tests.browser.conftest import CHROMIUM, FLAGS
from tests.browser.showing import DESK, PHONE, become, visiting
from tests.doors.console.panorama import Sample, panorama, samples
from tests.doors.world import listening

from chaveiro.words.language import Language

FOLDER = Path(__file__).parents[2] / "build" / "screens"
SIZES = {"desk": DESK, "phone": PHONE}


def main(wanted: str = "") -> None:
    """Take them all, or those whose names begin with *wanted*."""
    if CHROMIUM is None:
        sys.exit("there is no Chromium: `apt-get install chromium` brings one")
    FOLDER.mkdir(parents=True, exist_ok=True)
    made = panorama()
    back, chosen = (
        made.kept(),
        [one for one in samples(made) if one.name.startswith(wanted) and not (one.part or one.file)],
    )
    with listening(made.world.app()) as port, sync_playwright() as playwright:
        origin = f"http://127.0.0.1:{port}"
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for language in Language:
            with visiting(browser) as visitor:
                for sample in chosen:
                    back()
                    become(visitor.page.context, made, origin, sample.by, language)
                    visitor.page.set_viewport_size(DESK)  # type: ignore[arg-type]  # width and height
                    visitor.page.emulate_media(color_scheme="light")
                    visitor.show(origin, sample)
                    for name, size in SIZES.items():
                        visitor.page.set_viewport_size(size)  # type: ignore[arg-type]  # likewise
                        for scheme in ("light", "dark") if language is Language.EN else ("light",):
                            visitor.page.emulate_media(color_scheme=scheme)
                            path = FOLDER / f"{sample.name}.{language}.{name}{'.dark' if scheme == 'dark' else ''}.png"
                            visitor.page.screenshot(path=path, full_page=True)
        browser.close()
    told(chosen)


def told(chosen: list[Sample]) -> None:
    """Say where they are."""
    sys.stdout.write(f"{len(chosen)} pages, in {FOLDER}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
