"""What a node is handed besides its store, and what stands in where there is nothing of the kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from chaveiro.stores.port import NO_MACS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from chaveiro.core.attempt import Attempt, Request, UserToken
    from chaveiro.core.decision import Denied
    from chaveiro.core.denial import Told
    from chaveiro.core.fleet import Held
    from chaveiro.core.keyring import Keyring, Revision
    from chaveiro.core.names import AccountName, Moment
    from chaveiro.stores.port import Committed, Store


class Refusals(Protocol):
    """Who is told about refusals. Quick, never raises, never changes an answer."""

    def note(self, keyring: Keyring, attempt: Attempt, denied: Denied, request: Request) -> Told:
        """Say what the caller may be told, and keep the rest for the account's keepers."""


class UserTokenReader(Protocol):
    """Who reads user tokens."""

    def read(self, text: str, /) -> UserToken | None:
        """What a user token says; None where its signature is not ours. Never raises."""


class NoUserTokens:
    """Where nobody signs user tokens, none is genuine."""

    def read(self, _text: str, /) -> UserToken | None:
        """Believe none."""
        return None


class Journal(Protocol):
    """What this machine remembers outside the database of what was revoked."""

    def note(self, committed: Committed, store: Store, /) -> None:
        """Remember, durably, what a change revokes or lifts. Never raises."""

    def note_all(self, committed: Sequence[Committed], store: Store, macs: Mapping[int, str] = NO_MACS, /) -> None:
        """Remember what several changes revoke or lift, in order; durably all together. Never raises.

        *macs* are those of the changes, by their numbers, as far as they are known.
        """

    def waits(self, changes: Sequence[object], /) -> bool:
        """Whether noting these, and where they end, would wait for a disk."""

    def catch_up(self, store: Store, /) -> None:
        """Remember what was committed while nobody here followed. Raises StoreError."""

    def follow(self, revision: Revision, store: Store, /) -> None:
        """Every change up to here was noted. Never raises."""

    def parted(self, store: Store, revision: Revision, macs: Mapping[int, str], /) -> bool:
        """Whether the database is another than was followed, although it names the same epoch. Raises StoreError.

        *macs* are what it has at a revision and after it.
        """

    def reapply(self, store: Store, /, *, at: Moment) -> object:
        """Revoke again what a database in another epoch would let in. Raises StoreUnavailable."""


class NoJournal:
    """Where nothing outlives the process, nothing is remembered."""

    def note(self, _committed: Committed, _store: Store, /) -> None:
        """Forget it."""

    def note_all(self, _committed: Sequence[Committed], _store: Store, _macs: Mapping[int, str] = NO_MACS, /) -> None:
        """Forget them."""

    def waits(self, _changes: Sequence[object], /) -> bool:
        """Nothing is written."""
        return False

    def catch_up(self, _store: Store, /) -> None:
        """Forget it."""

    def follow(self, _revision: Revision, _store: Store, /) -> None:
        """Forget it."""

    def parted(self, _store: Store, _revision: Revision, _macs: Mapping[int, str], /) -> bool:
        """Nobody can tell."""
        return False

    def reapply(self, _store: Store, /, *, at: Moment) -> object:  # noqa: ARG002 - nothing is known, now or then
        """Revoke nothing."""
        return None


class Snapshot(Protocol):
    """What a node leaves behind on its machine, for a start while the store is away."""

    def load(self) -> Held | None:
        """What was left behind lately enough. Never raises."""

    def start(self, held: Callable[[], Held | None], /) -> None:
        """Leave behind what is *held*, again and again, until `stop`."""

    def withdraw(self, account: AccountName | None = None, /) -> None:
        """Take back what was left of an account, or of all, before anybody hears that it changed. Never raises."""

    def stop(self, *, empty: bool) -> None:
        """Leave behind what is there, or nothing."""


class NoSnapshot:
    """Where the store is on the same machine, nothing is left behind."""

    def load(self) -> Held | None:
        """Nothing was."""
        return None

    def start(self, held: Callable[[], Held | None], /) -> None:
        """Leave nothing behind."""

    def withdraw(self, account: AccountName | None = None, /) -> None:
        """Nothing was left."""

    def stop(self, *, empty: bool) -> None:
        """Leave nothing behind."""
