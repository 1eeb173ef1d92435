"""Pairs: the token is shown once, both tokens of a renewal work, and their last use is known."""

from __future__ import annotations

from typing import Any


def test_the_token_is_shown_once_with_what_to_do_next(chaveiro: Any) -> None:
    """The answer holds the pair, the sentence that it is the only time, the missing role, and the next command."""
    done = chaveiro("chaveiro key issue acme --label ERP --owner 'Ana Lima'")
    key = done.out.split()[1]
    assert done.code == 0
    assert "can never be read again" in done.out
    assert "linked to no role" in done.out
    assert f"chaveiro role grant acme 1 --key {key}" in done.out
    token = done.out.split()[3]
    for line in (f"chaveiro key show acme {key}", "chaveiro key list acme", "chaveiro audit acme"):
        assert token not in chaveiro(line).out
        assert token not in chaveiro(f"{line} --json").out


def test_a_key_linked_to_no_role_is_marked(chaveiro: Any) -> None:
    """Whoever lists keys sees at once which of them cannot work."""
    chaveiro.pair("Forgotten")
    chaveiro.linked("Working")
    lines = {line.split()[1]: line for line in chaveiro("chaveiro key list acme").out.splitlines() if "cvk_" in line}
    assert "every request will be refused" in lines["Forgotten"]
    assert "every request will be refused" not in lines["Working"]


def test_only_the_sponsor_issues_keys_until_they_delegate(chaveiro: Any) -> None:
    """A user is refused and told whom to ask; with the permission by role the same command works."""
    line = "chaveiro key issue acme --label Mine --as bia@acme.example"
    refused = chaveiro(line)
    assert refused.code == 1
    assert "ana@acme.example" in refused.err
    assert "License Manager/EditApiKeys" in refused.err
    chaveiro("chaveiro role create acme Issuers --resource 'License Manager/EditApiKeys'")
    chaveiro("chaveiro role grant acme 3 --user bia@acme.example")
    assert chaveiro(line).code == 0


def test_whoever_may_not_view_keys_sees_none(chaveiro: Any) -> None:
    """Listing, showing and the audit need the right to view keys."""
    key, _ = chaveiro.pair()
    for line in ("chaveiro key list acme", f"chaveiro key show acme {key}", "chaveiro audit acme"):
        done = chaveiro(f"{line} --as bia@acme.example")
        assert done.code == 1
        assert key not in done.out + done.err


def test_both_tokens_work_until_the_renewal_is_finished(chaveiro: Any) -> None:
    """Then only the new one does, and the key shows when each last worked and whether finishing is safe."""
    key, old = chaveiro.linked()
    chaveiro.asked(key, old)
    renewed = chaveiro(f"chaveiro key renew acme {key} --json").body
    new = renewed["appToken"]
    assert renewed["next"] == f"chaveiro key finish acme {key}"
    assert "the new token has never worked" in chaveiro(f"chaveiro key show acme {key}").out
    assert chaveiro.asked(key, old).code == chaveiro.asked(key, new).code == 0
    shown = chaveiro(f"chaveiro key show acme {key}")
    assert "Not yet: the old token worked at" in shown.out
    tokens = chaveiro(f"chaveiro key show acme {key} --json").body["tokens"]
    assert [(one["number"], one["count"]) for one in tokens] == [(1, 2), (2, 1)]
    assert chaveiro(f"chaveiro key finish acme {key}").code == 0
    assert chaveiro.asked(key, old).body["cause"] == "credentials_invalid"
    assert chaveiro.asked(key, new).code == 0


def test_a_key_is_deactivated_activated_blocked_and_deleted(chaveiro: Any) -> None:
    """Each state refuses with its own cause; a blocked key needs another token; a deleted one does not come back."""
    key, token = chaveiro.linked()
    assert chaveiro(f"chaveiro key deactivate acme {key} --why 'maintenance'").code == 0
    assert chaveiro.asked(key, token).body["cause"] == "key_inactive"
    assert chaveiro(f"chaveiro key activate acme {key}").code == 0
    assert chaveiro.asked(key, token).code == 0
    assert chaveiro(f"chaveiro key block acme {key} --why 'seen in a log'").code == 0
    assert "seen in a log" in chaveiro(f"chaveiro key show acme {key}").out
    assert chaveiro(f"chaveiro key activate acme {key}").code == 1
    assert chaveiro(f"chaveiro key delete acme {key}").code == 0
    assert chaveiro(f"chaveiro key activate acme {key}").code == 1
    assert chaveiro.asked(key, token).body["cause"] == "credentials_invalid"


def test_a_key_may_be_limited_in_time_and_place(chaveiro: Any) -> None:
    """Dates and networks are kept as given and bind."""
    body = chaveiro(
        "chaveiro key issue acme --label Later --valid-from 2098-01-01 --expires 2099-01-01 --network 203.0.113.0/24 "
        "--network 2001:db8::/32 --json"
    ).body
    shown = chaveiro(f"chaveiro key show acme {body['appKey']} --json").body
    assert shown["valid_from"] == "2098-01-01T00:00:00.000+00:00"
    assert shown["networks"] == ["203.0.113.0/24", "2001:db8::/32"]
    assert chaveiro.asked(body["appKey"], body["appToken"]).body["cause"] == "key_not_yet_valid"


def test_an_external_key_holds_roles_here_and_has_its_state_from_home(chaveiro: Any) -> None:
    """Adopted, linked, let in; deactivated at home, refused here; removed here, untouched there."""
    key, token = chaveiro.linked()
    chaveiro("chaveiro account create globex --sponsor rui@globex.example")
    chaveiro("chaveiro catalogue import globex packaged:tour")
    chaveiro("chaveiro role create globex Theirs --resource OMS/ListOrders")
    asked = f"chaveiro check globex --key {key} --token - --method GET --path /api/oms/pvt/orders --json"
    assert chaveiro(asked, token).body["cause"] == "credentials_invalid"
    adopted = chaveiro(f"chaveiro key adopt globex {key}")
    assert adopted.code == 0
    assert "linked to no role" in adopted.out
    assert chaveiro(f"chaveiro role grant globex 1 --key {key}").code == 0
    assert chaveiro(asked, token).code == 0
    shown = chaveiro(f"chaveiro key show globex {key} --json").body
    assert (shown["home"], shown["tokens"], shown["roles"][0]["id"]) == ("acme", [], 1)
    assert "acme" in chaveiro(f"chaveiro key show globex {key}").out
    assert key in chaveiro("chaveiro key list globex").out
    assert key in chaveiro("chaveiro role show globex 1").out
    for verb in ("activate", "deactivate", "block", "renew", "finish"):
        refused = chaveiro(f"chaveiro key {verb} globex {key}")
        assert refused.code == 1
        assert "belongs to the account acme" in refused.err
    chaveiro(f"chaveiro key deactivate acme {key}")
    denied = chaveiro(asked, token).body
    assert denied["cause"] == "key_inactive"
    told = chaveiro(f"chaveiro explain {denied['denial']}")
    assert "account acme" in told.out
    assert "ana@acme.example" not in told.out
    chaveiro(f"chaveiro key activate acme {key}")
    chaveiro(f"chaveiro role withdraw globex 1 --key {key}")
    unlinked = chaveiro(asked, token).body
    remedy = f"chaveiro role grant globex 1 --key {key}"
    assert remedy in chaveiro(f"chaveiro explain {unlinked['denial']}").out
    assert chaveiro(remedy).code == 0
    assert chaveiro(asked, token).code == 0
    assert "Its own account keeps it" in chaveiro(f"chaveiro key delete globex {key}").out
    assert chaveiro(asked, token).body["cause"] == "credentials_invalid"
    assert chaveiro.asked(key, token).code == 0


def test_a_key_that_no_account_has_is_not_adopted(chaveiro: Any) -> None:
    """Nor one's own, which is there already."""
    key, _ = chaveiro.pair()
    nowhere = chaveiro("chaveiro key adopt acme cvk_000g40r40m30e2098ek8vw")
    assert nowhere.code == 2
    assert "No account of this installation" in nowhere.err
    assert chaveiro(f"chaveiro key adopt acme {key}").code == 1


def test_a_token_that_was_seen_in_clear_is_told_until_it_is_retired(chaveiro: Any) -> None:
    """In the list, on the key, by the denial and by the round; with what mends it, which does."""
    key, token = chaveiro.linked()
    other, _ = chaveiro.linked("Other")
    denial = chaveiro.asked(key, token, f"/api/oms/pvt/orders?appToken={token}").body["denial"]
    for line in (f"chaveiro key show acme {key}", f"chaveiro explain {denial}"):
        told = chaveiro(line)
        assert "Token 1 was seen in clear in an address, which is logged: 1 time" in " ".join(told.out.split())
        assert f"chaveiro key renew acme {key}" in told.out
        assert token not in told.out
        (one,) = chaveiro(f"{line} --json").body["seen_in_clear"]
        assert (one["token"], one["how"], one["count"]) == (1, "query", 1)
    lines = {line.split()[0]: line for line in chaveiro("chaveiro key list acme").out.splitlines() if "cvk_" in line}
    assert ["seen in clear" in " ".join(lines[one].split()) for one in (key, other)] == [True, False]
    found = {one["finding"]: one for one in chaveiro("chaveiro doctor --account acme --json").body["findings"]}
    assert found["seen_in_clear"]["commands"] == [f"chaveiro key renew acme {key}"]
    assert chaveiro(f"chaveiro key renew acme {key}").code == 0
    assert f"chaveiro key finish acme {key}" in chaveiro(f"chaveiro key show acme {key}").out
    assert chaveiro(f"chaveiro key finish acme {key}").code == 0
    assert chaveiro(f"chaveiro key show acme {key} --json").body["seen_in_clear"] == []
    assert "seen in clear" not in chaveiro("chaveiro key list acme").out
