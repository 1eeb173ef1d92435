"""Why not, as AuthZEN carries it: `context`, with no more in it than its reader may know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from chaveiro.core.attempt import Need
from chaveiro.core.cause import Audience, Code, Finding
from chaveiro.doors.authzen import texts
from chaveiro.doors.denied import reader
from chaveiro.wire.authzen import KEY, USER
from chaveiro.words.explain import explain

if TYPE_CHECKING:
    from chaveiro.core.attempt import Wanted
    from chaveiro.core.cause import Cause
    from chaveiro.core.decision import Allowed, Denied
    from chaveiro.node import Answer
    from chaveiro.words.language import Language

SUBJECT_UNKNOWN: Final = "subject_unknown"
SUBJECT_DIFFERS: Final = "subject_differs"
_NOBODY: Final = {KEY: texts.NO_KEY, USER: texts.NO_USER}


def of_allow(allowed: Allowed, answer: Answer, roles: tuple[str, ...]) -> dict[str, Any]:
    """Who it is that proved it, and by which roles."""
    who = {"user": allowed.user} if allowed.user else {"key": allowed.app_key}
    return {"account": answer.account, **who, "roles": roles}


def of_denial(denied: Denied, answer: Answer, language: Language) -> dict[str, Any]:
    """What whoever showed a pair may read: by what follows from it, or, once it matched, the whole reason."""
    if answer.told is None:
        raise TypeError("a denial came without words")
    told = explain(answer.told.finding, to=reader(denied), language=language)
    context: dict[str, Any] = {
        "id": told.cause,
        "reason_user": {language.tag: told.title},
        "detail": told.detail,
        "remedy": told.remedy,
        "denial": answer.told.id or None,
    }
    return context | (_required(told.required or answer.wanted, denied.cause) if denied.proven else {})


def of_obstacle(cause: Cause, wanted: Wanted, language: Language) -> dict[str, Any]:
    """What stands in the way of a key or user that a keeper asks about: for the keeper, who decides what to hand on."""
    told = explain(Finding(cause), to=Audience.KEEPER, language=language)
    return {"id": cause, "reason_admin": {language.tag: told.title}, **_required(wanted, cause)}


def of_nobody(kind: str, language: Language) -> dict[str, Any]:
    """The account has no such key or user. What was asked for is not repeated: it may be a token."""
    return {"id": SUBJECT_UNKNOWN, "reason_admin": texts.told(_NOBODY.get(kind, texts.NO_SUCH_KIND), language)}


def of_another(language: Language) -> dict[str, Any]:
    """What was shown proves somebody else than the subject that was named."""
    return {"id": SUBJECT_DIFFERS, "reason_user": texts.told(texts.ANOTHER, language)}


def of_error(message: str) -> dict[str, Any]:
    """One of a list could not be read."""
    return {"error": {"status": 400, "message": message}}


def _required(wanted: Wanted | None, cause: Cause) -> dict[str, Any]:
    if not isinstance(wanted, Need) or cause.code is not Code.PERMISSION_DENIED:
        return {}
    resources = [{"product": one.product, "key": one.key} for one in wanted.resources]
    return {"required": {"match": wanted.match.value, "resources": resources}}
