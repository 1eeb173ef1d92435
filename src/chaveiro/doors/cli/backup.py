"""`chaveiro backup` and `chaveiro restore`: the database in one file, and back, without letting in what was revoked."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from chaveiro.doors.cli import printing, texts
from chaveiro.doors.cli.desk import Desk, command
from chaveiro.doors.cli.reading import Cannot, refuse_name
from chaveiro.journal import Revived
from chaveiro.serve import Copied, NotEmbedded, Restored, WouldRevive, described
from chaveiro.serve import backup as back_up
from chaveiro.serve import restore as put_back

app = typer.Typer()


@command(app, "backup")
def backup(
    desk: Desk,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file that is not there yet.", show_default=False)],
) -> None:
    """Copy the database into a file, whole, while the server runs. The pepper is not in it: back it up elsewhere."""
    refuse_name(file)
    try:
        copied = back_up(desk.settings(), file)
    except NotEmbedded:
        raise Cannot(texts.BACKUP_ELSEWHERE) from None
    desk.answer(
        _body(copied, file),
        desk.text(texts.BACKED_UP, file=file, revision=copied.revision),
        printing.card(_lines(desk, copied)),
        desk.text(texts.BACKUP_WITHOUT_PEPPER, path=desk.settings().pepper_path),
    )


@command(app, "restore")
def restore(
    desk: Desk,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A backup.", show_default=False)],
    *,
    accept_revived: Annotated[
        bool, typer.Option("--accept-revived", help="Go on, and let in what was revoked and cannot be revoked again.")
    ] = False,
) -> None:
    """Put a backup in the database's place while the server is stopped. What was revoked since is revoked again."""
    refuse_name(file)
    try:
        done = put_back(desk.settings(), file, accept_revived=accept_revived)
    except NotEmbedded:
        raise Cannot(texts.RESTORE_ELSEWHERE) from None
    except WouldRevive as refused:
        if not refused.revived:
            raise Cannot(texts.RESTORE_UNKNOWN) from None
        raise Cannot(texts.RESTORE_REVIVES, list="; ".join(_said(desk, refused.revived))) from None
    desk.answer(
        _body(done.copied, file) | _outcome(desk, done),
        desk.text(texts.RESTORED, file=file, revision=done.revision),
        *_told(desk, texts.REVOKED_AGAIN, done.again),
        *_told(desk, texts.LET_IN, done.let_in),
        *([] if done.vouched else [desk.text(texts.LET_IN_UNKNOWN)]),
        *([desk.text(texts.FORMER_KEPT, path=done.former)] if done.former else []),
        desk.text(texts.NEXT_SERVE),
    )


def _body(copied: Copied, file: Path) -> dict[str, object]:
    return {
        "file": str(file),
        "revision": str(copied.revision),
        "accounts": copied.accounts,
        "users": copied.users,
        "keys": copied.keys,
        "bytes": copied.bytes,
    }


def _outcome(desk: Desk, done: Restored) -> dict[str, object]:
    return {
        "restored_as": str(done.revision),
        "former": str(done.former) if done.former else None,
        "revoked_again": _said(desk, done.again),
        "let_in": _said(desk, done.let_in),
        "all_known": done.vouched,
    }


def _lines(desk: Desk, copied: Copied) -> list[tuple[str, str]]:
    counts = ((texts.ACCOUNTS, copied.accounts), (texts.USERS, copied.users), (texts.KEYS, copied.keys))
    return [(desk.text(name), str(count)) for name, count in counts]


def _told(desk: Desk, sentence: str, revived: Sequence[Revived]) -> list[str]:
    return [desk.text(sentence), *(f"  {one}" for one in _said(desk, revived))] if revived else []


def _said(desk: Desk, revived: Sequence[Revived]) -> list[str]:
    return [described(one, desk.language) for one in revived]
