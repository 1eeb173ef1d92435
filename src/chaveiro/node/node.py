"""One running process: decides requests, carries out commands, keeps up with others."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import replace
from time import sleep
from typing import TYPE_CHECKING, Final

import structlog

from chaveiro.catalogue import CatalogueMalformed, read_toml
from chaveiro.core.change import Change, after, few, key_named
from chaveiro.core.command import (
    OF_STRANGERS,
    AdoptKey,
    Command,
    GiveSetUpLink,
    ImportCatalogue,
    IssueKey,
    KeyCommand,
    Reason,
    Refusal,
    RenewKey,
    TakeSetUpLink,
)
from chaveiro.core.credential import Secret, belong_together
from chaveiro.core.event import CommandRefused
from chaveiro.core.fleet import LEASE_SECONDS_MAX, SPREAD_SECONDS, NodeId, NodeSeen, Reach, reach
from chaveiro.core.keyring import Actor, ActorKind, Keyring, Revision
from chaveiro.core.names import AccountName, AppKey, Email, KeyId, Moment
from chaveiro.core.plan import plan
from chaveiro.mint import Mint
from chaveiro.node.answer import Issued
from chaveiro.node.decider import WAIT_SECONDS_MAX, Decider
from chaveiro.node.follower import Follower
from chaveiro.node.knowledge import STALE_SECONDS_MAX, Knowledge
from chaveiro.node.ports import NoJournal, NoSnapshot
from chaveiro.stores.port import (
    AccountUnknown,
    AppKeyTaken,
    Holder,
    RevisionMoved,
    Store,
    StoreUnavailable,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from ipaddress import IPv4Network, IPv6Network

    from chaveiro.core.foreign import Foreign
    from chaveiro.node.ports import Journal, Refusals, Snapshot, UserTokenReader

TRIES: Final = 20  # of a command, when others change the same account at the same time
REACH_SECONDS: Final = 0.02  # between two looks at what the other nodes have applied

_log = structlog.get_logger(__name__)


class Node(Decider):
    """One running process. Every door calls the same one."""

    def __init__(
        self,
        store: Store,
        refusals: Refusals,
        *,
        pepper: bytes,
        clock: Callable[[], Moment],
        boottime: Callable[[], float],
        mint: Callable[[int], bytes],
        stale_seconds_max: float = STALE_SECONDS_MAX,
        user_tokens: UserTokenReader | None = None,
        name: str = "",
        journal: Journal | None = None,
        opening: Callable[[], None] | None = None,
        snapshot: Snapshot | None = None,
        foreign: Foreign | None = None,
    ) -> None:
        """Begin with nothing in memory. *clock* is the wall clock, *boottime* one that no-one can set.

        *mint* gives that many unpredictable bytes. Without *user_tokens* none is genuine. *name* tells this node from
        others, for people. *foreign* verifies digests of other systems. Raises StoreUnavailable.

        With *opening* the store is not asked yet, and nothing is raised: the node begins with its *snapshot*, if that
        is good, and once it was started, calls *opening* until the store is open to it.
        """
        self._id = NodeId(mint(8).hex())
        self._name = name
        self._boottime = boottime
        self._mint = Mint(pepper, mint)
        self._stale_seconds_max = stale_seconds_max
        snapshot = snapshot or NoSnapshot()
        known = Knowledge(
            store,
            id=self._id,
            name=name,
            clock=clock,
            boottime=boottime,
            stale_seconds_max=stale_seconds_max,
            journal=journal or NoJournal(),
            snapshot=snapshot,
            opening=opening,
        )
        super().__init__(store, refusals, known, pepper=pepper, clock=clock, user_tokens=user_tokens, foreign=foreign)
        self._follower = Follower(known, store, snapshot, flush_usage=self.flush_usage)

    # -- changing

    def carry_out(self, command: Command, *, by: Actor) -> Change | Refusal:
        """Authorize, change, audit and publish: the only way to a write. Raises StoreUnavailable.

        When it returns, the change is durable, and in force in this process.
        """
        if isinstance(command, ImportCatalogue) and (malformed := _malformed(command.catalogue)):
            return malformed
        for _ in range(TRIES):
            keyring = self._known(command.account)
            planned = plan(keyring and self.whole(keyring), command, by=by, at=self._clock())
            try:
                if isinstance(planned, Change):
                    self.known.commit(planned, keyring)
                elif keyring is not None and planned.reason not in OF_STRANGERS:
                    self.known.commit(self._refused(command, planned, by), keyring)
            except RevisionMoved:
                continue
            except AppKeyTaken:
                return Refusal(Reason.KEY_EXISTS)
            return planned
        raise StoreUnavailable(f"account `{command.account}` is changed by others without pause; try again")

    def issue(
        self,
        account: AccountName,
        *,
        label: str,
        by: Actor,
        owner: str = "",
        valid_from: Moment | None = None,
        expires: Moment | None = None,
        networks: tuple[IPv4Network | IPv6Network, ...] = (),
        id: KeyId | None = None,  # noqa: A002 - what it is
    ) -> Issued | Refusal:
        """Make a pair in the account's format, linked to no role. Raises StoreUnavailable.

        With an *id* of the caller's own, random like ours, asking again makes no second pair: the key exists by then.
        """
        keyring = self._known(account)
        if keyring is None:
            return Refusal(Reason.ACCOUNT_UNKNOWN, {"account": account})
        app_key, token = self._mint.pair(keyring)
        command = IssueKey(
            account=account,
            app_key=app_key,
            id=id or self._mint.key_id(),
            digest=self._mint.kept(token),
            label=label,
            owner=owner,
            valid_from=valid_from,
            expires=expires,
            networks=networks,
        )
        return self._issued(command, app_key, token, by)

    def register(
        self, account: AccountName, *, app_key: str, app_token: Secret, label: str, by: Actor
    ) -> Change | Refusal:
        """Keep a pair that was made elsewhere. Only two well-formed values that belong together are a pair."""
        if not belong_together(app_key, app_token.reveal()):
            return Refusal(Reason.PAIR_MALFORMED)
        kept = self._mint.kept(app_token)
        command = IssueKey(account, AppKey(app_key), self._mint.key_id(), kept, label, registered=True)
        return self.carry_out(command, by=by)

    def carry_out_all(
        self, account: AccountName, groups: Sequence[Sequence[KeyCommand]], *, by: Actor, dry: bool = False
    ) -> Sequence[Sequence[Change] | Refusal]:
        """Carry out many commands about an account's own keys in one transaction; of each group all of them, or none.

        One answer for each group; where it is *dry*, nothing is written. A group that another account's key is in the
        way of is refused by itself. Raises StoreUnavailable, with what was said of groups before it in force;
        ValueError for commands of another kind.
        """
        for _ in range(TRIES):
            keyring = self._known(account)
            if keyring is None:
                return [Refusal(Reason.ACCOUNT_UNKNOWN, {"account": account})] * len(groups)
            done, changes = self._planned_all(keyring, groups, by)
            try:
                if changes and not dry:
                    self.known.commit_all(changes, keyring)
            except RevisionMoved:
                continue
            except AppKeyTaken:
                if len(groups) == 1:
                    return [Refusal(Reason.KEY_EXISTS)]
                return [self.carry_out_all(account, [group], by=by)[0] for group in groups]
            return done
        raise StoreUnavailable(f"account `{account}` is changed by others without pause; try again")

    def _planned_all(
        self, keyring: Keyring, groups: Sequence[Sequence[KeyCommand]], by: Actor
    ) -> tuple[Sequence[Sequence[Change] | Refusal], Sequence[Change]]:
        """What each group changes, or why it is refused; and all that is to be kept of it, in order.

        The account is held with the keys that are named alone: no other is copied for each change.
        """
        named = {key_named(command) for group in groups for command in group} | {AppKey(by.name)}
        standing = replace(keyring, keys=few(self.whole(keyring), named))
        found: list[Sequence[Change] | Refusal] = []
        kept: list[Change] = []
        for group in groups:
            following = standing
            changes: list[Change] = []
            for command in group:
                planned = plan(following, command, by=by, at=self._clock())
                if isinstance(planned, Refusal):
                    found.append(planned)
                    kept.append(self._refused(command, planned, by))
                    break
                changes.append(planned)
                following = after(following, planned, keyring.revision)
            else:
                standing = following
                found.append(changes)
                kept += changes
        return found, kept

    def holders(self, tokens: Sequence[Secret]) -> Sequence[Sequence[Holder]]:
        """For each token the keys, deleted ones too, that have or had it. Slow. Raises StoreUnavailable."""
        digests = [
            {self._mint.kept(one), *self._foreign.digests(self._foreign.kinds, one.reveal()).values()} for one in tokens
        ]
        found = self._store.holders({one for own in digests for one in own})
        return [[one for one in found if one.digest in own] for own in digests]

    def kept(self, token: Secret) -> bytes:
        """What is kept of a token."""
        return self._mint.kept(token)

    def new_key_id(self) -> KeyId:
        """An id for a key that is brought from elsewhere."""
        return self._mint.key_id()

    def adopt(self, account: AccountName, app_key: AppKey, *, by: Actor) -> Change | Refusal:
        """Let another account's key hold roles of this one. Raises StoreUnavailable."""
        home = self._store.home_of(app_key)
        alive = home is not None and app_key in self.keyring(home).keys
        return self.carry_out(AdoptKey(account, app_key, home if alive else None), by=by)

    def renew(self, account: AccountName, app_key: AppKey, *, by: Actor) -> Issued | Refusal:
        """Give a key a second token. Raises StoreUnavailable."""
        token = self._mint.token(app_key)
        command = RenewKey(account, app_key, self._mint.kept(token))
        return self._issued(command, app_key, token, by)

    def invite(self, account: AccountName, to: Email, *, by: Actor) -> Secret | Refusal:
        """Make the secret of a link by which a person chooses a password, once. Raises StoreUnavailable."""
        secret = self._mint.link_secret()
        done = self.carry_out(GiveSetUpLink(account, to, self._mint.kept(secret)), by=by)
        return done if isinstance(done, Refusal) else secret

    def opens(self, account: AccountName, email: Email, secret: Secret) -> bool:
        """Say whether such a link would be taken now, before a password is hashed for it. Raises StoreUnavailable."""
        keyring = self._known(account)
        command = TakeSetUpLink(account, email, self._mint.kept(secret), password="")
        planned = plan(keyring and self.whole(keyring), command, by=Actor(ActorKind.USER, email), at=self._clock())
        return isinstance(planned, Change)

    def set_up(
        self, account: AccountName, email: Email, secret: Secret, *, password: str, by: Actor
    ) -> Change | Refusal:
        """Take such a link. *password* is the hash to be kept. Raises StoreUnavailable."""
        return self.carry_out(TakeSetUpLink(account, email, self._mint.kept(secret), password), by=by)

    def _issued(self, command: IssueKey | RenewKey, app_key: AppKey, token: Secret, by: Actor) -> Issued | Refusal:
        done = self.carry_out(command, by=by)
        return done if isinstance(done, Refusal) else Issued(app_key, token, done)

    def _known(self, account: AccountName) -> Keyring | None:
        try:
            return self.keyring(account)
        except AccountUnknown:
            return None

    def _refused(self, command: Command, refusal: Refusal, by: Actor) -> Change:
        name = re.sub(r"(?<!^)(?=[A-Z])", "_", type(command).__name__).lower()
        return Change(command.account, self._clock(), by, CommandRefused(name, refusal.reason))

    # -- other nodes

    @property
    def id(self) -> NodeId:
        """What tells this node from others."""
        return self._id

    @property
    def name(self) -> str:
        """What people call it."""
        return self._name

    @property
    def stale_seconds_max(self) -> float:
        """How long this node goes on answering once it hears nothing."""
        return self._stale_seconds_max

    @property
    def others_stale_seconds_max(self) -> float:
        """How long any process may decide by what it has not confirmed, whatever was set there."""
        return LEASE_SECONDS_MAX if self._store.keeps_nodes else SPREAD_SECONDS

    def head(self) -> Revision:
        """The newest change of any account, known here or not. Raises StoreUnavailable."""
        return self._store.head()

    def nodes(self) -> tuple[Moment, Sequence[NodeSeen]]:
        """The store's own time, and the nodes that share it. Raises StoreUnavailable."""
        return self._store.nodes()

    def reach(self, revision: Revision, *, wait_seconds: float = WAIT_SECONDS_MAX) -> Reach:
        """Say on which nodes a change is in force, waiting a little for those that are about to apply it.

        Raises StoreUnavailable.
        """
        give_up = self._boottime() + wait_seconds
        spread_seconds = 0.0 if self._store.keeps_nodes else SPREAD_SECONDS
        if not self.known.is_at(revision):
            self.known.refresh()
        while True:
            at, seen = self._store.nodes()
            here = self.known.is_at(revision)  # whatever was reported
            others = [one for one in seen if not here or one.report.id != self._id]
            found = reach(revision, others, at=at, spread_seconds=spread_seconds)
            if found.effective or self._boottime() >= give_up:
                return found
            sleep(REACH_SECONDS)

    # -- running

    def start(self) -> None:
        """Follow other processes' changes, and write usage, until `stop`."""
        self._follower.start()

    def stop(self) -> None:
        """Stop following, and write what usage is left."""
        self._follower.stop()
        with suppress(StoreUnavailable):
            self.flush_usage()


def _malformed(catalogue: str) -> Refusal | None:
    try:
        read_toml(catalogue)
    except CatalogueMalformed as malformed:
        return Refusal(Reason.CATALOGUE_MALFORMED, {"problem": str(malformed)})
    return None
