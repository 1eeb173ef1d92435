"""Where keyrings live. `tests/stores/contract.py` says what every store does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from chaveiro.core.change import Change
    from chaveiro.core.denial import Denial, DenialId, Usage, Use
    from chaveiro.core.episode import Episode
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


USES_MAX: Final = 1_000  # of one key; the ones it did not repeat for longest are forgotten first
EPISODES_MAX: Final = 1_000  # of one account; the ones that ended first are forgotten first
EPISODES_OF_KEY_MAX: Final = 100  # further routes of one key share an episode for each cause
EPISODE_SECONDS: Final = 400 * 86_400  # an episode is forgotten so long after its last denial


@dataclass(frozen=True, slots=True)
class Limits:
    """How many single denials are kept. Where there are more, strangers' are forgotten first, then the oldest."""

    total: int = 100_000
    account: int = 10_000
    episode: int = 500


LIMITS: Final = Limits()


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

    def keep_denials(self, denials: Sequence[Denial], *, forget_before: Moment, limits: Limits = LIMITS) -> None:
        """Keep these refusals and count them in their episodes, in one transaction; forget the ones before a moment.

        A refusal that is kept already is neither kept nor counted again. Episodes outlive what was forgotten.
        One with text that no database keeps is left out, so that it does not hold up the others.
        """

    def denial(self, denial: DenialId) -> Denial | None:
        """One refusal."""

    def denials(self, account: AccountName, *, limit: int = 100) -> Sequence[Denial]:
        """An account's newest refusals, newest first."""

    def episodes(self, account: AccountName, *, limit: int = 100) -> Sequence[Episode]:
        """An account's episodes, the one with the newest denial first."""

    def episode_of(self, denial: DenialId) -> Episode | None:
        """The episode of a refusal that is kept."""

    def add_usage(self, usage: Sequence[Usage], uses: Sequence[Use] = ()) -> None:
        """Add counts, and keep the latest moment of each token and of each thing a key did, in one transaction."""

    def usage(self, account: AccountName) -> Mapping[tuple[AppKey, int], Usage]:
        """When each token of an account last worked."""

    def uses(self, account: AccountName) -> Sequence[Use]:
        """What the keys of an account did, what was done last first."""

    def meta(self, name: str) -> str | None:
        """A note of the installation about itself, such as what proves that a pepper is the right one."""

    def set_meta(self, name: str, value: str) -> str:
        """Note something once and for all; the value that stands, which may be an earlier one."""

    def close(self) -> None:
        """Let go of the store."""
