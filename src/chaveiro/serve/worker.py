"""One process that answers checks, begun by the one that manages: `workers.py`."""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
from contextlib import closing
from threading import Thread
from time import sleep
from typing import TYPE_CHECKING

from chaveiro.serve.cores import forbid_cores
from chaveiro.serve.house import serving_house
from chaveiro.serve.listen import SWITCH_SECONDS, open_more_files, place, server, set_aside, uncollected
from chaveiro.serve.logs import configure_logs
from chaveiro.serve.refusal import CannotStart, CannotStartYet
from chaveiro.serve.workers import READY
from chaveiro.settings import Settings

if TYPE_CHECKING:
    from chaveiro.doors.metrics import Metrics
    from chaveiro.serve.listen import Server

COUNT_SECONDS = 1.0  # between two times that it tells what it has counted
_STDIN = 0


def answer(settings: Settings, listener: socket.socket) -> None:
    """Answer checks on a socket that others share, until standard input ends. Raises CannotStart."""
    configure_logs(settings)
    sys.setswitchinterval(SWITCH_SECONDS)
    open_more_files()
    with uncollected(), closing(serving_house(settings, managed=True)) as house:
        house.start()
        app = house.checks(place(settings))
        serving = server(
            app,
            settings.model_copy(update={"tls_cert": None, "tls_key": None}),
            _tell_ready,
            app.drain,
            at_once=app.at_once,
        )
        Thread(target=_end_with_the_other, args=(serving,), name="chaveiro-manager", daemon=True).start()
        Thread(target=_tell_counts, args=(app.metrics,), name="chaveiro-counts", daemon=True).start()
        set_aside()
        serving.run([listener])


def _tell_ready() -> None:
    print(READY, flush=True)  # noqa: T201 - whoever began it waits for this


def _tell_counts(metrics: Metrics) -> None:
    """Tell whoever began it, again and again, what was decided here."""
    told: dict[tuple[str, str, str], int] = {}
    while True:
        sleep(COUNT_SECONDS)
        counted = metrics.counted()
        if counted != told:
            told = counted
            print(json.dumps([[*check, times] for check, times in counted.items()]), flush=True)  # noqa: T201 - likewise


def _end_with_the_other(serving: Server) -> None:
    """Wait until the process that manages lets go, or is gone; then finish as if it had been asked to."""
    while os.read(_STDIN, 4096):
        pass
    if not serving.stops:  # else somebody asked already, and a second time would cut short what was begun
        os.kill(os.getpid(), signal.SIGTERM)


def _given() -> Settings:
    """Read what it is told: one line."""
    said = b""
    while not said.endswith(b"\n"):
        more = os.read(_STDIN, 65536)
        if not more:
            sys.exit(0)  # nobody is there any more
        said += more
    return Settings.model_validate_json(said)


def main() -> None:
    """Be one."""
    forbid_cores()
    settings = _given()
    try:
        answer(settings, socket.socket(fileno=int(sys.argv[1])))
    except CannotStart as refusal:
        print(f"chaveiro: a check worker cannot start: {refusal}", file=sys.stderr)  # noqa: T201 - as the command line says it
        sys.exit(1 if isinstance(refusal, CannotStartYet) else 2)


if __name__ == "__main__":
    main()
