"""What programs ask, and how they are answered: the shapes of `POST /v1/check`, `/v1/simulate` and `/v1/leaks`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from chaveiro.core.ask import DAYS_DEFAULT, DAYS_MAX
from chaveiro.core.cause import Cause, Code
from chaveiro.core.names import APP_KEY_LENGTH_MAX, LOOKS_SECRET
from chaveiro.doors.openapi.problems import READABLE
from chaveiro.doors.openapi.shapes import REVISION, listed, nullable, record, ref, text, whole
from chaveiro.wire.check import FIELDS as CHECK_FIELDS
from chaveiro.wire.check import HEADERS_MAX, TARGET_LENGTH_MAX
from chaveiro.wire.leaks import TOKENS_MAX
from chaveiro.wire.simulate import FIELDS as SIMULATE_FIELDS
from chaveiro.wire.simulate import RESOURCES_MAX, ROLE_MAX

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chaveiro.doors.openapi.shapes import Schema

STATUSES: Final = sorted({code.status for code in Code})

_ACCOUNT: Final = text("The account's name.", pattern="^[a-z0-9]{1,32}$", examples=["acme"])
_APP_KEY: Final = text("The pair's public half.")
_METHOD: Final = text("The request's method, as it was received.", minLength=1, examples=["GET"])
_PATH: Final = text(
    "The request's path with its query, as it was received.",
    minLength=1,
    maxLength=TARGET_LENGTH_MAX,
    examples=["/api/oms/pvt/orders"],
)
_ADDRESS: Final = {
    "description": "The caller's IP address, for keys that work from some networks only.",
    "anyOf": [{"type": "string", "format": "ipv4"}, {"type": "string", "format": "ipv6"}, {"const": ""}],
    "type": "string",
}


def check_question() -> dict[str, Schema]:
    asked = {
        "account": nullable(_ACCOUNT),
        "appKey": nullable(text("As presented, blanks included; left out or null: not presented.")),
        "appToken": nullable(
            text("As presented, blanks included; left out or null: not presented.", format="password")
        ),
        "userToken": nullable(text("A user token, heard where neither of the two was presented.", format="password")),
        "method": _METHOD,
        "path": _PATH,
        "resource": ref("Resource"),
        "address": _ADDRESS,
        "scheme": text("How the caller was connected, for accounts that ask for HTTPS.", enum=["https", "http", ""]),
        "at_least": nullable(
            text(
                "A revision, as an answer or a change told it: nothing is decided by what was before. Where it is not "
                "known here within half a second, nobody can tell.",
                pattern=REVISION,
            )
        ),
        "host": _ELSEWHERE,
        "headers": _ELSEWHERE,
    }
    return {
        "CheckByRoute": _one_way("May this pair make this request?", asked, CHECK_FIELDS, needs=("method", "path")),
        "CheckByResource": _one_way("May this pair do this?", asked, CHECK_FIELDS, needs=("resource",)),
        "CheckReceived": _one_way(
            "May this request go on, which I received?",
            asked | _RECEIVED,
            CHECK_FIELDS,
            needs=("method", "path", "headers"),
            resource=nullable(asked["resource"]),
        ),
        "Check": {
            "description": "What a program asks: about a request, about a resource by its name, or about a request "
            "that it received itself.",
            "oneOf": [ref("CheckByRoute"), ref("CheckByResource"), ref("CheckReceived")],
        },
    }


_ELSEWHERE: Final = {"type": "null", "description": "Goes with a request that was received."}
_APART: Final = {"type": "null", "description": "Stands among the headers."}
_RECEIVED: Final = {
    "appKey": _APART,
    "appToken": _APART,
    "userToken": _APART,
    "host": text("The host that the request was sent to, as it was received.", examples=["acme.localhost"]),
    "headers": listed(
        listed({"type": "string", "pattern": "^[\\u0000-\\u00ff]*$"}, "Name and value.", minItems=2, maxItems=2),
        "The request's headers, repeated ones each by itself, one character for each byte; those in which no "
        "credential can be may be left out.",
        maxItems=HEADERS_MAX,
    ),
}
_NONE: Final = {"type": "null", "description": "Another thing is asked for."}
_WANTED: Final = ("method", "path", "resource", "denial", "role", "add", "remove", "delete")


def _one_way(
    description: str, asked: Mapping[str, Schema], fields: tuple[str, ...], *, needs: tuple[str, ...], **changed: Schema
) -> Schema:
    """One way to say what is wanted: what it needs, and of the other fields those that every question may have."""
    changed.setdefault("resource", _NONE if "resource" not in needs else asked["resource"])
    left_out = {*_WANTED} - {*needs} - {*changed}
    properties = {name: changed.get(name, asked[name]) for name in fields if name not in left_out}
    optional = tuple(name for name in properties if name not in needs)
    return record(description, properties, optional, additionalProperties=False)


def check_answer() -> dict[str, Schema]:
    told = "in the caller's language; null on an allow"
    answer = {
        "decision": text("`unknown`: nobody can tell now.", enum=["allow", "deny", "unknown"]),
        "status": whole("What to answer the caller with.", enum=[200, *STATUSES]),
        "cause": nullable(text("Why not; null on an allow.", enum=[*READABLE])),
        "denial": nullable(
            text("By this id whoever keeps the account's keys reads the rest.", pattern="^[0-9A-Z]{26}$")
        ),
        "account": nullable(text("The account; before the pair has matched, the one that was named, if any.")),
        "appKey": nullable(text("The pair's public half, once it has matched.")),
        "roles": listed({"type": "string"}, "Names of the key's roles in force, on an allow."),
        "role_ids": listed(whole("A role's number.", minimum=1), "Their numbers, in the same order."),
        "user": nullable(text("The e-mail address of whoever asks by a user token, once it has proved that.")),
        "revision": nullable(
            text(
                "Every change up to this one was known; null where the database has not answered yet.", pattern=REVISION
            )
        ),
        "stale_seconds": {
            "type": ["number", "null"],
            "minimum": 0,
            "description": "How long before it was certain that there was no other; null where it never was.",
        },
        "required": ref("Need"),
        "title": nullable(text(f"What is wrong, {told}.")),
        "detail": nullable(text(f"What exactly, {told}.")),
        "remedy": nullable(text(f"What would help, {told}.")),
        "problem": ref("Denial"),
    }
    return {"CheckAnswer": record("What a program may do with the pair's request.", answer, ("required", "problem"))}


# ----------------------------------------------------------------------------------------------- POST /v1/simulate


def simulate_question() -> dict[str, Schema]:
    resources = listed(ref("Resource"), "Resources.", maxItems=RESOURCES_MAX)
    asked = {
        "account": nullable(_ACCOUNT),
        "appKey": text(
            "The key that the question is about.",
            minLength=1,
            maxLength=APP_KEY_LENGTH_MAX,
            **{"not": {"pattern": LOOKS_SECRET.pattern}},
        ),
        "method": _METHOD,
        "path": _PATH,
        "resource": ref("Resource"),
        "denial": text("A denial's id; it knows its key.", pattern="^(urn:chaveiro:denial:)?[0-9A-Za-z]{26}$"),
        "days": whole("Of how many days.", minimum=1, maximum=DAYS_MAX, default=DAYS_DEFAULT),
        "address": _ADDRESS,
        "role": whole("The role that would be edited or deleted.", minimum=1, maximum=ROLE_MAX),
        "add": resources,
        "remove": resources,
        "delete": {"type": "boolean", "const": True, "description": "The role would be deleted."},
    }
    fields = {
        "key": tuple(name for name in SIMULATE_FIELDS if name != "days"),
        "days": tuple(name for name in SIMULATE_FIELDS if name != "denial"),
        "denial": ("account", "denial"),
        "role": tuple(name for name in SIMULATE_FIELDS if name not in {"appKey", "address"}),
    }

    def way(description: str, of: str, *needs: str, **changed: Schema) -> Schema:
        return _one_way(description, asked, fields[of], needs=needs, **changed)

    ways = {
        "SimulateRequest": way("What would let a key make a request?", "key", "appKey", "method", "path"),
        "SimulateResource": way("What would let a key do this?", "key", "appKey", "resource"),
        "SimulateRefused": way("What would let a key do all that it was refused lately?", "days", "appKey"),
        "SimulateDenial": way("What would let a key do what was denied?", "denial", "denial"),
        "SimulateAdding": way(
            "Who would lose what, if a role got these?", "role", "role", "add",
            add={**resources, "minItems": 1}, remove=nullable(resources),
        ),
        "SimulateRemoving": way(
            "Who would lose what, if a role lost these?", "role", "role", "remove",
            add=nullable(resources), remove={**resources, "minItems": 1},
        ),
        "SimulateDeleting": way("Who would lose what, if a role were deleted?", "role", "role", "delete"),
    }  # fmt: skip
    either = {"description": "One question of what would be.", "anyOf": [ref(name) for name in ways]}
    return {**ways, "Simulate": either}


def simulate_answer() -> dict[str, Schema]:
    role = {"role": whole("The role's number."), "name": text("Its name.")}
    decision = {
        "decision": text("What is decided.", enum=["allow", "deny"]),
        "cause": nullable(text("Why not; null on an allow.", enum=[*Cause])),
        "title": nullable(text("The same in one sentence.")),
    }
    outcome = {
        "name": text("What was asked for."),
        "match": nullable(text("How many of the resources are needed.")),
        "resources": nullable(listed(ref("Resource"), "The resources; null where the catalogue does not know.")),
        "now": ref("SupposedDecision"),
        "then": ref("SupposedDecision"),
    }
    cover = {
        "roles": listed(ref("RoleName"), "Roles that are enough together."),
        "excess": whole("How many resources they give that nothing asked for.", minimum=0),
        "exact": {"type": "boolean", "description": "Whether no others give less."},
    }
    loss = {
        "appKey": _APP_KEY,
        "label": text("The key's label."),
        "uses": listed(
            record(
                "What it did lately.",
                {
                    "name": text("Method and path, as the catalogue has it."),
                    "last": text("When it did so last.", format="date-time"),
                    "count": whole("How often.", minimum=0),
                },
            ),
            "What it could not do any more.",
        ),
    }
    refused = {
        "reason": text("Why, for programs."),
        "message": text("What stands in its way."),
        "remedy": text("What to do."),
    }
    simulation = {
        "account": _ACCOUNT,
        "appKey": _APP_KEY,
        "wanted": listed(ref("Outcome"), "Each thing asked for, how it is decided now and would be then."),
        "lacking": listed(ref("Resource"), "What the key does not have of it."),
        "alone": listed(
            record("A role.", role | {"excess": whole("What it gives besides.", minimum=0)}),
            "Existing roles each of which is enough, those first that give the least besides.",
        ),
        "together": nullable(ref("Cover")),
        "commands": listed({"type": "string"}, "What would let it through."),
        "what": listed({"type": "string"}, "The same in words."),
        "revision": text("The state of the account that was looked at."),
    }
    preview = {
        "account": _ACCOUNT,
        "keys": whole("How many keys would lose something.", minimum=0),
        "routes": whole("How many different things they would lose.", minimum=0),
        "losses": listed(record("What one key would lose.", loss), "Who would lose what they used."),
        "refused": nullable(ref("RefusedEdit")),
        "revision": text("The state of the account that was looked at."),
    }
    return {
        "RoleName": record("A role.", role),
        "SupposedDecision": record("How it is decided.", decision),
        "Outcome": record("One thing that was asked for.", outcome),
        "Cover": record("Existing roles that are enough together and give the least besides.", cover),
        "RefusedEdit": record("Why the edit would not be made at all.", refused),
        "Simulation": record("What would let a key do what is wanted.", simulation),
        "Preview": record("What an edit of a role would take away.", preview),
        "Supposed": {"description": "What would be.", "anyOf": [ref("Simulation"), ref("Preview")]},
    }


# --------------------------------------------------------------------------------------------------- POST /v1/leaks


def leaks() -> dict[str, Schema]:
    """A report of tokens that lie in the open, and what is said of each."""
    reported = {
        "token": text("The token as it was found."),
        "type": text("What the reporter calls tokens of this kind."),
        "url": nullable(text("Where it lies.")),
        "source": nullable(text("In what: a file, a comment, a package.")),
    }
    verdict = {
        "token_hash": text("The token's SHA-256.", pattern="^[0-9a-f]{64}$"),
        "token_type": text("As it was called; empty where that cannot be repeated."),
        "label": text("Whether it is, or was, one of ours.", enum=["true_positive", "false_positive"]),
    }
    entry = record("One token that was found.", reported, ("type", "url", "source"))
    return {
        "LeakReport": listed(entry, "Every token that was found.", maxItems=TOKENS_MAX),
        "LeakVerdicts": listed(record("What a token is.", verdict), "One for each token, in the same order."),
    }
