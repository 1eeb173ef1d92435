"""The form in which a role is put together, as a browser without scripts reads and sends it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from html import unescape

import httpx
from tests.doors.console.browserless import Reader

_INPUT = re.compile(r"<input\b[^>]*>")
_ATTRIBUTE = re.compile(r'([a-z-]+)(?:="([^"]*)")?')
_MORE = re.compile(r'<textarea id="more"[^>]*>\n(.*?)</textarea>', re.DOTALL)


@dataclass
class Chooser:
    """What the form of the page that is shown would send."""

    reader: Reader
    fields: dict[str, str] = field(default_factory=dict)
    chosen: list[str] = field(default_factory=list)
    offered: list[str] = field(default_factory=list)  # boxes that are shown
    locked: list[str] = field(default_factory=list)  # of them, those that cannot be ticked

    def __post_init__(self) -> None:
        self._read()

    @property
    def more(self) -> str:
        """What stands in the field for further resources."""
        found = _MORE.search(self.reader.page.text)
        return unescape(found[1]) if found else ""

    def tick(self, *resources: str) -> Chooser:
        assert set(resources) <= set(self.offered) - set(self.locked)
        self.chosen += resources
        return self

    def untick(self, *resources: str) -> Chooser:
        for one in resources:
            self.chosen.remove(one)
        return self

    def press(self, button: str, value: str, **more: str) -> httpx.Response:
        """Send the form with one of its buttons, and read the page that comes."""
        assert f'name="{button}" value="{value}"' in self.reader.page.text, f"there is no button {button}={value}"
        sent: Mapping[str, str | Sequence[str]] = {**self.fields, "resource": self.chosen, button: value, **more}
        got = self.reader.post(str(self.reader.page.url.path), sent)
        self._read()
        return got

    def _read(self) -> None:
        self.fields, self.chosen, self.offered, self.locked = {}, [], [], []
        for tag in _INPUT.findall(self.reader.page.text):
            self._take({name: unescape(value) for name, value in _ATTRIBUTE.findall(tag.removeprefix("<input"))})

    def _take(self, one: Mapping[str, str]) -> None:
        name, value = one.get("name", ""), one.get("value", "")
        is_box = one.get("type") == "checkbox"
        if name == "resource":
            self.offered += [value] if is_box else []
            self.locked += [value] if "disabled" in one else []
            self.chosen += [value] if "checked" in one or not is_box else []
        elif name and (not is_box or "checked" in one):
            self.fields[name] = value


def opened(reader: Reader, address: str) -> Chooser:
    """The form at an address."""
    got = reader.get(address)
    assert got.status_code == 200, reader.text
    return Chooser(reader)


def texts(resources: Iterable[object]) -> set[str]:
    return {str(one) for one in resources}
