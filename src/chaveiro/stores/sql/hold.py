"""Who may use a database's folder: any number of processes together, or one that restores, alone."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Self

from chaveiro.stores.port import StoreBusy, StoreUnavailable

if sys.platform != "win32":  # there nobody is kept out
    import fcntl

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType


class Hold:
    """A lock on a folder, for as long as it is open. It ends with the process, however that ends."""

    def __init__(self, folder: Path, *, alone: bool = False) -> None:
        """Take the lock. Raises StoreUnavailable where somebody else's stands in its way."""
        self._file: int | None = None
        if sys.platform == "win32":
            return
        self._file = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
        try:
            fcntl.flock(self._file, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except OSError:
            self.close()
            raise (
                StoreUnavailable(
                    f"a database in `{folder}` is in use: stop the server and every other command, then try again"
                )
                if alone
                else StoreBusy(f"a database in `{folder}` is being restored: try again when that is done")
            ) from None

    def close(self) -> None:
        """Let go."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, surprise: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
