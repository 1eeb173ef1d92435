"""The round at the command line: for keepers, with commands that run as printed."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import pytest

from chaveiro.core.command import IssueKey
from chaveiro.core.keyring import Actor, ActorKind
from chaveiro.core.names import AccountName, AppKey, Email, KeyId
from chaveiro.serve import open_house
from chaveiro.settings import read_settings

DAY = 86_400


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Let days pass."""
    real, passed = time.time, [0.0]
    monkeypatch.setattr("time.time", lambda: real() + passed[0] * DAY)

    def after(days: float) -> None:
        passed[0] += days

    return after


def findings(chaveiro: Any, about: str, options: str = "") -> dict[str, dict[str, Any]]:
    """What is found about one key, and that the exit code fits all that is found."""
    done = chaveiro(f"chaveiro doctor --account acme --json {options}")
    found = done.body["findings"]
    assert done.code == done.body["exit"] == int(any(one["severity"] == "broken" for one in found))
    return {one["finding"]: one for one in found if one["about"] == about}


def test_an_unlinked_key_is_told_and_mended_by_the_printed_command(chaveiro: Any) -> None:
    """Exit code 1 while requests are refused, 0 afterwards."""
    key, token = chaveiro.pair()
    done = chaveiro("chaveiro doctor --account acme --json")
    assert done.code == 1
    (unlinked,) = [one for one in done.body["findings"] if one["finding"] == "unlinked"]
    assert (unlinked["about"], unlinked["label"]) == (key, "ERP")
    for line in unlinked["commands"]:
        assert chaveiro(line).code == 0
    after = chaveiro("chaveiro doctor --account acme")
    assert after.code == 0
    assert token[9:40] not in done.out + after.out


def test_every_state_of_a_key_is_found_and_every_command_runs(chaveiro: Any, later: Callable[[float], None]) -> None:
    """In a real installation; whatever is printed may be run, and what was broken and can be mended is not any more."""
    chaveiro("chaveiro role create acme Wide --resource OMS/ListOrders --resource OMS/CancelAction")
    chaveiro("chaveiro role create acme Gone --resource OMS/CancelAction")
    chaveiro("chaveiro role create acme Empty --resource OMS/OMSViewer")
    chaveiro("chaveiro role edit acme 5 --remove OMS/OMSViewer")
    dead, empty, wide, tried = (chaveiro.pair(label) for label in ("dead", "empty", "wide", "tried"))
    unused, _ = chaveiro.linked("unused")
    for key, role in ((dead[0], 4), (empty[0], 5), (wide[0], 3), (tried[0], 2)):
        assert chaveiro(f"chaveiro role grant acme {role} --key {key}").code == 0
    chaveiro("chaveiro role delete acme 4")
    expiring = chaveiro("chaveiro key issue acme --label expiring --expires 2999-01-01 --json").body["appKey"]
    chaveiro(f"chaveiro role grant acme 1 --key {expiring}")
    renewed = chaveiro(f"chaveiro key renew acme {wide[0]} --json").body["appToken"]
    for _ in range(2):
        assert chaveiro.asked(*tried).code == 1
    later(100)
    assert chaveiro.asked(wide[0], renewed).code == 0

    def sights() -> dict[str, set[str]]:
        return {key: set(findings(chaveiro, key)) for key in (dead[0], empty[0], wide[0], tried[0], unused)}

    found = sights()
    assert found[dead[0]] >= {"links_dead", "never_used", "token_old"}
    assert found[empty[0]] >= {"roles_empty", "never_used"}
    assert found[wide[0]] == {"renewal_open", "over_granted"}
    assert found[tried[0]] == {"always_failing", "token_old", "over_granted"}
    assert found[unused] == {"never_used", "token_old", "over_granted"}
    assert findings(chaveiro, tried[0])["always_failing"]["facts"]["cause"] == "permission_missing_resource"
    for key in (dead[0], empty[0], wide[0]):
        for one in findings(chaveiro, key).values():
            for line in one["commands"]:
                if "deactivate" not in line:
                    assert chaveiro(line).code == 0, line
    assert not sights()[dead[0]] & {"links_dead", "token_old"}
    assert "roles_empty" not in sights()[empty[0]]
    assert sights()[wide[0]] == {"token_old"}
    for line in findings(chaveiro, tried[0])["always_failing"]["commands"]:
        assert chaveiro(line).code == 0
    assert "always_failing" not in findings(chaveiro, tried[0])
    assert chaveiro.asked(wide[0], renewed).code == 0


def test_expiry_is_told_before_and_after(chaveiro: Any, later: Callable[[float], None]) -> None:
    """Fourteen days ahead; once it has come, until the key is put away."""
    until = time.strftime("%Y-%m-%dT00:00Z", time.gmtime(time.time() + 30 * DAY))
    key = chaveiro(f"chaveiro key issue acme --label ends --expires {until} --json").body["appKey"]
    chaveiro(f"chaveiro role grant acme 1 --key {key}")
    assert "expires_soon" not in findings(chaveiro, key)
    later(18)
    assert findings(chaveiro, key)["expires_soon"]["severity"] == "soon"
    later(14)
    expired = findings(chaveiro, key)["expired"]
    assert expired["severity"] == "broken"
    for line in expired["commands"]:
        assert chaveiro(line).code == 0
    assert findings(chaveiro, key) == {}


def test_how_old_a_token_may_be_is_a_setting_and_an_option(
    chaveiro: Any, later: Callable[[float], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ninety days, unless installation or account says otherwise; whoever asks may ask for another period."""
    key, _ = chaveiro.linked()
    later(89)
    assert "token_old" not in findings(chaveiro, key)
    assert "token_old" in findings(chaveiro, key, "--older-than 60d")
    later(2)
    assert "token_old" in findings(chaveiro, key)
    monkeypatch.setenv("CHAVEIRO_TOKEN_DAYS_MAX", "180")
    assert "token_old" not in findings(chaveiro, key)
    assert "token_old" in findings(chaveiro, key, "--older-than 60d")
    chaveiro("chaveiro account edit acme --token-days 60")
    assert "token_old" in findings(chaveiro, key)
    assert "token_old" not in findings(chaveiro, key, "--older-than 100d")


def test_a_token_that_was_registered_as_an_appkey_is_shown_nowhere(chaveiro: Any) -> None:
    """Not by the round, the list or the audit; the printed command names the key by its id, and deletes it."""
    _, token = chaveiro.pair("other")
    house = open_house(read_settings())
    crossed = IssueKey(AccountName("acme"), AppKey(token), KeyId("5" * 32), bytes(32), "crossed", registered=True)
    house.node.carry_out(crossed, by=Actor(ActorKind.USER, Email("ana@acme.example")))
    house.close()
    said = [chaveiro(f"chaveiro doctor --account acme{more}") for more in ("", " --json", " --lang pt", " --lang es")]
    (found,) = [one for one in said[1].body["findings"] if one["finding"] == "registered_pair_swapped"]
    assert found["label"] == "crossed"
    said += [chaveiro(f"chaveiro {line}") for line in ("key list acme", "key list acme --json", "audit acme")]
    (line,) = found["commands"]
    said += [chaveiro(line), chaveiro("chaveiro audit acme"), chaveiro("chaveiro doctor --account acme --json")]
    assert not any(token[12:40] in one.out + one.err for one in said)
    assert said[-3].code == 0
    assert "registered_pair_swapped" not in {one["finding"] for one in said[-1].body["findings"]}


def test_a_registered_pair_whose_token_never_worked_is_suspect(chaveiro: Any) -> None:
    """One and the same other token was sent each time."""
    key = "vtexappkey-acme-ABCDEF"
    assert chaveiro(f"chaveiro user add acme {key} --name -", "A" * 128).code == 0
    chaveiro(f"chaveiro role grant acme 1 --key {key}")
    for _ in range(2):
        assert chaveiro.asked(key, "B" * 128).code == 1
    found = findings(chaveiro, key)
    assert "always_failing" not in found
    suspect = found["registered_token_suspect"]
    token = json.loads(chaveiro(f"{suspect['commands'][0]} --json").out)["appToken"]
    assert chaveiro.asked(key, token).code == 0
    assert "registered_token_suspect" not in findings(chaveiro, key)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("Refused now", "To tidy up", "linked to no role", "such as:")),
        ("pt", ("Recusado agora", "Para pôr em ordem", "não está vinculada a nenhum perfil de acesso", "por exemplo:")),
        ("es", ("Se rechaza ahora", "Para poner en orden", "no está vinculada a ningún perfil", "por ejemplo:")),
    ],
)
def test_it_speaks_the_keepers_language(chaveiro: Any, language: str, words: tuple[str, ...]) -> None:
    """By urgency, each finding with the key's label, and no gap in a sentence."""
    chaveiro.pair("ERP")
    shown = chaveiro(f"chaveiro doctor --account acme --lang {language}").out
    assert all(one in shown for one in words)
    assert "(ERP)" in shown
    assert "?" not in shown


def test_whoever_may_not_view_keys_sees_nothing(chaveiro: Any) -> None:
    key, _ = chaveiro.pair()
    done = chaveiro("chaveiro doctor --account acme --as bia@acme.example")
    assert done.code == 1
    assert key not in done.out + done.err
    assert chaveiro("chaveiro doctor --account acme --older-than soon").code == 2
    assert chaveiro("chaveiro doctor --account acme --key -").code == 2
