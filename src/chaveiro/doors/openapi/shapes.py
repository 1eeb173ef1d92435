"""Pieces of JSON Schema."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias

from chaveiro.core import keyring

if TYPE_CHECKING:
    from collections.abc import Mapping

Schema: TypeAlias = "dict[str, Any]"

REVISION: Final = f"^{keyring.REVISION.pattern}$"


def ref(name: str, kind: str = "schemas") -> Schema:
    """Point to a component."""
    return {"$ref": f"#/components/{kind}/{name}"}


def text(description: str, **more: object) -> Schema:
    """A text."""
    return {"type": "string", "description": description, **more}


def whole(description: str, **more: object) -> Schema:
    """A whole number."""
    return {"type": "integer", "description": description, **more}


def listed(items: Schema, description: str, **more: object) -> Schema:
    """A list."""
    return {"type": "array", "items": items, "description": description, **more}


def nullable(schema: Schema) -> Schema:
    """The same or null."""
    if "$ref" in schema:
        return {"oneOf": [schema, {"type": "null"}]}
    either = {**schema, "type": [schema["type"], "null"]}
    return either | {"enum": [*schema["enum"], None]} if "enum" in schema else either


def record(
    description: str, properties: Mapping[str, Schema], optional: tuple[str, ...] = (), **more: object
) -> Schema:
    """An object all of whose members are there but the optional ones."""
    required = [name for name in properties if name not in optional]
    return {"type": "object", "description": description, "properties": dict(properties), "required": required, **more}
