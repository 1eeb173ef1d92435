"""One request, decided: the verdict is the node's, the words are what its caller reads."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest

from chaveiro import open_house
from chaveiro.doors import check as door
from chaveiro.doors.place import Place
from chaveiro.settings import read_settings
from chaveiro.wire.message import Message


def test_an_allow_says_by_which_roles(chaveiro: Any) -> None:
    """Exit code 0, and the roles in force by name."""
    key, token = chaveiro.linked()
    done = chaveiro(f"chaveiro check acme --key {key} --token - --method GET --path /api/oms/pvt/orders", token)
    assert done.code == 0
    assert "allowed (200)" in done.out
    assert "Orders" in done.out


def test_a_denial_says_what_its_caller_reads_and_the_keepers_command(chaveiro: Any) -> None:
    """Exit code 1, cause, detail, remedy, and the id by which the keeper reads more."""
    key, token = chaveiro.pair()
    done = chaveiro(f"chaveiro check acme --key {key} --token - --resource OMS/ListOrders", token)
    assert done.code == 1
    assert "no_role_linked" in done.out
    denial = done.out.split("chaveiro explain ")[1].split()[0]
    assert chaveiro(f"chaveiro explain {denial}").code == 0


def test_a_stranger_reads_nothing_that_the_store_knows(chaveiro: Any) -> None:
    """An unknown key and a wrong token of a known one read the same, ids aside."""
    key, _ = chaveiro.linked()
    _, other = chaveiro.pair("Other")
    deleted, token = chaveiro.linked("Gone")
    chaveiro(f"chaveiro key delete acme {deleted}")
    known, gone = chaveiro.asked(key, other).body, chaveiro.asked(deleted, token).body
    assert known["cause"] == "pair_mismatch"  # the pair tag tells it, no store needed
    assert gone["cause"] == "credentials_invalid"
    assert gone["appKey"] is None
    assert gone["revision"] == known["revision"]  # of the whole installation, not of an account


@pytest.mark.parametrize(
    ("spoilt", "cause"),
    [
        pytest.param(lambda token: f"{token} ", "token_outer_whitespace", id="space after"),
        pytest.param(lambda token: token.upper(), "token_letter_case_changed", id="upper case"),
        pytest.param(lambda token: f'"{token}"', "token_surrounding_quotes", id="quotes"),
        pytest.param(lambda token: token[:20] + token[21:], "token_character_missing", id="character missing"),
    ],
)
def test_what_is_piped_in_is_judged_as_it_is(chaveiro: Any, spoilt: Any, cause: str) -> None:
    """Nothing is trimmed or repaired on the way from standard input."""
    key, token = chaveiro.linked()
    assert chaveiro.asked(key, spoilt(token)).body["cause"] == cause


def test_one_line_break_at_the_end_belongs_to_the_pipe(chaveiro: Any) -> None:
    """`echo` adds one, and that one alone is not part of the token."""
    key, token = chaveiro.linked()
    assert chaveiro.asked(key, f"{token}\n").code == 0
    assert chaveiro.asked(key, f"{token}\r\n").code == 1


def test_a_missing_value_is_missing(chaveiro: Any) -> None:
    """Leaving an option out is sending no such header."""
    key, token = chaveiro.linked()
    asked = "--method GET --path /api/oms/pvt/orders --json"
    assert chaveiro(f"chaveiro check acme --key {key} {asked}").body["cause"] == "token_missing"
    assert chaveiro(f"chaveiro check acme --token - {asked}", token).body["cause"] == "key_missing"
    assert chaveiro(f"chaveiro check acme {asked}").body["cause"] == "credentials_missing"


def test_the_network_of_a_key_binds(chaveiro: Any) -> None:
    """The address asked about is the one that is judged."""
    body = chaveiro("chaveiro key issue acme --label Here --network 203.0.113.0/24 --json").body
    chaveiro(f"chaveiro role grant acme 1 --key {body['appKey']}")
    line = f"chaveiro check acme --key {body['appKey']} --token - --resource OMS/ListOrders --json"
    assert chaveiro(f"{line} --address 203.0.113.7", body["appToken"]).code == 0
    assert chaveiro(f"{line} --address 198.51.100.7", body["appToken"]).body["cause"] == "ip_not_allowed"
    assert chaveiro(line, body["appToken"]).body["cause"] == "ip_not_allowed"


@pytest.mark.parametrize("path", ["/api/oms/pvt/orders", "/pricing/tables", "/nowhere", "/a//b"])
@pytest.mark.parametrize("spoilt", [False, True], ids=["right", "spoilt"])
def test_for_programs_the_answer_is_that_of_the_http_door(chaveiro: Any, path: str, spoilt: bool) -> None:
    """`--json` gives exactly the body of `POST /v1/check`, the denial's own id aside."""
    key, token = chaveiro.linked()
    token = f"{token} " if spoilt else token
    here = chaveiro.asked(key, token, path).body
    question = {"account": "acme", "appKey": key, "appToken": token, "method": "GET", "path": path}
    message = Message("POST", door.PATH, ())
    with contextlib.closing(open_house(read_settings())) as house:
        asked = door.asked(message, json.dumps(question).encode(), Place(), house.node)
        assert isinstance(asked, door.Asked)
        answer = house.node.check(asked.account, asked.request)
        there = json.loads(door.replied(asked, answer, message, Place(), house.node).body)
    assert bool(here["denial"]) == bool(there["denial"])
    own = {"denial": None, "stale_seconds": 0.0}
    assert here | own == there | own
