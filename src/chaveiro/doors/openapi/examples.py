"""True examples: a test sends each to a live process whose account is as told here, and compares the answers.

The account `acme` has the role *Pedidos* (1), which lists orders, and a second, *Chaves*, which may view keys. Of two
pairs one has both roles, the other none.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from chaveiro.core.attempt import Need
from chaveiro.core.cause import Audience, Cause, Finding
from chaveiro.core.credential import mint_token
from chaveiro.core.decision import Allowed, Denied
from chaveiro.core.fleet import Standing
from chaveiro.core.keyring import Revision
from chaveiro.core.names import AccountName, AppKey, Email, KeyId, RoleId
from chaveiro.doors.causes import samples
from chaveiro.doors.causes.pages import SAMPLE_DENIAL, SAMPLE_HOST
from chaveiro.doors.causes.samples import APP_KEY, LIST_ORDERS, OTHER_KEY, ROLE, sample
from chaveiro.node.answer import RETRY_SECONDS
from chaveiro.usertokens import user_id
from chaveiro.wire import answer as wire
from chaveiro.wire.leaks import judged, report
from chaveiro.words.explain import Explanation, explain
from chaveiro.words.language import Language

if TYPE_CHECKING:
    from chaveiro.core.cause import Fact
    from chaveiro.wire.message import Reply

ACCOUNT: Final = AccountName("acme")
TARGET: Final = samples.PATH
HOST: Final = "acme.example.com"
ROLES: Final = (ROLE, "Chaves")


@dataclass(frozen=True, slots=True)
class Pair:
    """A pair that is well-formed, and nobody's."""

    app_key: AppKey
    app_token: str = field(repr=False)


PAIR: Final = Pair(APP_KEY, mint_token(APP_KEY, bytes(range(33))).reveal())
OTHER: Final = Pair(OTHER_KEY, mint_token(OTHER_KEY, bytes(range(33))).reveal())
MISTYPED: Final = f"{PAIR.app_token[:28]}{'y' if PAIR.app_token[28] != 'y' else 'z'}{PAIR.app_token[29:]}"
KEY_ID: Final = KeyId("6d0d0d1f6a3b4c1e9a5f0c6b1f6f2a01")
OTHER_KEY_ID: Final = KeyId("2f9c54f1c0de4b7a8d3e7a90b1c4d502")
ANA: Final = Email("ana@acme.example")  # the sponsor
BIA: Final = Email("bia@acme.example")
BIA_ID: Final = user_id(BIA).hex
USER_TOKEN: Final = "eyJhbGciOiJFUzI1NiIsImtpZCI6Ii4uLiJ9.eyJzdWIiOiIuLi4ifQ.c2lnbmF0dXJl"  # noqa: S105 - a shape
RESOURCE_ID: Final = 1070  # License Manager/Get_User_By_Identifier
REVISION: Final = Revision("5e0fa3c1", 118)
STANDING: Final = Standing(REVISION, 0.1)

_WANTED: Final = {"product": LIST_ORDERS.product, "key": LIST_ORDERS.key}
_NEED: Final = Need((LIST_ORDERS,))


def dashed(id: str) -> str:  # noqa: A002 - what it is
    """The same id as a UUID is written."""
    return str(UUID(id))


def shown(summary: str, value: object) -> dict[str, Any]:
    """One example."""
    return {"summary": summary, "value": value}


def body(reply: Reply) -> dict[str, Any]:
    """What a reply says."""
    told: dict[str, Any] = json.loads(reply.body)
    return told


def check_questions() -> dict[str, Any]:
    """What a program asks. The answers have the same names."""
    by_route = {
        "account": ACCOUNT,
        "appKey": APP_KEY,
        "appToken": PAIR.app_token,
        "method": "GET",
        "path": f"{TARGET}?page=2",
    }
    other = {"appKey": OTHER_KEY, "appToken": OTHER.app_token}
    return {
        "allowed": shown("A request", by_route),
        "allowedByResource": shown(
            "A resource by its name",
            {"account": ACCOUNT, "appKey": APP_KEY, "appToken": PAIR.app_token, "resource": _WANTED, "scheme": "https"},
        ),
        "mistyped": shown("A token with one wrong character", by_route | {"appToken": MISTYPED}),
        "roleless": shown("A pair that is linked to no role", by_route | other),
        "received": shown(
            "A request that the program received itself",
            {"account": ACCOUNT, "method": "GET", "path": TARGET, "host": "api.example.com", "headers": []},
        ),
    }


def check_answers() -> dict[str, Any]:
    """How they are answered."""
    allowed = wire.allow_json(Allowed(APP_KEY, (RoleId(1), RoleId(2)), REVISION), ACCOUNT, ROLES, standing=STANDING)
    return {
        "allowed": shown("It may", body(allowed)),
        "allowedByResource": shown("It may", body(allowed)),
        "mistyped": shown("The token is mistyped", body(_denied(Cause.TOKEN_ONE_CHARACTER_WRONG, position=29))),
        "roleless": shown("The pair matched, and has no role", body(_denied(Cause.NO_ROLE_LINKED))),
        "received": shown("It has no pair, and here is what to tell its caller", body(_passed_on())),
    }


def _passed_on() -> Reply:
    told = explain(Finding(Cause.CREDENTIALS_MISSING), to=Audience.STRANGER, language=Language.EN)
    denied = Denied(Cause.CREDENTIALS_MISSING, REVISION)
    id_, causes = SAMPLE_DENIAL, ""  # as where no public URL is set
    return wire.deny_json(denied, told, id=id_, account=ACCOUNT, required=None, standing=STANDING, passing_on=causes)


def _denied(cause: Cause, **facts: Fact) -> Reply:
    proven = cause.audience is Audience.HOLDER
    told = explain(Finding(cause, facts), to=Audience.HOLDER if proven else Audience.STRANGER, language=Language.EN)
    denied = Denied(cause, REVISION, OTHER_KEY if proven else None)
    return wire.deny_json(denied, told, id=SAMPLE_DENIAL, account=ACCOUNT, required=_NEED, standing=STANDING)


def simulate_questions() -> dict[str, Any]:
    """What a keeper's program asks. The answers have the same names."""
    return {
        "request": shown("What would let a key make a request", {"appKey": OTHER_KEY, "method": "GET", "path": TARGET}),
        "removing": shown("What an edit of a role would take away", {"role": 1, "remove": [_WANTED], "days": 90}),
    }


LEAK_IDENTIFIER: Final = "example"
LEAK_SIGNATURE: Final = (
    "MEYCIQC4d/kMQQvpYQYV/BZIU/1jN0yV471o/YVBctYb5PGX7AIhAIEakO9rEpWFLOkzomnL95O8g/AOAaQ0mJG6eVZKH2pH"
)
LEAK_REPORT: Final = [
    {
        "token": "some_token",
        "type": "chaveiro_app_token",
        "url": "https://code.example/acme/erp/blob/main/.env",
        "source": "content",
    }
]


def leak_answer() -> Any:  # noqa: ANN401 - JSON
    """How a report of a token that is nobody's is answered."""
    return body(judged(tuple((one, False) for one in report(json.dumps(LEAK_REPORT).encode()))))


def simulate_answers() -> dict[str, Any]:
    """How they are answered."""
    no_role = explain(Finding(Cause.NO_ROLE_LINKED), to=Audience.KEEPER, language=Language.EN).title
    role = {"role": 1, "name": ROLE}
    simulation = {
        "account": ACCOUNT,
        "appKey": OTHER_KEY,
        "wanted": [
            {
                "name": f"GET {TARGET}",
                "match": "any",
                "resources": [_WANTED],
                "now": {"decision": "deny", "cause": Cause.NO_ROLE_LINKED, "title": no_role},
                "then": {"decision": "allow", "cause": None, "title": None},
            }
        ],
        "lacking": [_WANTED],
        "alone": [role | {"excess": 0}],
        "together": {"roles": [role], "excess": 0, "exact": True},
        "commands": [f"chaveiro role grant {ACCOUNT} 1 --key {OTHER_KEY}"],
        "what": [f"Link the key {OTHER_KEY} to the role {ROLE}"],
        "revision": str(REVISION),
    }
    preview = {
        "account": ACCOUNT, "keys": 0, "routes": 0, "losses": [], "refused": None, "revision": str(REVISION),
    }  # fmt: skip
    return {"request": shown("One role is enough", simulation), "removing": shown("Nobody would notice", preview)}


_TOLD: Final = {
    401: (Cause.CREDENTIALS_MISSING, Cause.TOKEN_CHARACTER_MISSING, Cause.CREDENTIALS_INVALID, Cause.KEY_INACTIVE),
    403: (Cause.PERMISSION_MISSING_RESOURCE, Cause.NO_ROLE_LINKED, Cause.ROUTE_NOT_MAPPED, Cause.IP_NOT_ALLOWED),
    429: (Cause.RATE_LIMITED,),
    503: (Cause.AUTHORIZATION_UNAVAILABLE,),
}


def refusals(status: int) -> dict[str, Any]:
    """How a caller is refused, by the function that refuses it."""
    return {cause.value: _refusal(cause) for cause in _TOLD[status]}


def _refusal(cause: Cause) -> dict[str, Any]:
    proven = cause.audience is Audience.HOLDER
    told = explain(sample(cause), to=Audience.HOLDER if proven else Audience.STRANGER, language=Language.EN)
    return shown(told.title, body(_refused(cause, told, proven=proven)))


def _refused(cause: Cause, told: Explanation, *, proven: bool) -> Reply:
    if cause is Cause.AUTHORIZATION_UNAVAILABLE:
        return wire.unavailable(told, retry_after_seconds=RETRY_SECONDS, causes=SAMPLE_HOST)
    denied = Denied(cause, REVISION, APP_KEY if proven else None)
    return wire.denial(denied, told, id=SAMPLE_DENIAL, required=_NEED, causes=SAMPLE_HOST)
