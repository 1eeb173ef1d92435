"""Pages of the console in a browser: as somebody who is signed in, in any language, size and scheme."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Dialog, Page
from tests.doors.console.panorama import Panorama, Sample

from chaveiro.doors.console.cookies import LANGUAGE, SESSION

PHONE: Mapping[str, int] = {"width": 360, "height": 740}
DESK: Mapping[str, int] = {"width": 1280, "height": 800}
BROKEN = """
window.broken = [];
document.addEventListener("securitypolicyviolation", (event) => window.broken.push(event.violatedDirective));
"""
# A form of ours that nobody has to fill in: it is sent as a page would send it.
SEND = """([address, fields]) => {
  const form = document.createElement("form");
  form.method = "post";
  form.action = address;
  const token = document.querySelector("input[name=form_token]").value;
  for (const [name, value] of [["form_token", token], ...fields]) {
    const input = document.createElement("textarea");
    input.name = name;
    input.value = value;
    form.append(input);
  }
  document.body.append(form);
  HTMLFormElement.prototype.submit.call(form);
}"""


@dataclass
class Visitor:
    """A page, and whatever browser and policy complained about while it was open."""

    page: Page
    complaints: list[str] = field(default_factory=list)

    def show(self, origin: str, sample: Sample) -> None:
        """Open a sample."""
        if sample.fields is None:
            self.page.goto(f"{origin}{sample.address}", wait_until="load")
            return
        self.page.goto(f"{origin}{sample.form if sample.by else sample.address}", wait_until="load")
        fields = [
            (name, one)
            for name, value in sample.fields.items()
            for one in ([value] if isinstance(value, str) else value)
        ]
        with self.page.expect_navigation(wait_until="load"):
            self.page.evaluate(SEND, [f"{origin}{sample.address}", fields])

    def dismissed(self, dialog: Dialog) -> None:
        """A dialog that a page brought up: no page of ours does."""
        self.complaints.append(f"dialog {dialog.message}")
        dialog.dismiss()

    def broken(self) -> list[str]:
        """What was complained about until now. A page that is refused on purpose is told of by the browser, too."""
        policy: list[str] = self.page.evaluate("window.broken")
        return [one for one in self.complaints if "Failed to load resource" not in one] + policy


@contextmanager
def visiting(browser: Browser, **how: Any) -> Iterator[Visitor]:
    """A browser of its own."""
    context = browser.new_context(**{"viewport": DESK, "reduced_motion": "reduce", **how})
    try:
        visitor = Visitor(context.new_page())
        visitor.page.on("console", partial(_heard, visitor))
        visitor.page.on("pageerror", lambda error: visitor.complaints.append(str(error)))
        visitor.page.on("dialog", visitor.dismissed)
        visitor.page.add_init_script(BROKEN)
        yield visitor
    finally:
        context.close()


def _heard(visitor: Visitor, message: ConsoleMessage) -> None:
    """Errors and warnings; what a browser advises beside is no complaint."""
    if message.type in {"error", "warning"}:
        visitor.complaints.append(message.text)


def become(context: BrowserContext, made: Panorama, origin: str, who: str | None, language: str = "en") -> None:
    """Sign somebody in without the cost of a password, and choose a language."""
    context.clear_cookies()
    held = made.reader(origin, who).cookies if who else {}
    for name, value in {**held, LANGUAGE: language}.items():
        context.add_cookies(
            [{
                "name": name, "value": value, "url": origin.replace("http:", "https:"), "secure": True,
                "httpOnly": True, "sameSite": "Strict",
            }]
        )  # fmt: skip
    assert urlsplit(origin).hostname == "127.0.0.1"
    assert SESSION in held or who is None
