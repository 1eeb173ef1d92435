"""Where keyrings live. `tests/stores/contract.py` says what every store does."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from chaveiro.core.change import Change
    from chaveiro.core.denial import Denial, DenialId, Usage
    from chaveiro.core.keyring import Keyring, Revision
    from chaveiro.core.names import AccountName, AppKey, Moment


class StoreError(Exception):
    """Something about the store that its caller could not have known."""


class AccountUnknown(StoreError):
    """There is no such account."""


class RevisionMoved(StoreError):
    """The account has left the revision that was seen; nothing was written."""


class AppKeyTaken(StoreError):
    """Another account has, or had, this appKey; nothing was written."""


class StoreUnavailable(StoreError):
    """The store cannot answer now. The message says what to do and holds no secret."""


class Committed(NamedTuple):
    """A change and its place in the one order of all changes."""

    revision: Revision
    change: Change


class Store(Protocol):
    """Where keyrings live. Blocking and simple; every method may raise StoreUnavailable."""

    def head(self) -> Revision:
        """The revision of the newest change of any account; `seq` 0 where there is none yet. Cheap."""

    def accounts(self) -> tuple[AccountName, ...]:
        """Every account's name, in alphabetical order."""

    def keyring(self, account: AccountName) -> Keyring:
        """One account as it is now. Raises AccountUnknown."""

    def home_of(self, app_key: AppKey) -> AccountName | None:
        """The account that has, or had, this appKey."""

    def commit(self, change: Change, *, seen: Revision | None) -> Revision:
        """Write rows, audit entry and next revision together, durably; revision order is commit order.

        *seen* is the account's revision that the change was planned on, None for an account's creation. Raises
        RevisionMoved or AppKeyTaken, having written nothing; ValueError for text that no database keeps.
        """

    def changes(
        self, *, after: Revision | None = None, account: AccountName | None = None, limit: int = 1000
    ) -> Sequence[Committed]:
        """At most *limit* changes after a revision, oldest first, of one account or of all.

        Raises RevisionMoved where *after* is of another epoch, or newer than the head: whoever follows must load
        everything again.
        """

    def keep_denials(self, denials: Sequence[Denial], *, forget_before: Moment) -> None:
        """Keep these refusals in one transaction, and forget the ones before a moment.

        One with text that no database keeps is left out, so that it does not hold up the others.
        """

    def denial(self, denial: DenialId) -> Denial | None:
        """One refusal."""

    def denials(self, account: AccountName, *, limit: int = 100) -> Sequence[Denial]:
        """An account's newest refusals, newest first."""

    def add_usage(self, usage: Sequence[Usage]) -> None:
        """Add counts, and keep the latest moment of each token."""

    def usage(self, account: AccountName) -> Mapping[tuple[AppKey, int], Usage]:
        """When each token of an account last worked."""

    def meta(self, name: str) -> str | None:
        """A note of the installation about itself, such as what proves that a pepper is the right one."""

    def set_meta(self, name: str, value: str) -> str:
        """Note something once and for all; the value that stands, which may be an earlier one."""

    def close(self) -> None:
        """Let go of the store."""
