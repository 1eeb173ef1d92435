"""An answer as HTTP: status, headers, body. The status is the decision's, the words are what its reader may know."""

from __future__ import annotations

import json
import math
import re
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, TypeAlias
from urllib.parse import quote

from chaveiro.core.attempt import Need
from chaveiro.core.cause import Code
from chaveiro.wire.message import Reply

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chaveiro.core.cause import Fact
    from chaveiro.core.decision import Allowed, Denied
    from chaveiro.core.denial import DenialId
    from chaveiro.core.fleet import Standing
    from chaveiro.core.keyring import Revision
    from chaveiro.core.names import AccountName, Moment, RoleId
    from chaveiro.wire.message import Headers
    from chaveiro.words.explain import Explanation
    from chaveiro.words.language import Language

REALM: Final = "chaveiro"
PROBLEM: Final = b"application/problem+json"
JSON: Final = b"application/json"
NO_STORE: Final = (b"cache-control", b"no-store")
NOSNIFF: Final = (b"x-content-type-options", b"nosniff")

# What an allow says about its caller. Always the whole set, so that a forged one never stands beside a true one.
IDENTITY: Final = ("X-Chaveiro-Account", "X-Chaveiro-Key", "X-Chaveiro-Roles")
_ACCOUNT, _KEY, _ROLES = (name.lower().encode() for name in IDENTITY)
# What every answer says about the node that gives it, whatever it answers.
STANDING: Final = ("X-Chaveiro-Revision", "X-Chaveiro-Staleness")
_REVISION, _STALENESS = (name.lower().encode() for name in STANDING)
# What the answer to a command says that took something away.
IN_FORCE: Final = ("X-Chaveiro-Effective", "X-Chaveiro-Latest-By")
_EFFECTIVE, _LATEST_BY = (name.lower().encode() for name in IN_FORCE)
_KEPT = "".join(map(chr, range(0x21, 0x7F))).replace("%", "")  # a user's address may have letters beyond ASCII
_HEADER_SAFE = re.compile(r"[!-~]{1,256}")

WRITTEN_MAX: Final = 1_000  # accounts, sets of roles and revisions that are remembered as written

_MOMENTS: Final = frozenset({"at"})  # facts that are moments are written as RFC 3339 says

_ENCODER: Final = json.JSONEncoder(ensure_ascii=False)

Body: TypeAlias = "dict[str, Any]"


def identity(allowed: Allowed, account: AccountName, standing: Standing) -> Reply:
    """Tell a gateway who calls: 200, and identity headers. Roles are told by number, as their names may change."""
    return Reply(
        200,
        (
            _said(_ACCOUNT, account),
            (_KEY, _safe(quote(allowed.user, safe=_KEPT) if allowed.user else allowed.subject)),
            _numbered(allowed.roles),
            *_standing(standing),
            NO_STORE,
        ),
    )


def dated(reply: Reply, standing: Standing) -> Reply:
    """The same reply, saying what the node knew. Nothing in it depends on the request."""
    return Reply(reply.status, (*reply.headers, *_standing(standing)), reply.body)


def in_force(reply: Reply, revision: Revision, *, effective: bool | None, latest_by: Moment) -> Reply:
    """The same reply, saying which change took something away, whether everywhere, and from when on for sure."""
    said = {True: b"true", False: b"false", None: b"unknown"}[effective]
    told = (_REVISION, str(revision).encode()), (_EFFECTIVE, said), (_LATEST_BY, moment(math.ceil(latest_by)).encode())
    others = (header for header in reply.headers if header[0] != _REVISION)
    return Reply(reply.status, (*others, *told), reply.body)


def _standing(standing: Standing) -> Headers:
    if not math.isfinite(standing.stale_seconds):  # the store was never heard of: nothing is known, however old
        return ()
    return _revised(standing.revision), (_STALENESS, b"%.1f" % standing.stale_seconds)


# What many answers say alike is written once.


@lru_cache(maxsize=WRITTEN_MAX)
def _revised(revision: Revision) -> tuple[bytes, bytes]:
    return _REVISION, str(revision).encode()


@lru_cache(maxsize=WRITTEN_MAX)
def _numbered(roles: tuple[RoleId, ...]) -> tuple[bytes, bytes]:
    return _ROLES, ",".join(map(str, roles)).encode()


@lru_cache(maxsize=WRITTEN_MAX)
def _said(name: bytes, text: str) -> tuple[bytes, bytes]:
    return name, _safe(text)


def _safe(text: str) -> bytes:
    if not _HEADER_SAFE.fullmatch(text):
        msg = "an identity cannot be told in a header"
        raise ValueError(msg)
    return text.encode()


def denial(denied: Denied, told: Explanation, *, id: DenialId, required: Need | None, causes: str) -> Reply:  # noqa: A002 - as on the wire
    """Tell a caller why not: a problem (RFC 9457), with a challenge on every 401. *causes*: where cause pages are."""
    return passed_on(denial_problem(denied, told, id=id, required=required, causes=causes), told.language.tag)


def denial_problem(
    denied: Denied,
    told: Explanation,
    *,
    id: DenialId,  # noqa: A002 - as on the wire
    required: Need | None,
    causes: str,
) -> Body:
    """What a caller is told of a denial, as the body of a problem."""
    body = _problem(told, denied.cause.code.status, causes)
    body["code"] = _code(denied, told)
    if id:
        body["instance"] = f"urn:chaveiro:denial:{id}"
    if told.cause.field:
        body["field"] = told.cause.field
    body |= _facts(told.facts)
    if need := _required(denied, told, required):
        body["required"] = need
    return body


def passed_on(body: Body, language: str) -> Reply:
    """A denial as it goes to the caller, made from its body, here or by whoever decided. *language* is a tag."""
    status = body["status"]
    headers = [(b"content-language", language.encode())]
    if status == Code.CREDENTIALS_INVALID.status:
        headers.append((b"www-authenticate", challenge(body["code"])))
    if status == Code.TOO_MANY_REQUESTS.status:
        headers.append((b"retry-after", str(_seconds(body)).encode()))
    return problem(status, body, *headers)


def unavailable(told: Explanation, *, retry_after_seconds: int, causes: str) -> Reply:
    """Say that nobody can tell now: 503, which says nothing about the caller's credentials."""
    body = _problem(told, 503, causes)
    body["code"] = Code.AUTHORIZATION_UNAVAILABLE
    return problem(
        503,
        body,
        (b"content-language", told.language.tag.encode()),
        (b"retry-after", str(retry_after_seconds).encode()),
    )


def challenge(code: str) -> bytes:
    """How to authenticate; with the error only if something was sent (RFC 6750, section 3.1)."""
    sent = "" if code == Code.CREDENTIALS_MISSING else f', error="{code}"'
    return f'AppKeyToken realm="{REALM}"{sent}'.encode()


def problem(status: int, body: Body, *headers: tuple[bytes, bytes]) -> Reply:
    """Write a problem. ASCII throughout, so that a gateway may carry it in a header as well."""
    return Reply(status, ((b"content-type", PROBLEM), *headers, NO_STORE), json.dumps(body).encode())


def plain_problem(status: int, title: str, detail: str, *headers: tuple[bytes, bytes]) -> Reply:
    """Say what is wrong with a message itself, in English: programs' authors read it."""
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return problem(status, body, (b"content-language", b"en"), *headers)


def allow_json(allowed: Allowed, account: AccountName, roles: tuple[str, ...], *, standing: Standing) -> Reply:
    """Answer a program's question: yes."""
    return _answered(
        {
            "decision": "allow",
            "status": 200,
            "cause": None,
            "denial": None,
            "account": account,
            "appKey": allowed.app_key,
            "roles": roles,
            "role_ids": allowed.roles,
            "user": allowed.user,
        },
        standing,
    )


def deny_json(
    denied: Denied,
    told: Explanation,
    *,
    id: DenialId,  # noqa: A002 - its name on the wire
    account: AccountName | None,
    required: Need | None,
    standing: Standing,
    passing_on: str | None = None,
) -> Reply:
    """Answer a program's question: no. *account* is the one asked about until the pair has matched.

    With *passing_on*, where cause pages are, the answer has what is to be passed on to the caller as well.

    INVARIANT: before proof nothing here comes from the account: its own revision would tell whether there is one.
    *standing* is the node's.
    """
    body = {
        "decision": "deny",
        "status": denied.cause.code.status,
        "cause": told.cause,
        "denial": id or None,
        "account": account,
        "appKey": denied.app_key,
        "roles": (),
        "role_ids": (),
        "user": denied.user,
    }
    if need := _required(denied, told, required):
        body["required"] = need
    if passing_on is not None:
        body["problem"] = denial_problem(denied, told, id=id, required=required, causes=passing_on)
    return _answered(body, standing, told)


def unknown_json(
    told: Explanation,
    *,
    account: AccountName | None,
    retry_after_seconds: int,
    standing: Standing,
) -> Reply:
    """Answer a program's question: nobody can tell now."""
    body = {
        "decision": "unknown",
        "status": 503,
        "cause": told.cause,
        "denial": None,
        "account": account,
        "appKey": None,
        "roles": (),
        "role_ids": (),
        "user": None,
    }
    return _answered(body, standing, told, (b"retry-after", str(retry_after_seconds).encode()))


def json_reply(body: Body, language: Language) -> Reply:
    """Answer a keeper's question."""
    headers = ((b"content-type", JSON), (b"content-language", language.tag.encode()), NO_STORE)
    return Reply(200, headers, _ENCODER.encode(body).encode())


def _answered(body: Body, standing: Standing, told: Explanation | None = None, *headers: tuple[bytes, bytes]) -> Reply:
    began = math.isfinite(standing.stale_seconds)
    body |= {
        "revision": str(standing.revision) if began else None,
        "stale_seconds": round(standing.stale_seconds, 1) if began else None,
    }
    body |= {name: told and getattr(told, name) for name in ("title", "detail", "remedy")}
    if told is not None:
        headers = ((b"content-language", told.language.tag.encode()), *headers)
    known = _standing(standing)
    return Reply(200, ((b"content-type", JSON), *headers, *known, NO_STORE), _ENCODER.encode(body).encode())


def _problem(told: Explanation, status: int, causes: str) -> Body:
    return {
        "type": f"{causes}/causes/{told.cause}",
        "title": told.title,
        "status": status,
        "detail": told.detail,
        "cause": told.cause,
        "remedy": told.remedy,
    }


def _code(denied: Denied, told: Explanation) -> Code:
    """The decision's own, after proof; before, that of what was read in the values, where it is a 401."""
    unproven = not denied.proven and told.code.status == denied.cause.code.status
    return told.code if unproven else denied.cause.code


def _required(denied: Denied, told: Explanation, required: Need | None) -> Body | None:
    """What the request needs: told to whoever has proved the pair and lacks a permission."""
    if not denied.proven or denied.cause.code is not Code.PERMISSION_DENIED:
        return None
    need = told.required or required
    return None if need is None else _need(need)


def _need(need: Need) -> Body:
    return {
        "match": need.match.value,
        "resources": [{"product": one.product, "key": one.key} for one in need.resources],
    }


def _facts(facts: Mapping[str, Fact]) -> Body:
    """What a cause is about: the field, positions, lengths. Never a presented value."""
    return {name: _fact(name, fact) for name, fact in facts.items() if not isinstance(fact, Need)}


def _fact(name: str, fact: Fact) -> object:
    if name in _MOMENTS and isinstance(fact, int | float):
        return moment(fact)
    return fact


def moment(at: float) -> str:
    """Write a moment as RFC 3339 says."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _seconds(body: Body) -> int:
    seconds = body.get("retry_after", 1)
    return max(1, int(seconds)) if isinstance(seconds, int | float) else 1
