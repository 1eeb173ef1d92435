"""The native credential format, written once more from its specification alone.

It shares no code with the engine, so that a mistake in one of them shows. The constants are the published generators of
the format; the targets are computed from the sentences that define them.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from random import Random

ALPHABET: Final = "0123456789abcdefghjkmnpqrstvwxyz"
UPPER: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
BODY: Final = 4  # where the body begins, after prefix and underscore
KEY_LENGTH: Final = 26
TOKEN_LENGTH: Final = 74
KEY_DATA: Final = 16
TOKEN_DATA: Final = 57

_VALUE: Final = {symbol: value for value, symbol in enumerate(ALPHABET)}


@dataclass(frozen=True, slots=True)
class Scheme:
    """How the check part of one kind of value is computed."""

    check: int
    generator: tuple[int, ...]
    target: int

    def remainder(self, prefix: str, symbols: list[int]) -> int:
        """The residue of prefix and symbols."""
        mask = 2 ** (5 * (self.check - 1)) - 1
        rest = 1
        for value in [ord(c) // 32 for c in prefix] + [0] + [ord(c) % 32 for c in prefix] + symbols:
            top = rest >> 5 * (self.check - 1)
            rest = ((rest & mask) * 32) ^ value
            for bit in range(5):
                if top & 1 << bit:
                    rest ^= self.generator[bit]
        return rest

    def value(self, prefix: str, data: str) -> str:
        """Prefix, data and the check part that belongs to them."""
        check = self.remainder(prefix, [_VALUE[c] for c in data] + [0] * self.check) ^ self.target
        return f"{prefix}_{data}{symbols(check, self.check)}"


def _target(sentence: str, bits: int) -> int:
    return int(hashlib.sha256(sentence.encode()).hexdigest(), 16) & (1 << bits) - 1


KEY: Final = Scheme(
    6, (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3), _target("chaveiro/key/v1", 30)
)  # fmt: skip
TOKEN: Final = Scheme(
    13,
    (0x19DC500CE73FDE210, 0x1BFAE00DEF77FE529, 0x1FBD920FFFE7BEE52, 0x1739640BDEEE3FDAD, 0x07729A039CFC75F5A),
    _target("chaveiro/token/v1", 65),
)


def symbols(number: int, count: int) -> str:
    """A number of 5·count bits, most significant symbol first."""
    return "".join(ALPHABET[number >> 5 * place & 31] for place in range(count - 1, -1, -1))


def tag(app_key: str) -> str:
    """The four symbols by which a token names its appKey."""
    return symbols(int(hashlib.sha256(f"chaveiro/pair/v1:{app_key}".encode()).hexdigest()[:5], 16), 4)


def native_key(identity: int, prefix: str = "cvk") -> str:
    """The appKey of an 80-bit identity."""
    return KEY.value(prefix, symbols(identity, KEY_DATA))


def native_token(app_key: str, secret: int, prefix: str = "cvt") -> str:
    """The appToken of a 260-bit secret, for an appKey."""
    return TOKEN.value(prefix, f"1{tag(app_key)}{symbols(secret, 52)}")


@dataclass(frozen=True, slots=True)
class Pair:
    """An appKey and its appToken, both undamaged."""

    key: str
    token: str


def native_pair(random: Random) -> Pair:
    """A fresh pair of the native format."""
    key = native_key(random.getrandbits(80))
    return Pair(key, native_token(key, random.getrandbits(260)))


def vtex_pair(random: Random, account: str = "acme") -> Pair:
    """A fresh pair of VTEX's shape, which has no check part."""
    return Pair(f"vtexappkey-{account}-{letters(random, 6)}", letters(random, 128))


def letters(random: Random, count: int) -> str:
    """That many capital letters."""
    return "".join(random.choices(UPPER, k=count))
