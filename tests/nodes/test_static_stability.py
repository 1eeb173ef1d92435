"""A database that is stopped, stopped where it stands, cut off or full: nobody is refused because of it."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field
from threading import Event, Thread
from time import monotonic
from typing import TYPE_CHECKING

import httpx
import pytest
from tests.doors.world import listening
from tests.dose import dose
from tests.nodes import fleet
from tests.nodes.fleet import ACME, NodeProcess, Pair, block, furnish, issue, managing, new_pepper
from tests.postgres import QUICK, PostgresServer, cluster_folder
from tests.tcpproxy import TcpProxy
from tests.waiting import until

from chaveiro.core.attempt import Request, presented
from chaveiro.core.decision import Allowed, Denied
from chaveiro.doors import health
from chaveiro.doors.place import Place
from chaveiro.node import Node
from chaveiro.node.knowledge import OVERDUE_SECONDS
from chaveiro.serve import House
from chaveiro.serve.house import boottime, serving_house
from chaveiro.stores.port import StoreUnavailable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.promises.plugin import Proof

S = 1.0
FAULTS_OF_SERVER = ["stopped", "killed", "paused", "damaged"]
FAULTS_OF_NETWORK = ["blackhole", "reset", "pause", "half_open"]


@pytest.fixture(scope="module")
def own() -> Iterator[PostgresServer]:
    """A server that these tests harm."""
    with cluster_folder() as folder:
        server = PostgresServer(folder / "own", **QUICK).make().start()
        yield server
        server.stop()


@pytest.fixture
def stack(own: PostgresServer) -> Iterator[ExitStack]:
    with ExitStack() as found:
        found.callback(own.revive)
        yield found


@dataclass
class Seen:
    """What one node said about one right pair, again and again, and when it was asked."""

    node: Node
    pair: Pair
    allowed: list[float] = field(default_factory=list)
    denied: list[float] = field(default_factory=list)
    unknown: list[float] = field(default_factory=list)
    slowest: float = 0.0

    def ask(self) -> None:
        """Ask once."""
        began = boottime()
        request = Request(
            presented(self.pair.app_key), presented(self.pair.token), method="GET", target="/api/oms/pvt/orders"
        )
        verdict = self.node.check(ACME, request).verdict
        self.slowest = max(self.slowest, boottime() - began)
        match verdict:
            case Allowed():
                self.allowed.append(began)
            case Denied():
                self.denied.append(began)
            case _:
                self.unknown.append(began)

    def since(self, at: float, which: str) -> float:
        """When it first said that after a moment."""
        found: list[float] = getattr(self, which)
        return next(one for one in found if one > at) - at

    def has_said(self, which: str, *, after: float) -> bool:
        """Whether it said that after a moment."""
        found: list[float] = getattr(self, which)
        return bool(found) and found[-1] > after


@contextmanager
def asking(*seen: Seen) -> Iterator[None]:
    """Ask them all, without pause, from a thread."""
    stopping = Event()

    def run() -> None:
        while not stopping.wait(0.001):
            for one in seen:
                one.ask()

    thread = Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        stopping.set()
        thread.join()


def node_of(stack: ExitStack, folder: Path, url: str, **more: object) -> House:
    """A node that follows the database."""
    given = fleet.settings(folder, url, **({"stale_seconds_max": S} | more))
    house = stack.enter_context(closing(serving_house(given)))
    house.start()
    return house


def ready(node: Node) -> bool:
    return health.readyz(node, Place()).status == 200


def fail(server: PostgresServer, fault: str, database: str) -> None:
    match fault:
        case "stopped":
            server.stop()
        case "killed":
            server.stop(signal.SIGKILL)
        case "damaged":
            damage(server, database)
        case _:
            server.pause()


def damage(server: PostgresServer, database: str) -> None:
    """Write nonsense over every index, as a failing disk might: the server goes on, and each use of one is an error."""
    files = server.execute("SELECT pg_relation_filepath(indexrelid) FROM pg_stat_user_indexes", database)
    assert files
    server.stop()
    for (file,) in files:
        path = server.folder / file
        path.write_bytes(b"\xa5" * path.stat().st_size)
    server.start()


def mend(server: PostgresServer, fault: str, database: str) -> None:
    match fault:
        case "paused":
            server.resume()
        case "damaged":
            server.execute(f"REINDEX DATABASE {database}", database)
        case _:
            server.start()


@pytest.mark.parametrize("fault", FAULTS_OF_SERVER)
def test_without_its_database_a_node_decides_for_s_and_then_says_that_it_cannot(
    tmp_path: Path, own: PostgresServer, stack: ExitStack, proof: Proof, fault: str
) -> None:
    """Right pairs are never refused, nobody is let in later than S, and when the database is back so is everything."""
    name = own.new_database()
    url = own.url(name)
    new_pepper(tmp_path)
    with managing(tmp_path, url) as house:
        pairs = furnish(house, 2)
    houses = [node_of(stack, tmp_path, url) for _ in range(2)]
    seen = [Seen(house.node, pair) for house in houses for pair in pairs]
    port = stack.enter_context(listening(houses[0].app(Place(base_hosts=("localhost",)))))
    client = stack.enter_context(httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30))
    asked = {
        "X-VTEX-API-AppKey": pairs[0].app_key,
        "X-VTEX-API-AppToken": pairs[0].token,
        "X-Original-Method": "GET",
        "X-Original-URI": "/api/oms/pvt/orders",
        "X-Original-Host": "acme.localhost",
    }
    with asking(*seen):
        until(lambda: all(one.allowed for one in seen))
        assert client.get("/authz/auth-request", headers=asked).status_code == 200
        cut = boottime()
        fail(own, fault, name)
        gone = boottime()
        until(lambda: all(one.has_said("unknown", after=gone + S) for one in seen))
        assert not any(ready(house.node) for house in houses)
        answer = client.get("/authz/auth-request", headers=asked)
        assert answer.status_code == 503
        assert int(answer.headers["Retry-After"]) > 0
        assert "authorization_unavailable" in answer.headers["X-Chaveiro-Problem"]
        answer = client.get("/readyz")
        assert (answer.status_code, answer.json()["status"]) == (503, "stale")
        mend(own, fault, name)
        mended = boottime()
        until(lambda: all(one.has_said("allowed", after=mended) for one in seen))
        until(lambda: all(ready(house.node) for house in houses))
        assert client.get("/authz/auth-request", headers=asked).status_code == 200
    assert not any(one.denied for one in seen)
    late = [at for one in seen for at in one.allowed if gone + S < at < mended]
    assert late == []
    silent, back = (max(one.since(at, which) for one in seen) for at, which in ((cut, "unknown"), (mended, "allowed")))
    answers = sum(len(one.allowed) + len(one.unknown) for one in seen)
    figure = (
        f"{answers} answers of 2 nodes, S = {S:.0f} s, 503 after {silent:.2f} s, allowed {back:.2f} s after it was back"
    )
    proof("G24", dose=f"database {fault}", figure=f"{figure}, 0 refused, 0 beyond S, slowest {_slowest(seen):.2f} s")


def _slowest(seen: list[Seen]) -> float:
    return max(one.slowest for one in seen)


@pytest.mark.parametrize("fault", FAULTS_OF_NETWORK)
def test_a_revoke_made_while_a_node_was_cut_off_is_in_force_at_its_first_answer(
    tmp_path: Path, own: PostgresServer, stack: ExitStack, proof: Proof, fault: str
) -> None:
    """However its connections were lost, it never lets the key in later than S, nor once it hears again."""
    name = own.new_database()
    new_pepper(tmp_path)
    network = stack.enter_context(TcpProxy(own.port))
    house = stack.enter_context(managing(tmp_path, own.url(name)))
    steady, revoked = furnish(house, 2)
    cut_off = node_of(stack, tmp_path, own.url(name, port=network.port)).node
    seen = Seen(cut_off, steady), Seen(cut_off, revoked)
    with asking(*seen):
        until(lambda: all(one.allowed for one in seen))
        getattr(network, fault)()
        cut = boottime()
        block(house, revoked)
        acknowledged = boottime()
        if fault != "half_open":  # there it finds its way back by itself
            until(lambda: all(one.has_said("unknown", after=acknowledged + S) for one in seen))
            assert not ready(cut_off)
        network.heal()
        healed = boottime()
        until(lambda: seen[1].has_said("denied", after=healed) and seen[0].has_said("allowed", after=seen[1].denied[0]))
    assert not seen[0].denied
    assert [at for one in seen for at in one.allowed if cut + S < at < healed and fault != "half_open"] == []
    assert [at for at in seen[1].allowed if at > max(cut + S, seen[1].denied[0])] == []
    if fault != "half_open":
        assert min(seen[1].allowed[-1], healed) <= cut + S
        assert seen[1].allowed[-1] < healed, "not even once after it heard again"
    back = seen[0].since(healed, "allowed")
    late = max(0.0, seen[1].allowed[-1] - acknowledged)
    figure = f"revoked key allowed for {late:.2f} s, S = {S:.0f} s, other keys {back:.2f} s after it healed"
    proof("G24", dose=f"network {fault}", figure=f"{figure}, 0 refused, slowest {_slowest(list(seen)):.2f} s")


def test_a_slow_network_cuts_nobody_off(tmp_path: Path, own: PostgresServer, stack: ExitStack) -> None:
    """Answers that come late are answers: the node goes on deciding, by what it knew when it asked."""
    name = own.new_database()
    new_pepper(tmp_path)
    network = stack.enter_context(TcpProxy(own.port))
    house = stack.enter_context(managing(tmp_path, own.url(name)))
    (pair,) = furnish(house, 1)
    lease = 5 * S  # a poll of a slow machine over a slow network is longer than S
    slow = node_of(stack, tmp_path, own.url(name, port=network.port), stale_seconds_max=lease).node
    seen = Seen(slow, pair)
    with asking(seen):
        until(lambda: seen.allowed)
        network.delay(0.05)
        block(house, pair)
        acknowledged = boottime()
        until(lambda: seen.denied)
    assert not seen.unknown
    assert seen.denied[0] - acknowledged < S + 1


def test_refusing_at_once_when_cut_off(tmp_path: Path, own: PostgresServer, stack: ExitStack, proof: Proof) -> None:
    """With S = 0 nothing is decided once a poll is overdue, and a reset connection that comes back costs nothing."""
    name = own.new_database()
    new_pepper(tmp_path)
    network = stack.enter_context(TcpProxy(own.port))
    house = stack.enter_context(managing(tmp_path, own.url(name)))
    (pair,) = furnish(house, 1)
    given = fleet.settings(tmp_path, own.url(name, port=network.port), stale_seconds_max=0)
    strict = stack.enter_context(closing(serving_house(given)))
    strict.start()
    seen = Seen(strict.node, pair)
    with asking(seen):
        until(lambda: seen.allowed)
        network.blackhole()
        cut = boottime()
        until(lambda: seen.has_said("unknown", after=cut))
        assert not ready(strict.node)
        network.heal()
        healed = boottime()
        until(lambda: seen.has_said("allowed", after=healed))
    assert not seen.denied
    assert [at for at in seen.allowed if cut + OVERDUE_SECONDS < at < healed] == []
    proof("G24", dose="S = 0", figure=f"503 after {seen.since(cut, 'unknown'):.2f} s")


def _stop_between_writes(node: NodeProcess, file: Path) -> None:
    """Stop a process where it stands, and not while it holds up all who write."""

    def stopped() -> bool:
        node.popen.send_signal(signal.SIGSTOP)
        writer = sqlite3.connect(file, timeout=0, isolation_level=None)
        with closing(writer), suppress(sqlite3.OperationalError):
            writer.execute("BEGIN IMMEDIATE")
            return True
        node.popen.send_signal(signal.SIGCONT)
        return False

    until(stopped)


def test_a_process_of_one_machine_that_was_paused_knows_what_was_revoked(
    tmp_path: Path, stack: ExitStack, proof: Proof
) -> None:
    """A file lists no nodes: a revoke counts as in force half a second later, and is, in a process that was stopped."""
    url = f"sqlite:///{tmp_path / 'chaveiro.db'}"
    new_pepper(tmp_path)
    house = stack.enter_context(managing(tmp_path, url))
    pairs = furnish(house, dose(3, 20, 20))
    (node,) = stack.enter_context(fleet.nodes(tmp_path, [url]))
    connection = stack.enter_context(closing(socket.create_connection(("127.0.0.1", node.port), timeout=30)))
    firsts = []
    for pair in pairs:
        until(lambda: _asked(connection, pair) == 200)  # noqa: B023 - asked within the loop
        _stop_between_writes(node, tmp_path / "chaveiro.db")
        block(house, pair)
        told = house.node.reach(house.node.known.revision)
        assert told.effective
        until(lambda: house.node.now() >= told.latest_by)  # noqa: B023 - asked within the loop
        connection.sendall(pair.question())
        node.popen.send_signal(signal.SIGCONT)
        firsts.append(_status(connection))
    assert 200 not in firsts
    proof("G2", dose=f"{len(firsts)} pauses on one machine", figure="0 allows of what was revoked meanwhile")


def test_a_process_that_was_asleep_answers_nothing_from_what_it_knew(
    tmp_path: Path, own: PostgresServer, stack: ExitStack, proof: Proof
) -> None:
    """Stopped where it stands for 2 S while a key is revoked, and asked meanwhile: its first answer is no allow."""
    times = dose(2, 10, 10)
    url = own.url(own.new_database())
    new_pepper(tmp_path)
    house = stack.enter_context(managing(tmp_path, url))
    steady, *pairs = furnish(house, times + 1)
    (node,) = stack.enter_context(fleet.nodes(tmp_path, [url], stale_seconds_max=S))
    connection = stack.enter_context(closing(socket.create_connection(("127.0.0.1", node.port), timeout=30)))
    firsts = []
    for pair in pairs:
        until(lambda: _asked(connection, steady) == 200)
        assert _asked(connection, pair) == 200
        node.popen.send_signal(signal.SIGSTOP)
        asleep = boottime()
        block(house, pair)
        connection.sendall(pair.question())
        house.node.known.refresh()
        assert house.node.reach(house.node.known.revision, wait_seconds=30).effective, "it is out by its silence"
        assert boottime() - asleep >= 2 * S
        node.popen.send_signal(signal.SIGCONT)
        firsts.append(_status(connection))
    assert set(firsts) <= {401, 403, 503}
    until(lambda: _asked(connection, steady) == 200)
    assert {_asked(connection, pair) for pair in pairs} <= {401, 403}
    told = sorted(set(firsts))
    proof("G15", dose=times, figure=f"times asleep for 2 S with a revoke meanwhile: first answers {told}")


def _asked(connection: socket.socket, pair: Pair) -> int:
    connection.sendall(pair.question())
    return _status(connection)


def _status(connection: socket.socket) -> int:
    """The status of the next answer, which is read to its end."""
    said = b""
    while b"\r\n\r\n" not in said:
        said += connection.recv(4096)
    head, _, body = said.partition(b"\r\n\r\n")
    lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    missing = int(lengths[0].partition(b":")[2]) - len(body)
    while missing > 0:
        missing -= len(connection.recv(missing))
    return int(head[9:12])


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """A disk of its own that a test can fill."""
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=755", "none", str(folder)],
        capture_output=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip(f"NOT TESTED here: a full disk, as no disk can be mounted ({mounted.stderr.decode().strip()})")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.mark.skipif(os.geteuid() != 0, reason="NOT TESTED here: a full disk, which takes root to mount one")
def test_a_full_disk_refuses_nobody(stack: ExitStack, tmp_path: Path, proof: Proof) -> None:
    """Changes are not taken and say so; right pairs are let in or not decided, and with space all is as before."""
    holder = stack.enter_context(cluster_folder())
    disk = stack.enter_context(small_disk(holder / "disk", 160))
    quick = {**QUICK, "min_wal_size": "32MB", "max_wal_size": "32MB"}
    server = PostgresServer(disk / "full", **quick).make().start()
    stack.callback(server.stop)
    url = server.url(server.new_database())
    new_pepper(tmp_path)
    house = stack.enter_context(managing(tmp_path, url))
    pairs = furnish(house, 2)
    node = node_of(stack, tmp_path, url).node
    seen = [Seen(node, pair) for pair in pairs]
    ballast = disk / "ballast"
    with asking(*seen):
        until(lambda: all(one.allowed for one in seen))
        _fill(ballast)
        full = boottime()
        failed = _fill_by_changing(house, server)
        until(lambda: boottime() > full + 2 * S)
        ballast.unlink()
        if _is_down(server):
            server.stop(signal.SIGKILL)
            server.start()
        freed = boottime()
        until(lambda: all(one.has_said("allowed", after=freed) for one in seen))
        until(lambda: _changes(house))
    assert not any(one.denied for one in seen)
    answers = sum(len(one.allowed) + len(one.unknown) for one in seen)
    proof("G24", dose="disk full", figure=f"{failed}; {answers} answers, 0 refused")


def _fill(ballast: Path) -> None:
    with ballast.open("wb") as file:
        try:
            while True:
                file.write(bytes(1 << 20))
                file.flush()
        except OSError:
            pass


def _changes(house: House) -> bool:
    try:
        issue(house)
    except StoreUnavailable:
        return False
    return True


def _fill_by_changing(house: House, server: PostgresServer) -> str:
    """Change until that is refused; what was said."""
    give_up = monotonic() + 60
    while monotonic() < give_up:
        try:
            issue(house)
            server.execute("CREATE TABLE IF NOT EXISTS filling (text text)")
            server.execute("INSERT INTO filling SELECT repeat(md5(i::text), 50) FROM generate_series(1, 20000) i")
        except StoreUnavailable as unavailable:
            return str(unavailable)
        except Exception:  # noqa: BLE001, S112 - it is the filling that finds no room, or no server
            continue
    raise AssertionError("the disk never was full")


def _is_down(server: PostgresServer) -> bool:
    try:
        server.execute("SELECT 1")
    except Exception:  # noqa: BLE001 - whatever keeps it from answering
        return True
    return False
