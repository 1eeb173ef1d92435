"""Denials join their episodes, in every store alike: what it takes of the store is three questions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from chaveiro.core.episode import begun, goes_on, joined, place_of
from chaveiro.stores.port import EPISODES_OF_KEY_MAX

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chaveiro.core.denial import Denial, DenialId
    from chaveiro.core.episode import Episode, Place
    from chaveiro.core.names import AccountName, AppKey, Moment


class Shelf(Protocol):
    """What a store knows while denials are being written."""

    def newest(self, place: Place) -> Episode | None:
        """The newest episode of a place."""

    def count(self, account: AccountName, app_key: AppKey) -> int:
        """How many episodes a key has."""

    def worked(self, place: Place) -> Moment | None:
        """The last success of a place's key on its route, or on any where it names none."""


@dataclass
class Grouped:
    """Episodes as they are now, and which of them each denial belongs to."""

    episodes: dict[DenialId, Episode] = field(default_factory=dict)
    belongs: list[tuple[Denial, DenialId]] = field(default_factory=list)


def grouped(denials: Iterable[Denial], shelf: Shelf) -> Grouped:
    """Let these denials join or begin their episodes."""
    groups = _Groups(shelf)
    for denial in denials:
        groups.take(denial)
    return groups.found


class _Groups:
    """One batch. Each question is asked of the store once."""

    def __init__(self, shelf: Shelf) -> None:
        self.found = Grouped()
        self._shelf = shelf
        self._open: dict[Place, Episode | None] = {}
        self._counts: dict[tuple[AccountName, AppKey], int] = {}
        self._worked: dict[Place, Moment | None] = {}

    def take(self, denial: Denial) -> None:
        place = place_of(denial)
        known = self._newest(place)
        if known is None and self._crowded(place):
            place = place._replace(route="")
            known = self._newest(place)
        worked = self._worked_at(place) if known is None or denial.at > known.last else None
        if known is not None and goes_on(known, denial, worked):
            episode = joined(known, denial, worked)
        else:
            episode = begun(denial, place, worked)
            if place.app_key:
                self._counts[place.account, place.app_key] = self._count(place.account, place.app_key) + 1
        self._open[place] = episode
        self.found.episodes[episode.id] = episode
        self.found.belongs.append((denial, episode.id))

    def _newest(self, place: Place) -> Episode | None:
        if place not in self._open:
            self._open[place] = self._shelf.newest(place)
        return self._open[place]

    def _crowded(self, place: Place) -> bool:
        """Say whether a key has so many episodes that another route gets none of its own: callers choose names."""
        if place.app_key is None or not place.route:
            return False
        return self._count(place.account, place.app_key) >= EPISODES_OF_KEY_MAX

    def _count(self, account: AccountName, app_key: AppKey) -> int:
        if (account, app_key) not in self._counts:
            self._counts[account, app_key] = self._shelf.count(account, app_key)
        return self._counts[account, app_key]

    def _worked_at(self, place: Place) -> Moment | None:
        if place not in self._worked:
            self._worked[place] = self._shelf.worked(place) if place.app_key else None
        return self._worked[place]
