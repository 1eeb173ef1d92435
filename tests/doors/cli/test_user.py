"""People, and pairs made elsewhere that are registered by hand: appKey as Email, appToken as Full name."""

from __future__ import annotations

from typing import Any

import pytest

from chaveiro.core.credential import mint_key, mint_token

KEY = mint_key(bytes(range(10)))
TOKEN = mint_token(KEY, bytes(range(33))).reveal()
OTHER = mint_token(mint_key(bytes(10)), bytes(range(33))).reveal()


def test_people_are_added_and_removed(chaveiro: Any) -> None:
    """The sponsor stays: they are removed only after handing over."""
    assert [one["email"] for one in chaveiro("chaveiro user list acme --json").body] == [
        "ana@acme.example",
        "bia@acme.example",
    ]
    assert chaveiro("chaveiro user remove acme bia@acme.example").code == 0
    assert chaveiro("chaveiro user remove acme ana@acme.example").code == 1
    assert len(chaveiro("chaveiro user list acme --json").body) == 1


def test_an_existing_pair_is_registered_and_works(chaveiro: Any) -> None:
    """Both values come from standard input; the key is linked to no role, like every new one."""
    done = chaveiro("chaveiro user add acme - --name -", f"{KEY}\n{TOKEN}\n")
    assert done.code == 0
    assert "linked to no role" in done.out
    assert TOKEN not in done.out + done.err
    chaveiro(f"chaveiro role grant acme 1 --key {KEY}")
    assert chaveiro.asked(KEY, TOKEN).code == 0
    assert chaveiro(f"chaveiro key show acme {KEY} --json").body["registered"] is True


def test_the_key_may_be_named_and_the_token_read(chaveiro: Any) -> None:
    """An appKey is public, so it may stand on the command line."""
    assert chaveiro(f"chaveiro user add acme {KEY} --name - --label Marketplace", TOKEN).code == 0
    assert chaveiro(f"chaveiro key show acme {KEY} --json").body["label"] == "Marketplace"


@pytest.mark.parametrize(
    ("key", "token", "found"),
    [
        pytest.param(TOKEN, KEY, "swapped", id="swapped"),
        pytest.param(KEY, f"{TOKEN[:39]}{'0' if TOKEN[39] != '0' else '1'}{TOKEN[40:]}", "position 40", id="one wrong"),
        pytest.param(KEY, f"{TOKEN[:30]} {TOKEN[30:]}", "position 31", id="space inside"),
        pytest.param(KEY, f"{TOKEN} ", "position 75", id="space after"),
        pytest.param(KEY, TOKEN[:64], "64 characters", id="cut"),
        pytest.param(KEY, OTHER, "another", id="of another key"),
        pytest.param(KEY.upper(), TOKEN, "Upper and lower case", id="key in upper case"),
        pytest.param(KEY, "", "empty", id="nothing"),
        pytest.param(KEY, "correct horse battery staple", "does not look like", id="something else"),
    ],
)
def test_a_damaged_pair_is_explained_and_not_kept(chaveiro: Any, key: str, token: str, found: str) -> None:
    """What is wrong is told with its position, never with the value, and nothing is registered."""
    done = chaveiro("chaveiro user add acme - --name -", f"{key}\n{token}\n")
    assert done.code == 2
    assert found in done.err
    for value in (TOKEN, TOKEN[8:40], OTHER[8:40], token.strip() or "?never?"):
        assert value not in done.out + done.err
    assert chaveiro("chaveiro key list acme --json").body == []


def test_a_pair_is_registered_once(chaveiro: Any) -> None:
    """A key that is taken, or once was, is refused."""
    chaveiro("chaveiro user add acme - --name -", f"{KEY}\n{TOKEN}\n")
    assert chaveiro("chaveiro user add acme - --name -", f"{KEY}\n{TOKEN}\n").code == 1
