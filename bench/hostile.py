"""What the worst values cost an answer: `python -m bench.hostile`.

Whoever has no credential can still send a value of 1,024 characters, and an answer waits for its examination. Each row
is one way to make that dear, over values of many lengths; times are of a processor, the least of nine tries each.
"""

from __future__ import annotations

import base64
import random
from argparse import ArgumentParser
from collections.abc import Callable
from statistics import median
from time import process_time_ns
from typing import Final

from chaveiro.core.attempt import VALUE_LENGTH_MAX, Field
from chaveiro.core.credential import ALPHABET, mint_key, mint_token
from chaveiro.doctor.reading import read

BUDGET_MS: Final = 0.3
TRIES: Final = 9
LENGTHS: Final = (64, 74, 75, 128, 256, 257, 512, 1000, VALUE_LENGTH_MAX)
_CYRILLIC: Final = "аеорсухіјѕ"  # noqa: RUF001 - look-alikes are the point

Maker = Callable[[random.Random, str, str], str]  # from an appKey and an appToken


def cycled(*pieces: str) -> Maker:
    """The same again and again."""
    return lambda _rng, _key, _token: "".join(pieces) * VALUE_LENGTH_MAX


def of(letters: str) -> Maker:
    """Random characters of a few."""
    return lambda rng, _key, _token: "".join(rng.choices(letters, k=VALUE_LENGTH_MAX))


def nested(encode: Callable[[str], str], inner: Callable[[str, str], str]) -> Maker:
    """Encoded again and again, as often as it fits."""

    def make(_rng: random.Random, key: str, token: str) -> str:
        text = inner(key, token)
        while len(longer := encode(text)) <= VALUE_LENGTH_MAX:
            text = longer
        return text

    return make


def percent(text: str) -> str:
    """Each character."""
    return "".join(f"%{byte:02X}" for byte in text.encode())


def escaped(text: str) -> str:
    """Each character."""
    return "".join(f"\\u{ord(c) & 0xFFFF:04x}" for c in text)


def entities(text: str) -> str:
    """Each character."""
    return "".join(f"&#{ord(c)};" for c in text)


def in_base64(text: str) -> str:
    """The whole."""
    return base64.b64encode(text.encode()).decode()


def _wrong(rng: random.Random, text: str, count: int) -> str:
    letters = list(text)
    for at in rng.sample(range(4, len(text)), min(count, len(text) - 4)):
        letters[at] = rng.choice(ALPHABET)
    return "".join(letters)


def mixed(rng: random.Random, key: str, token: str) -> str:
    """Pieces of all the others."""
    pieces = [
        "%25",
        "%41",
        "\\u0041",
        "\\n",
        "&amp;",
        "&#65;",
        "cvt_",
        "cvk_",
        "Bearer ",
        "a=",
        '"',
        "\u200b",
        "Ã©",
        " ",
    ]
    pieces += [key, token, "vtexappkey-acme-ABCDEF", "A" * 100, "\u0430", "\U0001f600", "_", "rn", "vv", token[:40]]
    return "".join(rng.choices(pieces, k=VALUE_LENGTH_MAX))


HOSTILE: Final[dict[str, Maker]] = {
    "prefixes": cycled("cvt_"),
    "both prefixes": cycled("cvt_cvk_"),
    "percent, nested": cycled("%25"),
    "percent, everything": cycled("%41%42%63"),
    "percent, apart": cycled("%41x"),
    "percent, latin-1": cycled("%E9%41"),
    "backslashes": cycled("\\"),
    "backslashes, twice": cycled("\\\\n"),
    "escapes": cycled("\\u0061"),
    "escapes in braces": cycled("\\u{61}"),
    "entities by name": cycled("&amp;"),
    "entities that are none": cycled("&ampnothinglikethisone;"),
    "entities by number": cycled("&#97;"),
    "all three encodings": cycled("%41\\x41&#65;"),
    "all three, twice": cycled("%2541\\\\x41&amp;#65;"),
    "base64 of base64": nested(in_base64, lambda key, token: f"{key}:{token}"),
    "base64 of nothing": cycled("QUJD"),
    "base64 in lines": cycled("QUJDREVGQUJDREVGQUJDREVGQUJDREVG\n"),
    "percent of a pair": nested(percent, lambda key, token: f"{key}:{token}"),
    "escapes of a token": nested(escaped, lambda _key, token: token),
    "entities of a token": nested(entities, lambda _key, token: token),
    "blanks": cycled(" "),
    "blanks between": cycled("a "),
    "line breaks between": cycled("cvt_1\n"),
    "invisible": cycled("\u200b"),
    "invisible between": cycled("a\u200b"),
    "controls": cycled("\x01"),
    "mojibake": cycled("Ã©"),
    "mojibake of three": cycled("â\x80\x8b"),
    "look-alikes": of(_CYRILLIC),
    "full width": cycled("\uff43\uff56\uff54\uff3f"),
    "ligatures that grow": cycled("\ufdfa"),
    "mathematical": of("\U0001d41a\U0001d41b\U0001d41c\U0001d7ce\U0001d7cf\U0001d7d0"),
    "emoji": cycled("\U0001f600"),
    "quotes": cycled('"'),
    "brackets": cycled("([{<"),
    "quotes, then text": lambda _rng, _key, token: '"([{<' * 2 + token * 12 + ">}])" * 2,
    "labels": cycled("a:"),
    "labels with blanks": cycled("a : "),
    "a long label": lambda _rng, _key, _token: "a" * 1000 + ":" + "b" * 22,
    "labels that end nowhere": cycled("a.b-c "),
    "schemes": cycled("Bearer "),
    "equals": cycled("a=="),
    "punctuation": cycled(".,;:!"),
    "dots": cycled("..."),
    "stars": cycled("*"),
    "x": cycled("x"),
    "dollars": cycled("${a}"),
    "braces": cycled("{"),
    "whole appKeys": lambda _rng, key, _token: key * 40,
    "whole tokens": lambda _rng, _key, token: token * 14,
    "appKeys, mistyped": lambda rng, key, _token: "".join(_wrong(rng, key, 2) for _ in range(40)),
    "tokens, mistyped": lambda rng, _key, token: "".join(_wrong(rng, token, 5) for _ in range(14)),
    "keys of VTEX's shape": cycled("vtexappkey-acme-ABCDEF"),
    "keys of VTEX's shape, nearly": cycled("vtexappkey-acme-ABCDEFG "),
    "capitals": of("ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
    "small letters": of("abcdefghijklmnopqrstuvwxyz"),
    "the alphabet": of(ALPHABET),
    "a token of random letters": lambda rng, _key, _token: "cvt_" + "".join(rng.choices(ALPHABET, k=VALUE_LENGTH_MAX)),
    "a key of random letters": lambda rng, _key, _token: "cvk_" + "".join(rng.choices(ALPHABET, k=VALUE_LENGTH_MAX)),
    "a token of rn and vv": cycled("cvt_1" + "rnvvcl" * 20),
    "a pair, both mistyped": lambda rng, key, token: f"{_wrong(rng, key, 3)}:{_wrong(rng, token, 5)}" * 3,
    "a pair, then text": lambda _rng, key, token: f"{key}:{token} " + "a:b " * 256,
    "bytes": lambda rng, _key, _token: rng.randbytes(VALUE_LENGTH_MAX).decode("latin-1"),
    "any characters": lambda rng, _key, _token: "".join(chr(rng.randrange(1, 0xD800)) for _ in range(VALUE_LENGTH_MAX)),
    "keyboard": lambda rng, _key, _token: "".join(chr(rng.randrange(33, 127)) for _ in range(VALUE_LENGTH_MAX)),
    "a mixture": mixed,
}


def values(maker: Maker, seed: int) -> list[str]:
    """Values of one kind, of many lengths, and with what makes a value look like ours before or after them."""
    rng = random.Random(seed)  # noqa: S311 - made up, the same in every run
    made = []
    for length in LENGTHS:
        key = mint_key(rng.randbytes(10))
        token = mint_token(key, rng.randbytes(33)).reveal()
        text = maker(rng, key, token)
        dressed = (text, f"cvt_{text}", f'"{text}', f"cvk_{'0' * 16}:cvt_{'0' * 16}{text}")
        made += [one[:length] for one in dressed]
        made.append(f"{text[: max(length - 80, 0)]}{token}")
    return made


def microseconds(text: str, part: Field, depth: int) -> float:
    """The least of some tries."""
    spent = []
    for _ in range(TRIES):
        begun = process_time_ns()
        read(text, part, depth=depth)
        spent.append(process_time_ns() - begun)
    return min(spent) / 1000


def main() -> None:
    """Print one line for each way, the dearest first."""
    parser = ArgumentParser(prog="python -m bench.hostile", description=__doc__)
    parser.add_argument("--depth", type=int, default=1)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--rows", type=int, default=len(HOSTILE))
    parser.add_argument("--worst", action="store_true", help="which length and dress was the dearest")
    asked = parser.parse_args()
    rows = []
    for name, maker in HOSTILE.items():
        costs = [
            (microseconds(text, part, asked.depth), len(text), text[:8].encode("ascii", "backslashreplace").decode())
            for seed in range(asked.seeds)
            for text in values(maker, seed)
            for part in (Field.KEY, Field.TOKEN)
        ]
        rows.append((name, costs))
    print(f"depth {asked.depth}, microseconds of one value")
    print(f"{'values of up to 1,024 characters':<34} {'p50':>7} {'max':>7}")
    for name, costs in sorted(rows, key=lambda row: -max(row[1])[0])[: asked.rows]:
        dearest = max(costs)
        where = f"  {dearest[1]:>5} {dearest[2]}" if asked.worst else ""
        print(f"{name:<34} {median(cost for cost, _, _ in costs):>7.0f} {dearest[0]:>7.0f}{where}")
    every = [cost for _, costs in rows for cost, _, _ in costs]
    over = sum(cost > BUDGET_MS * 1000 for cost in every)
    print(f"{'all':<34} {median(every):>7.0f} {max(every):>7.0f}   {over} of {len(every)} above {BUDGET_MS} ms")


if __name__ == "__main__":
    main()
