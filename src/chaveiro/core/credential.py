"""The two credential formats: minted from given randomness, their check part, their digest, their masked display.

The native format carries a BCH code over GF(32), so that a typing error can be located without any store. Only the
published constants of BIP-93 (codex32) and BIP-173 (bech32) were taken; the constants below are Chaveiro's own.
"""

from __future__ import annotations

import hashlib
import re
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Final

from chaveiro.core.names import AccountName, AppKey, looks_secret

if TYPE_CHECKING:
    from collections.abc import Callable

ALPHABET: Final = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford base 32; lower case is canonical
VALUES: Final = {symbol: value for value, symbol in enumerate(ALPHABET)}

KEY_PREFIX: Final = "cvk_"
TOKEN_PREFIX: Final = "cvt_"  # noqa: S105 - the public mark of every token
KEY_ID_BYTES: Final = 10
TOKEN_SECRET_BYTES: Final = 33  # of which the top 260 bits are used
VTEX_KEY_BYTES: Final = 16
VTEX_TOKEN_BYTES: Final = 96  # 128 letters need 602 bits; the 166 more make the bias of the division negligible
VTEX_TOKEN_LENGTH: Final = 128
LINK_SECRET_BYTES: Final = 32
DIGEST_BYTES: Final = 32
PEPPER_BYTES_MIN: Final = 32

_VERSION: Final = 1
_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_VTEX_KEY = re.compile(r"vtexappkey-([a-z0-9]{1,32})-[A-Z]{6}")
_VTEX_TOKEN = re.compile(r"[A-Z]{128}")


class Format(Enum):
    """How an account's new pairs look. Both formats verify everywhere."""

    NATIVE = "native"
    VTEX = "vtex"


class Secret:
    """A text that must not be seen: no repr, no str, no equality that leaks it, no pickle."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Give the text itself, to whoever shows it once or hashes it."""
        return self._text

    def __repr__(self) -> str:
        return "Secret(***)"

    def __reduce__(self) -> str:
        msg = "a secret is not pickled"
        raise TypeError(msg)


@dataclass(frozen=True, slots=True)
class Code:
    """A BCH code of the native format: its prefix, its lengths in symbols, generator and target residue."""

    prefix: str  # without the underscore
    data: int
    check: int
    generator: tuple[int, ...]
    target: int

    @property
    def length(self) -> int:
        """Symbols after the prefix."""
        return self.data + self.check

    def residue(self, symbols: list[int], *, prefix: str | None = None) -> int:
        """Divide prefix and symbols by the generator; equal to `target` for an undamaged value."""
        top = 5 * (self.check - 1)
        low = (1 << top) - 1
        rest = 1
        for symbol in (*_expanded(prefix or self.prefix), *symbols):
            carry = rest >> top
            rest = ((rest & low) << 5) ^ symbol
            for bit, row in enumerate(self.generator):
                if carry >> bit & 1:
                    rest ^= row
        return rest

    def completed(self, data: list[int]) -> str:
        """Write prefix, data and the check part that belongs to them."""
        check = self.residue([*data, *[0] * self.check]) ^ self.target
        symbols = [*data, *(check >> 5 * i & 31 for i in reversed(range(self.check)))]
        return f"{self.prefix}_{''.join(ALPHABET[s] for s in symbols)}"

    def holds(self, text: str) -> bool:
        """Say whether *text* is exactly a value of this code: prefix, length, alphabet and check part."""
        head, _, body = text.partition("_")
        if head != self.prefix or len(body) != self.length:
            return False
        symbols = [VALUES.get(symbol, -1) for symbol in body]
        return -1 not in symbols and self.residue(symbols) == self.target


def _expanded(prefix: str) -> list[int]:
    return [*(ord(c) >> 5 for c in prefix), 0, *(ord(c) & 31 for c in prefix)]


KEY_CODE: Final = Code(
    prefix="cvk",
    data=16,
    check=6,
    generator=(0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3),
    target=int.from_bytes(hashlib.sha256(b"chaveiro/key/v1").digest()) & (1 << 30) - 1,
)
TOKEN_CODE: Final = Code(
    prefix="cvt",
    data=57,
    check=13,
    generator=(
        0x19DC500CE73FDE210,
        0x1BFAE00DEF77FE529,
        0x1FBD920FFFE7BEE52,
        0x1739640BDEEE3FDAD,
        0x07729A039CFC75F5A,
    ),
    target=int.from_bytes(hashlib.sha256(b"chaveiro/token/v1").digest()) & (1 << 65) - 1,
)
KEY_LENGTH: Final = len(KEY_PREFIX) + KEY_CODE.length  # 26
TOKEN_LENGTH: Final = len(TOKEN_PREFIX) + TOKEN_CODE.length  # 74


def mint_key(randomness: bytes) -> AppKey:
    """Write a native appKey from 10 random bytes, which become its public id."""
    return AppKey(KEY_CODE.completed(_symbols(int.from_bytes(_exactly(randomness, KEY_ID_BYTES)), 16)))


def mint_token(app_key: AppKey, randomness: bytes) -> Secret:
    """Write a native appToken for *app_key* from 33 random bytes, whose top 260 bits are its secret."""
    secret = int.from_bytes(_exactly(randomness, TOKEN_SECRET_BYTES)) >> 4
    return Secret(TOKEN_CODE.completed([_VERSION, *pair_tag(app_key), *_symbols(secret, 52)]))


def mint_vtex_key(account: AccountName, randomness: bytes) -> AppKey:
    """Write an appKey of VTEX's shape, `vtexappkey-{account}-{6 letters}`, from 16 random bytes."""
    return AppKey(f"vtexappkey-{account}-{_letters(_exactly(randomness, VTEX_KEY_BYTES), 6)}")


def mint_vtex_token(randomness: bytes) -> Secret:
    """Write an appToken of VTEX's shape, 128 letters A to Z, from 96 random bytes."""
    return Secret(_letters(_exactly(randomness, VTEX_TOKEN_BYTES), VTEX_TOKEN_LENGTH))


def mint_link_secret(randomness: bytes) -> Secret:
    """Write the secret of a link that works once, 43 characters of base64url, from 32 random bytes."""
    return Secret(urlsafe_b64encode(_exactly(randomness, LINK_SECRET_BYTES)).rstrip(b"=").decode())


def pair_tag(app_key: str) -> list[int]:
    """The four symbols by which a native token says which appKey it was issued for."""
    top = int.from_bytes(hashlib.sha256(f"chaveiro/pair/v1:{app_key}".encode()).digest()) >> 236
    return _symbols(top, 4)


def key_format(text: str) -> Format | None:
    """Say which format *text* is a well-formed appKey of, if any."""
    if KEY_CODE.holds(text):
        return Format.NATIVE
    return Format.VTEX if _VTEX_KEY.fullmatch(text) else None


def token_format(text: str) -> Format | None:
    """Say which format *text* is a well-formed appToken of, if any. A well-formed token is not yet a credential."""
    if TOKEN_CODE.holds(text):
        return Format.NATIVE
    return Format.VTEX if _VTEX_TOKEN.fullmatch(text) else None


def vtex_account(app_key: str) -> AccountName | None:
    """The account that an appKey of VTEX's shape names, if it has that shape."""
    found = _VTEX_KEY.fullmatch(app_key)
    return AccountName(found[1]) if found else None


def belong_together(app_key: str, app_token: str) -> bool:
    """Say whether two well-formed values can be a pair: same format and, for native ones, the token's pair tag."""
    shape = key_format(app_key)
    if shape is None or shape is not token_format(app_token):
        return False
    return shape is Format.VTEX or [VALUES[c] for c in app_token[5:9]] == pair_tag(app_key)


def digest(pepper: bytes, token: str) -> bytes:
    """The only form in which a token is kept: BLAKE2b-256 (RFC 7693) keyed with the pepper, 32 bytes."""
    return digester(pepper)(token)


def digester(pepper: bytes) -> Callable[[str], bytes]:
    """`digest` with one pepper, for whoever needs it often: the pepper is read once."""
    keyed = hashlib.blake2b(digest_size=DIGEST_BYTES, key=pepper)

    def digest(token: str) -> bytes:
        state = keyed.copy()
        try:
            state.update(token.encode())
        except UnicodeEncodeError:  # half of a character, which no token holds
            state.update(token.encode("utf-8", "surrogatepass"))
        return state.digest()

    return digest


def masked(text: str) -> str:
    """Show a presented or issued value so that it cannot be used: the one rendering there is.

    An appKey is public and is shown whole. Of a native token its prefix, version, three characters of the pair tag
    (all public) and its last four characters (20 of 260 bits) are shown; of anything else, the length alone.
    """
    if key_format(text):
        return text
    shape = token_format(text)
    head = text[:8] if shape is Format.NATIVE else ""
    tail = f"••{text[-4:]}" if shape else ""
    return f"{head}••••({len(text)}){tail}"


def is_token(app_key: str) -> bool:
    """Say whether what was registered as an appKey is, whole or damaged, somebody's token."""
    return key_format(app_key) is None and (token_format(app_key) is not None or looks_secret(app_key))


def public(app_key: str) -> str:
    """A registered appKey as it may be shown: whole, unless it is a token."""
    return masked(app_key) if is_token(app_key) else app_key


def _exactly(randomness: bytes, length: int) -> bytes:
    if len(randomness) != length:
        msg = f"{length} random bytes are needed, not {len(randomness)}"
        raise ValueError(msg)
    return randomness


def _symbols(number: int, count: int) -> list[int]:
    return [number >> 5 * i & 31 for i in reversed(range(count))]


def _letters(randomness: bytes, count: int) -> str:
    number = int.from_bytes(randomness)
    letters = []
    for _ in range(count):
        number, letter = divmod(number, len(_LETTERS))
        letters.append(_LETTERS[letter])
    return "".join(letters)
