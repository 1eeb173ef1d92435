"""`chaveiro explain`: everything about one denial, for whoever keeps the account."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from chaveiro.core.attempt import Need
from chaveiro.core.cause import Confidence, Fact
from chaveiro.core.denial import Denial, DenialId
from chaveiro.core.keyring import Key, Keyring
from chaveiro.core.names import quoted
from chaveiro.denials import KEEP_SECONDS
from chaveiro.doors.cli import failures, printing, texts
from chaveiro.doors.cli.desk import Desk, command, keyring_of
from chaveiro.doors.cli.keycard import exposed, exposed_body
from chaveiro.doors.cli.reading import Cannot
from chaveiro.doors.keeping import episode
from chaveiro.doors.keeping.chain import Link, State
from chaveiro.doors.keeping.key import state
from chaveiro.doors.keeping.texts import NEXT_OBSTACLES, WHAT_MENDS_IT, moment
from chaveiro.doors.keeping.told import Mending, Told, evidence, sure, told
from chaveiro.words.explain import Explanation

app = typer.Typer()

DAY_SECONDS = 86_400

_ID = re.compile(r"(?:urn:chaveiro:denial:)?([0-9A-Za-z]{26})")
_SIGNS: Mapping[State, tuple[str, str]] = {
    State.HOLDS: ("✓", "green"),
    State.BROKEN: ("✗", "bold red"),
    State.NOT_REACHED: ("·", "dim"),
}


@command(app, "explain")
def explain(
    desk: Desk,
    denial: Annotated[str, typer.Argument(metavar="DENIAL_ID", help="From the answer.", show_default=False)],
) -> None:
    """Explain one denial to the account's keeper: the broken link, the cause, how sure it is, and what mends it."""
    all_of_it = found(desk, denial)
    key = _key(all_of_it)
    with desk.house() as house:
        seen = house.store.exposures(all_of_it.keyring.account, app_key=key.app_key) if key else ()
    more = exposed(desk, all_of_it.keyring, key, seen) if key else []
    desk.answer(
        body(desk, all_of_it) | (exposed_body(key, seen) if key else {"seen_in_clear": []}),
        *_shown(desk, all_of_it),
        *more,
    )


def _key(told: Told) -> Key | None:
    """The key that a denial was about, as it is now."""
    return told.keyring.keys.get(told.denial.app_key) if told.denial.app_key else None


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
    return told(explained, keyring, desk.language)


def _shown(desk: Desk, told: Told) -> list[RenderableType]:
    cause, *others = told.findings
    denial = told.denial
    shown: list[RenderableType] = [
        Text(f"{denial.id}  {moment(denial.at)}", style="dim"),
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
        shown += ["", desk.text(NEXT_OBSTACLES)]
        for one in others:
            shown += ["", Text(one.title, style="bold"), one.detail, *_remedies(desk, told, one)]
    return shown


def _mended(desk: Desk, told: Told) -> list[str]:
    by = told.explained.fixed_by
    return [desk.text(texts.MENDED_BY, change=episode.change(by, told.keyring, desk.language))] if by else []


def chain_shown(desk: Desk, links: Sequence[Link], *, marked: bool = False) -> Table:
    """The chain, a line per link; the broken one is *marked* in words where there is room."""
    shown = Table.grid(padding=(0, 2, 0, 0))
    for link in links:
        sign, style = _SIGNS[link.state]
        what = Text(link.what)
        if marked and link.state is State.BROKEN:
            what.append(f"  ← {desk.text(texts.BROKEN_HERE)}", style)
        shown.add_row(Text.assemble((f"{sign} ", style), (link.name, "dim")), what)
    return shown


def _known(desk: Desk, cause: Explanation) -> list[str]:
    lines = [f"{desk.text(texts.SURE)}: {how}."] if (how := sure(cause)) else []
    return [*lines, f"{desk.text(texts.EVIDENCE)}: {'; '.join(facts)}."] if (facts := evidence(cause)) else lines


def _remedies(desk: Desk, told: Told, against: Explanation) -> list[RenderableType]:
    own = told.against(against.cause)
    shown: list[RenderableType] = ["", desk.text(WHAT_MENDS_IT)] if own else []
    for number, mending in enumerate(own, 1):
        for place, step in enumerate(mending.steps):
            shown += [f"{number}. {step.what}" if place == 0 else f"   {step.what}", printing.command(step.line)]
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
        "chain": [{"link": one.name, "state": one.state.value, "what": one.what} for one in told.links],
        "next": [_worded_body(one) for one in others],
        "remedies": [_remedy_body(one) for one in told.mendings],
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
        "state": state(key, desk.language, denial.at) if key else None,
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


def _remedy_body(mending: Mending) -> dict[str, object]:
    remedy = mending.remedy
    return {
        "commands": [step.line for step in mending.steps],
        "what": [step.what for step in mending.steps],
        "against": remedy.against.value,
        "excess": remedy.excess,
        "reach": remedy.reach,
    }
