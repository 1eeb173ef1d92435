"""A curl command as people paste it: from a POSIX shell, from the Windows prompt, from PowerShell, over many lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import quote

from chaveiro.doors.pasted import headers
from chaveiro.doors.pasted.found import Asked, Found
from chaveiro.doors.pasted.request import at

_CURL = re.compile(r"\s*(?:[$>%#]\s+)?curl(?:\.exe)?(?=\s)")
_WINDOWS = re.compile(r"\^[\"%&]|\^[ \t]*\r?\n")
_POWERSHELL = re.compile(r"`[ \t]*\r?\n")
_ANSI = re.compile(r"\\(?:x([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{1,4})|([0-7]{1,3})|(.))", re.DOTALL)
_ANSI_SIGNS = {"n": "\n", "r": "\r", "t": "\t", "a": "\a", "b": "\b", "e": "\x1b", "f": "\f", "v": "\v"}
_URL = re.compile(r"https?://", re.IGNORECASE)
_HOST = re.compile(r"(?:localhost|[\w-]+(?:\.[\w-]+)+)(?::[0-9]+)?(?:[/?]\S*)?")
_GET, _HEAD, _UPLOAD = frozenset({"-G", "--get"}), frozenset({"-I", "--head"}), frozenset({"-T", "--upload-file"})
_DATA = frozenset({"-d", "--data", "--data-ascii", "--data-binary", "--data-raw", "--data-urlencode", "--json"})
_FORM = frozenset({"-F", "--form"})
# Options that are followed by a value; of all others the next word is a word of its own.
_VALUED = frozenset("AbcCdDeEFhHKmoPQrTtUuwxXyYz")
_VALUED_LONG = frozenset(
    {
        "--cacert", "--cert", "--connect-timeout", "--cookie", "--cookie-jar", "--data", "--data-ascii",
        "--data-binary", "--data-raw", "--data-urlencode", "--form", "--header", "--json", "--key", "--max-time",
        "--output", "--proxy", "--proxy-header", "--range", "--referer", "--request", "--resolve", "--retry",
        "--upload-file", "--url", "--user", "--user-agent", "--write-out",
    }
)  # fmt: skip


def is_curl(text: str) -> bool:
    """Say whether a text is a curl command."""
    return _CURL.match(text) is not None


def found(text: str) -> tuple[Found, Asked | None]:
    """The pair that a curl command sends, by `-H`, `-u` and what stands in its address, and what it asks for."""
    options = list(_options(_words(text)))
    sent: list[headers.Header] = []
    for option, value in options:
        if option in {"-H", "--header"}:
            sent += _header(value)
        elif option in {"-u", "--user"}:
            sent.append(headers.basic(value))
    asked = _asked(options, sent)
    return headers.found(sent, asked.query if asked else ""), asked


def _asked(options: list[tuple[str, str]], sent: list[headers.Header]) -> Asked | None:
    """What a command asks for: curl's own method where it names none, and its `--get` puts the data into the query."""
    url = _address(options)
    if url is None:
        return None
    query = [_data(option, value) for option, value in options if option in _DATA] if _names(options, _GET) else []
    asked = at(_method(options), url, host=headers.host(sent))
    if asked is None or not query:
        return asked
    joint = "&" if "?" in asked.target else "?"
    return replace(asked, target=f"{asked.target}{joint}{'&'.join(query)}")


def _address(options: list[tuple[str, str]]) -> str | None:
    """The address: without a scheme curl takes it for plain HTTP, but then it must look like one."""
    words = [value for option, value in options if option in {"", "--url"}]
    whole = [word for word in words if _URL.match(word)]
    short = [f"http://{word}" for word in words if _HOST.fullmatch(word)]
    return next(iter([*whole[-1:], *short[:1]]), None)


def _method(options: list[tuple[str, str]]) -> str:
    named = [value for option, value in options if option in {"-X", "--request"} and value]
    if named:
        return named[-1]
    if _names(options, _HEAD):
        return "HEAD"
    if _names(options, _UPLOAD):
        return "PUT"
    return "POST" if _names(options, _DATA | _FORM) and not _names(options, _GET) else "GET"


def _names(options: list[tuple[str, str]], names: frozenset[str]) -> bool:
    return any(option in names for option, _ in options)


def _data(option: str, value: str) -> str:
    """A part of the query, encoded where curl encodes it: `name=value` in its value alone."""
    if option != "--data-urlencode":
        return value
    name, equals, rest = value.partition("=")
    return f"{name}={quote(rest, safe='')}" if equals and name else quote(rest or name, safe="")


def _header(line: str) -> list[headers.Header]:
    """A header as curl sends it: `Name;` is an empty one, and `Name:` takes one away."""
    if line.endswith(";") and ":" not in line:
        return [(line[:-1].strip(), "")]
    header = headers.parsed(line)
    return [header] if header and header[1].strip(" \t") else []


def _options(words: list[str]) -> Iterator[tuple[str, str]]:
    """Each option with its value; what is no option comes under an empty name."""
    rest = iter(words[1:])
    for word in rest:
        if word.startswith("--"):
            name, equals, value = word.partition("=")
            yield name, value if equals else next(rest, "") if name in _VALUED_LONG else ""
        elif word.startswith("-") and len(word) > 1:
            yield from _short(word, rest)
        else:
            yield "", word


def _short(word: str, rest: Iterator[str]) -> Iterator[tuple[str, str]]:
    """Short options, which may stand together: `-sSH 'X: …'`, `-HX:…`."""
    for place, letter in enumerate(word[1:], 1):
        if letter in _VALUED:
            yield f"-{letter}", word[place + 1 :] or next(rest, "")
            return
        yield f"-{letter}", ""


def _words(text: str) -> list[str]:
    text = re.sub(r"^\s*[$>%#]\s+", "", text)
    if _WINDOWS.search(text):
        return _windows(text)
    if _POWERSHELL.search(text):
        text = _POWERSHELL.sub(" ", text)
    return _posix(text)


def _windows(text: str) -> list[str]:
    """Words of the Windows prompt: a caret takes the next character as it is, quotation marks are the double ones."""
    text = re.sub(r"\^[ \t]*\r?\n", "", text)
    text = re.sub(r"\^(.)", r"\1", text, flags=re.DOTALL)
    words = re.findall(r'(?:"(?:\\.|""|[^"\\])*"|[^\s"])+', text, flags=re.DOTALL)
    return [re.sub(r'\\(["\\])|""|"', lambda one: one[1] or ('"' if one[0] == '""' else ""), word) for word in words]


_PIECE = re.compile(
    r"""(?P<gap>(?:\s|\\\r?\n)+)"""
    r"""|\$'(?P<ansi>(?:\\.|[^'\\])*)'"""
    r"""|'(?P<single>[^']*)'"""
    r"""|"(?P<double>(?:\\.|[^"\\])*)\""""
    r"""|\\(?P<escaped>.)"""
    r"""|(?P<plain>.)""",
    re.DOTALL,
)


def _posix(text: str) -> list[str]:
    """Words of a POSIX shell, nothing expanded."""
    words: list[str] = []
    word: str | None = None
    for piece in _PIECE.finditer(text):
        if piece["gap"] is not None:
            words += [] if word is None else [word]
            word = None
        else:
            word = (word or "") + _unquoted(piece)
    return words if word is None else [*words, word]


def _unquoted(piece: re.Match[str]) -> str:
    if piece["ansi"] is not None:
        return _ANSI.sub(_ansi, piece["ansi"])
    if piece["double"] is not None:
        joined = re.sub(r"\\\r?\n", "", piece["double"])
        return re.sub(r'\\(["\\$`])', r"\1", joined)
    return next(one for one in (piece["single"], piece["escaped"], piece["plain"]) if one is not None)


def _ansi(found: re.Match[str]) -> str:
    if code := found[1] or found[2]:
        return chr(int(code, 16))
    return chr(int(found[3], 8)) if found[3] else _ANSI_SIGNS.get(found[4], found[4])
