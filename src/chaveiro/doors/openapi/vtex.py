"""What the VTEX door answers: its routes and bodies as FastAPI reads them from the code, and what else is known.

Who may ask is read from each route's needs. Names, examples and documented refusals stand in one table here; a route
that is not in it cannot be described, and fails the build.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from fastapi.routing import APIRoute

from chaveiro.catalogue.need import OPEN_TO
from chaveiro.catalogue.openapi import EXTENSION
from chaveiro.core.attempt import AnyRole
from chaveiro.doors.openapi import examples
from chaveiro.doors.openapi.examples import BIA, BIA_ID, OTHER_KEY_ID, USER_TOKEN, dashed
from chaveiro.doors.openapi.operations import EITHER, bodiless_all
from chaveiro.doors.openapi.responses import DENIED, UNAVAILABLE, UNREAD, answer, vtex_name
from chaveiro.doors.openapi.shapes import ref
from chaveiro.doors.vtex import app, signin
from chaveiro.doors.vtex.access import Asks
from chaveiro.doors.vtex.caller import Needs
from chaveiro.wire.answer import IN_FORCE, JSON, STANDING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from chaveiro.doors.openapi.shapes import Schema

ANSWERS: Final = Path(__file__).with_name("vtex_answers.json")  # as a live process gave them
_COMMAND: Final = (404, 409, 507)  # refused for what it names, or for what is so already; or there is no room for it
_OF_FASTAPI: Final = frozenset({"HTTPValidationError", "ValidationError"})  # which the door answers in its own shape


@dataclass(frozen=True, slots=True)
class Told:
    """What the code of a route does not say of itself."""

    name: str  # as generated clients call it
    refused: tuple[int, ...] = ()  # beside those that may befall any request of its kind
    given: Mapping[str, str] = field(default_factory=dict)  # an example for each parameter
    body: Any = None  # an example
    takes: bool = False  # something away, whatever was there before


_ONE_USER: Final = {"userId": BIA_ID}
_PAGE: Final = {"numItems": "10", "pageNumber": "1", "sort": "name", "sortType": "ASC"}
_KEY: Final = {"apiKey": examples.OTHER.app_key}
_MANAGER: Final = "/api/license-manager"
_ACCESS: Final = f"{_MANAGER}/pvt/accounts/{{account}}"
ROUTES: Final[Mapping[str, Told]] = {
    f"GET {_MANAGER}/users/{{userId}}": Told("getUser", (400,), _ONE_USER),
    f"DELETE {_MANAGER}/users/{{userId}}": Told("removeUser", (400, *_COMMAND), _ONE_USER, takes=True),
    f"POST {_MANAGER}/users": Told(
        "addUser", (400, *_COMMAND), body={"email": "caio@acme.example", "name": "Caio Lima"}
    ),
    f"POST {_MANAGER}/site/pvt/logins": Told(
        "addUserWithRoles",
        (400, *_COMMAND),
        body={"email": "caio@acme.example", "name": "Caio Lima", "roles": [{"id": 1}]},
    ),
    f"GET {_MANAGER}/site/pvt/logins/list/paged": Told("listUsers", (), _PAGE),
    f"GET {_MANAGER}/pvt/users/{{emailOrId}}": Told("findUser", (400,), {"emailOrId": BIA}),
    f"GET {_MANAGER}/site/pvt/roles/list/paged": Told("listRoles", (), _PAGE),
    f"POST {_MANAGER}/site/pvt/roles": Told(
        "createRole", (400, *_COMMAND), body={"name": "Pessoas", "resources": [{"id": examples.RESOURCE_ID}]}
    ),
    f"GET {_MANAGER}/users/{{userId}}/roles": Told("listRolesOf", (400,), {"userId": examples.KEY_ID}),
    f"PUT {_MANAGER}/users/{{userId}}/roles": Told("giveRoles", (400, *_COMMAND, 500), {"userId": OTHER_KEY_ID}, [1]),
    f"DELETE {_MANAGER}/users/{{userId}}/roles/{{roleId}}": Told(
        "withdrawRole", (400, *_COMMAND), {"userId": OTHER_KEY_ID, "roleId": "1"}
    ),
    "GET /api/vlm/appkeys": Told("listKeys"),
    "POST /api/vlm/appkeys": Told("issueKey", (400, *_COMMAND), body={"label": "ERP"}),
    "PUT /api/vlm/appkeys/{id}": Told("switchKey", (400, *_COMMAND), {"id": dashed(OTHER_KEY_ID)}, {"isActive": False}),
    "GET /api/vlm/account": Told("readAccount"),
    f"GET {_MANAGER}/account": Told("readAccountForApps"),
    "GET /api/vlm/account/stores": Told("listStores"),
    f"GET {_MANAGER}/site/pvt/newtopbar": Told("readTopbar"),
    f"GET {_ACCESS}/products/{{productId}}/logins/{{userIdOrEmail}}/resources/{{resourceKey}}/granted": Told(
        "isGranted",
        (404,),
        {
            "account": examples.ACCOUNT,
            "productId": "OMS",
            "userIdOrEmail": examples.PAIR.app_key,
            "resourceKey": "ListOrders",
        },
    ),
    f"GET {_ACCESS}/logins/{{userId}}/granted": Told("isAdmitted", (404,), {"account": examples.ACCOUNT, **_ONE_USER}),
    f"GET {_MANAGER}/resources/{{resourceKey}}/access": Told("readAccess", (404,), {"resourceKey": "ListOrders"}),
    "POST /api/vtexid/apptoken/login": Told(
        "login", body={"appkey": examples.PAIR.app_key, "apptoken": examples.PAIR.app_token}
    ),
    "POST /api/vtexid/credential/validate": Told("validateToken", body={"token": USER_TOKEN}),
    "GET /api/vtexid/pub/authenticated/user": Told("readAuthenticatedUser", (), {"authToken": USER_TOKEN}),
    f"GET {signin.JWKS}": Told("readKeySet"),
    "PATCH /api/vtexid/apikey/{apiKey}/apitoken/renew": Told("renewToken", (400, *_COMMAND), _KEY),
    "PATCH /api/vtexid/apikey/{apiKey}/apitoken/finish-renewal": Told(
        "finishRenewal", (400, *_COMMAND), _KEY, takes=True
    ),
}
_JUDGED: Final = frozenset({"login", "validateToken"})  # what they are sent is judged as a caller's proof is


@cache
def vtex_described() -> Mapping[str, Any]:
    """The VTEX door as OpenAPI, read from the code once."""
    generated = app.vtex_app().openapi()
    answers = json.loads(ANSWERS.read_text(encoding="utf-8"))
    paths: dict[str, Schema] = {}
    for route, method in routes():
        described = _completed(generated["paths"][route.path][method.lower()], route, method, answers)
        paths.setdefault(route.path, {})[method.lower()] = described
        if method == "GET":
            name = f"{described['operationId']}Head"
            responses = bodiless_all(described["responses"])
            paths[route.path]["head"] = {**described, "operationId": name, "responses": responses}
    schemas = {name: one for name, one in generated["components"]["schemas"].items() if name not in _OF_FASTAPI}
    return {"paths": paths, "components": {"schemas": schemas}, "tags": _tags()}


def routes() -> Iterator[tuple[APIRoute, str]]:
    """Every route with each of its methods."""
    for route in app.api_routes():
        yield from ((route, method) for method in sorted(route.methods or ()))


def _tags() -> list[Schema]:
    names = dict.fromkeys(str(tag) for route, _ in routes() for tag in route.tags)
    also = "On a host of all accounts the account may also stand before the path: `/acme/api/…`."
    return [{"name": name, "description": f"As VTEX's clients know it: {name}. {also}"} for name in names]


def _completed(generated: Schema, route: APIRoute, method: str, answers: Mapping[str, Any]) -> Schema:
    told = ROUTES[f"{method} {route.path}"]
    needs = app.needs_of(route)
    described: Schema = {
        "tags": route.tags,
        "operationId": told.name,
        "summary": (generated.get("description") or "").partition(". ")[0].removesuffix("."),
        "description": " ".join(filter(None, (generated.get("description"), _needed(needs) if needs else None))),
        "security": _security(needs),
        "responses": _responses(generated, route, told, answers, guarded=needs is not None),
    }
    if needs:
        described[EXTENSION] = _as_in_a_catalogue(needs)
    given = [_parameter(one, told) for one in generated.get("parameters", ())]
    names_account = "{account}" in route.path or route.path == signin.JWKS
    shared = ["AcceptLanguage"] if names_account else ["AcceptLanguage", "Account"]
    described["parameters"] = [*given, *(ref(name, "parameters") for name in shared)]
    if "requestBody" in generated:
        described["requestBody"] = generated["requestBody"]
        described["requestBody"]["content"][JSON.decode()]["example"] = told.body
    return described


def _needed(needs: Needs) -> str:
    if isinstance(needs.need, AnyRole):
        return "Any role is enough."
    return f"Needs one of {', '.join(f'`{one}`' for one in needs.need.resources)}."


def _as_in_a_catalogue(needs: Needs) -> list[str] | dict[str, str]:
    """The same for programs, as an OpenAPI document says it that is imported."""
    return {"open_to": OPEN_TO} if isinstance(needs.need, AnyRole) else [str(one) for one in needs.need.resources]


def _security(needs: Needs | None) -> list[Schema]:
    if needs is None:
        return []
    return [*EITHER, {"userTokenBearer": []}] if isinstance(needs, Asks) else EITHER


def _parameter(generated: Schema, told: Told) -> Schema:
    schema = {name: value for name, value in generated["schema"].items() if name != "title"}
    value = told.given[generated["name"]]
    return {**generated, "schema": schema, "example": int(value) if schema.get("type") == "integer" else value}


def _responses(
    generated: Schema, route: APIRoute, told: Told, answers: Mapping[str, Any], *, guarded: bool
) -> dict[str, Schema]:
    status, found = next((status, one) for status, one in generated["responses"].items() if status.startswith("2"))
    content = found.get("content")
    if content:
        content = {kind: _example(one, told, answers) for kind, one in content.items()}
    statuses = {*UNREAD, *told.refused, 404, 413, UNAVAILABLE}  # 404: the path names another account than the host
    if guarded or told.name in _JUDGED:
        statuses |= {*DENIED}
    if "{" in route.path:
        statuses.add(405)  # an empty part makes another path of it
    if "requestBody" in generated:
        statuses.add(415)
    if "requestBody" in generated or any(one["in"] == "query" for one in generated.get("parameters", ())):
        statuses.add(422)
    said = ("Cache-Control", *((STANDING[0], *IN_FORCE) if told.takes else ()))
    done = answer("What was asked for." if content else "It is done. The body is empty.", content, told=said)
    return {status: done} | {str(one): ref(vtex_name(one), "responses") for one in sorted(statuses)}


def _example(content: Schema, told: Told, answers: Mapping[str, Any]) -> Schema:
    schema = {name: value for name, value in content["schema"].items() if name != "title"}
    return {"schema": schema, **({"example": answers[told.name]} if told.name in answers else {})}
