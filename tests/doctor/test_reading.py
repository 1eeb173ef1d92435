"""The examination of one value: labels, places and repairs at the rates that the format makes possible."""

import base64
from collections.abc import Iterator
from random import Random

import pytest
from tests.doctor.errors import CLASSES, CLASSES_OF_DEPTH_2, Damaged, Error, fresh_pair

from chaveiro.core.attempt import VALUE_LENGTH_MAX, Field
from chaveiro.core.cause import Cause, Confidence
from chaveiro.core.credential import (
    ALPHABET,
    TOKEN_CODE,
    Code,
    Format,
    key_format,
    masked,
    mint_key,
    mint_token,
    mint_vtex_key,
    mint_vtex_token,
    pair_tag,
    token_format,
)
from chaveiro.core.names import AccountName
from chaveiro.doctor.foreign import VENDORS
from chaveiro.doctor.reading import Reading, read

ROUNDS = 200
KEY = "cvk_000g40r40m30e2098ek8vw"
TOKEN = "cvt_1qts2000g40r40m30e209185gr38e1w8124gk2gahc5rr34d1p70x3rfjdrdv74sjnefr1"
VTEX_KEY = "vtexappkey-acme-ABCDEF"
VTEX_TOKEN = "ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEF" * 4


def token(text: str) -> Reading:
    return read(text, Field.TOKEN)


def cause(text: str, part: Field = Field.TOKEN) -> Cause | None:
    found = read(text, part).finding
    return found.cause if found else None


def repaired(text: str, part: Field = Field.TOKEN) -> str | None:
    found = read(text, part).repaired
    return found.reveal() if found else None


def damaged(error: Error, rounds: int, seed: int = 1) -> Iterator[tuple[str, Damaged]]:
    rng = Random(f"{error.name}/{seed}")
    while rounds:
        _, whole = fresh_pair(rng)
        broken = error.do(whole, rng)
        if broken.text:
            rounds -= 1
            yield whole, broken


@pytest.mark.parametrize("error", CLASSES, ids=lambda error: error.name)
def test_what_happens_to_a_token_is_named_located_and_undone(error: Error) -> None:
    """Every one of them: the right label, the right place, the original value, never another one."""
    for whole, broken in damaged(error, ROUNDS):
        reading = token(broken.text)
        assert reading.finding is not None, "damaged, and taken for well-formed"
        assert reading.finding.cause is error.label, broken.text
        assert reading.finding.cause.facts == tuple(reading.finding.facts)
        assert (reading.repaired.reveal() if reading.repaired else None) == (whole if error.repaired else None)
        told = reading.finding.facts.get(error.fact)
        if error.fact:
            assert told == (broken.at if error.fact == "positions" else broken.at[0])


@pytest.mark.parametrize("error", CLASSES_OF_DEPTH_2, ids=lambda error: error.name)
def test_more_than_one_edit_is_undone_for_those_who_have_time(error: Error) -> None:
    """Two of any kind, runs of up to eight, four wrong characters; what goes beyond is said to be beyond repair."""
    for whole, broken in damaged(error, ROUNDS // 4):
        reading = read(broken.text, Field.TOKEN, depth=2)
        assert reading.finding is not None
        assert reading.finding.cause is error.label, broken.text
        assert (reading.repaired.reveal() if reading.repaired else None) == (whole if error.repaired else None)
        if error.fact:
            assert reading.finding.facts[error.fact] == broken.at


def test_two_wrong_characters_are_told_in_the_answer_too() -> None:
    """They cost a tenth of a millisecond more, and spare somebody a needless renewal."""
    for error in CLASSES_OF_DEPTH_2[:1]:
        for whole, broken in damaged(error, ROUNDS // 4):
            assert cause(broken.text) is error.label
            assert repaired(broken.text) == whole


def test_two_equal_errors_side_by_side_are_no_swap() -> None:
    """They leave the same residue as a swap of other letters would; the letters themselves tell."""
    rng = Random(16)
    for _ in range(100):
        _, whole = fresh_pair(rng)
        at, error = rng.randrange(5, 73), rng.randrange(1, 32)
        pair = [ALPHABET.index(letter) for letter in whole[at : at + 2]]
        if pair[0] ^ pair[1] == error:
            continue
        broken = whole[:at] + "".join(ALPHABET[value ^ error] for value in pair) + whole[at + 2 :]
        assert cause(broken) is Cause.TOKEN_TWO_CHARACTERS_WRONG
        assert repaired(broken) == whole


def test_illegal_characters_among_several_wrong_ones_are_counted() -> None:
    """A character outside the alphabet is wrong, whatever belongs there."""
    rng = Random(14)
    for count in (2, 3, 4):
        for _ in range(20):
            _, whole = fresh_pair(rng)
            places = sorted(rng.sample(range(4, len(whole)), count))
            letters = list(whole)
            for at in places:
                letters[at] = "#"
            reading = read("".join(letters), Field.TOKEN, depth=2)
            assert reading.finding is not None
            assert reading.finding.facts["positions"] == tuple(at + 1 for at in places)
            assert reading.repaired is not None
            assert reading.repaired.reveal() == whole


@pytest.mark.parametrize("error", CLASSES, ids=lambda error: error.name)
def test_a_key_is_examined_like_a_token(error: Error) -> None:
    """Keys have a shorter check part; the cheapest kinds of damage are still undone, and none is taken for health."""
    rng = Random(error.name)
    for _ in range(ROUNDS // 4):
        key, _ = fresh_pair(rng)
        if error.fact == "positions" and not set("01") & set(key):
            continue  # nothing to be taken for an o or an l
        broken = error.do(key, rng).text
        if broken:
            reading = read(broken, Field.KEY)
            assert reading.findings
            assert all(one.cause.field is not Field.TOKEN for one in reading.findings)
            assert reading.repaired is None or reading.repaired.reveal() == key


def test_two_kinds_of_damage_are_both_told() -> None:
    """A blank and capitals, quotes and a line break, a scheme and a wrong character: both, and the original value."""
    rng = Random(5)
    for _ in range(ROUNDS // 4):
        _, whole = fresh_pair(rng)
        wrong = whole[:20] + ALPHABET[(ALPHABET.index(whole[20]) + 7) % 32] + whole[21:]
        for text, causes in (
            (f" {whole.upper()}", {Cause.TOKEN_OUTER_WHITESPACE, Cause.TOKEN_LETTER_CASE_CHANGED}),
            (f'"{whole}"\n', {Cause.TOKEN_OUTER_WHITESPACE, Cause.TOKEN_SURROUNDING_QUOTES}),
            (f"Bearer {wrong}", {Cause.TOKEN_SCHEME_PREFIX, Cause.TOKEN_ONE_CHARACTER_WRONG}),
            (f"%22{whole}%22", {Cause.TOKEN_PERCENT_ENCODED, Cause.TOKEN_SURROUNDING_QUOTES}),
        ):
            reading = token(text)
            assert {one.cause for one in reading.findings} == causes
            assert reading.repaired is not None
            assert reading.repaired.reveal() == whole


@pytest.mark.parametrize("after", [" (production)", " [old]", " “new”", ' "erp"'])
def test_marks_around_something_else_are_no_quotes_around_the_value(after: str) -> None:
    """A remark in brackets is text after the value; only marks around the value itself are told as quotes."""
    assert cause(TOKEN + after) is Cause.TOKEN_EXTRA_TEXT
    assert cause(f"{after.strip()} {TOKEN}") is Cause.TOKEN_EXTRA_TEXT
    assert repaired(TOKEN + after) == TOKEN


@pytest.mark.parametrize("between", ["", " ", "\n"])
@pytest.mark.parametrize("whole", [KEY, VTEX_KEY])
def test_an_app_key_pasted_twice_is_told_so(whole: str, between: str) -> None:
    """In either format, also without anything between."""
    assert cause(f"{whole}{between}{whole}", Field.KEY) is Cause.KEY_PASTED_TWICE
    assert repaired(f"{whole}{between}{whole}", Field.KEY) == whole


def test_positions_count_in_the_value_as_sent() -> None:
    """What was taken off before does not shift them."""
    wrong = f"Bearer {TOKEN[:29]}z{TOKEN[30:]}"
    facts = {one.cause: one.facts for one in token(wrong).findings}
    assert facts[Cause.TOKEN_ONE_CHARACTER_WRONG]["position"] == wrong.index("z") + 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"curl -H 'X-VTEX-API-AppToken: {TOKEN}' https://shop.example", Cause.TOKEN_LABEL_PREFIX),
        (f"here it is {TOKEN} good luck", Cause.TOKEN_EXTRA_TEXT),
        (f"{TOKEN}abc", Cause.TOKEN_CHARACTERS_EXTRA),
        (f"{TOKEN}%0A", Cause.TOKEN_PERCENT_ENCODED),
        (f"{TOKEN}\\n", Cause.TOKEN_ESCAPE_SEQUENCES),
        (f"&quot;{TOKEN}&quot;", Cause.TOKEN_HTML_ENTITIES),
        (f"cvt{TOKEN[4]}_{TOKEN[5:]}", Cause.TOKEN_CHARACTERS_TRANSPOSED),
        (f"{TOKEN[:30]}##{TOKEN[32:]}", Cause.TOKEN_TWO_CHARACTERS_WRONG),
        (f"{TOKEN[:30]}#{TOKEN[30:]}", Cause.TOKEN_CHARACTER_EXTRA),
        (masked(TOKEN), Cause.TOKEN_MASKED_VALUE),
        ("*" * 74, Cause.TOKEN_MASKED_VALUE),
        ("", Cause.TOKEN_EMPTY),
        ("x" * (VALUE_LENGTH_MAX + 1), Cause.VALUE_OVERSIZED),
        ("hunter2", Cause.TOKEN_UNRECOGNISED),
    ],
)
def test_other_things_that_people_paste(text: str, expected: Cause) -> None:
    """Each by its own name."""
    assert cause(text) is expected


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        ("null", "null"),
        ("undefined", "undefined"),
        ("None", "none"),
        ("{{appToken}}", "{{…}}"),
        ("{{ vtex.token }}", "{{…}}"),
        ("${APP_TOKEN}", "${…}"),
        ("$APP_TOKEN", "$…"),
        ("%APP_TOKEN%", "%…%"),
        ("<your token>", "<…>"),
        ("YOUR_APP_TOKEN", "your…"),
        ("seu-app-token", "your…"),
        ("xxxxxxxxxxxx", "xxx…"),
        ("[object Object]", "[object Object]"),
        ("changeme", "changeme"),
    ],
)
def test_a_placeholder_is_named_by_its_form(text: str, pattern: str) -> None:
    """The form is told, never the text."""
    finding = token(text).finding
    assert finding is not None
    assert (finding.cause, finding.facts) == (Cause.TOKEN_PLACEHOLDER_VALUE, {"pattern": pattern})


FOREIGN = [
    ("JWT", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U"),
    ("GitHub", "ghp_" + "a1B2" * 9),
    ("GitLab", "glpat-" + "x1Y2" * 5),
    ("Stripe", "sk_" + "live_" + "4eC39HqLyjWDarjtT1zdp7dc"),
    ("AWS", "AKIA" + "IOSFODNN7EXAMPLE"),
    ("Slack", "xoxb-" + "123456789012-abcdefABCDEF"),
    ("Google", "AIza" + "SyA1bC2dE3fG4hI5jK6lM7nO8pQ9rS0tU1v"[:35]),
    ("UUID", "3fa85f64-5717-4562-b3fc-2c963f66afa6"),
    ("PEM", "-----BEGIN PRIVATE KEY-----\nMIIE"),
]


@pytest.mark.parametrize(("vendor", "text"), FOREIGN)
@pytest.mark.parametrize("written", ["{}", "Bearer {}", '"{}"', " {}\n"])
def test_another_vendors_credential_is_named(vendor: str, text: str, written: str) -> None:
    """Its owner must hear that it went to a stranger."""
    finding = token(written.format(text)).finding
    assert finding is not None
    assert (finding.cause, finding.facts) == (Cause.TOKEN_FOREIGN_CREDENTIAL, {"vendor": vendor})


def test_no_vendors_form_fits_a_value_of_ours() -> None:
    """Otherwise a good token would be called somebody else's."""
    for text in (KEY, TOKEN, VTEX_KEY, VTEX_TOKEN, TOKEN[4:], TOKEN.upper()):
        assert not any(form.fullmatch(text) for _, form in VENDORS)


def test_a_value_of_another_brand_is_recognised_by_its_own_check_part() -> None:
    """A self-hoster's prefix enters the check part, so that this is no guess."""
    other = Code("abct", TOKEN_CODE.data, TOKEN_CODE.check, TOKEN_CODE.generator, TOKEN_CODE.target)
    text = other.completed([1, *range(31), *range(25)])
    finding = token(text).finding
    assert finding is not None
    assert (finding.cause, finding.facts) == (Cause.TOKEN_OTHER_ENVIRONMENT, {"prefix": "abct_"})
    assert cause(text[:-1] + ("0" if text[-1] != "0" else "1")) is not Cause.TOKEN_OTHER_ENVIRONMENT


def strangers(rng: Random) -> Iterator[str]:
    """Values that were never ours."""
    letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
    words = ("the", "order", "pedido", "cliente", "access", "denied", "cv", "chave", "token", "why", "nobody")
    yield "cvt_" + "".join(rng.choices(ALPHABET, k=70))
    yield "cvk_" + "".join(rng.choices(ALPHABET, k=22))
    yield "cvt_" + "".join(rng.choices(ALPHABET, k=rng.randrange(1, 90)))
    yield "".join(rng.choices(ALPHABET, k=rng.randrange(10, 100)))
    yield "".join(rng.choices(letters, k=rng.randrange(6, 120)))
    yield base64.b64encode(rng.randbytes(rng.randrange(10, 80))).decode()
    yield rng.randbytes(rng.randrange(5, 60)).hex()
    yield " ".join(rng.choices(words, k=rng.randrange(1, 40)))
    yield rng.randbytes(rng.randrange(1, 200)).decode("latin-1")


def test_strangers_are_never_repaired_into_a_value_of_ours() -> None:
    """Random bodies, other lengths, passwords, prose and bytes: told apart, and left as they are."""
    rng = Random(9)
    for _ in range(300):
        for text in strangers(rng):
            for part, depth in ((Field.TOKEN, 2), (Field.KEY, 1)):
                reading = read(text, part, depth=depth)
                assert reading.findings, text
                assert reading.repaired is None, text
                if not text.startswith(("cvt_", "cvk_")):
                    assert reading.finding is not None
                    assert reading.finding.cause not in {Cause.TOKEN_TRUNCATED, Cause.KEY_TRUNCATED}, text


def test_healthy_pairs_are_never_called_damaged() -> None:
    """Of either format, each in its own field."""
    rng = Random(10)
    for _ in range(300):
        key, native = fresh_pair(rng)
        vtex_key = mint_vtex_key(AccountName("acme"), rng.randbytes(16))
        vtex = mint_vtex_token(rng.randbytes(96)).reveal()
        for text, part, shape in (
            (key, Field.KEY, Format.NATIVE),
            (native, Field.TOKEN, Format.NATIVE),
            (vtex_key, Field.KEY, Format.VTEX),
            (vtex, Field.TOKEN, Format.VTEX),
        ):
            reading = read(text, part)
            assert not reading.findings
            assert (reading.kind, reading.format) == (part, shape)


@pytest.mark.parametrize(
    ("text", "part", "expected", "whole"),
    [
        (VTEX_TOKEN.lower(), Field.TOKEN, Cause.TOKEN_LETTER_CASE_CHANGED, VTEX_TOKEN),
        (VTEX_TOKEN.title(), Field.TOKEN, Cause.TOKEN_LETTER_CASE_CHANGED, VTEX_TOKEN),
        (f" {VTEX_TOKEN}", Field.TOKEN, Cause.TOKEN_OUTER_WHITESPACE, VTEX_TOKEN),
        (f"{VTEX_TOKEN[:50]} {VTEX_TOKEN[50:]}", Field.TOKEN, Cause.TOKEN_SPACE_INSIDE, VTEX_TOKEN),
        (f"{VTEX_TOKEN[:50]}\n{VTEX_TOKEN[50:]}", Field.TOKEN, Cause.TOKEN_LINE_BREAK_INSIDE, VTEX_TOKEN),
        (f"{VTEX_TOKEN[:50]}\u200b{VTEX_TOKEN[50:]}", Field.TOKEN, Cause.TOKEN_INVISIBLE_CHARACTERS, VTEX_TOKEN),
        (f'"{VTEX_TOKEN}"', Field.TOKEN, Cause.TOKEN_SURROUNDING_QUOTES, VTEX_TOKEN),
        (f"Bearer {VTEX_TOKEN}", Field.TOKEN, Cause.TOKEN_SCHEME_PREFIX, VTEX_TOKEN),
        (VTEX_TOKEN * 2, Field.TOKEN, Cause.TOKEN_PASTED_TWICE, VTEX_TOKEN),
        (VTEX_TOKEN.replace("O", "0", 1), Field.TOKEN, Cause.TOKEN_CONFUSABLE_CHARACTERS, VTEX_TOKEN),
        (VTEX_TOKEN.replace("I", "1", 1), Field.TOKEN, Cause.TOKEN_CONFUSABLE_CHARACTERS, None),
        (f"{VTEX_TOKEN[:50]}7{VTEX_TOKEN[51:]}", Field.TOKEN, Cause.TOKEN_ONE_CHARACTER_WRONG, None),
        (VTEX_TOKEN[:-1], Field.TOKEN, Cause.TOKEN_TRUNCATED, None),
        (VTEX_TOKEN[:64], Field.TOKEN, Cause.TOKEN_TRUNCATED, None),
        (f"{VTEX_TOKEN}A", Field.TOKEN, Cause.TOKEN_CHARACTER_EXTRA, None),
        (f"{VTEX_TOKEN}ABC", Field.TOKEN, Cause.TOKEN_CHARACTERS_EXTRA, None),
        (VTEX_KEY.lower(), Field.KEY, Cause.KEY_LETTER_CASE_CHANGED, VTEX_KEY),
        (VTEX_KEY.upper(), Field.KEY, Cause.KEY_LETTER_CASE_CHANGED, VTEX_KEY),
        (f"{VTEX_KEY} ", Field.KEY, Cause.KEY_OUTER_WHITESPACE, VTEX_KEY),
        (VTEX_KEY.replace("-", "_"), Field.KEY, Cause.KEY_PREFIX_DAMAGED, VTEX_KEY),
        (VTEX_KEY[1:], Field.KEY, Cause.KEY_PREFIX_DAMAGED, VTEX_KEY),
        (VTEX_KEY[:-2], Field.KEY, Cause.KEY_TRUNCATED, None),
        (VTEX_KEY + "Q", Field.KEY, Cause.KEY_CHARACTER_EXTRA, None),
    ],
)
def test_values_of_vtexs_shape_are_read_as_far_as_bytes_tell(
    text: str, part: Field, expected: Cause, whole: str | None
) -> None:
    """Without a check part: length, alphabet, letter case, and what stands around."""
    assert cause(text, part) is expected
    assert repaired(text, part) == whole


def test_the_wrong_kind_is_told_whatever_else_was_done_to_it() -> None:
    """A token in the key's field stays a token, damaged or not."""
    for text in (TOKEN, TOKEN.upper(), f'"{TOKEN}"', VTEX_TOKEN):
        assert cause(text, Field.KEY) is Cause.TOKEN_IN_KEY_FIELD
    for text in (KEY, KEY.upper(), f" {KEY}", VTEX_KEY):
        assert cause(text, Field.TOKEN) is Cause.KEY_IN_TOKEN_FIELD


@pytest.mark.parametrize("between", [":", " ", "\n", ", ", ";"])
def test_key_and_token_in_one_field_are_taken_apart(between: str) -> None:
    """In either order, and also as HTTP Basic writes them."""
    for text in (KEY + between + TOKEN, TOKEN + between + KEY, VTEX_KEY + between + VTEX_TOKEN):
        reading = token(text)
        assert reading.finding is not None
        assert reading.finding.cause is Cause.KEY_AND_TOKEN_JOINED
        assert reading.joined is not None
        assert (key_format(reading.joined[0].reveal()), token_format(reading.joined[1].reveal())) != (None, None)
    basic = base64.b64encode(f"{KEY}:{TOKEN}".encode()).decode()
    assert cause(f"Basic {basic}") is Cause.KEY_AND_TOKEN_JOINED


def test_a_reading_shows_no_value() -> None:
    """Neither the value nor its repair stands in a repr, nor can a finding hold them."""
    rng = Random(3)
    for error in CLASSES:
        _, whole = fresh_pair(rng)
        broken = error.do(whole, rng).text
        shown = repr(read(broken, Field.TOKEN))
        assert whole[8:20] not in shown
        assert not broken or broken not in shown


def test_a_token_is_certain_only_where_no_other_is_near() -> None:
    """A long end supplied from what little is left of the check part is likely, not certain."""
    for cut, confidence in ((1, Confidence.CERTAIN), (7, Confidence.CERTAIN), (9, Confidence.LIKELY)):
        finding = token(TOKEN[:-cut]).finding
        assert finding is not None
        assert finding.confidence is confidence


def test_the_pair_tag_survives_repair() -> None:
    """What is repaired belongs to the key it was issued for."""
    key = mint_key(bytes(10))
    whole = mint_token(key, bytes(33)).reveal()
    again = repaired(whole.upper())
    assert again is not None
    assert [ALPHABET.index(letter) for letter in again[5:9]] == pair_tag(key)


def test_a_scheme_in_letters_of_another_alphabet_is_none() -> None:
    """`Basic` with a dotless i: the same to a regular expression that ignores letter case, and no name of a scheme."""
    assert read("Bas\u0131c abcdefghijkl", Field.TOKEN).findings[0].cause is Cause.TOKEN_UNRECOGNISED
