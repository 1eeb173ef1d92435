"""What a door answers is what the document says: statuses, headers, content types, bodies and no member more."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from chaveiro.doors.asgi import App
from chaveiro.doors.gateways import ENVOY
from chaveiro.doors.openapi.document import document, written
from chaveiro.doors.openapi.vtex import vtex_described
from chaveiro.wire.message import TARGET, Message, Reply

Event = MutableMapping[str, Any]
GATEWAYS = "/authz/"
OF_ACCOUNT = re.compile(r"^/[a-z0-9]{1,32}(?=/api/)")  # before VTEX's paths the account may stand


class Conforming(App):
    """The same callable, watched: whatever it answers at a documented address is compared with its own document."""

    def __init__(self, app: App) -> None:
        self.__dict__.update(app.__dict__)
        described(app._place.public_url)  # by the main thread: what FastAPI does with warnings is no thread's own
        self.found: list[str] = []

    async def __call__(
        self,
        scope: Event,
        receive: Callable[[], Awaitable[Event]],
        send: Callable[[Event], Awaitable[None]],
    ) -> None:
        said: list[Event] = []

        async def keep(event: Event) -> None:
            said.append(event)
            await send(event)

        await super().__call__(scope, receive, keep)
        if scope["type"] == "http":
            target = scope["extensions"][TARGET]["raw"].decode("latin-1")
            headers = {name.decode().lower(): value.decode("latin-1") for name, value in said[0]["headers"]}
            body = b"".join(event.get("body", b"") for event in said[1:])
            answer = Answer(scope["method"], target.partition("?")[0], said[0]["status"], headers, body)
            self.found += differences(described(self._place.public_url), answer)

    def at_once(self, message: Message, body: bytes) -> Reply | None:
        reply = super().at_once(message, body)
        if reply is not None:
            headers = {name.decode().lower(): value.decode("latin-1") for name, value in reply.headers}
            said = b"" if message.method == "HEAD" else reply.body
            answer = Answer(message.method, message.path, reply.status, headers, said)
            self.found += differences(described(self._place.public_url), answer)
        return reply


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered to which method at which path."""

    method: str
    path: str
    status: int
    headers: dict[str, str]
    body: bytes


FOR_PEOPLE = ("/console", "/handover")  # pages for browsers, which promise programs nothing


def differences(whole: dict[str, Any], answer: Answer) -> Iterator[str]:
    """Where an answer differs from the document. Where that knows no such operation, the answer must be a refusal."""
    if answer.path.startswith(FOR_PEOPLE):
        return
    operation = operation_at(whole, answer.method, answer.path)
    if operation is None:
        if answer.status not in {400, 404, 405}:
            yield f"{answer.method} is answered with {answer.status} at an address that is not documented"
        return
    name = f"{operation['operationId']}, {answer.status}"
    if str(answer.status) not in operation["responses"]:
        yield f"{name}: the status is not documented"
        return
    response = resolved(whole, operation["responses"][str(answer.status)])
    for header in response.get("headers", {}):
        if header.lower() not in answer.headers:
            yield f"{name}: without {header}"
    yield from (f"{name}: {told}" for told in _of_body(whole, response, answer))


def _of_body(whole: dict[str, Any], response: dict[str, Any], answer: Answer) -> Iterator[str]:
    documented, kind = response.get("content", {}), answer.headers.get("content-type", "")
    if not answer.body:
        if documented and answer.method != "HEAD":
            yield "without a body"
    elif kind not in documented:
        yield f"{kind} is not documented"
    elif "json" in kind:
        for error in validator(
            whole["servers"][0]["url"].removeprefix("/"), json.dumps(documented[kind]["schema"])
        ).iter_errors(json.loads(answer.body)):
            yield f"{error.json_path} {error.message[:200]}"


@cache
def described(public_url: str) -> dict[str, Any]:
    """The document of an installation, as it is served."""
    whole: dict[str, Any] = json.loads(written(document(public_url, vtex_described())).body)
    return whole


def operation_at(document: dict[str, Any], method: str, path: str) -> dict[str, Any] | None:
    """The operation that a request means: of two templates the one with fewer parameters."""
    path = OF_ACCOUNT.sub("", path)
    found = [template for template in document["paths"] if pattern(template).fullmatch(path)]
    if not found:
        return None
    methods = document["paths"][min(found, key=lambda template: template.count("{"))]
    any_method = (
        methods["get"] if found[0].startswith(GATEWAYS) else None
    )  # by those too of which OpenAPI knows nothing
    operation: dict[str, Any] | None = methods.get(method.lower(), any_method)
    return operation


@cache
def pattern(template: str) -> re.Pattern[str]:
    if template.startswith(ENVOY):  # a path of its own follows, or none
        return re.compile(f"{ENVOY}(/.*)?")
    return re.compile(re.sub(r"\\{[^}]*\\}", "[^/]+", re.escape(template)) + "/?")


def resolved(document: dict[str, Any], one: dict[str, Any]) -> dict[str, Any]:
    """What a reference points to."""
    while "$ref" in one:
        kind, name = one["$ref"].split("/")[-2:]
        one = document["components"][kind][name]
    return one


@cache
def validator(public_url: str, schema: str) -> Draft202012Validator:
    """Reads bodies closely: what the document does not name is too much."""
    whole = {**json.loads(schema), "components": described(public_url)["components"]}
    return Draft202012Validator(closed(whole))


def closed(schema: Any) -> Any:
    """The same schema, with nothing to be added to its objects."""
    if isinstance(schema, list):
        return [closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    within = {name: closed(one) for name, one in schema.items()}
    if "properties" in within and within.get("type") == "object":
        within.setdefault("additionalProperties", False)
    return within
