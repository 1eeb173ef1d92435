"""Whatever takes something away says where that is in force; once it is done, nothing turns it into an error."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chaveiro.core.keyring import Revision
from chaveiro.node import Node
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
    """It is done, and says so; where it is in force nobody can tell, and no node can allow for longer than S."""
    line = prepared(chaveiro, line)
    before = newest(chaveiro)
    commit = Node._commit

    def gone(*_: object, **__: object) -> None:
        raise StoreUnavailable("the plug was pulled")

    def committed(*arguments: Any) -> None:
        commit(*arguments)
        for name in ("head", "nodes", "keyring", "usage", "changes", "accounts"):
            monkeypatch.setattr(SqlStore, name, gone)

    with monkeypatch.context() as patched:
        patched.setattr(Node, "_commit", committed)
        done = chaveiro(f"{line} --json")
    monkeypatch.undo()
    assert done.code == 0, done.err
    assert (done.body["effective"], done.body["out"]) == (None, [])
    left = datetime.fromisoformat(done.body["latest_by"]) - datetime.now(UTC)
    assert timedelta(seconds=240) < left <= timedelta(seconds=300)
    assert done.body["revision"] == f"{before.epoch}.{before.seq + 1}"


def test_where_nobody_reports_the_list_of_nodes_says_why_it_is_empty(chaveiro: Any) -> None:
    """With SQLite there is one machine."""
    done = chaveiro("chaveiro nodes")
    assert (done.code, "one machine" in done.out) == (0, True)
    body = chaveiro("chaveiro nodes --json").body
    assert (body["nodes"], Revision.read(body["head"])) == ([], newest(chaveiro))


def newest(chaveiro: Any) -> Revision:
    return Revision.read(chaveiro("chaveiro audit acme --limit 1 --json").body[0]["revision"])


def changed_at(chaveiro: Any) -> datetime:
    return datetime.fromisoformat(chaveiro("chaveiro audit acme --limit 1 --json").body[0]["at"])
