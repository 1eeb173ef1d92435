"""What a key was refused last, and what would mend it, each in a few words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from chaveiro.core.cause import Audience, Cause, Finding
from chaveiro.core.command import RenewKey
from chaveiro.core.credential import is_token
from chaveiro.doctor.engine import fixed_since
from chaveiro.doctor.remedy import remedies
from chaveiro.doors.console.key.asking import may
from chaveiro.doors.console.key.found import path_of
from chaveiro.doors.console.room import CONSOLE
from chaveiro.doors.keeping.told import evidence
from chaveiro.words.commands import in_turn
from chaveiro.words.explain import explain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chaveiro.core.denial import Denial
    from chaveiro.core.names import Moment
    from chaveiro.doors.console.key.found import Known
    from chaveiro.doors.console.visit import Visit

EVIDENCE_SHOWN: Final = 3
FIRST: Final = 0  # the number of the remedy that is offered here: the best one against the cause


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
    remedy: str = ""  # what the best one does; empty where none is known
    apply: str = ""  # where the form goes that applies it; empty where whoever looks may not
    renew: str = ""  # where to renew instead: its token has to be shown


def refused(visit: Visit, known: Known) -> tuple[Refused, ...]:
    """The newest refusals of a key, those together that say the same, the newest first."""
    alike: dict[object, list[Denial]] = {}
    for denial in known.denials:
        finding = _finding(denial)
        facts = tuple(sorted((name, str(fact)) for name, fact in (*finding.facts.items(), *finding.evidence.items())))
        alike.setdefault((finding.cause, facts, denial.wanted, denial.method, denial.path), []).append(denial)
    return tuple(_told(visit, known, some) for some in alike.values())


def _told(visit: Visit, known: Known, some: Sequence[Denial]) -> Refused:
    newest = some[0]
    cause = explain(_finding(newest), to=Audience.KEEPER, language=visit.language)
    mended = fixed_since(newest, visit.keyring, visit.at) is not None
    ranked = () if mended else remedies(visit.keyring, _finding(newest), newest, at=visit.at)
    best = ranked[FIRST] if ranked else None
    what = "; ".join(in_turn(best.commands, visit.language, roles=visit.keyring.roles)) if best else ""
    renews = best is not None and any(isinstance(one, RenewKey) for one in best.commands)
    allowed = best is not None and all(may(visit, type(one)) for one in best.commands)
    return Refused(
        request=f"{newest.method} {newest.path}".strip() or newest.route,
        title=cause.title,
        detail=cause.detail,
        evidence=" · ".join(evidence(cause)[:EVIDENCE_SHOWN]),
        times=tuple(Once(one.at, _page_of(one)) for one in some),
        simulator=_simulator(known, newest),
        mended=mended,
        remedy=what,
        apply=f"{_page_of(newest)}/remedy" if allowed and not renews else "",
        renew=f"{CONSOLE}{path_of(known.key)}/renew" if allowed and renews else "",
    )


def _finding(denial: Denial) -> Finding:
    return denial.findings[0] if denial.findings else Finding(Cause.UNKNOWN_CAUSE)


def _page_of(denial: Denial) -> str:
    return f"{CONSOLE}/denials/{denial.id}"


def _simulator(known: Known, denial: Denial) -> str:
    if not (denial.method and denial.path) or is_token(known.key.app_key):
        return ""
    asked = {"key": known.key.app_key, "method": denial.method, "path": denial.path}
    return f"{CONSOLE}/diagnose?{urlencode(asked)}"


def failures_of(app_key: str) -> str:
    """Where everything is that keeps failing with a key."""
    return f"{CONSOLE}/failures" if is_token(app_key) else f"{CONSOLE}/failures?{urlencode({'key': app_key})}"
