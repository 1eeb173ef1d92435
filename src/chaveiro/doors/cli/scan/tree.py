"""The files of a tree. Whatever is not read is named: nobody takes silence for an all-clear."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator


class Why(StrEnum):
    """Why something in a tree was not read."""

    UNREADABLE = "unreadable"
    LINK_OUT = "link_out"  # a symbolic link that leads out of what was asked for, or nowhere
    SPECIAL = "special"  # a device, a socket, a pipe
    COMPRESSED = "compressed"  # what git keeps: read its history with `git log -p`


@dataclass(frozen=True, slots=True)
class Skipped:
    """What was not read."""

    path: Path
    why: Why


Entry: TypeAlias = Path | Skipped


def files(roots: tuple[Path, ...]) -> Iterator[Entry]:
    """Every regular file under the roots once, by name, and what is not read of them.

    A link that leads to somewhere under the roots is passed over, as what it leads to is read anyway.
    """
    under = tuple(Path(os.path.realpath(root)) for root in roots)
    for root in roots:
        # A root may be a link itself: it was named.
        yield from _entries(Path(os.path.realpath(root)) if root.is_symlink() else root, under)


def _entries(path: Path, under: tuple[Path, ...]) -> Iterator[Entry]:
    try:
        mode = path.lstat().st_mode
        if stat.S_ISLNK(mode):
            target = Path(os.path.realpath(path))
            if not (target.exists() and any(target.is_relative_to(root) for root in under)):
                yield Skipped(path, Why.LINK_OUT)
        elif stat.S_ISREG(mode):
            yield path
        elif stat.S_ISDIR(mode):
            inside = sorted(path.iterdir())
            if path.name == "objects" and {"pack", "info"} <= {one.name for one in inside}:
                yield Skipped(path, Why.COMPRESSED)
            for one in inside:
                yield from _entries(one, under)
        else:
            yield Skipped(path, Why.SPECIAL)
    except OSError:
        yield Skipped(path, Why.UNREADABLE)
