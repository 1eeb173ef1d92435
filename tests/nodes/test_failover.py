"""A primary that is lost, and a standby that takes its place."""

from __future__ import annotations

import signal
from contextlib import ExitStack, closing, suppress
from time import monotonic
from typing import TYPE_CHECKING, TypeVar

import httpx
import pytest
from sqlalchemy import update
from tests.dose import dose
from tests.keys import KEYS
from tests.nodes.fleet import ACME, block, furnish, issue, managing, new_pepper, nodes
from tests.postgres import PostgresServer, cluster_folder
from tests.stores.histories import BIA, CAIO, create, insist

from chaveiro.core.command import AddUser
from chaveiro.stores.port import StoreUnavailable, StoreUnreachable
from chaveiro.stores.sql import SqlStore, read, tables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.nodes.fleet import Pair
    from tests.promises.plugin import Proof

SECONDS_MAX = 30

_T = TypeVar("_T")


class Cluster:
    """A primary and a standby that follows it, and one URL for both."""

    def __init__(self, primary: PostgresServer, standby: PostgresServer) -> None:
        self.primary, self.standby = primary, standby
        self.url = f"postgresql://postgres@127.0.0.1:{primary.port},127.0.0.1:{standby.port}/postgres"

    def fall_behind(self) -> None:
        """Let the standby receive nothing any more."""
        self.standby.execute("ALTER SYSTEM SET primary_conninfo = ''")
        self.standby.execute("SELECT pg_reload_conf()")
        until(lambda: self.standby.execute("SELECT count(*) FROM pg_stat_wal_receiver") == [(0,)])

    def fail_over(self) -> None:
        """Lose the primary at once, and promote the standby."""
        self.primary.stop(signal.SIGKILL)
        self.standby.promote()


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as found:
        yield found


def cluster(stack: ExitStack, *, synchronous: bool) -> Cluster:
    """Start both."""
    folder = stack.enter_context(cluster_folder())
    settings = {"wal_level": "replica", "hot_standby": "on", "fsync": "off"}
    primary = PostgresServer(folder / "primary", **settings).make().start()
    stack.callback(primary.stop)
    standby = primary.standby(folder / "standby", **settings).start()
    stack.callback(standby.stop)
    if synchronous:
        primary.execute("ALTER SYSTEM SET synchronous_standby_names = '*'")
        primary.execute("SELECT pg_reload_conf()")
    return Cluster(primary, standby)


def status(port: int, pair: Pair) -> int:
    """What a node answers a gateway."""
    headers = {
        "X-Original-Method": "GET",
        "X-Original-URI": "/api/oms/pvt/orders",
        "X-Original-Host": f"{ACME}.localhost",
        "X-VTEX-API-AppKey": pair.app_key,
        "X-VTEX-API-AppToken": pair.token,
    }
    return httpx.get(f"http://127.0.0.1:{port}/authz/auth-request", headers=headers, timeout=30).status_code


def epoch(port: int) -> str:
    """The history that a node is in."""
    revision: str = httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=30).json()["revision"]
    return revision.partition(".")[0]


def until(what: Callable[[], _T | None]) -> _T:
    """Ask again until there is an answer."""
    give_up = monotonic() + SECONDS_MAX
    while True:
        with suppress(StoreUnavailable):
            if found := what():
                return found
        assert monotonic() < give_up


def test_a_change_is_acknowledged_once_the_standby_has_applied_it(stack: ExitStack) -> None:
    """As long as the standby only keeps it, whoever changed something is not told that it is done."""
    found = cluster(stack, synchronous=True)
    store = stack.enter_context(closing(SqlStore.open(found.primary.url(), keys=KEYS)))
    insist(store, create())
    found.standby.execute("SELECT pg_wal_replay_pause()")
    until(lambda: found.standby.execute("SELECT pg_get_wal_replay_pause_state()") == [("paused",)])
    with pytest.raises(StoreUnreachable):
        insist(store, AddUser(ACME, BIA, "Bia"))
    found.standby.execute("SELECT pg_wal_replay_resume()")
    insist(store, AddUser(ACME, CAIO, "Caio"))


def test_another_cluster_and_another_timeline_are_another_history(stack: ExitStack, postgres: PostgresServer) -> None:
    """The same rows restored into another cluster, or on a standby that took over, go on in an epoch of their own."""
    found = cluster(stack, synchronous=True)
    copy = postgres.url(postgres.new_database())
    epochs = []
    for url in (found.primary.url(), copy):
        with closing(SqlStore.open(url, keys=KEYS)) as store:
            with store._database.writing() as connection:
                connection.execute(update(tables.meta).where(tables.meta.c.name == read.EPOCH).values(value="0123abcd"))
            epochs.append(store.head().epoch)
    found.fail_over()
    with closing(SqlStore.open(found.standby.url(), keys=KEYS)) as store:
        epochs.append(store.head().epoch)
    assert len(set(epochs)) == len(epochs)
    with closing(SqlStore.open(copy, keys=KEYS)) as store:
        assert store.head().epoch == epochs[1], "and one that was only opened again goes on"


def test_no_revoke_is_forgotten_with_a_primary_that_was_followed_in_step(
    tmp_path: Path, stack: ExitStack, proof: Proof
) -> None:
    """What was acknowledged is on the standby. Once the new epoch is told, no revoked key is allowed; others are."""
    revoked_each = dose(5, 20, 100)
    found = cluster(stack, synchronous=True)
    new_pepper(tmp_path)
    house = stack.enter_context(managing(tmp_path, found.url))
    pairs = furnish(house, revoked_each + 1)
    gone, stays = pairs[:-1], pairs[-1]
    ports = [node.port for node in stack.enter_context(nodes(tmp_path, [found.url] * 2))]
    assert {status(port, pair) for port in ports for pair in pairs} == {200}
    before = epoch(ports[0])
    for pair in gone:
        block(house, pair)
    lost_at = monotonic()
    found.fail_over()
    waiting, answered = set(ports), {}
    while waiting:
        assert monotonic() - lost_at < SECONDS_MAX
        for port in sorted(waiting):
            if epoch(port) != before:
                answered[port] = monotonic() - lost_at
                waiting.remove(port)
                assert {status(port, pair) for pair in gone} == {401}
                assert status(port, stays) == 200
    fresh = until(lambda: issue(house))
    for port in ports:
        assert until(lambda port=port: status(port, fresh) == 200)  # type: ignore[misc] # mypy knows no defaults of lambdas
    proof(
        "G4",
        dose=f"a primary killed after {len(gone)} revokes, 2 nodes",
        figure=f"0 revoked keys allowed in the new epoch, which nodes were in after {max(answered.values()):.1f} s",
    )


def test_revokes_that_no_standby_had_are_made_again(tmp_path: Path, stack: ExitStack, proof: Proof) -> None:
    """A primary that was not followed in step takes its last changes with it. Its nodes remember what they revoked."""
    revoked_each = dose(3, 10, 50)
    found = cluster(stack, synchronous=False)
    new_pepper(tmp_path)
    house = stack.enter_context(managing(tmp_path, found.url))
    pairs = furnish(house, revoked_each + 1)
    gone, stays = pairs[:-1], pairs[-1]
    ports = [node.port for node in stack.enter_context(nodes(tmp_path, [found.url] * 2))]
    assert {status(port, pair) for port in ports for pair in pairs} == {200}
    until(lambda: found.standby.execute("SELECT count(*) FROM key_grants") == [(len(pairs),)])
    found.fall_behind()
    before = epoch(ports[0])
    for pair in gone:
        block(house, pair)
    assert house.node.reach(house.node.known.revision, wait_seconds=SECONDS_MAX).effective
    assert found.standby.execute("SELECT count(*) FROM keys WHERE blocked_at IS NOT NULL") == [(0,)], (
        "else nothing was lost"
    )
    found.fail_over()
    waiting = set(ports)
    lost_at = monotonic()
    while waiting:
        assert monotonic() - lost_at < SECONDS_MAX
        for port in sorted(waiting):
            if epoch(port) != before:
                waiting.remove(port)
                assert {status(port, pair) for pair in gone} == {401}
                assert status(port, stays) == 200
    blocked = found.standby.execute("SELECT count(*) FROM keys WHERE blocked_at IS NOT NULL")
    assert blocked == [(len(gone),)]
    proof(
        "G21",
        dose=f"a primary killed with {len(gone)} revokes that its standby had not",
        figure="0 revoked keys allowed in the new epoch: each was blocked again, once, before anybody was answered",
    )
