"""Values typed by hands that think of another keyboard than the system does."""

from __future__ import annotations

import string
from random import Random

import pytest
from tests.doctor.errors import fresh_pair
from tests.doctor.keyboards import ABNT2, AZERTY, QWERTZ, US, Keyboard, read_as

from chaveiro.core.attempt import Field
from chaveiro.core.cause import Cause
from chaveiro.core.credential import mint_vtex_key
from chaveiro.core.names import AccountName
from chaveiro.doctor.reading import Reading, read

ROUNDS = 60
MIXED = [
    pytest.param(hands, system, id=f"{hands.name} on {system.name}")
    for other in (QWERTZ, AZERTY)
    for hands, system in ((US, other), (other, US))
]
BRAZILIAN = [pytest.param(US, ABNT2, id="US on ABNT2"), pytest.param(ABNT2, US, id="ABNT2 on US")]


def repaired(reading: Reading) -> str | None:
    return reading.repaired.reveal() if reading.repaired else None


@pytest.mark.parametrize(("hands", "system"), MIXED)
def test_letters_and_digits_are_put_back(hands: Keyboard, system: Keyboard) -> None:
    """Of an appToken and of an appKey, prefix included: what is told is which characters are wrong."""
    rng = Random(1)
    for _ in range(ROUNDS):
        for part, whole in zip((Field.KEY, Field.TOKEN), fresh_pair(rng), strict=True):
            typed = read_as(whole, hands, system)
            reading = read(typed, part)
            assert repaired(reading) == whole, typed
            wrong = {place for one in reading.findings for place in _places(one.facts)}
            assert wrong == {at + 1 for at in range(4, len(whole)) if typed[at] != whole[at]}


def _places(facts: object) -> tuple[int, ...]:
    told = facts if isinstance(facts, dict) else {}
    return told.get("positions") or ((told["position"],) if "position" in told else ())


@pytest.mark.parametrize(("hands", "system"), BRAZILIAN)
def test_abnt2_leaves_a_value_as_it_is(hands: Keyboard, system: Keyboard) -> None:
    """Letters, digits, hyphen and underscore are where a US keyboard has them: there is nothing to put back."""
    letters = string.ascii_letters + string.digits + "-_"
    assert read_as(letters, hands, system) == letters


@pytest.mark.parametrize("composing", [True, False], ids=["dead keys compose", "dead keys stand alone"])
@pytest.mark.parametrize(("hands", "system"), BRAZILIAN)
@pytest.mark.parametrize("dress", ['"{}"', "'{}'", "[{}]", "{{{}}}", "`{}`", '"{}",', " '{}' "])
def test_quotes_that_abnt2_has_elsewhere_are_quotes(
    dress: str, hands: Keyboard, system: Keyboard, *, composing: bool
) -> None:
    """Also where a dead key put its accent on the first letter: then that is another letter, drawn alike."""
    rng = Random(2)
    vtex = mint_vtex_key(AccountName("acme"), rng.randbytes(16))
    for part, whole in [*zip((Field.KEY, Field.TOKEN), fresh_pair(rng), strict=True), (Field.KEY, vtex)]:
        typed = read_as(dress.format(whole), hands, system, composing=composing)
        reading = read(typed, part)
        assert repaired(reading) == whole, typed
        told = [one.cause.of(Field.TOKEN) for one in reading.findings]
        fused = whole not in typed
        assert Cause.TOKEN_SURROUNDING_QUOTES in told, (typed, told)
        assert set(told) <= {
            Cause.TOKEN_SURROUNDING_QUOTES,
            Cause.TOKEN_OUTER_WHITESPACE,
            Cause.TOKEN_TRAILING_PUNCTUATION,
            *([Cause.TOKEN_LOOKALIKE_LETTERS] if fused else []),
        }, (typed, told)


@pytest.mark.parametrize(("hands", "system"), BRAZILIAN)
@pytest.mark.parametrize("dress", ["X-VTEX-API-AppToken: {}", "appToken: '{}'", 'VTEX_TOKEN="{}"', 'token: "{}"'])
def test_a_colon_that_abnt2_has_elsewhere_ends_a_label(dress: str, hands: Keyboard, system: Keyboard) -> None:
    """`Ç` where it is read as ABNT2, a question mark where it was typed as on ABNT2."""
    _, whole = fresh_pair(Random(3))
    typed = read_as(dress.format(whole), hands, system)
    reading = read(typed, Field.TOKEN)
    assert reading.findings[0].cause is Cause.TOKEN_LABEL_PREFIX, typed
    assert repaired(reading) == whole
