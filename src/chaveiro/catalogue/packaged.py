"""The catalogues that come with Chaveiro."""

from __future__ import annotations

from importlib.resources import files
from typing import Final

VTEX: Final = "vtex"  # the packaged catalogue of VTEX, and the name that a corrected copy keeps
_FILES: Final = {"tour": ("tour.toml",), VTEX: ("vtex/operations.toml", "vtex/resources.toml")}
PACKAGED: Final = tuple(_FILES)


def packaged(name: str) -> str:
    """The text of a catalogue that comes with Chaveiro. Raises KeyError for a name that is not in PACKAGED."""
    return "\n".join(map(packaged_file, _FILES[name]))


def packaged_file(path: str) -> str:
    """The text of one of the package's files."""
    return files("chaveiro.catalogue").joinpath(path).read_text("utf-8")
