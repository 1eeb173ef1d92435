"""A pair as it was found somewhere, before anybody examined it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from chaveiro.core.attempt import NOTHING, Field, Misplaced, Presented
from chaveiro.core.credential import Secret


@dataclass(frozen=True, slots=True)
class Found:
    """A pair, and the names that its values stood under. Its repr holds neither value."""

    app_key: Presented = NOTHING
    app_token: Presented = NOTHING
    names: tuple[str, ...] = ()  # of variables or headers; never a value
    misplaced: tuple[Misplaced, ...] = ()
    elsewhere: Mapping[Field, Secret] = field(default_factory=dict)  # values that stand under a wrong name
    alone: bool = False  # one value was meant to be read: that the other is not there is no mistake


@dataclass(frozen=True, slots=True)
class Source:
    """Where pairs were looked for, what was found there, and what is worth saying about the place itself."""

    what: str  # a sentence of `texts`
    found: tuple[Found, ...]
    notes: tuple[str, ...] = ()  # sentences of `texts`
