"""What a crash leaves behind: nothing. A picture of this process's memory would hold the pepper, and tokens."""

from __future__ import annotations

import ctypes
import sys
from contextlib import suppress

_PR_SET_DUMPABLE = 4  # prctl(2)


def forbid_cores() -> None:
    """Keep the system from writing this process's memory to a disk, and others of its user from reading it.

    Where the system forbids to say so, whoever started the process has said it already: see deploy/systemd.
    """
    with suppress(ImportError, OSError, ValueError):
        import resource  # noqa: PLC0415 - there is none on Windows

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":  # a limit alone does not keep a program from being handed the picture
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
