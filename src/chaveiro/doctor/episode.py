"""Since when something fails, and what was changed just before: a pure function of denials, changes and use."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import combinations
from typing import TYPE_CHECKING, Final

from chaveiro.catalogue import CatalogueMalformed, read_toml
from chaveiro.core.attempt import AnyRole, Need, NoMethod, NoRoute
from chaveiro.core.cause import Cause, Stage
from chaveiro.core.decision import Allowed, decide
from chaveiro.core.event import CatalogueImported, KeyDeleted, RenewalFinished
from chaveiro.core.names import Moment
from chaveiro.doctor.history import Step, concerns, steps
from chaveiro.doctor.trial import own_address, supposed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from chaveiro.catalogue import Catalogue
    from chaveiro.core.attempt import Wanted
    from chaveiro.core.change import Change
    from chaveiro.core.denial import Denial, Usage, Use
    from chaveiro.core.episode import Episode, Face
    from chaveiro.core.event import Event
    from chaveiro.core.keyring import Keyring
    from chaveiro.core.names import AppKey
    from chaveiro.doctor.history import Changes

CHANGES_MAX: Final = 20  # between a success and a failure; the ones nearest to the failure
STALE_SECONDS: Final = 5.0  # a node that had not yet heard of a change may still have allowed so long after it


class Deployments(StrEnum):
    """More than one program uses a key, and one of them has a token that is out of date."""

    ONE_WORKS = "one_works"  # the key went on working between the denials
    TWO_FAIL = "two_fail"  # two wrong tokens take turns


@dataclass(frozen=True, slots=True)
class Suspect:
    """The change that most likely began an episode."""

    change: Change
    verified: bool  # the same attempt was allowed before it and denied after it, by the same `decide()`


@dataclass(frozen=True, slots=True)
class Traced:
    """An episode with what was happening around its beginning."""

    episode: Episode
    worked: Moment | None  # the last success before its first denial
    works_again: Moment | None  # the last success, where it came after the last denial
    suspect: Suspect | None
    changes: tuple[Change, ...]  # about its key, between that success and the first denial
    deployments: Deployments | None


def traced(
    episodes: Iterable[Episode], changes: Changes, *, usage: Iterable[Usage], uses: Iterable[Use]
) -> tuple[Traced, ...]:
    """Trace episodes of one account back to what began them. *changes* are all of the account's."""
    found = tuple(episodes)
    last = _successes(usage, uses)
    trails = [_Trail(one, _worked(one, last)) for one in found]
    known = [trail for trail in trails if trail.episode.app_key]
    end = max((trail.episode.first for trail in known), default=Moment(0))
    for step in steps(changes):
        if step.change.at > end:
            break
        for trail in known:
            trail.follow(step)
    together = _faces(found)
    return tuple(
        Traced(
            episode=trail.episode,
            worked=trail.worked,
            works_again=_after(last.get((trail.episode.app_key, trail.episode.route)), trail.episode.last),
            suspect=trail.suspect,
            changes=tuple(trail.changes[-CHANGES_MAX:]),
            deployments=_deployments(trail.episode, together.get(trail.episode.app_key, ())),
        )
        for trail in trails
    )


def mended(denial: Denial, changes: Changes) -> Change | None:
    """The newest change by which what was denied to a proven key came to be allowed."""
    if not denial.proven or denial.app_key is None:
        return None
    found = None
    for step in steps(changes):
        newer = step.revision.seq > denial.revision.seq and step.revision.epoch == denial.revision.epoch
        if newer and concerns(step, denial.app_key):
            before, now = _on_both_sides(step, denial.wanted, denial.route)
            at = step.change.at
            if not _allowed(step.before, denial.app_key, before, at) and _allowed(step.after, denial.app_key, now, at):
                found = step.change
    return found


class _Trail:
    """One episode on the way from the account's beginning to its first denial."""

    def __init__(self, episode: Episode, worked: Moment | None) -> None:
        self.episode = episode
        self.worked = worked
        self.suspect: Suspect | None = None
        self.changes: list[Change] = []

    def follow(self, step: Step) -> None:
        """Take one change into account."""
        one, change = self.episode, step.change
        if one.app_key is None or change.at > one.first or not concerns(step, one.app_key):
            return
        if self.worked is not None and change.at >= self.worked:
            self.changes.append(change)
        if self.worked is None or change.at >= self.worked - STALE_SECONDS:
            if one.cause.stage < Stage.LIFECYCLE:
                if isinstance(change.event, _ENDING.get(one.cause, ())):
                    self.suspect = Suspect(change, verified=False)
            elif self._turned(step, one.app_key):
                self.suspect = Suspect(change, verified=True)

    def _turned(self, step: Step, app_key: AppKey) -> bool:
        before, now = _on_both_sides(step, self.episode.wanted, self.episode.route)
        at = self.episode.first
        return _allowed(step.before, app_key, before, at) and not _allowed(step.after, app_key, now, at)


# What ends a token or a key for good, for causes that come before the pair is proved.
_ENDING: Final[Mapping[Cause, type[Event]]] = {
    Cause.TOKEN_ROTATED: RenewalFinished,
    Cause.KEY_DELETED: KeyDeleted,
}


def _on_both_sides(step: Step, wanted: Wanted, route: str) -> tuple[Wanted | None, Wanted | None]:
    """What the request needs before and after a change: only another catalogue makes a difference."""
    if not isinstance(step.change.event, CatalogueImported):
        return wanted, wanted
    return _read(step.before.catalogue, wanted, route), _read(step.after.catalogue, wanted, route)


def _read(text: str, wanted: Wanted, route: str) -> Wanted | None:
    catalogue = _compiled(text)
    if catalogue is None:
        return None
    if isinstance(wanted, Need | AnyRole):
        if " /" not in route:  # asked for by name, or its route was not kept
            return wanted
        return next((one.need for one in catalogue.routes() if one.name == route), None)
    return catalogue.match(wanted.method, wanted.path) if isinstance(wanted, NoRoute | NoMethod) else wanted


@lru_cache(maxsize=8)
def _compiled(text: str) -> Catalogue | None:
    try:
        return read_toml(text) if text else None
    except CatalogueMalformed:
        return None


def _allowed(keyring: Keyring, app_key: AppKey, wanted: Wanted | None, at: Moment) -> bool:
    """Decide as if with the key's own token, from one of its own addresses. None: the catalogue has no such route."""
    key = keyring.keys.get(app_key)
    if key is None or wanted is None:
        return False
    return isinstance(decide(keyring, supposed(keyring, key, wanted, at, address=own_address(key))), Allowed)


def _successes(usage: Iterable[Usage], uses: Iterable[Use]) -> Mapping[tuple[AppKey | None, str], Moment]:
    """The last success of each key on each route, and under no route of each key at all."""
    last: dict[tuple[AppKey | None, str], Moment] = {}
    for one in usage:
        last[one.app_key, ""] = max(one.last, last.get((one.app_key, ""), one.last))
    return last | {(use.app_key, use.route): use.last for use in uses}


def _worked(episode: Episode, last: Mapping[tuple[AppKey | None, str], Moment]) -> Moment | None:
    newest = last.get((episode.app_key, episode.route))
    moments = [one for one in (episode.worked, newest) if one is not None and one <= episode.first]
    return max(moments, default=None)


def _after(success: Moment | None, denial: Moment) -> Moment | None:
    return success if success is not None and success > denial else None


def _faces(episodes: Sequence[Episode]) -> Mapping[AppKey | None, Sequence[Face]]:
    """The wrong tokens of each key, over all causes."""
    faces: dict[AppKey | None, list[Face]] = {}
    for one in episodes:
        if one.app_key and one.cause.stage < Stage.LIFECYCLE:
            faces.setdefault(one.app_key, []).extend(one.faces)
    return faces


def _deployments(episode: Episode, faces: Sequence[Face]) -> Deployments | None:
    if episode.app_key is None or episode.cause.stage >= Stage.LIFECYCLE or episode.count < 2:  # noqa: PLR2004 - once is an accident
        return None
    if episode.between is not None:
        return Deployments.ONE_WORKS
    often = [one for one in faces if one.count > 1]
    taking_turns = any(
        one.hash != other.hash and one.first < other.last and other.first < one.last
        for one, other in combinations(often, 2)
    )
    return Deployments.TWO_FAIL if taking_turns else None
