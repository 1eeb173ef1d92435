"""`chaveiro key import`: a file of keys, in few transactions, with an entry of the audit for each."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Annotated, Final

import typer
from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from chaveiro.core.command import NEEDS, ImportKey, Reason, Refusal
from chaveiro.core.keyring import Actor, Key, Keyring
from chaveiro.core.names import AppKey
from chaveiro.doors.cli import printing, reading
from chaveiro.doors.cli.account import Account
from chaveiro.doors.cli.desk import NO, Desk, command
from chaveiro.doors.cli.importing import texts
from chaveiro.doors.cli.importing.entries import Bringing, Entry, Left
from chaveiro.doors.cli.importing.rows import Form, Lines, rows
from chaveiro.doors.cli.reading import FROM_STDIN, Cannot
from chaveiro.serve import House
from chaveiro.words.explain import refuse

AT_ONCE: Final = 500  # keys in one transaction
SHOWN_MAX: Final = 100  # lines that are left out and named to people


def add_import(app: typer.Typer) -> None:
    """Make it a command of *app*."""
    command(app, "import")(bring)


def bring(
    desk: Desk,
    account: Account,
    file: Annotated[str, typer.Argument(metavar="FILE", help="CSV or JSON lines; - reads it.", show_default=False)],
    *,
    form: Annotated[
        Form | None, typer.Option("--format", help="How it is written; default: as it looks.", show_default=False)
    ] = None,
    algorithm: Annotated[
        str, typer.Option(metavar="KIND", help="How digests were made, such as sha256, where no column says it.")
    ] = "",
    label: Annotated[str, typer.Option(metavar="TEXT", help="For keys without one; default: the appKey.")] = "",
    role: Annotated[
        list[str] | None, typer.Option(metavar="ROLE", help="For keys without any, by number or name; repeatable.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Change nothing; say what would be.")] = False,
) -> None:
    """Bring keys of another system, each by its token or by the digest that the other system kept of it.

    A key that is there already stays as it is, so that an import which broke off can be run again. Exit code 0 all are
    there now, 1 some were left out, 2 the file cannot be read.
    """
    called = reading.line(label, option="--label") if label else ""
    if file != FROM_STDIN:
        reading.refuse_name(Path(file))
    with desk.account(account) as (house, keyring), _opened(file) as stream:
        bringing = Bringing(
            keyring=keyring,
            foreign=house.foreign,
            kept=house.node.kept,
            new_id=house.node.new_key_id,
            algorithm=algorithm,
            label=called,
            roles=tuple(role or ()),
        )
        run = _Run(desk, house, keyring, desk.asker(keyring), dry=dry_run)
        lines = Lines(stream)
        with _progress(desk, file) as (bar, task):
            for read in rows(lines, form):
                run.take(bringing.entry(read))
                bar.update(task, completed=lines.bytes)
            run.carry_out()
    run.answer()


@dataclass(slots=True)
class _Run:
    """One import: what waits to be written, and what became of the rest."""

    desk: Desk
    house: House
    keyring: Keyring
    by: Actor
    dry: bool
    waiting: list[Entry] = field(default_factory=list)
    seen: set[AppKey] = field(default_factory=set)
    imported: int = 0
    unchanged: int = 0
    clear: bool = False
    left: list[tuple[int, str, str]] = field(default_factory=list)  # line, appKey as it may be shown, why

    def take(self, entry: Entry | Left) -> None:
        """Bring a key with the next ones, or note why not."""
        if isinstance(entry, Left):
            self._leave(entry.line, entry.shown, self.desk.text(entry.sentence, **entry.facts))
            return
        self.clear = self.clear or entry.clear
        known = self.keyring.keys.get(entry.app_key)
        if entry.app_key in self.seen:
            self._leave(entry.line, entry.app_key, self.desk.text(texts.TWICE))
        elif known is not None and _had(known, entry.digest):
            self.unchanged += 1
        elif known is not None:
            self._leave(entry.line, entry.app_key, self.desk.text(texts.EXISTS_OTHERWISE))
        elif self.dry and self._is_elsewhere(entry):
            self._leave(entry.line, entry.app_key, self.desk.text(texts.TAKEN))
        else:
            self.waiting.append(entry)
        self.seen.add(entry.app_key)
        if len(self.waiting) >= AT_ONCE:
            self.carry_out()

    def carry_out(self) -> None:
        """Write what waits. Whoever may bring no key at all is told so once, and it is kept once."""
        waiting, self.waiting = self.waiting, []
        needs = NEEDS[ImportKey]
        if isinstance(needs, tuple) and not self.keyring.may(self.by, needs, self.house.node.now()):
            waiting = waiting[:1]
        groups = [one.commands for one in waiting]
        done = self.house.node.carry_out_all(self.keyring.account, groups, by=self.by, dry=self.dry)
        for entry, outcome in zip(waiting, done, strict=True):
            if not isinstance(outcome, Refusal):
                self.imported += 1
            elif outcome.reason is Reason.NOT_DELEGATED:
                self.desk.refuse(outcome)
            else:
                elsewhere = self._is_elsewhere(entry)
                why = self.desk.text(texts.TAKEN) if elsewhere else refuse(outcome, self.desk.language)[0]
                self._leave(entry.line, entry.app_key, why)

    def answer(self) -> None:
        """Say what became of the file."""
        desk, account = self.desk, self.keyring.account
        counted = {"imported": self.imported, "unchanged": self.unchanged, "left": len(self.left)}
        body = {
            "account": account,
            "dry_run": self.dry,
            "imported": self.imported,
            "unchanged": self.unchanged,
            "left": [{"line": line, "appKey": shown or None, "why": why} for line, shown, why in self.left],
            "clear_tokens": self.clear,
        }
        said = desk.text(texts.WOULD_BE_IMPORTED if self.dry else texts.IMPORTED, account=account, **counted)
        desk.answer(body, *self._named(), said, *([desk.text(texts.CLEAR_TOKENS)] if self.clear else []))
        if self.left:
            raise typer.Exit(NO)

    def _named(self) -> Iterator[str]:
        for line, shown, why in self.left[:SHOWN_MAX]:
            sentence = texts.LEFT_OUT_KEY if shown else texts.LEFT_OUT
            yield self.desk.text(sentence, line=line, key=shown, why=why)
        if len(self.left) > SHOWN_MAX:
            yield self.desk.text(texts.MORE_LEFT, count=len(self.left) - SHOWN_MAX)

    def _is_elsewhere(self, entry: Entry) -> bool:
        return self.house.store.home_of(entry.app_key) not in {None, self.keyring.account}

    def _leave(self, line: int, shown: str, why: str) -> None:
        self.left.append((line, shown, why))


def _had(key: Key, digest: bytes) -> bool:
    """Whether a key has, or had, the token of this digest."""
    return digest in {key.digest, key.next_digest, *(old.digest for old in key.retired)}


@contextmanager
def _opened(file: str) -> Iterator[IO[bytes]]:
    if file == FROM_STDIN:
        raw = getattr(sys.stdin, "buffer", None)
        yield raw if raw is not None else io.BytesIO(sys.stdin.read().encode())  # tests replace the stream
        return
    try:
        with Path(file).open("rb") as stream:
            yield stream
    except OSError as surprise:
        raise Cannot(texts.UNREADABLE, file=file, reason=surprise.strerror) from None


@contextmanager
def _progress(desk: Desk, file: str) -> Iterator[tuple[Progress, TaskID]]:
    """How far the file was read, for people at a terminal."""
    out = printing.console(stderr=True)
    columns = TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeElapsedColumn()
    total = None if file == FROM_STDIN else Path(file).stat().st_size
    with Progress(*columns, console=out, disable=desk.as_json or not out.is_terminal) as progress:
        yield progress, progress.add_task(desk.text(texts.READING), total=total)
