"""Which passwords are not taken: what is short, what is a name, and what everybody would try first.

A long password is weak where it is put together from few pieces that are tried first: common words, names, years,
rows of the keyboard, runs and repeats. Each counts as one character, whatever its length.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Final

from chaveiro.passwords.words import WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chaveiro.core.names import AccountName, Email

LENGTH_MIN: Final = 12
LENGTH_MAX: Final = 256

_PIECES_MIN: Final = 5
_UNIT_MAX: Final = 6  # `xk3q7bxk3q7b` is `xk3q7b`
_RUN_MIN: Final = 3
_NAME_MIN: Final = 3
_PIECE: Final = "\0"
_ROWS: Final = (
    "1234567890",
    "qwertyuiop",
    "asdfghjklç",
    "zxcvbnm",
    "!@#$%^&*()",
    "azertyuiop",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol",
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890123456789",
)
_DOUBLES: Final = re.compile(r"([^\0])\1+")
_YEAR: Final = r"(?:19|20)[0-9]{2}"
_LOOKALIKES: Final = str.maketrans("0134579@$!|", "oieastgasil")


class PasswordWeak(StrEnum):
    """Why a password is not taken."""

    SHORT = "short"
    LONG = "long"
    NAME = "name"  # the e-mail address or the account
    COMMON = "common"


def weakness(password: str, *, account: AccountName, email: Email) -> PasswordWeak | None:
    """Why a password of this user is not taken; None where it is."""
    if len(password) > LENGTH_MAX:
        return PasswordWeak.LONG
    text = unicodedata.normalize("NFKC", password)
    if len(text) > LENGTH_MAX:
        return PasswordWeak.LONG
    folded = _folded(text)
    local, _, domain = email.partition("@")
    if folded in {_folded(email), _folded(local), account}:
        return PasswordWeak.NAME
    if len(text) < LENGTH_MIN:
        return PasswordWeak.SHORT
    names = (account, *re.split(r"[^\w]+", _folded(local)), *domain.split("."))
    return PasswordWeak.COMMON if _is_common(folded, names) else None


def _is_common(folded: str, names: Iterable[str]) -> bool:
    if folded.isdigit() or _is_repeat(folded):
        return True
    words = _any_of({*WORDS, *(name for name in names if len(name) >= _NAME_MIN)})
    without_words = words.sub(_PIECE, folded)
    readings = (folded, without_words, _DOUBLES.sub(r"\1", without_words))
    left = [words.sub(_PIECE, _runs().sub(_PIECE, one).translate(_LOOKALIKES)) for one in readings]
    woven = [_runs().sub(_PIECE, folded[start::2]) for start in (0, 1)]  # `1q2w3e4r` is two rows
    return min(len(one) for one in (*left, "".join(woven))) < _PIECES_MIN


def _is_repeat(text: str) -> bool:
    return any(text == (text[:unit] * len(text))[: len(text)] for unit in range(1, _UNIT_MAX + 1))


def _folded(text: str) -> str:
    """Without letter case and accents."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(one for one in parts if not unicodedata.combining(one))


def _any_of(words: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(re.escape(one) for one in sorted(words, key=len, reverse=True)))


@cache
def _runs() -> re.Pattern[str]:
    """One character again and again, a year, and every part of a row in either direction."""
    rows = [*_ROWS, *(row[::-1] for row in _ROWS)]
    parts = {
        row[at : at + length] for row in rows for length in range(_RUN_MIN, len(row) + 1) for at in range(len(row))
    }
    return re.compile(
        rf"(.)\1{{{_RUN_MIN - 1},}}|{_YEAR}|{_any_of(one for one in parts if len(one) >= _RUN_MIN).pattern}"
    )
