"""What happens to accounts: histories of commands for every store, fixed and random."""

from __future__ import annotations

import random
from contextlib import suppress
from dataclasses import replace
from ipaddress import ip_network
from typing import TYPE_CHECKING, Any

from chaveiro.core.change import Change, after
from chaveiro.core.command import (
    AcceptSponsorship,
    ActivateKey,
    AddPredefinedRoles,
    AddUser,
    AdoptKey,
    BlockKey,
    CancelTransfer,
    ChangePassword,
    Command,
    CreateAccount,
    CreateRole,
    DeactivateKey,
    DeleteKey,
    DeleteRole,
    EditRole,
    EditSettings,
    FinishRenewal,
    GiveSetUpLink,
    GiveUserToken,
    GrantToKey,
    GrantToUser,
    HandOver,
    ImportCatalogue,
    ImportKey,
    InviteSponsor,
    IssueKey,
    MuteEpisode,
    OpenHandover,
    Refusal,
    RemoveUser,
    RenewKey,
    ReportLeak,
    ResumeAccount,
    SpreadResource,
    SuspendAccount,
    TakeSetUpLink,
    UnmuteEpisode,
    WithdrawFromKey,
    WithdrawFromUser,
)
from chaveiro.core.credential import Format
from chaveiro.core.denial import DenialId
from chaveiro.core.event import CommandRefused
from chaveiro.core.foreign import Kind
from chaveiro.core.keyring import Actor, ActorKind, Keyring, Revision, Role
from chaveiro.core.names import AccountName, AppKey, Email, KeyId, Moment, Resource, RoleId
from chaveiro.core.plan import plan
from chaveiro.stores.port import AccountUnknown, AppKeyTaken, Committed, RevisionMoved, Store

if TYPE_CHECKING:
    from collections.abc import Iterable

ACME = AccountName("acme")
OTHER = AccountName("other")
ANA, BIA, CAIO = Email("ana@acme.example"), Email("bia@acme.example"), Email("caio@acme.example")
OPERATOR = Actor(ActorKind.OPERATOR, "root", "cli")
NOON = Moment(1_800_000_000.25)
RESOURCES = tuple(Resource("OMS", name) for name in ("ListOrders", "ViewOrder", "Não é ASCII", "_/"))
KEY_1, KEY_2, KEY_3 = AppKey("key-1"), AppKey("key-2"), AppKey("key-3")
REPORTER = Actor(ActorKind.REPORTER, "reporter github", "leaks")
ROLE_1, ROLE_2 = RoleId(1), RoleId(2)
LATER = Moment(NOON + 86_400)
AWAY_1, AWAY_2 = AppKey("away-1"), AppKey("away-2")  # external: of the account OTHER
EPISODE, OTHER_EPISODE = DenialId("01K9XW6Z5M3QH7T2R8V4N0PBCD"), DenialId("01K9XW6Z5M3QH7T2R8V4N0PBCE")
HASH = "$argon2id$v=19$m=65536,t=3,p=4$c2FsdA$aGFzaA"
PREDEFINED = (
    Role(RoleId(1), "Owner", frozenset(RESOURCES)),  # its number is taken, so it gets another
    Role(RoleId(9), "Viewer", frozenset(RESOURCES[:1])),
    Role(RoleId(10), "empty", frozenset(RESOURCES[:1])),
)


def digest_of(number: int) -> bytes:
    """A digest as a pepper would make it."""
    return random.Random(number).randbytes(32)


def issue(account: AccountName, app_key: AppKey, number: int = 1, **values: Any) -> IssueKey:
    """Ask for a pair with a made-up digest."""
    return IssueKey(account, app_key, KeyId(f"{number:032x}"), digest_of(number), f"label {number}", **values)


def bring(account: AccountName, app_key: AppKey, number: int = 1, kind: str = "sha256", **values: Any) -> ImportKey:
    """Ask for a pair whose token is known by another system's digest."""
    return ImportKey(
        account, app_key, KeyId(f"{number:032x}"), digest_of(number), Kind(kind), f"old {number}", **values
    )


def create(account: AccountName = ACME) -> CreateAccount:
    """Ask for an account whose sponsor is Ana."""
    return CreateAccount(account, ANA)


EVERY_EVENT: tuple[Command, ...] = (
    CreateAccount(ACME, ANA, Format.VTEX, https_only=True),
    AddUser(ACME, BIA, "Bia Conceição"),
    AddUser(ACME, CAIO, "Caio 🗝"),
    CreateRole(ACME, "orders", frozenset(RESOURCES[:2])),
    CreateRole(ACME, "empty", frozenset()),
    EditRole(ACME, ROLE_1, "orders, all", frozenset(RESOURCES[2:]), frozenset(RESOURCES[:1])),
    GiveUserToken(ACME, BIA),
    GrantToUser(ACME, ROLE_1, BIA),
    GrantToUser(ACME, ROLE_2, BIA, LATER),
    WithdrawFromUser(ACME, ROLE_2, BIA),
    GiveSetUpLink(ACME, BIA, digest_of(10)),
    TakeSetUpLink(ACME, BIA, digest_of(11), HASH),  # refused: another secret
    GiveSetUpLink(ACME, BIA, digest_of(11)),
    GiveSetUpLink(ACME, CAIO, digest_of(12)),
    TakeSetUpLink(ACME, BIA, digest_of(11), HASH),
    GiveSetUpLink(ACME, BIA, digest_of(13)),
    ChangePassword(ACME, BIA, f"{HASH}2"),
    GiveSetUpLink(ACME, BIA, digest_of(14)),
    EditSettings(ACME, Format.NATIVE),
    EditSettings(ACME, https_only=False, token_days_max=30),
    EditSettings(ACME, token_days_max=60),
    MuteEpisode(ACME, EPISODE),
    MuteEpisode(ACME, OTHER_EPISODE),
    UnmuteEpisode(ACME, EPISODE),
    MuteEpisode(ACME, EPISODE),  # again: it comes last now
    issue(ACME, KEY_1, 1, expires=LATER, networks=(ip_network("10.0.0.0/8"), ip_network("2001:db8::/32"))),
    issue(ACME, KEY_2, 2, owner="the shop's team", valid_from=NOON, registered=True),
    issue(ACME, KEY_2, 3),  # refused: there is one
    GrantToKey(ACME, ROLE_1, KEY_1),
    GrantToKey(ACME, ROLE_2, KEY_1, LATER),
    GrantToKey(ACME, ROLE_1, KEY_1, LATER),  # again, with an end: it comes last now
    GrantToKey(ACME, ROLE_1, KEY_2),
    WithdrawFromKey(ACME, ROLE_1, KEY_2),
    DeactivateKey(ACME, KEY_1, "holidays"),
    ActivateKey(ACME, KEY_1),
    HandOver(ACME, KEY_1, "1" * 32),
    HandOver(ACME, KEY_1, "2" * 32),
    OpenHandover(ACME, KEY_1, "2" * 32),
    HandOver(ACME, KEY_1, "3" * 32),
    HandOver(ACME, KEY_2, "4" * 32),
    RenewKey(ACME, KEY_1, digest_of(4)),
    FinishRenewal(ACME, KEY_1),
    RenewKey(ACME, KEY_1, digest_of(5)),
    FinishRenewal(ACME, KEY_1),
    BlockKey(ACME, KEY_1, "seen in a public place"),
    RenewKey(ACME, KEY_1, digest_of(6)),
    HandOver(ACME, KEY_1, "5" * 32),
    DeleteKey(ACME, KEY_1),
    ReportLeak(ACME, KEY_1, digest_of(5), "https://code.example/a"),
    bring(ACME, KEY_3, 20, "hmac-sha512:shop", owner="the shop", expires=LATER, networks=(ip_network("10.0.0.0/8"),)),
    GrantToKey(ACME, ROLE_1, KEY_3),
    ReportLeak(ACME, KEY_3, digest_of(20), "https://code.example/b"),
    RenewKey(ACME, KEY_3, digest_of(21)),
    FinishRenewal(ACME, KEY_3),
    DeactivateKey(ACME, KEY_2),
    RenewKey(ACME, KEY_2, digest_of(7)),
    DeleteRole(ACME, ROLE_2),
    ImportCatalogue(ACME, "# line 1\n[x]\n"),
    AddPredefinedRoles(ACME, PREDEFINED),
    AddPredefinedRoles(ACME, PREDEFINED),  # refused: they are there
    SpreadResource(ACME, RESOURCES[0], RESOURCES[2]),
    AdoptKey(ACME, AWAY_1, OTHER),
    AdoptKey(ACME, AWAY_2, OTHER),
    GrantToKey(ACME, ROLE_1, AWAY_1),
    GrantToKey(ACME, ROLE_1, AWAY_1, LATER),
    GrantToKey(ACME, RoleId(9), AWAY_1),
    GrantToKey(ACME, ROLE_1, AWAY_2),
    WithdrawFromKey(ACME, RoleId(9), AWAY_1),
    DeactivateKey(ACME, AWAY_1),  # refused: only its home may
    DeleteKey(ACME, AWAY_2),
    InviteSponsor(ACME, BIA),
    CancelTransfer(ACME),
    InviteSponsor(ACME, BIA),
    AcceptSponsorship(ACME),
    InviteSponsor(ACME, CAIO),
    RemoveUser(ACME, CAIO),  # and the invitation with them
    SuspendAccount(ACME, "unpaid"),
    ResumeAccount(ACME),
    SuspendAccount(ACME),
    InviteSponsor(ACME, ANA),
)


def carry_out(store: Store, command: Command, *, at: Moment = NOON) -> Revision:
    """Plan and commit once, as a node does: a refusal is committed too. May raise what `commit` raises."""
    keyring = keyring_of(store, command.account)
    by = _actor(command, keyring)
    planned = plan(keyring, command, by=by, at=at)
    if isinstance(planned, Refusal):
        planned = Change(command.account, at, by, CommandRefused(type(command).__name__, planned.reason))
    return store.commit(planned, seen=keyring.revision if keyring else None)


def insist(store: Store, command: Command, *, at: Moment = NOON) -> Revision:
    """Carry a command out however often others come first."""
    while True:
        with suppress(RevisionMoved):
            return carry_out(store, command, at=at)


def live(store: Store, history: Iterable[Command]) -> None:
    """Carry everything out, one second after the other."""
    for second, command in enumerate(history):
        with suppress(AppKeyTaken):
            carry_out(store, command, at=Moment(NOON + second))


def keyring_of(store: Store, account: AccountName) -> Keyring | None:
    """The account, or None."""
    with suppress(AccountUnknown):
        return store.keyring(account)
    return None


def folded(committed: Iterable[Committed]) -> Keyring | None:
    """The keyring that follows from an account's changes."""
    keyring = None
    for one in committed:
        keyring = after(keyring, one.change, one.revision)
    return keyring


def anything(dice: random.Random, account: AccountName = ACME, keys: int = 3) -> Command:
    """Some command about few people, roles and keys, so that they meet."""
    user, role = dice.choice((ANA, BIA, CAIO)), RoleId(dice.randint(1, 3))
    app_key = AppKey(f"{account}-{dice.randrange(keys)}")
    some = frozenset(dice.sample(RESOURCES, dice.randint(0, 3)))
    until = dice.choice((None, None, Moment(NOON + dice.randint(-50, 5000))))
    number = dice.getrandbits(32)
    networks = tuple(ip_network(text) for text in dice.sample(("10.1.0.0/16", "::1/128", "192.0.2.7/32"), 2))
    made: tuple[Command, ...] = (
        AddUser(account, user, f"name {number}"),
        RemoveUser(account, user),
        CreateRole(account, f"role {dice.randint(1, 4)}", some),
        EditRole(account, role, dice.choice((None, f"role {number}")), some, some if number % 5 == 0 else frozenset()),
        EditRole(account, role, remove=frozenset(RESOURCES[:1])),
        GrantToUser(account, role, user, until),
        WithdrawFromUser(account, role, user),
        GrantToKey(account, role, app_key, until),
        GrantToKey(account, role, app_key),
        WithdrawFromKey(account, role, app_key),
        issue(account, app_key, number, expires=until, networks=networks),
        issue(account, app_key, number),
        bring(account, app_key, number, dice.choice(("sha256", "sha512"))),
        RenewKey(account, app_key, digest_of(number)),
        FinishRenewal(account, app_key),
        DeactivateKey(account, app_key, f"why {number}"),
        BlockKey(account, app_key),
        ActivateKey(account, app_key),
        InviteSponsor(account, user),
        AcceptSponsorship(account),
        *dice.sample(RARE, 2),
        DeleteKey(account, app_key) if number % 3 == 0 else DeactivateKey(account, app_key),
        *_about(dice, account, AppKey(f"away-{dice.randrange(2)}"), role),
        SpreadResource(account, *dice.sample(RESOURCES, 2)),
        *_links(dice, account, user, app_key),
    )
    return replace(dice.choice(made), account=account)


def _links(dice: random.Random, account: AccountName, user: Email, app_key: AppKey) -> list[Command]:
    """Something about passwords, hand-overs, episodes or settings."""
    digest, number = digest_of(dice.randrange(2)), str(dice.randrange(2)) * 32
    made = (
        GiveSetUpLink(account, user, digest),
        TakeSetUpLink(account, user, digest, HASH),
        ChangePassword(account, user, f"{HASH}{number}"),
        HandOver(account, app_key, number),
        OpenHandover(account, app_key, number),
        MuteEpisode(account, dice.choice((EPISODE, OTHER_EPISODE))),
        UnmuteEpisode(account, dice.choice((EPISODE, OTHER_EPISODE))),
        EditSettings(account, dice.choice(list(Format)), dice.choice((True, False)), dice.randint(0, 90)),
    )
    return dice.sample(made, 3)


def _about(dice: random.Random, account: AccountName, away: AppKey, role: RoleId) -> list[Command]:
    """Something about another account's key."""
    made = (
        AdoptKey(account, away, OTHER if account == ACME else ACME),
        GrantToKey(account, role, away),
        WithdrawFromKey(account, role, away),
        DeleteKey(account, away),
    )
    return dice.sample(made, 2)


RARE: tuple[Command, ...] = (
    CancelTransfer(ACME),
    DeleteRole(ACME, ROLE_2),
    ImportCatalogue(ACME, "# a"),
    AddPredefinedRoles(ACME, PREDEFINED),
    ImportCatalogue(ACME, ""),
    SuspendAccount(ACME, "x"),
    ResumeAccount(ACME),
    create(),
)


def _actor(command: Command, keyring: Keyring | None) -> Actor:
    if keyring is None or isinstance(command, CreateAccount | SuspendAccount | ResumeAccount | GiveUserToken):
        return OPERATOR
    if isinstance(command, ReportLeak):
        return REPORTER
    if isinstance(command, TakeSetUpLink | ChangePassword):
        return Actor(ActorKind.USER, command.email, "console")
    if isinstance(command, OpenHandover):
        return Actor(ActorKind.KEY, command.app_key, "console")
    invited = keyring.transfer.to if keyring.transfer else BIA
    return Actor(ActorKind.USER, invited if isinstance(command, AcceptSponsorship) else keyring.sponsor, "console")
