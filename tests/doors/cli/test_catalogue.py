"""The catalogue: imported whole or not at all, shown, and asked what a request needs."""

from __future__ import annotations

from typing import Any


def test_a_catalogue_is_imported_from_a_file(chaveiro: Any) -> None:
    """What the file says is what requests are read by."""
    file = chaveiro.folder / "api.toml"
    file.write_text(
        '[[route]]\nmethod = "GET"\npath = "/stock/{sku}"\nall_of = ["Stock/Read", "Stock/List"]\n', "utf-8"
    )
    assert chaveiro("chaveiro catalogue import acme api.toml --json").body == {"account": "acme", "routes": 1}
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
