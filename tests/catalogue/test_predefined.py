"""Predefined roles and known resources are VTEX's, each under the number that it keeps."""

import json
from pathlib import Path
from typing import Any

import pytest

from chaveiro.catalogue.predefined import predefined_roles, retired_roles, vtex_resources
from chaveiro.core.names import Resource

FACTS = Path(__file__).parents[2].parent / "shared" / "reference" / "vtex-roles.json"

ROLES = {role.name: role for role in predefined_roles()}
SAVE_USER = Resource("License Manager", "Save_User")


@pytest.fixture(scope="module")
def documented() -> dict[str, dict[str, Any]]:
    if not FACTS.exists():
        pytest.skip("NOT COMPARED with VTEX's documentation: its roles are not beside this checkout")
    return {one["role"]: one for one in json.loads(FACTS.read_text("utf-8"))}


def test_roles_are_as_many_as_documented(documented: dict[str, dict[str, Any]]) -> None:
    """28 are documented, 25 of them are current, and only those are given to new accounts."""
    assert len(documented) == 28
    assert ROLES.keys() == {name for name, one in documented.items() if one["status"] == "current"}
    assert retired_roles().keys() == documented.keys() - ROLES.keys()
    assert (len(ROLES), len(retired_roles())) == (25, 3)


def test_a_role_gives_what_its_article_lists(documented: dict[str, dict[str, Any]]) -> None:
    """Nothing that only OpenAPI files attribute to it; what was announced for it, too."""
    for name, one in documented.items():
        given = ROLES[name].resources if name in ROLES else retired_roles()[name]
        if "all_resources_except" not in one:
            keys = {each["key"] for each in one["resources"]} | set(one.get("implied", []))
            assert {resource.key for resource in given} == keys
            assert not {resource.key for resource in given} & set(one["named_by_specs_only"])


def test_the_owner_may_do_everything_except_save_users() -> None:
    """As VTEX has it: whoever handles users is another role."""
    everything = {one.resource for one in vtex_resources().all}
    assert everything - ROLES["Owner (Admin Super)"].resources == {SAVE_USER}
    assert SAVE_USER in ROLES["User Administrator - RESTRICTED"].resources


def test_a_role_gives_resources_that_there_are() -> None:
    """Each by product and key."""
    known = {one.resource for one in vtex_resources().all}
    assert all(role.resources <= known and role.resources for role in predefined_roles())


def test_numbers_stay() -> None:
    """Clients keep them. A role that goes leaves a gap; none is ever given anew."""
    assert [(role.id, role.name) for role in predefined_roles()] == [
        (1, "Owner (Admin Super)"),
        (901, "Admin - Start page only"),
        (902, "Ad Network Advertiser"),
        (903, "Billing"),
        (904, "Checkout Admin"),
        (905, "Content Administrator"),
        (906, "Finance"),
        (907, "Finance - Full access"),
        (908, "inStore Sales Person"),
        (909, "Sales App - Sales Associate"),
        (910, "IntegrationProfile - Fulfillment"),
        (911, "IntegrationProfile - Fulfillment Gateway"),
        (912, "IntegrationProfile - Fulfillment Gateway GetOrder"),
        (913, "IntegrationProfile - Fulfillment Gateway Oms"),
        (914, "IntegrationProfile - Fulfillment Oms"),
        (915, "IntegrationProfile - OrderSimulation"),
        (916, "Logistics - Full access"),
        (917, "Logistics - Read only"),
        (918, "OMS - Full access"),
        (919, "OMS - Read only"),
        (920, "Payments Notifier"),
        (921, "Seller Manager"),
        (922, "User Administrator - RESTRICTED"),
        (923, "VTEX IO Admin"),
        (957, "Call center operator"),
    ]


def test_a_resource_is_found_by_what_other_systems_call_it() -> None:
    """By product and key, by key alone, and by a product's number and key."""
    known = vtex_resources()
    viewer = known.get(Resource("OMS", "OMSViewer"))
    assert viewer is not None
    assert (viewer.name, viewer.category, viewer.id, viewer.product_id) == ("View order", "OMS access", 1153, 19)
    assert known.keyed("OMSViewer") == known.keyed("OMSViewer", product_id=19) == (viewer,)
    assert known.keyed("OMSViewer", product_id=2) == known.keyed("omsviewer") == known.keyed("") == ()
    assert known.get(Resource("oms", "OMSViewer")) is None


def test_a_resource_without_a_published_number_is_found_by_its_key_alone() -> None:
    """No number is made up for it."""
    [budgets] = vtex_resources().keyed("SubscriptionViewer")
    assert (budgets.resource, budgets.product_id) == (Resource("Subscriptions", "SubscriptionViewer"), None)
    assert vtex_resources().keyed("SubscriptionViewer", product_id=19) == ()
