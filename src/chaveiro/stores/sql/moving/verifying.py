"""Whether two databases hold the same: row by row as the store reads them, then account by account."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from chaveiro.core.keyring import Revision
from chaveiro.stores.sql import tables
from chaveiro.stores.sql.moving.obstacle import CannotMove, Obstacle
from chaveiro.stores.sql.moving.progress import Stage, Step
from chaveiro.stores.sql.moving.rows import Fingerprint, rows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

    from chaveiro.core.keyring import Keyring
    from chaveiro.stores.port import Store
    from chaveiro.stores.sql.moving.arrival import Filled
    from chaveiro.stores.sql.moving.progress import Watcher

EVERY_ROWS = 5_000  # somebody is told


def verify_rows(target: Connection, expected: Mapping[str, Filled], watch: Watcher) -> None:
    """Read every row of the target anew. Raises CannotMove where a table holds something else than the source's."""
    done, total = 0, sum(filled.rows for filled in expected.values())
    for table in tables.METADATA.sorted_tables:
        found = Fingerprint()
        for row in rows(target, table):
            found.add(row)
            if found.rows % EVERY_ROWS == 0:
                watch(Step(Stage.VERIFYING, table.name, done + found.rows, total))
        if (found.rows, found.digest) != expected[table.name]:
            raise CannotMove(Obstacle.TABLE_DIFFERS, table=table.name)
        done += found.rows
        watch(Step(Stage.VERIFYING, table.name, done, total))


def verify_accounts(source: Store, target: Store, watch: Watcher) -> int:
    """Load every account from both, and give how many there are. Raises CannotMove where one is not the same."""
    accounts = source.accounts()
    if target.accounts() != accounts:
        raise CannotMove(Obstacle.ACCOUNT_DIFFERS, account="")
    for number, account in enumerate(accounts, 1):
        if not _same(source.keyring(account), target.keyring(account)):
            raise CannotMove(Obstacle.ACCOUNT_DIFFERS, account=account)
        watch(Step(Stage.LOADING, account, number, len(accounts)))
    return len(accounts)


def _same(one: Keyring, other: Keyring) -> bool:
    """Say whether two keyrings are equal and list what they hold in the same order. Their epochs differ."""
    one, other = (replace(each, revision=Revision("", each.revision.seq)) for each in (one, other))
    return one == other and all(
        list(getattr(one, name)) == list(getattr(other, name))
        for name in ("users", "roles", "keys", "tombstones", "external", "muted")
    )
