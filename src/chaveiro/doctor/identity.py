"""Why well-formed values are no pair of this account: what the store knows of the key, and of the token's digest."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec import structs

from chaveiro.core.attempt import Attempt, presented
from chaveiro.core.cause import Cause, Confidence, Fact, Finding
from chaveiro.core.credential import Format, Secret, key_format, token_format
from chaveiro.core.decision import decide
from chaveiro.core.keyring import Damaged, Key, Part
from chaveiro.core.names import AppKey
from chaveiro.doctor.trial import proven, supposing_token

if TYPE_CHECKING:
    from collections.abc import Callable

    from chaveiro.core.keyring import Keyring, Tombstone
    from chaveiro.doctor.pair import PairReading


@dataclass(frozen=True, slots=True)
class Identified:
    """What was found, and the attempt as it would be with the right pair."""

    findings: tuple[Finding, ...]
    attempt: Attempt | None = None  # None: nobody can suppose what the right pair is
    tried: bool = False  # the attempt follows from what was found, so that deciding it again proves the finding


def repaired(attempt: Attempt, key: Secret, token: Secret, digest: Callable[[str], bytes]) -> Attempt:
    """The attempt with other values in its two fields."""
    text = token.reveal()
    return structs.replace(
        attempt,
        app_key=presented(key.reveal()),
        app_token=presented(text),
        digest=digest(text),
        misplaced=(),
    )


def identify(
    keyring: Keyring,
    attempt: Attempt,
    pair: PairReading,
    *,
    digest: Callable[[str], bytes],
    elsewhere: Keyring | None,
    always_refused: bool,
) -> Identified:
    """Say what the store knows of a pair whose values are whole, or of the one value that is."""
    key = keyring.keys.get(AppKey(pair.key.reveal())) if pair.key else None
    mark = digest(pair.token.reveal()) if pair.token else None
    found = _owner(keyring, mark) if mark else None
    owner = found if isinstance(found, Key) else None
    if pair.key and pair.token:
        whole = repaired(attempt, pair.key, pair.token, digest)
        if key is None:
            return _without_key(keyring, whole, owner, digest=digest, elsewhere=elsewhere)
        return _of_known_key(key, whole, found, always_refused=always_refused)
    if pair.key and key is None:
        return Identified((_absent(keyring, AppKey(pair.key.reveal())),))
    if owner and mark and key is None:
        right = structs.replace(attempt, app_key=presented(owner.app_key), digest=mark, misplaced=())
        return Identified((), right, tried=True)
    return Identified((), supposing_token(attempt, key)) if key else Identified(())


def _without_key(
    keyring: Keyring,
    attempt: Attempt,
    owner: Key | None,
    *,
    digest: Callable[[str], bytes],
    elsewhere: Keyring | None,
) -> Identified:
    """The appKey is none of this account's."""
    text = AppKey(attempt.app_key.text)
    if elsewhere and elsewhere.sponsor == keyring.sponsor and elsewhere.account != keyring.account:
        there = decide(elsewhere, structs.replace(attempt, account=elsewhere.account))
        if proven(there):
            home = Finding(Cause.WRONG_ACCOUNT, {"home": elsewhere.account}, {}, Confidence.VERIFIED)
            return Identified((home,))
    crossed = repaired(attempt, Secret(attempt.app_token.text), Secret(text), digest)
    if proven(decide(keyring, crossed)):
        return Identified((Finding(Cause.REGISTERED_PAIR_SWAPPED),), crossed, tried=True)
    if owner is None:
        return Identified((_absent(keyring, text),))
    right = structs.replace(attempt, app_key=presented(owner.app_key))
    if text not in keyring.tombstones and (slip := _slip(text, owner.app_key)):
        return Identified((slip,), right, tried=True)
    other = Finding(Cause.TOKEN_OF_ANOTHER_KEY, {"other_key": owner.app_key})
    return Identified((_absent(keyring, text), other), right, tried=True)


def _of_known_key(key: Key, attempt: Attempt, found: Key | Tombstone | None, *, always_refused: bool) -> Identified:
    """The appKey is this account's, and the token is not its live one."""
    supposed = supposing_token(attempt, key)
    owner, stone = (found, None) if isinstance(found, Key) else (None, found)
    for old in key.retired:
        if old.digest == attempt.digest:
            facts: dict[str, Fact] = {"at": old.retired.at, "by": old.retired.by}
            since = key.token_created or key.created
            evidence: dict[str, Fact] = {"current_since": since.at}
            return Identified((Finding(Cause.TOKEN_ROTATED, facts, evidence),), supposed, tried=True)
    if owner:
        other = Finding(Cause.TOKEN_OF_ANOTHER_KEY, {"other_key": owner.app_key})
        return Identified((other,), structs.replace(attempt, app_key=presented(owner.app_key)), tried=True)
    if stone:
        evidence = {"deleted_at": stone.deleted.at, "deleted_by": stone.deleted.by}
        gone = Finding(Cause.TOKEN_OF_ANOTHER_KEY, {"other_key": stone.app_key}, evidence)
        return Identified((gone,), supposed)
    if key.registered and always_refused:
        return Identified((Finding(Cause.REGISTERED_TOKEN_SUSPECT, {}, {}, Confidence.LIKELY),), supposed)
    if token_format(attempt.app_token.text) is Format.VTEX:
        return Identified((Finding(Cause.TOKEN_UNVERIFIABLE, {}, {}, Confidence.CANNOT_KNOW),), supposed)
    return Identified((Finding(Cause.TOKEN_NEVER_ISSUED, {}, {}, Confidence.LIKELY),), supposed)


class _Same:
    """A keyring as a key of a cache: the very same one, not an equal one."""

    __slots__ = ("keyring",)

    def __init__(self, keyring: Keyring) -> None:
        self.keyring = keyring

    def __hash__(self) -> int:
        return id(self.keyring)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.keyring is self.keyring


@lru_cache(maxsize=4)
def _digests(same: _Same) -> dict[bytes, Key | Tombstone]:
    """Whose every digest is. Built once for a keyring, as whoever sends wrong pairs sends many."""
    owners: dict[bytes, Key | Tombstone] = {}
    for stone in same.keyring.tombstones.values():
        owners |= dict.fromkeys(stone.digests, stone)
    keys = same.keyring.keys.values()
    for key in keys:
        owners |= dict.fromkeys((old.digest for old in key.retired), key)
    for key in keys:  # what works comes before what once did
        owners[key.digest] = key
        if key.renewing:
            owners[key.next_digest] = key
    return owners


def _owner(keyring: Keyring, mark: bytes) -> Key | Tombstone | None:
    """The key of this account that this is, or was, a token of."""
    return _digests(_Same(keyring)).get(mark)


def _absent(keyring: Keyring, app_key: AppKey) -> Finding:
    stone = keyring.tombstones.get(app_key)
    if stone is None:
        lost = keyring.damaged & {Damaged(Part.KEY, app_key), Damaged(Part.EXTERNAL_KEY, app_key)}
        return Finding(Cause.KEY_RECORD_DAMAGED if lost else Cause.KEY_UNKNOWN)
    facts: dict[str, Fact] = {"at": stone.deleted.at, "by": stone.deleted.by}
    return Finding(Cause.KEY_DELETED, facts, {"label": stone.label})


def _slip(sent: str, meant: AppKey) -> Finding | None:
    """One typing error between an appKey without a check part and the one whose token came with it."""
    if key_format(meant) is not Format.VTEX or abs(len(sent) - len(meant)) > 1:
        return None
    start = next((i for i, (a, b) in enumerate(zip(sent, meant, strict=False)) if a != b), min(len(sent), len(meant)))
    if len(sent) == len(meant):
        if sent[start + 1 :] == meant[start + 1 :]:
            return Finding(Cause.KEY_ONE_CHARACTER_WRONG, {"position": start + 1})
        if sent[start : start + 2] == meant[start : start + 2][::-1] and sent[start + 2 :] == meant[start + 2 :]:
            return Finding(Cause.KEY_CHARACTERS_TRANSPOSED, {"positions": (start + 1, start + 2)})
    if sent[start:] == meant[start + 1 :]:
        return Finding(Cause.KEY_CHARACTER_MISSING, {"position": start + 1})
    if sent[start + 1 :] == meant[start:]:
        return Finding(Cause.KEY_CHARACTER_EXTRA, {"position": start + 1})
    return None
