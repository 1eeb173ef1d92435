"""Backups of an embedded database, and restoring one so that nothing that was revoked since is let in again."""

from __future__ import annotations

import secrets
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from chaveiro.journal import FileJournal, Standing
from chaveiro.serve.house import make_folder, wall_clock
from chaveiro.serve.journal import listed, open_journal
from chaveiro.serve.pepper import belongs, missing, read_pepper
from chaveiro.serve.refusal import CannotStart
from chaveiro.settings import EMBEDDED
from chaveiro.stores.port import PEPPER_CHECK, StoreUnavailable
from chaveiro.stores.sql import SqlStore
from chaveiro.stores.sql.backup import Copied, back_up, copy, put_in_place, remove
from chaveiro.stores.sql.hold import Hold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chaveiro.core.keyring import Revision
    from chaveiro.journal import Revived
    from chaveiro.serve.pepper import Pepper
    from chaveiro.settings import Settings

__all__ = ["Copied", "NotEmbedded", "Restored", "WouldRevive", "backup", "restore"]


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore brought about."""

    copied: Copied
    revision: Revision  # at which the new epoch goes on
    former: Path | None  # where the database is that was there before
    again: Sequence[Revived]  # revoked again
    let_in: Sequence[Revived]  # what could not be, and was accepted
    vouched: bool  # whether this machine knows all that was revoked since the backup


def backup(settings: Settings, file: Path) -> Copied:
    """Copy the database into a new file. Raises NotEmbedded, StoreUnavailable."""
    return back_up(embedded(settings), file.absolute())


def restore(settings: Settings, file: Path, *, accept_revived: bool = False) -> Restored:
    """Put a backup in the database's place. Raises CannotStart and StoreUnavailable, and then nothing has changed.

    What was revoked since is revoked again; what cannot be is let in only with *accept_revived*, else WouldRevive is
    raised.
    """
    database = embedded(settings)
    path = settings.pepper_path
    if not path.exists():
        raise missing(path, database="backup")
    pepper = read_pepper(path)
    for folder in (database.parent, settings.data):
        make_folder(folder)
    with Hold(database.parent, alone=True):
        journal = open_journal(settings.journal_path)
        _learn(journal, database, pepper)
        new = database.with_name(f".{database.name}.{secrets.token_hex(8)}")
        try:
            copied = copy(file.absolute(), new)
            with closing(_opened(new, pepper)) as store:
                belongs(pepper, store, path)
                again, let_in, vouched = _revoked(journal, store, accept_revived=accept_revived)
            former = _aside(database)
            was = put_in_place(new, database, former)
        finally:
            remove(new)
        with closing(_opened(database, pepper)) as store:
            journal.begin_from(store)
            revision = store.head()
    return Restored(copied, revision, former if was else None, again, let_in, vouched)


class NotEmbedded(CannotStart):
    """The database is a server's, which makes its own backups and restores them."""

    def __init__(self) -> None:
        super().__init__("this database is PostgreSQL's, which makes its own backups: docs/how-to/backup.md says how")


class WouldRevive(CannotStart):
    """The backup would let in again what was revoked since, and it cannot be revoked in it; or nobody can tell."""

    def __init__(self, revived: Sequence[Revived]) -> None:
        super().__init__(f"the backup would let in again: {listed(revived) or 'nobody can tell what'}")
        self.revived = revived  # empty: this machine does not know what was revoked


def embedded(settings: Settings) -> Path:
    """The embedded database's file. Raises NotEmbedded."""
    if settings.embedded_path is None:
        raise NotEmbedded
    return settings.embedded_path.absolute()


def _opened(path: Path, pepper: Pepper) -> SqlStore:
    return SqlStore.open(f"{EMBEDDED}{path}", keys=pepper.macs, held=True)


def _learn(journal: FileJournal, database: Path, pepper: Pepper) -> None:
    """Take over what the database that is still there knows. One that cannot be read tells nothing."""
    if not database.exists():
        return
    try:
        with closing(_opened(database, pepper)) as store:
            ours = store.meta(PEPPER_CHECK) == pepper.check
            if ours and journal.how(store) in {Standing.UNKNOWN, Standing.FOLLOWS}:
                journal.catch_up(store)
    except StoreUnavailable:
        return


def _revoked(
    journal: FileJournal, store: SqlStore, *, accept_revived: bool
) -> tuple[list[Revived], list[Revived], bool]:
    """Begin a new epoch, and revoke again. What was, what could not be, and whether that is all."""
    head, at = store.head(), wall_clock()
    vouched = journal.vouches(head)
    left = [one for one in journal.revived(store, at=at, head=head) if not one.possible]
    if (left or not vouched) and not accept_revived:
        raise WouldRevive(left)
    store.begin_epoch()
    found = journal.revoke_again(store, at=at, head=head)
    return [one for one in found if one.possible], [one for one in found if not one.possible], vouched


def _aside(database: Path) -> Path:
    """A free name for the database that was there before."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    return database.with_name(f"{database.name}.before-{stamp}-{secrets.token_hex(2)}")
