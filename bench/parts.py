"""What `make bench` measures, in this order."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final, cast

if TYPE_CHECKING:
    from bench.measure import Part

PARTS: Final = (
    "decision",
    "check",
    "workers",
    "gateway",
    "start",
    "write",
    "revoke",
    "denial",
    "company",
    "peers",
)


def part(name: str) -> Part | None:
    """One of them; None where it is not there, or makes no figures for others."""
    module = import_module(f"bench.{name}") if find_spec(f"bench.{name}") else None
    return cast("Part", module) if hasattr(module, "figures") else None
