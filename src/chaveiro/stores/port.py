"""Where keyrings live. `tests/stores/contract.py` says what every store does."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from chaveiro.core.change import Change
    from chaveiro.core.denial import Denial, DenialId, Exposure, Usage, Use
    from chaveiro.core.episode import Episode
    from chaveiro.core.fleet import NodeReport, NodeSeen
    from chaveiro.core.keyring import Keyring, Revision
    from chaveiro.core.names import AccountName, AppKey, Email, Moment
    from chaveiro.core.session import Session, SessionId
    from chaveiro.core.traffic import Traffic


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


class StoreUnreachable(StoreUnavailable):
    """The store is elsewhere and does not answer, or has no time to. It may come back by itself."""


class StoreUnreadable(StoreUnavailable):
    """What stands in the store is nothing that this version can read."""


class StoreMoved(StoreUnavailable):
    """What stands in this store is no longer the truth, or not yet. The message says where that is."""


class StoreBusy(StoreUnavailable):
    """Somebody else on this machine has the store to themselves for a while. It comes back by itself."""


class DiskFull(StoreUnavailable):
    """There is no room for a change. What is there can be read."""


class AccountDamaged(StoreUnavailable):
    """An account's own row is not what was written there, so nobody can tell anything about the account."""


class Committed(NamedTuple):
    """A change and its place in the one order of all changes."""

    revision: Revision
    change: Change


class Feed(NamedTuple):
    """What was committed after a revision, oldest first."""

    following: Sequence[Committed | Unreadable]
    macs: Mapping[int, str]  # of these and of the change at that revision, by their numbers; none without a chain


NO_MACS: Final[Mapping[int, str]] = MappingProxyType({})


class Holder(NamedTuple):
    """A key that has, or had, a token."""

    digest: bytes
    account: AccountName
    app_key: AppKey


class Unreadable(NamedTuple):
    """The place of a change that cannot be read, or is not what was written there."""

    revision: Revision
    account: AccountName | None  # None: not even that can be believed


class Anchor(NamedTuple):
    """The newest change and its MAC. Kept elsewhere, it proves that no later change was cut off."""

    seq: int
    mac: str

    def __str__(self) -> str:
        return f"{self.seq}:{self.mac}"


class Harm(StrEnum):
    """What was done to the chain of changes at one place."""

    CHANGED = "changed"  # its text or account is another one than its MAC was made for
    MISSING = "missing"
    FORGED = "forged"  # its MAC was not made by us either, as far as can be told
    TRUNCATED = "truncated"  # the chain ends, or goes on differently, below the anchor


class Break(NamedTuple):
    """One place where the chain of changes does not hold."""

    seq: int
    harm: Harm


PEPPER_CHECK: Final = "pepper_check"  # the name of the note that tells the right pepper from another

BREAKS_MAX: Final = 100  # that are named; all are counted


@dataclass(frozen=True, slots=True)
class Verified:
    """What was found when the chain of changes was followed from its beginning."""

    changes: int
    head: Anchor | None  # None: there is no change, or the store keeps no chain
    breaks: tuple[Break, ...]  # the first ones
    broken: int  # how many there are

    @property
    def holds(self) -> bool:
        """Whether nothing was done to it."""
        return not self.broken


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

    @property
    def keeps_nodes(self) -> bool:
        """Whether what nodes report is kept. Where it is not, nobody sees which of them are behind."""

    def head(self) -> Revision:
        """The revision of the newest change of any account; `seq` 0 where there is none yet. Cheap."""

    def pulse(self) -> bytes:
        """What differs once a change was committed and before anybody heard of it, where processes share memory.

        Elsewhere it is always the same. Never raises; it costs no system call.
        """

    def watch(self, wake: Callable[[], None]) -> None:
        """Call *wake*, quickly and from another thread, whenever somebody may have committed, until `close`.

        A hint: it may come too often, late or never. Whoever must know asks for the head.
        """

    def report(self, node: NodeReport) -> Revision:
        """Note what a node has applied, then give the head. Cheap, and it waits for no other work of this process."""

    def nodes(self) -> tuple[Moment, Sequence[NodeSeen]]:
        """The store's own time, and the nodes that reported, the longest running first.

        Among them is UNHEARD for as long as there may be others: what they reported was lost, as with a server.
        """

    def leave(self, node: NodeReport) -> None:
        """Forget a node: it decides nothing any more."""

    def accounts(self) -> tuple[AccountName, ...]:
        """Every account's name, in alphabetical order."""

    def audited(self) -> tuple[AccountName, ...]:
        """The name of every account of which there are changes, in alphabetical order."""

    def keyring(self, account: AccountName) -> Keyring:
        """One account as it is now, without what is damaged of it. Raises AccountUnknown, AccountDamaged."""

    def home_of(self, app_key: AppKey) -> AccountName | None:
        """The account that has, or had, this appKey."""

    def holders(self, digests: Collection[bytes]) -> Sequence[Holder]:
        """Every key, deleted ones too, that has or had one of these tokens. Slow: whole tables are looked through.

        What is said of a key stands in its account's keyring, where it is believed only as it was written.
        """

    def commit(self, change: Change, *, seen: Revision | None) -> Revision:
        """Write rows, audit entry and next revision together, durably; revision order is commit order.

        *seen* is the account's revision that the change was planned on, None for an account's creation. Raises
        RevisionMoved or AppKeyTaken, having written nothing; ValueError for text that no database keeps, and for a name
        of more than 600 bytes, which not every database looks up.
        """

    def commit_all(self, changes: Sequence[Change], *, seen: Revision) -> Sequence[Revision]:
        """Write an account's changes in one transaction, each with its own revision, one after the other.

        All of them are written, or none. Raises what `commit` raises.
        """

    def changes(
        self, *, after: Revision | None = None, account: AccountName | None = None, limit: int = 1000
    ) -> Sequence[Committed]:
        """At most *limit* changes after a revision, oldest first, of one account or of all.

        Raises RevisionMoved where *after* is of another epoch, or newer than the head: whoever follows must load
        everything again.
        """

    def feed(self, *, after: Revision, limit: int = 1000) -> Feed:
        """At most *limit* changes of all accounts after a revision, for whoever follows them.

        INVARIANT: what cannot be read, or believed, takes its place without a change, and holds up nobody.
        Raises RevisionMoved as `changes` does.
        """

    def anchor(self) -> Anchor | None:
        """The newest change and its MAC, to be kept elsewhere; None where there is none."""

    def links(self, *, after: Revision, limit: int = 1000) -> Sequence[Anchor]:
        """The numbers and MACs of at most *limit* changes after a revision, oldest first; none where no chain is kept.

        Two databases that have the same one have the same changes up to it. Raises RevisionMoved where *after* is of
        another epoch.
        """

    def verify(self, anchor: Anchor | None = None) -> Verified:
        """Follow the chain of changes from its beginning. Nothing cut off below *anchor* goes unseen."""

    def newest_changes(
        self,
        account: AccountName,
        *,
        after: Revision | None = None,
        before: Revision | None = None,
        naming: Sequence[Collection[str]] = (),
        limit: int = 100,
    ) -> Sequence[Committed]:
        """At most *limit* changes of an account between two revisions, newest first: reading the audit backwards.

        *naming* leaves out, before they are counted, changes in which of one of these groups no text stands anywhere,
        as a whole name of somebody or something, or as the name of the event. Every change between has to be looked
        at for that. Raises RevisionMoved where a revision is of another epoch.
        """

    def keep_denials(self, denials: Sequence[Denial], *, forget_before: Moment, limits: Limits = LIMITS) -> None:
        """Keep these refusals and count them in their episodes, in one transaction; forget the ones before a moment.

        A refusal that is kept already is neither kept nor counted again. Episodes outlive what was forgotten.
        One with text that no database keeps is left out, so that it does not hold up the others.
        """

    def denial(self, denial: DenialId) -> Denial | None:
        """One refusal."""

    def denials(self, account: AccountName, *, app_key: AppKey | None = None, limit: int = 100) -> Sequence[Denial]:
        """The newest refusals of an account, or of one of its keys, newest first."""

    def episodes(self, account: AccountName, *, app_key: AppKey | None = None, limit: int = 100) -> Sequence[Episode]:
        """The episodes of an account, or of one of its keys, the one with the newest denial first."""

    def episode_of(self, denial: DenialId) -> Episode | None:
        """The episode of a refusal that is kept."""

    def add_usage(self, usage: Sequence[Usage], uses: Sequence[Use] = ()) -> None:
        """Add counts, and keep the latest moment of each token and of each thing a key did, in one transaction."""

    def usage(self, account: AccountName, *, app_key: AppKey | None = None) -> Mapping[tuple[AppKey, int], Usage]:
        """When each token of an account, or of one of its keys, last worked."""

    def uses(self, account: AccountName, *, app_key: AppKey | None = None) -> Sequence[Use]:
        """What the keys of an account, or one of them, did, what was done last first."""

    def add_exposures(self, exposures: Sequence[Exposure]) -> None:
        """Add counts, and keep the first and the latest moment of each token and way, in one transaction."""

    def exposures(self, account: AccountName, *, app_key: AppKey | None = None) -> Sequence[Exposure]:
        """Which tokens of an account, or of one of its keys, were seen in clear, by key, token and way."""

    def traffic(
        self, account: AccountName, *, app_key: AppKey | None = None, after: Moment, span: int
    ) -> Sequence[Traffic]:
        """What was allowed and refused in an account as a whole, or by one of its keys, oldest first.

        Counted as `add_usage` and `keep_denials` write, by the hour or by the day (`HOUR`, `DAY`), from the hour or
        day of *after* on, for as long as such counts are kept (`KEPT_SECONDS`).
        """

    def keep_session(self, session: Session, *, digest: bytes) -> None:
        """Keep a session by what its secret is recognised by. Neither its id nor that digest was kept before."""

    def session(self, digest: bytes) -> Session | None:
        """The session of this digest, which no method gives back."""

    def sessions(self, account: AccountName, email: Email | None = None) -> Sequence[Session]:
        """The sessions of an account, or of one of its users, newest first."""

    def touch_session(self, session: SessionId, *, seen: Moment, confirmed: Moment | None = None) -> None:
        """Note when a session was used, and its password given; a moment never goes back. Nothing where it ended."""

    def end_sessions(self, account: AccountName, ids: Iterable[SessionId]) -> None:
        """End these sessions, as far as they are of this account."""

    def forget_sessions(self, *, began_before: Moment, seen_before: Moment) -> None:
        """End what began before one moment, and what was last used before another."""

    def seal(self, name: str, data: bytes, *, until: Moment) -> None:
        """Keep data for whoever asks first. Raises ValueError where something is kept under this name."""

    def unseal(self, name: str, *, at: Moment) -> bytes | None:
        """Give what is kept and delete it, in one transaction; None where it is gone, or its time is over."""

    def forget_sealed(self, *, before: Moment) -> None:
        """Delete what was to be kept until a moment before this one."""

    def meta(self, name: str) -> str | None:
        """A note of the installation about itself, such as what proves that a pepper is the right one."""

    def set_meta(self, name: str, value: str) -> str:
        """Note something once and for all; the value that stands, which may be an earlier one."""

    def close(self) -> None:
        """Let go of the store."""
