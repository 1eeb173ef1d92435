"""Keys that were never let in, although somebody tries: what their episodes have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from chaveiro.core.cause import Cause, Finding, Stage
from chaveiro.core.command import CreateRole, RenewKey
from chaveiro.core.decision import Denied, decide
from chaveiro.doctor.remedy import remedies
from chaveiro.doctor.sight import Seen, Sight, Told
from chaveiro.doctor.trial import own_address, supposed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from chaveiro.core.attempt import Attempt
    from chaveiro.core.command import Command
    from chaveiro.core.episode import Episode
    from chaveiro.core.keyring import Key, Keyring
    from chaveiro.core.names import Moment

REFUSED_MIN: Final = 2  # once is an accident

# A whole token that nobody knows. With a pair made elsewhere, the other half of the doubt is what was registered.
_NOT_KNOWN: Final = frozenset(
    {
        Cause.CREDENTIALS_INVALID,
        Cause.TOKEN_NEVER_ISSUED,
        Cause.TOKEN_UNVERIFIABLE,
        Cause.REGISTERED_TOKEN_SUSPECT,
    }
)


def futile(keyring: Keyring, key: Key, episodes: Iterable[Episode], now: Moment) -> Iterator[Seen]:
    """Say of a key that never worked what it is refused for, unless that was mended since."""
    own = [one for one in episodes if one.app_key == key.app_key and _goes_on(keyring, key, one, now)]
    count = sum(one.count for one in own)
    if count < REFUSED_MIN:
        return
    newest = max(own, key=lambda one: one.last)
    facts: dict[str, Told] = {
        "at": min(one.first for one in own),
        "last": newest.last,
        "count": count,
        "cause": newest.cause.value,
        "denial": newest.newest,
    }
    if _suspect(key, own):
        renew = (RenewKey(keyring.account, key.app_key, b""),)
        yield Seen(Sight.TOKEN_SUSPECT, key.app_key, facts, renew, key.app_key)
    else:
        yield Seen(Sight.ALWAYS_FAILING, key.app_key, facts, _mending(keyring, key, newest, now), key.app_key)


def _suspect(key: Key, own: Sequence[Episode]) -> bool:
    """Say whether one whole token was always sent and never known: then what was registered is as doubtful as it is."""
    sent = {face.hash for one in own for face in one.faces}
    return key.registered and len(sent) == 1 and all(one.cause in _NOT_KNOWN for one in own)


def _goes_on(keyring: Keyring, key: Key, episode: Episode, now: Moment) -> bool:
    """Say whether the same request would be refused again, as far as that can be known."""
    if episode.cause.stage < Stage.LIFECYCLE:
        made = (key.next_created or key.token_created or key.created).at
        return made <= episode.last
    if episode.cause.stage is Stage.CONTEXT:  # from where and how it came is not kept
        return True
    return isinstance(decide(keyring, _attempt(keyring, key, episode, now)), Denied)


def _mending(keyring: Keyring, key: Key, episode: Episode, now: Moment) -> tuple[Command, ...]:
    """The first remedy that makes no role: a round may name several keys, and numbers of new roles would be taken."""
    lacking = episode.cause.stage is Stage.AUTHORIZATION
    finding = Finding(Cause.PERMISSION_MISSING_RESOURCE if lacking else episode.cause)
    found = remedies(keyring, finding, _attempt(keyring, key, episode, now))
    ready = (one.commands for one in found if not any(isinstance(command, CreateRole) for command in one.commands))
    return next(ready, ())


def _attempt(keyring: Keyring, key: Key, episode: Episode, now: Moment) -> Attempt:
    """What was refused, as it would be with the key's own token and from one of its own networks."""
    return supposed(keyring, key, episode.wanted, now, address=own_address(key))
