"""The packaged facts are VTEX's documented ones, and all of VTEX's operations fit into one tree."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from chaveiro.catalogue import Catalogue, read_toml
from chaveiro.catalogue.packaged import PACKAGED, packaged
from chaveiro.catalogue.route import Route
from chaveiro.core.attempt import Match, Need
from chaveiro.core.names import Resource

# Facts that this project was written from; they are kept beside the repository, not in it.
FACTS = Path(__file__).parents[2].parent / "shared" / "reference" / "vtex-operations.json"


@pytest.fixture(scope="module")
def operations() -> list[dict[str, Any]]:
    if not FACTS.exists():
        pytest.skip("NOT COMPARED with VTEX's documentation: its operations are not beside this checkout")
    listed: list[dict[str, Any]] = json.loads(FACTS.read_text("utf-8"))
    return listed


def need_of(operation: dict[str, Any]) -> Need:
    """The documented need; for an operation without one a stand-in, named by what the documents say instead."""
    match = Match.ALL if operation["match"] == "all" else Match.ANY
    named = tuple(Resource(one["product"], one["key"] or one["resource"]) for one in operation["requires"])
    return Need(named or (Resource("undocumented", operation["access"]),), match)


def test_the_tour_is_readable() -> None:
    """It is the text an account imports, and it names every resource it needs."""
    catalogue = read_toml(packaged("tour"))
    needed = {resource for route in catalogue.routes() for resource in route.need.resources}
    assert catalogue.name == "tour"
    assert len(catalogue.routes()) == 34
    assert catalogue.resource_names.keys() == needed
    assert {tuple(sorted((str(one.route), str(one.other)))) for one in catalogue.crossings()} == {
        ("GET /api/oms/pvt/orders/order-group/{orderGroup}", "GET /api/oms/pvt/orders/{orderId}/conversation-message"),
        ("GET /api/oms/pvt/orders/order-group/{orderGroup}", "GET /api/oms/pvt/orders/{orderId}/payment-transaction"),
    }


def test_what_is_not_packaged_is_unknown() -> None:
    """A name is looked up in a list, never in a folder."""
    assert PACKAGED == ("tour", "vtex")
    with pytest.raises(KeyError):
        packaged("../tour")


def test_the_tour_says_what_vtex_documents(operations: list[dict[str, Any]]) -> None:
    """Method, path, resources, any-of or all-of, and the names of the resources: each as documented."""
    documented = {(one["method"], one["path"]): one for one in operations if one["requires"]}
    catalogue = read_toml(packaged("tour"))
    for route in catalogue.routes():
        operation = documented[route.method, route.path]
        assert route.need == need_of(operation)
        for one in operation["requires"]:
            assert catalogue.resource_names[Resource(one["product"], one["key"])] == one["resource"]


def test_all_of_vtex_fits_into_one_tree(operations: list[dict[str, Any]]) -> None:
    """1,062 operations are 1,008 routes: where two documents describe one route, the one that names resources counts.

    61 pairs of routes cross, most of them of services on different hosts. The first differing segment decides them.
    """
    routes: dict[tuple[str, str], Route] = {}
    for operation in sorted(operations, key=lambda one: not one["requires"]):
        shape = re.sub(r"\{[^}]*\}", "{}", operation["path"])
        route = Route(operation["method"], operation["path"], need_of(operation))
        routes.setdefault((operation["method"], shape), route)
    catalogue = Catalogue(routes.values())
    crossings = {(str(one.route), str(one.other)) for one in catalogue.crossings()}
    assert (len(operations), len(routes), len(crossings)) == (1062, 1008, 61)
    for route in routes.values():
        example = re.sub(r"\{[^}]*\}", "9", route.path)
        assert catalogue.template_of(route.method, example) == route.path
    assert (
        "GET /api/oms/pvt/orders/order-group/{orderGroup}",
        "GET /api/oms/pvt/orders/{orderId}/payment-transaction",
    ) in crossings
    assert all(catalogue.match(one.route.method, one.example) == one.route.need for one in catalogue.crossings())
