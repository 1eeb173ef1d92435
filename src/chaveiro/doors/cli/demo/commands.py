"""Commands of the tour, each in a process of its own, which need not load the program anew every time."""

from __future__ import annotations

import contextlib
import io
import multiprocessing
import os
import shlex
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from multiprocessing.context import ForkServerContext, SpawnContext  # the first is not everywhere

COMMAND_SECONDS_MAX = 30.0
_PROGRAM = "chaveiro.doors.cli.app"


@dataclass(frozen=True, slots=True)
class Done:
    """What a command answered."""

    code: int
    said: str
    complaint: str


class Commands:
    """Runs lines that begin with `chaveiro`, as their reader would, in an environment of its own."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = dict(environment)
        self._processes: ForkServerContext | SpawnContext = multiprocessing.get_context("spawn")
        if "forkserver" in multiprocessing.get_all_start_methods():
            self._processes = multiprocessing.get_context("forkserver")
            self._processes.set_forkserver_preload([_PROGRAM])

    def run(self, line: str, typed: str = "") -> Done:
        """Run one line, and type in what it asks for."""
        ours, theirs = self._processes.Pipe(duplex=False)
        words = shlex.split(line)[1:]
        process = self._processes.Process(target=_run, args=(words, typed, self._environment, theirs), daemon=True)
        process.start()
        theirs.close()
        try:
            done = ours.recv() if ours.poll(COMMAND_SECONDS_MAX) else Done(-1, "", "")
        except EOFError:  # it died
            done = Done(-1, "", "")
        if done.code == -1:
            process.kill()
        process.join()
        ours.close()
        return done


def _run(words: list[str], typed: str, environment: Mapping[str, str], answer: Connection) -> None:
    from chaveiro.doors.cli.app import run  # noqa: PLC0415 - the tour is one of its commands

    os.environ.clear()
    os.environ.update(environment)
    out, err = io.StringIO(), io.StringIO()
    sys.stdin = io.StringIO(typed)
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = run(words)
    answer.send(Done(code, out.getvalue().strip(), err.getvalue().strip()))
