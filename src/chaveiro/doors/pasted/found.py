"""A pair as it was found somewhere, before anybody examined it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from chaveiro.core.attempt import NOTHING, Field, Misplaced, Presented, Request, Transport
from chaveiro.core.credential import Secret


class PasteMalformed(Exception):
    """What was pasted is not what it should be; its sentence names the remedy and holds nothing that was pasted."""

    def __init__(self, sentence: str, **facts: object) -> None:
        """Take a sentence of `texts`, and what it quotes."""
        super().__init__(sentence)
        self.sentence = sentence
        self.facts = facts


@dataclass(frozen=True, slots=True)
class Asked:
    """What a pasted request asks for. Its repr does not hold the target, in which a credential may stand."""

    method: str
    target: str = field(repr=False)  # path and query
    host: str = ""  # with its port, where one is named; empty: nobody says
    transport: Transport = Transport.UNKNOWN

    @property
    def query(self) -> str:
        """The query as it is sent."""
        return self.target.partition("?")[2]


@dataclass(frozen=True, slots=True)
class Found:
    """A pair, and the names that its values stood under. Its repr holds neither value."""

    app_key: Presented = NOTHING
    app_token: Presented = NOTHING
    names: tuple[str, ...] = ()  # of variables or headers; never a value
    misplaced: tuple[Misplaced, ...] = ()
    elsewhere: Mapping[Field, Secret] = field(default_factory=dict)  # values that stand under a wrong name
    alone: bool = False  # one value was meant to be read: that the other is not there is no mistake

    def request(self, asked: Asked, *, address: str = "") -> Request:
        """The request that would be sent with this pair from an address."""
        return Request(
            app_key=self.app_key,
            app_token=self.app_token,
            method=asked.method,
            target=asked.target,
            address=address,
            transport=asked.transport,
            misplaced=self.misplaced,
        )


@dataclass(frozen=True, slots=True)
class Source:
    """Where pairs were looked for, what was found there, and what is worth saying about the place itself."""

    what: str  # a sentence of `texts`
    found: tuple[Found, ...]
    notes: tuple[str, ...] = ()  # sentences of `texts`
    asked: Asked | None = None  # where a whole request was pasted, with a pair or without
