"""Values written in another way once too often: mojibake, percent signs, escapes, HTML, base64, look-alikes."""

from __future__ import annotations

import base64
import binascii
import html
import re
import unicodedata
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


def decodings(value: Strand) -> Iterator[tuple[Cause, Strand]]:
    """What the value becomes if it is decoded once, for each encoding that it shows."""
    if _PERCENT.search(value.text):
        yield Cause.TOKEN_PERCENT_ENCODED, value.replaced(_PERCENT, _percent)
    if _ESCAPE.search(value.text):
        yield Cause.TOKEN_ESCAPE_SEQUENCES, value.replaced(_ESCAPE, _escape)
    if _ENTITY.search(value.text):
        yield Cause.TOKEN_HTML_ENTITIES, value.replaced(_ENTITY, lambda found: html.unescape(found[0]))
    joined = "".join(value.text.split())  # many programs break it into lines of 76
    if _BASE64.fullmatch(joined) and (decoded := _base64(joined)):
        yield Cause.TOKEN_BASE64_ENCODED, Strand(decoded, [1] * len(decoded))


def latin(value: Strand) -> tuple[Strand, list[int]]:
    """The value in the Latin letters it looks like, and the indices that were something else."""
    if value.text.isascii():
        return value, []
    letters: list[str] = []
    at: list[int] = []
    changed: list[int] = []
    for index, letter in enumerate(value.text):
        seen = letter if letter.isascii() else _DRAWN_ALIKE.get(letter) or unicodedata.normalize("NFKC", letter)
        if seen != letter:
            changed.append(index)
        letters.append(seen)
        at += [value.at[index]] * len(seen)
    return Strand("".join(letters), at), changed


def code_point(letter: str) -> str:
    """Name a character that cannot be shown."""
    return f"U+{ord(letter):04X}"


def code_block(letter: str) -> str:
    """Name the alphabet of a letter that stands for one of ours; its own number would tell which, and be the secret."""
    return f"{code_point(letter)[:-2]}xx"


def _as_utf8(found: re.Match[str]) -> str:
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


def _base64(text: str) -> str | None:
    body = text.rstrip("=")
    try:
        raw = base64.b64decode(body.translate(_URL_SAFE) + "=" * (-len(body) % 4), validate=True)
        decoded = raw.decode("ascii")
    except (binascii.Error, ValueError):
        return None
    return decoded if decoded.isprintable() or decoded.rstrip("\r\n").isprintable() else None


_URL_SAFE: Final = str.maketrans("-_", "+/")
