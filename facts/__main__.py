"""`make catalogue`: the packaged catalogue of VTEX, written from facts that are kept beside the repository."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import chaveiro
from chaveiro.catalogue.writing import written
from facts.operations import entries
from facts.overlay import Overlay, Unresolved
from facts.resources import known_resources
from facts.roles import written_roles

FACTS = Path(__file__).parents[2] / "shared" / "reference"
PACKAGED = Path(chaveiro.__file__).parent / "catalogue" / "vtex"

HEAD = """\
# {what}
#
# Written by `make catalogue` from VTEX's public documentation as of August 2026. How its inconsistencies are read, and
# why, stands in facts/overlay.toml: correct that file, not this one.

"""
HEADS = {
    "operations.toml": "What each of VTEX's public operations needs.",
    "resources.toml": "The resources of VTEX's License Manager: names for people, numbers for other systems.",
    "roles.toml": "VTEX's predefined roles, current and retired.",
}


def texts(facts: Path = FACTS, overlay: Overlay | None = None) -> dict[str, str]:
    """The text of every file. Raises Unresolved."""
    answers = overlay or Overlay()
    resources = known_resources(_records(facts, "resources"), answers)
    files = {
        "operations.toml": written(entries(_records(facts, "operations"), answers), name="vtex"),
        "resources.toml": written((), resources),
        "roles.toml": written_roles(_records(facts, "roles"), answers),
    }
    answers.finish()
    return {name: HEAD.format(what=HEADS[name]) + text for name, text in files.items()}


def _records(facts: Path, kind: str) -> list[dict[str, Any]]:
    records: list[dict[str, Any]] = json.loads((facts / f"vtex-{kind}.json").read_text("utf-8"))
    return records


def main() -> None:
    """Write the files where the package keeps them."""
    try:
        files = texts(Path(sys.argv[1]) if len(sys.argv) > 1 else FACTS)
    except (OSError, Unresolved) as surprise:
        sys.exit(f"nothing was written: {surprise}")
    PACKAGED.mkdir(exist_ok=True)
    for name, text in files.items():
        (PACKAGED / name).write_text(text, "utf-8")
        print(f"{PACKAGED / name}: {len(text.encode()):,} bytes")


if __name__ == "__main__":
    main()
