"""The body of `POST /v1/simulate`, read as strictly as that of a check: one question of what would be."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from chaveiro.core.ask import DAYS_DEFAULT, DAYS_MAX, Ask
from chaveiro.core.denial import DenialId
from chaveiro.core.names import APP_KEY_LENGTH_MAX, AppKey, RoleId, looks_secret
from chaveiro.wire.check import (
    BODY_BYTES_MAX,
    TARGET_LENGTH_MAX,
    BodyMalformed,
    account_in,
    address_in,
    json_object,
    refuse_unknown,
    resource_in,
    text_in,
)

if TYPE_CHECKING:
    from chaveiro.core.names import AccountName, Resource

RESOURCES_MAX: Final = 1_000
ROLE_MAX: Final = 999_999_999
FIELDS: Final = (
    "account", "appKey", "method", "path", "resource", "denial", "days", "address", "role", "add", "remove", "delete",
)  # fmt: skip

_OF_ROLE: Final = frozenset({"role", "add", "remove", "delete"})
_OF_KEY: Final = frozenset({"appKey", "method", "path", "resource", "denial", "address"})
_DENIAL = re.compile(r"(?:urn:chaveiro:denial:)?([0-9A-Za-z]{26})")


def ask(body: bytes) -> tuple[AccountName | None, Ask]:
    """Read a body. Raises BodyMalformed, with 400 for what is no JSON, 413 for too much, 422 for other fields."""
    if len(body) > BODY_BYTES_MAX:
        raise BodyMalformed(413, f"a question has at most {BODY_BYTES_MAX // 1024} KiB")
    asked = json_object(body)
    refuse_unknown(asked, FIELDS)
    given = {name for name, value in asked.items() if value is not None}
    if "role" in given and given & _OF_KEY:
        raise BodyMalformed(422, "ask one thing: either about a key, or about a `role`")
    read = _of_role(asked) if given & _OF_ROLE else _of_key(asked, given)
    return account_in(asked), read


def _of_role(asked: dict[str, Any]) -> Ask:
    role, delete = _whole(asked.get("role")), asked.get("delete", False)
    if role is None or not 1 <= role <= ROLE_MAX:
        raise BodyMalformed(422, "`role` is a role's number")
    if type(delete) is not bool:
        raise BodyMalformed(422, "`delete` is true or false")
    add, remove = _resources(asked, "add"), _resources(asked, "remove")
    if delete == bool(add or remove):
        raise BodyMalformed(422, "say what would change: either `add` and `remove`, or `delete`")
    return Ask(role=RoleId(role), add=add, remove=remove, delete=delete, days=_days(asked))


def _of_key(asked: dict[str, Any], given: set[str]) -> Ask:
    method, path, denial = text_in(asked, "method"), text_in(asked, "path"), text_in(asked, "denial")
    resource = resource_in(asked.get("resource"))
    ways = [bool(method and path), resource is not None, bool(denial)]
    if sum(ways) > 1 or bool(method) != bool(path):
        raise BodyMalformed(422, "say what is wanted once: `method` and `path`, `resource`, `denial` or `days`")
    if len(path) > TARGET_LENGTH_MAX:
        raise BodyMalformed(422, f"`path` has at most {TARGET_LENGTH_MAX} characters")
    if denial:
        found = _DENIAL.fullmatch(denial)
        if found is None or given - {"account", "denial"}:
            raise BodyMalformed(422, "`denial` is the id of a denial, and stands alone: it knows its key")
        return Ask(denial=DenialId(found[1].upper()))
    if any(ways) and "days" in given:
        raise BodyMalformed(422, "`days` asks for all that a key was refused: leave out the rest, or leave it out")
    return Ask(
        app_key=_app_key(asked),
        method=method,
        path=path,
        resource=resource,
        address=address_in(asked),
        days=_days(asked),
    )


def _app_key(asked: dict[str, Any]) -> AppKey:
    app_key = text_in(asked, "appKey")
    if not 1 <= len(app_key) <= APP_KEY_LENGTH_MAX or looks_secret(app_key):
        raise BodyMalformed(422, "`appKey` is the public half of the pair that the question is about")
    return AppKey(app_key)


def _days(asked: dict[str, Any]) -> int:
    days = _whole(asked.get("days", DAYS_DEFAULT))
    if days is None or not 1 <= days <= DAYS_MAX:
        raise BodyMalformed(422, f"`days` is a number from 1 to {DAYS_MAX}")
    return days


def _whole(value: object) -> int | None:
    """Read a whole number, which JSON may write as `30.0` too; None for anything else."""
    if type(value) is float and value.is_integer():
        return int(value)
    return value if type(value) is int else None


def _resources(asked: dict[str, Any], name: str) -> frozenset[Resource]:
    given = asked.get(name)
    if given is None:
        return frozenset()
    if not isinstance(given, list) or len(given) > RESOURCES_MAX or None in given:
        raise BodyMalformed(422, f"`{name}` is a list of at most {RESOURCES_MAX} resources")
    return frozenset(one for one in map(resource_in, given) if one is not None)
