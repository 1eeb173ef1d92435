"""The shapes of bodies, as JSON Schema: fields, causes, codes and bounds are those that the doors read and write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias

from chaveiro.core.ask import DAYS_DEFAULT, DAYS_MAX
from chaveiro.core.attempt import Field, Match, Need
from chaveiro.core.cause import Audience, Cause, Code, Stage
from chaveiro.core.names import APP_KEY_LENGTH_MAX, LOOKS_SECRET, TEXT_LENGTH_MAX
from chaveiro.doors.causes.samples import sample
from chaveiro.wire.check import FIELDS as CHECK_FIELDS
from chaveiro.wire.check import TARGET_LENGTH_MAX
from chaveiro.wire.simulate import FIELDS as SIMULATE_FIELDS
from chaveiro.wire.simulate import RESOURCES_MAX, ROLE_MAX
from chaveiro.words.language import Language

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chaveiro.core.cause import Fact

Schema: TypeAlias = "dict[str, Any]"

STATUSES: Final = sorted({code.status for code in Code})
READABLE: Final = [cause for cause in Cause if cause.audience <= Audience.HOLDER]  # by whoever is refused


def ref(name: str, kind: str = "schemas") -> Schema:
    """Point to a component."""
    return {"$ref": f"#/components/{kind}/{name}"}


def text(description: str, **more: object) -> Schema:
    """A text."""
    return {"type": "string", "description": description, **more}


def whole(description: str, **more: object) -> Schema:
    """A whole number."""
    return {"type": "integer", "description": description, **more}


def listed(items: Schema, description: str, **more: object) -> Schema:
    """A list."""
    return {"type": "array", "items": items, "description": description, **more}


def nullable(schema: Schema) -> Schema:
    """The same or null."""
    if "$ref" in schema:
        return {"oneOf": [schema, {"type": "null"}]}
    either = {**schema, "type": [schema["type"], "null"]}
    return either | {"enum": [*schema["enum"], None]} if "enum" in schema else either


def record(
    description: str, properties: Mapping[str, Schema], optional: tuple[str, ...] = (), **more: object
) -> Schema:
    """An object all of whose members are there but the optional ones."""
    required = [name for name in properties if name not in optional]
    return {"type": "object", "description": description, "properties": dict(properties), "required": required, **more}


def schemas() -> dict[str, Schema]:
    """Every schema of the doors that ask and answer about pairs, by its name."""
    return {
        "Resource": _RESOURCE,
        "Need": record(
            "What a request needs.",
            {
                "match": text("Whether one of the resources is enough.", enum=[match.value for match in Match]),
                "resources": listed(ref("Resource"), "The resources.", minItems=1),
            },
        ),
        "Cause": text("Why. A value is never renamed and never reused; `/causes/{cause}` explains it.", enum=[*Cause]),
        "Code": text("What a program may branch on.", enum=[*Code]),
        "Problem": problem(),
        "Denial": denial(),
        "VtexError": record(
            "What clients of orders and checkout look for.",
            {
                "code": text("The problem's code, the reason of a refused command, or the status."),
                "message": text("The whole sentence."),
                "exception": {"type": "null"},
            },
        ),
        "VtexProblem": _vtex_problem(),
        **_question(),
        **_answer(),
        **_ask(),
        **_supposed(),
        **_pages(),
    }


_PART = r"^[!-.0-~]([ !-.0-~]{0,98}[!-.0-~])?$"
_RESOURCE: Final = record(
    "What a role lets a key do. Two resources are the same when product and key are.",
    {
        "product": text("The product.", pattern=_PART, maxLength=TEXT_LENGTH_MAX, examples=["OMS"]),
        "key": text("The resource's key in it.", pattern=_PART, maxLength=TEXT_LENGTH_MAX, examples=["ListOrders"]),
    },
    additionalProperties=False,
)


# ----------------------------------------------------------------------------------------------------------- problems


def _rfc_9457() -> dict[str, Schema]:
    return {
        "type": text("The cause's page, or `about:blank` where the message itself is wrong.", format="uri-reference"),
        "title": text("What is wrong, in one sentence."),
        "status": whole("The response's own status.", minimum=400, maximum=599),
        "detail": text("What exactly, and where."),
    }


def problem() -> Schema:
    """What is wrong with a message itself; some of these also have a cause."""
    return record(
        "A problem (RFC 9457).",
        _rfc_9457() | {"cause": ref("Cause"), "code": ref("Code"), "remedy": text("What would help.")},
        ("cause", "code", "remedy"),
    )


def denial() -> Schema:
    """Why a caller may not, or why nobody can tell."""
    told = {
        "cause": text("Why, as far as this caller may know.", enum=READABLE),
        "code": ref("Code"),
        "remedy": text("What would help."),
        "instance": text(
            "The denial's id, by which whoever keeps the account's keys reads the rest.",
            pattern=r"^urn:chaveiro:denial:[0-9A-Z]{26}$",
        ),
        "required": ref("Need"),
    }
    facts = _facts()
    return record(
        "A problem (RFC 9457) that tells why a caller may not, or that nobody can tell now.",
        _rfc_9457() | told | facts,
        ("instance", "required", *facts),
    )


def _vtex_problem() -> Schema:
    """Why not, as VTEX's clients are told: a problem, and what they look for."""
    told = denial()
    optional = tuple({*told["properties"]} - {*_rfc_9457()})
    properties = told["properties"] | {
        "Message": text("The whole sentence, or the one that VTEX documents."),
        "error": ref("VtexError"),
        "reason": text("Why a command was refused, for programs."),
        "authStatus": text("What clients of VTEX ID look at first."),
        "Details": {"type": "null"},
        "HttpStatusCode": whole("The response's own status."),
        "VLMErrorCode": whole("17: there is no such key."),
    }
    more = ("reason", "authStatus", "Details", "HttpStatusCode", "VLMErrorCode")
    return record("A problem (RFC 9457), and what VTEX's clients read.", properties, (*optional, *more))


def _facts() -> dict[str, Schema]:
    """What causes are about, by the samples of the causes that a caller may read."""
    told = {name: fact for cause in READABLE for name, fact in sample(cause).facts.items()}
    facts = {name: _fact(name, fact) for name, fact in sorted(told.items()) if not isinstance(fact, Need)}
    return facts | {"field": text("Which of the two values the cause is about.", enum=[*Field])}


_FACTS: Final = {
    "at": text("Since when.", format="date-time"),
    "retry_after": {"type": "number", "minimum": 0, "description": "In how many seconds to try again."},
    "position": whole("Where, counted from 1.", minimum=1),
    "positions": listed({"type": "integer", "minimum": 1}, "Where, counted from 1."),
}


def _fact(name: str, fact: Fact) -> Schema:
    if name in _FACTS:
        return _FACTS[name]
    about = "What the cause is about."
    if isinstance(fact, tuple):
        return listed({"type": "integer" if isinstance(fact[0], int) else "string"}, about)
    return {"type": "string" if isinstance(fact, str) else "integer", "description": about}


# -------------------------------------------------------------------------------------------------- POST /v1/check


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


def _question() -> dict[str, Schema]:
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
    }
    return {
        "CheckByRoute": _one_way("May this pair make this request?", asked, CHECK_FIELDS, needs=("method", "path")),
        "CheckByResource": _one_way("May this pair do this?", asked, CHECK_FIELDS, needs=("resource",)),
        "Check": {
            "description": "What a program asks: about a request, or about a resource by its name.",
            "oneOf": [ref("CheckByRoute"), ref("CheckByResource")],
        },
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


def _answer() -> dict[str, Schema]:
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
        "revision": nullable(text("The state of the account that decided, once the pair has matched.")),
        "required": ref("Need"),
        "title": nullable(text(f"What is wrong, {told}.")),
        "detail": nullable(text(f"What exactly, {told}.")),
        "remedy": nullable(text(f"What would help, {told}.")),
    }
    return {"CheckAnswer": record("What a program may do with the pair's request.", answer, ("required",))}


# ----------------------------------------------------------------------------------------------- POST /v1/simulate


def _ask() -> dict[str, Schema]:
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


def _supposed() -> dict[str, Schema]:
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


# -------------------------------------------------------------------------------------------------------------- pages


def _pages() -> dict[str, Schema]:
    short = {
        "cause": ref("Cause"),
        "stage": text("How far the request had come.", enum=[stage.name.lower() for stage in Stage]),
        "code": ref("Code"),
        "status": whole("The status it is answered with.", enum=STATUSES),
        "title": text("What is wrong, in one sentence."),
    }
    language = {"language": text("The language of the words.", enum=[one.tag for one in Language])}
    cause = short | {
        "readable_by": listed({"enum": [one.name.lower() for one in Audience], "type": "string"}, "Who may read it."),
        "others_read": nullable(text("What is told to whoever may not read it.")),
        "detail": text("What exactly."),
        "remedy": text("What would help."),
        "facts": listed({"type": "string"}, "Which facts it carries."),
        "field": nullable(text("Which of the two values it is about.")),
        "related": listed(ref("Cause"), "Causes that look alike."),
    }
    return {
        "CauseList": record(
            "Every cause.",
            {"causes": listed(record("A cause.", short | {"href": text("Its page.")}), "The causes."), **language},
        ),
        "CausePage": record("A cause, explained.", cause | language),
        "NotThere": record("There is no such cause.", {"title": text("That there is no such cause.")}),
        "Health": record("The process answers.", {"status": text("Always `ok`.", const="ok")}),
        "Readiness": record(
            "Whether checks are decided here.",
            {
                "status": text("`stale`: cut off from the database for too long.", enum=["ready", "stale"]),
                "revision": text("The newest change that is known here."),
                "stale_seconds": {"type": "number", "description": "How long ago that was last proved."},
                "stale_seconds_max": {"type": "number", "description": "How long it may be."},
            },
        ),
    }
