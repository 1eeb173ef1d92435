"""`chaveiro failures`: what keeps failing in an account, since when, and what was changed just before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import typer
from rich.console import RenderableType
from rich.text import Text

from chaveiro.core.cause import Audience, Finding
from chaveiro.core.change import Change
from chaveiro.core.keyring import Keyring
from chaveiro.doctor.episode import Deployments, Suspect, Traced
from chaveiro.doors.cli import printing, texts
from chaveiro.doors.cli.account import Account
from chaveiro.doors.cli.desk import Desk, command
from chaveiro.doors.cli.reading import Cannot
from chaveiro.words.commands import event_described
from chaveiro.words.explain import explain

app = typer.Typer()

LIMIT = 20
_DEPLOYMENTS: Mapping[Deployments, str] = {
    Deployments.ONE_WORKS: texts.ONE_DEPLOYMENT_WORKS,
    Deployments.TWO_FAIL: texts.TWO_DEPLOYMENTS_FAIL,
}


@command(app, "failures")
def failures(
    desk: Desk,
    account: Account,
    limit: Annotated[int, typer.Option(metavar="N", help="At most so many, the newest ones.")] = LIMIT,
) -> None:
    """Show what keeps being refused in an account, newest first: since when, how often, which change began it."""
    if limit < 1:
        raise Cannot(texts.LIMIT_TOO_SMALL)
    with desk.account(account) as (house, keyring):
        desk.needs_keys(keyring)
        found = house.denials.failures(keyring.account, limit=limit)
    shown: list[RenderableType] = []
    for one in found:
        shown += [Text(title(desk, one), style="bold"), printing.indented(printing.card(lines(desk, keyring, one))), ""]
    nothing = desk.text(texts.NO_FAILURES, account=keyring.account)
    desk.answer([body(desk, keyring, one) for one in found], *(shown[:-1] or [nothing]))


def title(desk: Desk, traced: Traced) -> str:
    """The cause of an episode in the words of its own page."""
    return explain(Finding(traced.episode.cause), to=Audience.KEEPER, language=desk.language).title


def lines(desk: Desk, keyring: Keyring, traced: Traced) -> list[tuple[str, str | Text]]:
    """An episode as names and values."""
    episode, suspect = traced.episode, traced.suspect
    key = keyring.keys.get(episode.app_key) if episode.app_key else None
    counted = desk.text(texts.FAILED_TIMES, first=printing.moment(episode.first), count=episode.count)
    told: list[tuple[str, str | Text]] = [
        (texts.KEY, f"{key.app_key} {key.label}" if key else episode.app_key or desk.text(texts.UNKNOWN_KEY)),
        (texts.REQUEST, episode.route),
        (texts.FAILING_SINCE, counted),
        (texts.LAST_DENIAL, f"{printing.moment(episode.last)}  chaveiro explain {episode.newest}"),
        (texts.LAST_SUCCESS, _success(desk, traced)),
        (texts.WORKS_AGAIN, printing.moment(traced.works_again) if traced.works_again else ""),
        (texts.SUSPECT, _suspect(desk, keyring, suspect) if suspect else ""),
        (texts.CHANGED_BETWEEN, _others(desk, keyring, traced)),
        (texts.NOTE, desk.text(_DEPLOYMENTS[traced.deployments]) if traced.deployments else ""),
    ]
    return [(desk.text(name), value) for name, value in told]


def _success(desk: Desk, traced: Traced) -> str:
    if traced.worked is not None:
        return printing.moment(traced.worked)
    return desk.text(texts.NEVER) if traced.episode.app_key else ""


def _suspect(desk: Desk, keyring: Keyring, suspect: Suspect) -> Text:
    shown = Text(change_line(desk, keyring, suspect.change), style="bold")
    if suspect.verified:
        shown.append(f"\n{desk.text(texts.SUSPECT_VERIFIED)}", "not bold dim")
    return shown


def _others(desk: Desk, keyring: Keyring, traced: Traced) -> str:
    guilty = traced.suspect.change if traced.suspect else None
    return "\n".join(change_line(desk, keyring, one) for one in traced.changes if one != guilty)


def change_line(desk: Desk, keyring: Keyring, change: Change) -> str:
    """A change in one line: when, what, by whom."""
    what = event_described(change, desk.language, roles=keyring.roles)
    return f"{printing.moment(change.at)}  {what} ({change.by.name})"


def body(desk: Desk, keyring: Keyring, traced: Traced) -> dict[str, object]:
    """An episode for programs."""
    episode, suspect = traced.episode, traced.suspect
    key = keyring.keys.get(episode.app_key) if episode.app_key else None
    return {
        "episode": episode.id,
        "appKey": episode.app_key,
        "label": key.label if key else None,
        "cause": episode.cause.value,
        "title": title(desk, traced),
        "route": episode.route or None,
        "first": printing.iso(episode.first),
        "last": printing.iso(episode.last),
        "count": episode.count,
        "newest": episode.newest,
        "last_success": printing.iso(traced.worked),
        "works_again": printing.iso(traced.works_again),
        "suspect": {**change_body(desk, keyring, suspect.change), "verified": suspect.verified} if suspect else None,
        "changes": [change_body(desk, keyring, one) for one in traced.changes],
        "deployments": traced.deployments.value if traced.deployments else None,
        "fingerprints": [
            {"hash": one.hash, "count": one.count, "first": printing.iso(one.first), "last": printing.iso(one.last)}
            for one in episode.faces
        ],
    }


def change_body(desk: Desk, keyring: Keyring, change: Change) -> dict[str, object]:
    """A change for programs."""
    return {
        "at": printing.iso(change.at),
        "by": change.by.name,
        "event": type(change.event).__name__,
        "what": event_described(change, desk.language, roles=keyring.roles),
    }
