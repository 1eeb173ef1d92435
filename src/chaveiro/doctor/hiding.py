"""Texts of the caller made fit to be kept: nothing in them may be, or hold, a presented value."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final, assert_never

from chaveiro.core.attempt import Ambiguous, AnyRole, Need, NoMethod, NoRoute
from chaveiro.core.names import Resource, looks_secret

if TYPE_CHECKING:
    from chaveiro.core.attempt import Attempt, Presented, Wanted

HIDDEN: Final = "***"
PATH_LENGTH_MAX: Final = 512
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "QUERY"})
_PLAIN = re.compile(r"[A-Za-z0-9._~!$&'()*+,=:@{}-]{0,40}")
_WORTH_HIDING = 4  # a shorter value stands in other words by chance
_SHARED = 6  # so many characters in common with a presented value are too many


def hidden_method(method: str) -> str:
    """A method by its name, if it is one."""
    return method if method.upper() in _METHODS else HIDDEN if method else ""


def hidden_path(target: str, attempt: Attempt) -> str:
    """A path without its query, each segment that may hold a secret hidden."""
    path = re.split(r"[?#]", target, maxsplit=1)[0]
    path = path[:PATH_LENGTH_MAX] if len(path) > PATH_LENGTH_MAX else path
    return "/".join(HIDDEN if _may_be_secret(segment, attempt) else segment for segment in path.split("/"))


def hidden_wanted(wanted: Wanted, attempt: Attempt) -> Wanted:
    """What was wanted, fit to be kept."""
    match wanted:
        case Need(resources):
            shown = tuple(
                Resource(HIDDEN, HIDDEN) if _shares(f"{one.product}/{one.key}", attempt) else one for one in resources
            )
            return wanted if shown == resources else replace(wanted, resources=shown)
        case AnyRole():
            return wanted
        case Ambiguous(part):
            return Ambiguous(HIDDEN) if _shares(part, attempt) or looks_secret(part) else wanted
        case NoRoute(method, path):
            return NoRoute(hidden_method(method), hidden_path(path, attempt))
        case NoMethod(method, path, methods):
            return NoMethod(hidden_method(method), hidden_path(path, attempt), methods)
        case _ as never:
            assert_never(never)


def _may_be_secret(segment: str, attempt: Attempt) -> bool:
    return not _PLAIN.fullmatch(segment) or looks_secret(segment) or _shares(segment, attempt)


def _shares(text: str, attempt: Attempt) -> bool:
    return any(_overlaps(text, one) for one in (attempt.app_key, attempt.app_token, attempt.user_token))


def _overlaps(text: str, presented: Presented) -> bool:
    """Say whether a text holds a presented value or a good part of it, in any letter case."""
    value = presented.text.casefold()
    folded = text.casefold()
    if not value or not folded:
        return False
    if folded == value or (len(value) >= _WORTH_HIDING and value in folded):
        return True
    return any(folded[i : i + _SHARED] in value for i in range(len(folded) - _SHARED + 1))
