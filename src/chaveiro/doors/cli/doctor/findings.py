"""An examined pair in words for people and as a value for programs. Neither ever holds a presented value."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType
from rich.text import Text

from chaveiro.core.attempt import Field, Need
from chaveiro.core.cause import Audience, Cause, Fact, Finding
from chaveiro.core.credential import Format
from chaveiro.doctor.examination import Examination, Value, is_about_absence
from chaveiro.doors.cli import printing
from chaveiro.doors.cli.desk import NO, Desk
from chaveiro.doors.cli.doctor import texts
from chaveiro.doors.cli.texts import SURE
from chaveiro.doors.keeping.texts import NEXT_OBSTACLES
from chaveiro.doors.keeping.told import SURE as HOW_SURE
from chaveiro.doors.pasted.found import Found
from chaveiro.words.explain import Explanation, explain
from chaveiro.words.figures import FIELDS, HEADERS

_SHAPES = {Format.NATIVE: texts.SHAPE_NATIVE, Format.VTEX: texts.SHAPE_VTEX}


def findings_of(found: Found, examined: Examination) -> tuple[Finding, ...]:
    """What is wrong; that a value is not there is not wrong where only the other one was to be read."""
    return tuple(one for one in examined.findings if not (found.alone and is_about_absence(one)))


def shown(desk: Desk, found: Found, examined: Examination) -> list[RenderableType]:
    """One pair for people: how it looks, what is wrong with it first, and what would stand in the way next."""
    findings = findings_of(found, examined)
    lines: list[RenderableType] = [_names(found)] if found.names else []
    lines += [printing.card(_values(desk, examined, findings)), ""]
    if not findings:
        lines += [Text(desk.text(texts.PAIR_SOUND), style="bold green"), *_beyond(desk, examined)]
        return lines
    lines.append(Text(desk.text(texts.PAIR_WRONG), style="bold red"))
    for number, one in enumerate(findings, 1):
        if number == 2:  # noqa: PLR2004 - what comes after the first
            lines += ["", desk.text(NEXT_OBSTACLES)]
        words = _worded(desk, one)
        lines += ["", Text(f"{number}. {words.title}", style="bold"), words.detail, words.remedy]
        lines.append(f"{desk.text(SURE)}: {desk.text(HOW_SURE[one.confidence])}.")
    return lines


def body(desk: Desk, found: Found, examined: Examination) -> dict[str, object]:
    """One pair for programs."""
    findings = findings_of(found, examined)
    return {
        "names": list(found.names),
        "exit": NO if findings else 0,
        "causes": [one.cause.value for one in findings],
        "key": _value_body(examined.key, Field.KEY, findings),
        "token": _value_body(examined.token, Field.TOKEN, findings),
        "together": examined.together,
        "findings": [_finding_body(desk, one) for one in findings],
    }


def _names(found: Found) -> Text:
    return Text(", ".join(found.names), style="dim")


def _values(desk: Desk, examined: Examination, findings: tuple[Finding, ...]) -> Iterator[tuple[str, Text]]:
    for part, value in ((Field.KEY, examined.key), (Field.TOKEN, examined.token)):
        wrong = _is_wrong(part, value, findings)
        sign, style = ("✗", "bold red") if wrong else ("✓", "green")
        if not value.shown:
            yield FIELDS[part], Text(desk.text(texts.NOT_GIVEN), style="dim")
            continue
        shape = f" ({desk.text(_SHAPES[value.format])})" if value.format else ""
        state = desk.text(texts.WRONG if wrong else texts.WHOLE)
        yield FIELDS[part], Text.assemble(value.shown, "  ", (f"{sign} {state}", style), (shape, "dim"))
    if examined.together is not None or Cause.PAIR_MISMATCH in {one.cause for one in findings}:
        mismatch = explain(Finding(Cause.PAIR_MISMATCH), to=Audience.STRANGER, language=desk.language).title
        said = (
            (f"✓ {desk.text(texts.BELONG_TOGETHER)}", "green") if examined.together else (f"✗ {mismatch}", "bold red")
        )
        yield desk.text(texts.PAIR), Text.assemble(said)


def _is_wrong(part: Field, value: Value, findings: tuple[Finding, ...]) -> bool:
    misplaced = any(one.facts.get("expected") == HEADERS[part] for one in findings)
    return bool(value.reading.findings) or misplaced or any(one.cause.field is part for one in findings)


def _beyond(desk: Desk, examined: Examination) -> list[RenderableType]:
    """What nobody can see from the characters alone."""
    vtex = Format.VTEX in {examined.key.format, examined.token.format}
    return [*([desk.text(texts.NO_CHECK_PART)] if vtex else []), desk.text(texts.CANNOT_SEE)]


def _worded(desk: Desk, finding: Finding) -> Explanation:
    return explain(finding, to=Audience.STRANGER, language=desk.language)


def _value_body(value: Value, part: Field, findings: tuple[Finding, ...]) -> dict[str, object]:
    return {
        "given": bool(value.shown),
        "shown": value.shown,
        "format": value.format.value if value.format else None,
        "kind": value.reading.kind.value if value.reading.kind else None,
        "causes": [one.cause.value for one in findings if one.cause.field is part],
    }


def _finding_body(desk: Desk, finding: Finding) -> dict[str, object]:
    words = _worded(desk, finding)
    return {
        "cause": finding.cause.value,
        "stage": finding.cause.stage.name.lower(),
        "title": words.title,
        "detail": words.detail,
        "remedy": words.remedy,
        "confidence": finding.confidence.value,
        "facts": {name: _fact(fact) for name, fact in words.facts.items()},
    }


def _fact(fact: Fact) -> object:
    return [str(one) for one in fact.resources] if isinstance(fact, Need) else fact
