"""Values that are none of ours: nothing may take them for a token, or repair them into one."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Final
from uuid import UUID

from corpus.encoder import ALPHABET, letters
from corpus.request_faults import WORDS, foreign

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

_BASE32: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_PROSE: Final = (
    "the token is shown once", "keep it where only the integration reads it", "renew it when people leave",
    "the pedido was sent to the warehouse", "nobody knows which key it used", "um token novo foi criado ontem",
)  # fmt: skip


def _random_body(random: Random) -> str:
    return random.choice(("cvt_", "cvt_1")) + "".join(random.choices(ALPHABET, k=random.choice((69, 70))))


def _other_length(random: Random) -> str:
    return "".join(random.choices(random.choice((ALPHABET, _BASE32)), k=random.randint(16, 120)))


def _uuid(random: Random) -> str:
    text = str(UUID(int=random.getrandbits(128), version=4))
    return text if random.random() < 0.5 else text.replace("-", "")


def _prose(random: Random) -> str:
    return " ".join(random.choices(_PROSE, k=random.randint(1, 5)))


def _bytes(random: Random) -> str:
    return random.randbytes(random.randint(8, 96)).decode("latin-1")


def _secret(random: Random) -> str:
    raw = random.randbytes(random.choice((16, 24, 32, 48)))
    return random.choice(
        (raw.hex(), base64.b64encode(raw).decode(), base64.urlsafe_b64encode(raw).decode().rstrip("="))
    )


STRANGERS: Final[tuple[Callable[[Random], str], ...]] = (
    _random_body,
    _other_length,
    _uuid,
    _prose,
    _bytes,
    _secret,
    lambda random: foreign("token", random),
    lambda random: f"vtexappkey-{''.join(random.choices('abcdefghijklmnop', k=8))}-{letters(random, 6)}",
    lambda random: random.choice(WORDS) + str(random.randint(0, 9999)),
)


def stranger(random: Random) -> str:
    """One value that nobody here made."""
    return random.choice(STRANGERS)(random)
