"""What people and programs are told of a revoke on real nodes: on the command line, and by the nodes themselves."""

from __future__ import annotations

import json
import shlex
from signal import SIGCONT, SIGSTOP
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from tests.nodes.fleet import NodeProcess, Pair, furnish, managing, new_pepper, nodes

from chaveiro.doors.cli.app import run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.postgres import PostgresServer
    from tests.promises.plugin import Proof

CANARY = "zqcanaryzq"


class Fleet:
    """Two nodes on one PostgreSQL, and a command line beside them."""

    def __init__(self, processes: list[NodeProcess], pairs: list[Pair], capsys: pytest.CaptureFixture[str]) -> None:
        self.processes, self.pairs, self._capsys = processes, pairs, capsys

    def type(self, line: str) -> str:
        """Run a line that succeeds, and give what it prints."""
        self._capsys.readouterr()
        assert run(shlex.split(line)[1:]) == 0
        return self._capsys.readouterr().out

    def told(self, line: str) -> Any:
        return json.loads(self.type(f"{line} --json"))

    def ask(self, at: int, pair: Pair, **headers: str) -> httpx.Response:
        """Ask one of the nodes as nginx does."""
        original = {"X-Original-Method": "GET", "X-Original-URI": "/api/oms/pvt/orders", "X-Original-Host": "h"}
        sent = {"X-VTEX-API-AppKey": pair.app_key, "X-VTEX-API-AppToken": pair.token, **original, **headers}
        url = f"http://127.0.0.1:{self.processes[at].port}/authz/auth-request"
        return httpx.get(url, headers=sent, timeout=10, trust_env=False)


@pytest.fixture
def fleet(
    tmp_path: Path, postgres: PostgresServer, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Fleet]:
    # The server trusts everybody on this machine: the password is there to be looked for, and opens nothing.
    url = postgres.url(postgres.new_database()).replace("postgres@", f"postgres:{CANARY}@")
    new_pepper(tmp_path)
    with managing(tmp_path, url) as house:
        pairs = furnish(house, 4)
    monkeypatch.setenv("CHAVEIRO_DATABASE", url)
    monkeypatch.setenv("CHAVEIRO_PEPPER_FILE", str(tmp_path / "pepper"))
    monkeypatch.setenv("CHAVEIRO_DATA", str(tmp_path / "desk"))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    with nodes(tmp_path, [url, url]) as processes:
        yield Fleet(processes, pairs, capsys)


def test_a_revoke_says_where_it_is_in_force_and_its_revision_is_believed_everywhere(fleet: Fleet, proof: Proof) -> None:
    """On all nodes; while one is stopped, on all but that one, with its name and from when on it cannot allow."""
    first, second, third, _ = fleet.pairs
    done = fleet.told(f"chaveiro key block acme {first.app_key}")
    assert (done["effective"], done["out"]) == (True, [])
    for at in (0, 1):
        assert fleet.ask(at, first, **{"X-Chaveiro-At-Least": done["revision"]}).status_code == 401
    assert "In force on all 2 nodes." in fleet.type(f"chaveiro key deactivate acme {second.app_key}")

    told = fleet.told("chaveiro nodes")
    before, known = told["at"], {one["node"]: one for one in told["nodes"]}
    assert {one["state"] for one in known.values()} == {"deciding"}
    assert {one["behind"] for one in known.values()} == {0}
    fleet.processes[0].popen.send_signal(SIGSTOP)  # silent, and not gone
    try:
        done = fleet.told(f"chaveiro key block acme {third.app_key}")
        assert done["effective"] is False
        (out,) = done["out"]
        assert out["node"] in known
        assert out["name"] == known[out["node"]]["name"]
        assert out["revision"] != done["revision"]
        listed = {one["node"]: one for one in fleet.told("chaveiro nodes")["nodes"]}
        assert listed[out["node"]]["behind"] == 1
        assert before < done["latest_by"] <= listed[out["node"]]["decides_until"]
        assert fleet.ask(1, third).status_code == 401
        said = fleet.type(f"chaveiro role withdraw acme 1 --key {fleet.pairs[3].app_key}")
        assert "In force on 1 of 2 nodes; the last can decide as before until" in said
        assert f"not yet on {out['name']} ({out['node']})" in said
    finally:
        fleet.processes[0].popen.send_signal(SIGCONT)
    assert fleet.ask(0, third, **{"X-Chaveiro-At-Least": done["revision"]}).status_code == 401
    proof("G3", dose="two nodes, one of them stopped", figure="who is out and until when is told, and turns out so")


def test_the_database_s_password_is_shown_nowhere(fleet: Fleet, tmp_path: Path, postgres: PostgresServer) -> None:
    """Not by commands, pages of figures, logs or refusals to start, whatever is wrong with the URL."""
    pair = fleet.pairs[0]
    shown = [fleet.type(f"chaveiro {line}") for line in ("account show acme", "nodes", "audit acme", "key list acme")]
    shown += [fleet.type(f"chaveiro {line} --json") for line in ("account show acme", "nodes")]
    for path in ("metrics", "readyz", "healthz", "openapi.json"):
        shown.append(httpx.get(f"http://127.0.0.1:{fleet.processes[0].port}/{path}", trust_env=False).text)
    shown.append(str(fleet.ask(0, pair).headers))
    shown += [log.read_text() for log in tmp_path.glob("*/said.log")]
    assert CANARY not in "".join(shown)
