"""What an account has seen of its keys: when each last worked, what last went wrong, how old its token is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chaveiro.core.episode import SILENCE_SECONDS
from chaveiro.doors.keeping.key import DAY_SECONDS, Uses, last_use, token_days, token_made
from chaveiro.stores.port import EPISODES_MAX

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chaveiro.core.episode import Episode
    from chaveiro.core.keyring import Key, Keyring
    from chaveiro.core.names import AppKey, Moment, RoleId
    from chaveiro.doors.console.visit import Visit


@dataclass(frozen=True, slots=True)
class Sightings:
    """All of an account's keys, read once for all of them."""

    keyring: Keyring  # with its external keys among its own
    at: Moment
    usage: Uses
    failures: Mapping[AppKey, Episode]  # the newest of each key
    days_max: int  # after which a token is called old

    def roles(self, key: Key) -> tuple[RoleId, ...]:
        """The roles that are in force."""
        return self.keyring.in_force(key.grants, self.at) if key.grants else ()

    def used(self, key: Key) -> Moment | None:
        """When one of its live tokens last worked."""
        return last_use(key, self.usage)

    def failure(self, key: Key) -> Episode | None:
        """What last went wrong."""
        return self.failures.get(key.app_key)

    def failing(self, key: Key) -> bool:
        """Whether requests were refused since the key last worked, or within the last day."""
        failure = self.failures.get(key.app_key)
        if failure is None:
            return False
        used = self.used(key)
        return used is None or failure.last > used or self.at - failure.last <= SILENCE_SECONDS

    def days(self, key: Key) -> int:
        """How many whole days old the newest token is."""
        return token_days(key, self.at)

    def old(self, key: Key) -> bool:
        """Whether the token is due to be renewed. How old one is concerns its own account alone."""
        if key.home is not None or key.renewing:
            return False
        return self.at - token_made(key, key.live_tokens[-1]) > self.days_max * DAY_SECONDS


def sightings(visit: Visit) -> Sightings:
    """Read what the store knows. Raises StoreUnavailable."""
    store, keyring = visit.console.store, visit.keyring
    failures: dict[AppKey, Episode] = {}
    for episode in store.episodes(visit.account, limit=EPISODES_MAX):
        if episode.app_key is not None:
            failures.setdefault(episode.app_key, episode)
    days_max = keyring.token_days_max or visit.console.token_days_max
    return Sightings(keyring, visit.at, store.usage(visit.account), failures, days_max)
