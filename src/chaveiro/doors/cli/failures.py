"""`chaveiro failures`: what keeps failing in an account, since when, and what was changed just before."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import RenderableType
from rich.text import Text

from chaveiro.core.change import Change
from chaveiro.core.keyring import Keyring
from chaveiro.doctor.episode import Traced
from chaveiro.doors.cli import printing, texts
from chaveiro.doors.cli.account import Account
from chaveiro.doors.cli.desk import Desk, command
from chaveiro.doors.cli.reading import Cannot
from chaveiro.doors.keeping import episode
from chaveiro.doors.keeping.texts import KEY, REQUEST, moment
from chaveiro.words.commands import event_described

app = typer.Typer()

LIMIT = 20


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
        title = Text(episode.title(one, desk.language), style="bold")
        shown += [title, printing.indented(printing.card(lines(desk, keyring, one))), ""]
    nothing = desk.text(texts.NO_FAILURES, account=keyring.account)
    desk.answer([body(desk, keyring, one) for one in found], *(shown[:-1] or [nothing]))


def lines(desk: Desk, keyring: Keyring, traced: Traced) -> list[tuple[str, str | Text]]:
    """An episode as names and values."""
    one, language = traced.episode, desk.language
    told: list[tuple[str, str | Text]] = [
        (KEY, episode.key(traced, keyring, language)),
        (REQUEST, one.route),
        (texts.FAILING_SINCE, episode.counted(traced, language)),
        (texts.LAST_DENIAL, f"{moment(one.last)}  chaveiro explain {one.newest}"),
        (texts.LAST_SUCCESS, episode.success(traced, language)),
        (texts.WORKS_AGAIN, moment(traced.works_again) if traced.works_again else ""),
        (texts.SUSPECT, _suspect(desk, keyring, traced)),
        (texts.CHANGED_BETWEEN, "\n".join(episode.others(traced, keyring, language))),
        (texts.NOTE, episode.note(traced, language)),
    ]
    return [(desk.text(name), value) for name, value in told]


def _suspect(desk: Desk, keyring: Keyring, traced: Traced) -> Text:
    change, verified = episode.suspect(traced, keyring, desk.language)
    shown = Text(change, style="bold")
    return shown.append(f"\n{verified}", "not bold dim") if verified else shown


def body(desk: Desk, keyring: Keyring, traced: Traced) -> dict[str, object]:
    """An episode for programs."""
    one, suspect = traced.episode, traced.suspect
    key = keyring.keys.get(one.app_key) if one.app_key else None
    return {
        "episode": one.id,
        "appKey": one.app_key,
        "label": key.label if key else None,
        "cause": one.cause.value,
        "title": episode.title(traced, desk.language),
        "route": one.route or None,
        "first": printing.iso(one.first),
        "last": printing.iso(one.last),
        "count": one.count,
        "newest": one.newest,
        "last_success": printing.iso(traced.worked),
        "works_again": printing.iso(traced.works_again),
        "suspect": {**change_body(desk, keyring, suspect.change), "verified": suspect.verified} if suspect else None,
        "changes": [change_body(desk, keyring, change) for change in traced.changes],
        "deployments": traced.deployments.value if traced.deployments else None,
        "fingerprints": [
            {"hash": face.hash, "count": face.count, "first": printing.iso(face.first), "last": printing.iso(face.last)}
            for face in one.faces
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
