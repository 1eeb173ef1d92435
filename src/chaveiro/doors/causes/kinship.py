"""Which causes are told apart with difficulty: what to look at when a page is not the right one."""

from __future__ import annotations

from chaveiro.core.attempt import Field
from chaveiro.core.cause import Cause

RELATED_MAX = 8

# Neighbours, nearest first. Of the causes of one value only the appKey's is named; the appToken's follow.
_FAMILIES: tuple[tuple[Cause, ...], ...] = (
    (
        Cause.CREDENTIALS_MISSING,
        Cause.KEY_MISSING,
        Cause.WRONG_HEADER_NAME,
        Cause.KEY_EMPTY,
        Cause.CREDENTIALS_IN_QUERY,
    ),
    (Cause.KEY_EMPTY, Cause.KEY_PLACEHOLDER_VALUE, Cause.KEY_MISSING, Cause.KEY_MASKED_VALUE),
    (Cause.KEY_DUPLICATED, Cause.KEY_PASTED_TWICE, Cause.KEY_AND_TOKEN_JOINED, Cause.VALUE_OVERSIZED),
    (
        Cause.FIELDS_SWAPPED,
        Cause.TOKEN_IN_KEY_FIELD,
        Cause.KEY_IN_TOKEN_FIELD,
        Cause.TOKEN_IN_BOTH_FIELDS,
        Cause.KEY_IN_BOTH_FIELDS,
        Cause.KEY_AND_TOKEN_JOINED,
        Cause.REGISTERED_PAIR_SWAPPED,
    ),
    (Cause.PAIR_MISMATCH, Cause.TOKEN_OF_ANOTHER_KEY, Cause.WRONG_ACCOUNT, Cause.KEY_OTHER_ENVIRONMENT),
    (Cause.KEY_FOREIGN_CREDENTIAL, Cause.KEY_OTHER_ENVIRONMENT, Cause.KEY_UNRECOGNISED),
    (
        Cause.KEY_OUTER_WHITESPACE,
        Cause.KEY_SPACE_INSIDE,
        Cause.KEY_LINE_BREAK_INSIDE,
        Cause.KEY_INVISIBLE_CHARACTERS,
    ),
    (
        Cause.KEY_SURROUNDING_QUOTES,
        Cause.KEY_LABEL_PREFIX,
        Cause.KEY_SCHEME_PREFIX,
        Cause.KEY_TRAILING_PUNCTUATION,
        Cause.KEY_EXTRA_TEXT,
        Cause.KEY_PASTED_TWICE,
    ),
    (
        Cause.KEY_PERCENT_ENCODED,
        Cause.KEY_ESCAPE_SEQUENCES,
        Cause.KEY_HTML_ENTITIES,
        Cause.KEY_BASE64_ENCODED,
        Cause.KEY_INVISIBLE_CHARACTERS,
    ),
    (Cause.KEY_LOOKALIKE_LETTERS, Cause.KEY_CONFUSABLE_CHARACTERS, Cause.KEY_LETTER_CASE_CHANGED),
    (
        Cause.KEY_ONE_CHARACTER_WRONG,
        Cause.KEY_CHARACTERS_TRANSPOSED,
        Cause.KEY_TWO_CHARACTERS_WRONG,
        Cause.KEY_SEVERAL_CHARACTERS_WRONG,
        Cause.KEY_CONFUSABLE_CHARACTERS,
        Cause.KEY_MISTYPED_BEYOND_REPAIR,
    ),
    (
        Cause.KEY_CHARACTER_MISSING,
        Cause.KEY_CHARACTERS_MISSING,
        Cause.KEY_TRUNCATED,
        Cause.KEY_START_MISSING,
        Cause.KEY_PREFIX_DAMAGED,
        Cause.KEY_MASKED_VALUE,
    ),
    (Cause.KEY_CHARACTER_EXTRA, Cause.KEY_CHARACTERS_EXTRA, Cause.KEY_EXTRA_TEXT, Cause.KEY_PASTED_TWICE),
    (Cause.KEY_MISTYPED_BEYOND_REPAIR, Cause.KEY_UNRECOGNISED, Cause.KEY_SEVERAL_CHARACTERS_WRONG),
    (
        Cause.CREDENTIALS_INVALID,
        Cause.KEY_UNKNOWN,
        Cause.KEY_RECORD_DAMAGED,
        Cause.KEY_DELETED,
        Cause.TOKEN_ROTATED,
        Cause.TOKEN_OF_ANOTHER_KEY,
        Cause.TOKEN_NEVER_ISSUED,
        Cause.TOKEN_UNVERIFIABLE,
        Cause.WRONG_ACCOUNT,
    ),
    (
        Cause.USER_TOKEN_INVALID,
        Cause.USER_TOKEN_EXPIRED,
        Cause.USER_TOKEN_ENDED,
        Cause.CREDENTIALS_INVALID,
        Cause.WRONG_ACCOUNT,
    ),
    (
        Cause.REGISTERED_TOKEN_SUSPECT,
        Cause.REGISTERED_PAIR_SWAPPED,
        Cause.TOKEN_UNVERIFIABLE,
        Cause.TOKEN_NEVER_ISSUED,
    ),
    (
        Cause.KEY_INACTIVE,
        Cause.KEY_BLOCKED,
        Cause.KEY_EXPIRED,
        Cause.KEY_NOT_YET_VALID,
        Cause.ACCOUNT_SUSPENDED,
        Cause.KEY_DELETED,
    ),
    (Cause.INSECURE_TRANSPORT, Cause.IP_NOT_ALLOWED, Cause.RATE_LIMITED, Cause.AUTHORIZATION_UNAVAILABLE),
    (
        Cause.PERMISSION_MISSING_RESOURCE,
        Cause.NO_ROLE_LINKED,
        Cause.ROLE_EMPTY,
        Cause.ROLE_DELETED,
        Cause.ROLE_LINK_EXPIRED,
        Cause.ROLE_OF_ANOTHER_ACCOUNT,
        Cause.PERMISSION_NAME_MISMATCH,
        Cause.GRANT_NOT_PROPAGATED,
    ),
    (
        Cause.ROUTE_NOT_MAPPED,
        Cause.METHOD_NOT_MAPPED,
        Cause.PATH_AMBIGUOUS,
        Cause.PERMISSION_MISSING_RESOURCE,
    ),
    (Cause.AUTHORIZATION_UNAVAILABLE, Cause.UPSTREAM_DENIED, Cause.FIXED_SINCE, Cause.UNKNOWN_CAUSE),
)


def related(cause: Cause) -> tuple[Cause, ...]:
    """The causes nearest to this one: the same of the other value, then its neighbours."""
    part = cause.field or Field.KEY
    head = cause.of(Field.KEY)
    found = [cause.of(other) for other in Field] if cause.field else []
    for family in _FAMILIES:
        if head in family:
            found += [one.of(part) for one in family]
    return tuple(one for one in dict.fromkeys(found) if one is not cause)[:RELATED_MAX]
