"""`chaveiro demo`: every way in which a pair fails, played by real programs, explained, mended, and sent again."""

from __future__ import annotations

import os
import shlex
import signal
import sys
import threading
import time
from typing import Annotated

import typer
from rich.text import Text

from chaveiro.doors.cli import printing
from chaveiro.doors.cli.demo import texts
from chaveiro.doors.cli.demo.cast import ACCOUNT, Cast, assemble
from chaveiro.doors.cli.demo.scenes import SCENES, Play, Unexpected
from chaveiro.doors.cli.demo.show import GOOD, Show
from chaveiro.doors.cli.demo.stage import Stage, nginx
from chaveiro.doors.cli.desk import NO, Desk, command
from chaveiro.settings import read_settings
from chaveiro.words import figures

app = typer.Typer()


@command(app, "demo")
def demo(
    desk: Desk,
    *,
    keep: Annotated[bool, typer.Option("--keep", help="Leave everything running afterwards, until Ctrl-C.")] = False,
) -> None:
    """Tour of every way a pair fails, in half a minute, on this machine alone.

    Starts Chaveiro, nginx and a small orders API, and removes them afterwards.
    """
    nginx()  # nothing is begun without it
    for name in [name for name in os.environ if name.upper().startswith("CHAVEIRO_")]:
        del os.environ[name]  # they speak of the reader's own installation, which the tour leaves alone
    show = Show(desk.language, silent=desk.as_json)
    show.opening()
    for stop in (signal.SIGINT, signal.SIGTERM):  # a shell's background jobs ignore the first
        signal.signal(stop, signal.default_int_handler)
    stage = Stage(desk.language)
    try:
        began = time.monotonic()
        cast = _start(stage, show)
        play = Play(stage, cast, show)
        for number, scene in enumerate(SCENES, 1):
            play.begin(number, scene)
        seconds = round(time.monotonic() - began)
        show.closing(Text(show.text(texts.DONE, count=len(SCENES), seconds=seconds), style=f"bold {GOOD}"))
        if desk.as_json:
            desk.answer(play.record)
        if keep:
            _keep(stage, cast, show)
    except Unexpected as unexpected:
        printing.console(stderr=True).print(show.text(texts.UNEXPECTED, **unexpected.facts))
        raise typer.Exit(NO) from None
    finally:
        stage.take_down()


def _start(stage: Stage, show: Show) -> Cast:
    began = time.monotonic()
    show.progress(texts.STARTING_DATA, account=ACCOUNT)
    cast = assemble(read_settings(data=stage.data), stage.language)
    show.progress(texts.STARTING_CHAVEIRO)
    stage.start_chaveiro()
    show.progress(texts.STARTING_NGINX)
    stage.start_nginx()
    show.progress(texts.STARTED, seconds=figures.number(round(time.monotonic() - began, 1), stage.language))
    return cast


def _keep(stage: Stage, cast: Cast, show: Show) -> None:
    address = f"{stage.gateway}/api/oms/pvt/orders"
    pair = (f"X-VTEX-API-AppKey: {cast.works.app_key}", f"X-VTEX-API-AppToken: {cast.works.token.reveal()}")
    curl = ["curl", *(word for header in pair for word in ("-H", header)), address]
    try:
        show.closing(
            show.text(texts.GOING_ON),
            *(Text(f"  {show.text(name)}: {value}") for name, value in _places(stage)),
            show.text(texts.COMMANDS),
            Text(f"  export CHAVEIRO_DATA={shlex.quote(str(stage.data))}", style="cyan"),
            show.text(texts.PAIR),
            Text(f"  {shlex.join(curl)}", style="cyan"),
            show.text(texts.STOP),
        )
        sys.stdout.flush()
        threading.Event().wait()
    except KeyboardInterrupt:
        show.closing(show.text(texts.STOPPED))


def _places(stage: Stage) -> list[tuple[str, str]]:
    return [(texts.GATEWAY, stage.gateway), (texts.CHECKS, stage.checks), (texts.ACCOUNT, ACCOUNT)]
