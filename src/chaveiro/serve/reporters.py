"""The file of those whose reports of leaked tokens are believed."""

from __future__ import annotations

import re
import stat
from typing import TYPE_CHECKING

from chaveiro.doors.leaks import Reporters, ReportersMalformed, read_reporters
from chaveiro.serve.foreignkeys import read_trusted
from chaveiro.serve.refusal import CannotStart

if TYPE_CHECKING:
    from pathlib import Path


def reporters(path: Path) -> Reporters:
    """Read the public keys of those who report leaked tokens. Raises CannotStart."""
    text = read_trusted(path, "file of reporters", open_to=stat.S_IWOTH, mend="o-w")
    try:
        return read_reporters(text, name=re.sub(r"[^a-z0-9.-]", "-", path.stem.lower())[:32])
    except ReportersMalformed as malformed:
        raise CannotStart(f"the file of reporters `{path}` cannot be used: {malformed}") from None
