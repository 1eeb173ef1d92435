"""Values written in another way once too often: mojibake, percent signs, escapes, HTML, base64, look-alikes."""

from __future__ import annotations

import base64
import binascii
import html
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from html.entities import html5
from typing import TYPE_CHECKING, Final

from chaveiro.core.cause import Cause
from chaveiro.doctor.strand import Strand

if TYPE_CHECKING:
    from collections.abc import Iterator

# UTF-8 read as latin-1, and as Windows-1252, which puts other characters on 0x80 to 0x9F.
_WINDOWS: Final = {
    bytes([byte]).decode("cp1252"): byte for byte in range(0x80, 0xA0) if byte not in {0x81, 0x8D, 0x8F, 0x90, 0x9D}
}
_TAIL: Final = "\u0080-\u00bf" + "".join(_WINDOWS)
_MOJIBAKE = re.compile(f"[\u00c2-\u00df][{_TAIL}]|[\u00e0-\u00ef][{_TAIL}]{{2}}|[\u00f0-\u00f4][{_TAIL}]{{3}}")

_PERCENT = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_ESCAPE = re.compile(r"\\(?:u[0-9A-Fa-f]{4}|u\{[0-9A-Fa-f]{1,6}\}|x[0-9A-Fa-f]{2}|[0-7]{3}|[nrtbfv\"'`/_\\-])")
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{24,}={0,2}")
_DECODING_COST: Final = 250
_BARE_MAX: Final = max(len(name) for name in html5 if not name.endswith(";"))
_MEANING: Final = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", "v": "\v"}

# What NFKC leaves apart: Cyrillic and Greek letters drawn like Latin ones, and what a dead key makes of a first letter.
_DRAWN_ALIKE: Final = dict(
    zip(
        "аеорсухіјѕһԁԛԝѵкмтвнАВЕКМНОРСТУХІЈЅԀԚԜѴαβγεηικνορτυχωΑΒΕΖΗΙΚΜΝΟΡΤΥΧϲϳɡıℓ‐‑‒–—―−ˍ＿ĉĈćĆṽṼ",  # noqa: RUF001 - this is what they look like
        "aeopcyxijshdqwvkmtbhABEKMHOPCTYXIJSDQWVaByenikvoptuxwABEZHIKMNOPTYXcjgil-------__cCcCvV",
        strict=True,
    )
)


def unmangled(value: Strand) -> Strand:
    """Undo one reading of UTF-8 as a single-byte encoding."""
    return value.replaced(_MOJIBAKE, _as_utf8) if not value.text.isascii() else value


@dataclass(slots=True)
class Effort:
    """How much may still be decoded of one value: whoever encodes cleverly must not be able to make an answer wait."""

    left: int  # in characters read, with an allowance for each decoding
    length_max: int  # of what is decoded

    def suffices(self, length: int) -> bool:
        """Say whether a text of this length may be decoded, and count it if so."""
        cost = length + _DECODING_COST
        if length > self.length_max or cost > self.left:
            return False
        self.left -= cost
        return True


def decodings(value: Strand, effort: Effort) -> Iterator[tuple[Cause, Strand]]:
    """What the value becomes if it is decoded once, for each encoding that it shows."""
    length = len(value.text)
    for cause, sign, pattern, by in _DECODINGS:
        if sign in value.text and pattern.search(value.text) and effort.suffices(length):
            yield cause, value.replaced(pattern, by)
    joined = "".join(value.text.split())  # many programs break it into lines of 76
    if _BASE64.fullmatch(joined) and effort.suffices(length) and (decoded := _base64(joined)):
        yield Cause.TOKEN_BASE64_ENCODED, Strand(decoded, [1] * len(decoded))


def latin(value: Strand) -> tuple[Strand, list[int]]:
    """The value in the Latin letters it looks like, and the indices that were something else."""
    text = value.text
    if text.isascii():
        return value, []
    seen = text.translate(_DRAWN)
    if len(seen) == len(text):
        changed = [index for index, (letter, drawn) in enumerate(zip(text, seen, strict=True)) if letter != drawn]
        return (Strand(seen, value.at) if changed else value), changed
    letters = [letter.translate(_DRAWN) for letter in text]  # one of them stands for several, or for none
    at = [at for at, drawn in zip(value.at, letters, strict=True) for _ in drawn]
    changed = [index for index, (letter, drawn) in enumerate(zip(text, letters, strict=True)) if letter != drawn]
    return Strand(seen, at), changed


@lru_cache(maxsize=1024)
def _normal(point: int) -> str:
    return unicodedata.normalize("NFKC", chr(point))


class _Drawn(dict[int, str]):
    """What letters look like, by their numbers; those of all the world are looked up, as there are too many to keep."""

    def __missing__(self, point: int) -> str:
        return _normal(point)


_DRAWN: Final = _Drawn(
    {point: chr(point) for point in range(0x80)} | {ord(letter): latin for letter, latin in _DRAWN_ALIKE.items()}
)


@lru_cache(maxsize=1024)  # a value may consist of what cannot be shown
def code_point(letter: str) -> str:
    """Name a character that cannot be shown."""
    return f"U+{ord(letter):04X}"


def code_block(letter: str) -> str:
    """Name the alphabet of a letter that stands for one of ours; its own number would tell which, and be the secret."""
    return f"{code_point(letter)[:-2]}xx"


def _as_utf8(found: re.Match[str]) -> str:
    try:
        return found[0].encode("latin-1").decode()
    except UnicodeDecodeError:
        return found[0]
    except UnicodeEncodeError:  # as Windows reads it
        pass
    try:
        return bytes(_WINDOWS.get(letter) or ord(letter) for letter in found[0]).decode()
    except ValueError:
        return found[0]


def _percent(found: re.Match[str]) -> str:
    raw = bytes.fromhex(found[0].replace("%", ""))
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _escape(found: re.Match[str]) -> str:
    code = found[0][1:]
    if code[0] in "ux":
        try:
            letter = chr(int(code[1:].strip("{}"), 16))
            letter.encode()
        except (ValueError, OverflowError):  # beyond Unicode, or half of a pair
            return found[0]
        return letter
    if code.isdigit():
        return chr(int(code, 8))
    return _MEANING.get(code, code)


def _entity(found: re.Match[str]) -> str:
    """What `html.unescape` reads, without its search for ever shorter names: those without a semicolon are short."""
    name = found[0][1:-1]
    if name[0] == "#":
        return html.unescape(found[0])
    if text := html5.get(f"{name};"):
        return text
    for end in range(min(len(name), _BARE_MAX), 1, -1):
        if text := html5.get(name[:end]):
            return f"{text}{name[end:]};"
    return found[0]


def _base64(text: str) -> str | None:
    body = text.rstrip("=")
    try:
        raw = base64.b64decode(body.translate(_URL_SAFE) + "=" * (-len(body) % 4), validate=True)
        decoded = raw.decode("ascii")
    except (binascii.Error, ValueError):
        return None
    return decoded if decoded.isprintable() or decoded.rstrip("\r\n").isprintable() else None


_URL_SAFE: Final = str.maketrans("-_", "+/")
_DECODINGS: Final = (
    (Cause.TOKEN_PERCENT_ENCODED, "%", _PERCENT, _percent),
    (Cause.TOKEN_ESCAPE_SEQUENCES, "\\", _ESCAPE, _escape),
    (Cause.TOKEN_HTML_ENTITIES, "&", _ENTITY, _entity),
)
