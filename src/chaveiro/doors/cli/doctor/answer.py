"""What a server's answer means: a problem as Chaveiro writes it, a refusal as VTEX's services write it, or neither."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum
from http import HTTPStatus
from typing import Any

from chaveiro.core.cause import Cause, Fact
from chaveiro.core.names import looks_secret
from chaveiro.doors.cli.doctor.request import Answer

_DENIAL = re.compile(r"urn:chaveiro:denial:([0-9A-HJKMNP-TV-Z]{26})")
_NAMED = re.compile(r"resources? \[([A-Za-z0-9_., /-]{1,200})\]")
_TEXT_MAX = 100
_LIST_MAX = 100


class Meaning(Enum):
    """What an answer says about the pair."""

    ACCEPTED = "accepted"
    CAUSE = "cause"  # Chaveiro says which
    CREDENTIALS = "credentials"
    ROLES = "roles"
    NOT_ENABLED = "not_enabled"
    ORIGIN = "origin"
    RATE = "rate"
    REDIRECT = "redirect"
    UNAVAILABLE = "unavailable"
    UNKNOWN = "unknown"


# How VTEX's services word their refusals; the first that fits. Their statuses alone are not to be relied on.
_WORDED: tuple[tuple[Meaning, re.Pattern[str]], ...] = (
    (Meaning.NOT_ENABLED, re.compile(r"not enabled to access", re.IGNORECASE)),
    (Meaning.ORIGIN, re.compile(r"origin not allowed", re.IGNORECASE)),
    (
        Meaning.CREDENTIALS,
        re.compile(
            r"missing auth|auth(?:entication|orization)? (?:is )?(?:required|headers?)|invalid api key|wrongcredentials"
            r"|(?:invalid|missing)[a-z ]{0,20} (?:credentials|token|app ?key|header)|authentication credentials",
            re.IGNORECASE,
        ),
    ),
    (
        Meaning.ROLES,
        re.compile(
            r"does not have (?:access to the resource|the .{1,80} role)|permission|operation not allowed"
            r"|forbidden_operation|access denied",
            re.IGNORECASE,
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Understood:
    """An answer as far as it is understood. Nothing in it is taken from the answer unread."""

    meaning: Meaning
    status: int
    cause: Cause | None = None
    facts: Mapping[str, Fact] = field(default_factory=dict)
    denial: str = ""
    resources: tuple[str, ...] = ()

    @property
    def denied(self) -> bool:
        """Whether the server refused the pair, or what it asked for."""
        return self.meaning in _DENIALS


_DENIALS = frozenset({Meaning.CAUSE, Meaning.CREDENTIALS, Meaning.ROLES, Meaning.NOT_ENABLED, Meaning.ORIGIN})


def understood(answer: Answer) -> Understood:
    """Say what an answer means. What is not known for certain is unknown."""
    status = answer.status
    if own := _problem(answer):
        return own
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return Understood(Meaning.ACCEPTED, status)
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        return Understood(Meaning.REDIRECT, status)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return Understood(Meaning.RATE, status)
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        return Understood(Meaning.UNAVAILABLE, status)
    if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        return _like_vtex(answer)
    return Understood(Meaning.UNKNOWN, status)


def _problem(answer: Answer) -> Understood | None:
    """A problem (RFC 9457) with one of our causes, and what it says of it."""
    body = _object(answer.body)
    cause, instance = body.get("cause"), body.get("instance")
    if not isinstance(cause, str) or cause not in set(Cause) or not {"code", "type"} <= body.keys():
        return None
    found = _DENIAL.fullmatch(instance) if isinstance(instance, str) else None
    own = Cause(cause)
    facts = {name: fact for name in own.facts if (fact := _fact(body.get(name))) is not None}
    meaning = Meaning.UNAVAILABLE if own is Cause.AUTHORIZATION_UNAVAILABLE else Meaning.CAUSE
    return Understood(meaning, answer.status, own, facts, found[1] if found else "", _required(body.get("required")))


def _object(body: bytes) -> dict[str, Any]:
    with suppress(ValueError, RecursionError):
        read = json.loads(body)
        if isinstance(read, dict):
            return read
    return {}


def _fact(value: object) -> Fact | None:
    """A count, a place, places: what can hold no secret. Texts are told in our own words instead."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, list) and len(value) <= _LIST_MAX and all(type(one) is int for one in value):
        return tuple(value)
    return None


def _required(value: object) -> tuple[str, ...]:
    resources = value.get("resources") if isinstance(value, dict) else None
    if not isinstance(resources, list):
        return ()
    named = (f"{one.get('product')}/{one.get('key')}" for one in resources[:_LIST_MAX] if isinstance(one, dict))
    return tuple(one for one in named if _is_name(one))


def _is_name(text: str) -> bool:
    return 0 < len(text) <= _TEXT_MAX and text.isascii() and text.isprintable() and not looks_secret(text)


def _like_vtex(answer: Answer) -> Understood:
    """A refusal in the words of one of VTEX's services; without words, 401 is the pair and 403 its roles."""
    text = answer.body.decode("utf-8", "replace")
    if "html" in answer.content_type.lower() or text.lstrip()[:1] == "<":
        return Understood(Meaning.UNKNOWN, answer.status)  # a page for people: some proxy or firewall on the way
    named = _NAMED.search(text)
    resources = tuple(one.strip() for one in named[1].split(",") if _is_name(one.strip())) if named else ()
    for meaning, words in _WORDED:
        if words.search(text):
            return Understood(meaning, answer.status, resources=resources)
    by_status = Meaning.CREDENTIALS if answer.status == HTTPStatus.UNAUTHORIZED else Meaning.ROLES
    return Understood(by_status, answer.status, resources=resources)
