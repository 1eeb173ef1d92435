"""What keeps failing, since when, and the change that began it."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture
def failing(chaveiro: Any) -> tuple[Any, str, str]:
    """A key that worked, whose role was then emptied, and that went on asking."""
    key, token = chaveiro.linked()
    assert chaveiro.asked(key, token).code == 0
    assert chaveiro("chaveiro role edit acme 1 --remove OMS/ListOrders").code == 0
    *_, last = (chaveiro.asked(key, token).body["denial"] for _ in range(3))
    return chaveiro, key, last


def test_an_episode_tells_since_when_how_often_and_after_which_change(failing: tuple[Any, str, str]) -> None:
    """One line per trouble, not one per denial; the last success and the change are beside it."""
    chaveiro, key, last = failing
    (one,) = (one for one in chaveiro("chaveiro failures acme --json").body if one["appKey"] == key)
    assert (one["appKey"], one["cause"], one["count"], one["newest"]) == (key, "role_empty", 3, last)
    assert one["route"] == "GET /api/oms/pvt/orders"
    assert one["suspect"]["event"] == "RoleEdited"
    assert one["suspect"]["verified"] is True
    assert one["last_success"] <= one["suspect"]["at"] <= one["first"] <= one["last"]
    shown = chaveiro("chaveiro failures acme").out
    assert "Role Orders edited: OMS/ListOrders removed (ana@acme.example)" in shown
    assert f"chaveiro explain {last}" in shown


def test_explain_tells_the_episode_the_state_then_and_what_mended_it(failing: tuple[Any, str, str]) -> None:
    """The state is the one that decided, whatever was changed since."""
    chaveiro, key, last = failing
    before = chaveiro(f"chaveiro explain {last} --json").body
    assert before["since"] == before["episode"]["first"]
    assert before["episode"]["count"] == 3
    assert before["then"]["roles"][0] | {"given": None} == {
        "role": 1, "name": "Orders", "given": None, "until": None, "in_force": True, "resources": [],
    }  # fmt: skip
    assert before["fixed_by"] is None
    chaveiro("chaveiro role edit acme 1 --add OMS/ListOrders")
    chaveiro(f"chaveiro role grant acme 2 --key {key}")
    after = chaveiro(f"chaveiro explain {last} --json").body
    assert after["then"] == before["then"]
    assert after["chain"] == before["chain"]
    assert after["fixed_by"]["event"] == "RoleEdited"
    assert after["fixed_since"]["cause"] == "fixed_since"
    shown = chaveiro(f"chaveiro explain {last}").out
    assert "Mended by: " in shown
    assert "Role Orders edited: OMS/ListOrders added" in shown


def test_nothing_fails_in_a_quiet_account(chaveiro: Any) -> None:
    """An answer, not an empty table."""
    chaveiro("chaveiro account create quiet --sponsor ana@acme.example")
    assert chaveiro("chaveiro failures quiet --json").body == []
    assert "`quiet`" in chaveiro("chaveiro failures quiet").out


def test_whoever_may_not_view_keys_is_told_no_failures(failing: tuple[Any, str, str]) -> None:
    """As with single denials."""
    chaveiro, key, _ = failing
    done = chaveiro("chaveiro failures acme --as bia@acme.example")
    assert done.code == 1
    assert key not in done.out + done.err


@pytest.mark.parametrize(("language", "word"), [("pt", "Falha desde"), ("es", "Falla desde")])
def test_failures_speak_the_keepers_language(failing: tuple[Any, str, str], language: str, word: str) -> None:
    """Names, cause and change."""
    chaveiro, _, _ = failing
    assert word in chaveiro(f"chaveiro failures acme --lang {language}").out


def test_the_newest_come_first_and_a_limit_holds(failing: tuple[Any, str, str]) -> None:
    """Strangers have one episode for each cause."""
    chaveiro, key, _ = failing
    for token in ("x", "y"):
        chaveiro.asked("cvk_00000000000000003h0qnt", token)
    found = chaveiro("chaveiro failures acme --json").body
    assert key in [one["appKey"] for one in found]
    assert found[0]["appKey"] is None
    assert [one["last"] for one in found] == sorted((one["last"] for one in found), reverse=True)
    assert len(chaveiro("chaveiro failures acme --limit 1 --json").body) == 1
    assert chaveiro("chaveiro failures acme --limit 0").code == 2
