"""A denial, or a request that was examined, as its page shows it: values that a template need only write down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from chaveiro.core.attempt import AnyRole, Need
from chaveiro.core.cause import Audience, Cause, Finding, Stage
from chaveiro.core.decision import Allowed, may_hold
from chaveiro.core.names import Email
from chaveiro.doors.console.failing import question
from chaveiro.doors.console.failing.mending import Offer, key_page, offers
from chaveiro.doors.console.failing.question import Question, Wish
from chaveiro.doors.console.room import CONSOLE
from chaveiro.doors.keeping import episode
from chaveiro.doors.keeping.chain import Link, Part, State, chain
from chaveiro.doors.keeping.told import evidence, sure, told, told_examined
from chaveiro.words.explain import explain

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from chaveiro.core.denial import Denial
    from chaveiro.core.keyring import Key, Role
    from chaveiro.core.names import AppKey
    from chaveiro.denials import Examined, Explained
    from chaveiro.doctor.episode import Traced
    from chaveiro.doctor.remedy import Remedy
    from chaveiro.doors.console.visit import Visit
    from chaveiro.words.explain import Explanation

_OF_THE_CALLER: Final = frozenset({Cause.INSECURE_TRANSPORT, Cause.IP_NOT_ALLOWED})
_STATES: Mapping[State, str] = {State.HOLDS: "ok", State.BROKEN: "broken", State.NOT_REACHED: "unknown"}


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One finding in words, and what mends it."""

    words: Explanation
    sure: str
    evidence: tuple[str, ...]
    offers: tuple[Offer, ...]
    gone: bool = False  # it does not stand in the way any more


@dataclass(frozen=True, slots=True)
class Now:
    """What would become of the same request now."""

    allowed: bool | None  # None: it hangs on what the caller sends
    change: str = ""  # the change by which it came to be allowed
    fixed: Explanation | None = None
    next: str = ""  # what stands in the way


@dataclass(frozen=True, slots=True)
class Case:
    """One case."""

    allowed: bool
    links: tuple[dict[str, str], ...]
    obstacles: tuple[Obstacle, ...]  # the cause first
    read: Explanation | None  # what its caller was told, or would be
    roles: tuple[Role, ...] = ()  # by which it is allowed


def of_denial(visit: Visit, explained: Explained, now: Examined | None) -> Case:
    """A denial that is kept. *now* is the same request as it would be judged now, where that can be known."""
    case = told(explained, visit.keyring, visit.language)
    denial = explained.denial
    standing = {one.cause for one in now.findings} if now else None
    return Case(
        allowed=False,
        links=links(visit, case.links, denial.app_key),
        obstacles=_obstacles(visit, case.findings, () if case.fixed else explained.remedies, standing),
        read=_worded(visit, Finding(denial.told), Audience.KEEPER),
    )


def of_examined(visit: Visit, examined: Examined) -> Case:
    """A request that was examined."""
    case = told_examined(examined, visit.keyring, visit.language)
    decision = examined.decision
    allowed = isinstance(decision, Allowed)
    reader = Audience.STRANGER if isinstance(decision, Allowed) or not decision.proven else Audience.HOLDER
    return Case(
        allowed=allowed,
        links=links(visit, case.links, examined.app_key),
        obstacles=_obstacles(visit, case.findings, examined.remedies, None),
        read=_worded(visit, examined.told, reader) if examined.told else None,
        roles=giving(visit, decision, examined) if isinstance(decision, Allowed) else (),
    )


def now_of(visit: Visit, denial: Denial) -> Examined | None:
    """The same request as it would be judged now with the key's own token. None: key or circumstances are not known."""
    key = _repeatable(visit, denial)
    return question.examined(visit, key, wish_of(denial), denial.address) if key else None


def is_mended(visit: Visit, denial: Denial) -> bool:
    """Say whether the same request would be allowed now. Never of one whose pair was wrong: that is its caller's."""
    key = _repeatable(visit, denial) if denial.proven else None
    return key is not None and question.is_allowed(visit, key, wish_of(denial), denial.address)


def told_now(visit: Visit, explained: Explained, now: Examined | None) -> Now | None:
    """What would become of the same request now. None: nobody can tell."""
    denial = explained.denial
    if explained.fixed_since:
        by = explained.fixed_by
        change = episode.change(by, visit.keyring, visit.language) if by else ""
        return Now(allowed=True, change=change, fixed=_worded(visit, explained.fixed_since, Audience.KEEPER))
    if now is None:
        return _user_now(visit, denial)
    if isinstance(now.decision, Allowed):
        return Now(allowed=True if denial.proven else None)
    return Now(allowed=False if denial.proven else None, next=_title(visit, now))


def wish_of(denial: Denial) -> Wish:
    """What was asked for, fit to be asked for again: by name where it was asked for by name."""
    if not denial.path and isinstance(denial.wanted, Need):
        return Wish(resource=denial.wanted.resources[0])
    return Wish(denial.method, denial.path) if denial.path else Wish()


def simulator(visit: Visit, app_key: AppKey | None, wish: Wish) -> str:
    """Where the same is asked of a key again; empty where no key is known."""
    key = visit.keyring.keys.get(app_key) if app_key else None
    return f"{CONSOLE}/diagnose?{Question(key, (wish,)).query()}" if key else ""


def links(visit: Visit, known: Iterable[Link], app_key: AppKey | None) -> tuple[dict[str, str], ...]:
    """The links of a chain as the macro draws them."""
    page = key_page(visit, app_key) if app_key and app_key in visit.keyring.keys else ""
    return tuple(
        {
            "kind": one.part.value,
            "text": one.what,
            "state": _STATES[one.state],
            "href": page if one.part is Part.KEY else "",
        }
        for one in known
    )


def then_and_now(visit: Visit, explained: Explained) -> list[tuple[str, str, str]]:
    """What a link was then and is now, for those that changed since."""
    if explained.then is None:
        return []
    before = chain(explained.denial, explained.then, visit.language)
    after = chain(explained.denial, visit.keyring, visit.language, visit.at)
    pairs = zip(before, after, strict=True)
    return [(old.name, old.what, new.what) for old, new in pairs if old.what != new.what]


def trace_of(visit: Visit, traced: Traced) -> dict[str, object]:
    """An episode in words."""
    keyring, language = visit.keyring, visit.language
    guilty, verified = episode.suspect(traced, keyring, language)
    return {
        "episode": traced.episode,
        "title": episode.title(traced, language),
        "worked": traced.worked,
        "works_again": traced.works_again,
        "suspect": guilty,
        "verified": verified,
        "others": episode.others(traced, keyring, language),
        "note": episode.note(traced, language),
    }


def giving(visit: Visit, allowed: Allowed, examined: Examined) -> tuple[Role, ...]:
    """The roles by which something is allowed: of those in force, the ones that have a part in it."""
    roles = [visit.keyring.roles[one] for one in allowed.roles]
    if isinstance(examined.wanted, Need):
        asked = examined.wanted.resources
        roles = [one for one in roles if not one.resources.isdisjoint(asked)]
    return tuple(roles)


def _obstacles(
    visit: Visit, words: Sequence[Explanation], remedies: Sequence[Remedy], standing: set[Cause] | None
) -> tuple[Obstacle, ...]:
    """Findings with their remedies. *standing* are the causes that stand in the way now, where that is known."""
    every = offers(visit, remedies)
    return tuple(
        Obstacle(
            words=one,
            sure=sure(one),
            evidence=evidence(one),
            offers=tuple(offer for offer, remedy in zip(every, remedies, strict=True) if remedy.against is one.cause),
            gone=standing is not None and _is_of_the_account(one.cause) and one.cause not in standing,
        )
        for one in words
    )


def _repeatable(visit: Visit, denial: Denial) -> Key | None:
    """The key with which the same may be asked again, where all is known that it hangs on."""
    causes = {one.cause for one in denial.findings}
    unknown = Cause.INSECURE_TRANSPORT in causes or (Cause.IP_NOT_ALLOWED in causes and not denial.address)
    return visit.keyring.keys.get(denial.app_key) if denial.app_key and causes and not unknown else None


def _is_of_the_account(cause: Cause) -> bool:
    return cause.stage >= Stage.LIFECYCLE and cause not in _OF_THE_CALLER


def _user_now(visit: Visit, denial: Denial) -> Now | None:
    """A request by a user token: whether the user's roles would allow it now."""
    named = denial.findings[0].evidence.get("user") if denial.findings else None
    user = visit.keyring.users.get(Email(str(named)))
    plain = any(one.cause is Cause.INSECURE_TRANSPORT for one in denial.findings)
    if user is None or plain or not denial.proven or not isinstance(denial.wanted, Need | AnyRole):
        return None
    return Now(allowed=True) if may_hold(visit.keyring, user, denial.wanted, visit.at) else None


def _title(visit: Visit, examined: Examined) -> str:
    return _worded(visit, examined.findings[0], Audience.KEEPER).title


def _worded(visit: Visit, finding: Finding, to: Audience) -> Explanation:
    return explain(finding, to=to, language=visit.language)
