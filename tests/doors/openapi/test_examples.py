"""Each example request, sent to a live process, is answered as the document shows."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from tests.doors.openapi.asking import CHANGING, Example, asked, examples, shown, signed_in
from tests.doors.openapi.conformance import resolved
from tests.doors.openapi.examples import answering
from tests.doors.world import Credentials

from chaveiro.doors.openapi.document import document
from chaveiro.doors.openapi.vtex import vtex_described

DOCUMENT: dict[str, Any] = json.loads(json.dumps(document("", vtex_described())))
EVERY = examples(DOCUMENT)
OPERATIONS = {one["operationId"]: one for methods in DOCUMENT["paths"].values() for one in methods.values()}
ASKS = {
    "check",
    "simulate",
    "evaluate",
    "evaluateAll",
    "login",
    "validateToken",
}  # change nothing, whatever their method
MADE = {"issueKey"}  # answer with names that are made up each time
OF_THIS_PROCESS = ("revision", "stale_seconds", "denial", "instance")


def reads(one: Example) -> bool:
    return one.method in {"GET", "HEAD", "OPTIONS"} or one.operation in ASKS or one.path.startswith("/authz/")


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    with answering() as (_, url), httpx.Client(base_url=url) as client:
        yield client


@pytest.fixture(scope="module")
def user_token(client: httpx.Client) -> Credentials:
    return signed_in(client)


@pytest.mark.parametrize("one", [one for one in EVERY if reads(one)], ids=lambda one: f"{one.operation}-{one.name}")
def test_a_question_is_answered_as_it_is_shown(client: httpx.Client, user_token: Credentials, one: Example) -> None:
    """With its documented success and, where one is shown, the very body."""
    compared(one, one.sent(client, user_token=user_token))


@pytest.mark.parametrize("one", [one for one in EVERY if not reads(one)], ids=lambda one: one.operation)
def test_a_change_is_answered_as_it_is_shown(one: Example) -> None:
    """Likewise, each in an account of its own."""
    compared(one, asked(one, EVERY))


def compared(one: Example, answer: httpx.Response) -> None:
    success = next(status for status in OPERATIONS[one.operation]["responses"] if status.startswith("2"))
    if one.path.startswith("/authz/envoy/") and one.method not in {"GET", "HEAD"}:  # the orders are only read
        success = "403"
    assert answer.status_code == int(success), answer.text
    response = resolved(DOCUMENT, OPERATIONS[one.operation]["responses"][success])
    content = response.get("content", {}).get(answer.headers.get("Content-Type"), {})
    named = content.get("examples", {})
    if success == "200" and (one.name in named or "example" in content):
        example = named[one.name]["value"] if one.name in named else content["example"]
        assert lasting(one, shown(answer.json())) == lasting(one, example)


def lasting(one: Example, body: Any) -> Any:
    """What is the same in every process."""
    if not isinstance(body, dict):
        return body
    left_out = {*OF_THIS_PROCESS, *(CHANGING if one.operation in MADE else ())}
    kept = {name: value for name, value in body.items() if name not in left_out}
    return {name: lasting(one, value) if name == "problem" else value for name, value in kept.items()}


def test_every_operation_has_an_example() -> None:
    """Each parameter that has to be there, each body, and each answer of JSON."""
    for operation in OPERATIONS.values():
        for one in (resolved(DOCUMENT, one) for one in operation.get("parameters", ())):
            assert not one.get("required") or "example" in one, operation["operationId"]
        bodies = [operation["requestBody"]] if "requestBody" in operation else []
        bodies += [one for status, one in operation["responses"].items() if status.startswith("2")]
        for content in (one.get("content", {}).get("application/json") for one in bodies):
            if content and operation["operationId"] not in WITHOUT:
                assert "example" in content or "examples" in content, operation["operationId"]


# Told by their own shape, or told anew by every process.
WITHOUT = {
    "listCauses",
    "readCause",
    "readHealth",
    "readReadiness",
    "readOpenapi",
    "readDoctorWords",
    "readAuthZenConfiguration",
}
