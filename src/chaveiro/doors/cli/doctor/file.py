"""A file with a pair in it."""

from __future__ import annotations

from pathlib import Path

from chaveiro.core.names import quoted
from chaveiro.doors.cli.doctor import texts
from chaveiro.doors.cli.reading import Cannot
from chaveiro.doors.pasted.forms import BYTES_MAX, bounded


def content(path: Path) -> str:
    """What a file holds: UTF-8, or UTF-16 as Windows writes it, with or without a byte order mark. Raises Cannot."""
    try:
        with path.open("rb") as opened:
            data = opened.read(BYTES_MAX + 1)
    except OSError as error:
        raise Cannot(texts.FILE_UNREADABLE, file=quoted(str(path)), reason=error.strerror) from None
    return bounded(data.decode("utf-16" if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"))
