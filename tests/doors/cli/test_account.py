"""Accounts are opened by whoever runs the installation, and belong to their sponsor."""

from __future__ import annotations

from typing import Any


def test_an_account_opens_with_its_sponsor_and_makes_the_pepper(empty: Any) -> None:
    """The first account makes database and pepper, and says where the pepper is."""
    done = empty("chaveiro account create acme --sponsor Ana@ACME.example")
    assert done.code == 0
    assert "ana@acme.example" in done.out
    assert str(empty.folder / "data" / "pepper") in done.out
    assert (empty.folder / "data" / "pepper").stat().st_mode & 0o077 == 0


def test_an_account_is_opened_once(chaveiro: Any) -> None:
    """A name that is taken is refused, and the account is as it was."""
    before = chaveiro("chaveiro account show acme --json").body
    done = chaveiro("chaveiro account create acme --sponsor eve@acme.example")
    assert done.code == 1
    assert "already an account" in done.err
    assert chaveiro("chaveiro account show acme --json").body["sponsor"] == before["sponsor"]


def test_accounts_are_listed_with_what_they_hold(chaveiro: Any) -> None:
    """Every account is listed; an account's figures are those of its own."""
    chaveiro("chaveiro account create other --sponsor rui@other.example --format vtex --https-only")
    listed = {one["account"]: one for one in chaveiro("chaveiro account list --json").body}
    assert sorted(listed) == ["acme", "other"]
    assert (listed["acme"]["roles"], listed["acme"]["users"]) == (2, 2)
    assert (listed["other"]["format"], listed["other"]["https_only"]) == ("vtex", True)


def test_a_vtex_account_issues_pairs_of_vtex_shape(chaveiro: Any) -> None:
    """The format chosen at the opening is that of every new pair."""
    chaveiro("chaveiro account create other --sponsor rui@other.example --format vtex")
    body = chaveiro("chaveiro key issue other --label ERP --json").body
    assert body["appKey"].startswith("vtexappkey-other-")
    assert len(body["appToken"]) == 128


def test_a_vtex_account_has_vtex_s_catalogue_and_predefined_roles(chaveiro: Any) -> None:
    """Read-only, under numbers of their own; bringing them again is nothing new. Own roles come after them."""
    chaveiro("chaveiro account create other --sponsor rui@other.example --format vtex")
    roles = {one["name"]: one for one in chaveiro("chaveiro role list other --json").body}
    assert len(roles) == 25
    assert all(one["predefined"] for one in roles.values())
    assert (roles["Owner (Admin Super)"]["id"], roles["Call center operator"]["id"]) == (1, 957)
    for line in ("role edit other 1 --add OMS/x", "role delete other 1"):
        refused = chaveiro(f"chaveiro {line}")
        assert refused.code == 1
        assert "came with the catalogue" in refused.err
    needs = chaveiro("chaveiro catalogue match other GET /api/oms/pvt/orders --json").body
    assert "OMS/ListOrders" in needs["resources"]
    assert chaveiro("chaveiro catalogue import other packaged:vtex").code == 1
    assert chaveiro("chaveiro role create other Mine --resource OMS/ListOrders --json").body["id"] == 958


def test_an_issued_key_is_not_led_to_the_mightiest_role(chaveiro: Any) -> None:
    """The example of what to do next names the least that there is."""
    chaveiro("chaveiro account create other --sponsor rui@other.example --format vtex")
    following = chaveiro("chaveiro key issue other --label ERP --json").body["next"]
    number = int(following.split()[4])
    roles = {one["id"]: len(one["resources"]) for one in chaveiro("chaveiro role list other --json").body}
    assert roles[number] == min(roles.values())


def test_the_owner_role_is_told_to_lack_save_user(chaveiro: Any) -> None:
    """Owner (Admin Super) gives everything but that; the keeper reads so, with the role that gives it."""
    chaveiro("chaveiro account create other --sponsor rui@other.example --format vtex")
    pair = chaveiro("chaveiro key issue other --label ERP --json").body
    chaveiro(f"chaveiro role grant other 1 --key {pair['appKey']}")
    asked = (
        f"chaveiro check other --key {pair['appKey']} --token - --method POST --path /api/license-manager/users --json"
    )
    denied = chaveiro(asked, pair["appToken"]).body
    assert denied["cause"] == "permission_missing_resource"
    told = chaveiro(f"chaveiro explain {denied['denial']}")
    assert "gives everything except what is required: Owner (Admin Super)" in " ".join(told.out.split())
    remedy = next(line for line in told.out.splitlines() if line.strip().startswith("chaveiro role grant"))
    assert chaveiro(remedy.strip()).code == 0
    assert chaveiro(asked, pair["appToken"]).code == 0


def test_the_sponsorship_moves_when_the_other_user_accepts(chaveiro: Any) -> None:
    """Offered, then accepted by the invited user, and by nobody else."""
    offered = chaveiro("chaveiro account transfer acme --to bia@acme.example")
    assert offered.code == 0
    assert "chaveiro account transfer acme --accept --as bia@acme.example" in offered.out
    assert chaveiro("chaveiro account transfer acme --accept --as ana@acme.example").code == 1
    assert chaveiro("chaveiro account transfer acme --accept --as bia@acme.example").code == 0
    assert chaveiro("chaveiro account show acme --json").body["sponsor"] == "bia@acme.example"


def test_an_offer_is_taken_back(chaveiro: Any) -> None:
    """After a cancelled offer the sponsor is who it was, and nobody can accept."""
    chaveiro("chaveiro account transfer acme --to bia@acme.example")
    assert chaveiro("chaveiro account transfer acme --cancel").code == 0
    assert chaveiro("chaveiro account transfer acme --accept --as bia@acme.example").code == 1


def test_a_suspended_account_refuses_every_key_until_it_is_resumed(chaveiro: Any) -> None:
    """Suspending is felt by the next request, and is undone by resuming."""
    key, token = chaveiro.linked()
    assert chaveiro("chaveiro account suspend acme --why 'not paid'").code == 0
    assert "not paid" in chaveiro("chaveiro account show acme").out
    assert chaveiro.asked(key, token).body["cause"] == "account_suspended"
    assert chaveiro("chaveiro account resume acme").code == 0
    assert chaveiro.asked(key, token).code == 0


def test_an_account_s_settings_are_edited(chaveiro: Any) -> None:
    """What is not given stays; nothing at all is no edit, and the same again changes nothing."""
    assert chaveiro("chaveiro account show acme --json").body["token_days_max"] is None
    assert "90, as the installation is set" in chaveiro("chaveiro account show acme").out
    assert chaveiro("chaveiro account edit acme --https-only --token-days 30").code == 0
    body = chaveiro("chaveiro account edit acme --format vtex --json").body
    assert (body["format"], body["https_only"], body["token_days_max"]) == ("vtex", True, 30)
    assert chaveiro("chaveiro key issue acme --label ERP --json").body["appKey"].startswith("vtexappkey-acme-")
    assert chaveiro("chaveiro account edit acme --no-https-only --json").body["https_only"] is False
    assert chaveiro("chaveiro account edit acme --no-https-only").code == 1
    for wrong in ("", "--token-days 0", "--token-days 36501", "--format odd"):
        assert chaveiro(f"chaveiro account edit acme {wrong}").code == 2
    assert chaveiro("chaveiro account edit acme --token-days 60 --as bia@acme.example").code == 1
    told = "Settings of the account edited: HTTPS only; tokens are old after days: 30"
    assert told in chaveiro("chaveiro audit acme").out
