"""What an AuthZEN client asks (Authorization API 1.0): may a subject do an action on a resource.

The standard tells a server to pass over members it does not know, so those are; what it does know is read strictly.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeVar

from chaveiro.core import names
from chaveiro.core.attempt import NOTHING, Presented, Transport, presented
from chaveiro.core.names import NameMalformed
from chaveiro.wire.check import BODY_BYTES_MAX, TARGET_LENGTH_MAX, BodyMalformed, address_in, json_object

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from chaveiro.core.names import Resource

KEY: Final = "key"
USER: Final = "user"
ROUTE: Final = "route"
EVALUATIONS_MAX: Final = 200
APP_TOKEN: Final = "appToken"  # noqa: S105 - a member's name
USER_TOKEN: Final = "userToken"  # noqa: S105 - likewise
ADDRESS: Final = "ip_address"  # as the standard names it
SCHEME: Final = "scheme"
_TUPLE: Final = ("subject", "action", "resource", "context")
_NEEDED: Final = {"subject": ("type", "id"), "action": ("name",), "resource": ("type", "id")}
_T = TypeVar("_T")
_SCHEMES: Final = {"https": Transport.SECURE, "http": Transport.PLAIN}


class Semantic(StrEnum):
    """How far a list of evaluations is gone through."""

    ALL = "execute_all"
    DENY = "deny_on_first_deny"
    PERMIT = "permit_on_first_permit"


@dataclass(frozen=True, slots=True)
class Subject:
    """About whom. Its id may be a token in the wrong place, so it is kept as mute as a presented value."""

    type: str
    id: Presented
    app_token: Presented = NOTHING  # where the client hands on the pair that somebody showed it
    user_token: Presented = NOTHING  # likewise

    @property
    def shows_proof(self) -> bool:
        """Whether something came along that only the subject has."""
        return self.app_token.count + self.user_token.count > 0


@dataclass(frozen=True, slots=True)
class Evaluation:
    """One question: a route, or a resource by its name."""

    subject: Subject
    method: str = ""
    path: str = ""  # as it was received, or a template of the catalogue
    resource: Resource | None = None
    address: str = ""
    transport: Transport = Transport.UNKNOWN


Item: TypeAlias = Evaluation | BodyMalformed  # one of a list; what cannot be read is answered in its place


@dataclass(frozen=True, slots=True)
class Batch:
    """A list of questions."""

    items: tuple[Item, ...]
    semantic: Semantic = Semantic.ALL


def evaluation(body: bytes) -> Evaluation:
    """Read one question. Raises BodyMalformed: 413 for too much, 400 for everything else, as the standard has it."""
    return _as_standard(_object, body)


def evaluations(body: bytes) -> Evaluation | Batch:
    """Read a list of questions, or the one question that a body without a list is. Raises BodyMalformed."""
    return _as_standard(_list, body)


def _as_standard(read: Callable[[Mapping[str, Any]], _T], body: bytes) -> _T:
    if len(body) > BODY_BYTES_MAX:
        raise BodyMalformed(413, f"a question has at most {BODY_BYTES_MAX // 1024} KiB")
    try:
        return read(json_object(body))
    except BodyMalformed as malformed:
        raise BodyMalformed(400, str(malformed)) from None


def _object(asked: Mapping[str, Any]) -> Evaluation:
    return _evaluation({name: asked.get(name) for name in _TUPLE}, {})


def _list(asked: Mapping[str, Any]) -> Evaluation | Batch:
    items = asked.get("evaluations")
    if items is None or items == []:
        return _object(asked)
    if not isinstance(items, list):
        raise BodyMalformed(400, "`evaluations` is a list")
    if len(items) > EVALUATIONS_MAX:
        raise BodyMalformed(400, f"`evaluations` has at most {EVALUATIONS_MAX} members")
    defaults = {name: asked.get(name) for name in _TUPLE}
    return Batch(tuple(_item(one, defaults) for one in items), _semantic(asked.get("options")))


def _semantic(options: object) -> Semantic:
    if options is None:
        return Semantic.ALL
    if not isinstance(options, dict):
        raise BodyMalformed(400, "`options` is an object")
    try:
        return Semantic(options.get("evaluations_semantic", Semantic.ALL))
    except ValueError:
        either = ", ".join(f"`{one}`" for one in Semantic)
        raise BodyMalformed(400, f"`options.evaluations_semantic` is one of {either}") from None


def _item(one: object, defaults: Mapping[str, Any]) -> Item:
    try:
        if not isinstance(one, dict):
            raise BodyMalformed(400, "a member of `evaluations` is an object")  # noqa: TRY301 - told in its place
        return _evaluation(one, defaults)
    except BodyMalformed as malformed:
        return malformed


def _evaluation(own: Mapping[str, Any], defaults: Mapping[str, Any]) -> Evaluation:
    """Read four members. Each stands for the default as a whole; only a type, id or name it lacks comes from there."""
    subject, action, resource = (_entity(name, own.get(name), defaults.get(name)) for name in _NEEDED)
    context = _member("context", own["context"] if own.get("context") is not None else defaults.get("context"))
    known = _properties(subject, "subject")
    type_, name, id_ = resource["type"], action["name"], resource["id"]
    by_route = type_ == ROUTE
    if by_route and len(id_) > TARGET_LENGTH_MAX:
        raise BodyMalformed(400, f"`resource.id` has at most {TARGET_LENGTH_MAX} characters")
    return Evaluation(
        Subject(subject["type"], presented(subject["id"]), _shown(known, APP_TOKEN), _shown(known, USER_TOKEN)),
        method=name if by_route else "",
        path=id_ if by_route else "",
        resource=None if by_route else _resource(type_, name),
        address=_address(known),
        transport=_transport(context),
    )


def _entity(name: str, own: object, default: object) -> dict[str, Any]:
    if own is None:
        own = default
    if own is None:
        raise BodyMalformed(400, f"`{name}` is missing")
    entity, fallback = _member(name, own), _member(name, default)
    for part in _NEEDED[name]:
        value = entity.get(part, fallback.get(part))
        if not isinstance(value, str) or not value:
            raise BodyMalformed(400, f"`{name}.{part}` is a text, and not empty")
        entity[part] = value
    return entity


def _member(name: str, value: object) -> dict[str, Any]:
    """Copy an object, an empty one where there is none."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise BodyMalformed(400, f"`{name}` is an object")
    return dict(value)


def _properties(entity: Mapping[str, Any], name: str) -> dict[str, Any]:
    return _member(f"{name}.properties", entity.get("properties"))


def _shown(known: Mapping[str, Any], name: str) -> Presented:
    value = known.get(name)
    if value is None:
        return NOTHING
    if not isinstance(value, str):
        raise BodyMalformed(400, f"`subject.properties.{name}` is a text")
    return presented(value)


def _address(known: Mapping[str, Any]) -> str:
    try:
        return address_in({"address": known.get(ADDRESS) or ""})
    except BodyMalformed:
        raise BodyMalformed(400, f"`subject.properties.{ADDRESS}` is an IP address") from None


def _transport(context: Mapping[str, Any]) -> Transport:
    scheme = context.get(SCHEME)
    if scheme is None:
        return Transport.UNKNOWN
    found = _SCHEMES.get(scheme) if isinstance(scheme, str) else None
    if found is None:
        raise BodyMalformed(400, f"`context.{SCHEME}` is `https` or `http`")
    return found


def _resource(type_: str, name: str) -> Resource:
    """Read the resource of a role: its product is the type, its key the action. The id names an instance of neither."""
    try:
        return names.resource(f"{type_}/{name}")
    except NameMalformed:
        raise BodyMalformed(
            400, "`resource.type` and `action.name` are a resource's product and key, such as `OMS` and `ListOrders`"
        ) from None
