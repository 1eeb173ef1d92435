"""A person's user token, for whoever runs the installation and develops against the VTEX door."""

from __future__ import annotations

from typing import Any

import pytest

from chaveiro.core.attempt import NOTHING, Need, Request, presented
from chaveiro.core.decision import Allowed
from chaveiro.core.names import AccountName, Resource
from chaveiro.serve import open_house
from chaveiro.settings import read_settings

LISTING = Need((Resource("OMS", "ListOrders"),))


def allowed(token: str) -> bool:
    """Whether a process over the same data folder lets the token list orders."""
    house = open_house(read_settings())
    try:
        request = Request(NOTHING, NOTHING, need=LISTING, user_token=presented(token))
        return isinstance(house.node.check(AccountName("acme"), request).verdict, Allowed)
    finally:
        house.close()


def test_the_token_does_what_the_person_may(chaveiro: Any) -> None:
    """It says who, and never what: a role given afterwards counts, and one taken away does not."""
    token = chaveiro("chaveiro user token acme bia@acme.example --json").body["token"]
    assert not allowed(token)
    chaveiro("chaveiro role grant acme 1 --user bia@acme.example")
    assert allowed(token)
    chaveiro("chaveiro user remove acme bia@acme.example")
    assert not allowed(token)


def test_the_sponsor_s_token_opens_everything(chaveiro: Any) -> None:
    """Without any role."""
    assert allowed(chaveiro("chaveiro user token acme ana@acme.example --json").body["token"])


def test_that_it_was_given_stands_in_the_audit(chaveiro: Any) -> None:
    """Whoever acts as somebody else leaves a trace, which holds nothing of the token."""
    token = chaveiro("chaveiro user token acme bia@acme.example --json").body["token"]
    audit = chaveiro("chaveiro audit acme")
    assert "User token of bia@acme.example given out" in audit.out
    assert token.rpartition(".")[2] not in audit.out + chaveiro("chaveiro audit acme --json").out


def test_the_token_stands_alone_on_its_line(chaveiro: Any) -> None:
    """So that it can be copied, and is told how long it counts."""
    done = chaveiro("chaveiro user token acme bia@acme.example")
    token, told = done.out.splitlines()
    assert token.startswith("eyJ")
    assert token.count(".") == 2
    assert "bia@acme.example until " in told


@pytest.mark.parametrize(
    ("line", "code", "told"),
    [
        ("chaveiro user token acme eva@acme.example", 2, "no user eva@acme.example"),
        ("chaveiro user token acme bia@acme.example --as bia@acme.example", 1, "Only the operator"),
        ("chaveiro user token acme bia@acme.example --as ana@acme.example", 1, "Only the operator"),
        ("chaveiro user token globex bia@acme.example", 2, "globex"),
    ],
)
def test_nobody_else_is_given_one(chaveiro: Any, line: str, code: int, told: str) -> None:
    """Not for a stranger, and not by a user, be it the sponsor: a token is somebody's identity."""
    done = chaveiro(line)
    assert done.code == code
    assert told in done.out + done.err
    assert "eyJ" not in done.out + done.err
