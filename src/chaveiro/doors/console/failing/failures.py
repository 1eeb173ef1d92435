"""The failures inbox: what keeps being refused, since when and by which change, with its remedy beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from chaveiro.core.cause import Audience, Cause, Finding
from chaveiro.core.command import MuteEpisode, Refusal, UnmuteEpisode
from chaveiro.core.names import AppKey, Moment
from chaveiro.doctor.remedy import remedies
from chaveiro.doors.console.failing import case, mending
from chaveiro.doors.console.failing.denials import DENIALS
from chaveiro.doors.console.room import CONSOLE, Room
from chaveiro.doors.keeping import texts
from chaveiro.doors.keeping.handling import VIEWING_KEYS
from chaveiro.stores.port import EPISODES_MAX
from chaveiro.words.explain import explain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from chaveiro.core.denial import Denial
    from chaveiro.core.episode import Episode
    from chaveiro.core.keyring import Mark
    from chaveiro.doctor.episode import Traced
    from chaveiro.doors.console.failing.mending import Offer
    from chaveiro.doors.console.visit import Visit
    from chaveiro.wire.message import Reply

FAILURES: Final = "/failures"
ROWS: Final = 20  # each of them is traced back to what began it
LATELY_SECONDS: Final = 86_400
COUNTED_MAX: Final = 100
ALL: Final = "all"  # of a filter: no choice was made
_COUNTED_FIRST: Final = 20  # mostly enough to see that no more are new
_NUMBER_LENGTH_MAX: Final = 4


def lately(visit: Visit) -> int:
    """How many episodes of the last 24 hours nobody muted; at most `COUNTED_MAX`."""
    since = Moment(visit.at - LATELY_SECONDS)
    found = visit.console.store.episodes(visit.account, limit=_COUNTED_FIRST)
    if len(found) == _COUNTED_FIRST and found[-1].last >= since:
        found = visit.console.store.episodes(visit.account, limit=COUNTED_MAX)
    return sum(one.last >= since and one.id not in visit.keyring.muted for one in found)


room = Room("failures", count=lately)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which episodes are looked at."""

    app_key: AppKey | None = None
    cause: Cause | None = None
    muted: bool = False  # the muted ones instead of the others
    page: int = 1

    def address(self, page: int) -> str:
        """Where another page of the same is."""
        said = {"key": self.app_key, "cause": self.cause, "muted": "1" if self.muted else "", "page": str(page)}
        kept = {name: str(value) for name, value in said.items() if value and (name, value) != ("page", "1")}
        return f"{FAILURES}?{urlencode(kept)}" if kept else FAILURES


@dataclass(frozen=True, slots=True)
class Failure:
    """One episode as the inbox shows it."""

    episode: Episode
    trace: Mapping[str, object]
    mended: bool  # the same would be allowed now
    offer: Offer | None  # the best remedy of its newest denial
    muted: Mark | None
    newest: str  # where its newest denial is; empty where that one is not kept any more
    simulator: str


@dataclass(frozen=True, slots=True)
class Group:
    """The episodes of one key."""

    name: str  # its label; what is told where no key is known
    app_key: str
    href: str
    failures: tuple[Failure, ...]


@room.page(FAILURES, needs=VIEWING_KEYS)
def failures(visit: Visit) -> Reply:
    """Show what keeps failing, newest first."""
    return _page(visit)


@room.page(f"{FAILURES}/count", needs=VIEWING_KEYS)
def count(visit: Visit) -> Reply:
    """How many there are lately, for the navigation of pages that stay open."""
    return visit.page("count.html", address=f"{CONSOLE}{FAILURES}", count=lately(visit))


@room.act(f"{FAILURES}/mute", needs=VIEWING_KEYS)
def mute(visit: Visit) -> Reply:
    """Do not bring an episode up any more."""
    return _muting(visit, MuteEpisode, done="muted")


@room.act(f"{FAILURES}/unmute", needs=VIEWING_KEYS)
def unmute(visit: Visit) -> Reply:
    """Bring it up again."""
    return _muting(visit, UnmuteEpisode, done="unmuted")


def _muting(visit: Visit, command: type[MuteEpisode | UnmuteEpisode], *, done: str) -> Reply:
    own = visit.console.store.episodes(visit.account, limit=EPISODES_MAX)
    named = next((one.id for one in own if one.id == visit.given("episode")), None)
    if named is None:
        return visit.missing()
    outcome = visit.carry_out(command(visit.account, named))
    if isinstance(outcome, Refusal):
        message, remedy = visit.refusal(outcome)
        return _page(visit, said=mending.Told(message, remedy, 409))
    asked = _asked({name: visit.given(name) for name in ("key", "cause", "muted", "page")})
    return visit.go(asked.address(asked.page), done=done)


def _asked(given: Mapping[str, str]) -> Asked:
    cause, number = given["cause"], given["page"]
    fits = number.isascii() and number.isdigit() and len(number) <= _NUMBER_LENGTH_MAX
    return Asked(
        app_key=AppKey(given["key"]) if given["key"] not in {"", ALL} else None,
        cause=Cause(cause) if cause in set(Cause) else None,
        muted=given["muted"] == "1",
        page=max(1, int(number)) if fits else 1,
    )


def _page(visit: Visit, said: mending.Told | None = None) -> Reply:
    asked = _asked({name: visit.asked(name) for name in ("key", "cause", "muted", "page")})
    every = visit.console.denials.episodes(visit.account, app_key=asked.app_key, limit=EPISODES_MAX)
    chosen = [one for one in every if _is_chosen(visit, asked, one)]
    first = (asked.page - 1) * ROWS
    shown = chosen[first : first + ROWS]
    return visit.page(
        "failures_part.html" if visit.is_fragment else "failures.html",
        status=said.status if said else 200,
        said=said,
        asked=asked,
        here=CONSOLE + asked.address(asked.page),
        groups=_groups(visit, visit.console.denials.traced(visit.account, shown)),
        causes=_causes(visit, every),
        keys=_keys(visit, every, asked),
        count=len(chosen),
        muted=sum(one.id in visit.keyring.muted for one in every),
        any=bool(every),
        pages={
            "newer": CONSOLE + asked.address(asked.page - 1) if asked.page > 1 else "",
            "older": CONSOLE + asked.address(asked.page + 1) if len(chosen) > first + ROWS else "",
        },
        revision=str(visit.keyring.revision),
    )


def _is_chosen(visit: Visit, asked: Asked, one: Episode) -> bool:
    return (one.id in visit.keyring.muted) is asked.muted and asked.cause in {None, one.cause}


def _groups(visit: Visit, found: Sequence[Traced]) -> tuple[Group, ...]:
    """Episodes by key, the key with the newest one first."""
    groups: dict[AppKey | None, list[Traced]] = {}
    for one in found:
        groups.setdefault(one.episode.app_key, []).append(one)
    return tuple(
        Group(
            name=_label(visit, app_key),
            app_key=app_key or "",
            href=mending.key_page(visit, app_key) if app_key and app_key in visit.keyring.keys else "",
            failures=tuple(_failure(visit, one) for one in own),
        )
        for app_key, own in groups.items()
    )


def _failure(visit: Visit, traced: Traced) -> Failure:
    one = traced.episode
    denial = visit.console.store.denial(one.newest)
    mended = denial is not None and case.is_mended(visit, denial)
    return Failure(
        episode=one,
        trace=case.trace_of(visit, traced),
        mended=mended,
        offer=_offer(visit, denial) if denial and not mended else None,
        muted=visit.keyring.muted.get(one.id),
        newest=f"{CONSOLE}{DENIALS}/{one.newest}" if denial else "",
        simulator=case.simulator(visit, one.app_key, case.wish_of(denial)) if denial else "",
    )


def _offer(visit: Visit, denial: Denial) -> Offer | None:
    """The first of the remedies that the denial's own page offers."""
    for finding in denial.findings:
        found = remedies(visit.keyring, finding, denial, at=visit.at)
        if found:
            return mending.offers(visit, found[:1])[0]
    return None


def _causes(visit: Visit, every: Sequence[Episode]) -> list[tuple[str, str]]:
    """The causes that there are, to choose from."""
    causes = sorted({one.cause for one in every}, key=list(Cause).index)
    return [(one.value, _title(visit, one)) for one in causes]


def _keys(visit: Visit, every: Sequence[Episode], asked: Asked) -> list[tuple[str, str]]:
    """Likewise the keys."""
    if asked.app_key:
        return [(asked.app_key, _name(visit, asked.app_key))]
    keys = dict.fromkeys(one.app_key for one in every if one.app_key)
    return sorted(((one, _name(visit, one)) for one in keys), key=lambda pair: pair[1].casefold())


def _label(visit: Visit, app_key: AppKey | None) -> str:
    """What a key is called, or was before it was deleted."""
    if app_key is None:
        return texts.told(texts.UNKNOWN_KEY, visit.language)
    gone = visit.keyring.tombstones.get(app_key)
    known = visit.keyring.keys.get(app_key)
    if known is None and gone:
        return f"{gone.label} ({texts.told(texts.GONE, visit.language)})"
    return known.label if known else app_key


def _name(visit: Visit, app_key: AppKey) -> str:
    return f"{_label(visit, app_key)} ({app_key})"


def _title(visit: Visit, cause: Cause) -> str:
    return explain(Finding(cause), to=Audience.KEEPER, language=visit.language).title
