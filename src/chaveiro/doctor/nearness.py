"""Tokens without a check part: is a neighbour of what was sent the key's token? For keepers alone, aside and rarely.

It answers "a neighbour of x is kept", so it is asked only about tokens minted here, whose 601 bits it makes 588, and
never for whoever sent x. One search is some thousand digests: a few milliseconds.
"""

from __future__ import annotations

import re
import string
from typing import TYPE_CHECKING, Final

from chaveiro.core.cause import Cause, Finding
from chaveiro.core.credential import VTEX_TOKEN_LENGTH, Secret

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from chaveiro.core.cause import Fact
    from chaveiro.core.keyring import Key

_LETTERS: Final = string.ascii_uppercase
_NEAR: Final = re.compile(f"[A-Z0-9]{{{VTEX_TOKEN_LENGTH - 1},{VTEX_TOKEN_LENGTH + 1}}}")


def nearest(text: str, key: Key, digest: Callable[[str], bytes]) -> tuple[Finding, Secret] | None:
    """The one typing error between *text* and a live token of *key* that was minted here."""
    if key.registered or not _NEAR.fullmatch(text):
        return None
    live = {key.digest, key.next_digest} if key.renewing else {key.digest}
    for token, cause, place in _neighbours(text):
        if digest(token) in live:
            known: dict[str, Fact] = {"position": place + 1, "positions": (place + 1, place + 2)}
            facts = {name: known[name] for name in cause.facts}
            return Finding(cause, facts, {"confirmed_by": "store_search"}), Secret(token)
    return None


def _neighbours(text: str) -> Iterator[tuple[str, Cause, int]]:
    """Every token that is one typing error away."""
    match len(text) - VTEX_TOKEN_LENGTH:
        case 0:
            strange = [place for place, letter in enumerate(text) if not letter.isalpha()]
            for place in strange or range(len(text)):
                head, tail = text[:place], text[place + 1 :]
                for letter in _LETTERS:
                    yield f"{head}{letter}{tail}", Cause.TOKEN_ONE_CHARACTER_WRONG, place
            for place in range(len(text) - 1):
                swapped = f"{text[:place]}{text[place + 1]}{text[place]}{text[place + 2 :]}"
                yield swapped, Cause.TOKEN_CHARACTERS_TRANSPOSED, place
        case -1:
            for place in range(len(text) + 1):
                head, tail = text[:place], text[place:]
                for letter in _LETTERS:
                    yield f"{head}{letter}{tail}", Cause.TOKEN_CHARACTER_MISSING, place
        case 1:
            for place in range(len(text)):
                yield text[:place] + text[place + 1 :], Cause.TOKEN_CHARACTER_EXTRA, place
        case _:
            return
