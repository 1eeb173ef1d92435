"""What happens to one value on its way: decorations, encodings and look-alikes, each with the cause to be told."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from corpus.encoder import ALPHABET, BODY

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

INVISIBLE: Final = ("\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u200e", "\u200f")
BLANKS_INSIDE: Final = (" ", "\t", "\u00a0", "\u2009")
BLANKS_OUTSIDE: Final = (" ", "\t", "\n", "\r\n", "\u00a0", "  ")
QUOTES: Final = ('""', "''", "\u201c\u201d", "\u2018\u2019", "\u00ab\u00bb", "``", "()", "[]", "<>")
# What comes of " ' [ { ` and their partners on ABNT2 where a US keyboard is meant, and the other way round.
QUOTES_ABNT2: Final = ("^^", "~~", "\u00b4[", "`{", "]\\", "}|", "{{", "[[")
FUSED: Final = {"^": {"c": "\u0109", "C": "\u0108"}, "\u00b4": {"c": "\u0107", "C": "\u0106"}}  # as Linux joins them
SCHEMES: Final = ("Bearer ", "bearer ", "Basic ", "Token ")
HEADER_OF: Final = {"key": "X-VTEX-API-AppKey", "token": "X-VTEX-API-AppToken"}
VARIABLE_OF: Final = {"key": "VTEX_APP_KEY", "token": "VTEX_APP_TOKEN"}
SENTENCES: Final = ("please use {} from now on", "{} (production)", "new {} since monday", "the value is {} thanks")
CYRILLIC: Final = {"a": "\u0430", "c": "\u0441", "e": "\u0435", "p": "\u0440", "x": "\u0445", "y": "\u0443"}
GREEK: Final = {"v": "\u03bd"}
CONFUSED: Final = {"0": "oO", "1": "lLiI", "v": "uU"}


@dataclass(frozen=True, slots=True)
class Damaged:
    """A value after it was damaged, and what may truthfully be said about it."""

    text: str
    accepted: tuple[str, ...]  # causes without their field, the best first
    positions: frozenset[int] = frozenset()  # every place that may be told, counted from 1; empty: none is told
    place_count: int = 1  # how many of them must be told


Damage: TypeAlias = "Callable[[str, str, Random], Damaged | None]"
"""From an undamaged value and its field; None where this value cannot be damaged so."""


def insert(text: str, what: str, at: int) -> str:
    """*what* stands from index *at* on."""
    return text[:at] + what + text[at:]


def replace_at(text: str, at: int, what: str) -> str:
    """The character at index *at* becomes another one."""
    return text[:at] + what + text[at + 1 :]


# ------------------------------------------------------------------------------------------------ blanks and invisibles


def outer_blank(text: str, _part: str, random: Random) -> Damaged:
    """A blank, a line break or both at one end."""
    blank = random.choice(BLANKS_OUTSIDE)
    ahead = random.random() < 0.3
    start = 1 if ahead else len(text) + 1
    places = frozenset(range(start, start + len(blank)))
    return Damaged(blank + text if ahead else text + blank, ("outer_whitespace",), places, len(blank))


def inner_blank(text: str, _part: str, random: Random) -> Damaged:
    """A blank inside."""
    at = random.randrange(BODY + 1, len(text) - 1)
    return Damaged(insert(text, random.choice(BLANKS_INSIDE), at), ("space_inside",), frozenset({at + 1}))


def inner_break(text: str, _part: str, random: Random) -> Damaged:
    """A line break inside, as mail programs and terminals put it."""
    at, mark = random.randrange(BODY + 1, len(text) - 1), random.choice(("\n", "\r\n", "\r"))
    places = frozenset(range(at + 1, at + 1 + len(mark)))
    return Damaged(insert(text, mark, at), ("line_break_inside",), places, len(mark))


def invisible(text: str, _part: str, random: Random) -> Damaged:
    """A character without width, anywhere."""
    at = random.randrange(len(text) + 1)
    return Damaged(insert(text, random.choice(INVISIBLE), at), ("invisible_characters",), frozenset({at + 1}))


def invisible_mojibake(text: str, _part: str, random: Random) -> Damaged:
    """The same, or a no-break space, as UTF-8 that was read as latin-1."""
    at = random.randrange(BODY + 1, len(text) - 1)
    mark = random.choice((*INVISIBLE, "\u00a0")).encode().decode("latin-1")
    places = frozenset(range(at + 1, at + 1 + len(mark)))
    # A no-break space is a blank and, in its damaged form, two characters nobody typed: both are true of it.
    also = ("space_inside",) if mark == "\u00c2\u00a0" else ()
    return Damaged(insert(text, mark, at), ("invisible_characters", *also), places, 1)


# ------------------------------------------------------------------------------------------------------- what surrounds


def quoted(text: str, _part: str, random: Random) -> Damaged:
    """Quotes or brackets around it."""
    left, right = random.choice(QUOTES)
    return Damaged(f"{left}{text}{right}", ("surrounding_quotes",))


def quoted_mojibake(text: str, _part: str, _random: Random) -> Damaged:
    """Typographic quotes as UTF-8 that was read as latin-1."""
    left, right = ("\u201c".encode().decode("latin-1"), "\u201d".encode().decode("latin-1"))
    return Damaged(f"{left}{text}{right}", ("surrounding_quotes",))


def half_quoted(text: str, _part: str, random: Random) -> Damaged:
    """A quote at one end only."""
    mark = random.choice("\"'\u201c\u201d")
    return Damaged(f"{mark}{text}" if random.random() < 0.5 else f"{text}{mark}", ("surrounding_quotes",))


def quoted_abnt2(text: str, _part: str, random: Random) -> Damaged:
    """Quotes or brackets typed on ABNT2 where a US keyboard is meant, or the other way round; a dead key may wait."""
    left, right = random.choice(QUOTES_ABNT2)
    joined = FUSED.get(left, {}).get(text[0], "")
    if joined and random.random() < 0.5:
        return Damaged(f"{joined}{text[1:]}{right}", ("surrounding_quotes",))
    return Damaged(f"{left}{text}{right}", ("surrounding_quotes",))


def scheme(text: str, _part: str, random: Random) -> Damaged:
    """An authentication scheme before it."""
    return Damaged(random.choice(SCHEMES) + text, ("scheme_prefix",))


def label(text: str, part: str, random: Random) -> Damaged:
    """The header's or a variable's name before it."""
    forms = (f"{HEADER_OF[part]}: ", f"{HEADER_OF[part].lower()}:", f"{VARIABLE_OF[part]}=", f"app{part.title()}: ")
    return Damaged(random.choice(forms) + text, ("label_prefix",))


def label_abnt2(text: str, part: str, random: Random) -> Damaged:
    """The colon after a name, typed on ABNT2 where a US keyboard is meant, or the other way round."""
    name = random.choice((HEADER_OF[part], HEADER_OF[part].lower(), f"app{part.title()}"))
    colon = random.choice(("\u00c7", "?"))
    return Damaged(f"{name}{colon} {text}", ("label_prefix",))


def punctuation(text: str, _part: str, random: Random) -> Damaged:
    """Punctuation after it."""
    return Damaged(text + random.choice((",", ";", ".", ":", "!")), ("trailing_punctuation",))


def sentence(text: str, _part: str, random: Random) -> Damaged:
    """Other text around it."""
    return Damaged(random.choice(SENTENCES).format(text), ("extra_text",))


def embedded(text: str, part: str, random: Random) -> Damaged:
    """A line of JSON or a whole curl command around it: text with labels and quotes in it, all of which is true."""
    forms = (f'{{"app{part.title()}": "{text}"}}', f"curl -H '{HEADER_OF[part]}: {text}' https://shop.example/api")
    return Damaged(random.choice(forms), ("extra_text", "label_prefix", "surrounding_quotes"))


def twice(text: str, _part: str, random: Random) -> Damaged:
    """Pasted twice."""
    return Damaged(text + random.choice(("", " ", "\n")) + text, ("pasted_twice",))


# ------------------------------------------------------------------------------------------------------------ encodings


def percent(text: str, _part: str, random: Random) -> Damaged:
    """Percent-encoded, wholly or where somebody thought it necessary."""
    whole = "".join(f"%{ord(c):02X}" for c in text)
    return Damaged(random.choice((whole, whole.lower(), text.replace("_", "%5F"))), ("percent_encoded",))


def escapes(text: str, _part: str, random: Random) -> Damaged:
    """Backslash escapes, of a programming language or of Markdown."""
    forms = (
        "".join(f"\\u{ord(c):04x}" for c in text), "".join(f"\\x{ord(c):02x}" for c in text), text.replace("_", "\\_"),
    )  # fmt: skip
    return Damaged(random.choice(forms), ("escape_sequences",))


def entities(text: str, _part: str, random: Random) -> Damaged:
    """HTML entities."""
    forms = (
        "".join(f"&#{ord(c)};" for c in text), "".join(f"&#x{ord(c):x};" for c in text), text.replace("_", "&#95;"),
    )  # fmt: skip
    return Damaged(random.choice(forms), ("html_entities",))


def in_base64(text: str, _part: str, random: Random) -> Damaged:
    """Base64 of the whole, padded or not."""
    whole = base64.b64encode(text.encode()).decode()
    return Damaged(random.choice((whole, whole.rstrip("="))), ("base64_encoded",))


# -------------------------------------------------------------------------------------------------- letters for letters


def lookalike(text: str, _part: str, random: Random) -> Damaged | None:
    """Letters of another script, one or all of a kind."""
    twins = CYRILLIC | GREEK
    places = [at for at, c in enumerate(text) if c in twins]
    if not places:
        return None
    chosen = places if random.random() < 0.5 else random.sample(places, 1)
    changed = "".join(twins[c] if at in chosen else c for at, c in enumerate(text))
    return Damaged(changed, ("lookalike_letters",), frozenset(at + 1 for at in chosen), len(chosen))


def full_width(text: str, _part: str, _random: Random) -> Damaged:
    """Full-width forms, as East Asian keyboards write them."""
    changed = "".join(chr(ord(c) + 0xFEE0) for c in text)
    return Damaged(changed, ("lookalike_letters",), frozenset(range(1, len(text) + 1)), len(text))


def case(text: str, _part: str, random: Random) -> Damaged | None:
    """The whole, one letter or the first letter in the other case."""
    letters = [at for at, c in enumerate(text) if c.isalpha()]
    first, one = letters[:1], random.sample(letters, 1)
    chosen = set(random.choice((letters, first, one)))
    changed = "".join(c.swapcase() if at in chosen else c for at, c in enumerate(text))
    return Damaged(changed, ("letter_case_changed",), frozenset(at + 1 for at in chosen), len(chosen))


def confused(text: str, _part: str, random: Random) -> Damaged | None:
    """A letter for the digit it looks like, once or everywhere."""
    places = [at for at in range(BODY, len(text)) if text[at] in CONFUSED]
    if not places:
        return None
    chosen = places if random.random() < 0.5 else random.sample(places, 1)
    changed = "".join(random.choice(CONFUSED[c]) if at in chosen else c for at, c in enumerate(text))
    return Damaged(changed, ("confusable_characters",), frozenset(at + 1 for at in chosen), len(chosen))


# --------------------------------------------------------------------------------------------------- what cannot be had


def masked(text: str, _part: str, random: Random) -> Damaged:
    """A masked display was copied."""
    middle = random.choice(("\u2026", "...", "****", "*" * (len(text) - 12), "\u2022\u2022\u2022\u2022"))
    return Damaged(f"{text[:8]}{middle}{text[-4:]}", ("masked_value",))


def shuffled(text: str, _part: str, random: Random) -> Damaged:
    """So many wrong characters that nobody can tell which: eight of a token, six of an appKey."""
    count = 8 if len(text) > 40 else 6
    for at in random.sample(range(BODY, len(text)), count):
        text = replace_at(text, at, random.choice(ALPHABET.replace(text[at], "")))
    return Damaged(text, ("mistyped_beyond_repair",))
