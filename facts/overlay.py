"""The overlay: every answer to an inconsistency of the facts, and which of them were asked for."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

OVERLAY = Path(__file__).with_name("overlay.toml")


class Unresolved(Exception):
    """The facts hold an inconsistency without an answer, or the overlay an answer without a question."""


class Overlay:
    """Answers, each with its reason. What is never asked for is out of date."""

    def __init__(self, path: Path = OVERLAY) -> None:
        """Read the file. Raises Unresolved for an answer without a reason."""
        document = tomllib.loads(path.read_text("utf-8"))
        self.numbers: dict[str, int] = document.pop("numbers")
        document["agreeing"] = [document["agreeing"]]
        self._answers: dict[tuple[str, str], dict[str, Any]] = {}
        for kind, entries in document.items():
            for entry in entries:
                if not entry.get("reason", "").strip():
                    raise Unresolved(f"an entry of `{kind}` has no reason")
                for name in _names(kind, entry):
                    if (kind, name) in self._answers:
                        raise Unresolved(f"`{kind}` answers `{name}` twice")
                    self._answers[kind, name] = entry
        self._asked: set[tuple[str, str]] = set()

    def answers(self, kind: str, name: str) -> bool:
        """Say whether there is an answer."""
        return (kind, name) in self._answers

    def answer(self, kind: str, name: str) -> dict[str, Any]:
        """Give the answer, and remember that it was asked for. Raises Unresolved."""
        if (kind, name) not in self._answers:
            raise Unresolved(f"the facts ask for a `{kind}` of `{name}`, and the overlay has none")
        self._asked.add((kind, name))
        return self._answers[kind, name]

    def finish(self) -> None:
        """Refuse answers that nobody asked for. Raises Unresolved."""
        if idle := sorted(self._answers.keys() - self._asked):
            raise Unresolved(f"nothing asks for these answers any more: {idle}")


def _names(kind: str, entry: dict[str, Any]) -> list[str]:
    """What an entry answers."""
    match kind:
        case "name":
            return list(entry["of"])
        case "disagreeing":
            return list(entry["routes"])
        case "keyless":
            return [f"{entry['product']}/{entry['name']}"]
        case "agreeing":
            return [""]
        case _:
            field = {
                "access": "kind",
                "spelling": "written",
                "path": "written",
                "kept": "key",
                "product_id": "product",
            }.get(kind, "role")
            return [entry[field]]
