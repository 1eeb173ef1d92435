"""A file of lines as it lies on the disk: where the last whole one ends, and when it is there for good."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def whole_lines(content: bytes) -> list[bytes]:
    """The lines that were written to their end: whoever was killed midway acknowledged nothing."""
    return content.split(b"\n")[:-1]


def content_of(file: int) -> bytes:
    """All of it."""
    return os.pread(file, os.fstat(file).st_size, 0)


def write_whole(file: int, text: bytes, at: int) -> None:
    """Write it, or raise as where the disk is full."""
    if os.pwrite(file, text, at) < len(text):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def end_of_lines(file: int) -> int:
    """Where the last whole line ends. What a killed process left behind it is cut off."""
    size = os.fstat(file).st_size
    if size == 0 or os.pread(file, 1, size - 1) == b"\n":
        return size
    end = content_of(file).rfind(b"\n") + 1
    os.ftruncate(file, end)
    return end


def make_durable(directory: Path) -> None:
    """Let it be known after a power cut which files there are."""
    if os.name == "posix":
        descriptor = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
