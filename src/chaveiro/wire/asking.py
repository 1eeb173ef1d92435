"""`POST /v1/check` from the other side: a question about a request that was received, and its answer, read strictly."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

import msgspec

from chaveiro.core.attempt import Transport
from chaveiro.core.cause import Code
from chaveiro.core.fleet import Standing
from chaveiro.core.keyring import Revision
from chaveiro.core.names import AppKey, Email, NameMalformed, RoleId, account_name
from chaveiro.wire.identity import Identity
from chaveiro.wire.read import carriers

if TYPE_CHECKING:
    from chaveiro.core.attempt import Need
    from chaveiro.core.names import Resource
    from chaveiro.wire.answer import Body
    from chaveiro.wire.received import Received

ANSWER_BYTES_MAX: Final = 64 * 1024
_TAG = re.compile(r"[A-Za-z0-9-]{1,35}")
_PROBLEM_MEMBERS: Final = ("type", "title", "detail", "cause", "remedy")


class AnswerMalformed(ValueError):
    """What came back is no answer to the question. It says nothing of what came."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The answer is no. *problem* is what its caller may read."""

    problem: Body = field(repr=False)
    language: str  # a tag
    standing: Standing


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nobody can tell now: neither an allow, nor anything about the caller's credentials."""

    retry_after_seconds: int


Answered: TypeAlias = Identity | Refused | Unknown


def asking(received: Received, *, account: str, at_least: Revision | None) -> bytes:
    """Write the question. Of the headers it has those alone in which a credential may be.

    Raises ValueError where a resource is asked for in another way than by its name alone.
    """
    body: dict[str, Any] = {
        "account": account or None,
        "host": received.host,
        "method": received.method,
        "path": received.target,
        "headers": [[name.decode("latin-1"), value.decode("latin-1")] for name, value in carriers(received.headers)],
        "address": received.address,
        "scheme": "" if received.transport is Transport.UNKNOWN else received.transport.value,
        "at_least": None if at_least is None else str(at_least),
    }
    if received.need is not None:
        body["resource"] = _only(received.need)._asdict()
    return json.dumps(body, ensure_ascii=False).encode()


def parts(received: Received, *, account: str) -> list[bytes]:
    """Everything that an answer depends on, each by itself, and always as many before the headers."""
    resource: tuple[str, str] = _only(received.need) if received.need else ("", "")
    said = (account, received.host, received.method, received.target, *resource, received.address)
    texts = [text.encode("utf-8", "surrogatepass") for text in (*said, received.transport.value)]
    return texts + [part for header in carriers(received.headers) for part in header]


def _only(need: Need) -> Resource:
    if len(need.resources) != 1:
        raise ValueError("ask for one resource")
    return need.resources[0]


class _Answer(msgspec.Struct, frozen=True, rename={"app_key": "appKey"}):
    """The members that are read. Others may be there: a newer Chaveiro says more."""

    decision: Literal["allow", "deny", "unknown"]
    status: int
    account: str | None
    app_key: str | None
    user: str | None
    roles: tuple[str, ...]
    role_ids: tuple[int, ...]
    revision: str | None
    stale_seconds: float | None
    problem: dict[str, Any] | None = None


_DECODER: Final = msgspec.json.Decoder(_Answer)


def answered(body: bytes, *, language: str, retry_after: str) -> Answered:
    """Read an answer. *language* and *retry_after* are what its headers say. Raises AnswerMalformed."""
    try:
        said = _DECODER.decode(body)
        match said.decision:
            case "allow":
                return _identity(said)
            case "deny":
                return Refused(_problem(said), _tag(language), _standing(said))
            case "unknown":
                return Unknown(_seconds(retry_after))
    except (msgspec.MsgspecError, NameMalformed, UnicodeError, RecursionError):
        raise AnswerMalformed("the answer is none of a check") from None


def _identity(said: _Answer) -> Identity:
    known = said.app_key or said.user
    if said.status != 200 or not known or said.account is None or len(said.roles) != len(said.role_ids):  # noqa: PLR2004 - OK
        raise AnswerMalformed("an allow says for whom")
    return Identity(
        account=account_name(said.account),
        app_key=AppKey(said.app_key) if said.app_key else None,
        roles=tuple(map(RoleId, said.role_ids)),
        role_names=said.roles,
        revision=_standing(said).revision,
        user=Email(said.user) if said.user else None,
    )


def _problem(said: _Answer) -> Body:
    problem = said.problem or {}
    told = all(isinstance(problem.get(name), str) for name in _PROBLEM_MEMBERS)
    code = next((code for code in Code if code == problem.get("code")), None)
    denies = code is not None and code.status == said.status == problem.get("status") and code.status < 500  # noqa: PLR2004 - "cannot tell" is no denial
    if not told or not denies:
        raise AnswerMalformed("a denial says why")
    return problem


def _standing(said: _Answer) -> Standing:
    if said.revision is None or said.stale_seconds is None:
        raise AnswerMalformed("a verdict says what was known")
    return Standing(Revision.read(said.revision), said.stale_seconds)


def _tag(language: str) -> str:
    if not _TAG.fullmatch(language):
        raise AnswerMalformed("a denial is in a language")
    return language


def _seconds(retry_after: str) -> int:
    return int(retry_after) if re.fullmatch(r"[0-9]{1,4}", retry_after) else 1
