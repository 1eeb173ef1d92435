"""What happens to a value on its way: the edits that `cases/README.md` lists."""

import base64
import re
from collections.abc import Callable
from dataclasses import replace

from chaveiro.core.credential import ALPHABET, KEY_CODE, TOKEN_CODE, VALUES, masked

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_NAMED = {
    "space": " ",
    "tab": "\t",
    "line break": "\n",
    "no-break space": "\u00a0",
    "zero-width space": "\u200b",
    "letters": "abc",
    "comma": ",",
    "full stop": ".",
}
_NAMES = "|".join(_NAMED)
_CYRILLIC = str.maketrans({"a": "\u0430", "c": "\u0441", "e": "\u0435"})


def edited(text: str, edit: str, *, header: str) -> str:
    """Do one edit; it must change something."""
    for form, change in _EDITS.items():
        if found := re.fullmatch(form, edit):
            changed = change(text, *found.groups()) if form != "label" else f"{header}: {text}"
            assert changed != text, f"`{edit}` changes nothing here"
            return changed
    raise AssertionError(f"`{edit}` is not an edit; cases/README.md lists them")


def _another(character: str, step: int = 7) -> str:
    """Another character of the same alphabet."""
    if character in _LETTERS:
        return _LETTERS[(_LETTERS.index(character) + step) % 26]
    return ALPHABET[(VALUES[character] + step) % 32]


def _insert(text: str, what: str, at: str) -> str:
    return text[: int(at) - 1] + what + text[int(at) - 1 :]


def _replace(text: str, places: str) -> str:
    for place in map(int, places.split()):
        text = text[: place - 1] + _another(text[place - 1]) + text[place:]
    return text


def _put(text: str, what: str, places: str) -> str:
    for place in map(int, places.split()):
        text = text[: place - 1] + what + text[place:]
    return text


def _drop(text: str, first: str, last: str | None) -> str:
    return text[: int(first) - 1] + text[int(last or first) :]


def _transpose(text: str, at: str) -> str:
    i = int(at) - 1
    return text[:i] + text[i + 1] + text[i] + text[i + 2 :]


def _case_of(text: str, at: str) -> str:
    return text[: int(at) - 1] + text[int(at) - 1].upper() + text[int(at) :]


def _rebrand(text: str) -> str:
    code = KEY_CODE if text.startswith("cvk_") else TOKEN_CODE
    return replace(code, prefix="loja").completed([VALUES[symbol] for symbol in text[4 : 4 + code.data]])


_EDITS: dict[str, Callable[..., str]] = {
    rf"append ({_NAMES})": lambda text, what: text + _NAMED[what],
    rf"prepend ({_NAMES})": lambda text, what: _NAMED[what] + text,
    rf"insert ({_NAMES}) at (\d+)": lambda text, what, at: _insert(text, _NAMED[what], at),
    r"insert (\d+) at (\d+)": lambda text, count, at: _insert(text, "7m3"[: int(count)], at),
    r"upper": str.upper,
    r"lower": str.lower,
    r"upper (\d+)": _case_of,
    r"replace ((?:\d+ ?)+)": _replace,
    r"put (\S) at ((?:\d+ ?)+)": _put,
    r"drop (\d+)(?:-(\d+))?": _drop,
    r"repeat (\d+)": lambda text, at: _insert(text, text[int(at) - 1], at),
    r"transpose (\d+)": _transpose,
    r"cut (\d+)": lambda text, kept: text[: int(kept)],
    r"behead (\d+)": lambda text, lost: text[int(lost) :],
    r"prefix (\S+)": lambda text, prefix: prefix + text[4:],
    r"confuse": lambda text: text[:4] + text[4:].replace("0", "o").replace("1", "l"),
    r"cyrillic": lambda text: text.translate(_CYRILLIC),
    r"quote": lambda text: f'"{text}"',
    r"smart quote": lambda text: f"\u201c{text}\u201d",
    r"bearer": lambda text: f"Bearer {text}",
    r"label": lambda text: text,  # needs the header's name: see `edited`
    r"surround": lambda text: f"please use {text} from now on",
    r"double": lambda text: text * 2,
    r"percent-encode": lambda text: "".join(f"%{ord(character):02X}" for character in text),
    r"escape": lambda text: "".join(f"\\u{ord(character):04x}" for character in text),
    r"html": lambda text: "".join(f"&#{ord(character)};" for character in text),
    r"base64": lambda text: base64.b64encode(text.encode()).decode(),
    r"mask": masked,
    r"rebrand": _rebrand,
}
