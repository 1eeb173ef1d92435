"""Every reason to deny, how far the caller had come, and who may read it.

The values are public: never renamed, never reused. Their order is the order in which causes are told.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, IntEnum, StrEnum
from typing import TYPE_CHECKING, Self, TypeAlias

from chaveiro.core.attempt import Field, Need

if TYPE_CHECKING:
    from collections.abc import Mapping


class Audience(IntEnum):
    """Who reads an explanation, ordered by what they have proved."""

    STRANGER = 0  # proved nothing: may read only what follows from the bytes it sent
    HOLDER = 1  # presented a pair that matched: may read everything about that pair
    KEEPER = 2  # may view the account's keys: may read everything


class Stage(IntEnum):
    """How far an attempt came before it was refused."""

    PRESENCE = 1
    RELATION = 2
    SHAPE = 3
    IDENTITY = 4
    LIFECYCLE = 5
    CONTEXT = 6
    AUTHORIZATION = 7
    ELSEWHERE = 8


class Code(StrEnum):
    """The public codes a program may branch on. `authorization_unavailable` is no denial: nobody could tell."""

    CREDENTIALS_MISSING = "credentials_missing"
    CREDENTIALS_MALFORMED = "credentials_malformed"
    CREDENTIALS_INVALID = "credentials_invalid"
    CREDENTIAL_NOT_ACTIVE = "credential_not_active"
    REQUEST_NOT_ALLOWED_FROM_HERE = "request_not_allowed_from_here"
    PERMISSION_DENIED = "permission_denied"
    TOO_MANY_REQUESTS = "too_many_requests"
    AUTHORIZATION_UNAVAILABLE = "authorization_unavailable"

    @property
    def status(self) -> int:
        """The HTTP status this code travels with."""
        return _STATUS[self]


_STATUS = {
    Code.CREDENTIALS_MISSING: 401,
    Code.CREDENTIALS_MALFORMED: 401,
    Code.CREDENTIALS_INVALID: 401,
    Code.CREDENTIAL_NOT_ACTIVE: 401,
    Code.REQUEST_NOT_ALLOWED_FROM_HERE: 403,
    Code.PERMISSION_DENIED: 403,
    Code.TOO_MANY_REQUESTS: 429,
    Code.AUTHORIZATION_UNAVAILABLE: 503,
}


_A = (Stage.PRESENCE, Audience.STRANGER)
_B = (Stage.RELATION, Audience.STRANGER)
_C = (Stage.SHAPE, Audience.STRANGER)
_D = (Stage.IDENTITY, Audience.KEEPER)
_E = (Stage.LIFECYCLE, Audience.HOLDER)
_F = (Stage.CONTEXT, Audience.HOLDER)
_G = (Stage.AUTHORIZATION, Audience.HOLDER)
_G_KEEPER = (Stage.AUTHORIZATION, Audience.KEEPER)
_H = (Stage.ELSEWHERE, Audience.KEEPER)


class Cause(StrEnum):
    """Why an attempt is denied. The value is public: never renamed, never reused."""

    stage: Stage
    audience: Audience
    code: Code
    facts: tuple[str, ...]

    def __new__(
        cls, value: str, where: tuple[Stage, Audience] = _H, code: Code = Code.PERMISSION_DENIED, *facts: str
    ) -> Self:
        """Make a member: its public value, the stage and first reader, the public code, the facts it always carries.

        Every member below gives all of them: the defaults are for type checkers, to which looking a cause up by its
        value, `Cause("key_empty")`, is a call like this one.
        """
        member = str.__new__(cls, value)
        member._value_ = value
        member.stage, member.audience = where
        member.code = code
        member.facts = facts
        return member

    # A. presence: follows from the request alone
    VALUE_OVERSIZED = "value_oversized", _A, Code.CREDENTIALS_MALFORMED, "field", "length", "length_max"
    CREDENTIALS_IN_QUERY = "credentials_in_query", _A, Code.CREDENTIALS_MALFORMED, "carrier"
    WRONG_HEADER_NAME = "wrong_header_name", _A, Code.CREDENTIALS_MALFORMED, "carrier", "expected"
    CREDENTIALS_MISSING = "credentials_missing", _A, Code.CREDENTIALS_MISSING
    KEY_MISSING = "key_missing", _A, Code.CREDENTIALS_MISSING
    TOKEN_MISSING = "token_missing", _A, Code.CREDENTIALS_MISSING
    KEY_DUPLICATED = "key_duplicated", _A, Code.CREDENTIALS_MALFORMED, "count"
    TOKEN_DUPLICATED = "token_duplicated", _A, Code.CREDENTIALS_MALFORMED, "count"
    KEY_EMPTY = "key_empty", _A, Code.CREDENTIALS_MISSING
    TOKEN_EMPTY = "token_empty", _A, Code.CREDENTIALS_MISSING
    KEY_PLACEHOLDER_VALUE = "key_placeholder_value", _A, Code.CREDENTIALS_MALFORMED, "pattern"
    TOKEN_PLACEHOLDER_VALUE = "token_placeholder_value", _A, Code.CREDENTIALS_MALFORMED, "pattern"
    KEY_MASKED_VALUE = "key_masked_value", _A, Code.CREDENTIALS_MALFORMED
    TOKEN_MASKED_VALUE = "token_masked_value", _A, Code.CREDENTIALS_MALFORMED

    # B. relation of the two fields: follows from the request alone
    FIELDS_SWAPPED = "fields_swapped", _B, Code.CREDENTIALS_MALFORMED
    TOKEN_IN_BOTH_FIELDS = "token_in_both_fields", _B, Code.CREDENTIALS_MALFORMED
    KEY_IN_BOTH_FIELDS = "key_in_both_fields", _B, Code.CREDENTIALS_MALFORMED
    TOKEN_IN_KEY_FIELD = "token_in_key_field", _B, Code.CREDENTIALS_MALFORMED
    KEY_IN_TOKEN_FIELD = "key_in_token_field", _B, Code.CREDENTIALS_MALFORMED
    KEY_AND_TOKEN_JOINED = "key_and_token_joined", _B, Code.CREDENTIALS_MALFORMED, "field"
    KEY_FOREIGN_CREDENTIAL = "key_foreign_credential", _B, Code.CREDENTIALS_MALFORMED, "vendor"
    TOKEN_FOREIGN_CREDENTIAL = "token_foreign_credential", _B, Code.CREDENTIALS_MALFORMED, "vendor"
    KEY_OTHER_ENVIRONMENT = "key_other_environment", _B, Code.CREDENTIALS_MALFORMED, "prefix"
    TOKEN_OTHER_ENVIRONMENT = "token_other_environment", _B, Code.CREDENTIALS_MALFORMED, "prefix"

    # C. shape of one field: follows from the request alone
    KEY_OUTER_WHITESPACE = "key_outer_whitespace", _C, Code.CREDENTIALS_MALFORMED, "positions", "code_points"
    TOKEN_OUTER_WHITESPACE = "token_outer_whitespace", _C, Code.CREDENTIALS_MALFORMED, "positions", "code_points"
    KEY_SPACE_INSIDE = "key_space_inside", _C, Code.CREDENTIALS_MALFORMED, "positions", "code_points"
    TOKEN_SPACE_INSIDE = "token_space_inside", _C, Code.CREDENTIALS_MALFORMED, "positions", "code_points"
    KEY_LINE_BREAK_INSIDE = "key_line_break_inside", _C, Code.CREDENTIALS_MALFORMED, "positions", "code_points"
    TOKEN_LINE_BREAK_INSIDE = "token_line_break_inside", _C, Code.CREDENTIALS_MALFORMED, "positions", "code_points"
    KEY_INVISIBLE_CHARACTERS = "key_invisible_characters", _C, Code.CREDENTIALS_MALFORMED, "positions", "code_points"
    TOKEN_INVISIBLE_CHARACTERS = (
        "token_invisible_characters", _C, Code.CREDENTIALS_MALFORMED, "positions", "code_points",
    )  # fmt: skip
    KEY_SURROUNDING_QUOTES = "key_surrounding_quotes", _C, Code.CREDENTIALS_MALFORMED, "marks"
    TOKEN_SURROUNDING_QUOTES = "token_surrounding_quotes", _C, Code.CREDENTIALS_MALFORMED, "marks"
    KEY_SCHEME_PREFIX = "key_scheme_prefix", _C, Code.CREDENTIALS_MALFORMED, "scheme"
    TOKEN_SCHEME_PREFIX = "token_scheme_prefix", _C, Code.CREDENTIALS_MALFORMED, "scheme"
    KEY_LABEL_PREFIX = "key_label_prefix", _C, Code.CREDENTIALS_MALFORMED, "position"
    TOKEN_LABEL_PREFIX = "token_label_prefix", _C, Code.CREDENTIALS_MALFORMED, "position"
    KEY_TRAILING_PUNCTUATION = "key_trailing_punctuation", _C, Code.CREDENTIALS_MALFORMED, "marks"
    TOKEN_TRAILING_PUNCTUATION = "token_trailing_punctuation", _C, Code.CREDENTIALS_MALFORMED, "marks"
    KEY_EXTRA_TEXT = "key_extra_text", _C, Code.CREDENTIALS_MALFORMED, "position"
    TOKEN_EXTRA_TEXT = "token_extra_text", _C, Code.CREDENTIALS_MALFORMED, "position"
    KEY_PASTED_TWICE = "key_pasted_twice", _C, Code.CREDENTIALS_MALFORMED
    TOKEN_PASTED_TWICE = "token_pasted_twice", _C, Code.CREDENTIALS_MALFORMED
    KEY_PERCENT_ENCODED = "key_percent_encoded", _C, Code.CREDENTIALS_MALFORMED
    TOKEN_PERCENT_ENCODED = "token_percent_encoded", _C, Code.CREDENTIALS_MALFORMED
    KEY_ESCAPE_SEQUENCES = "key_escape_sequences", _C, Code.CREDENTIALS_MALFORMED
    TOKEN_ESCAPE_SEQUENCES = "token_escape_sequences", _C, Code.CREDENTIALS_MALFORMED
    KEY_HTML_ENTITIES = "key_html_entities", _C, Code.CREDENTIALS_MALFORMED
    TOKEN_HTML_ENTITIES = "token_html_entities", _C, Code.CREDENTIALS_MALFORMED
    KEY_BASE64_ENCODED = "key_base64_encoded", _C, Code.CREDENTIALS_MALFORMED
    TOKEN_BASE64_ENCODED = "token_base64_encoded", _C, Code.CREDENTIALS_MALFORMED
    KEY_LOOKALIKE_LETTERS = "key_lookalike_letters", _C, Code.CREDENTIALS_MALFORMED, "positions", "code_points"
    TOKEN_LOOKALIKE_LETTERS = "token_lookalike_letters", _C, Code.CREDENTIALS_MALFORMED, "positions", "code_points"
    KEY_LETTER_CASE_CHANGED = "key_letter_case_changed", _C, Code.CREDENTIALS_MALFORMED, "positions"
    TOKEN_LETTER_CASE_CHANGED = "token_letter_case_changed", _C, Code.CREDENTIALS_MALFORMED, "positions"
    KEY_CONFUSABLE_CHARACTERS = "key_confusable_characters", _C, Code.CREDENTIALS_MALFORMED, "positions"
    TOKEN_CONFUSABLE_CHARACTERS = "token_confusable_characters", _C, Code.CREDENTIALS_MALFORMED, "positions"
    KEY_PREFIX_DAMAGED = "key_prefix_damaged", _C, Code.CREDENTIALS_MALFORMED, "prefix"
    TOKEN_PREFIX_DAMAGED = "token_prefix_damaged", _C, Code.CREDENTIALS_MALFORMED, "prefix"
    KEY_CHARACTERS_TRANSPOSED = "key_characters_transposed", _C, Code.CREDENTIALS_MALFORMED, "positions"
    TOKEN_CHARACTERS_TRANSPOSED = "token_characters_transposed", _C, Code.CREDENTIALS_MALFORMED, "positions"
    KEY_ONE_CHARACTER_WRONG = "key_one_character_wrong", _C, Code.CREDENTIALS_MALFORMED, "position"
    TOKEN_ONE_CHARACTER_WRONG = "token_one_character_wrong", _C, Code.CREDENTIALS_MALFORMED, "position"
    KEY_CHARACTER_MISSING = "key_character_missing", _C, Code.CREDENTIALS_MALFORMED, "position"
    TOKEN_CHARACTER_MISSING = "token_character_missing", _C, Code.CREDENTIALS_MALFORMED, "position"
    KEY_CHARACTER_EXTRA = "key_character_extra", _C, Code.CREDENTIALS_MALFORMED, "position"
    TOKEN_CHARACTER_EXTRA = "token_character_extra", _C, Code.CREDENTIALS_MALFORMED, "position"
    KEY_TWO_CHARACTERS_WRONG = "key_two_characters_wrong", _C, Code.CREDENTIALS_MALFORMED, "positions"
    TOKEN_TWO_CHARACTERS_WRONG = "token_two_characters_wrong", _C, Code.CREDENTIALS_MALFORMED, "positions"
    KEY_CHARACTERS_MISSING = "key_characters_missing", _C, Code.CREDENTIALS_MALFORMED, "position", "count"
    TOKEN_CHARACTERS_MISSING = "token_characters_missing", _C, Code.CREDENTIALS_MALFORMED, "position", "count"
    KEY_CHARACTERS_EXTRA = "key_characters_extra", _C, Code.CREDENTIALS_MALFORMED, "position", "count"
    TOKEN_CHARACTERS_EXTRA = "token_characters_extra", _C, Code.CREDENTIALS_MALFORMED, "position", "count"
    KEY_SEVERAL_CHARACTERS_WRONG = "key_several_characters_wrong", _C, Code.CREDENTIALS_MALFORMED, "positions"
    TOKEN_SEVERAL_CHARACTERS_WRONG = "token_several_characters_wrong", _C, Code.CREDENTIALS_MALFORMED, "positions"
    KEY_TRUNCATED = "key_truncated", _C, Code.CREDENTIALS_MALFORMED, "length", "length_expected"
    TOKEN_TRUNCATED = "token_truncated", _C, Code.CREDENTIALS_MALFORMED, "length", "length_expected"
    KEY_START_MISSING = "key_start_missing", _C, Code.CREDENTIALS_MALFORMED, "length", "length_expected"
    TOKEN_START_MISSING = "token_start_missing", _C, Code.CREDENTIALS_MALFORMED, "length", "length_expected"
    KEY_MISTYPED_BEYOND_REPAIR = "key_mistyped_beyond_repair", _C, Code.CREDENTIALS_MALFORMED, "length"
    TOKEN_MISTYPED_BEYOND_REPAIR = "token_mistyped_beyond_repair", _C, Code.CREDENTIALS_MALFORMED, "length"
    KEY_UNRECOGNISED = "key_unrecognised", _C, Code.CREDENTIALS_MALFORMED, "length"
    TOKEN_UNRECOGNISED = "token_unrecognised", _C, Code.CREDENTIALS_MALFORMED, "length"
    PAIR_MISMATCH = "pair_mismatch", _C, Code.CREDENTIALS_MALFORMED
    USER_TOKEN_INVALID = "user_token_invalid", _C, Code.CREDENTIALS_MALFORMED  # by its signature, whose key is public
    USER_TOKEN_EXPIRED = "user_token_expired", _C, Code.CREDENTIALS_INVALID, "at"  # as it says itself

    # D. identity: needs the store, so the caller reads `credentials_invalid` for every one of them
    CREDENTIALS_INVALID = "credentials_invalid", (Stage.IDENTITY, Audience.STRANGER), Code.CREDENTIALS_INVALID
    KEY_DELETED = "key_deleted", _D, Code.CREDENTIALS_INVALID, "at", "by"
    KEY_UNKNOWN = "key_unknown", _D, Code.CREDENTIALS_INVALID
    KEY_RECORD_DAMAGED = "key_record_damaged", _D, Code.CREDENTIALS_INVALID
    TOKEN_ROTATED = "token_rotated", _D, Code.CREDENTIALS_INVALID, "at", "by"
    TOKEN_OF_ANOTHER_KEY = "token_of_another_key", _D, Code.CREDENTIALS_INVALID, "other_key"
    TOKEN_NEVER_ISSUED = "token_never_issued", _D, Code.CREDENTIALS_INVALID
    REGISTERED_TOKEN_SUSPECT = "registered_token_suspect", _D, Code.CREDENTIALS_INVALID
    REGISTERED_PAIR_SWAPPED = "registered_pair_swapped", _D, Code.CREDENTIALS_INVALID
    TOKEN_UNVERIFIABLE = "token_unverifiable", _D, Code.CREDENTIALS_INVALID

    # E. lifecycle: after proof
    WRONG_ACCOUNT = "wrong_account", (Stage.LIFECYCLE, Audience.KEEPER), Code.CREDENTIALS_INVALID, "home"
    USER_TOKEN_ENDED = "user_token_ended", _E, Code.CREDENTIAL_NOT_ACTIVE
    ACCOUNT_SUSPENDED = "account_suspended", _E, Code.CREDENTIAL_NOT_ACTIVE, "at"
    KEY_BLOCKED = "key_blocked", _E, Code.CREDENTIAL_NOT_ACTIVE, "at"
    KEY_INACTIVE = "key_inactive", _E, Code.CREDENTIAL_NOT_ACTIVE, "at"
    KEY_EXPIRED = "key_expired", _E, Code.CREDENTIAL_NOT_ACTIVE, "at"
    KEY_NOT_YET_VALID = "key_not_yet_valid", _E, Code.CREDENTIAL_NOT_ACTIVE, "at"

    # F. context: after proof
    INSECURE_TRANSPORT = "insecure_transport", _F, Code.REQUEST_NOT_ALLOWED_FROM_HERE
    IP_NOT_ALLOWED = "ip_not_allowed", _F, Code.REQUEST_NOT_ALLOWED_FROM_HERE, "address"
    RATE_LIMITED = "rate_limited", _F, Code.TOO_MANY_REQUESTS, "retry_after"

    # G. authorization: after proof
    NO_ROLE_LINKED = "no_role_linked", _G, Code.PERMISSION_DENIED
    ROLE_DELETED = "role_deleted", _G_KEEPER, Code.PERMISSION_DENIED, "role", "at", "by", "required"
    ROLE_LINK_EXPIRED = "role_link_expired", _G_KEEPER, Code.PERMISSION_DENIED, "role", "at", "required"
    ROLE_OF_ANOTHER_ACCOUNT = "role_of_another_account", _G_KEEPER, Code.PERMISSION_DENIED, "role", "home", "required"
    ROLE_EMPTY = "role_empty", _G_KEEPER, Code.PERMISSION_DENIED, "role", "required"
    PATH_AMBIGUOUS = "path_ambiguous", _G, Code.PERMISSION_DENIED, "part"
    ROUTE_NOT_MAPPED = "route_not_mapped", _G, Code.PERMISSION_DENIED, "method", "path"
    METHOD_NOT_MAPPED = "method_not_mapped", _G, Code.PERMISSION_DENIED, "method", "path", "methods"
    PERMISSION_NAME_MISMATCH = "permission_name_mismatch", _G_KEEPER, Code.PERMISSION_DENIED, "granted", "required"
    PERMISSION_MISSING_RESOURCE = "permission_missing_resource", _G, Code.PERMISSION_DENIED, "required"
    GRANT_NOT_PROPAGATED = "grant_not_propagated", _G_KEEPER, Code.PERMISSION_DENIED, "required", "retry_after"

    # H. not our denial
    AUTHORIZATION_UNAVAILABLE = (
        "authorization_unavailable", (Stage.ELSEWHERE, Audience.STRANGER), Code.AUTHORIZATION_UNAVAILABLE,
    )  # fmt: skip
    UPSTREAM_DENIED = "upstream_denied", _H, Code.PERMISSION_DENIED
    FIXED_SINCE = "fixed_since", _H, Code.PERMISSION_DENIED, "at"
    UNKNOWN_CAUSE = "unknown_cause", (Stage.ELSEWHERE, Audience.HOLDER), Code.PERMISSION_DENIED

    @property
    def field(self) -> Field | None:
        """The value of the pair this cause is about, or None where it is about both or neither."""
        if self.stage > Stage.SHAPE:
            return None
        head = self.value.partition("_")[0]
        return Field(head) if head in {"key", "token"} and self not in _OF_BOTH else None

    def of(self, part: Field) -> Cause:
        """The same cause about the other value: `token_empty` of the key is `key_empty`."""
        return Cause[f"{part.name}_{self.name.partition('_')[2]}"] if self.field else self


_OF_BOTH = frozenset(
    {
        Cause.TOKEN_IN_BOTH_FIELDS,
        Cause.KEY_IN_BOTH_FIELDS,
        Cause.TOKEN_IN_KEY_FIELD,
        Cause.KEY_IN_TOKEN_FIELD,
        Cause.KEY_AND_TOKEN_JOINED,
    }
)


class Confidence(Enum):
    """How sure a finding is. VERIFIED may be claimed only after `decide()` passed the failing stage with the repair."""

    VERIFIED = "verified"
    CERTAIN = "certain"
    LIKELY = "likely"
    CANNOT_KNOW = "cannot_know"


Fact: TypeAlias = "int | float | str | tuple[int, ...] | tuple[str, ...] | Need"
"""A count or position (1-based), a moment in seconds, a name, positions, names, or the resources needed."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A cause with what is known about it. Nothing in it is, or gives back, a presented value."""

    cause: Cause
    facts: Mapping[str, Fact] = field(default_factory=dict)  # all of `cause.facts`, for whoever may read the cause
    evidence: Mapping[str, Fact] = field(default_factory=dict)  # for keepers only: who did it, why
    confidence: Confidence = Confidence.CERTAIN
