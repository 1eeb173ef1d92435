"""What if, on the command line: commands that work when they are run, and losses before they happen."""

from __future__ import annotations

from typing import Any

import pytest


def test_the_commands_it_prints_let_the_request_pass(chaveiro: Any) -> None:
    """And until they are run nothing has changed."""
    key, token = chaveiro.pair()
    wished = f"chaveiro simulate acme --key {key} --method GET --path /api/oms/pvt/orders"
    body = chaveiro(f"{wished} --json").body
    assert chaveiro.asked(key, token).code == 1
    for line in body["commands"]:
        assert chaveiro(line).code == 0
    assert chaveiro.asked(key, token).code == 0
    assert chaveiro(f"{wished} --json").body["commands"] == []


def test_a_denial_knows_its_key(chaveiro: Any) -> None:
    """As does a key the days in which it was refused: all that it lacks at once."""
    key, token = chaveiro.pair()
    denial = chaveiro.asked(key, token).body["denial"]
    chaveiro.asked(key, token, "/pricing/tables")
    one = chaveiro(f"chaveiro simulate acme --denial {denial} --json").body
    every = chaveiro(f"chaveiro simulate acme --key {key} --days 7 --json").body
    assert [wish["name"] for wish in one["wanted"]] == ["GET /api/oms/pvt/orders"]
    assert len(every["wanted"]) == 2
    assert len(every["commands"]) == 2
    shown = chaveiro(f"chaveiro simulate acme --key {key}")
    assert shown.code == 0
    assert f"chaveiro role grant acme 1 --key {key}" in shown.out


def test_an_edit_is_previewed_with_who_would_lose_what(chaveiro: Any) -> None:
    """Exit code 1 where somebody would; from one key and one route on."""
    key, token = chaveiro.linked()
    assert chaveiro.asked(key, token).code == 0
    found = chaveiro("chaveiro simulate acme --role 1 --remove OMS/ListOrders")
    assert found.code == 1
    assert "last 30 days: 1. Routes they would lose: 1." in found.out
    assert key in found.out
    assert chaveiro("chaveiro simulate acme --role 1 --delete --json").body["keys"] == 1
    assert chaveiro("chaveiro simulate acme --role 2 --delete").code == 0
    assert chaveiro("chaveiro simulate acme --role 9 --delete").code == 1
    assert chaveiro.asked(key, token).code == 0


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "The catalogue does not know"), ("pt", "O catálogo não conhece"), ("es", "El catálogo no conoce")],
)
def test_what_no_role_can_give_is_said(chaveiro: Any, language: str, words: str) -> None:
    """A route that the catalogue does not have is refused whatever roles there are."""
    key, _ = chaveiro.linked()
    done = chaveiro(f"chaveiro simulate acme --key {key} --method GET --path /nowhere --lang {language}")
    assert done.code == 1
    assert words in done.out


@pytest.mark.parametrize(
    "options",
    [
        "",
        "--key k --method GET",
        "--key k --resource A/b --method GET --path /",
        "--denial 01K9XW6Z5M3QH7T2R8V4N0PBCD --key k",
        "--role 1",
        "--role 1 --delete --add A/b",
        "--role 1 --delete --key k",
        "--add A/b --key k",
        "--key k --days 0",
        "--key unknown",
        "--denial 01K9XW6Z5M3QH7T2R8V4N0PBCD",
        "--denial x",
    ],
)
def test_what_cannot_be_meant_is_refused_with_a_sentence(chaveiro: Any, options: str) -> None:
    """Exit code 2."""
    done = chaveiro(f"chaveiro simulate acme {options}")
    assert done.code == 2
    assert done.err.strip().endswith(".")


def test_whoever_may_not_view_keys_is_told_nothing(chaveiro: Any) -> None:
    """As with denials."""
    key, _ = chaveiro.pair()
    assert chaveiro(f"chaveiro simulate acme --key {key} --resource OMS/ListOrders --as bia@acme.example").code == 1


@pytest.mark.parametrize(("language", "word"), [("pt", "Basta vincular"), ("es", "Basta vincular")])
def test_it_speaks_the_keepers_language(chaveiro: Any, language: str, word: str) -> None:
    """Table, commands and sentences."""
    key, _ = chaveiro.pair()
    assert word in chaveiro(f"chaveiro simulate acme --key {key} --resource OMS/ListOrders --lang {language}").out
