"""Every example of the document as a request, and the answers that the document shows."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import httpx
from tests.doors.openapi.conformance import resolved
from tests.doors.openapi.examples import PAIR, answering
from tests.doors.world import Credentials

from chaveiro.doors.openapi.examples import USER_TOKEN
from chaveiro.doors.openapi.vtex import ANSWERS, ROUTES

BEFORE = {"finishRenewal": "renewToken"}  # what has to be done before an example holds
HIDDEN = {"token": USER_TOKEN, "appToken": "cvt_…", "newToken": "cvt_…"}  # what nobody is shown, and differs each time
CHANGING = ("id", "keyName", "appKey")  # of what is made anew


@dataclass(frozen=True, slots=True)
class Example:
    """One example request of an operation."""

    operation: str
    name: str  # empty where there is only one
    method: str
    path: str
    parameters: list[dict[str, Any]] = field(repr=False)
    body: Any = field(repr=False)

    def sent(self, client: httpx.Client, *, user_token: Credentials) -> httpx.Response:
        """Send it, with a live user token for the one that is only shown."""
        path, query, headers = self.path, {}, dict(PAIR.headers)
        for one in self.parameters:
            value = str(one.get("example", "")).replace(USER_TOKEN, user_token.app_token)
            match one["in"]:
                case "path":
                    path = path.replace(f"{{{one['name']}}}", quote(value, safe="/"))
                case "query":
                    query[one["name"]] = value
                case "header" if value:
                    headers[one["name"]] = value
        body = None if self.body is None else json.dumps(self.body).replace(USER_TOKEN, user_token.app_token)
        if body is not None:
            headers["Content-Type"] = "application/json"
        return client.request(self.method, path, params=query, headers=headers, content=body)


def examples(document: dict[str, Any]) -> list[Example]:
    """Every example request of a document; one without parameters and body is its own example."""
    found = []
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            given = [resolved(document, one) for one in operation.get("parameters", ())]
            content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
            bodies = {name: one["value"] for name, one in content.get("examples", {}).items()}
            for name, body in bodies.items() or [("", content.get("example"))]:
                found.append(Example(operation["operationId"], name, method.upper(), path, given, body))
    return found


def shown(body: Any) -> Any:
    """An answer as the document may show it: without what is secret."""
    if isinstance(body, list):
        return [shown(one) for one in body]
    if not isinstance(body, dict):
        return body
    return {name: HIDDEN[name] if name in HIDDEN and value else shown(value) for name, value in body.items()}


def signed_in(client: httpx.Client) -> Credentials:
    """A live user token of the examples' pair, in a token's place."""
    asked = client.post("/api/vtexid/apptoken/login", json={"appkey": PAIR.app_key, "apptoken": PAIR.app_token})
    return Credentials(PAIR.app_key, asked.json()["token"])


def asked(example: Example, every: list[Example]) -> httpx.Response:
    """Ask in an account of its own, after what has to be done before."""
    with answering() as (_, url), httpx.Client(base_url=url) as client:
        token = signed_in(client)
        for one in every:
            if one.operation == BEFORE.get(example.operation):
                one.sent(client, user_token=token)
        return example.sent(client, user_token=token)


def main() -> None:
    """Write anew what the VTEX door answers to its examples."""
    with answering() as (_, url):
        every = examples(httpx.get(f"{url}/openapi.json").json())
    names = {told.name for told in ROUTES.values()}
    answers = {}
    for one in every:
        if one.operation in names and (answer := asked(one, every)).content:
            assert answer.is_success, (one, answer.text)
            answers[one.operation] = shown(answer.json())
    ANSWERS.write_text(json.dumps(answers, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    print(f"{len(answers)} answers in {ANSWERS}", file=sys.stderr)


if __name__ == "__main__":
    main()
