"""What a key was refused last, and what would mend it, each in a few words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from chaveiro.core.cause import Audience, Cause, Finding
from chaveiro.core.credential import is_token
from chaveiro.doctor.engine import fixed_since
from chaveiro.doctor.remedy import remedies
from chaveiro.doors.console.failing.case import simulator, wish_of
from chaveiro.doors.console.failing.mending import offers
from chaveiro.doors.console.room import CONSOLE
from chaveiro.doors.keeping.told import evidence
from chaveiro.words.explain import explain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chaveiro.core.denial import Denial
    from chaveiro.core.names import Moment
    from chaveiro.doors.console.failing.mending import Offer
    from chaveiro.doors.console.key.found import Known
    from chaveiro.doors.console.visit import Visit

EVIDENCE_SHOWN: Final = 3


@dataclass(frozen=True, slots=True)
class Once:
    """One of several refusals that are alike."""

    at: Moment
    href: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Refusals that are alike, as the key's page shows them."""

    request: str  # method and path; empty where a resource was asked for by name
    title: str
    detail: str
    evidence: str
    times: tuple[Once, ...]  # the newest first
    simulator: str  # empty where there is no request to try again
    mended: bool  # the same would be allowed now
    remedy: Offer | None = None  # the best one against the cause; None: none is known, or needed


def refused(visit: Visit, known: Known) -> tuple[Refused, ...]:
    """The newest refusals of a key, those together that say the same, the newest first."""
    alike: dict[object, list[Denial]] = {}
    for denial in known.denials:
        finding = _finding(denial)
        facts = tuple(sorted((name, str(fact)) for name, fact in (*finding.facts.items(), *finding.evidence.items())))
        alike.setdefault((finding.cause, facts, denial.wanted, denial.method, denial.path), []).append(denial)
    return tuple(_told(visit, some) for some in alike.values())


def _told(visit: Visit, some: Sequence[Denial]) -> Refused:
    newest = some[0]
    cause = explain(_finding(newest), to=Audience.KEEPER, language=visit.language)
    mended = fixed_since(newest, visit.keyring, visit.at) is not None
    ranked = () if mended else remedies(visit.keyring, _finding(newest), newest, at=visit.at)
    return Refused(
        request=f"{newest.method} {newest.path}".strip() or newest.route,
        title=cause.title,
        detail=cause.detail,
        evidence=" · ".join(evidence(cause)[:EVIDENCE_SHOWN]),
        times=tuple(Once(one.at, _page_of(one)) for one in some),
        simulator=simulator(visit, newest.app_key, wish_of(newest)),
        mended=mended,
        remedy=next(iter(offers(visit, ranked[:1])), None),
    )


def _finding(denial: Denial) -> Finding:
    return denial.findings[0] if denial.findings else Finding(Cause.UNKNOWN_CAUSE)


def _page_of(denial: Denial) -> str:
    return f"{CONSOLE}/denials/{denial.id}"


def failures_of(app_key: str) -> str:
    """Where everything is that keeps failing with a key."""
    return f"{CONSOLE}/failures" if is_token(app_key) else f"{CONSOLE}/failures?{urlencode({'key': app_key})}"
