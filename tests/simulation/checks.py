"""What must hold of every answer, told from the truth's own log without the code under test."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from chaveiro.core import event as happened

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from chaveiro.core.change import Change
    from chaveiro.core.keyring import Revision
    from chaveiro.core.names import AccountName, AppKey, Moment, Resource, RoleId
    from chaveiro.stores.port import Committed


class Violation(BaseException):
    """A promise was broken. No `except Exception` of a node that waits meanwhile holds it up."""

    def __init__(self, promise: str, what: str) -> None:
        super().__init__(f"{promise}: {what}")
        self.promise, self.what = promise, what


class Asked(NamedTuple):
    """What a caller presents and wants: all that an answer may depend on, besides the state."""

    app_key: AppKey
    digest: bytes
    resource: Resource


@dataclass(slots=True)
class Key:
    """A key as the log tells it."""

    tokens: list[bytes]
    refused: set[str] = field(default_factory=set)
    roles: set[RoleId] = field(default_factory=set)


@dataclass(slots=True)
class Account:
    """An account as the log tells it: written anew here, so that a fault of the code does not excuse itself."""

    suspended: bool = False
    roles: dict[RoleId, frozenset[Resource]] = field(default_factory=dict)
    keys: dict[AppKey, Key] = field(default_factory=dict)

    def tell(self, event: object) -> None:  # noqa: C901 - one case per event
        match event:
            case happened.AccountSuspended():
                self.suspended = True
            case happened.AccountResumed():
                self.suspended = False
            case happened.RoleCreated(role, _, resources):
                self.roles[role] = resources
            case happened.RoleEdited(role, _, added, removed):
                self.roles[role] = (self.roles[role] | added) - removed
            case happened.RoleDeleted(role):
                self.roles[role] = frozenset()
            case happened.KeyIssued(app_key=app_key, digest=digest):
                self.keys[app_key] = Key([digest])
            case happened.KeyGranted(role, to, _):
                self.keys[to].roles.add(role)
            case happened.KeyWithdrawn(role, to):
                self.keys[to].roles.discard(role)
            case happened.KeyDeactivated(app_key):
                self.keys[app_key].refused.add("inactive")
            case happened.KeyBlocked(app_key):
                self.keys[app_key].refused.add("blocked")
            case happened.KeyActivated(app_key):
                self.keys[app_key].refused.clear()
            case happened.KeyRenewed(app_key, digest):
                self.keys[app_key].tokens.append(digest)
            case happened.RenewalFinished(app_key):
                del self.keys[app_key].tokens[0]
            case happened.KeyDeleted(app_key):
                del self.keys[app_key]
            case _:
                """Nothing that an answer depends on."""

    @property
    def allowed(self) -> frozenset[Asked]:
        """Everything that is allowed, expiry aside."""
        return frozenset(
            Asked(app_key, token, resource)
            for app_key, key in self.keys.items()
            if not (self.suspended or key.refused)
            for role in key.roles
            for resource in self.roles[role]
            for token in key.tokens
        )


class Instant(NamedTuple):
    """From when on the truth was so."""

    since: float
    revision: Revision
    allowed: dict[AccountName, frozenset[Asked]]


class History:
    """Every state the truth was ever in, and when."""

    def __init__(self) -> None:
        self.instants: list[Instant] = []
        self.known: dict[
            int, tuple[Revision, float, Change]
        ] = {}  # a change by its identity: where and when it came to be
        self.expires: dict[AppKey, Moment] = {}
        self._at: dict[Revision, dict[AccountName, frozenset[Asked]]] = {}
        self._accounts: dict[AccountName, Account] = {}

    def committed(self, one: Committed, now: float) -> None:
        """One more change is to be seen by all."""
        self.known[id(one.change)] = one.revision, now, one.change
        self.instants.append(Instant(now, one.revision, self._told(one, self.instants[-1].allowed)))

    def began(self, head: Revision, log: Sequence[Committed], now: float) -> None:
        """Another epoch begins with this log."""
        self._accounts = {}
        allowed: dict[AccountName, frozenset[Asked]] = {}
        for one in log:
            allowed = self._told(one, allowed)
        self.instants.append(Instant(now, head, allowed))

    def _told(self, one: Committed, before: dict[AccountName, frozenset[Asked]]) -> dict[AccountName, frozenset[Asked]]:
        name, event = one.change.account, one.change.event
        account = self._accounts.setdefault(name, Account())
        account.tell(event)
        if isinstance(event, happened.KeyIssued) and event.expires is not None:
            self.expires[event.app_key] = event.expires
        self._at[one.revision] = told = {**before, name: account.allowed}
        return told

    def allows(self, account: AccountName, asked: Asked) -> bool:
        """What is so now, expiry aside."""
        return asked in self.instants[-1].allowed.get(account, ())

    def at(self, revision: Revision, account: AccountName, asked: Asked) -> bool:
        """What was so at a revision."""
        return asked in self._at[revision].get(account, ())

    def verdicts(self, account: AccountName, asked: Asked, since: float, at_least: Revision | None = None) -> set[bool]:
        """What could rightly be answered by one who knows all that was so at a moment."""
        return {
            asked in instant.allowed.get(account, ())
            for instant in self._from(since)
            if at_least is None or (instant.revision.epoch == at_least.epoch and instant.revision.seq >= at_least.seq)
        }

    def _from(self, since: float) -> Iterator[Instant]:
        for instant in reversed(self.instants):
            yield instant
            if instant.since <= since:
                return
