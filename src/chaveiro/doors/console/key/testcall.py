"""A first request with a key, ready to be run: it asks the check what a gateway would ask."""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING

from chaveiro.core.attempt import Need, Transport
from chaveiro.core.credential import is_token

if TYPE_CHECKING:
    from chaveiro.catalogue import Route
    from chaveiro.core.keyring import Key
    from chaveiro.core.names import Resource
    from chaveiro.doors.console.visit import Visit

VARIABLE = "APP_TOKEN"  # where the token is read from, so that no shell's history keeps it


def test_call(visit: Visit, key: Key) -> str:
    """A command that asks for something that the key may do; empty where it may do nothing."""
    held = visit.keyring.resources_of(visit.keyring.in_force(key.grants, visit.at))
    if not held or is_token(key.app_key):
        return ""
    pair = json.dumps({"account": visit.account, "appKey": key.app_key, "appToken": ""})
    before, after = pair.removesuffix('"}'), json.dumps(_asked(visit, held)).removeprefix("{")
    end = '", ' + after
    body = f'{shlex.quote(before)}"${VARIABLE}"{shlex.quote(end)}'
    return f"curl -sS {_address(visit)}/v1/check -H 'Content-Type: application/json' -d {body}"


def _asked(visit: Visit, held: frozenset[Resource]) -> dict[str, object]:
    routes = visit.console.node.catalogue(visit.keyring).routes()
    open_to = next((route for route in routes if _plain(route) and _met(route, held)), None)
    if open_to:
        return {"method": open_to.method, "path": open_to.path}
    product, name = min(held)
    return {"resource": {"product": product, "key": name}}


def _plain(route: Route) -> bool:
    return route.method == "GET" and "{" not in route.path and "*" not in route.path


def _met(route: Route, held: frozenset[Resource]) -> bool:
    return isinstance(route.need, Need) and route.need.met_by(held)


def _address(visit: Visit) -> str:
    place, message = visit.console.place, visit.message
    if place.public_url:
        return place.public_url.rstrip("/")
    scheme = "https" if place.transport(message) is Transport.SECURE else "http"
    named = message.one(b"host") if message.host else None  # only what reads as a host, with its port
    return f"{scheme}://{named or 'localhost'}"
