"""Random errors on fresh values, each with the label that it must get: what people and programs do to a token."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from chaveiro.core.cause import Cause
from chaveiro.core.credential import ALPHABET, mint_key, mint_token
from chaveiro.core.names import AppKey

KEYBOARD = ALPHABET + ALPHABET.upper() + "oiluOILU!#$%&*+-/=?@^_~.,:;'\"()[]{}<>|\\` "
LOOKS_LIKE = {"a": "а", "c": "с", "e": "е", "p": "р", "x": "х", "y": "у", "k": "к"}  # noqa: RUF001 - Cyrillic
SEEN_AS = {"5": "s", "s": "5", "8": "b", "b": "8", "2": "z", "z": "2", "6": "g", "g": "6", "9": "q", "q": "9"}
ZERO_WIDTH = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f"
BLANKS = " \t\u00a0\u2009"
BODY = 4  # where the body begins


@dataclass(frozen=True, slots=True)
class Damaged:
    """A damaged value, where it was damaged, as far as that has one place."""

    text: str
    at: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Error:
    """A class of errors."""

    name: str
    label: Cause
    do: Callable[[str, Random], Damaged]  # empty where this token has nothing to be damaged in this way
    fact: str = ""  # the fact in which the place must be told
    repaired: bool = True


def fresh_pair(rng: Random) -> tuple[AppKey, str]:
    key = mint_key(rng.randbytes(10))
    return key, mint_token(key, rng.randbytes(33)).reveal()


def _place(token: str, rng: Random) -> int:
    return rng.randrange(BODY, len(token))


def upper(token: str, rng: Random) -> Damaged:
    return Damaged(token.upper(), tuple(i + 1 for i, c in enumerate(token) if c.isalpha()))


def one_capital(token: str, rng: Random) -> Damaged:
    at = rng.choice([i for i, c in enumerate(token) if c.isalpha()])
    return Damaged(token[:at] + token[at].upper() + token[at + 1 :], (at + 1,))


def first_capital(token: str, rng: Random) -> Damaged:
    return Damaged(token[0].upper() + token[1:], (1,))


def outer_blank(token: str, rng: Random) -> Damaged:
    blank = rng.choice(BLANKS + "\n")
    return Damaged(blank + token, (1,)) if rng.random() < 0.5 else Damaged(token + blank, (len(token) + 1,))


def inserted(marks: str) -> Callable[[str, Random], Damaged]:
    def do(token: str, rng: Random) -> Damaged:
        at = rng.randrange(1, len(token))
        return Damaged(token[:at] + rng.choice(marks) + token[at:], (at + 1,))

    return do


def mojibake(do: Callable[[str, Random], Damaged]) -> Callable[[str, Random], Damaged]:
    def mangled(token: str, rng: Random) -> Damaged:
        damaged = do(token, rng)
        return Damaged(damaged.text.encode().decode("latin-1"), damaged.at)

    return mangled


def around(*pairs: tuple[str, str]) -> Callable[[str, Random], Damaged]:
    def do(token: str, rng: Random) -> Damaged:
        before, after = rng.choice(pairs)
        return Damaged(before + token + after)

    return do


def percent(token: str, rng: Random) -> Damaged:
    if rng.random() < 0.5:
        return Damaged("".join(f"%{ord(c):02X}" for c in token))
    return Damaged(token.replace("_", "%5F"))


def escapes(token: str, rng: Random) -> Damaged:
    at = rng.randrange(len(token))
    return Damaged(f"{token[:at]}\\u{ord(token[at]):04x}{token[at + 1 :]}")


def entities(token: str, rng: Random) -> Damaged:
    at = rng.randrange(len(token))
    return Damaged(f"{token[:at]}&#{ord(token[at])};{token[at + 1 :]}")


def in_base64(token: str, rng: Random) -> Damaged:
    code = base64.b64encode(token.encode()).decode()
    return Damaged(rng.choice((code, code.rstrip("="), f"{code[:76]}\n{code[76:]}")))


def noughts(token: str, rng: Random) -> Damaged:
    places = [i for i, c in enumerate(token) if c in "01"]
    chosen = places if rng.random() < 0.5 else [rng.choice(places)]
    letters = [rng.choice("oO" if c == "0" else "lIi") if i in chosen else c for i, c in enumerate(token)]
    return Damaged("".join(letters), tuple(i + 1 for i in chosen))


def cyrillic(token: str, rng: Random) -> Damaged:
    places = [i for i, c in enumerate(token) if c in LOOKS_LIKE]  # the `c` of the prefix at least
    at = rng.choice(places)
    return Damaged(token[:at] + LOOKS_LIKE[token[at]] + token[at + 1 :], (at + 1,))


def full_width(token: str, rng: Random) -> Damaged:
    return Damaged("".join(chr(ord(c) + 0xFEE0) for c in token), tuple(range(1, len(token) + 1)))


def prefix_lost(token: str, rng: Random) -> Damaged:
    return Damaged(token[rng.randrange(1, 5) :])


def prefix_mistyped(token: str, rng: Random) -> Damaged:
    at = rng.randrange(4)
    return Damaged(token[:at] + rng.choice("abdefghjmnpqrsxyz-") + token[at + 1 :])


def substituted(letters: Callable[[str, Random], str]) -> Callable[[str, Random], Damaged]:
    def do(token: str, rng: Random) -> Damaged:
        while True:
            at = _place(token, rng)
            new = letters(token[at], rng)
            if new and not _only_looks_wrong(new, token[at]):
                return Damaged(token[:at] + new + token[at + 1 :], (at + 1,))

    return do


def _only_looks_wrong(new: str, old: str) -> bool:
    """The same symbol in other letters: those are classes of their own."""
    read_as = {"o": "0", "i": "1", "l": "1", "u": "v"}
    return read_as.get(new.lower(), new.lower()) == old


def swapped(token: str, rng: Random) -> Damaged:
    while True:
        at = rng.randrange(BODY, len(token) - 1)
        if token[at] != token[at + 1]:
            return Damaged(token[:at] + token[at + 1] + token[at] + token[at + 2 :], (at + 1, at + 2))


def deleted(token: str, rng: Random) -> Damaged:
    while True:
        at = rng.randrange(BODY, len(token) - 1)
        if token[at] not in (token[at - 1], token[at + 1]):
            return Damaged(token[:at] + token[at + 1 :], (at + 1,))


def letter_inserted(token: str, rng: Random) -> Damaged:
    while True:
        at = rng.randrange(BODY, len(token) + 1)
        new = rng.choice(ALPHABET)
        if new not in (token[at - 1], token[at : at + 1]):
            return Damaged(token[:at] + new + token[at:], (at + 1,))


def doubled(token: str, rng: Random) -> Damaged:
    at = _place(token, rng)
    return Damaged(token[:at] + token[at] + token[at:])


def typed_as_two(token: str, rng: Random) -> Damaged:
    places = [i for i in range(BODY, len(token)) if token[i] in "mw"]
    if not places:
        return Damaged("")
    at = rng.choice(places)
    return Damaged(token[:at] + {"m": "rn", "w": "vv"}[token[at]] + token[at + 1 :], (at + 1, at + 2))


def tail_cut(least: int, most: int) -> Callable[[str, Random], Damaged]:
    return lambda token, rng: Damaged(token[: -rng.randrange(least, most + 1)])


def head_cut(token: str, rng: Random) -> Damaged:
    return Damaged(token[rng.randrange(5, 13) :])


def masked_copy(token: str, rng: Random) -> Damaged:
    return Damaged(token[:8] + rng.choice(("…", "****", "•••", "...")) + token[-4:])


def twice(token: str, rng: Random) -> Damaged:
    return Damaged(token + rng.choice(("", " ", "\n")) + token)


def broken(token: str, rng: Random) -> Damaged:
    at = rng.randrange(1, len(token))
    mark = rng.choice(("\n", "\r\n", "\n  "))
    return Damaged(token[:at] + mark + token[at:], tuple(range(at + 1, at + 1 + len(mark))))


def wrong(count: int) -> Callable[[str, Random], Damaged]:
    def do(token: str, rng: Random) -> Damaged:
        places = sorted(rng.sample(range(BODY, len(token)), count))
        letters = list(token)
        for at in places:
            letters[at] = rng.choice(ALPHABET.replace(token[at], ""))
        return Damaged("".join(letters), tuple(at + 1 for at in places))

    return do


def distant_swap(token: str, rng: Random) -> Damaged:
    while True:
        first, second = sorted(rng.sample(range(BODY, len(token)), 2))
        if second - first > 1 and token[first] != token[second]:
            letters = list(token)
            letters[first], letters[second] = letters[second], letters[first]
            return Damaged("".join(letters), (first + 1, second + 1))


def run_missing(token: str, rng: Random) -> Damaged:
    count = rng.randrange(2, 9)
    at = rng.randrange(BODY, len(token) - count)
    return Damaged(token[:at] + token[at + count :])


def run_extra(token: str, rng: Random) -> Damaged:
    at = rng.randrange(BODY, len(token))
    return Damaged(token[:at] + "".join(rng.choices(ALPHABET, k=rng.randrange(2, 9))) + token[at:])


def _and_one_wrong(do: Callable[[str, Random], Damaged]) -> Callable[[str, Random], Damaged]:
    """A second, separate error, at least three characters away."""

    def both(token: str, rng: Random) -> Damaged:
        at = rng.randrange(BODY, BODY + 30)
        second = at + rng.randrange(3, 36)
        letters = ALPHABET.replace(token[at], "")
        first = token[:at] + rng.choice(letters) + token[at + 1 :]
        rest = do(first[second:], rng).text
        return Damaged(first[:second] + rest if rest else "")

    return both


def one_lost(rest: str, rng: Random) -> Damaged:
    return Damaged(rest[1:] if len(rest) < 2 or rest[0] != rest[1] else "")


def one_gained(rest: str, rng: Random) -> Damaged:
    return Damaged(rng.choice(ALPHABET.replace(rest[0], "")) + rest)


def two_lost(token: str, rng: Random) -> Damaged:
    first = rng.randrange(BODY, BODY + 30)
    second = first + rng.randrange(3, 36)
    return Damaged(token[:first] + token[first + 1 : second] + token[second + 1 :])


def two_gained(token: str, rng: Random) -> Damaged:
    first = rng.randrange(BODY, BODY + 30)
    second = first + rng.randrange(3, 36)
    return Damaged(f"{token[:first]}{rng.choice(ALPHABET)}{token[first:second]}{rng.choice(ALPHABET)}{token[second:]}")


def lost_and_gained(token: str, rng: Random) -> Damaged:
    first, second = sorted(rng.sample(range(BODY, len(token)), 2))
    if second - first < 6:
        return Damaged("")
    new = rng.choice(ALPHABET)
    if rng.random() < 0.5:
        return Damaged(token[:first] + token[first + 1 : second] + new + token[second:])
    return Damaged(token[:first] + new + token[first:second] + token[second + 1 :])


SMART = (("\u201c", "\u201d"), ("\u2018", "\u2019"), ("\u00ab", "\u00bb"), ("\u201e", "\u201c"))
STRAIGHT = (('"', '"'), ("'", "'"), ("`", "`"), ("<", ">"), ("(", ")"), ("[", "]"), ("{", "}"), ('"', ""), ("", "'"))
LABELS = (("X-VTEX-API-AppToken: ", ""), ("VTEX_TOKEN=", ""), ("appToken: ", ""), ("export TOKEN=", ""))
JSON = (('{"appToken": "', '"}'), ('"appToken":"', '",'))

CLASSES = (
    Error("whole string in capitals", Cause.TOKEN_LETTER_CASE_CHANGED, upper, "positions"),
    Error("one capital", Cause.TOKEN_LETTER_CASE_CHANGED, one_capital, "positions"),
    Error("first letter in capitals", Cause.TOKEN_LETTER_CASE_CHANGED, first_capital, "positions"),
    Error("blank outside", Cause.TOKEN_OUTER_WHITESPACE, outer_blank, "positions"),
    Error("blank inside", Cause.TOKEN_SPACE_INSIDE, inserted(BLANKS), "positions"),
    Error("blank as mojibake", Cause.TOKEN_SPACE_INSIDE, mojibake(inserted("\u00a0\u2009")), "positions"),
    Error("line break inside", Cause.TOKEN_LINE_BREAK_INSIDE, broken, "positions"),
    Error("zero width", Cause.TOKEN_INVISIBLE_CHARACTERS, inserted(ZERO_WIDTH), "positions"),
    Error("zero width as mojibake", Cause.TOKEN_INVISIBLE_CHARACTERS, mojibake(inserted(ZERO_WIDTH)), "positions"),
    Error("smart quotes", Cause.TOKEN_SURROUNDING_QUOTES, around(*SMART)),
    Error("smart quotes as mojibake", Cause.TOKEN_SURROUNDING_QUOTES, mojibake(around(*SMART))),
    Error("straight quotes and brackets", Cause.TOKEN_SURROUNDING_QUOTES, around(*STRAIGHT)),
    Error("scheme", Cause.TOKEN_SCHEME_PREFIX, around(("Bearer ", ""), ("bearer ", ""), ("Token ", ""))),
    Error("label", Cause.TOKEN_LABEL_PREFIX, around(*LABELS, *JSON)),
    Error("trailing punctuation", Cause.TOKEN_TRAILING_PUNCTUATION, around(*(("", mark) for mark in ".,;:!"))),
    Error("pasted twice", Cause.TOKEN_PASTED_TWICE, twice),
    Error("percent-encoded", Cause.TOKEN_PERCENT_ENCODED, percent),
    Error("escaped", Cause.TOKEN_ESCAPE_SEQUENCES, escapes),
    Error("HTML entities", Cause.TOKEN_HTML_ENTITIES, entities),
    Error("base64", Cause.TOKEN_BASE64_ENCODED, in_base64),
    Error("o for 0, l for 1", Cause.TOKEN_CONFUSABLE_CHARACTERS, noughts, "positions"),
    Error("Cyrillic look-alike", Cause.TOKEN_LOOKALIKE_LETTERS, cyrillic, "positions"),
    Error("full width", Cause.TOKEN_LOOKALIKE_LETTERS, full_width, "positions"),
    Error("prefix lost", Cause.TOKEN_PREFIX_DAMAGED, prefix_lost),
    Error("prefix mistyped", Cause.TOKEN_PREFIX_DAMAGED, prefix_mistyped),
    Error(
        "one wrong letter", Cause.TOKEN_ONE_CHARACTER_WRONG, substituted(lambda _, r: r.choice(ALPHABET)), "position"
    ),
    Error("one wrong key", Cause.TOKEN_ONE_CHARACTER_WRONG, substituted(lambda _, r: r.choice(KEYBOARD)), "position"),
    Error("5 read as s", Cause.TOKEN_ONE_CHARACTER_WRONG, substituted(lambda c, _: SEEN_AS.get(c, "")), "position"),
    Error("neighbours swapped", Cause.TOKEN_CHARACTERS_TRANSPOSED, swapped, "positions"),
    Error("one missing", Cause.TOKEN_CHARACTER_MISSING, deleted, "position"),
    Error("one extra", Cause.TOKEN_CHARACTER_EXTRA, letter_inserted, "position"),
    Error("key pressed twice", Cause.TOKEN_CHARACTER_EXTRA, doubled),
    Error("rn for m", Cause.TOKEN_CONFUSABLE_CHARACTERS, typed_as_two, "positions"),
    Error("tail cut by 1 to 9", Cause.TOKEN_TRUNCATED, tail_cut(1, 9)),
    Error("tail cut by 10 to 60", Cause.TOKEN_TRUNCATED, tail_cut(10, 60), repaired=False),
    Error("head cut by 5 to 12", Cause.TOKEN_START_MISSING, head_cut),
    Error("masked", Cause.TOKEN_MASKED_VALUE, masked_copy, repaired=False),
)
CLASSES_OF_DEPTH_2 = (
    Error("two wrong", Cause.TOKEN_TWO_CHARACTERS_WRONG, wrong(2), "positions"),
    Error("three wrong", Cause.TOKEN_SEVERAL_CHARACTERS_WRONG, wrong(3), "positions"),
    Error("four wrong", Cause.TOKEN_SEVERAL_CHARACTERS_WRONG, wrong(4), "positions"),
    Error("distant swap", Cause.TOKEN_CHARACTERS_TRANSPOSED, distant_swap, "positions"),
    Error("run missing", Cause.TOKEN_CHARACTERS_MISSING, run_missing),
    Error("run extra", Cause.TOKEN_CHARACTERS_EXTRA, run_extra),
    Error("one wrong, one missing", Cause.TOKEN_ONE_CHARACTER_WRONG, _and_one_wrong(one_lost)),
    Error("one wrong, one extra", Cause.TOKEN_ONE_CHARACTER_WRONG, _and_one_wrong(one_gained)),
    Error("two missing apart", Cause.TOKEN_CHARACTER_MISSING, two_lost),
    Error("two extra apart", Cause.TOKEN_CHARACTER_EXTRA, two_gained),
    Error("one missing, one extra", Cause.TOKEN_CHARACTER_MISSING, lost_and_gained),
    Error("five wrong", Cause.TOKEN_MISTYPED_BEYOND_REPAIR, wrong(5), repaired=False),
    Error("eight wrong", Cause.TOKEN_MISTYPED_BEYOND_REPAIR, wrong(8), repaired=False),
)
