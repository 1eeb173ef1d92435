"""Everything about one denial for the keeper: the broken link, the cause, and commands that mend it when run."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize(
    ("broken", "cause"),
    [
        pytest.param("request", "token_letter_case_changed", id="request"),
        pytest.param("key", "key_inactive", id="key"),
        pytest.param("role", "no_role_linked", id="role"),
        pytest.param("resource", "permission_missing_resource", id="resource"),
    ],
)
def test_exactly_the_broken_link_is_marked(chaveiro: Any, broken: str, cause: str) -> None:
    """Links before it hold, links after it were not reached."""
    key, token = chaveiro.pair() if broken == "role" else chaveiro.linked()
    if broken == "key":
        chaveiro(f"chaveiro key deactivate acme {key}")
    path = "/pricing/tables" if broken == "resource" else "/api/oms/pvt/orders"
    denial = chaveiro.asked(key, token.upper() if broken == "request" else token, path).body["denial"]
    body = chaveiro(f"chaveiro explain {denial} --json").body
    states = {one["link"].lower(): one["state"] for one in body["chain"]}
    names = list(states)
    place = names.index(broken)
    assert body["cause"] == cause
    assert names == ["request", "key", "role", "resource"]
    assert [states[name] for name in names] == ["holds"] * place + ["broken"] + ["not_reached"] * (3 - place)
    assert chaveiro(f"chaveiro explain {denial}").out.count("← broken here") == 1


@pytest.mark.parametrize("number", [0, 1, 2])
def test_every_remedy_mends_it_when_it_is_run_as_printed(chaveiro: Any, number: int) -> None:
    """A key with a role that lacks the permission: link another role, extend that one, or make a new one."""
    key, token = chaveiro.pair()
    chaveiro(f"chaveiro role grant acme 2 --key {key}")
    denial = chaveiro.asked(key, token).body["denial"]
    remedies = chaveiro(f"chaveiro explain {denial} --json").body["remedies"]
    assert len(remedies) == 3
    for line in remedies[number]["commands"]:
        assert chaveiro(line).code == 0
    assert chaveiro.asked(key, token).code == 0
    since = chaveiro(f"chaveiro explain {denial} --json").body
    assert since["fixed_since"]["cause"] == "fixed_since"
    assert since["remedies"] == []


def test_the_next_obstacles_are_told_with_their_own_remedies(chaveiro: Any) -> None:
    """A typing error and no role: both are known at once, so that nobody mends them one denial at a time."""
    key, token = chaveiro.pair()
    denial = chaveiro.asked(key, f"{token[:20]} {token[20:]}").body["denial"]
    body = chaveiro(f"chaveiro explain {denial} --json").body
    assert body["cause"] == "token_space_inside"
    assert body["confidence"] == "verified"
    assert [one["cause"] for one in body["next"]] == ["no_role_linked"]
    assert {one["against"] for one in body["remedies"]} == {"no_role_linked"}
    assert "would stand in the way next" in chaveiro(f"chaveiro explain {denial}").out


def test_a_replaced_token_is_told_with_when_and_by_whom(chaveiro: Any) -> None:
    """The caller read one word for all of it; the keeper reads who retired the token."""
    key, old = chaveiro.linked()
    chaveiro(f"chaveiro key renew acme {key}")
    chaveiro(f"chaveiro key finish acme {key}")
    told = chaveiro.asked(key, old).body
    body = chaveiro(f"chaveiro explain {told['denial']} --json").body
    assert (told["cause"], body["cause"]) == ("credentials_invalid", "token_rotated")
    assert body["facts"]["by"] == "ana@acme.example"


def test_whoever_may_not_view_keys_is_told_nothing(chaveiro: Any) -> None:
    """Asking as a user without the right is a refusal, and explains nothing."""
    key, token = chaveiro.pair()
    denial = chaveiro.asked(key, token).body["denial"]
    done = chaveiro(f"chaveiro explain {denial} --as bia@acme.example")
    assert done.code == 1
    assert key not in done.out + done.err
    assert "no_role_linked" not in done.out + done.err


def test_the_id_is_read_in_any_form_it_is_met(chaveiro: Any) -> None:
    """Bare, as the problem's instance, in lower case."""
    key, token = chaveiro.pair()
    denial = chaveiro.asked(key, token).body["denial"]
    for written in (denial, f"urn:chaveiro:denial:{denial}", denial.lower()):
        assert chaveiro(f"chaveiro explain {written} --json").body["denial"] == denial


@pytest.mark.parametrize(("language", "word"), [("pt", "perfil de acesso"), ("es", "perfil de acceso")])
def test_it_speaks_the_keepers_language(chaveiro: Any, language: str, word: str) -> None:
    """Chain, cause and remedies are in the language that was asked for."""
    key, token = chaveiro.pair()
    denial = chaveiro.asked(key, token).body["denial"]
    assert chaveiro(f"chaveiro explain {denial} --lang {language}").out.lower().count(word) >= 3
