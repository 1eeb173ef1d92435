"""Processes that answer checks: begun beside the one that manages, begun again when they end, ended with it.

Each is told its settings over a pipe, which stays open: when it ends, whoever holds its other end does so, too.
"""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
from collections import Counter
from contextlib import contextmanager, suppress
from threading import Condition, Event, Thread
from time import monotonic
from typing import TYPE_CHECKING, Final, TypeAlias

import structlog
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

from chaveiro.serve.refusal import CannotStart

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus_client.metrics_core import Metric

    from chaveiro.settings import Settings

Check: TypeAlias = tuple[str, str, str]  # its door, decision and cause

READY: Final = "ready"
PAUSE_SECONDS: Final = 0.5  # before one that ended is begun again; each time it ends soon, twice as long
PAUSE_SECONDS_MAX: Final = 30.0
LONG_SECONDS: Final = 60.0  # after which its end is a new misfortune
_END_SECONDS: Final = 15.0  # for what was begun, besides the time for which it drains

_log = structlog.get_logger(__name__)


class Workers(Collector):
    """All of them, on one socket: whoever is free takes the next connection in."""

    def __init__(self, settings: Settings, listener: socket.socket, count: int) -> None:
        listener.set_inheritable(True)
        self._told = Condition()
        self._all = [_Worker(number, settings, listener, self._told) for number in range(1, count + 1)]
        self._end_seconds = settings.drain_seconds + _END_SECONDS

    @contextmanager
    def running(self) -> Iterator[Workers]:
        """Begin all, and go on once each of them answers; at the end, wait for them. Raises CannotStart."""
        try:
            for one in self._all:
                one.start()
            with self._told:
                self._told.wait_for(
                    lambda: all(one.is_ready for one in self._all) or any(one.failed for one in self._all)
                )
            if any(one.failed for one in self._all):
                raise CannotStart("a check worker ended before it answered anything: what it said stands above")
            yield self
        finally:
            self._stop()

    def collect(self) -> Iterator[Metric]:
        """Give Prometheus what they have decided, a second ago: whoever asks one of them hears of that one alone."""
        alive = sum(one.is_alive_now for one in self._all)
        yield GaugeMetricFamily("chaveiro_workers", "Processes that answer checks beside this one.", alive)
        labels = ("worker", "door", "decision", "cause")
        checks = CounterMetricFamily("chaveiro_worker_checks", "Checks that they decided.", labels=labels)
        for one in self._all:
            for check, times in one.checks.items():
                checks.add_metric((one.name.rpartition("-")[2], *check), times)
        yield checks

    def drain(self) -> None:
        """Ask all to finish what was begun, and to end. Waits for nobody."""
        for one in self._all:
            one.drain()

    def _stop(self) -> None:
        self.drain()
        give_up = monotonic() + self._end_seconds
        for one in self._all:
            one.join(max(0.0, give_up - monotonic()))
            one.kill()
            one.join()


class _Worker(Thread):
    """One of them, and whoever waits for its end."""

    def __init__(self, number: int, settings: Settings, listener: socket.socket, told: Condition) -> None:
        super().__init__(name=f"chaveiro-worker-{number}", daemon=True)
        self.is_ready = False  # it answered once
        self.failed = False  # it ended before
        self._number = number
        self._settings = settings_of(settings, number)
        self._listener = listener
        self._told = told
        self._stopping = Event()
        self._process: subprocess.Popen[str] | None = None
        self._past: Counter[Check] = Counter()
        self._counted: dict[Check, int] = {}

    @property
    def is_alive_now(self) -> bool:
        """Whether there is a process just now."""
        return self._process is not None and self._process.poll() is None

    def run(self) -> None:
        pause = PAUSE_SECONDS
        while not self._stopping.is_set():
            began = monotonic()
            code = self._lived()
            if self._stopping.is_set():
                return
            if not self.is_ready:
                self._tell(failed=True)
                return
            pause = PAUSE_SECONDS if monotonic() - began > LONG_SECONDS else pause
            _log.error("worker_ended", worker=self._number, code=code, again_seconds=pause)
            self._stopping.wait(pause)
            pause = min(2 * pause, PAUSE_SECONDS_MAX)

    def _lived(self) -> int:
        """Begin it, and give the code with which it ended."""
        descriptor = self._listener.fileno()
        # -P: what lies in the folder from which somebody starts us is nobody's code.
        command = [sys.executable, "-P", "-m", "chaveiro.serve.worker", str(descriptor)]
        with subprocess.Popen(  # noqa: S603 - ourselves
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, pass_fds=[descriptor], text=True
        ) as process:
            self._process = process
            if self._stopping.is_set():
                self.drain()
            if process.stdin is not None and process.stdout is not None:
                with suppress(OSError, ValueError):  # it ended before it had read them, or was told to
                    process.stdin.write(f"{self._settings}\n")
                    process.stdin.flush()
                for line in process.stdout:
                    self._hear(line.strip())
            self._past.update(self._counted)
            self._counted = {}
            return process.wait()

    def _hear(self, line: str) -> None:
        """Take what it says: that it answers, and then what it has counted since it began."""
        if line == READY:
            _log.info("worker_ready", worker=self._number)
            self._tell(failed=False)
        else:
            self._counted = {(door, decision, cause): times for door, decision, cause, times in json.loads(line)}

    @property
    def checks(self) -> Counter[Check]:
        """What it has decided, and those before it in its place."""
        return self._past + Counter(self._counted)

    def _tell(self, *, failed: bool) -> None:
        with self._told:
            self.is_ready, self.failed = not failed, failed
            self._told.notify_all()

    def drain(self) -> None:
        """Let go of the pipe: it reads the end, and finishes."""
        self._stopping.set()
        process = self._process
        if process is not None and process.stdin is not None:
            with suppress(OSError):
                process.stdin.close()

    def kill(self) -> None:
        """Be gone."""
        if self.is_alive() and self._process is not None:
            self._process.kill()


def settings_of(settings: Settings, number: int) -> str:
    """What one of them is told, as JSON: it is a node of its own, and leaves behind what it knows in its own folder."""
    name = settings.node_name or re.sub(r"[^A-Za-z0-9._-]", "-", socket.gethostname())
    own: dict[str, object] = {"node_name": f"{name[:50]}-check-{number}"}
    if settings.snapshot_path is not None:
        own["snapshot"] = str(settings.snapshot_path / f"check-{number}")
    return settings.model_copy(update=own).model_dump_json()
