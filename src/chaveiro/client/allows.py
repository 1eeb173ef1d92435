"""Allows that may be said again for a short while, where that was chosen: few, only to the very same question."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from dataclasses import dataclass
from hashlib import blake2b
from threading import Lock
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from chaveiro.core.keyring import Revision
    from chaveiro.wire.identity import Identity

ALLOW_SECONDS_MAX: Final = 2.0  # as long as connected nodes may take to follow a revoke


@dataclass(frozen=True, slots=True)
class _Kept:
    identity: Identity
    until: float


class Allows:
    """The newest allows of one process.

    INVARIANT: an allow is kept under a digest of the whole question, by a key that no other process has; for at most
    `ALLOW_SECONDS_MAX` from when it was *asked*; and no longer than until any newer revision, or another epoch, is
    heard of. Denials are never kept: whoever was just given a role is not kept waiting.
    """

    def __init__(self, *, seconds: float, entries_max: int, clock: Callable[[], float]) -> None:
        """Keep *entries_max* allows for so long; with no *seconds*, none. Raises ValueError for more than may be."""
        if not 0 <= seconds <= ALLOW_SECONDS_MAX:
            raise ValueError(f"an allow is kept for at most {ALLOW_SECONDS_MAX:g} seconds")
        if entries_max < 1:
            raise ValueError("a cache that keeps nothing is turned off by its seconds")
        self._seconds = seconds
        self._entries_max = entries_max
        self._clock = clock
        self._secret = secrets.token_bytes(32)
        self._kept: OrderedDict[bytes, _Kept] = OrderedDict()
        self._newest: Revision | None = None
        self._lock = Lock()

    @property
    def is_on(self) -> bool:
        """Whether anything is kept at all."""
        return self._seconds > 0

    def __len__(self) -> int:
        return len(self._kept)

    def name(self, parts: Iterable[bytes]) -> bytes:
        """What a question is kept under. No two questions have the same, and none can be read from it."""
        digest = blake2b(key=self._secret, digest_size=32)
        for part in parts:
            digest.update(len(part).to_bytes(8))
            digest.update(part)
        return digest.digest()

    def get(self, name: bytes, at_least: Revision | None) -> Identity | None:
        """The allow that was given to this question lately, and not before a revision that somebody insists on."""
        with self._lock:
            kept = self._kept.get(name)
            if kept is None:
                return None
            if self._clock() >= kept.until:
                del self._kept[name]
                return None
            known = kept.identity.revision
            if at_least is not None and (known.epoch != at_least.epoch or known.seq < at_least.seq):
                return None
            self._kept.move_to_end(name)
            return kept.identity

    def heard(self, revision: Revision) -> None:
        """Let go of everything older than what is known somewhere by now."""
        with self._lock:
            self._hear(revision)

    def put(self, name: bytes, identity: Identity, *, asked_at: float) -> None:
        """Keep an allow, unless something newer was heard of since it was asked for."""
        with self._lock:
            self._hear(identity.revision)
            until = asked_at + self._seconds
            if identity.revision != self._newest or self._clock() >= until:
                return
            self._kept[name] = _Kept(identity, until)
            self._kept.move_to_end(name)
            while len(self._kept) > self._entries_max:
                self._kept.popitem(last=False)

    def _hear(self, revision: Revision) -> None:
        newest = self._newest
        if newest is None or newest.epoch != revision.epoch or newest.seq < revision.seq:
            self._kept.clear()
            self._newest = revision
