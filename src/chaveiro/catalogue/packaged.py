"""The catalogues that come with Chaveiro."""

from __future__ import annotations

from importlib.resources import files
from typing import Final

PACKAGED: Final = ("tour",)


def packaged(name: str) -> str:
    """The text of a catalogue that comes with Chaveiro. Raises KeyError for a name that is not in PACKAGED."""
    if name not in PACKAGED:
        raise KeyError(name)
    return files("chaveiro.catalogue").joinpath(f"{name}.toml").read_text("utf-8")
