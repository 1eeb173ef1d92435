"""`/openapi.json`: one document of every door, the same bytes each time."""

from __future__ import annotations

import json
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final

from chaveiro.doors.openapi import operations, responses, schemas
from chaveiro.doors.openapi.responses import json_answer
from chaveiro.wire.answer import JSON
from chaveiro.wire.message import Reply

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chaveiro.doors.openapi.shapes import Schema

PATH: Final = "/openapi.json"
SECONDS: Final = 3600  # for which it may be kept

_DESCRIPTION: Final = (
    "Chaveiro authenticates API integrations by appKey and appToken, authorizes them by roles made of resources and, "
    "when it refuses, says why and what would fix it. `Accept-Language` picks Portuguese, Spanish or English."
)


def document(public_url: str, *others: Mapping[str, Any]) -> dict[str, Any]:
    """Describe every door: the plain ones, and *others* that describe themselves as OpenAPI. Raises ValueError."""
    whole: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {
            "title": "Chaveiro",
            "version": version("chaveiro"),
            "description": _DESCRIPTION,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": public_url or "/"}],
        "tags": [{"name": name, "description": told} for name, told in operations.TAGS.items()],
        "paths": operations.paths() | {PATH: _itself()},
        "components": {
            "schemas": schemas.schemas(),
            "responses": responses.shared(),
            "headers": responses.headers(),
            "parameters": operations.parameters(),
            "securitySchemes": operations.security_schemes(),
        },
    }
    for other in others:
        _join(whole["paths"], other.get("paths", {}))
        whole["tags"] += other.get("tags", ())
        for kind, named in other.get("components", {}).items():
            _join(whole["components"].setdefault(kind, {}), named)
    return whole


def written(whole: Mapping[str, Any]) -> Reply:
    """Write a document, with its members in order."""
    headers = ((b"content-type", JSON), (b"cache-control", f"public, max-age={SECONDS}".encode()))
    return Reply(200, headers, json.dumps(whole, ensure_ascii=False, indent=1, sort_keys=True).encode())


def _join(ours: dict[str, Any], theirs: Mapping[str, Any]) -> None:
    """Two doors describe no path twice, and mean the same by one name."""
    for name, described in theirs.items():
        if ours.setdefault(name, described) != described:
            msg = f"{name} is described in two ways"
            raise ValueError(msg)


def _itself() -> Schema:
    told = json_answer("This document.", {"type": "object"})
    return operations.page(operations.RUNNING, "readOpenapi", "Every address that there is, for programs.", told)
