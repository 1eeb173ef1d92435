"""Every cause has a stage, a reader, a public code, and facts."""

import pytest

from chaveiro.core.attempt import Field
from chaveiro.core.cause import Audience, Cause, Code, Confidence, Finding, Stage


def test_causes_are_told_in_the_order_of_their_stages() -> None:
    """The order of the members is the order in which causes are told."""
    stages = [cause.stage for cause in Cause]
    assert stages == sorted(stages)


def test_what_needs_the_store_is_not_for_strangers() -> None:
    """Of the causes after stage C, a stranger reads only that the credentials are invalid, or that nobody can tell."""
    for cause in Cause:
        if cause.stage > Stage.SHAPE and cause.audience is Audience.STRANGER:
            assert cause in {Cause.CREDENTIALS_INVALID, Cause.AUTHORIZATION_UNAVAILABLE}
        if cause.stage <= Stage.SHAPE:
            assert cause.audience is Audience.STRANGER


def test_a_denial_is_401_403_or_429_and_cannot_tell_is_503() -> None:
    """No code has another status."""
    assert {cause.code.status for cause in Cause if cause is not Cause.AUTHORIZATION_UNAVAILABLE} == {401, 403, 429}
    assert Code.AUTHORIZATION_UNAVAILABLE.status == 503
    for cause in Cause:
        if cause.stage <= Stage.IDENTITY:
            assert cause.code.status == 401


def test_both_values_have_the_same_causes() -> None:
    """What can be said of the key can be said of the token."""
    for cause in Cause:
        if cause.field is not None:
            other = Field.KEY if cause.field is Field.TOKEN else Field.TOKEN
            twin = cause.of(other)
            assert twin.field is other
            assert (twin.facts, twin.stage, twin.code) == (cause.facts, cause.stage, cause.code)
            assert twin.of(cause.field) is cause


@pytest.mark.parametrize("cause", [Cause.FIELDS_SWAPPED, Cause.TOKEN_IN_KEY_FIELD, Cause.KEY_UNKNOWN])
def test_causes_of_both_values_or_of_none_have_no_field(cause: Cause) -> None:
    """Their names begin with a field, yet they are not about it."""
    assert cause.field is None
    assert cause.of(Field.TOKEN) is cause


def test_a_finding_is_certain_unless_said_otherwise() -> None:
    """`verified` has to be earned."""
    finding = Finding(Cause.TOKEN_EMPTY)
    assert finding.confidence is Confidence.CERTAIN
    assert not finding.facts
    assert not finding.evidence


def test_public_values_never_change() -> None:
    """A renamed cause breaks whoever branches on it: the list is written down here a second time."""
    listed = "value_oversized credentials_in_query wrong_header_name credentials_missing fields_swapped pair_mismatch"
    listed += " user_token_invalid user_token_expired user_token_ended"
    listed += " key_deleted key_unknown token_rotated token_of_another_key token_never_issued wrong_account"
    listed += " key_record_damaged"
    listed += " account_suspended key_blocked key_inactive key_expired key_not_yet_valid insecure_transport"
    listed += " ip_not_allowed rate_limited no_role_linked role_deleted role_link_expired role_of_another_account"
    listed += " role_empty permission_name_mismatch permission_missing_resource path_ambiguous method_not_mapped"
    listed += " route_not_mapped grant_not_propagated authorization_unavailable upstream_denied fixed_since"
    listed += " unknown_cause credentials_invalid registered_token_suspect registered_pair_swapped token_unverifiable"
    listed += " token_in_both_fields key_in_both_fields token_in_key_field key_in_token_field key_and_token_joined"
    of_one = "missing duplicated empty placeholder_value masked_value foreign_credential other_environment"
    of_one += " outer_whitespace space_inside line_break_inside invisible_characters surrounding_quotes scheme_prefix"
    of_one += " label_prefix trailing_punctuation extra_text pasted_twice percent_encoded escape_sequences"
    of_one += " html_entities base64_encoded lookalike_letters letter_case_changed confusable_characters"
    of_one += " prefix_damaged characters_transposed one_character_wrong character_missing character_extra"
    of_one += " two_characters_wrong characters_missing characters_extra several_characters_wrong truncated"
    of_one += " start_missing mistyped_beyond_repair unrecognised"
    pairs = {f"{part}_{name}" for part in ("key", "token") for name in of_one.split()}
    assert {cause.value for cause in Cause} == {*listed.split(), *pairs}
