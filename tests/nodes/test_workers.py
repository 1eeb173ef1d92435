"""Several processes of one machine that answer checks, and the one that manages beside them."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from statistics import quantiles
from time import monotonic
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import httpx
import pytest
from tests.dose import CHOSEN, dose
from tests.nodes.fleet import (
    ACME,
    NodeProcess,
    Pair,
    block,
    furnish,
    managing,
    new_pepper,
    ready,
    settings,
    start,
)
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Sequence

    from tests.postgres import PostgresServer
    from tests.promises.plugin import Proof

    from chaveiro.serve import House


WORKERS = 2
REVOKES = dose(30, 1_000, 1_000)
T_SECONDS = 2.0
CONNECTIONS = 2  # to each of them, at least
# p99, from the acknowledgement of a revoke to the last allow of any worker; where other tests run beside this one, T.
LATE_SECONDS_MAX = 0.05 if CHOSEN != "fast" else 0.5
READYZ = b"GET /readyz HTTP/1.1\r\nHost: a\r\n\r\n"


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as found:
        yield found


class Machine(NamedTuple):
    """One server with workers on SQLite, and whoever manages keys beside it."""

    folder: Path
    database: str
    house: House
    process: NodeProcess
    pairs: list[Pair]


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    folder = tmp_path_factory.mktemp("machine")
    new_pepper(folder)
    database = f"sqlite:///{folder}/chaveiro.db"
    with ExitStack() as stack:
        house = stack.enter_context(managing(folder, database))
        pairs = furnish(house, REVOKES + 2)
        yield Machine(folder, database, house, started(stack, folder, database), pairs)


def started(stack: ExitStack, folder: Path, url: str, **more: object) -> NodeProcess:
    """A process with workers, that answers."""
    given = settings(folder, url, check_listen="127.0.0.1:0", **{"workers": WORKERS, **more})
    process = start(given)
    stack.callback(process.kill)
    ready(process)
    return process


def workers_of(process: NodeProcess) -> list[int]:
    """The processes that it began."""
    children = Path(f"/proc/{process.popen.pid}/task/{process.popen.pid}/children")
    return [int(pid) for task in children.parents[1].iterdir() for pid in (task / "children").read_text().split()]


class Connection:
    """One connection, and the worker at its other end."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self.worker = ""
        self.is_last = False  # whether the last answer said that there will be no other

    @classmethod
    async def open(cls, port: int) -> Self:
        made = cls(*await asyncio.open_connection("127.0.0.1", port))
        made.worker = json.loads((await made.ask(READYZ))[1])["node"]
        return made

    async def ask(self, question: bytes) -> tuple[int, bytes]:
        self._writer.write(question)
        head = await self._reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
        self.is_last = b"\r\nconnection: close\r\n" in head
        return int(head[9:12]), await self._reader.readexactly(length)

    def close(self) -> None:
        self._writer.close()


@asynccontextmanager
async def connected(port: int, workers: int = WORKERS) -> AsyncIterator[list[Connection]]:
    """Some connections to each worker, for a while."""
    found: dict[str, list[Connection]] = {}
    opened, give_up = 0, monotonic() + 30
    try:
        while len(found) < workers or any(len(own) < CONNECTIONS for own in found.values()):
            assert monotonic() < give_up, f"of {opened} connections one worker took in none"
            one = await Connection.open(port)
            opened += 1
            own = found.setdefault(one.worker, [])
            if len(own) < CONNECTIONS:
                own.append(one)
            else:
                one.close()
        yield [one for own in found.values() for one in own]
    finally:
        for one in (one for own in found.values() for one in own):
            one.close()


async def lateness(house: House, port: int, pairs: Sequence[Pair]) -> list[float]:
    """Block each pair while all workers are asked about it without pause; how long each was still allowed."""
    late = []
    async with connected(port) as connections:
        for pair in pairs:
            allowed_at: list[float] = []
            warm = [asyncio.Event() for _ in connections]

            async def watch(one: Connection, warmed: asyncio.Event, question: bytes, allowed: list[float]) -> None:
                while (await one.ask(question))[0] == 200:
                    allowed.append(monotonic())
                    warmed.set()

            watching = [
                asyncio.create_task(watch(one, warmed, pair.question(), allowed_at))
                for one, warmed in zip(connections, warm, strict=True)
            ]
            await asyncio.gather(*(warmed.wait() for warmed in warm))
            await asyncio.to_thread(block, house, pair)
            acknowledged = monotonic()
            await asyncio.wait_for(asyncio.gather(*watching), 10)
            late.append(max(0.0, max(allowed_at) - acknowledged))
    return late


def test_a_revoke_is_in_force_in_all_workers_of_a_machine_at_once(machine: Machine, proof: Proof) -> None:
    """Whichever process carries it out: here it is one beside the server, as a command is."""
    late = sorted(asyncio.run(lateness(machine.house, machine.process.checks, machine.pairs[:REVOKES])))
    p99 = quantiles(late, n=100, method="inclusive")[98]
    assert p99 <= LATE_SECONDS_MAX, late
    figure = f"{WORKERS} workers on SQLite: p99 of the last allow {p99 * 1000:.1f} ms after the acknowledgement"
    proof("G2", dose=f"{REVOKES} revokes", figure=f"{figure}, latest {late[-1] * 1000:.1f} ms")


def test_what_workers_refuse_and_allow_is_kept(machine: Machine) -> None:
    """Denials, by their ids, and when each key last worked, as of any other process."""
    house, process, (pair, blocked) = machine.house, machine.process, machine.pairs[REVOKES:]
    block(house, blocked)
    answer = httpx.get(f"http://127.0.0.1:{process.checks}/authz/auth-request", headers=headers(blocked))
    assert answer.status_code == 401
    denial = answer.json()["instance"].rpartition(":")[2]
    until(lambda: house.denials.explained(denial))
    assert asked(process.checks, pair) == 200
    until(lambda: any(app_key == pair.app_key for app_key, _ in house.store.usage(ACME)))


def test_the_process_that_manages_tells_what_workers_decided(machine: Machine) -> None:
    """Whoever scrapes one address hears of all; and a worker that ended takes nothing of it along."""
    allowed = 'decision="allow",door="auth-request",worker='
    before = decided(machine.process, allowed)
    assert asked(machine.process.checks, machine.pairs[REVOKES]) == 200
    until(lambda: decided(machine.process, allowed) > before)
    assert decided(machine.process, "chaveiro_workers ") == WORKERS


def decided(process: NodeProcess, what: str) -> int:
    """The sum of all samples in which this stands."""
    lines = httpx.get(f"http://127.0.0.1:{process.port}/metrics").text.splitlines()
    return sum(int(float(line.rpartition(" ")[2])) for line in lines if what in line and line[0] != "#")


def test_a_worker_that_ends_is_begun_again_and_the_others_answer(machine: Machine, proof: Proof) -> None:
    """It is told in the log, once; whoever comes meanwhile is answered by the others."""
    process, pair = machine.process, machine.pairs[REVOKES]
    before = workers_of(process)
    assert len(before) == WORKERS
    os.kill(before[0], signal.SIGKILL)
    statuses = []

    def again() -> bool:
        statuses.append(asked(process.checks, pair))
        return len(said_by(machine.folder, "worker_ready")) > WORKERS

    until(again, seconds_max=60)
    assert set(statuses) == {200}
    assert [(one["level"], one["code"]) for one in said_by(machine.folder, "worker_ended")] == [("error", -9)]
    asyncio.run(each_takes_somebody_in(process.checks))
    until(lambda: decided(process, 'decision="allow",door="auth-request",worker=') >= len(statuses))
    proof("G15", dose="a worker killed", figure=f"{len(statuses)} questions meanwhile answered by the other, 0 failed")


def test_none_outlives_the_one_that_manages(machine: Machine) -> None:
    """It is killed, and leaves nobody behind who would answer for ever by what was."""
    pids = workers_of(machine.process)
    assert len(pids) == WORKERS
    machine.process.kill()
    until(lambda: not any(alive(pid) for pid in pids))


def test_all_finish_what_was_begun_when_one_is_asked_to_stop(tmp_path: Path, stack: ExitStack, proof: Proof) -> None:
    """Under load each connection ends with an answer; the exit code is 0."""
    new_pepper(tmp_path)
    database = f"sqlite:///{tmp_path}/chaveiro.db"
    house = stack.enter_context(managing(tmp_path, database))
    (pair,) = furnish(house, 1)
    process = started(stack, tmp_path, database, drain_seconds=1)
    pids = workers_of(process)
    answers, broken = asyncio.run(stopped(process, pair))
    assert process.popen.wait(30) == 0
    assert not any(alive(pid) for pid in pids)
    assert answers
    assert not broken
    proof("G15", dose=f"SIGTERM, {WORKERS} workers under load", figure=f"{answers} questions, 0 without an answer")


def test_workers_on_postgresql_are_nodes(
    tmp_path: Path, postgres: PostgresServer, stack: ExitStack, proof: Proof
) -> None:
    """Each reports what it has applied, under a name of its own; a revoke is in force once all have."""
    url = postgres.url(postgres.new_database())
    new_pepper(tmp_path)
    house = stack.enter_context(managing(tmp_path, url))
    pairs = furnish(house, dose(10, 200, 200))
    process = started(stack, tmp_path, url, node_name="api")
    names = {one.report.name for one in house.node.nodes()[1]}
    assert names >= {"api", "api-check-1", "api-check-2"}
    late = sorted(asyncio.run(lateness(house, process.checks, pairs)))
    assert late[-1] <= T_SECONDS
    assert house.node.reach(house.node.known.revision).effective
    figure = f"{WORKERS} workers on PostgreSQL: latest allow {late[-1] * 1000:.0f} ms after the acknowledgement"
    proof("G2", dose=f"{len(pairs)} revokes", figure=figure)


async def stopped(process: NodeProcess, pair: Pair) -> tuple[int, int]:
    """Ask without pause while it is asked to stop: how many answers there were, and connections that broke off."""
    answers, broken, warm = 0, 0, asyncio.Event()

    async def ask(one: Connection) -> None:
        nonlocal answers, broken
        try:
            while not one.is_last:
                status, _ = await one.ask(pair.question())
                assert status == 200
                answers += 1
                if answers > 40:
                    warm.set()
        except (ConnectionError, asyncio.IncompleteReadError):
            broken += 1

    async with connected(process.checks) as connections:
        asking = [asyncio.create_task(ask(one)) for one in connections]
        await asyncio.wait_for(warm.wait(), 30)
        process.popen.send_signal(signal.SIGTERM)
        await asyncio.wait_for(asyncio.gather(*asking), 30)
    return answers, broken


async def each_takes_somebody_in(port: int) -> None:
    async with connected(port):
        pass


def asked(port: int, pair: Pair) -> int:
    return httpx.get(f"http://127.0.0.1:{port}/authz/auth-request", headers=headers(pair)).status_code


def headers(pair: Pair) -> dict[str, str]:
    lines = pair.question().decode().split("\r\n")[2:-2]
    return dict(line.split(": ") for line in lines)


def said_by(folder: Path, event: str) -> list[dict[str, Any]]:
    """What was logged under that name."""
    lines = (line for log in folder.glob("*/said.log") for line in log.read_text().splitlines())
    return [said for line in lines if (said := json.loads(line))["event"] == event]


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
