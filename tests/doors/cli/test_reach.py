"""Whatever takes something away says where that is in force; once it is done, nothing turns it into an error."""

from __future__ import annotations

import re
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chaveiro.core.fleet import LEASE_SECONDS_MAX, SPREAD_SECONDS, NodeId, NodeReport, NodeSeen, unheard
from chaveiro.core.keyring import Revision
from chaveiro.core.names import Moment
from chaveiro.doors.keeping.reach import reached
from chaveiro.node.knowledge import Knowledge
from chaveiro.serve import open_house
from chaveiro.settings import Settings
from chaveiro.stores.port import StoreUnavailable
from chaveiro.stores.sql import SqlStore

TAKING = {
    "key deactivate acme {key}": (),
    "key block acme {key}": (),
    "key delete acme {key}": (),
    "key finish acme {key}": ("key renew acme {key}",),
    "role withdraw acme 1 --key {key}": (),
    "role withdraw acme 2 --user bia@acme.example": ("role grant acme 2 --user bia@acme.example",),
    "role edit acme 1 --add OMS/CancelOrder --remove OMS/ListOrders": (),
    "role delete acme 1": (),
    "user remove acme bia@acme.example": (),
    "account suspend acme --why 'not paid'": (),
}


def prepared(chaveiro: Any, line: str) -> str:
    """The line about a new key, when what it takes away is there."""
    key, _ = chaveiro.linked()
    for before in TAKING[line]:
        assert chaveiro(f"chaveiro {before.format(key=key)}").code == 0
    return f"chaveiro {line.format(key=key)}"


@pytest.mark.parametrize("line", TAKING)
def test_what_takes_something_away_says_where_that_is_in_force(chaveiro: Any, line: str) -> None:
    """With SQLite nobody reports: the processes of this machine follow within half a second."""
    done = chaveiro(f"{prepared(chaveiro, line)} --json")
    assert done.code == 0
    assert (done.body["effective"], done.body["out"]) == (True, [])
    assert Revision.read(done.body["revision"]) == newest(chaveiro)
    latest_by = datetime.fromisoformat(done.body["latest_by"])
    assert timedelta() < latest_by - changed_at(chaveiro) < timedelta(seconds=30)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "In force in every process of this machine within 0.5 s."),
        ("pt", "Em vigor em todos os processos desta máquina em até 0,5 s."),
        ("es", "En vigor en todos los procesos de esta máquina en un máximo de 0.5 s."),
    ],
)
def test_people_are_told_in_one_sentence(chaveiro: Any, language: str, said: str) -> None:
    """In their language."""
    key, _ = chaveiro.linked()
    assert said in chaveiro(f"chaveiro key block acme {key} --lang {language}").out


@pytest.mark.parametrize("line", TAKING)
def test_a_store_that_is_gone_by_then_makes_nothing_undone(
    chaveiro: Any, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    """It is done, and says so; where it is in force nobody can tell. Nobody decides as before for longer than that."""
    line = prepared(chaveiro, line)
    before = newest(chaveiro)
    commit = Knowledge.commit

    def gone(*_: object, **__: object) -> None:
        raise StoreUnavailable("the plug was pulled")

    def committed(*arguments: Any) -> None:
        commit(*arguments)
        for name in ("head", "nodes", "keyring", "usage", "changes", "accounts"):
            monkeypatch.setattr(SqlStore, name, gone)

    with monkeypatch.context() as patched:
        patched.setattr(Knowledge, "commit", committed)
        done = chaveiro(f"{line} --json")
    monkeypatch.undo()
    assert done.code == 0, done.err
    assert (done.body["effective"], done.body["out"]) == (None, [])
    left = datetime.fromisoformat(done.body["latest_by"]) - datetime.now(UTC)
    assert left <= timedelta(seconds=0.5), "whoever cannot read the file decides nothing"
    assert done.body["revision"] == f"{before.epoch}.{before.seq + 1}"


def test_where_nobody_reports_the_list_of_nodes_says_why_it_is_empty(chaveiro: Any) -> None:
    """With SQLite there is one machine."""
    done = chaveiro("chaveiro nodes")
    assert (done.code, "one machine" in done.out) == (0, True)
    body = chaveiro("chaveiro nodes --json").body
    assert (body["nodes"], Revision.read(body["head"])) == ([], newest(chaveiro))


@pytest.mark.parametrize(("keeps", "left"), [(False, SPREAD_SECONDS), (True, LEASE_SECONDS_MAX)])
def test_what_nobody_can_tell_lasts_as_long_as_it_may_anywhere(
    chaveiro: Any, monkeypatch: pytest.MonkeyPatch, keeps: bool, left: float
) -> None:
    """Whatever this process was told of how long it may go on: others were perhaps told otherwise."""
    monkeypatch.setattr(SqlStore, "keeps_nodes", keeps)
    with closing(open_house(Settings(data=chaveiro.folder, stale_seconds_max=1))) as house:
        before = house.node.now()

        def gone(_: object) -> None:
            raise StoreUnavailable("the plug was pulled")

        monkeypatch.setattr(SqlStore, "nodes", gone)
        found = reached(house.node, house.node.known.revision)
    assert found.effective is None
    assert 0 <= found.latest_by - before - left < 60


def test_where_no_node_runs_nobody_is_named(chaveiro: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A list that is kept and empty: nobody is left who decides, on this machine or on any."""
    monkeypatch.setattr(SqlStore, "keeps_nodes", True)
    key, _ = chaveiro.linked()
    said = chaveiro(f"chaveiro key block acme {key}").out
    assert "In force: no node is running that could decide as before." in said
    assert "machine" not in said


AT = Moment(1_772_546_527.0)


@pytest.fixture
def listed(chaveiro: Any, monkeypatch: pytest.MonkeyPatch) -> Revision:
    """Five nodes, as a store lists them that keeps such a list, and the newest change."""
    head = newest(chaveiro)
    applied = {
        "api-1": (Revision(head.epoch, 10**6), 0.1),
        "api-2": (Revision(head.epoch, head.seq - 1), 0.3),
        "api-3": (head, 41.26),
        "api-4": (head, 90_000.0),
        "api-5": (Revision("ffffffff", 7), 0.2),
    }
    seen = [
        NodeSeen(NodeReport(NodeId(f"{number:016}"), name, revision, 300.0), Moment(AT - 86_400), Moment(AT - ago))
        for number, (name, (revision, ago)) in enumerate(applied.items())
    ]
    monkeypatch.setattr(SqlStore, "nodes", lambda _: (AT, seen))
    return head


def test_nodes_are_listed_with_what_each_lacks(chaveiro: Any, listed: Revision) -> None:
    """For people in a table, for programs the same figures."""
    rows = {line.split()[0]: line for line in chaveiro("chaveiro nodes").out.splitlines() if line.startswith("api-")}
    assert re.search(r"0{15}1 +\S+ +1 +0\.3 s ago +2026-03-02 14:02:07 UTC +behind$", rows["api-2"])
    assert re.search(r" 0 +0\.1 s ago .* deciding$", rows["api-1"])
    assert rows["api-3"].endswith("silent, can decide until 2026-03-03 14:06:28 UTC")
    assert rows["api-4"].endswith("silent, cannot decide any more")
    assert "another history" in rows["api-5"]
    body = chaveiro("chaveiro nodes --json").body
    assert body["head"] == str(listed)
    assert [(one["name"], one["behind"], one["state"]) for one in body["nodes"]] == [
        ("api-1", 0, "deciding"),
        ("api-2", 1, "behind"),
        ("api-3", 0, "silent"),
        ("api-4", 0, "silent"),
        ("api-5", None, "behind"),
    ]
    assert body["nodes"][2]["age_seconds"] == 41.3
    assert body["nodes"][2]["decides_until"] == "2026-03-03T14:06:27.740+00:00"


def test_whoever_is_out_is_named_with_its_age(chaveiro: Any, listed: Revision) -> None:
    """The ones that may decide as before, and by when the last of them cannot; one whose lease is over is none."""
    key, _ = chaveiro.linked()
    said = chaveiro(f"chaveiro key block acme {key}").out.splitlines()
    assert said[1] == ("In force on 1 of 4 nodes; the last can decide as before until 3 March 2026 at 14:07:07 UTC.")
    assert said[2:] == [
        f"  not yet on {name} ({number:016}), last heard of {ago} s ago"
        for number, name, ago in ((1, "api-2", 0.3), (2, "api-3", 41.3), (4, "api-5", 0.2))
    ]
    body = chaveiro(f"chaveiro key delete acme {key} --json").body
    assert body["effective"] is False
    assert [(one["name"], one["age_seconds"]) for one in body["out"]] == [
        ("api-2", 0.3),
        ("api-3", 41.3),
        ("api-5", 0.2),
    ]
    assert body["latest_by"] == "2026-03-03T14:07:07.000+00:00"


def test_nodes_whose_reports_were_lost_are_told_apart(chaveiro: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are however many, and have no name."""
    one = NodeReport(NodeId("1" * 16), "api-1", Revision(newest(chaveiro).epoch, 10**6), 300.0)
    monkeypatch.setattr(SqlStore, "nodes", lambda _: (AT, [NodeSeen(one, AT, AT), unheard(AT, 300.0)]))
    key, _ = chaveiro.linked()
    said = chaveiro(f"chaveiro key block acme {key}").out.splitlines()
    assert "In force on 1 of 1 nodes; what others reported was lost with the server of the database" in said[1]
    assert said[2:] == ["  nodes whose reports were lost"]
    assert re.search(
        "^nodes whose reports were lost .* silent, can decide until", chaveiro("chaveiro nodes").out, re.MULTILINE
    )


def newest(chaveiro: Any) -> Revision:
    return Revision.read(chaveiro("chaveiro audit acme --limit 1 --json").body[0]["revision"])


def changed_at(chaveiro: Any) -> datetime:
    return datetime.fromisoformat(chaveiro("chaveiro audit acme --limit 1 --json").body[0]["at"])
