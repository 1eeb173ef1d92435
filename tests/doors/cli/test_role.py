"""Roles are made of resources and given to keys and people; nobody gives what they lack."""

from __future__ import annotations

from typing import Any


def test_a_role_is_made_shown_edited_and_deleted(chaveiro: Any) -> None:
    """What a role gives is what was put in and not taken out."""
    made = chaveiro("chaveiro role create acme Handling --resource OMS/ListOrders --resource OMS/WorkflowAction --json")
    assert made.body["id"] == 3
    edited = chaveiro("chaveiro role edit acme 3 --add OMS/OMSViewer --remove OMS/ListOrders --name Warehouse --json")
    assert edited.body["resources"] == ["OMS/OMSViewer", "OMS/WorkflowAction"]
    assert chaveiro("chaveiro role show acme 3 --json").body["name"] == "Warehouse"
    assert chaveiro("chaveiro role delete acme 3").code == 0
    assert chaveiro("chaveiro role show acme 3 --json").body["deleted"]["by"] == "ana@acme.example"
    assert [one["id"] for one in chaveiro("chaveiro role list acme --json").body] == [1, 2]


def test_a_key_may_do_what_its_role_gives_and_no_longer(chaveiro: Any) -> None:
    """Granting and withdrawing are felt by the next request."""
    key, token = chaveiro.pair()
    assert chaveiro.asked(key, token).body["cause"] == "no_role_linked"
    chaveiro(f"chaveiro role grant acme 1 --key {key}")
    assert chaveiro.asked(key, token).code == 0
    withdrawn = chaveiro(f"chaveiro role withdraw acme 1 --key {key}")
    assert "every request will be refused" in withdrawn.out
    assert chaveiro.asked(key, token).code == 1


def test_a_grant_may_end_by_itself(chaveiro: Any) -> None:
    """The end is kept and shown; a date without a time zone is UTC."""
    key, _ = chaveiro.pair()
    done = chaveiro(f"chaveiro role grant acme 1 --key {key} --until 2099-01-31T18:00")
    assert "2099-01-31 18:00:00 UTC" in done.out
    assert "until 2099-01-31 18:00:00 UTC" in chaveiro(f"chaveiro key show acme {key}").out


def test_nobody_grants_what_they_lack(chaveiro: Any) -> None:
    """G12: a user who may edit roles cannot give away what their own roles lack."""
    chaveiro("chaveiro role create acme Editors --resource 'License Manager/Create_Role'")
    chaveiro("chaveiro role grant acme 3 --user bia@acme.example")
    refused = chaveiro("chaveiro role create acme Mine --resource OMS/CancelAction --as bia@acme.example")
    assert refused.code == 1
    assert "OMS/CancelAction" in refused.err
    assert len(chaveiro("chaveiro role list acme --json").body) == 3


def test_a_user_holds_a_role_until_it_is_withdrawn(chaveiro: Any) -> None:
    """Roles of users are listed with them."""
    chaveiro("chaveiro role grant acme 1 --user bia@acme.example")
    users = {one["email"]: one for one in chaveiro("chaveiro user list acme --json").body}
    assert users["bia@acme.example"]["roles"] == [1]
    assert users["ana@acme.example"]["sponsor"] is True
    chaveiro("chaveiro role withdraw acme 1 --user bia@acme.example")
    assert chaveiro("chaveiro user list acme --json").body[1]["roles"] == []


def test_a_resource_that_was_split_is_given_to_all_who_held_it(chaveiro: Any) -> None:
    """One command, one change; then there is nothing more to do."""
    chaveiro("chaveiro role create acme Support --resource OMS/ListOrders --resource OMS/OMSViewer")
    spread = chaveiro("chaveiro role edit acme --holding OMS/ListOrders --add OMS/ListOrdersV2")
    assert spread.code == 0
    assert "1 Orders, 3 Support" in spread.out
    roles = chaveiro("chaveiro role list acme --json").body
    assert [one["name"] for one in roles if "OMS/ListOrdersV2" in one["resources"]] == ["Orders", "Support"]
    assert chaveiro("chaveiro role edit acme --holding OMS/ListOrders --add OMS/ListOrdersV2").code == 1
    assert "OMS/ListOrdersV2" in chaveiro("chaveiro audit acme").out


def test_which_role_to_edit_is_said_once(chaveiro: Any) -> None:
    """By number, or by what it holds; not both, and not neither."""
    for line in (
        "chaveiro role edit acme --add OMS/x",
        "chaveiro role edit acme 1 --holding OMS/ListOrders --add OMS/x",
        "chaveiro role edit acme --holding OMS/ListOrders",
        "chaveiro role edit acme --holding OMS/ListOrders --add OMS/x --add OMS/y",
        "chaveiro role edit acme --holding OMS/ListOrders --add OMS/x --name New",
    ):
        assert chaveiro(line).code == 2
