"""Processes that are told to stop, and others that take over."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import httpx
import pytest
from tests.dose import dose
from tests.gateways.gates import free_port, nginx_before
from tests.nodes import fleet
from tests.nodes.fleet import ACME, NodeProcess, Pair, furnish, managing, new_pepper
from tests.nodes.load import Caller
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.postgres import PostgresServer
    from tests.promises.plugin import Proof

    from chaveiro.settings import Settings

RIGHT, WRONG = 200, 401
PAUSE_SECONDS = 0.005  # between two questions of one caller: processes that start need the machine, too


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as found:
        yield found


@dataclass
class Heard:
    """What callers heard, and what they should have."""

    expected: dict[bytes, int]
    answers: int = 0
    wrong: list[int] = field(default_factory=list)

    def hear(self, question: bytes, status: int, _asked: float, _at: float) -> None:
        """Take one answer."""
        self.answers += 1
        if status != self.expected[question]:
            self.wrong.append(status)


def question_of_program(pair: Pair) -> bytes:
    """What a program asks with its own POST."""
    asked = {"account": ACME, "method": "GET", "path": "/api/oms/pvt/orders"}
    body = json.dumps({**asked, "appKey": pair.app_key, "appToken": pair.token}).encode()
    head = f"POST /v1/check HTTP/1.1\r\nHost: chaveiro\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def begun(given: Settings) -> NodeProcess:
    """A node that decides."""
    process = fleet.start(given)
    fleet.ready(process)
    until(lambda: status(process, "/readyz") == 200)
    return process


def kill(nodes: list[NodeProcess]) -> None:
    """End those that run by now."""
    for node in nodes:
        node.kill()


def status(process: NodeProcess, path: str) -> int:
    return httpx.get(f"http://127.0.0.1:{process.port}{path}").status_code


def is_asked(process: NodeProcess) -> bool:
    """Whether nginx has found it."""
    said = httpx.get(f"http://127.0.0.1:{process.port}/metrics").text
    return any(line.startswith("chaveiro_checks_total") for line in said.splitlines())


def restart(nodes: list[NodeProcess], settings: list[Settings], number: int) -> None:
    """Tell one node to stop, and start it again once it has; wait until it takes part."""
    nodes[number].popen.send_signal(signal.SIGTERM)
    assert nodes[number].popen.wait(30) == 0
    nodes[number].kill()
    nodes[number] = begun(settings[number])
    until(lambda: is_asked(nodes[number]))


async def under_load(port: int, heard: Heard, work: asyncio.Future[None]) -> int:
    """Ask without pause until the work is done; how many connections broke."""
    callers = [
        Caller(port, lambda one=one: one, heard.hear, pause_seconds=PAUSE_SECONDS)  # type: ignore[misc] # bound now
        for one in heard.expected
        for _ in range(2)
    ]
    tasks = [asyncio.create_task(caller.run()) for caller in callers]
    await work
    for task in tasks:
        task.cancel()
    for task in tasks:
        with suppress(asyncio.CancelledError):
            await task
    return sum(caller.broken for caller in callers)


@pytest.mark.parametrize("drain_seconds", [0.0, 0.5][: dose(1, 2, 2)])
def test_rolling_restarts_are_invisible(
    tmp_path: Path, postgres: PostgresServer, stack: ExitStack, proof: Proof, drain_seconds: float
) -> None:
    """Behind a gateway that knows both nodes, no question fails, and none is answered wrongly, meanwhile."""
    restarts = dose(4, 20, 20)
    url = postgres.url(postgres.new_database())
    new_pepper(tmp_path)
    house = stack.enter_context(managing(tmp_path, url))
    right, other = furnish(house, 2)
    ports = free_port(), free_port()
    settings = [fleet.settings(tmp_path, url, port=port, drain_seconds=drain_seconds) for port in ports]
    nodes = [begun(given) for given in settings]
    stack.callback(kill, nodes)
    port = stack.enter_context(nginx_before(tmp_path, nodes=ports))
    heard = Heard(
        {
            right.question(): RIGHT,
            Pair(right.app_key, other.token).question(): WRONG,
            question_of_program(other): RIGHT,
        }
    )

    async def run() -> int:
        loop = asyncio.get_running_loop()

        def work() -> None:
            for number in range(restarts):
                restart(nodes, settings, number % 2)

        return await under_load(port, heard, loop.run_in_executor(None, work))

    broken = asyncio.run(run())
    assert heard.answers > restarts * 100
    assert heard.wrong == []
    assert broken == 0
    house.node.known.refresh()
    assert len(house.node.nodes()[1]) == 3, "whoever stopped has left"
    figure = f"restarts of 2 nodes behind nginx, {heard.answers:,} answers, 0 failed, 0 wrong"
    proof("G15", dose=restarts, figure=f"{figure}, drained for {drain_seconds} s")


def test_a_node_that_is_told_to_stop_says_so_and_finishes(
    tmp_path: Path, postgres: PostgresServer, stack: ExitStack
) -> None:
    """`/readyz` says `draining` at once; new connections are served and closed in order; then it is out of the list."""
    url = postgres.url(postgres.new_database())
    new_pepper(tmp_path)
    house = stack.enter_context(managing(tmp_path, url))
    (pair,) = furnish(house, 1)
    node = begun(fleet.settings(tmp_path, url, drain_seconds=3))
    stack.callback(node.kill)
    base = f"http://127.0.0.1:{node.port}"
    kept = stack.enter_context(httpx.Client(base_url=base))
    assert "Connection" not in kept.get("/readyz").headers
    assert len(house.node.nodes()[1]) == 2
    with closing(socket.create_connection(("127.0.0.1", node.port), timeout=30)) as begun_before:
        begun_before.sendall(b"POST /v1/check HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{")
        assert status(node, "/healthz") == 200  # the one before has been received
        node.popen.send_signal(signal.SIGTERM)
        until(lambda: httpx.get(f"{base}/readyz").json()["status"] == "draining", seconds_max=2)
        assert status(node, "/readyz") == 503
        answer = kept.get("/healthz")
        assert (answer.status_code, answer.headers["Connection"]) == (200, "close")
        with closing(socket.create_connection(("127.0.0.1", node.port), timeout=30)) as new:
            new.sendall(pair.question())
            assert new.recv(15).startswith(b"HTTP/1.1 200")
        begun_before.sendall(b"}")
        assert begun_before.recv(100).startswith(b"HTTP/1.1 422 ")
    assert node.popen.wait(30) == 0
    assert len(house.node.nodes()[1]) == 1


def test_whoever_asks_twice_need_not_wait(tmp_path: Path, postgres: PostgresServer, stack: ExitStack) -> None:
    """A second signal ends the draining, and so does the first one from a keyboard."""
    url = postgres.url(postgres.new_database())
    new_pepper(tmp_path)
    supervised, before_me = (fleet.start(fleet.settings(tmp_path, url, drain_seconds=300)) for _ in range(2))
    for node in (supervised, before_me):
        stack.callback(node.kill)
        fleet.ready(node)
    supervised.popen.send_signal(signal.SIGTERM)
    until(lambda: status(supervised, "/readyz") == 503)
    supervised.popen.send_signal(signal.SIGTERM)
    before_me.popen.send_signal(signal.SIGINT)
    assert [node.popen.wait(30) for node in (supervised, before_me)] == [0, 0]


def test_with_no_node_left_the_gateway_says_that_nobody_can_tell(tmp_path: Path, stack: ExitStack) -> None:
    """In the words of a node, with a time to come back; and never that credentials are wrong."""
    port = stack.enter_context(nginx_before(tmp_path, nodes=(free_port(), free_port())))
    for path in ("/authz/auth-request", "/v1/check", "/healthz"):
        answer = httpx.get(f"http://127.0.0.1:{port}{path}")
        assert answer.status_code == 503
        assert answer.json()["code"] == "authorization_unavailable"
        assert int(answer.headers["Retry-After"]) > 0
        assert answer.headers["Cache-Control"] == "no-store"
