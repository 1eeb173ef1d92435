"""Eight bytes beside a database, mapped by every process of the machine: they differ once a change was committed.

Whoever commits writes them after the commit, and before anybody hears that it is done; whoever decides by what is in
memory compares them first, which takes no system call. They are random, not counted: no two writers need to agree, and
no change is mistaken for another. Whoever dies between the two leaves the others to find the change as they poll.
"""

from __future__ import annotations

import mmap
import os
from contextlib import suppress
from secrets import token_bytes
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

BYTES: Final = 8


class Pulse:
    """The bytes of one database. Where they cannot be had, they never differ: polls find what is new."""

    def __init__(self, path: Path) -> None:
        """Map the file, and make it where it is missing. Never raises."""
        self._mapped: mmap.mmap | None = None
        with suppress(OSError, ValueError):
            self._mapped = _mapped(path)

    def now(self) -> bytes:
        """What stands there."""
        try:
            return self._mapped[:BYTES] if self._mapped is not None else b""
        except ValueError:  # closed meanwhile
            return b""

    def beat(self) -> None:
        """Write something else."""
        if self._mapped is not None:
            self._mapped[:BYTES] = token_bytes(BYTES)

    def close(self) -> None:
        """Let go of the file, which stays: others map it."""
        mapped, self._mapped = self._mapped, None
        if mapped is not None:
            mapped.close()


def _mapped(path: Path) -> mmap.mmap:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
    try:
        if os.fstat(descriptor).st_size < BYTES:
            # Real bytes, not a hole: a write to a hole on a full disk would end the process.
            os.pwrite(descriptor, bytes(BYTES), 0)
        return mmap.mmap(descriptor, BYTES)
    finally:
        os.close(descriptor)
