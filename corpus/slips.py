"""Typing errors: characters wrong, missing, extra or exchanged, with every label and place that is true of them."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

from corpus.damage import CONFUSED, Damage, Damaged, insert, replace_at
from corpus.encoder import ALPHABET, BODY, KEY_LENGTH

if TYPE_CHECKING:
    from random import Random

KEYBOARD: Final = "".join(map(chr, range(0x21, 0x7F)))
VISUAL: Final = {"5": "s", "s": "5", "8": "b", "b": "8", "2": "z", "z": "2", "6": "g", "g": "9", "9": "g", "n": "m"}
PREFIXES: Final = {
    "key": ("cvk-", "cvk", "ck_", "vk_", "cv_", "ckv_", "cvk "),
    "token": ("cvt-", "cvt", "ct_", "vt_", "cv_", "ctv_", "cvt "),
}
SHORT_KEY: Final = ("mistyped_beyond_repair",)  # what an appKey's 30 check bits may leave undecided


def another(random: Random, symbol: str) -> str:
    """Another character of the alphabet."""
    return random.choice(ALPHABET.replace(symbol, ""))


def _beyond(text: str) -> tuple[str, ...]:
    return SHORT_KEY if len(text) <= KEY_LENGTH else ()


# ---------------------------------------------------------------------------------------------------------------- wrong


def one_wrong(text: str, _part: str, random: Random) -> Damaged:
    """One character of the alphabet for another."""
    at = random.randrange(BODY, len(text))
    changed = replace_at(text, at, another(random, text[at]))
    return Damaged(changed, ("one_character_wrong",), frozenset({at + 1}))


def one_key_wrong(text: str, _part: str, random: Random) -> Damaged:
    """One character of the alphabet for any that a keyboard has; some such slips have a name of their own."""
    at = random.randrange(BODY, len(text))
    typed = random.choice(KEYBOARD.replace(text[at], ""))
    accepted = ["one_character_wrong"]
    if typed.lower() == text[at]:
        accepted = ["letter_case_changed"]
    elif typed in CONFUSED.get(text[at], ""):
        accepted = ["confusable_characters"]
    return Damaged(replace_at(text, at, typed), tuple(accepted), frozenset({at + 1}))


def one_lookalike_wrong(text: str, _part: str, random: Random) -> Damaged | None:
    """A digit for the letter it looks like, both of the alphabet."""
    places = [at for at in range(BODY, len(text)) if text[at] in VISUAL]
    if not places:
        return None
    at = random.choice(places)
    return Damaged(replace_at(text, at, VISUAL[text[at]]), ("one_character_wrong",), frozenset({at + 1}))


def wrong(text: str, random: Random, count: int) -> tuple[str, frozenset[int]]:
    """Several characters of the alphabet for others."""
    chosen = random.sample(range(BODY, len(text)), count)
    for at in chosen:
        text = replace_at(text, at, another(random, text[at]))
    return text, frozenset(at + 1 for at in chosen)


def two_wrong(text: str, _part: str, random: Random) -> Damaged:
    """Two wrong characters; by chance, two neighbours exchanged."""
    changed, places = wrong(text, random, 2)
    swapped = ("characters_transposed",) if sorted(changed) == sorted(text) else ()
    return Damaged(changed, ("two_characters_wrong", *swapped), places, 2)


def two_illegal(text: str, _part: str, random: Random) -> Damaged:
    """Two characters that no value of ours has: their places are seen, whatever stood there."""
    chosen = random.sample(range(BODY + 1, len(text) - 1), 2)
    for at in chosen:
        text = replace_at(text, at, random.choice("-+#@"))
    return Damaged(text, ("two_characters_wrong",), frozenset(at + 1 for at in chosen), 2)


def one_of_two_illegal(text: str, _part: str, random: Random) -> Damaged:
    """Two wrong characters, one of which no value of ours has."""
    one, other = random.sample(range(BODY + 1, len(text) - 1), 2)
    changed = replace_at(replace_at(text, one, another(random, text[one])), other, random.choice("-+#@"))
    return Damaged(changed, ("two_characters_wrong",), frozenset({one + 1, other + 1}), 2)


def several(count: int) -> Damage:
    """Three or four wrong characters; of an appKey, more than it can locate."""

    def damage(text: str, _part: str, random: Random) -> Damaged:
        changed, places = wrong(text, random, count)
        return Damaged(changed, ("several_characters_wrong", *_beyond(text)), places, count)

    return damage


def too_many(count: int) -> Damage:
    """More wrong characters than can be located. Rarely, another value is near enough to the result."""

    def damage(text: str, _part: str, random: Random) -> Damaged:
        changed, _ = wrong(text, random, count)
        return Damaged(changed, ("mistyped_beyond_repair",))

    return damage


def typed_as(meant: str, read: str) -> Damage:
    """Typed by hands that think of another keyboard than the system does: every letter that it has elsewhere."""

    def damage(text: str, _part: str, _random: Random) -> Damaged | None:
        changed = text[:BODY] + text[BODY:].translate(str.maketrans(meant, read))
        places = frozenset(at + 1 for at in range(len(text)) if text[at] != changed[at])
        few = {1: ("one_character_wrong",), 2: ("two_characters_wrong", "characters_transposed")}
        accepted = few.get(len(places), ("several_characters_wrong",))
        return Damaged(changed, accepted, places, len(places)) if places else None

    return damage


qwertz: Final = typed_as("yz", "zy")
azerty: Final = typed_as("aqzwm0123456789", "qawz,\u00e0&\u00e9\"'(-\u00e8_\u00e7")


def neighbours(text: str, _part: str, random: Random) -> Damaged | None:
    """Two neighbours exchanged."""
    places = [at for at, (one, other) in enumerate(pairwise(text)) if at >= BODY and one != other]
    at = random.choice(places)
    changed = text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    return Damaged(changed, ("characters_transposed",), frozenset({at + 1, at + 2}), 2)


def distant(text: str, _part: str, random: Random) -> Damaged | None:
    """Two characters that are no neighbours exchanged: transposed, and also two wrong ones."""
    one, other = sorted(random.sample(range(BODY, len(text)), 2))
    if other - one == 1 or text[one] == text[other]:
        return None
    changed = replace_at(replace_at(text, one, text[other]), other, text[one])
    accepted = ("two_characters_wrong", "characters_transposed")
    return Damaged(changed, accepted, frozenset({one + 1, other + 1}), 2)


def wide_letter(text: str, _part: str, random: Random) -> Damaged | None:
    """`rn` for m, `vv` for w: one character wrong and one too many, by whichever of the two it is told."""
    places = [at for at in range(BODY, len(text)) if text[at] in "mw"]
    if not places:
        return None
    at = random.choice(places)
    changed = replace_at(text, at, "rn" if text[at] == "m" else "vv")
    accepted = ("character_extra", "one_character_wrong", "confusable_characters", "characters_extra")
    return Damaged(changed, (*accepted, *_beyond(text)), frozenset({at + 1, at + 2}))


# ---------------------------------------------------------------------------------------------------- missing and extra


def _gaps(whole: str, damaged: str, count: int) -> frozenset[int]:
    """Every place where a run of *count* may have been taken out of *whole* to leave *damaged*."""
    return frozenset(at + 1 for at in range(len(damaged) + 1) if whole[:at] + whole[at + count :] == damaged)


def _end(whole: str, damaged: str) -> tuple[str, ...]:
    """What is missing before equal characters at the end may as well be missing at the end."""
    return ("truncated",) if whole.startswith(damaged) else ()


def missing(count: int) -> Damage:
    """A run of characters missing, inside; within a run of equal characters any of its places is right."""

    def damage(text: str, _part: str, random: Random) -> Damaged:
        at = random.randrange(BODY, len(text) - count)
        changed = text[:at] + text[at + count :]
        if count == 1:
            return Damaged(changed, ("character_missing", *_end(text, changed)), _gaps(text, changed, 1))
        beyond = (*_beyond(text), "truncated", "start_missing") if _beyond(text) else ()
        return Damaged(changed, ("characters_missing", *_end(text, changed), *beyond), _gaps(text, changed, count))

    return damage


def added(count: int) -> Damage:
    """A run of characters too many, inside or at the end, where it is also text after the value."""

    def damage(text: str, _part: str, random: Random) -> Damaged:
        at = random.randrange(BODY, len(text) + 1)
        changed = insert(text, "".join(random.choices(ALPHABET, k=count)), at)
        after = ("extra_text",) if at == len(text) else ()
        name = "character_extra" if count == 1 else "characters_extra"
        return Damaged(changed, (name, *after), _gaps(changed, text, count))

    return damage


def doubled(text: str, _part: str, random: Random) -> Damaged:
    """A key that was pressed twice: either of the two characters is the one too many."""
    at = random.randrange(BODY, len(text))
    changed = insert(text, text[at], at)
    return Damaged(changed, ("character_extra",), _gaps(changed, text, 1))


def two_missing(text: str, _part: str, random: Random) -> Damaged:
    """Two characters missing in different places: missing, twice or in the plural."""
    one, other = sorted(random.sample(range(BODY, len(text)), 2))
    changed = text[:one] + text[one + 1 : other] + text[other + 1 :]
    accepted = ("characters_missing", "character_missing")
    return Damaged(changed, (*accepted, *_end(text, changed), *_beyond(text)))


def missing_and_wrong(text: str, _part: str, random: Random) -> Damaged:
    """One missing and one wrong: either is told first."""
    at = random.randrange(BODY, len(text))
    shorter = text[:at] + text[at + 1 :]
    other = random.randrange(BODY, len(shorter))
    changed = replace_at(shorter, other, another(random, shorter[other]))
    tail = ("truncated",) if at == len(text) - 1 else ()
    # A wrong character beside the gap can also be read as two missing and one extra; the two labels stay the least.
    return Damaged(changed, ("character_missing", "one_character_wrong", *tail, *_beyond(text)))


def missing_and_extra(text: str, _part: str, random: Random) -> Damaged | None:
    """One missing and one extra: the length is right again. Close together they are wrong or exchanged characters."""
    at = random.randrange(BODY, len(text))
    shorter = text[:at] + text[at + 1 :]
    other = random.randrange(BODY, len(shorter) + 1)
    changed = insert(shorter, random.choice(ALPHABET), other)
    differing = sum(a != b for a, b in zip(text, changed, strict=True))
    if not differing:
        return None
    near = {1: ("one_character_wrong",), 2: ("characters_transposed", "two_characters_wrong")}
    few = ("several_characters_wrong",) if differing in {3, 4} else near.get(differing, ())
    return Damaged(changed, ("character_missing", "character_extra", *few, *_beyond(text)))


# --------------------------------------------------------------------------------------------------------- the two ends


def prefix(text: str, part: str, random: Random) -> Damaged:
    """The prefix mistyped."""
    return Damaged(random.choice(PREFIXES[part]) + text[BODY:], ("prefix_damaged",))


def prefix_lost(count: int) -> Damage:
    """The first one to four characters lost: a damaged prefix is also a missing start."""
    return lambda text, _part, _random: Damaged(text[count:], ("prefix_damaged", "start_missing"))


def beheaded(low: int, high: int) -> Damage:
    """More than the prefix lost. Beyond what the check part can fill, nothing says that the rest was ever ours."""

    def damage(text: str, _part: str, random: Random) -> Damaged:
        lost = random.randint(low, high)
        unseen = ("unrecognised",) if lost > BODY + (2 if len(text) <= KEY_LENGTH else 8) else ()
        return Damaged(text[lost:], ("start_missing", *unseen))

    return damage


def cut(low: int, high: int) -> Damage:
    """The end lost. Of one character it is as true that one is missing, at the end."""

    def damage(text: str, _part: str, random: Random) -> Damaged:
        lost = random.randint(low, high)
        alike = {0: (), 1: ("character_missing",)}.get(lost, ())
        return Damaged(text[:-lost], ("truncated", *alike))

    return damage
