"""The one place that decides how much is told, to whom, and in which language."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from chaveiro.core.attempt import Field, Need
from chaveiro.core.cause import Audience, Cause, Code, Confidence, Fact, Finding, Stage
from chaveiro.words import figures
from chaveiro.words.causes import TEXTS
from chaveiro.words.language import N_, sentences
from chaveiro.words.refusals import ANY_RESOURCE, REFUSALS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chaveiro.core.command import Refusal
    from chaveiro.words.language import Language

_REQUIRED_UNTOLD = N_("a certain permission")
_NEEDS = N_("This request needs {required}.")
_BY = N_("Done by {by}.")
_WHY = N_("Reason given: {why}")


@dataclass(frozen=True, slots=True)
class Explanation:
    """A finding in words, as one audience may read it. All of it may be sent to that audience."""

    code: Code
    cause: Cause
    status: int
    title: str
    detail: str
    remedy: str
    language: Language
    required: Need | None = None  # the resources the request needs, once the pair has matched
    facts: Mapping[str, Fact] = field(default_factory=dict)
    evidence: Mapping[str, Fact] = field(default_factory=dict)  # for keepers
    confidence: Confidence | None = None  # None: a caller who proved nothing reads no store fact, nor how sure we are


def explain(finding: Finding, *, to: Audience, language: Language) -> Explanation:
    """Tell *finding* to an audience, coarser where it may not read it all. Never raises for a fact that is missing.

    INVARIANT: what a stranger reads depends on nothing that the store knows, so *finding* must not either: give
    strangers what was found in the bytes they sent.
    """
    cause = tellable(finding, to)
    facts = {name: fact for name, fact in finding.facts.items() if name in cause.facts}
    keeper = to is Audience.KEEPER
    required = finding.facts.get("required") if to > Audience.STRANGER and cause.stage is Stage.AUTHORIZATION else None
    need = required if isinstance(required, Need) else None
    text = TEXTS[cause]
    said = _said(cause, facts, language)
    detail = _filled(text.detail, said, language)
    if need and "required" not in cause.facts:
        detail = f"{detail} {_filled(_NEEDS, {'required': figures.needed(need, language)}, language)}"
    if keeper:
        detail = " ".join((detail, *_who_and_why(finding, language)))
    return Explanation(
        code=cause.code,
        cause=cause,
        status=cause.code.status,
        title=_filled(text.title, said, language),
        detail=detail,
        remedy=_filled(text.remedy, said, language),
        language=language,
        required=need,
        facts=facts,
        evidence=dict(finding.evidence) if keeper else {},
        confidence=None if to is Audience.STRANGER else finding.confidence,
    )


def tellable(finding: Finding, to: Audience) -> Cause:
    """The most that *to* may read of a finding."""
    cause = finding.cause
    while cause.audience > to:
        cause = coarser(cause)
    # Only the store can verify a repair, so whoever hands such a finding to a stranger is about to tell what it knows.
    known_by_store = to is Audience.STRANGER and finding.confidence is Confidence.VERIFIED
    unproven = cause.code.status == 401  # noqa: PLR2004 - Unauthorized
    return Cause.CREDENTIALS_INVALID if known_by_store and unproven else cause


def coarser(cause: Cause) -> Cause:
    """What is told in the place of a cause to whoever may not read it: true as well, and saying less."""
    if cause.audience is Audience.KEEPER and cause.stage >= Stage.AUTHORIZATION:
        return Cause.PERMISSION_MISSING_RESOURCE
    return cause if cause.audience is Audience.STRANGER else Cause.CREDENTIALS_INVALID


def refuse(refusal: Refusal, language: Language) -> tuple[str, str]:
    """A refused command in words: what stands in its way, and what to do."""
    text = REFUSALS[refusal.reason]
    said = {name: figures.told(name, fact, language) for name, fact in refusal.facts.items()}
    resources = refusal.facts.get("resources")
    if refusal.reason in ANY_RESOURCE and isinstance(resources, tuple):
        said["resources"] = figures.listed(map(str, resources), language, either=True)
    return _filled(text.message, said, language), _filled(text.remedy, said, language)


def _said(cause: Cause, facts: Mapping[str, Fact], language: Language) -> dict[str, str]:
    said = {name: figures.told(name, fact, language) for name, fact in facts.items()}
    part = cause.field or facts.get("field")
    if isinstance(part, str) and part in set(Field):
        said |= {"field": figures.FIELDS[Field(part)], "header": figures.HEADERS[Field(part)]}
    return said


def _filled(sentence: str, said: Mapping[str, str], language: Language) -> str:
    spoken = sentences(language)
    return spoken.gettext(sentence).format_map(_Said(said, spoken.gettext(_REQUIRED_UNTOLD)))


class _Said(dict[str, str]):
    """Facts in words. One that nobody handed over leaves a gap in a sentence, and never an exception in an answer."""

    def __init__(self, said: Mapping[str, str], required: str) -> None:
        super().__init__(said)
        self._required = required

    def __missing__(self, name: str) -> str:
        return self._required if name == "required" else figures.UNTOLD


def _who_and_why(finding: Finding, language: Language) -> list[str]:
    """Who did it and why, where a keeper asks and the sentence does not say it already."""
    by, why = finding.evidence.get("by"), finding.evidence.get("why")
    said = []
    if isinstance(by, str) and by and "by" not in finding.cause.facts:
        said.append(_filled(_BY, {"by": figures.told("by", by, language)}, language))
    if isinstance(why, str) and why:
        said.append(_filled(_WHY, {"why": figures.told("why", why, language)}, language))
    return said
