"""Who changes accounts, and what the world begins with."""

from __future__ import annotations

import random
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from tests.core.worlds import ANA, CANCEL, LIST, NOW, OPERATOR, PEPPER, SPONSOR
from tests.simulation import callers
from tests.simulation.checks import Asked

from chaveiro.core.attempt import Need, Request, presented
from chaveiro.core.change import Change, after
from chaveiro.core.command import (
    ActivateKey,
    BlockKey,
    Command,
    CreateAccount,
    CreateRole,
    DeactivateKey,
    DeleteKey,
    DeleteRole,
    EditRole,
    FinishRenewal,
    GrantToKey,
    ResumeAccount,
    SuspendAccount,
    WithdrawFromKey,
)
from chaveiro.core.credential import digest
from chaveiro.core.names import AccountName, AppKey, Moment, RoleId
from chaveiro.node import Issued, Node
from chaveiro.node.ports import NoUserTokens
from chaveiro.stores.memory import MemoryStore
from chaveiro.stores.port import StoreUnavailable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.simulation.world import Machine, World

    from chaveiro.core.credential import Secret
    from chaveiro.core.keyring import Keyring
    from chaveiro.stores.port import Committed

ACCOUNTS = (AccountName("acme"), AccountName("globex"))


class Pair(NamedTuple):
    """What a caller may ask with."""

    account: AccountName
    asked: Asked
    request: Request


class Beginning(NamedTuple):
    """What every world begins with."""

    log: tuple[Committed, ...]
    accounts: tuple[AccountName, ...]
    pairs: tuple[Pair, ...]
    made: Mapping[int, Keyring]  # what followed from each change, by its identity


def pairs(account: AccountName, app_key: AppKey, token: Secret) -> list[Pair]:
    """What can be asked with one token."""
    return [
        Pair(
            account,
            Asked(app_key, digest(PEPPER, token.reveal()), resource),
            Request(presented(app_key), presented(token.reveal()), need=Need((resource,))),
        )
        for resource in (LIST, CANCEL)
    ]


@cache
def beginning() -> Beginning:
    """Two accounts with a role and two keys each."""
    from tests.simulation.world import Mute  # noqa: PLC0415 - each stands on the other

    store = MemoryStore()
    node = Node(
        store,
        Mute(),
        pepper=PEPPER,
        clock=lambda: NOW,
        boottime=lambda: 0.0,
        mint=random.Random(1).randbytes,
        user_tokens=NoUserTokens(),
    )
    found: list[Pair] = []
    for account in ACCOUNTS:
        node.carry_out(CreateAccount(account, ANA), by=OPERATOR)
        node.carry_out(CreateRole(account, "Pedidos", frozenset({LIST})), by=SPONSOR)
        for label in ("ERP", "OMS"):
            issued = node.issue(account, label=label, by=SPONSOR)
            assert isinstance(issued, Issued)
            node.carry_out(GrantToKey(account, RoleId(1), issued.app_key), by=SPONSOR)
            found += pairs(account, issued.app_key, issued.token)
    log = tuple(store.changes())
    keyrings: dict[AccountName, Keyring] = {}
    made: dict[int, Keyring] = {}
    for revision, change in log:
        keyrings[change.account] = made[id(change)] = after(keyrings.get(change.account), change, revision)
    return Beginning(log, ACCOUNTS, tuple(found), made)


def write(world: World) -> None:
    """Let somebody change something by way of some node, and look at once what came of it."""
    awake = [one for one in world.awake() if world.is_free(one)]
    if not awake:
        return
    machine = world.dice.choice(awake)
    pair = world.somebody()
    account = pair.account
    try:
        making = world.dice.random() < world.theme.births + 0.05
        change = _make(world, machine, account) if making else _change(world, machine, pair)
    except StoreUnavailable:
        world.note(machine.name, f"could not change {account}")
        return
    if change is None:
        return
    revision, at = world.history.known[id(change)][:2]
    if machine.node is not None and machine.started < at:
        machine.own[account] = at
    world.bookmarks.append((revision, at, pair))
    choice = world.dice.random()
    if choice < world.theme.reaching:
        world.passes(world.dice.choice((0, 0.01, 0.3)))
        callers.ask_reach(world)
        if world.dice.random() < 0.3:
            world.passes(world.dice.uniform(0, 1.2))
        for _ in range(3):
            callers.check(world, pair)
    else:
        callers.check(world, pair, at_least=revision if choice < 0.8 else None)


def _make(world: World, machine: Machine, account: AccountName) -> Change | None:
    """Make an account, or a key."""
    node, dice = machine.node, world.dice
    if dice.random() < world.theme.births:
        account = AccountName(f"shop{len(world.accounts)}")
        done = node.carry_out(CreateAccount(account, ANA), by=OPERATOR)
        if not isinstance(done, Change):
            return None
        world.accounts.append(account)
        node.carry_out(CreateRole(account, "Pedidos", frozenset({LIST})), by=SPONSOR)
    expires = Moment(node.now() + dice.uniform(1, 6)) if dice.random() < 0.3 else None
    issued = node.issue(account, label="ERP", by=SPONSOR, expires=expires)
    if not isinstance(issued, Issued):
        return None
    world.pairs += pairs(account, issued.app_key, issued.token)
    done = node.carry_out(GrantToKey(account, RoleId(1), issued.app_key), by=SPONSOR)
    return done if isinstance(done, Change) else issued.change


def _change(world: World, machine: Machine, pair: Pair) -> Change | None:
    """Change what a pair may do."""
    account, app_key, dice = pair.account, pair.asked.app_key, world.dice
    if dice.random() < 0.08:
        renewed = machine.node.renew(account, app_key, by=SPONSOR)
        if not isinstance(renewed, Issued):
            return None
        world.pairs += pairs(account, app_key, renewed.token)
        return renewed.change
    takes = world.history.allows(account, pair.asked) is not (dice.random() < 0.2)  # mostly it does something
    command = dice.choices(*zip(*(_taking if takes else _giving)(account, app_key), strict=True))[0]
    operator = isinstance(command, SuspendAccount | ResumeAccount)
    done = machine.node.carry_out(command, by=OPERATOR if operator else SPONSOR)
    return done if isinstance(done, Change) else None


def _taking(account: AccountName, app_key: AppKey) -> list[tuple[Command, int]]:
    """What takes something from a key, and how often."""
    return [
        (DeactivateKey(account, app_key), 8),
        (SuspendAccount(account), 3),
        (WithdrawFromKey(account, RoleId(1), app_key), 3),
        (EditRole(account, RoleId(1), remove=frozenset({CANCEL})), 3),
        (FinishRenewal(account, app_key), 3),
        (BlockKey(account, app_key), 1),
        (DeleteKey(account, app_key), 1),
        (DeleteRole(account, RoleId(1)), 1),
    ]


def _giving(account: AccountName, app_key: AppKey) -> list[tuple[Command, int]]:
    """What gives it something, and how often."""
    return [
        (ActivateKey(account, app_key), 8),
        (ResumeAccount(account), 4),
        (GrantToKey(account, RoleId(1), app_key), 4),
        (EditRole(account, RoleId(1), add=frozenset({CANCEL})), 3),
    ]
