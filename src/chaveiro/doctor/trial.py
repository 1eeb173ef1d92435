"""What would be: commands tried on a keyring that nobody keeps, and decided by the same `decide()`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from msgspec import structs

from chaveiro.core.attempt import Attempt, presented
from chaveiro.core.cause import Cause
from chaveiro.core.change import after
from chaveiro.core.command import NEEDS, Authority, Command, Refusal, RenewKey
from chaveiro.core.decision import Allowed, Decision, decide
from chaveiro.core.keyring import Actor, ActorKind, Keyring
from chaveiro.core.names import AppKey
from chaveiro.core.plan import plan

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chaveiro.core.attempt import Wanted
    from chaveiro.core.keyring import Key
    from chaveiro.core.names import Moment

# Stands for a token that is yet to be minted, on keyrings that are thrown away.
UNMINTED: Final = bytes([255]) * 32
_OPERATOR: Final = Actor(ActorKind.OPERATOR, "operator")
_ORDER: Final = {cause: place for place, cause in enumerate(Cause)}


def carried_out(keyring: Keyring, commands: Sequence[Command], at: Moment) -> Keyring | None:
    """The keyring after these commands, asked for by those who may. None: one of them is refused."""
    outcome = tried(keyring, commands, at)
    return outcome if isinstance(outcome, Keyring) else None


def tried(keyring: Keyring, commands: Sequence[Command], at: Moment, *, by: Actor | None = None) -> Keyring | Refusal:
    """The keyring after these commands, one after the other, or why the first one that is refused is refused.

    *by* asks for all of them; without one, each is asked for by somebody who may.
    """
    for command in commands:
        minted = replace(command, digest=UNMINTED) if isinstance(command, RenewKey) else command
        planned = plan(keyring, minted, by=by or _entitled(keyring, command), at=at)
        if isinstance(planned, Refusal):
            return planned
        keyring = after(keyring, planned, keyring.revision)
    return keyring


def passes(cause: Cause, decision: Decision) -> bool:
    """Say whether a decision came further than the check that gave *cause*."""
    return isinstance(decision, Allowed) or _ORDER[decision.cause] > _ORDER[cause]


def proven(decision: Decision) -> bool:
    """Say whether the pair matched."""
    return isinstance(decision, Allowed) or decision.proven


def supposing_token(attempt: Attempt, key: Key) -> Attempt:
    """The attempt as it would be with the key's own token, which nobody knows."""
    return structs.replace(
        attempt,
        app_key=presented(key.app_key),
        app_token=presented("supposed"),
        digest=key.next_digest if key.next_digest == UNMINTED else key.digest,
        misplaced=(),
    )


def supposed(keyring: Keyring, key: Key, wanted: Wanted, at: Moment, *, address: str) -> Attempt:
    """An attempt that was never made, with the key's own token."""
    return Attempt(
        account=keyring.account,
        app_key=presented(key.app_key),
        app_token=presented("supposed"),
        digest=key.digest,
        wanted=wanted,
        at=at,
        address=address,
    )


def own_address(key: Key) -> str:
    """An address from which a key works; empty where it works from everywhere."""
    return str(key.networks[0].network_address) if key.networks else ""


def with_key(keyring: Keyring, key: Key) -> Keyring:
    """The keyring with one key put in place of its namesake."""
    return replace(keyring, keys={**keyring.keys, key.app_key: key})


def helps(keyring: Keyring, commands: Sequence[Command], attempt: Attempt, cause: Cause, at: Moment) -> bool:
    """Say whether, after these commands, the attempt's key comes further than *cause* with its own token."""
    changed = carried_out(keyring, commands, at)
    key = changed.keys.get(attempt_key(attempt)) if changed else None
    if changed is None or key is None:
        return False
    return passes(cause, decide(changed, supposing_token(attempt, key)))


def attempt_key(attempt: Attempt) -> AppKey:
    """The appKey of an attempt."""
    return AppKey(attempt.app_key.text)


def _entitled(keyring: Keyring, command: Command) -> Actor:
    if NEEDS[type(command)] is Authority.OPERATOR:
        return _OPERATOR
    return Actor(ActorKind.USER, keyring.sponsor)
