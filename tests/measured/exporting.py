"""Somebody at the console who exports all keys, as often as told to: `python -m tests.measured.exporting PORT`."""

from __future__ import annotations

import os
import re
import select
import subprocess
import sys
from contextlib import contextmanager
from time import sleep
from typing import TYPE_CHECKING, Final

from tests.doors.console.browserless import Reader

from chaveiro.doors.console.cookies import SESSION

if TYPE_CHECKING:
    from collections.abc import Iterator

_WAIT: Final = re.compile(r'hx-get="(/console/jobs/[^"]+)"')
_FILE: Final = re.compile(r'href="(/console/jobs/[^"]+/file)"')
_LOOK_SECONDS: Final = 0.25  # somewhat more often than the page itself looks again


class Exporter:
    """Such a process, seen by whoever started it."""

    def __init__(self, popen: subprocess.Popen[str], session: str) -> None:
        self._popen = popen
        self._say(session)

    def begin(self) -> None:
        """Have it export once, and wait until the export is on its way."""
        self._say("export")
        assert self.rows() < 0

    def goes_on(self) -> bool:
        """Whether the export still does."""
        assert self._popen.stdout is not None
        return not select.select([self._popen.stdout], [], [], 0)[0]

    def rows(self) -> int:
        """How many rows the export had, once it is there."""
        assert self._popen.stdout is not None
        return int(self._popen.stdout.readline())

    def _say(self, what: str) -> None:
        assert self._popen.stdin is not None
        self._popen.stdin.write(f"{what}\n")
        self._popen.stdin.flush()


@contextmanager
def exporter(port: int, session: str) -> Iterator[Exporter]:
    """Begin such a process, and end it."""
    command = [sys.executable, "-m", "tests.measured.exporting", str(port)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as popen:
        try:
            yield Exporter(popen, session)
        finally:
            popen.kill()


def main(port: int) -> None:
    """Export whenever told to, until standard input ends."""
    reader = Reader(f"http://127.0.0.1:{port}", cookies={SESSION: sys.stdin.readline().strip()})
    while sys.stdin.readline():
        reader.get("/console/keys")
        reader.post("/console/keys/export", {"format": "csv"})
        print(-1, flush=True)
        while not (found := _FILE.search(reader.page.text)):
            again = _WAIT.search(reader.page.text)
            assert again, reader.text
            sleep(_LOOK_SECONDS)
            reader.get(again[1])
        print(reader.get(found[1]).text.count("\n") - 1, flush=True)  # its first row names the columns


if __name__ == "__main__":
    os.nice(10)  # whoever reads the file has processors of their own; here they are to take what is left
    main(int(sys.argv[1]))
