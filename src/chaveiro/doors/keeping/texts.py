"""What keepers are told about keys, denials and episodes, in the language of whoever asks."""

from __future__ import annotations

from datetime import UTC, datetime

from chaveiro.core.names import Moment
from chaveiro.words.language import N_, Language, sentences

NOTHING = "-"


def told(sentence: str, language: Language, **facts: object) -> str:
    """A sentence in a language, with what it quotes filled in."""
    return sentences(language).gettext(sentence).format(**facts)


def moment(at: Moment | None) -> str:
    """A moment as people read it, in UTC; a dash where there is none."""
    return NOTHING if at is None else f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M:%S} UTC"


# The links of a chain

REQUEST = N_("Request")
KEY = N_("Key")
ROLE = N_("Role")
RESOURCE = N_("Resource")

ANY_ROLE = N_("no particular resource: any role is enough")
NEEDS_NOTHING_KNOWN = N_("The catalogue does not know this request: it is refused.")
NONE = N_("none")
PATH_READ_TWICE = N_("cannot be told: the path can be read in two ways ({part})")
ROUTE_UNDECIDED = N_("The catalogue knows `{route}`, but not what it needs ({why}): import one that says it.")
UNKNOWN_KEY = N_("not a key of this account")

# A key and its tokens

ACTIVE = N_("active")
BLOCKED = N_("blocked")
EXPIRED = N_("expired")
GONE = N_("deleted")
INACTIVE = N_("inactive")
NEVER = N_("never")
NOT_YET_VALID = N_("not yet valid")
RENEWING = N_("active, being renewed")
UNTIL = N_("until")

LINKED_TO_NO_ROLE = N_("The key is linked to no role: every request will be refused until it is.")
NEW_TOKEN_UNUSED = N_("Not yet: the new token has never worked. Whoever uses the old one would be refused.")
OLD_TOKEN_IN_USE = N_(
    "Not yet: the old token worked at {at}, and was not silent for a day since. Whoever still uses it would be refused."
)
SAFE_TO_FINISH = N_("Yes: the new token works, and nobody has used the old one for a day.")
TOKEN_UNUSED = N_("{number}: made {made}, never used")
TOKEN_USED = N_("{number}: made {made}, last used {last}, {count} times in all")

# How sure a cause is, on what it stands, and what comes after it

CERTAIN = N_("follows from what was sent")
CONFIRMED = N_("confirmed (with this mended, the same check passes)")
CANNOT_KNOW = N_("cannot be known")
LIKELY = N_("likely, not proved")
NEXT_OBSTACLES = N_("Once that is mended, this would stand in the way next:")
WHAT_MENDS_IT = N_("What mends it, least first:")

EVIDENCE_OF = {
    "added_at": N_("added"),
    "all_but": N_("gives everything except what is required:"),
    "current_since": N_("current token since"),
    "decided_at": N_("decided at revision"),
    "deleted_at": N_("deleted"),
    "deleted_by": N_("deleted by"),
    "given_at": N_("given"),
    "given_by": N_("given by"),
    "label": N_("name"),
    "linked": N_("linked roles"),
    "networks": N_("networks"),
    "newest": N_("newest revision"),
    "retired_at": N_("retired"),
    "retired_by": N_("retired by"),
    "user": N_("user"),
}

# What keeps failing

FAILED_TIMES = N_("{first}; denials in all: {count}")
ONE_DEPLOYMENT_WORKS = N_("Two deployments use this key: one works, the other still sends a token that does not.")
SUSPECT_VERIFIED = N_("Verified: the same request was allowed before it and is denied after it.")
TWO_DEPLOYMENTS_FAIL = N_("Two wrong tokens take turns: two deployments, one of them out of date.")
