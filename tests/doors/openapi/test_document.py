"""`/openapi.json`: valid, whole, the same each time, and true of what is read and answered."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
from tests.doors.openapi.conformance import closed, resolved
from tests.doors.openapi.examples import PAIR, answering

from chaveiro.catalogue.openapi import read_openapi
from chaveiro.catalogue.route import Route
from chaveiro.core.attempt import Need
from chaveiro.core.cause import Cause, Code
from chaveiro.doors.gateways import AUTH_REQUEST, FORWARD_AUTH
from chaveiro.doors.openapi.document import document
from chaveiro.doors.openapi.operations import METHODS
from chaveiro.doors.openapi.vtex import ROUTES, vtex_described
from chaveiro.doors.vtex.app import routes, vtex_app
from chaveiro.wire import check, simulate

PLAIN = {
    "/v1/check", "/v1/simulate", "/v1/leaks", "/authz/auth-request", "/authz/forward-auth", "/authz/envoy/{path}",
    "/causes", "/causes/{cause}", "/causes/style.css", "/causes/icon.svg",
    "/doctor", "/doctor/offline", "/doctor/engine.js", "/doctor/telling.js", "/doctor/page.js", "/doctor/style.css",
    "/doctor/words.json",
    "/healthz", "/readyz", "/metrics", "/openapi.json",
    "/access/v1/evaluation", "/access/v1/evaluations", "/.well-known/authzen-configuration",
}  # fmt: skip
WRITE = "import sys; from tests.doors.openapi.examples import PLACE, furnish_examples as f; w = f(); "
WRITE += "sys.stdout.buffer.write(w.app(PLACE).described().body); w.house.close()"


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    with answering() as (_, url), httpx.Client(base_url=url) as client:
        yield client


@pytest.fixture(scope="module")
def served(client: httpx.Client) -> dict[str, Any]:
    answer = client.get("/openapi.json")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json")
    document: dict[str, Any] = answer.json()
    return document


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def test_it_is_valid_openapi_3_1(served: dict[str, Any]) -> None:
    """By the specification's own schema, and every reference leads somewhere."""
    assert served["openapi"].startswith("3.1.")
    assert [error.message for error in OpenAPIV31SpecValidator(served).iter_errors()] == []


def test_it_is_the_same_bytes_each_time(client: httpx.Client) -> None:
    """In two processes whose sets are in another order; within one it is written once."""
    assert client.get("/openapi.json").content == client.get("/openapi.json").content
    written = {
        subprocess.run(
            [sys.executable, "-c", WRITE], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2")
    }
    assert len(written) == 1
    assert json.loads(written.pop())["openapi"]


def test_it_describes_every_route_and_no_other(served: dict[str, Any]) -> None:
    """The plain doors by their addresses, the VTEX door by its own routes."""
    vtex = vtex_app().openapi()["paths"]
    assert set(served["paths"]) == PLAIN | set(vtex)
    for path, methods in vtex.items():
        assert {name for name in served["paths"][path] if name != "head"} == set(methods)
    assert set(ROUTES) == {f"{method.upper()} {path}" for path, methods in vtex.items() for method in methods}


def test_every_operation_is_answered(client: httpx.Client, served: dict[str, Any]) -> None:
    """Nowhere is nothing, and every other method is 405 and names those there are."""
    for path, methods in served["paths"].items():
        operation = next(iter(methods.values()))
        for method in METHODS:
            asked = client.request(method.upper(), filled(served, path, operation), headers=PAIR.headers)
            if method in methods:
                assert asked.status_code != 405, (method, path)
                assert "there is nothing here" not in asked.text, (method, path)
            else:
                assert asked.status_code == 405, (method, path)
                assert {one.lower() for one in asked.headers["Allow"].split(", ")} == set(methods), (method, path)


def filled(document: dict[str, Any], path: str, operation: dict[str, Any]) -> str:
    """A path with the examples of its parameters."""
    for one in (resolved(document, one) for one in operation.get("parameters", ())):
        if one["in"] == "path":
            path = path.replace(f"{{{one['name']}}}", str(one["example"]))
    return path


def test_names_are_told_once(served: dict[str, Any]) -> None:
    """Generated clients make a function of each."""
    names = [operation["operationId"] for _, _, operation in operations(served)]
    assert len(names) == len(set(names))
    assert all(operation["summary"] and operation["tags"] for _, _, operation in operations(served))


def test_fields_are_those_that_are_read(served: dict[str, Any]) -> None:
    """Every field of a question is in one of its ways to be asked, and no other is."""
    schemas = served["components"]["schemas"]

    def fields(name: str) -> set[str]:
        ways = schemas[name].get("oneOf") or schemas[name]["anyOf"]
        return {field for way in ways for field in resolved(served, way)["properties"]}

    assert fields("Check") == set(check.FIELDS)
    assert fields("Simulate") == set(simulate.FIELDS)


def test_causes_and_codes_are_those_there_are(served: dict[str, Any]) -> None:
    """A caller reads no cause that only a keeper may read."""
    schemas = served["components"]["schemas"]
    assert schemas["Cause"]["enum"] == [*Cause]
    assert schemas["Code"]["enum"] == [*Code]
    assert set(schemas["Denial"]["properties"]["cause"]["enum"]) == {one for one in Cause if one.audience < 2}


def test_every_example_is_of_its_shape(served: dict[str, Any]) -> None:
    """Nothing is missing in one, and nothing is too much."""
    whole = closed({"components": served["components"]})
    count = 0
    for path, method, operation in operations(served):
        described = [operation.get("requestBody", {}), *operation["responses"].values()]
        for one in (resolved(served, one) for one in described):
            for content in one.get("content", {}).values():
                examples = [example["value"] for example in content.get("examples", {}).values()]
                examples += [content["example"]] if "example" in content else []
                for example in examples:
                    count += 1
                    validator = Draft202012Validator({**whole, **closed(content["schema"])})
                    assert [error.message for error in validator.iter_errors(example)] == [], f"{method} {path}"
    assert count > 100


@pytest.mark.parametrize("path", [AUTH_REQUEST, FORWARD_AUTH])
def test_a_gateway_s_headers_are_those_that_are_read(client: httpx.Client, served: dict[str, Any], path: str) -> None:
    """Each that has to be there is missed; with all of them the answer is an allow."""
    given = {one["name"]: one for one in served["paths"][path]["get"]["parameters"] if "name" in one}
    needed = {name: one["example"] for name, one in given.items() if one.get("required")}
    assert client.get(path, headers={**needed, **PAIR.headers}).status_code == 200
    for name in needed:
        less = {one: value for one, value in needed.items() if one != name}
        assert client.get(path, headers={**less, **PAIR.headers}).status_code == 503, name


def test_it_can_be_imported_as_a_catalogue(client: httpx.Client) -> None:
    """What each route of the VTEX door needs is said so that a gateway before another Chaveiro asks for the same."""
    entries = read_openapi(client.get("/openapi.json").text).entries
    said = {(one.method, one.path): one.need for one in entries if isinstance(one, Route)}
    needed = {key: resources for key, resources in routes().items() if resources}
    assert needed
    for key, resources in needed.items():
        found = said[key]
        assert isinstance(found, Need)
        assert found.resources == resources


def test_every_proof_that_is_asked_for_is_described() -> None:
    """A client that is made of the document knows where to put each."""
    whole = document("", vtex_described())
    operations = [one for path in whole["paths"].values() for one in path.values()]
    asked = {name for one in operations for either in one["security"] for name in either}
    assert asked == whole["components"]["securitySchemes"].keys()


def test_two_doors_cannot_describe_one_thing_in_two_ways() -> None:
    """What would be lost without a word fails instead."""
    with pytest.raises(ValueError, match="described in two ways"):
        document("", vtex_described(), {"paths": {"/healthz": {}}})


def test_where_it_is_reached_is_said() -> None:
    """A client made of the document talks to the installation it came from."""
    assert document("https://auth.acme.example")["servers"] == [{"url": "https://auth.acme.example"}]
