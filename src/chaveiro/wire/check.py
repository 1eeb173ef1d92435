"""The body of `POST /v1/check`, read strictly: what two parsers could read in two ways is refused."""

from __future__ import annotations

import json
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, Final

from chaveiro.core import names
from chaveiro.core.attempt import NOTHING, Need, Presented, Request, Transport, presented
from chaveiro.core.keyring import Revision
from chaveiro.core.names import NameMalformed
from chaveiro.wire.read import in_query
from chaveiro.wire.received import Received

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chaveiro.core.names import AccountName, Resource
    from chaveiro.wire.message import Headers

BODY_BYTES_MAX: Final = 64 * 1024
LEVELS_MAX: Final = 32
_TOO_DEEP: Final = f"the body is nested more than {LEVELS_MAX} levels deep"
TARGET_LENGTH_MAX: Final = 16 * 1024

FIELDS: Final = (
    "account", "appKey", "appToken", "userToken", "method", "path", "resource", "address", "scheme", "at_least", "host",
    "headers",
)  # fmt: skip
HEADERS_MAX: Final = 100
_VALUES: Final = ("appKey", "appToken", "userToken")


class BodyMalformed(Exception):
    """The body is not a question; the message says what is wrong with it, and quotes nothing from it."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True, slots=True)
class Question:
    """What a program asks."""

    account: AccountName | None
    request: Request
    at_least: Revision | None = None  # below which no answer is wanted


@dataclass(frozen=True, slots=True)
class Forwarded:
    """What a program asks that received a request itself, and hands on its headers."""

    account: AccountName | None
    received: Received
    at_least: Revision | None = None  # below which no answer is wanted


def question(body: bytes) -> Question | Forwarded:
    """Read a body. Raises BodyMalformed, with 400 for what is no JSON, 413 for too much, 422 for other fields."""
    if len(body) > BODY_BYTES_MAX:
        raise BodyMalformed(413, f"a question has at most {BODY_BYTES_MAX // 1024} KiB")
    asked = json_object(body)
    refuse_unknown(asked, FIELDS)
    if asked.get("headers") is not None:
        return Forwarded(account_in(asked), _received(asked), _revision(asked))
    if asked.get("host") is not None:
        raise BodyMalformed(422, "`host` goes with `headers`: a request that was received has both")
    app_key, app_token = _value(asked, "appKey"), _value(asked, "appToken")
    resource = resource_in(asked.get("resource"))
    method, path = text_in(asked, "method"), text_in(asked, "path")
    if resource is None and not (method and path):
        raise BodyMalformed(422, "say what is wanted: either `method` and `path`, or `resource`")
    if resource is not None and (method or path):
        raise BodyMalformed(422, "say what is wanted once: either `method` and `path`, or `resource`")
    _refuse_long(path)
    request = Request(
        app_key=app_key,
        app_token=app_token,
        method=method,
        target=path,
        need=Need((resource,)) if resource else None,
        address=address_in(asked),
        transport=_transport(asked),
        misplaced=tuple(in_query(path.partition("?")[2], app_key, app_token)),
        user_token=_value(asked, "userToken"),
    )
    return Question(account_in(asked), request, _revision(asked))


def _received(asked: dict[str, Any]) -> Received:
    """Read a request that somebody received."""
    if any(asked.get(name) is not None for name in _VALUES):
        raise BodyMalformed(422, "say what was presented once: either `headers`, or `appKey`, `appToken`, `userToken`")
    method, path = text_in(asked, "method"), text_in(asked, "path")
    if not (method and path):
        raise BodyMalformed(422, "a request that was received has `method` and `path`")
    _refuse_long(path)
    resource = resource_in(asked.get("resource"))
    return Received(
        method=method,
        target=path,
        host=text_in(asked, "host"),
        headers=_headers(asked["headers"]),
        address=address_in(asked),
        transport=_transport(asked),
        need=Need((resource,)) if resource else None,
    )


def _headers(given: object) -> Headers:
    """Read headers as they were received: pairs of texts, one character per byte, repeated ones each by itself."""
    shape = f"`headers` is a list of at most {HEADERS_MAX} pairs of name and value, one character for each byte"
    if not isinstance(given, list) or len(given) > HEADERS_MAX:
        raise BodyMalformed(422, shape)
    headers = []
    for one in given:
        if not isinstance(one, list) or len(one) != 2 or not all(isinstance(part, str) for part in one):  # noqa: PLR2004 - a pair
            raise BodyMalformed(422, shape)
        try:
            name, value = (part.encode("latin-1") for part in one)
        except UnicodeEncodeError:
            raise BodyMalformed(422, shape) from None
        headers.append((name.lower(), value))
    return tuple(headers)


def _refuse_long(path: str) -> None:
    if len(path) > TARGET_LENGTH_MAX:
        raise BodyMalformed(422, f"`path` has at most {TARGET_LENGTH_MAX} characters")


def json_object(body: bytes) -> dict[str, Any]:
    """Read a strict JSON object. Raises BodyMalformed."""
    parsed = json_value(body)
    if not isinstance(parsed, dict):
        raise BodyMalformed(422, "the body is a JSON object")
    return parsed


def json_value(body: bytes) -> object:
    """Read strict JSON. Raises BodyMalformed."""
    try:
        parsed: object = _DECODER.decode(body.decode())
    except RecursionError:
        raise BodyMalformed(400, _TOO_DEEP) from None
    except ValueError as surprise:
        told = surprise.args[0] if isinstance(surprise, _NotStrict) else "the body is not JSON in UTF-8"
        raise BodyMalformed(400, told) from None
    # Only a body with many brackets is deep, and only an escape can hold half a character: the others need no walk.
    if b"\\u" in body or body.count(b"[") + body.count(b"{") > LEVELS_MAX:
        _refuse_odd(parsed)
    return parsed


def _refuse_odd(parsed: object) -> None:
    for level, value in _walk(parsed):
        if level > LEVELS_MAX:
            raise BodyMalformed(400, _TOO_DEEP)
        if isinstance(value, str) and _surrogates(value):
            raise BodyMalformed(400, "the body has half of a character (a lone surrogate)")


class _NotStrict(ValueError):
    """JSON that parsers disagree about."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _NotStrict("the body has a field twice")
    return members


def _no_constant(_text: str) -> None:
    raise _NotStrict("the body has a number that JSON does not have")


_DECODER: Final = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_no_constant)


def _walk(parsed: object) -> Iterator[tuple[int, object]]:
    """Every value, and every name, with its level; without recursion, as the body decides how deep it is."""
    waiting = [(0, parsed)]
    while waiting:
        level, value = waiting.pop()
        yield level, value
        if isinstance(value, dict):
            waiting.extend((level + 1, name) for name in value)
            waiting.extend((level + 1, one) for one in value.values())
        elif isinstance(value, list):
            waiting.extend((level + 1, one) for one in value)


def _surrogates(text: str) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in text)


def _value(asked: dict[str, Any], name: str) -> Presented:
    """One value that was presented, exactly as sent, blanks at its ends included. Absent and null are the same."""
    value = asked.get(name)
    if value is None:
        return NOTHING
    if not isinstance(value, str):
        raise BodyMalformed(422, f"`{name}` is a text")
    return presented(value)


def text_in(asked: dict[str, Any], name: str) -> str:
    """Read a text, empty where there is none. Raises BodyMalformed."""
    value = asked.get(name, "")
    if not isinstance(value, str):
        raise BodyMalformed(422, f"`{name}` is a text")
    return value


def account_in(asked: dict[str, Any]) -> AccountName | None:
    """Read an account's name. Raises BodyMalformed."""
    if asked.get("account") is None:
        return None
    try:
        return names.account_name(text_in(asked, "account"))
    except NameMalformed:
        raise BodyMalformed(422, "`account` is an account's name: 1 to 32 lower-case letters and digits") from None


def resource_in(value: object) -> Resource | None:
    """Read a resource. Raises BodyMalformed."""
    if value is None:
        return None
    shape = '`resource` is an object such as `{"product": "OMS", "key": "ListOrders"}`'
    if not isinstance(value, dict) or set(value) != {"product", "key"}:
        raise BodyMalformed(422, shape)
    product, key = value["product"], value["key"]
    if not isinstance(product, str) or not isinstance(key, str):
        raise BodyMalformed(422, shape)
    try:
        return names.resource(f"{product}/{key}")
    except NameMalformed:
        raise BodyMalformed(422, shape) from None


def address_in(asked: dict[str, Any]) -> str:
    """Read the caller's address, empty where there is none. Raises BodyMalformed."""
    address = text_in(asked, "address")
    if address:
        try:
            ip_address(address)
        except ValueError:
            raise BodyMalformed(422, "`address` is the caller's IP address") from None
    return address


def _revision(asked: dict[str, Any]) -> Revision | None:
    if asked.get("at_least") is None:
        return None
    try:
        return Revision.read(text_in(asked, "at_least"))
    except NameMalformed as malformed:
        raise BodyMalformed(422, f"`at_least`: {malformed}") from None


def _transport(asked: dict[str, Any]) -> Transport:
    match text_in(asked, "scheme"):
        case "":
            return Transport.UNKNOWN
        case "https":
            return Transport.SECURE
        case "http":
            return Transport.PLAIN
        case _:
            raise BodyMalformed(422, "`scheme` is `https` or `http`")


def refuse_unknown(asked: dict[str, Any], fields: tuple[str, ...]) -> None:
    """Refuse a field that nobody asked for. Raises BodyMalformed."""
    if asked.keys() - set(fields):
        named = ", ".join(f"`{field}`" for field in fields)
        raise BodyMalformed(422, f"the body has a field that nobody asked for; it may have {named}")
