"""That a token was seen in clear, in words for whoever keeps its key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chaveiro.core.denial import InClear
from chaveiro.doors.keeping.texts import moment
from chaveiro.words import figures
from chaveiro.words.language import N_, sentences

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from chaveiro.core.denial import Exposure
    from chaveiro.core.keyring import Key
    from chaveiro.words.language import Language

SEEN_IN_CLEAR = N_("seen in clear")
_HOW: Mapping[InClear, str] = {
    InClear.PLAIN: N_("over plain HTTP"),
    InClear.QUERY: N_("in an address, which is logged"),
}
_ADVICE = N_("Others may know it: renew the token, and finish the renewal soon.")


def live(key: Key, exposures: Iterable[Exposure]) -> tuple[Exposure, ...]:
    """Of what was seen, that which still counts: of the tokens that work. An adopted key's tokens are its home's."""
    if key.home is not None:
        return ()
    return tuple(one for one in exposures if one.app_key == key.app_key and one.token in key.live_tokens)


def how(one: InClear, language: Language) -> str:
    """How a token travelled."""
    return sentences(language).gettext(_HOW[one])


def told(one: Exposure, language: Language) -> str:
    """What was seen, as a sentence."""
    said = sentences(language).ngettext(
        "Token {number} was seen in clear {how}: {count} time, at {last}.",
        "Token {number} was seen in clear {how}: {count} times, the last at {last}.",
        one.count,
    )
    count = figures.number(one.count, language)
    return said.format(number=one.token, how=how(one.how, language), count=count, last=moment(one.last))


def advice(language: Language) -> str:
    """What to do about it."""
    return sentences(language).gettext(_ADVICE)
