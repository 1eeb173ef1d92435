"""What is asked of a key without any secret, so that it may stand in an address: whether it could do something."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from msgspec import structs

from chaveiro.catalogue import Route
from chaveiro.core import names
from chaveiro.core.attempt import NOTHING, AnyRole, Need, Request, presented
from chaveiro.core.decision import Allowed, decide
from chaveiro.core.names import AppKey, NameMalformed, looks_secret
from chaveiro.doctor.trial import own_address, supposed
from chaveiro.words.language import N_

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from chaveiro.core.attempt import Attempt, Wanted
    from chaveiro.core.keyring import Key
    from chaveiro.core.names import Resource
    from chaveiro.denials import Examined
    from chaveiro.doors.console.visit import Visit

METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
PATH_LENGTH_MAX: Final = 2048
WISHES_MAX: Final = 50

SECRET = N_("That may be a token. Leave secrets out here: what is asked stands in the address of the page.")
NO_KEY = N_("This account has no such key.")
WHICH_KEY = N_("Say which key: its appKey, or its whole label.")
NO_PATH = N_("Write a path such as `/api/oms/pvt/orders`, with its method.")
NO_RESOURCE = N_("Write a resource as product and key with a slash between, such as `OMS/ListOrders`.")
NO_ADDRESS = N_("Write an IP address such as `203.0.113.7`.")
NO_WISH = N_("Line {line} is neither a method with a path nor a resource.")
TOO_MANY = N_("At most {most} lines can be asked about at a time.")

_WISH = re.compile(r"([A-Za-z]{1,20})[ \t]+(/\S*)")


class QuestionMalformed(ValueError):
    """What was asked cannot be read; its sentence holds nothing that was typed."""

    def __init__(self, field: str, sentence: str, **facts: object) -> None:
        """Say in which field, and what would be right."""
        super().__init__(sentence)
        self.field = field
        self.sentence = sentence
        self.facts = facts


@dataclass(frozen=True, slots=True)
class Wish:
    """One thing that a key should be able to do."""

    method: str = ""
    path: str = ""
    resource: Resource | None = None  # instead of both; neither: whatever any role is enough for

    def __str__(self) -> str:
        return str(self.resource) if self.resource else f"{self.method} {self.path}".strip()


@dataclass(frozen=True, slots=True)
class Question:
    """A key, what it should be able to do, and from where."""

    key: Key | None = None
    wishes: tuple[Wish, ...] = ()
    address: str = ""
    several: bool = False  # which roles would be enough for all of it, rather than what becomes of one request

    def query(self) -> str:
        """The same as the query of an address."""
        pairs: dict[str, str] = {"key": self.key.app_key if self.key else "", "address": self.address}
        if self.several:
            pairs["want"] = "\n".join(map(str, self.wishes))
        elif self.wishes:
            wish = self.wishes[0]
            pairs |= {"method": wish.method, "path": wish.path, "resource": str(wish.resource or "")}
        return urlencode({name: value for name, value in pairs.items() if value or name == "want"})


def question(visit: Visit, given: Callable[[str], str], *, several: bool) -> Question:
    """Read a question out of a form or an address. Raises QuestionMalformed."""
    key = _key(visit, given("key").strip())
    wishes = _wishes(given("want")) if several else _wish(given)
    return Question(key, wishes, address(given("address").strip()), several)


def wanted(visit: Visit, wish: Wish) -> tuple[Wanted, str]:
    """What a wish needs, and the route under which it would be counted."""
    if wish.resource is not None:
        return Need((wish.resource,)), str(wish.resource)
    if not wish.method and not wish.path:
        return AnyRole(), ""
    found = visit.console.node.catalogue(visit.keyring).find(wish.method, wish.path)
    return (found.need, found.name) if isinstance(found, Route) else (found, "")


def examined(visit: Visit, key: Key, wish: Wish, source: str = "") -> Examined:
    """What would become of a request with the key's own token, whatever that is. May raise StoreUnavailable."""
    attempt = _attempt(visit, key, wish, source)
    needs = attempt.wanted
    request = Request(
        presented(key.app_key),
        NOTHING,
        method=wish.method,
        target=wish.path,
        need=needs if isinstance(needs, Need) and wish.resource else None,
        address=source,
    )
    seen = visit.console.denials.examined(visit.keyring, attempt, request)
    return replace(seen, address=source)


def is_allowed(visit: Visit, key: Key, wish: Wish, source: str = "") -> bool:
    """Say whether that request would be allowed, without asking why not."""
    return isinstance(decide(visit.keyring, _attempt(visit, key, wish, source)), Allowed)


def _attempt(visit: Visit, key: Key, wish: Wish, source: str) -> Attempt:
    needs, route = wanted(visit, wish)
    attempt = supposed(visit.keyring, key, needs, visit.at, address=source or own_address(key))
    return structs.replace(attempt, route=route)


def app_keys(visit: Visit, most: int) -> Sequence[tuple[str, str]]:
    """Keys to choose from: appKey and label."""
    known = sorted(visit.keyring.keys.values(), key=lambda key: key.label.casefold())
    return [(key.app_key, key.label) for key in known[:most] if not looks_secret(key.app_key)]


def _key(visit: Visit, text: str) -> Key:
    if not text:
        raise QuestionMalformed("key", WHICH_KEY)
    if looks_secret(text):
        raise QuestionMalformed("key", SECRET)
    if key := visit.keyring.keys.get(AppKey(text)):
        return key
    named = [key for key in visit.keyring.keys.values() if key.label == text]
    if len(named) != 1:
        raise QuestionMalformed("key", WHICH_KEY if named else NO_KEY)
    return named[0]


def _wish(given: Callable[[str], str]) -> tuple[Wish, ...]:
    resource, method, path = given("resource").strip(), given("method").strip().upper(), given("path").strip()
    if resource:
        return (Wish(resource=_resource(resource)),)
    return (Wish(method, path_of(method, path)),) if path else ()


def _wishes(text: str) -> tuple[Wish, ...]:
    """One line each: a method and a path, or a resource."""
    lines = [(number, line.strip()) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    if len(lines) > WISHES_MAX:
        raise QuestionMalformed("want", TOO_MANY, most=WISHES_MAX)
    return tuple(dict.fromkeys(_line(number, line) for number, line in lines))


def _line(number: int, line: str) -> Wish:
    try:
        if found := _WISH.fullmatch(line):
            method = found[1].upper()
            return Wish(method, path_of(method, found[2]))
        return Wish(resource=_resource(line))
    except QuestionMalformed as malformed:
        if malformed.sentence == SECRET:
            raise QuestionMalformed("want", SECRET) from None
        raise QuestionMalformed("want", NO_WISH, line=number) from None


def path_of(method: str, path: str) -> str:
    """Read a path that is asked for with a method. Raises QuestionMalformed."""
    if looks_secret(path):
        raise QuestionMalformed("path", SECRET)
    if method not in METHODS or not path.startswith("/") or len(path) > PATH_LENGTH_MAX or not path.isprintable():
        raise QuestionMalformed("path", NO_PATH)
    return path


def _resource(text: str) -> Resource:
    if looks_secret(text):
        raise QuestionMalformed("resource", SECRET)
    try:
        return names.resource(text)
    except NameMalformed:
        raise QuestionMalformed("resource", NO_RESOURCE) from None


def address(text: str) -> str:
    """Read where a request would come from; empty: from where the key allows. Raises QuestionMalformed."""
    try:
        return str(ip_address(text)) if text else ""
    except ValueError:
        raise QuestionMalformed("address", NO_ADDRESS) from None
