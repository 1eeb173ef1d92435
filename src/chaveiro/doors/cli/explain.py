"""`chaveiro explain`: everything about one denial, for whoever keeps the account."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any

import typer
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from chaveiro.core.attempt import Need
from chaveiro.core.cause import Audience, Cause, Confidence, Fact, Finding
from chaveiro.core.denial import Denial, DenialId
from chaveiro.core.keyring import Keyring
from chaveiro.core.names import quoted
from chaveiro.denials import KEEP_SECONDS, Explained
from chaveiro.doctor.remedy import Remedy
from chaveiro.doors.cli import failures, printing, texts
from chaveiro.doors.cli.chain import Link, State, chain
from chaveiro.doors.cli.desk import Desk, command, keyring_of
from chaveiro.doors.cli.keycard import state
from chaveiro.doors.cli.reading import Cannot
from chaveiro.words import figures
from chaveiro.words.commands import command_line, in_turn
from chaveiro.words.explain import Explanation
from chaveiro.words.explain import explain as tell

app = typer.Typer()

DAY_SECONDS = 86_400

_ID = re.compile(r"(?:urn:chaveiro:denial:)?([0-9A-Za-z]{26})")
SURE: Mapping[Confidence, str] = {
    Confidence.VERIFIED: texts.CONFIRMED,
    Confidence.CERTAIN: texts.CERTAIN,
    Confidence.LIKELY: texts.LIKELY,
    Confidence.CANNOT_KNOW: texts.CANNOT_KNOW,
}
_SIGNS: Mapping[State, tuple[str, str]] = {
    State.HOLDS: ("✓", "green"),
    State.BROKEN: ("✗", "bold red"),
    State.NOT_REACHED: ("·", "dim"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """A denial with everything that is known about it now."""

    denial: Denial
    keyring: Keyring
    explained: Explained
    links: tuple[Link, ...]
    findings: tuple[Explanation, ...]  # the cause first
    remedies: tuple[Remedy, ...]
    fixed: Explanation | None


@command(app, "explain")
def explain(
    desk: Desk,
    denial: Annotated[str, typer.Argument(metavar="DENIAL_ID", help="From the answer.", show_default=False)],
) -> None:
    """Explain one denial to the account's keeper: the broken link, the cause, how sure it is, and what mends it."""
    told = found(desk, denial)
    desk.answer(body(desk, told), *_shown(desk, told))


def denial_id(text: str) -> DenialId:
    """Read a denial's id, in any form it is met. Raises Cannot."""
    id_ = _ID.fullmatch(text.strip())
    if id_ is None:
        raise Cannot(texts.NO_DENIAL_ID, value=quoted(text))
    return DenialId(id_[1].upper())


def found(desk: Desk, text: str) -> Told:
    """Find a denial and everything that is known about it. Raises Cannot; leaves where the asker may not read it."""
    id_ = denial_id(text)
    with desk.house() as house:
        explained = house.denials.explained(id_)
        if explained is None:
            raise Cannot(texts.NO_SUCH_DENIAL, id=id_, days=KEEP_SECONDS // DAY_SECONDS)
        keyring = keyring_of(house, explained.denial.account)
        desk.needs_keys(keyring)
    return _told(desk, explained, keyring)


def _told(desk: Desk, explained: Explained, keyring: Keyring) -> Told:
    denial, fixed = explained.denial, explained.fixed_since
    return Told(
        denial=denial,
        keyring=keyring,
        explained=explained,
        links=chain(denial, explained.then or keyring, replace(desk, at=denial.at)),
        findings=tuple(_worded(desk, one) for one in denial.findings or (Finding(Cause.UNKNOWN_CAUSE),)),
        remedies=() if fixed else explained.remedies,
        fixed=_worded(desk, fixed) if fixed else None,
    )


def _worded(desk: Desk, finding: Finding) -> Explanation:
    return tell(finding, to=Audience.KEEPER, language=desk.language)


def _shown(desk: Desk, told: Told) -> list[RenderableType]:
    cause, *others = told.findings
    denial = told.denial
    shown: list[RenderableType] = [
        Text(f"{denial.id}  {printing.moment(denial.at)}", style="dim"),
        *([Text(desk.text(texts.AS_IT_WAS, revision=denial.revision), style="dim")] if told.explained.then else []),
        "",
        chain_shown(desk, told.links, marked=True),
        "",
        Text(cause.title, style="bold"),
        cause.detail,
        cause.remedy,
        *_known(desk, cause),
        desk.text(texts.CALLER_READ_THIS, cause=denial.told.value),
    ]
    if trace := told.explained.trace:
        shown += ["", printing.card(failures.lines(desk, told.keyring, trace)[1:])]
    if told.fixed:
        return [*shown, "", Text(f"{told.fixed.title}. {told.fixed.detail}", style="bold green"), *_mended(desk, told)]
    if not others and cause.confidence is Confidence.VERIFIED:
        shown += ["", desk.text(texts.NO_FURTHER)]
    shown += _remedies(desk, told, cause)
    if others:
        shown += ["", desk.text(texts.NEXT_OBSTACLES)]
        for one in others:
            shown += ["", Text(one.title, style="bold"), one.detail, *_remedies(desk, told, one)]
    return shown


def _mended(desk: Desk, told: Told) -> list[str]:
    by = told.explained.fixed_by
    return [desk.text(texts.MENDED_BY, change=failures.change_line(desk, told.keyring, by))] if by else []


def chain_shown(desk: Desk, links: Sequence[Link], *, marked: bool = False) -> Table:
    """The chain, a line per link; the broken one is *marked* in words where there is room."""
    shown = Table.grid(padding=(0, 2, 0, 0))
    for link in links:
        sign, style = _SIGNS[link.state]
        what = Text(link.what)
        if marked and link.state is State.BROKEN:
            what.append(f"  ← {desk.text(texts.BROKEN_HERE)}", style)
        shown.add_row(Text.assemble((f"{sign} ", style), (desk.text(link.name), "dim")), what)
    return shown


def _known(desk: Desk, cause: Explanation) -> list[str]:
    lines = []
    if cause.confidence is not None:
        lines.append(f"{desk.text(texts.SURE)}: {desk.text(SURE[cause.confidence])}.")
    if cause.evidence:
        facts = [
            f"{desk.text(texts.EVIDENCE_OF.get(name, name))} {figures.told(_kind(name, fact), fact, desk.language)}"
            for name, fact in cause.evidence.items()
            if name not in {"by", "why"}  # the detail says these
        ]
        lines += [f"{desk.text(texts.EVIDENCE)}: {'; '.join(facts)}."] if facts else []
    return lines


def _kind(name: str, fact: Fact) -> str:
    return "at" if isinstance(fact, float) else name


def _remedies(desk: Desk, told: Told, against: Explanation) -> list[RenderableType]:
    own = [one for one in told.remedies if one.against is against.cause]
    shown: list[RenderableType] = ["", desk.text(texts.WHAT_MENDS_IT)] if own else []
    for number, remedy in enumerate(own, 1):
        said = in_turn(remedy.commands, desk.language, roles=told.keyring.roles)
        for place, (what, one) in enumerate(zip(said, remedy.commands, strict=True)):
            shown += [f"{number}. {what}" if place == 0 else f"   {what}", printing.command(command_line(one))]
    return shown


def body(desk: Desk, told: Told) -> dict[str, Any]:
    """All of it, for programs."""
    denial, explained = told.denial, told.explained
    cause, *others = told.findings
    trace, by = explained.trace, explained.fixed_by
    return {
        "denial": denial.id,
        "account": denial.account,
        "at": printing.iso(denial.at),
        "told": denial.told.value,
        **_worded_body(cause),
        "chain": [{"link": desk.text(one.name), "state": one.state.value, "what": one.what} for one in told.links],
        "next": [_worded_body(one) for one in others],
        "remedies": [_remedy_body(desk, one, told.keyring) for one in told.remedies],
        "fixed_since": _worded_body(told.fixed) if told.fixed else None,
        "fixed_by": failures.change_body(desk, told.keyring, by) if by else None,
        "since": printing.iso(trace.episode.first) if trace else None,
        "episode": failures.body(desk, told.keyring, trace) if trace else None,
        "then": _then(desk, denial, explained.then) if explained.then else None,
        "request": {"method": denial.method, "path": denial.path, "address": denial.address},
        "required": [str(one) for one in denial.wanted.resources] if isinstance(denial.wanted, Need) else None,
        "appKey": denial.app_key,
        "proven": denial.proven,
        "revision": str(denial.revision),
        "revision_now": str(told.keyring.revision),
    }


def _then(desk: Desk, denial: Denial, keyring: Keyring) -> dict[str, object]:
    """What mattered of the account when it was decided."""
    key = keyring.keys.get(denial.app_key) if denial.app_key else None
    return {
        "revision": str(keyring.revision),
        "suspended": printing.mark(keyring.suspended),
        "state": state(replace(desk, at=denial.at), key) if key else None,
        "roles": [
            {
                "role": grant.role,
                "name": keyring.roles[grant.role].name,
                "given": printing.mark(grant.given),
                "until": printing.iso(grant.until),
                "in_force": grant.role in keyring.in_force([grant], denial.at),
                "resources": sorted(map(str, keyring.roles[grant.role].resources)),
            }
            for grant in (key.grants if key else ())
            if grant.role in keyring.roles
        ],
    }


def _worded_body(words: Explanation) -> dict[str, object]:
    return {
        "cause": words.cause.value,
        "stage": words.cause.stage.name.lower(),
        "title": words.title,
        "detail": words.detail,
        "remedy": words.remedy,
        "confidence": words.confidence.value if words.confidence else None,
        "facts": {name: _fact(fact) for name, fact in words.facts.items()},
        "evidence": {name: _fact(fact) for name, fact in words.evidence.items()},
    }


def _fact(fact: Fact) -> object:
    return [str(one) for one in fact.resources] if isinstance(fact, Need) else fact


def _remedy_body(desk: Desk, remedy: Remedy, keyring: Keyring) -> dict[str, object]:
    return {
        "commands": [command_line(one) for one in remedy.commands],
        "what": list(in_turn(remedy.commands, desk.language, roles=keyring.roles)),
        "against": remedy.against.value,
        "excess": remedy.excess,
        "reach": remedy.reach,
    }
