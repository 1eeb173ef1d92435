"""`chaveiro audit`: what happened in an account, who asked for it, and whether the entries are what was written."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from typing import Annotated

import typer
from rich.table import Table

from chaveiro.comparison import Compared, Kind, Unlike, compare
from chaveiro.core.keyring import Keyring
from chaveiro.core.names import AccountName
from chaveiro.doors.cli import printing, texts
from chaveiro.doors.cli.account import Account
from chaveiro.doors.cli.desk import NO, Desk, command
from chaveiro.doors.cli.reading import Cannot
from chaveiro.doors.keeping.texts import moment
from chaveiro.stores.port import Anchor, Committed, Harm, Store, Verified
from chaveiro.words.commands import event_described


class Auditing(typer.core.TyperGroup):
    """The commands about the audit. An account named in the place of one shows what happened there."""

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override] # its own is private
        """Read `audit acme` as `audit show acme`. An account that is named as a command is shown by `show` alone."""
        named = args[:1] and (args[0] in self.commands or args[0] == "--help")
        return super().parse_args(ctx, args if named else ["show", *args])


app = typer.Typer(cls=Auditing)

LIMIT = 50
LIMIT_MAX = 1_000_000  # what one terminal can be asked to hold


@command(app, "show")
def show(
    desk: Desk,
    account: Account,
    limit: Annotated[int, typer.Option(metavar="N", help="At most so many, the newest ones.")] = LIMIT,
) -> None:
    """Show what happened in an account, oldest first: when, who, through which door, what."""
    if limit < 1:
        raise Cannot(texts.LIMIT_TOO_SMALL)
    with desk.account(account) as (house, keyring):
        desk.needs_keys(keyring)
        newest = _newest(house.store, keyring.account, limit)
    rows = [
        (moment(one.change.at), _asker(one), event_described(one.change, desk.language, roles=keyring.roles))
        for one in newest
    ]
    headings = [desk.text(one) for one in (texts.WHEN, texts.WHO, texts.WHAT)]
    desk.answer([_body(desk, keyring, one) for one in newest], printing.table(headings, rows))


@command(app, "head")
def head(desk: Desk) -> None:
    """Show the newest change's number and MAC. Kept elsewhere, it proves later that nothing was cut off."""
    with desk.house() as house:
        anchor = house.store.anchor()
    shown = desk.text(texts.NO_CHANGES) if anchor is None else str(anchor)
    desk.answer({"seq": anchor.seq if anchor else 0, "mac": anchor.mac if anchor else ""}, shown)


@command(app, "verify")
def verify(
    desk: Desk,
    head: Annotated[str, typer.Option(metavar="SEQ:MAC", help="What `audit head` showed earlier.")] = "",
    rows: Annotated[
        bool, typer.Option("--rows", help="Compare every account with what its changes make of it.")
    ] = False,
) -> None:
    """Follow the chain of changes from the first to the last, and say where it was touched, and how."""
    anchor = _anchor(head) if head else None
    with desk.house() as house:
        found = house.store.verify(anchor)
        compared = compare(house.store) if rows else None
    verdict = desk.text(texts.CHAIN_BROKEN, count=found.broken)
    if found.holds:
        verdict = desk.text(texts.CHAIN_HOLDS_AT, seq=anchor.seq) if anchor else desk.text(texts.CHAIN_HOLDS)
    told = [
        (desk.text(texts.CHANGES), str(found.changes)),
        (desk.text(texts.HEAD), str(found.head or "")),
        (desk.text(texts.CHAIN), verdict),
    ]
    if compared is not None:
        verdict = texts.ROWS_AGREE if compared.agrees else texts.ROWS_DIFFER
        told.append((desk.text(texts.ROWS), desk.text(verdict, count=compared.different, parts=compared.parts)))
    body = _verified(found) | ({} if compared is None else {"rows": _compared(compared)})
    desk.answer(body, printing.card(told), *_broken(desk, found), *(_different(desk, compared) if compared else ()))
    if not found.holds or (compared is not None and not compared.agrees):
        raise typer.Exit(NO)


_HARMS = {
    Harm.CHANGED: texts.HARM_CHANGED,
    Harm.FORGED: texts.HARM_FORGED,
    Harm.MISSING: texts.HARM_MISSING,
    Harm.TRUNCATED: texts.HARM_TRUNCATED,
}
_KINDS = {
    Kind.ACCOUNT: texts.ACCOUNT,
    Kind.USER: texts.USER,
    Kind.ROLE: texts.ROLE,
    Kind.KEY: texts.KEY,
    Kind.EXTERNAL_KEY: texts.EXTERNAL_KEY,
    Kind.DELETED_KEY: texts.DELETED_KEY,
    Kind.MUTED_EPISODE: texts.MUTED_EPISODE,
}
_UNLIKE = {
    Unlike.OTHER: texts.UNLIKE_OTHER,
    Unlike.REVIVED: texts.UNLIKE_REVIVED,
    Unlike.MISSING: texts.HARM_MISSING,
    Unlike.DAMAGED: texts.UNLIKE_DAMAGED,
    Unlike.UNTOLD: texts.UNLIKE_UNTOLD,
}
_ANCHOR = re.compile(r"([0-9]{1,18}):([0-9a-f]{64})", re.ASCII)


def _anchor(text: str) -> Anchor:
    found = _ANCHOR.fullmatch(text.strip())
    if found is None:
        raise Cannot(texts.ANCHOR_MALFORMED)
    return Anchor(int(found[1]), found[2])


def _verified(found: Verified) -> dict[str, object]:
    return {
        "holds": found.holds,
        "changes": found.changes,
        "head": found.head and {"seq": found.head.seq, "mac": found.head.mac},
        "broken": found.broken,
        "breaks": [{"seq": one.seq, "harm": one.harm.value} for one in found.breaks],
    }


def _compared(found: Compared) -> dict[str, object]:
    return {
        "agree": found.agrees,
        "accounts": found.accounts,
        "parts": found.parts,
        "different": found.different,
        "differences": [
            {"account": one.account, "kind": one.kind.value, "name": one.name, "unlike": one.unlike.value}
            for one in found.differences
        ],
    }


def _broken(desk: Desk, found: Verified) -> Iterator[Table]:
    if found.breaks:
        headings = [desk.text(one) for one in (texts.CHANGE_NUMBER, texts.FOUND)]
        yield printing.table(headings, [(str(one.seq), desk.text(_HARMS[one.harm])) for one in found.breaks])


def _different(desk: Desk, found: Compared) -> Iterator[Table]:
    if found.differences:
        headings = [desk.text(one) for one in (texts.ACCOUNT, texts.PART, texts.NAME, texts.FOUND)]
        rows = [
            (one.account, desk.text(_KINDS[one.kind]), one.name, desk.text(_UNLIKE[one.unlike]))
            for one in found.differences
        ]
        yield printing.table(headings, rows)


def _newest(store: Store, account: AccountName, limit: int) -> list[Committed]:
    kept: deque[Committed] = deque(maxlen=min(limit, LIMIT_MAX))
    after = None
    while page := store.changes(after=after, account=account):
        kept.extend(page)
        after = page[-1].revision
    return list(kept)


def _asker(one: Committed) -> str:
    by = one.change.by
    return f"{by.name} ({by.via})" if by.via else by.name


def _body(desk: Desk, keyring: Keyring, one: Committed) -> dict[str, object]:
    by = one.change.by
    return {
        "revision": str(one.revision),
        "at": printing.iso(one.change.at),
        "by": {"kind": by.kind.value, "name": by.name, "via": by.via},
        "event": type(one.change.event).__name__,
        "what": event_described(one.change, desk.language, roles=keyring.roles),
    }
