"""What every door says where the answer is not yes: a denial in words for its reader, or that nobody can tell."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from chaveiro.core.attempt import Need
from chaveiro.core.cause import Audience
from chaveiro.core.decision import Allowed, Denied
from chaveiro.node import CannotTell
from chaveiro.wire import answer as wire
from chaveiro.words.explain import explain

if TYPE_CHECKING:
    from chaveiro.doors.place import Place
    from chaveiro.node import Answer
    from chaveiro.wire.message import Message, Reply


def denied(answer: Answer, message: Message, place: Place) -> Reply:
    """Tell a caller why not, as far as it has proved who it is, and what this node knew then."""
    return wire.dated(_denied(answer, message, place), answer.standing)


def _denied(answer: Answer, message: Message, place: Place) -> Reply:
    verdict = answer.verdict
    match verdict:
        case CannotTell(seconds):
            return wire.unavailable(place.cannot_tell(message), retry_after_seconds=seconds, causes=place.public_url)
        case Denied():
            if answer.told is None:
                raise TypeError("a denial came without words")
            return wire.denial(
                verdict,
                explain(answer.told.finding, to=reader(verdict), language=place.language_for(message)),
                id=answer.told.id,
                required=answer.wanted if isinstance(answer.wanted, Need) else None,
                causes=place.public_url,
            )
        case Allowed():
            raise TypeError("an allow is no denial")
        case _ as never:
            assert_never(never)


def reader(denied: Denied) -> Audience:
    """Who reads a denial: a holder once it has proved who it is, a stranger before."""
    return Audience.HOLDER if denied.proven else Audience.STRANGER
