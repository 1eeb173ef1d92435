"""A message ready to be sent to whoever may mend a denial. It holds no secret, and each reader what is theirs."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING

from chaveiro.core.cause import Audience, Cause, Finding
from chaveiro.doors.keeping import texts
from chaveiro.doors.keeping.chain import Part
from chaveiro.doors.keeping.told import told as told_anew
from chaveiro.words import figures
from chaveiro.words.explain import explain
from chaveiro.words.language import N_

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chaveiro.doors.keeping.told import Told
    from chaveiro.words.explain import Explanation
    from chaveiro.words.language import Language

_REFUSED = N_("`{account}` refused a request.")
_ASKED = N_("What was asked: {request}")
_KEY = N_("With the key: {key}")
_WHY = N_("Why it was refused: {title}.")
_SINCE = N_("Since: {at}.")
_SINCE_COUNTED = N_("Since: {at}. Refused so far: {count} times.")
_WHAT_TO_DO = N_("What to do: {remedy}")
_KEEPER_MAY = N_("What whoever keeps the keys of `{account}` can do: {what}.")
_SEE = N_("Everything about it: {where}")
_ABOUT = N_("About this cause: {where}")
_ID = N_("The id of this denial, for whoever keeps the keys of `{account}`: {id}")

# What only keepers read, and may hand on: title and remedy say what an integrator has to do, and name nobody.
_HANDED_ON = frozenset({Cause.KEY_DELETED, Cause.TOKEN_ROTATED, Cause.TOKEN_UNVERIFIABLE})


class Recipient(StrEnum):
    """Who may mend it."""

    KEEPER = "keeper"  # the sponsor, or whoever may change the account's keys
    INTEGRATOR = "integrator"  # whoever runs the program that was refused


def ready_message(told: Told, *, to: Recipient, language: Language, public_url: str = "") -> str:
    """What was asked, why it was refused, since when, what to do, and where to see it.

    A keeper reads the commands that mend it. An integrator reads what the holder of a pair may, and of the account's
    roles only what would be done with them.
    """
    own = told_anew(told.explained, told.keyring, language)
    write = _to_keeper if to is Recipient.KEEPER else _to_integrator
    return "\n".join(write(own, language, public_url.rstrip("/")))


def _to_keeper(told: Told, language: Language, public_url: str) -> Iterator[str]:
    key = next(one.what for one in told.links if one.part is Part.KEY)
    yield from _asked(told, key, language)
    if told.fixed:
        cause = told.findings[0]
        yield from (*_why(cause.title, cause.detail, language), _since(told, language), "", *_fixed(told.fixed))
    else:
        yield from _obstacles(told, language)
    page = f"{public_url}/console/denials/{told.denial.id}"
    yield from ("", _said(_SEE, language, where=page if public_url else f"chaveiro explain {told.denial.id}"))


def _obstacles(told: Told, language: Language) -> Iterator[str]:
    """The cause with what mends it, then the next obstacles with what mends those."""
    for place, one in enumerate(told.findings):
        if place == 1:
            yield from ("", _said(texts.NEXT_OBSTACLES, language))
        yield from ("", f"{one.title}. {one.detail}") if place else _why(one.title, one.detail, language)
        if place == 0:
            yield from (_since(told, language), "")
        yield _said(_WHAT_TO_DO, language, remedy=one.remedy)
        yield from _commands(told, one, language)


def _commands(told: Told, cause: Explanation, language: Language) -> Iterator[str]:
    own = told.against(cause.cause)
    if own:
        yield _said(texts.WHAT_MENDS_IT, language)
    for number, mending in enumerate(own, 1):
        for place, step in enumerate(mending.steps):
            yield f"{number}. {step.what}" if place == 0 else f"   {step.what}"
            yield f"   {step.line}"


def _to_integrator(told: Told, language: Language, public_url: str) -> Iterator[str]:
    denial, keyring = told.denial, told.keyring
    known = keyring.keys.get(denial.app_key) if denial.app_key else None
    finding = denial.findings[0] if denial.findings else Finding(Cause.UNKNOWN_CAUSE)
    words = _handed_on(finding, language)
    yield from _asked(told, f"{known.app_key} {known.label}" if known else denial.app_key or "", language)
    yield from (*_why(words.title, words.detail, language), _since(told, language), "")
    if told.fixed:
        yield from _fixed(told.fixed)
    else:
        yield _said(_WHAT_TO_DO, language, remedy=words.remedy)
    if mendings := told.against(finding.cause):
        what = "; ".join(step.what for step in mendings[0].steps)
        yield _said(_KEEPER_MAY, language, account=denial.account, what=what)
    yield ""
    if public_url:
        yield _said(_ABOUT, language, where=f"{public_url}/causes/{words.cause}")
    yield _said(_ID, language, account=denial.account, id=denial.id)


def _handed_on(finding: Finding, language: Language) -> Explanation:
    """A finding in the words of whoever holds the pair; who did what in the account stays there."""
    bare = replace(finding, evidence={})
    if finding.cause in _HANDED_ON:
        return replace(explain(bare, to=Audience.KEEPER, language=language), detail="")
    return explain(bare, to=Audience.HOLDER, language=language)


def _asked(told: Told, key: str, language: Language) -> Iterator[str]:
    request = next(one.what for one in told.links if one.part is Part.REQUEST)
    yield from (_said(_REFUSED, language, account=told.denial.account), "")
    if request != texts.NOTHING:
        yield _said(_ASKED, language, request=request)
    if key:
        yield _said(_KEY, language, key=key)


def _why(title: str, detail: str, language: Language) -> tuple[str]:
    return (f"{_said(_WHY, language, title=title)} {detail}".strip(),)


def _since(told: Told, language: Language) -> str:
    trace = told.explained.trace
    at = figures.moment(trace.episode.first if trace else told.denial.at, language)
    if trace is None or trace.episode.count == 1:
        return _said(_SINCE, language, at=at)
    return _said(_SINCE_COUNTED, language, at=at, count=figures.number(trace.episode.count, language))


def _fixed(fixed: Explanation) -> tuple[str]:
    return (f"{fixed.title}. {fixed.detail} {fixed.remedy}",)


def _said(sentence: str, language: Language, **facts: object) -> str:
    return texts.told(sentence, language, **facts)
