"""The catalogue: imported whole or not at all, shown, and asked what a request needs."""

from __future__ import annotations

import json
from typing import Any


def test_a_catalogue_is_imported_from_a_file(chaveiro: Any) -> None:
    """What the file says is what requests are read by."""
    file = chaveiro.folder / "api.toml"
    file.write_text(
        '[[route]]\nmethod = "GET"\npath = "/stock/{sku}"\nall_of = ["Stock/Read", "Stock/List"]\n', "utf-8"
    )
    assert chaveiro("chaveiro catalogue import acme api.toml --json").body == {
        "account": "acme",
        "routes": 1,
        "undecided": 0,
        "undeclared": [],
    }
    [route] = chaveiro("chaveiro catalogue show acme --json").body
    assert (route["path"], route["match"], route["resources"]) == ("/stock/{sku}", "all", ["Stock/Read", "Stock/List"])


def test_a_malformed_catalogue_changes_nothing(chaveiro: Any) -> None:
    """The sentence names the place; the catalogue before it stays in force."""
    before = chaveiro("chaveiro catalogue show acme --json").body
    (chaveiro.folder / "bad.toml").write_text('[[route]]\nmethod = "get"\npath = "/x"\nany_of = ["A/B"]\n', "utf-8")
    done = chaveiro("chaveiro catalogue import acme bad.toml")
    assert done.code == 2
    assert "line 1" in done.err
    assert chaveiro("chaveiro catalogue show acme --json").body == before


def test_a_request_is_told_what_it_needs_and_which_roles_give_it(chaveiro: Any) -> None:
    """The template it takes, the resources, and every role that is enough."""
    found = chaveiro("chaveiro catalogue match acme GET /api/oms/pvt/orders?page=2 --json").body
    assert found["resources"] == ["OMS/ListOrders", "Checkout/AcessaTodosPedidos"]
    assert found["roles"] == [{"id": 1, "name": "Orders"}]


def test_an_unknown_request_is_no(chaveiro: Any) -> None:
    """Exit code 1 and the cause by which it would be denied."""
    unknown = chaveiro("chaveiro catalogue match acme GET /nowhere --json")
    assert (unknown.code, unknown.body["cause"]) == (1, "route_not_mapped")
    other = chaveiro("chaveiro catalogue match acme DELETE /api/oms/pvt/orders --json")
    assert (other.code, other.body["cause"]) == (1, "method_not_mapped")
    twice = chaveiro("chaveiro catalogue match acme GET /api//oms --json")
    assert (twice.code, twice.body["cause"]) == (1, "path_ambiguous")


def test_the_packaged_catalogues_are_listed(empty: Any) -> None:
    """They are there before any account is."""
    assert {"name": "packaged:tour", "routes": 34} in empty("chaveiro catalogue list --json").body
    assert {"name": "packaged:vtex", "routes": 1008} in empty("chaveiro catalogue list --json").body


OPENAPI = """
openapi: 3.1.0
info: {title: Stock}
servers: [{url: /v1}]
paths:
  /stock/{sku}:
    get: {x-chaveiro-resources: [Stock/Read]}
  /health:
    get: {x-chaveiro-resources: {open_to: every linked key}}
  /stock/export:
    get: {}
"""


def test_operations_that_declare_nothing_are_refused_with_a_list(chaveiro: Any) -> None:
    """Nothing is changed until somebody says what they need, or that they shall be denied."""
    (chaveiro.folder / "api.yaml").write_text(OPENAPI, "utf-8")
    before = chaveiro("chaveiro catalogue show acme --json").body
    refused = chaveiro("chaveiro catalogue import acme api.yaml")
    assert refused.code == 2
    assert "`x-chaveiro-resources` is missing in 1 of the operations (`GET /v1/stock/export`)" in refused.err
    assert "--skip-undeclared" in refused.err
    assert chaveiro("chaveiro catalogue show acme --json").body == before


def test_an_openapi_document_is_imported(chaveiro: Any) -> None:
    """What declares nothing is denied where that was asked for, and told why."""
    (chaveiro.folder / "api.yaml").write_text(OPENAPI, "utf-8")
    done = chaveiro("chaveiro catalogue import acme api.yaml --skip-undeclared --json").body
    assert done == {"account": "acme", "routes": 2, "undecided": 1, "undeclared": ["GET /v1/stock/export"]}
    assert chaveiro("chaveiro catalogue match acme GET /v1/stock/7 --json").body["resources"] == ["Stock/Read"]
    opened = chaveiro("chaveiro catalogue match acme GET /v1/health --json").body
    assert (opened["any_role"], opened["resources"], opened["roles"][0]["name"]) == (True, [], "Orders")
    denied = chaveiro("chaveiro catalogue match acme GET /v1/stock/export --json")
    assert (denied.code, denied.body["cause"]) == (1, "route_not_mapped")
    assert denied.body["undecided"] == "its OpenAPI document declares nothing"
    assert "its OpenAPI document declares nothing" in chaveiro("chaveiro catalogue match acme GET /v1/stock/export").out


def test_a_malformed_document_is_told_with_its_place(chaveiro: Any) -> None:
    """A JSON pointer, in one sentence, with exit code 2."""
    text = '{"openapi": "3.0.0", "paths": {"/a": {"get": {"x-chaveiro-resources": ["Stock"]}}}}'
    (chaveiro.folder / "api.json").write_text(text, "utf-8")
    done = chaveiro("chaveiro catalogue import acme api.json")
    assert done.code == 2
    assert "/paths/~1a/get/x-chaveiro-resources: `Stock` is not a resource" in done.err


def test_all_of_vtex_is_imported_searched_and_matched(chaveiro: Any) -> None:
    """What a request needs, the account's roles that give it, and the predefined ones that would."""
    done = chaveiro("chaveiro catalogue import acme packaged:vtex --json").body
    assert (done["routes"], done["undecided"]) == (943, 65)
    assert len(chaveiro("chaveiro catalogue show acme --json").body) == 1008
    found = chaveiro("chaveiro catalogue show acme orders CANCEL --json").body
    assert {"POST /api/oms/pvt/orders/{orderId}/cancel"} <= {f"{one['method']} {one['path']}" for one in found} != set()
    assert all("cancel" in json.dumps(one).lower() for one in found)
    matched = chaveiro("chaveiro catalogue match acme GET /api/oms/pvt/orders --json").body
    assert {"id": 1, "name": "Orders"} in matched["roles"]
    assert {"id": 1, "name": "Owner (Admin Super)"} in matched["predefined"]
    assert (
        "IntegrationProfile - Fulfillment Oms" in chaveiro("chaveiro catalogue match acme GET /api/oms/pvt/orders").out
    )
    unknown = chaveiro("chaveiro catalogue match acme GET /manifest")
    assert (unknown.code, "a third party implements it" in unknown.out) == (1, True)


def test_nothing_found_is_said(chaveiro: Any) -> None:
    """A search that finds nothing says among how many it looked."""
    assert chaveiro("chaveiro catalogue show acme nowhere").out.strip() == "0 of 34 routes."
    assert chaveiro("chaveiro catalogue show acme nowhere --json").body == []


def test_a_catalogue_is_shown_as_it_is_imported(chaveiro: Any) -> None:
    """An account that knows better corrects the text and imports it again."""
    text = chaveiro("chaveiro catalogue show acme --toml").out
    (chaveiro.folder / "mine.toml").write_text(text.replace("/pricing/tables", "/pricing/lists"), "utf-8")
    assert chaveiro("chaveiro catalogue import acme mine.toml").code == 0
    assert chaveiro("chaveiro catalogue match acme GET /pricing/lists").code == 0


def test_a_keeper_reads_why_a_known_route_is_denied(chaveiro: Any) -> None:
    """Of the denial itself: the catalogue knows the route, and who says that nobody knows what it needs."""
    chaveiro("chaveiro catalogue import acme packaged:vtex")
    key, token = chaveiro.linked()
    denied = chaveiro.asked(key, token, "/manifest").body
    assert denied["cause"] == "route_not_mapped"
    assert "a third party implements it" in chaveiro(f"chaveiro explain {denied['denial']}").out
    other = chaveiro.asked(key, token, "/nowhere").body
    assert "does not know this request" in chaveiro(f"chaveiro explain {other['denial']}").out


def test_a_route_open_to_every_linked_key_lets_any_role_through(chaveiro: Any) -> None:
    """And no key without one; the keeper reads that any role is enough."""
    chaveiro("chaveiro catalogue import acme packaged:vtex")
    assert chaveiro.asked(*chaveiro.linked(), "/api/checkout/pub/pickup-points").body["decision"] == "allow"
    denied = chaveiro.asked(*chaveiro.pair(), "/api/checkout/pub/pickup-points").body
    assert denied["cause"] == "no_role_linked"
    assert "any role is enough" in chaveiro(f"chaveiro explain {denied['denial']}").out
