"""The last run as a page of the documentation: `make bench ARGS=publish`."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from shutil import copy
from typing import TYPE_CHECKING, Any, Final

from bench.measure import WHOLE, Figure
from bench.parts import PARTS
from bench.report import FOLDER, NOT_HERE, Measured, page

if TYPE_CHECKING:
    from collections.abc import Iterator

DOCS: Final = Path(__file__).parents[1] / "docs" / "reference"
PAGE: Final = "speed-figures.md"
PLOTS: Final = "speed"  # a folder beside it


class NotPublished(Exception):
    """The run is not one to be held to; the message says why."""


def published(run: Path = FOLDER, docs: Path = DOCS) -> Path:
    """Make the page from the report of a run. Raises NotPublished."""
    found = _run(run)
    parts = [Measured(**{**part, "figures": list(_figures(part))}) for part in found["parts"]]
    (docs / PLOTS).mkdir(exist_ok=True)
    drawn = {part.name for part in parts if (run / f"{part.name}.svg").exists()}
    for name in drawn:
        copy(run / f"{name}.svg", docs / PLOTS)
    made = docs / PAGE
    text = "\n".join(page(parts, WHOLE, found["machine"], {name: f"{PLOTS}/{name}.svg" for name in drawn}))
    made.write_text(text.replace("# Speed\n", "# Speed: figures of a run\n", 1) + "\n")
    return made


def _run(folder: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads((folder / "report.json").read_text())
    except FileNotFoundError:
        raise NotPublished("nothing was measured yet: run `make bench`") from None
    if found["dose"] != json.loads(json.dumps(asdict(WHOLE))):
        raise NotPublished("the last run was a short one: run `make bench`")
    if found["machine"]["commit"].endswith("-dirty"):
        raise NotPublished("the last run was of sources that were not committed")
    made = {part["name"] for part in found["parts"] if part["problem"] in {"", NOT_HERE}}
    if missing := [name for name in PARTS if name not in made]:
        raise NotPublished(f"the last run has no figures of {', '.join(missing)}")
    return found


def _figures(part: dict[str, Any]) -> Iterator[Figure]:
    for one in part["figures"]:
        yield Figure(**{**one, "rounds": tuple(one["rounds"])})
