"""Moving an installation changes no decision: very many attempts on very many keys, before and after."""

from __future__ import annotations

import random
from collections import Counter
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from tests.dose import dose
from tests.keys import KEYS
from tests.stores.crowd import PEPPER, RESOURCES, Crowd, Deaf, Holder, crowd, token
from tests.stores.histories import NOON, OPERATOR, folded

from chaveiro.core.attempt import AnyRole, Match, Need, Presented, Request, Transport, presented
from chaveiro.core.cause import Cause
from chaveiro.core.change import Change
from chaveiro.core.decision import Allowed, Denied
from chaveiro.core.event import AccountSuspended
from chaveiro.core.names import Moment
from chaveiro.node import Node
from chaveiro.stores.sql import SqlStore, moving

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from tests.postgres import PostgresServer
    from tests.promises.plugin import Proof

    from chaveiro.core.names import AccountName
    from chaveiro.stores.port import Store

MANY = dose(2_000, 100_000, 100_000)
OF_ACCOUNT = dose(250, 1_000, 1_000)
ATTEMPTS = dose(2_000, 100_000, 100_000)
NOW = Moment(NOON + 200 * 86_400)
ADDRESSES = ("10.1.2.3", "192.0.2.7", "203.0.113.9", "2001:db8::1", "")
MET = {
    Cause.CREDENTIALS_INVALID,
    Cause.ACCOUNT_SUSPENDED,
    Cause.KEY_BLOCKED,
    Cause.KEY_INACTIVE,
    Cause.KEY_EXPIRED,
    Cause.KEY_NOT_YET_VALID,
    Cause.INSECURE_TRANSPORT,
    Cause.IP_NOT_ALLOWED,
    Cause.NO_ROLE_LINKED,
    Cause.PERMISSION_MISSING_RESOURCE,
    Cause.TOKEN_EMPTY,
}


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Crowd:
    """The crowd, some of its accounts suspended."""
    found = crowd(tmp_path_factory.mktemp("crowd") / "chaveiro.db", keys=MANY, of_account=OF_ACCOUNT)
    with closing(SqlStore.open(f"sqlite:///{found.path}", keys=KEYS)) as store:
        for account in store.accounts()[::10]:
            suspended = Change(account, NOON, OPERATOR, AccountSuspended(""))
            store.commit(suspended, seen=store.keyring(account).revision)
    return found


def attempts(filled: Crowd, dice: random.Random) -> Iterable[tuple[AccountName, Request]]:
    """Right and wrong ones, of keys in every state, for what they may and may not."""
    for _ in range(ATTEMPTS):
        one, other = dice.choice(filled.holders), dice.choice(filled.holders)
        account = other.account if dice.random() < 0.03 else one.account
        yield account, request(dice, one, other)


def request(dice: random.Random, one: Holder, other: Holder) -> Request:
    number = one.tokens if dice.random() < 0.9 else dice.randint(1, 4)
    shown = dice.choice([token(one.app_key, number)] * 30 + [token(other.app_key, 1), ""])
    some = tuple(dice.sample(RESOURCES, dice.randint(1, 9)))
    return Request(
        app_key=presented(one.app_key) if dice.random() < 0.98 else Presented("nobody's", 1),
        app_token=presented(shown),
        need=AnyRole() if dice.random() < 0.3 else Need(some, dice.choice((Match.ANY, Match.ANY, Match.ALL))),
        address=dice.choice(ADDRESSES),
        transport=dice.choice((Transport.SECURE, Transport.SECURE, Transport.SECURE, Transport.PLAIN)),
    )


def decisions(store: Store, filled: Crowd) -> list[tuple[object, ...]]:
    """What a node on this store decides of each attempt: for which key, by which roles or for which cause."""
    node = Node(store, Deaf(), pepper=PEPPER, clock=lambda: NOW, boottime=lambda: 0.0, mint=random.Random(1).randbytes)
    found: list[tuple[object, ...]] = []
    for account, asked in attempts(filled, random.Random(7)):
        match node.check(account, asked).verdict:
            case Allowed() as allowed:
                found.append((allowed.app_key, allowed.roles, allowed.revision.seq))
            case Denied() as denied:
                found.append((denied.cause, denied.app_key, denied.revision.seq))
            case cannot:
                pytest.fail(f"nobody could tell: {cannot}")
    return found


def test_a_crowd_loads_as_it_folds(tmp_path: Path) -> None:
    """What is copied under other names is what committing it would have made: each account equals its changes."""
    made = crowd(tmp_path / "chaveiro.db", keys=240, of_account=40)
    with closing(SqlStore.open(f"sqlite:///{made.path}", keys=KEYS)) as store:
        accounts = store.accounts()
        assert len(accounts) == 6
        for account in accounts:
            assert store.keyring(account) == folded(store.changes(account=account, limit=10_000))
        digests = {key.digest for account in accounts for key in store.keyring(account).keys.values()}
        assert len(digests) == sum(len(store.keyring(account).keys) for account in accounts)


def test_moving_changes_no_decision(postgres: PostgresServer, filled: Crowd, proof: Proof) -> None:
    """The same attempts are decided the same, by the same roles and for the same causes, at the same change."""
    url, file = postgres.url(postgres.new_database()), f"sqlite:///{filled.path}"
    with closing(SqlStore.open(file, keys=KEYS)) as store:
        before = decisions(store, filled)
    with moving.open_ends(file, url) as ends:
        moved = moving.move(ends, keys=KEYS, pepper_check="", watch=lambda _: None)
    with closing(SqlStore.open(url, keys=KEYS)) as store:
        after = decisions(store, filled)
    same = sum(one == other for one, other in zip(before, after, strict=True))
    assert before == after
    seen = Counter(found[0] if isinstance(found[0], Cause) else "allowed" for found in before)
    assert set(seen) >= MET | {"allowed"}, seen
    assert seen["allowed"] > ATTEMPTS // 10, seen
    seconds = ", ".join(f"{stage} {spent:.1f} s" for stage, spent in moved.seconds.items())
    proof("G25", dose=filled.keys, figure=f"{same} of {ATTEMPTS} decisions equal; {moved.rows} rows: {seconds}")
