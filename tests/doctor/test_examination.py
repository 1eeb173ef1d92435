"""A pair examined as a library does it: what is found, what is shown of it, and what never is."""

from __future__ import annotations

import re
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.doctor.errors import CLASSES, CLASSES_OF_DEPTH_2, Error, fresh_pair

from chaveiro import Cause, Examination, Format, examine_pair
from chaveiro.core.credential import masked, mint_vtex_key, mint_vtex_token
from chaveiro.core.names import AccountName

SECRET = slice(9, 74)  # what depends on the 260 random bits; before it prefix, version and pair tag
TIMES = 12


def causes(examined: Examination) -> list[Cause]:
    return [one.cause for one in examined.findings]


def everything(examined: Examination) -> str:
    """All that may be printed or sent on: renderings, facts, evidence."""
    facts = [repr((dict(one.facts), dict(one.evidence))) for one in examined.findings]
    return "\n".join([examined.key.shown, examined.token.shown, *facts])


def revealed(said: str, token: str) -> set[int]:
    """Which characters of the token a text shows: those in its head and tail, and any run of three from its middle."""
    places = set(range(len(token) - 4, len(token))) if f"••{token[-4:]}" in said else set()
    for at in range(8, len(token) - 4 - 2):
        if token[at : at + 3].lower() in said.lower():
            places |= {at, at + 1, at + 2}
    return places


@pytest.mark.parametrize("error", [*CLASSES, *CLASSES_OF_DEPTH_2], ids=lambda one: one.name)
def test_of_a_damaged_token_only_its_mask_is_shown(error: Error) -> None:
    """G7: at least 39 of the 65 secret characters are hidden, and no two renderings open different windows."""
    rng = Random(error.name)
    for _ in range(TIMES):
        key, token = fresh_pair(rng)
        text = error.do(token, rng).text
        shown = examine_pair(key, text).token.shown
        letters = re.sub(r"\(\d+\)|<U\+[0-9A-F]+>|[^0-9A-Za-z_]", "", shown)
        assert letters in {"", token[:8] + token[-4:]}
        if letters:
            assert shown.replace("••", "").count(token[-4:]) >= 1
        for examined in (examine_pair(key, text), examine_pair(text, key), examine_pair(text, text)):
            hidden = set(range(9, 74)) - revealed(everything(examined), token)
            assert len(hidden) >= 39


@pytest.mark.parametrize("error", [one for one in CLASSES if one.repaired], ids=lambda one: one.name)
def test_what_is_repaired_is_shown_as_what_it_was(error: Error) -> None:
    """One rendering everywhere: between its marks stands what `masked` shows of the right token."""
    rng = Random(error.name)
    key, token = fresh_pair(rng)
    examined = examine_pair(key, error.do(token, rng).text)
    assert error.label in causes(examined)
    head, tail = masked(token).split("••••(74)")
    assert head in examined.token.shown
    assert examined.token.shown.partition("••••(74)")[2].startswith(tail)
    assert examined.corrected_token is not None
    assert examined.corrected_token.reveal() == token


def test_marks_stand_where_they_were_sent() -> None:
    """Blanks and quotation marks are shown as they are, around the mask and in it."""
    key, token = fresh_pair(Random(1))
    head, tail = token[:8], token[-4:]
    for text, shown in {
        f'"{token}"\n': f'"{head}••••(74)••{tail}"␤',
        f"\t {token}\r\n": f"␉␠{head}••••(74)••{tail}␍␤",
        f"{token[:30]} {token[30:]}": f"{head}••␠••••(74)••{tail}",
        f"{token[:30]}\u200b{token[30:]}": f"{head}••<U+200B>••••(74)••{tail}",
        f"X-VTEX-API-AppToken: {token}": f"…{head}••••(74)••{tail}",
        f"{token[:30]}{token[31:]}": f"{head}••‸••••(74)••{tail}",
        token[:40]: "••••(40)",
        "hunter2 is my password": "••••(22)",
    }.items():
        assert examine_pair(key, text).token.shown == shown
    assert examine_pair(f"{key[:9]} {key[9:]}", token).key.shown == f"{key[:9]}␠{key[9:]}"


def test_a_sound_pair_has_no_findings() -> None:
    """And it is said whether the two belong together, as far as that can be told."""
    key, token = fresh_pair(Random(2))
    assert examine_pair(key, token).sound
    assert examine_pair(key, token).together is True
    other = fresh_pair(Random(3))[1]
    assert causes(examine_pair(key, other)) == [Cause.PAIR_MISMATCH]
    assert examine_pair(key, other).together is False
    letters = mint_vtex_token(bytes(range(96))).reveal()
    vtex = examine_pair(mint_vtex_key(AccountName("acme"), bytes(range(16))), letters)
    assert vtex.sound
    assert vtex.together is None
    assert vtex.token.format is Format.VTEX
    assert vtex.token.shown == f"••••(128)••{letters[-4:]}"


def test_every_obstacle_is_told_at_once() -> None:
    """A swapped pair with a blank in one value and capitals in the other is three findings."""
    key, token = fresh_pair(Random(4))
    swapped = examine_pair(f"{token} ", key.upper())
    assert causes(swapped) == [
        Cause.FIELDS_SWAPPED,
        Cause.KEY_OUTER_WHITESPACE,
        Cause.TOKEN_LETTER_CASE_CHANGED,
    ]
    assert swapped.together is True


@pytest.mark.parametrize(
    ("key", "token", "expected"),
    [
        (None, None, [Cause.CREDENTIALS_MISSING]),
        ("", "", [Cause.KEY_EMPTY, Cause.TOKEN_EMPTY]),
        ("${VTEX_APP_KEY}", "null", [Cause.KEY_PLACEHOLDER_VALUE, Cause.TOKEN_PLACEHOLDER_VALUE]),
        ("x" * 2000, "ghp_" + "a1B2" * 9, [Cause.VALUE_OVERSIZED, Cause.TOKEN_FOREIGN_CREDENTIAL]),
    ],
)
def test_what_is_no_pair_is_told(key: str | None, token: str | None, expected: list[Cause]) -> None:
    assert causes(examine_pair(key, token)) == expected


def test_a_missing_half_does_not_hide_the_damage_of_the_other() -> None:
    _, token = fresh_pair(Random(5))
    assert causes(examine_pair(None, token.upper())) == [Cause.KEY_MISSING, Cause.TOKEN_LETTER_CASE_CHANGED]


def test_no_repr_holds_a_value() -> None:
    """Of the examination, its findings and its corrected values."""
    key, token = fresh_pair(Random(6))
    said = repr(examine_pair(f" {token}", f"{token[:20]} {token[20:]}")) + repr(examine_pair(key, token))
    assert token[9:40] not in said
    assert token[20:60] not in said


def test_letters_of_another_alphabet_are_not_told_one_by_one() -> None:
    """The number of a full-width letter is the letter: only the alphabet is named."""
    key, token = fresh_pair(Random(7))
    wide = "".join(chr(ord(one) + 0xFEE0) for one in token)
    (finding,) = examine_pair(key, wide).findings
    assert finding.cause is Cause.TOKEN_LOOKALIKE_LETTERS
    assert finding.facts["code_points"] == ("U+FFxx",) * 74
    assert set(examine_pair(key, wide).token.shown) & set(wide) == set()


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_two_texts_are_examined(key: str, token: str) -> None:
    """Nothing that somebody passes is a surprise, and of what is no value of ours only the length is shown."""
    examined = examine_pair(key, token)
    assert examined.key.shown
    if examined.token.reading.repaired is None and not examined.findings[0].facts.get("positions"):
        assert not re.sub(r"\(\d+\)|<U\+[0-9A-F]+>|[^0-9A-Za-z]", "", examined.token.shown)
