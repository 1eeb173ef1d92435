"""How passwords are kept: Argon2id over a keyed hash, a few at a time.

Hashing is slow on purpose, and must not slow down what else the process does: two at once, and whoever comes further
waits for some seconds or is told to come back.
"""

from __future__ import annotations

import hmac
import unicodedata
from contextlib import contextmanager
from hashlib import blake2b
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, Final

from argon2 import PasswordHasher
from argon2.exceptions import HashingError, VerificationError, VerifyMismatchError

from chaveiro.core.credential import DIGEST_BYTES
from chaveiro.passwords.weak import LENGTH_MAX

if TYPE_CHECKING:
    from collections.abc import Iterator

# About 50 ms, and one of the settings that OWASP holds to be equally strong.
# docs/decisions/signing-in-locks-nobody-out.md has what was measured.
MEMORY_KIB: Final = 47_104
PASSES: Final = 1
LANES: Final = 1
AT_ONCE_MAX: Final = 2
WAIT_SECONDS: Final = 5.0

_PURPOSE: Final = b"chaveiro/password/v1"
_HASHER: Final = PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=LANES)
# Of nobody: a person without a password must cost as much time as one with another.
_NOBODY: Final = f"$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES}${'A' * 22}${'A' * 43}"


class Busy(Exception):
    """Too many passwords are being checked at once, or there is no memory for it: it cannot be told now."""


class Passwords:
    """Hashes passwords, and says whether one is right. The database alone is not enough to try passwords."""

    def __init__(self, pepper: bytes, *, wait_seconds: float = WAIT_SECONDS) -> None:
        """Derive the key under which passwords are hashed."""
        self._key = blake2b(_PURPOSE, key=pepper, digest_size=DIGEST_BYTES).digest()
        self._turns = BoundedSemaphore(AT_ONCE_MAX)
        self._wait_seconds = wait_seconds

    def hashed(self, password: str) -> str:
        """What is kept of a password that `weakness` found nothing against. Raises Busy."""
        if not 0 < len(password) <= LENGTH_MAX:
            msg = f"a password has 1 to {LENGTH_MAX} characters"
            raise ValueError(msg)
        keyed = self._keyed(password)
        with self._turn():
            return _HASHER.hash(keyed)

    def matches(self, hash: str, password: str) -> bool:  # noqa: A002 - what it is
        """Say whether a password is the one of a hash. An empty hash is nobody's, and costs the same. Raises Busy."""
        keyed = self._keyed(password)
        with self._turn():
            try:
                _HASHER.verify(hash or _NOBODY, keyed)
            except VerifyMismatchError:
                return False
        return hash != "" and len(password) <= LENGTH_MAX

    def _keyed(self, password: str) -> bytes:
        # What is too long is nobody's password, and must not cost more than one.
        text = unicodedata.normalize("NFKC", password) if len(password) <= LENGTH_MAX else ""
        return hmac.digest(self._key, text.encode("utf-8", "surrogatepass"), "sha256")

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._turns.acquire(timeout=self._wait_seconds):
            raise Busy("too many passwords are being checked: try again in a moment")
        try:
            yield
        except VerifyMismatchError:
            raise
        except (HashingError, VerificationError):
            raise Busy("a password cannot be checked for lack of memory: try again in a moment") from None
        finally:
            self._turns.release()
