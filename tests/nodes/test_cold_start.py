"""Starting while the database is not there, and not starting where people have to put something right."""

from __future__ import annotations

import json
from contextlib import ExitStack, closing
from time import monotonic
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from tests.dose import dose
from tests.nodes import fleet
from tests.nodes.fleet import ACME, asked, block, furnish, managing, new_pepper
from tests.postgres import QUICK, PostgresServer, cluster_folder
from tests.tcpproxy import TcpProxy
from tests.waiting import until

from chaveiro.core.names import Moment
from chaveiro.doors import health
from chaveiro.doors.place import Place
from chaveiro.node import Node
from chaveiro.serve import CannotStart
from chaveiro.serve import house as houses
from chaveiro.serve.house import boottime, serving_house, wall_clock
from chaveiro.serve.opening import CLOCK_SECONDS_MAX
from chaveiro.stores.port import StoreUnreachable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.promises.plugin import Proof

ORDERS = "/api/oms/pvt/orders"


@pytest.fixture(scope="module")
def own() -> Iterator[PostgresServer]:
    """A server that these tests stop, and that asks `bob` for a password."""
    with cluster_folder() as folder:
        server = PostgresServer(folder / "own", **QUICK).make()
        rules = server.folder / "pg_hba.conf"
        rules.write_text("host all bob 127.0.0.1/32 scram-sha-256\n" + rules.read_text())
        server.start()
        server.execute("CREATE USER bob PASSWORD 'right'")
        yield server
        server.stop()


@pytest.fixture
def stack(own: PostgresServer) -> Iterator[ExitStack]:
    with ExitStack() as found:
        found.callback(own.revive)
        yield found


def status_of(node: Node) -> tuple[int, str]:
    reply = health.readyz(node, Place())
    return reply.status, json.loads(reply.body)["status"]


def test_a_server_starts_without_its_database_and_comes_up_by_itself(
    tmp_path: Path, own: PostgresServer, stack: ExitStack, proof: Proof
) -> None:
    """Until then it says that nobody can tell, never that credentials are wrong; then all is decided, with no hand."""
    url = own.url(own.new_database())
    new_pepper(tmp_path)
    with managing(tmp_path, url) as house:
        (pair,) = furnish(house, 1)
    own.stop()
    process = fleet.start(fleet.settings(tmp_path, url))
    stack.callback(process.kill)
    fleet.ready(process)
    client = stack.enter_context(httpx.Client(base_url=f"http://127.0.0.1:{process.port}", timeout=30))
    assert client.get("/healthz").status_code == 200
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["status"]) == (503, "starting")
    assert answer.json()["revision"] is answer.json()["stale_seconds"] is None
    sent = {"X-VTEX-API-AppKey": pair.app_key, "X-VTEX-API-AppToken": pair.token, "Host": "acme.localhost"}
    asked = {**sent, "X-Original-Method": "GET", "X-Original-URI": ORDERS, "X-Original-Host": "acme.localhost"}
    body = {"account": ACME, "appKey": pair.app_key, "appToken": pair.token, "method": "GET", "path": ORDERS}
    for answer in (
        client.get("/authz/auth-request", headers=asked),
        client.post("/v1/check", json=body),  # whose own status is about the question
        client.post("/v1/check", json={**body, "appToken": "cvt_wrong"}),
        client.get("/api/license-manager/site/pvt/roles/list/paged", headers=sent),
    ):
        told = answer.json() if answer.status_code == 200 else {"status": answer.status_code}
        assert told["status"] == 503, answer.text
        assert int(answer.headers["Retry-After"]) > 0
        assert "authorization_unavailable" in str(answer.headers) + answer.text
    own.start()
    began = monotonic()
    until(lambda: client.get("/readyz").status_code == 200)
    took = monotonic() - began
    assert client.get("/authz/auth-request", headers=asked).status_code == 200
    process.popen.terminate()
    assert process.popen.wait(15) == 0
    proof("G24", dose="database down at the start", figure=f"503 until it is there, ready {took:.1f} s later")


def test_the_tables_are_made_once_the_database_is_there(tmp_path: Path, own: PostgresServer, stack: ExitStack) -> None:
    """A first start may come before the database, too."""
    url = own.url(own.new_database())
    new_pepper(tmp_path)
    own.stop()
    house = stack.enter_context(closing(serving_house(fleet.settings(tmp_path, url))))
    house.start()
    assert status_of(house.node) == (503, "starting")
    with pytest.raises(StoreUnreachable):
        house.node.keyring(ACME)
    own.start()
    until(house.node.known.is_fresh)
    assert furnish(house, 1)


def _foreign(own: PostgresServer, name: str) -> None:
    own.execute("CREATE TABLE theirs (id int)", name)


def _newer(own: PostgresServer, name: str) -> None:
    own.execute("CREATE TABLE alembic_version (version_num text)", name)
    own.execute("INSERT INTO alembic_version VALUES ('9999')", name)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql://postgres@127.0.0.1:{port}/nowhere", "no such database"),
        ("postgresql://eve@127.0.0.1:{port}/{name}", "refuses this user"),
        ("postgresql://bob:wrong-one@127.0.0.1:{port}/{name}", "refuses this user"),
        ("postgresql://bob@127.0.0.1:{port}/{name}?passfile=/dev/null", "refuses this user"),
        ("postgresql://postgres@127.0.0.1:{port}/{name}?sslmode=verify-full&sslrootcert=/nowhere", "sslrootcert"),
        ("postgresql://postgres@127.0.0.1:{port}/{name}?sslmode=require", "sslrootcert"),
        ("postgresql://postgres@127.0.0.1:{port}/{name}?nonsense=1", "cannot be read"),
        ("postgresql://postgres@127.0.0.1:99999/{name}", "cannot be read"),
        ("postgresql://postgres@127.0.0.1:{port}/{name}?sslmode=nonsense", "cannot be read"),
        ("mysql://127.0.0.1/{name}", "no known kind"),
    ],
)
def test_what_people_must_put_right_is_said_at_the_start(
    tmp_path: Path, own: PostgresServer, url: str, said: str
) -> None:
    """A mistake is told to whoever makes it, and nothing is told that the URL holds."""
    new_pepper(tmp_path)
    given = url.format(port=own.port, name=own.new_database())
    with pytest.raises(CannotStart, match=said) as refused:
        serving_house(fleet.settings(tmp_path, given))
    assert "wrong-one" not in str(refused.value)


@pytest.mark.parametrize(("spoil", "said"), [(_foreign, "another program"), (_newer, "newer Chaveiro")])
def test_a_database_that_is_not_ours_is_said_at_the_start(
    tmp_path: Path, own: PostgresServer, spoil: Any, said: str
) -> None:
    """Nothing is made in it, and the exit code tells a supervisor not to try again."""
    name = own.new_database()
    spoil(own, name)
    new_pepper(tmp_path)
    given = fleet.settings(tmp_path, own.url(name))
    process = fleet.start(given)
    assert process.popen.wait(30) == 2
    process.kill()
    assert said in (given.data / "said.log").read_text()
    assert len(own.execute("SELECT 1 FROM pg_tables WHERE schemaname = 'public'", name)) == 1


def test_a_pepper_of_another_installation_is_said_at_the_start(tmp_path: Path, own: PostgresServer) -> None:
    """As beside an embedded database."""
    url = own.url(own.new_database())
    new_pepper(tmp_path)
    with managing(tmp_path, url):
        pass
    (tmp_path / "pepper").unlink()
    new_pepper(tmp_path)
    with pytest.raises(CannotStart, match="not the one"):
        serving_house(fleet.settings(tmp_path, url))


def test_what_is_found_later_keeps_the_server_from_deciding(
    tmp_path: Path, own: PostgresServer, stack: ExitStack, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is an error in the log, once, and `/readyz` says it; once it is put right, the server comes up by itself."""
    name = own.new_database()
    network = stack.enter_context(TcpProxy(own.port))
    new_pepper(tmp_path)
    network.reset()
    house = stack.enter_context(closing(serving_house(fleet.settings(tmp_path, own.url(name, port=network.port)))))
    house.start()
    _newer(own, name)
    network.heal()
    until(lambda: house.node.known.problem)
    assert status_of(house.node) == (503, "unfit")
    assert "newer Chaveiro" in house.node.known.problem
    own.execute("DROP TABLE alembic_version", name)
    until(house.node.known.is_fresh)
    assert status_of(house.node) == (200, "ready")
    assert house.node.known.problem == ""
    assert capsys.readouterr().out.count("store_unfit") == 1


def test_a_pepper_of_another_installation_that_is_found_later_decides_nothing(
    tmp_path: Path, own: PostgresServer, stack: ExitStack
) -> None:
    """Every token would be refused: nobody is, and nobody is let in."""
    name = own.new_database()
    new_pepper(tmp_path)
    with managing(tmp_path, own.url(name)):
        pass
    (tmp_path / "pepper").unlink()
    new_pepper(tmp_path)
    network = stack.enter_context(TcpProxy(own.port))
    network.reset()
    house = stack.enter_context(closing(serving_house(fleet.settings(tmp_path, own.url(name, port=network.port)))))
    house.start()
    network.heal()
    until(lambda: "not the one" in house.node.known.problem)
    assert status_of(house.node) == (503, "unfit")
    with pytest.raises(StoreUnreachable):
        house.node.keyring(ACME)


@pytest.mark.parametrize("sign", [1, -1])
def test_a_clock_far_from_the_databases_is_refused(
    tmp_path: Path, own: PostgresServer, monkeypatch: pytest.MonkeyPatch, proof: Proof, sign: int
) -> None:
    """Five minutes are forgiven, more are said at the start."""
    url = own.url(own.new_database())
    new_pepper(tmp_path)
    apart = CLOCK_SECONDS_MAX - 20
    monkeypatch.setattr(houses, "wall_clock", lambda: Moment(wall_clock() + sign * apart))
    serving_house(fleet.settings(tmp_path, url)).close()
    apart = CLOCK_SECONDS_MAX + 20
    with pytest.raises(CannotStart, match=r"\d+ seconds apart.*NTP"):
        serving_house(fleet.settings(tmp_path, url)).close()
    proof("G22", dose=1, figure="a clock 320 s from PostgreSQL's is refused, one 280 s from it is not")


def test_a_node_that_is_restarted_while_the_database_is_down_goes_on_deciding(
    tmp_path: Path, own: PostgresServer, stack: ExitStack, proof: Proof
) -> None:
    """As if it had not been restarted: until S after it last heard, and then as the database says."""
    s = dose(300, 20, 20)
    url = own.url(own.new_database())
    new_pepper(tmp_path)
    with managing(tmp_path, url) as house:
        pair, revoked = furnish(house, 2)
        block(house, revoked)
    given = fleet.settings(tmp_path, url, stale_seconds_max=s)
    first = fleet.start(given)
    stack.callback(first.kill)
    fleet.ready(first)
    until(lambda: asked(first, pair) == 200)
    until((given.data / "snapshot" / f"{ACME}.account").exists)
    until((given.data / "snapshot" / "proof").exists)
    kept = (given.data / "snapshot" / "proof").read_bytes()
    until(lambda: (given.data / "snapshot" / "proof").read_bytes() != kept)
    own.stop()
    stopped = boottime()
    first.kill()
    second = fleet.start(given)
    stack.callback(second.kill)
    fleet.ready(second)
    again = boottime() - stopped
    assert asked(second, pair) == 200
    assert asked(second, revoked) in {401, 403}
    assert httpx.get(f"http://127.0.0.1:{second.port}/readyz").json()["status"] == "ready"
    lasted = "300 s"
    if s < 300:
        until(lambda: asked(second, pair) == 503, seconds_max=s + 10)
        assert boottime() - stopped <= s + 1
        lasted = f"{boottime() - stopped:.1f} s, S = {s} s"
    own.start()
    until(lambda: asked(second, pair) == 200)
    proof("G24", dose="restarted without the database", figure=f"answers again {again:.1f} s later, for {lasted}")
