"""Four keyboards by the places of their keys, and what a system reads that thinks of another one than the hands do."""

# ruff: noqa: RUF001 - what is on the keys

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from unicodedata import normalize


@dataclass(frozen=True, slots=True)
class Keyboard:
    """What its keys give, row by row from the left: without Shift, then with it."""

    name: str
    plain: str
    shifted: str
    dead: str = ""  # keys that wait for a letter to put an accent on


US: Final = Keyboard(
    "US", "`1234567890-=qwertyuiop[]asdfghjkl;'\\zxcvbnm,./", '~!@#$%^&*()_+QWERTYUIOP{}ASDFGHJKL:"|ZXCVBNM<>?'
)
ABNT2: Final = Keyboard(
    "ABNT2",
    "'1234567890-=qwertyuiop´[asdfghjklç~]zxcvbnm,.;",
    '"!@#$%¨&*()_+QWERTYUIOP`{ASDFGHJKLÇ^}ZXCVBNM<>:',
    dead="´`~^¨",
)
QWERTZ: Final = Keyboard(
    "QWERTZ", "^1234567890ß´qwertzuiopü+asdfghjklöä#yxcvbnm,.-", "°!\"§$%&/()=?`QWERTZUIOPÜ*ASDFGHJKLÖÄ'YXCVBNM;:_"
)
AZERTY: Final = Keyboard(
    "AZERTY", "²&é\"'(-è_çà)=azertyuiop^$qsdfghjklmù*wxcvbn,;:!", "~1234567890°+AZERTYUIOP¨£QSDFGHJKLM%µWXCVBN?./§"
)
_ACCENTS: Final = {"´": "\u0301", "`": "\u0300", "~": "\u0303", "^": "\u0302", "¨": "\u0308"}


def read_as(text: str, hands: Keyboard, system: Keyboard, *, composing: bool = True) -> str:
    """What comes out where *hands* type a text on *system*. *composing*: a dead key and a letter may become one."""
    read = ""
    for letter in text:
        read += _read(letter, hands, system)
    if not (system.dead and composing):
        return read
    return _composed(read, system.dead)


def _read(letter: str, hands: Keyboard, system: Keyboard) -> str:
    for keys, by in ((hands.plain, system.plain), (hands.shifted, system.shifted)):
        if letter in keys:
            return by[keys.index(letter)]
    return letter  # a blank


def _composed(text: str, dead: str) -> str:
    read = ""
    for letter in text:
        if read and read[-1] in dead and len(one := normalize("NFC", letter + _ACCENTS[read[-1]])) == 1:
            read = read[:-1] + one
        else:
            read += letter
    return read
