"""What this machine remembers is held against the database before anything is decided by it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from chaveiro.journal import FileJournal, JournalDamaged, Standing
from chaveiro.serve.refusal import CannotStart
from chaveiro.words.commands import event_described
from chaveiro.words.language import Language

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from chaveiro.core.names import Moment
    from chaveiro.journal import Revived
    from chaveiro.stores.sql import SqlStore

LISTED_MAX: Final = 20  # in one sentence
RESTORE: Final = "restore this one with `chaveiro restore FILE`, which revokes that again; or "


def open_journal(path: Path, *, room: Callable[[], bool] = lambda: False, writes: bool = True) -> FileJournal:
    """Read the journal, which need not be there yet, and is written here if it *writes*. Raises CannotStart."""
    try:
        journal = FileJournal.open(path, room=room, writes=writes)
    except OSError as surprise:
        raise CannotStart(f"the journal `{path}` cannot be read ({surprise.strerror})") from None
    except JournalDamaged as damage:
        raise CannotStart(
            f"the journal `{path}` is damaged ({damage}): put it back from a copy; or move it away, and it is made "
            "anew from this database, but then nobody can tell what an older one would let in again"
        ) from None
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise CannotStart(f"the journal `{path}` cannot be written: give this user write permission on it")
    return journal


def hold(journal: FileJournal, store: SqlStore, *, at: Moment, accept_revived: bool, embedded: bool) -> None:
    """Let in nothing that the journal says was revoked. Raises CannotStart, StoreUnavailable.

    With *accept_revived* what cannot be revoked again is let in. Who is refused hears of `restore` where the database
    is *embedded*.
    """
    head = store.head()
    how = journal.how(store)
    if how in {Standing.UNKNOWN, Standing.FOLLOWS}:
        return
    found = journal.revived(store, at=at, head=head)
    refused = found if how is Standing.OLDER else [one for one in found if not one.possible]
    if refused and not accept_revived:
        raise CannotStart(
            "the database is older than what this machine remembers of it, and would let in again what was revoked "
            f"since: {listed(refused)}. Put the newer one back; or {RESTORE if embedded else ''}start with "
            "`chaveiro serve --accept-revived`, which revokes again what can be, and lets in the rest"
        )
    if how is Standing.OLDER:
        store.begin_epoch()
    journal.reapply(store, at=at, head=head)


def listed(revived: Iterable[Revived]) -> str:
    """What is revived, in words: what was done to revoke it, and whose it is."""
    said = [described(one) for one in revived]
    more = [f"and {len(said) - LISTED_MAX} more"] if len(said) > LISTED_MAX else []
    return "; ".join([*said[:LISTED_MAX], *more])


def described(one: Revived, language: Language = Language.EN) -> str:
    """One thing that is revived."""
    return f"{one.change.account}: {event_described(one.change, language, roles=one.roles)}"
