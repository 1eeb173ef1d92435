"""A server asked about a pair: whether it may be, what it answered, and what that adds to what was found offline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import RenderableType
from rich.text import Text

from chaveiro.core.attempt import Field, Presented
from chaveiro.core.cause import Audience, Cause, Finding, Stage
from chaveiro.doors.cli import printing
from chaveiro.doors.cli.desk import CANNOT, NO, Desk
from chaveiro.doors.cli.doctor import texts
from chaveiro.doors.cli.doctor.answer import Meaning, Understood, understood
from chaveiro.doors.cli.doctor.request import SECONDS_MAX, Address, NoAnswer, ask, sendable
from chaveiro.doors.pasted.found import Found
from chaveiro.words import figures
from chaveiro.words.explain import explain

_MEANINGS = {
    Meaning.ACCEPTED: texts.ANSWER_ACCEPTED,
    Meaning.CREDENTIALS: texts.ANSWER_CREDENTIALS,
    Meaning.NOT_ENABLED: texts.ANSWER_NOT_ENABLED,
    Meaning.ORIGIN: texts.ANSWER_ORIGIN,
    Meaning.RATE: texts.ANSWER_RATE,
    Meaning.REDIRECT: texts.ANSWER_REDIRECT,
    Meaning.ROLES: texts.ANSWER_ROLES,
    Meaning.UNAVAILABLE: texts.ANSWER_UNAVAILABLE,
    Meaning.UNKNOWN: texts.ANSWER_UNKNOWN,
}
_TOKEN_AS_KEY = frozenset({Cause.FIELDS_SWAPPED, Cause.TOKEN_IN_KEY_FIELD, Cause.TOKEN_IN_BOTH_FIELDS})


@dataclass(frozen=True, slots=True)
class Asked:
    """What came of asking, in sentences; the answer itself where there was one that is understood."""

    sentences: tuple[str, ...]
    answer: Understood | None = None
    command: str = ""  # by which a keeper reads the rest

    @property
    def exit(self) -> int:
        """0 the server let the pair through, 1 it did not, 2 that cannot be told."""
        if self.answer and self.answer.meaning is Meaning.ACCEPTED:
            return 0
        return NO if self.answer and self.answer.denied else CANNOT


def asked(desk: Desk, to: Address, found: Found, findings: Sequence[Finding]) -> Asked:
    """Ask a server about a pair, exactly as it is, unless that would hand a secret to whoever should not see it."""
    if sentence := _unfit(found, findings):
        return Asked((desk.text(sentence),))
    try:
        answer = ask(to, _sent(found.app_key), _sent(found.app_token), language=desk.language.tag)
    except NoAnswer as none:
        reason = desk.text(none.sentence, seconds=int(SECONDS_MAX))
        return Asked((desk.text(texts.NO_ANSWER, reason=reason),))
    said = understood(answer)
    command = f"chaveiro explain {said.denial}" if said.denial else ""
    return Asked((*_told(desk, said, findings), *_added(desk, said, findings)), said, command)


def shown(desk: Desk, result: Asked) -> list[RenderableType]:
    """What came of asking, for people."""
    shown: list[RenderableType] = [Text(desk.text(texts.ANSWER), style="bold"), *result.sentences]
    if result.command:
        shown += [desk.text(texts.ANSWER_DENIAL), printing.command(result.command)]
    return shown


def body(result: Asked) -> dict[str, object]:
    """What came of asking, for programs."""
    answer = result.answer
    return {
        "asked": answer is not None,
        "exit": result.exit,
        "status": answer.status if answer else None,
        "meaning": answer.meaning.value if answer else None,
        "cause": answer.cause.value if answer and answer.cause else None,
        "denial": (answer.denial if answer else "") or None,
        "required": list(answer.resources) if answer else [],
        "said": list(result.sentences),
    }


def _unfit(found: Found, findings: Sequence[Finding]) -> str:
    """Why a pair is not sent; empty where it may be."""
    causes = {one.cause for one in findings}
    if {cause.of(Field.KEY) for cause in causes} & {Cause.KEY_FOREIGN_CREDENTIAL}:
        return texts.NOT_ASKED_FOREIGN
    if causes & _TOKEN_AS_KEY:
        return texts.NOT_ASKED_TOKEN_AS_KEY
    fit = all(sendable(one.text) for one in (found.app_key, found.app_token))
    return "" if fit else texts.NOT_ASKED_UNSENDABLE


def _sent(value: Presented) -> str | None:
    return value.text if value.count else None


def _told(desk: Desk, said: Understood, findings: Sequence[Finding]) -> list[str]:
    if said.cause and said.meaning is Meaning.CAUSE:
        words = explain(Finding(said.cause, said.facts), to=Audience.KEEPER, language=desk.language)
        told = [desk.text(texts.ANSWER_CAUSE, status=said.status, title=words.title, cause=said.cause.value)]
        known = said.cause not in {one.cause for one in findings} and set(said.cause.facts) <= set(said.facts)
        told += [desk.text(texts.ANSWER_REMEDY, remedy=words.remedy)] if known else []
    elif said.meaning is Meaning.ACCEPTED and findings:
        told = [desk.text(texts.ANSWER_ACCEPTED_DAMAGED, status=said.status)]
    else:
        told = [desk.text(_MEANINGS[said.meaning], status=said.status)]
    if said.resources:
        named = figures.listed(said.resources, desk.language, either=True)
        told.append(desk.text(texts.ANSWER_ROLES_NAMED, resources=named))
    return told


def _added(desk: Desk, said: Understood, findings: Sequence[Finding]) -> list[str]:
    """What the answer adds to what was found offline."""
    blind = said.meaning is Meaning.CREDENTIALS or said.cause is Cause.CREDENTIALS_INVALID
    if blind:
        return [desk.text(texts.ANSWER_OFFLINE_EXPLAINS if findings else texts.ANSWER_INVALID_ADDS)]
    if said.meaning is not Meaning.CAUSE or said.cause is None or not findings:
        return []
    if said.cause in {one.cause for one in findings}:
        return [desk.text(texts.ANSWER_SAME)]
    return [desk.text(texts.ANSWER_OTHER)] if said.cause.stage <= Stage.SHAPE else []
