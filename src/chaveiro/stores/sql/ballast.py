"""Ballast: real blocks beside the database, given up for revocations when the disk is full."""

from __future__ import annotations

import os
from contextlib import suppress
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Final

import structlog

if TYPE_CHECKING:
    from pathlib import Path

MIB: Final = 1024 * 1024
RENEW_SECONDS: Final = 5.0  # between two looks at whether there is room for it again

_log = structlog.get_logger(__name__)


class Ballast:
    """A file that takes up room until somebody who must be let in needs it. Of no bytes it is none."""

    def __init__(self, path: Path, *, size: int) -> None:
        """Name the file. Nothing is written before `keep`."""
        self._path = path
        self._size = size
        self._lock = Lock()
        self._kept = False
        self._looked_at = 0.0

    def keep(self) -> None:
        """Make it where it is missing, now and, by `renew`, whenever there is room. Never raises."""
        self._kept = True
        with self._lock:
            self._make()

    def renew(self) -> None:
        """Make it again some time after it was given up. Cheap where it is there. Never raises."""
        if self._kept and monotonic() - self._looked_at >= RENEW_SECONDS:
            with self._lock:
                self._make()

    def free(self) -> bool:
        """Give it up; whether there was any. An empty file stays, so that every process knows."""
        with self._lock:
            self._looked_at = monotonic()
            if not self._holds():
                return False
            os.truncate(self._path, 0)
        _log.error("ballast_freed", bytes=self._size, path=str(self._path))
        return True

    def is_short(self) -> bool:
        """Whether it was given up, and what is left is for revocations alone."""
        try:
            return bool(self._size) and self._path.stat().st_size == 0 and self._room() < 2 * self._size
        except OSError:
            return False

    def _holds(self) -> bool:
        try:
            return self._path.stat().st_size > 0
        except OSError:
            return False

    def _make(self) -> None:
        self._looked_at = monotonic()
        if not self._size or self._holds():
            return
        try:
            if self._room() >= 2 * self._size:  # as much must be left to whoever works
                self._fill()
        except OSError as surprise:
            with suppress(OSError):
                self._path.unlink(missing_ok=True)
            _log.warning("ballast_not_made", reason=surprise.strerror)

    def _room(self) -> int:
        if not hasattr(os, "statvfs"):
            return 2 * self._size
        found = os.statvfs(self._path.parent)
        return found.f_bavail * found.f_frsize

    def _fill(self) -> None:
        """Random bytes: a file system that leaves out zeros, or compresses, would keep nothing free."""
        with os.fdopen(os.open(self._path, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb") as file:
            for begin in range(0, self._size, MIB):
                file.write(os.urandom(min(MIB, self._size - begin)))
            file.flush()
            os.fsync(file.fileno())
