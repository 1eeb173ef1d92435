"""Resources: 573 records of the facts become the resources that they spell."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from chaveiro.catalogue.known import KnownResource
from chaveiro.core.names import Resource
from facts.overlay import Unresolved

if TYPE_CHECKING:
    from facts.overlay import Overlay

Record = dict[str, Any]

_USUAL_KEY = re.compile(r"[A-Za-z0-9_.:-]+")


def resolved(record: Record, overlay: Overlay) -> Resource:
    """The resource that a record of any of the three files means."""
    product: str = record["product"]
    key: str | None = record["key"]
    if key is None:
        keyless = overlay.answer("keyless", f"{product}/{record['resource']}")
        return Resource(keyless.get("is_product", product), keyless["key"])
    if not _USUAL_KEY.fullmatch(key):
        overlay.answer("kept", key)
    if overlay.answers("spelling", f"{product}/{key}"):
        product, _, key = overlay.answer("spelling", f"{product}/{key}")["is"].partition("/")
    return Resource(product, key)


def known_resources(records: list[Record], overlay: Overlay) -> tuple[KnownResource, ...]:
    """Every resource once, in the order of product and key. Raises Unresolved."""
    spelled: defaultdict[Resource, list[Record]] = defaultdict(list)
    for record in records:
        spelled[resolved(record, overlay)].append(record)
    products: defaultdict[str, set[int]] = defaultdict(set)
    for resource, same in spelled.items():
        products[resource.product] |= {one["product_id"] for one in same if one["product_id"]}
    known = (_known(resource, same, products[resource.product], overlay) for resource, same in spelled.items())
    listed = tuple(sorted(known, key=lambda one: one.resource))
    keys = [one.resource.key for one in listed]
    if twice := sorted({key for key in keys if keys.count(key) > 1}):
        raise Unresolved(f"these keys are still under two products: {twice}")
    return listed


def _known(resource: Resource, same: list[Record], ids: set[int], overlay: Overlay) -> KnownResource:
    own = [one for one in same if one["product"] == resource.product and "same_as" not in one]
    if len({(one["category"], one["resource"]) for one in same if one["product"] == resource.product}) > 1:
        overlay.answer("name", str(resource))
    chosen = (own or same)[0]
    numbers = {one["resource_id"] for one in same if one["resource_id"]}
    if len(numbers) > 1:
        raise Unresolved(f"`{resource}` has several numbers: {sorted(numbers)}")
    product_id = chosen["product_id"]
    if product_id is None:
        product_id = overlay.answer("product_id", resource.product).get("id")
        if ids - {product_id}:
            raise Unresolved(f"rows of `{resource.product}` say another product id: {sorted(ids)}")
    return KnownResource(resource, chosen["resource"], chosen["category"], chosen["resource_id"], product_id)
