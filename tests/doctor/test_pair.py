"""The examination of the two values together."""

from itertools import pairwise
from random import Random

import pytest
from tests.core.worlds import ERP, TOKEN, attempt
from tests.doctor.errors import CLASSES, fresh_pair

from chaveiro.core.attempt import Field
from chaveiro.core.cause import Cause, Finding
from chaveiro.core.credential import belong_together, mint_key, mint_vtex_key, mint_vtex_token
from chaveiro.core.names import AccountName
from chaveiro.doctor.pair import PairReading, examine

VTEX_KEY = mint_vtex_key(AccountName("acme"), bytes(16))
VTEX_TOKEN = mint_vtex_token(bytes(range(96))).reveal()


def pair(key: str, token: str) -> PairReading:
    return examine(attempt(token, key))


def causes(key: str, token: str) -> list[Cause]:
    return [one.cause for one in pair(key, token).findings]


def test_a_healthy_pair_gives_no_finding() -> None:
    """Of either format."""
    assert not pair(ERP, TOKEN).findings
    assert not pair(VTEX_KEY, VTEX_TOKEN).findings


@pytest.mark.parametrize("dress", ["{}", " {}", '"{}"', "Bearer {}", "\u200b{}", "{}\n", "upper"])
def test_swapped_fields_are_seen_however_they_are_dressed(dress: str) -> None:
    """What was done to each value comes after."""
    rng = Random(1)
    for _ in range(30):
        key, token = fresh_pair(rng)
        sent_key, sent_token = (v.upper() if dress == "upper" else dress.format(v) for v in (token, key))
        found = pair(sent_key, sent_token)
        assert found.findings[0] == Finding(Cause.FIELDS_SWAPPED)
        assert found.key is not None
        assert found.token is not None
        assert (found.key.reveal(), found.token.reveal()) == (key, token)
        assert all(one.cause.stage > Cause.FIELDS_SWAPPED.stage for one in found.findings[1:])


def test_swapped_fields_of_vtexs_shape_are_seen_too() -> None:
    """Also when the token lost its letter case on the way."""
    assert causes(VTEX_TOKEN, VTEX_KEY) == [Cause.FIELDS_SWAPPED]
    assert causes(VTEX_TOKEN.lower(), VTEX_KEY)[0] is Cause.FIELDS_SWAPPED


@pytest.mark.parametrize(
    ("key", "token", "expected"),
    [
        (TOKEN, TOKEN, [Cause.TOKEN_IN_BOTH_FIELDS]),
        (ERP, ERP, [Cause.KEY_IN_BOTH_FIELDS]),
        (VTEX_TOKEN, VTEX_TOKEN, [Cause.TOKEN_IN_BOTH_FIELDS]),
        (TOKEN, "hunter2", [Cause.TOKEN_IN_KEY_FIELD, Cause.TOKEN_UNRECOGNISED]),
        ("hunter2", ERP, [Cause.KEY_IN_TOKEN_FIELD, Cause.KEY_UNRECOGNISED]),
        (ERP, f"{ERP}:{TOKEN}", [Cause.KEY_AND_TOKEN_JOINED]),
        (f"{ERP}:{TOKEN}", "x", [Cause.KEY_AND_TOKEN_JOINED]),
        (mint_key(bytes(10)), TOKEN, [Cause.PAIR_MISMATCH]),
        (ERP, VTEX_TOKEN, [Cause.PAIR_MISMATCH]),
        (mint_key(bytes(10)), TOKEN.upper(), [Cause.TOKEN_LETTER_CASE_CHANGED, Cause.PAIR_MISMATCH]),
        (f" {ERP}", TOKEN.upper(), [Cause.KEY_OUTER_WHITESPACE, Cause.TOKEN_LETTER_CASE_CHANGED]),
        ("{{key}}", TOKEN.upper(), [Cause.KEY_PLACEHOLDER_VALUE, Cause.TOKEN_LETTER_CASE_CHANGED]),
        (ERP.upper(), "null", [Cause.TOKEN_PLACEHOLDER_VALUE, Cause.KEY_LETTER_CASE_CHANGED]),
        (ERP.upper(), "ghp_" + "a1B2" * 9, [Cause.TOKEN_FOREIGN_CREDENTIAL, Cause.KEY_LETTER_CASE_CHANGED]),
    ],
)
def test_relations_come_after_presence_and_before_shape(key: str, token: str, expected: list[Cause]) -> None:
    """A swapped pair also fails both shape checks; what comes first explains the rest."""
    assert causes(key, token) == expected


def test_both_values_damaged_differently_are_both_repaired() -> None:
    """Each in its own way; the pair tag still says that they belong together."""
    rng = Random(4)
    for error in CLASSES:
        key, token = fresh_pair(rng)
        broken = error.do(token, rng).text
        found = pair(f'"{key.upper()}"', broken or TOKEN)
        if not broken or not error.repaired:
            continue
        assert found.key is not None
        assert found.token is not None
        assert (found.key.reveal(), found.token.reveal()) == (key, token)
        assert {one.cause.field for one in found.findings} == {Field.KEY, Field.TOKEN}


def test_both_ways_of_asking_whether_a_pair_belongs_together_agree() -> None:
    """The doctor has read the check parts already, and asks for the tag alone."""
    rng = Random(7)
    keys = [*(fresh_pair(rng)[0] for _ in range(20)), VTEX_KEY]
    tokens = [*(fresh_pair(Random(n))[1] for n in range(20)), TOKEN, VTEX_TOKEN]
    for key in (*keys, ERP):
        for token in tokens:
            assert (Cause.PAIR_MISMATCH in causes(key, token)) is not belong_together(key, token)


def test_most_wrong_pairs_are_told_by_their_tag() -> None:
    """A token says which key it was issued for; two that belong to different keys agree once in a million."""
    rng = Random(6)
    pairs = [fresh_pair(rng) for _ in range(100)]
    for (key, _), (_, token) in pairwise(pairs):
        assert causes(key, token) == [Cause.PAIR_MISMATCH]
