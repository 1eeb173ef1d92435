"""Denials that are one trouble: who, for which cause, on which route, since when and how often."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, NamedTuple

from chaveiro.core.cause import Cause, Stage
from chaveiro.core.names import Moment

if TYPE_CHECKING:
    from chaveiro.core.attempt import Wanted
    from chaveiro.core.denial import Denial, DenialId
    from chaveiro.core.names import AccountName, AppKey

FACES_MAX: Final = 8
SILENCE_SECONDS: Final = 86_400  # after so long without a denial, a success in between ends an episode


class Place(NamedTuple):
    """What denials of one episode have in common."""

    account: AccountName
    app_key: AppKey | None  # None: no key of the account, so that all who guess share one place for each cause
    cause: Cause
    route: str  # empty where the cause does not depend on it


@dataclass(frozen=True, slots=True)
class Face:
    """One presented value among those of an episode: its fingerprint, and when it was seen."""

    hash: str
    first: Moment
    last: Moment
    count: int


@dataclass(frozen=True, slots=True)
class Episode:
    """Denials of one place. It outlives the denials it counts."""

    id: DenialId  # of its first denial
    account: AccountName
    app_key: AppKey | None
    cause: Cause
    route: str
    first: Moment
    last: Moment
    count: int
    newest: DenialId
    wanted: Wanted  # of its first denial
    worked: Moment | None  # the last success known when it began
    between: Moment | None  # a success since then that was known when it went on
    faces: tuple[Face, ...]  # of the tokens; of the appKeys where no key is known. The ones met most often

    @property
    def place(self) -> Place:
        """What its denials have in common."""
        return Place(self.account, self.app_key, self.cause, self.route)


def place_of(denial: Denial) -> Place:
    """Where a denial belongs. Only what a proven key may do depends on the route."""
    cause = denial.findings[0].cause if denial.findings else denial.told
    of_route = denial.app_key is not None and denial.proven and cause.stage is Stage.AUTHORIZATION
    return Place(denial.account, denial.app_key, cause, denial.route if of_route else "")


def begun(denial: Denial, place: Place, worked: Moment | None) -> Episode:
    """The episode that begins with a denial."""
    return Episode(
        id=denial.id,
        account=place.account,
        app_key=place.app_key,
        cause=place.cause,
        route=place.route,
        first=denial.at,
        last=denial.at,
        count=1,
        newest=denial.id,
        wanted=denial.wanted,
        worked=worked,
        between=None,
        faces=(Face(_hash(denial), denial.at, denial.at, 1),),
    )


def goes_on(episode: Episode, denial: Denial, worked: Moment | None) -> bool:
    """Say whether a denial of the same place is of this episode, *worked* being the last success known now."""
    silent = denial.at - episode.last > SILENCE_SECONDS
    return not (silent and worked is not None and worked > episode.last)


def joined(episode: Episode, denial: Denial, worked: Moment | None) -> Episode:
    """The episode with one denial more, *worked* being the last success known now."""
    newer = denial.at >= episode.last
    in_between = worked is not None and episode.first < worked <= denial.at
    return replace(
        episode,
        first=min(episode.first, denial.at),
        last=max(episode.last, denial.at),
        count=episode.count + 1,
        newest=denial.id if newer else episode.newest,
        between=worked if in_between else episode.between,
        faces=_seen(episode.faces, Face(_hash(denial), denial.at, denial.at, 1)),
    )


def _hash(denial: Denial) -> str:
    return denial.token.hash if denial.app_key else denial.key.hash


def _seen(faces: tuple[Face, ...], new: Face) -> tuple[Face, ...]:
    """The faces with one more. Whoever comes back stays; whoever comes once makes room for the next."""
    others = [one for one in faces if one.hash != new.hash]
    if len(others) < len(faces):
        old = next(one for one in faces if one.hash == new.hash)
        new = Face(old.hash, min(old.first, new.first), max(old.last, new.last), old.count + 1)
    elif len(others) >= FACES_MAX:
        others.remove(min(others, key=lambda one: (one.count, one.last)))
    return (*others, new)
