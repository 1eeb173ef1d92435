"""Tokens of another system, known by the digest that it kept: which kinds there are, and what is kept here.

Only quick digests: one check computes one of each kind that the account has, so a slow one would be a free denial of
service. What is kept is a digest of the digest, keyed with the pepper: a stolen database is no way in here either.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NewType

from chaveiro.core.credential import DIGEST_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Kind = NewType("Kind", str)  # `sha256` or `sha512`, or an algorithm with a key, a colon and the key's id

FOREIGN_KEYS_MAX: Final = 4  # of an installation: with SHA-256 and SHA-512, six kinds at the most for each check
FOREIGN_KEY_BYTES: Final = range(16, 129)
_PERSON: Final = b"chaveiro/foreign"


class Algorithm(StrEnum):
    """How the other system made its digests."""

    SHA256 = "sha256"
    SHA512 = "sha512"
    HMAC_SHA256 = "hmac-sha256"
    HMAC_SHA512 = "hmac-sha512"

    @property
    def keyed(self) -> bool:
        """Whether it takes a key."""
        return self.startswith("hmac-")

    @property
    def length(self) -> int:
        """How many bytes its digests have."""
        return 64 if self.endswith("512") else 32

    @property
    def _hash(self) -> str:
        return self.removeprefix("hmac-")

    def digest(self, token: bytes, key: bytes) -> bytes:
        """What the other system kept of a token."""
        return hmac.digest(key, token, self._hash) if self.keyed else hashlib.new(self._hash, token).digest()


PLAIN: Final = (Algorithm.SHA256, Algorithm.SHA512)


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """A key under which another system made its digests."""

    id: str
    algorithm: Algorithm
    secret: bytes = field(repr=False)

    @property
    def kind(self) -> Kind:
        """The kind of the digests that were made with it."""
        return Kind(f"{self.algorithm}:{self.id}")


class Foreign:
    """The kinds of digest that an installation can verify."""

    def __init__(self, pepper: bytes, keys: Iterable[ForeignKey] = ()) -> None:
        """Take the pepper, and the keys of other systems."""
        self._pepper = pepper
        self._kinds: dict[Kind, tuple[Algorithm, bytes]] = {Kind(one): (one, b"") for one in PLAIN}
        self._kinds |= {one.kind: (one.algorithm, one.secret) for one in keys}

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """Every kind."""
        return tuple(self._kinds)

    def verifies(self, kinds: Iterable[Kind]) -> bool:
        """Say whether it can verify all of these."""
        return all(one in self._kinds for one in kinds)

    def algorithm(self, kind: Kind) -> Algorithm | None:
        """How digests of a kind are made; None where it cannot verify them."""
        known = self._kinds.get(kind)
        return known[0] if known else None

    def digests(self, kinds: Iterable[Kind], token: str) -> Mapping[Kind, bytes]:
        """What would be kept of a token under each of these kinds, 32 bytes each."""
        text = token.encode("utf-8", "surrogatepass")
        known = ((one, self._kinds[one]) for one in kinds if one in self._kinds)
        return {one: self.kept(one, algorithm.digest(text, key)) for one, (algorithm, key) in known}

    def kept(self, kind: Kind, digest: bytes) -> bytes:
        """What is kept of a digest of another system: BLAKE2b-256 of kind and digest, keyed with the pepper."""
        whole = kind.encode() + b":" + digest
        return hashlib.blake2b(whole, digest_size=DIGEST_BYTES, key=self._pepper, person=_PERSON).digest()
