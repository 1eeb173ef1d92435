"""A first request for a pair, ready to be run: something that its roles allow, asked of this installation itself."""

from __future__ import annotations

import json
from dataclasses import dataclass
from re import sub
from shlex import quote
from typing import TYPE_CHECKING, Any, Final

from chaveiro.core.attempt import Need, Transport
from chaveiro.core.credential import is_token
from chaveiro.doors.console.origin import is_local

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chaveiro.catalogue import Catalogue, Route
    from chaveiro.core.keyring import Key
    from chaveiro.core.names import Resource
    from chaveiro.doors.console.visit import Visit

CHECK: Final = "/v1/check"
_PARAMETER = r"\{[^/{}]*\}"


@dataclass(frozen=True, slots=True)
class TestCall:
    """A command for a shell such as bash or zsh, and whether the key's roles allow what it asks."""

    __test__ = False

    command: str
    what: str  # method and path, or a resource
    given: bool


def test_call(visit: Visit, key: Key) -> TestCall | None:
    """The request that says least and needs least. The token is asked for by the shell, and is in no history of it.

    None for a key that has a token in the place of its appKey: nobody should send that anywhere.
    """
    if is_token(key.app_key):
        return None
    keyring = visit.keyring
    roles = keyring.in_force(key.grants, visit.at)
    resources = keyring.resources_of(roles)
    catalogue = visit.console.node.catalogue(keyring)
    given = [one for one in catalogue.routes() if roles and _gives(one, resources)]
    found = next(_examples(catalogue, given or list(catalogue.routes())), None)
    if found is not None:
        method, path = found
        return TestCall(_command(visit, key, {"method": method, "path": path}), f"{method} {path}", bool(given))
    product, name = min(resources, default=("License Manager", "ViewApiKeys"))
    asked = {"resource": {"product": product, "key": name}}
    return TestCall(_command(visit, key, asked), f"{product}/{name}", bool(resources))


def origin_of(visit: Visit) -> str:
    """Where this installation is reached, as it is told, or as the browser reached it."""
    place, message = visit.console.place, visit.message
    if place.public_url:
        return place.public_url.rstrip("/")
    if origin := message.one(b"origin"):
        return origin
    plain = is_local(message) and place.transport(message) is not Transport.SECURE
    return f"{'http' if plain else 'https'}://{message.one(b'host')}"


def _gives(route: Route, resources: frozenset[Resource]) -> bool:
    return route.need.met_by(resources) if isinstance(route.need, Need) else True


def _examples(catalogue: Catalogue, routes: list[Route]) -> Iterator[tuple[str, str]]:
    """Requests that take these routes: what only reads comes first, then what needs no more than its address."""
    for route in sorted(routes, key=lambda one: (one.method != "GET", one.path.count("{"), len(one.path), one.path)):
        path = sub(_PARAMETER, "1", route.path)
        if catalogue.find(route.method, path) == route:
            yield route.method, path


def _command(visit: Visit, key: Key, asked: dict[str, Any]) -> str:
    head = _json({"account": visit.account, "appKey": key.app_key})[:-1] + ', "appToken": "'
    more = {"address": str(key.networks[0].network_address)} if key.networks else {}
    more |= {"scheme": "https"} if visit.keyring.https_only else {}
    tail = '", ' + _json(asked | more)[1:]
    return (
        "printf 'appToken: ' && read -rs APP_TOKEN && \\\n"
        f"curl -sS {quote(origin_of(visit) + CHECK)} -H 'Content-Type: application/json' \\\n"
        f'  -d @- <<< {quote(head)}"$APP_TOKEN"{quote(tail)}'
    )


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False)
