"""Two wrong characters in an appKey: what its thirty check bits can tell, alone and beside a token."""

from itertools import combinations
from random import Random

from tests.doctor.errors import fresh_pair

from chaveiro.core.attempt import Field
from chaveiro.core.cause import Cause, Confidence, Finding
from chaveiro.core.credential import ALPHABET, mint_key
from chaveiro.doctor.examination import examine_pair
from chaveiro.doctor.reading import Reading, read
from chaveiro.doctor.syndrome import KEYS

ROUNDS = 500
NO_SYMBOLS = "#-+é"


def key(text: str) -> Reading:
    return read(text, Field.KEY)


def with_wrong(whole: str, places: tuple[int, ...], rng: Random, letters: str = ALPHABET) -> str:
    changed = list(whole)
    for at in places:
        changed[at] = rng.choice(letters.replace(whole[at], ""))
    return "".join(changed)


def two_places(rng: Random) -> tuple[int, ...]:
    return tuple(sorted(rng.sample(range(4, 26), 2)))


def test_no_two_app_keys_are_less_than_five_characters_apart() -> None:
    """So that two wrong characters leave one key that can be meant: no two sums of at most two errors are equal."""
    sums = {0, *KEYS.singles}
    count = len(sums)
    for (one, (first, _)), (other, (second, _)) in combinations(KEYS.singles.items(), 2):
        if first != second:
            sums.add(one ^ other)
            count += 1
    assert len(sums) == count == 1 + 22 * 31 + 231 * 31 * 31


def test_two_wrong_characters_are_told_and_undone() -> None:
    """Where they are, never as another key; as likely, as one random body in 4,800 is that near to some key."""
    rng = Random(1)
    for _ in range(ROUNDS):
        whole, places = mint_key(rng.randbytes(10)), two_places(rng)
        reading = key(with_wrong(whole, places, rng))
        assert reading.repaired is not None
        assert reading.repaired.reveal() == whole
        (finding,) = reading.findings
        if finding.cause is not Cause.KEY_CHARACTERS_TRANSPOSED:  # which is as true, and certain
            assert (finding.cause, finding.confidence) == (Cause.KEY_TWO_CHARACTERS_WRONG, Confidence.LIKELY)
        assert finding.facts["positions"] == tuple(at + 1 for at in places)


def test_a_character_that_no_key_has_counts_as_one_of_two() -> None:
    """Whatever belongs in its place, a nought included; with a third error nothing is supposed."""
    rng = Random(2)
    for _ in range(ROUNDS):
        whole, places = mint_key(rng.randbytes(10)), two_places(rng)
        if whole[places[1]] != "0" and rng.random() < 0.5:
            continue
        text = with_wrong(with_wrong(whole, places[:1], rng), places[1:], rng, NO_SYMBOLS)
        reading = key(text)
        assert reading.findings == (
            Finding(
                Cause.KEY_TWO_CHARACTERS_WRONG, {"positions": tuple(at + 1 for at in places)}, {}, Confidence.LIKELY
            ),
        )
        assert reading.repaired is not None
        assert reading.repaired.reveal() == whole
        third = rng.choice([at for at in range(4, 26) if at not in places])
        again = key(with_wrong(text, (third,), rng))
        assert again.repaired is None


def test_a_token_issued_for_the_key_makes_it_certain() -> None:
    """Its tag names the appKey: that a wrong repair has the same is once in a million of once in 4,800."""
    rng = Random(3)
    for _ in range(ROUNDS // 10):
        whole, token = fresh_pair(rng)
        text = with_wrong(whole, two_places(rng), rng)
        for sent in ((text, token), (token, text)):  # also swapped, and named by the field then
            of_key = [one for one in examine_pair(*sent).findings if "positions" in one.facts]
            assert [one.confidence for one in of_key] == [Confidence.CERTAIN]
        other = examine_pair(text, fresh_pair(rng)[1])
        assert other.findings[-1].cause is Cause.PAIR_MISMATCH
        assert other.findings[0].confidence in {Confidence.LIKELY, Confidence.CERTAIN}


def test_without_its_prefix_nothing_is_supposed() -> None:
    """Twenty-two letters and digits are too often somebody else's."""
    rng = Random(4)
    for _ in range(ROUNDS):
        whole = mint_key(rng.randbytes(10))
        assert key(with_wrong(whole, two_places(rng), rng)[4:]).repaired is None
