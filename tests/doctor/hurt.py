"""Pairs hurt in several ways at once, for hypothesis: what may be pasted into either field, and the pair it was."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Final

from bench.hostile import entities, escaped, in_base64, percent
from hypothesis import strategies as st
from tests.doctor.errors import CLASSES, CLASSES_OF_DEPTH_2, fresh_pair
from tests.doctor.keyboards import ABNT2, AZERTY, QWERTZ, US, read_as
from tests.doctor.vectors import DRESSES, TYPED

from chaveiro.core.credential import mint_vtex_key, mint_vtex_token
from chaveiro.core.names import AccountName

Hurt = Callable[[str, Random], str]
SECRET_FROM: Final = 8  # of a native token: what stands before is its prefix, its version and most of its pair tag
SHOWN_LAST: Final = 4
RUN: Final = 7  # characters in a row that no sentence has by chance
ERRORS: Final = tuple(
    one for one in (*CLASSES, *CLASSES_OF_DEPTH_2) if one.name != "5 read as s"
)  # that one has an end


@dataclass(frozen=True, slots=True)
class Sent:
    """What stands in the two fields, and the tokens of which nothing may show."""

    key: str
    token: str
    secrets: tuple[str, ...]

    def leaked(self, said: str, *, run: int = RUN) -> list[str]:
        """What of the secrets' middle a text shows, wherever its lines are broken."""
        flat = "".join(said.split()).lower()
        return [one for secret in self.secrets for one in _runs(secret.lower(), run) if one in flat]


def _runs(secret: str, length: int) -> list[str]:
    middle = secret[SECRET_FROM if secret.startswith("cvt_") else 0 : -SHOWN_LAST]
    return [middle[at : at + length] for at in range(len(middle) - length + 1)]


def _in_another_way(text: str, rng: Random) -> str:
    encoding = rng.choice((percent, entities, escaped, in_base64, lambda one: percent(one[:9]) + one[9:]))
    return encoding(text) if text.isascii() else text


def _erring(text: str, rng: Random) -> str:
    try:
        return rng.choice(ERRORS).do(text, rng).text or text
    except (IndexError, ValueError, KeyError):  # an error that only a token can have
        return text


WAYS: Final[tuple[Hurt, ...]] = (
    _erring,
    _erring,
    lambda text, rng: rng.choice(DRESSES).replace("{}", text),
    _in_another_way,
    lambda text, rng: read_as(
        rng.choice(TYPED).replace("{}", text), *rng.sample((US, ABNT2, QWERTZ, AZERTY), 2), composing=rng.random() < 0.5
    ),
    lambda text, rng: text[rng.randrange(5) : len(text) - rng.randrange(5)],
    lambda text, rng: text[: rng.randrange(1, 90)],
    lambda text, rng: text + rng.choice(("", " ", "\n", "x", "-")) + text,
    lambda text, rng: f"{text}{rng.choice(('', ' ', ', '))}{text[rng.randrange(len(text) or 1) :]}",
)


@st.composite
def hurt_pairs(draw: st.DrawFn) -> Sent:
    """A pair of either format, hurt, swapped, doubled or joined."""
    rng = Random(draw(st.integers(0, 2**32)))
    key, token = fresh_pair(rng)
    other = fresh_pair(rng)[1]
    if draw(st.booleans()) and draw(st.booleans()):
        key, token = mint_vtex_key(AccountName("acme"), rng.randbytes(16)), mint_vtex_token(rng.randbytes(96)).reveal()
    values = {"key": key, "token": token, "other": other, "both": f"{key}{rng.choice((':', ' ', '', ', '))}{token}"}
    fields = []
    for likely in ("key", "token"):
        text = values[draw(st.sampled_from((likely, likely, "token", *values)))]
        for way in draw(st.lists(st.sampled_from(WAYS), max_size=3)):
            text = way(text, rng)
        fields.append(text[:1100])
    return Sent(fields[0], fields[1], (token, other))
