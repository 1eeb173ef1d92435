"""Predefined roles: 28 records, of which the current ones are given to new accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chaveiro.catalogue.writing import text, texts
from facts.overlay import Unresolved
from facts.resources import resolved

if TYPE_CHECKING:
    from facts.overlay import Overlay

Record = dict[str, Any]


def written_roles(records: list[Record], overlay: Overlay) -> str:
    """The text of the roles' file. Raises Unresolved."""
    if len(set(overlay.numbers.values())) != len(overlay.numbers):
        raise Unresolved("two predefined roles have one number")
    current = {one["role"] for one in records if one["status"] == "current"}
    if current != overlay.numbers.keys():
        raise Unresolved(f"these roles need a number, or have one too many: {sorted(current ^ overlay.numbers.keys())}")
    return "\n".join(_role(one, overlay) for one in records)


def _role(record: Record, overlay: Overlay) -> str:
    name = record["role"]
    if record["named_by_specs_only"]:
        left_out = overlay.answer("left_out", name)["keys"]
        if left_out != record["named_by_specs_only"]:
            raise Unresolved(f"`{name}` has other keys that only OpenAPI files name")
    lines = [f"name = {text(name)}"]
    if record["status"] == "current":
        if record["role_id"] not in {None, overlay.numbers[name]}:
            raise Unresolved(f"`{name}` has the number {record['role_id']} in the facts")
        lines = ["[[role]]", *lines, f"id = {overlay.numbers[name]}"]
    else:
        overlay.answer("retired", name)
        lines = ["[[retired_role]]", *lines]
    return "\n".join([*lines, _resources(record, overlay)]) + "\n"


def _resources(record: Record, overlay: Overlay) -> str:
    name = record["role"]
    if excepted := record.get("all_resources_except"):
        listed = overlay.answer("everything_except", name)["resources"]
        if [one.partition("/")[2] for one in listed] != excepted:
            raise Unresolved(f"`{name}` lacks other resources")
        return f"everything_except = {texts(listed)}"
    given = {str(resolved(one, overlay)) for one in record["resources"]}
    if implied := record.get("implied"):
        added = overlay.answer("added", name)["resources"]
        if {one.partition("/")[2] for one in added} != set(implied):
            raise Unresolved(f"`{name}` was announced to give other resources")
        given |= set(added)
    return f"resources = {texts(sorted(given))}"
