"""`chaveiro audit`: what happened in an account, and who asked for it, refused commands included."""

from __future__ import annotations

from collections import deque
from typing import Annotated

import typer

from chaveiro.core.keyring import Keyring
from chaveiro.core.names import AccountName
from chaveiro.doors.cli import printing, texts
from chaveiro.doors.cli.account import Account
from chaveiro.doors.cli.desk import Desk, command
from chaveiro.doors.cli.reading import Cannot
from chaveiro.doors.keeping.texts import moment
from chaveiro.stores.port import Committed, Store
from chaveiro.words.commands import event_described

app = typer.Typer()

LIMIT = 50
LIMIT_MAX = 1_000_000  # what one terminal can be asked to hold


@command(app, "audit")
def audit(
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
