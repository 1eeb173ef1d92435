"""A database is known by its chain of changes: what it has is not revoked again, and one taken back is not followed."""

from __future__ import annotations

import json
import random
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import update
from tests.dose import dose
from tests.journal.test_revived import BEFORE, LATER, LIFTED, Remembered, let_in, older
from tests.keys import KEYS
from tests.stores.histories import (
    ACME,
    ANA,
    BIA,
    KEY_1,
    OTHER,
    ROLE_1,
    anything,
    carry_out,
    create,
    digest_of,
    issue,
    live,
)

from chaveiro.core.command import (
    AcceptSponsorship,
    ActivateKey,
    AddUser,
    Command,
    DeactivateKey,
    FinishRenewal,
    InviteSponsor,
    RenewKey,
    ResumeAccount,
    SuspendAccount,
    WithdrawFromKey,
)
from chaveiro.core.event import KeyDeactivated
from chaveiro.core.names import AppKey, Moment
from chaveiro.journal import FileJournal, Standing
from chaveiro.stores.sql import SqlStore, read, tables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from chaveiro.core.keyring import Revision
    from chaveiro.stores.port import Anchor, Feed

HISTORIES = dose(4, 20, 200)

MAYBE: dict[str, tuple[tuple[Command, ...], tuple[Command, ...]]] = {
    **{name: ((revoked,), (lifted,)) for name, (revoked, lifted) in LIFTED.items()},
    "a former sponsor back": (
        (AcceptSponsorship(ACME),),
        (InviteSponsor(ACME, ANA), AcceptSponsorship(ACME)),
    ),
}


@pytest.fixture
def database(quick_path: Path) -> Iterator[Callable[[str], SqlStore]]:
    """Stores with chains, each in an epoch of its own."""
    opened: list[SqlStore] = []

    def made(name: str) -> SqlStore:
        opened.append(SqlStore.open(f"sqlite:///{quick_path}/{name}.db", keys=KEYS))
        return opened[-1]

    yield made
    for one in opened:
        one.close()


def same_epoch(store: SqlStore, like: SqlStore) -> None:
    """Let a database name the epoch of another one, as one that was put back does."""
    with store._database.writing() as connection:
        named = update(tables.meta).where(tables.meta.c.name == read.EPOCH)
        connection.execute(named.values(value=like.head().epoch))
    assert store.head().epoch == like.head().epoch


def repeated(store: SqlStore, onto: SqlStore, seq: int = 100_000) -> SqlStore:
    older(store, seq, onto)
    return onto


def goes_on(store: SqlStore, *commands: Command) -> None:
    """What others do while this machine follows nothing."""
    for command in commands:
        carry_out(store, command, at=Moment(LATER + store.head().seq))


def without_macs(path: Path) -> None:
    """What an earlier version wrote."""
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    for line in lines:
        line.pop("mac", None)
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines))


@pytest.mark.parametrize("written", ["now", "by an earlier version"])
@pytest.mark.parametrize("name", MAYBE)
def test_what_was_lifted_elsewhere_is_not_revoked_again(
    name: str, written: str, database: Callable[[str], SqlStore], quick_path: Path
) -> None:
    """A switchover that lost nothing, and a machine that had not followed for long: nobody's change is undone."""
    revoked, lifted = MAYBE[name]
    remembered = Remembered(quick_path / "journal", database("first"))
    remembered.live(*BEFORE, *revoked)
    remembered.journal.close()
    if written != "now":
        without_macs(remembered.path)
    promoted = repeated(remembered.store, database("promoted"))  # type: ignore[arg-type] # made above
    goes_on(promoted, *lifted)
    head, before = promoted.head(), promoted.keyring(ACME)
    journal = FileJournal.open(remembered.path)
    assert journal.how(promoted) is Standing.OTHER_EPOCH
    assert journal.revived(promoted, at=Moment(2 * LATER)) == []
    assert journal.reapply(promoted, at=Moment(2 * LATER)) == []
    assert (promoted.head(), promoted.keyring(ACME)) == (head, before)
    assert FileJournal.open(remembered.path).how(promoted) is Standing.FOLLOWS


def test_only_what_the_database_lost_is_revoked_again(database: Callable[[str], SqlStore], quick_path: Path) -> None:
    """The standby had missed the last revocation alone: it is made again, and what was lifted before stays lifted."""
    first = database("first")
    remembered = Remembered(quick_path / "journal", first)
    remembered.live(*BEFORE, SuspendAccount(ACME), WithdrawFromKey(ACME, ROLE_1, KEY_1))
    shared = first.head().seq
    remembered.live(DeactivateKey(ACME, KEY_1))
    promoted = repeated(first, database("promoted"), shared)
    goes_on(promoted, ResumeAccount(ACME))
    done = remembered.reopened().reapply(promoted, at=Moment(2 * LATER))
    assert [type(one.change.event) for one in done] == [KeyDeactivated]
    assert not promoted.keyring(ACME).suspended


def test_a_second_new_epoch_undoes_nothing_either(database: Callable[[str], SqlStore], quick_path: Path) -> None:
    """What was revoked again in one epoch, and lifted there, stays so in the next."""
    first = database("first")
    remembered = Remembered(quick_path / "journal", first)
    remembered.live(*BEFORE)
    shared = first.head().seq
    remembered.live(DeactivateKey(ACME, KEY_1), WithdrawFromKey(ACME, ROLE_1, KEY_1))
    second = repeated(first, database("second"), shared)
    journal = remembered.reopened()
    assert len(journal.reapply(second, at=LATER)) == 2
    third = repeated(second, database("third"))
    goes_on(third, ActivateKey(ACME, KEY_1))
    assert journal.reapply(third, at=Moment(2 * LATER)) == []
    assert not third.keyring(ACME).keys[KEY_1].inactive
    fourth = repeated(first, database("fourth"), shared)
    assert len(journal.reapply(fourth, at=Moment(2 * LATER))) == 1
    assert not fourth.keyring(ACME).keys[KEY_1].grants


def test_a_database_that_was_put_back_and_went_on_is_older(
    database: Callable[[str], SqlStore], quick_path: Path
) -> None:
    """It names the same epoch, and its head is beyond what was followed: its chain tells."""
    first = database("first")
    remembered = Remembered(quick_path / "journal", first)
    remembered.live(*BEFORE)
    shared = first.head().seq
    remembered.live(DeactivateKey(ACME, KEY_1))
    back = repeated(first, database("back"), shared)
    same_epoch(back, first)
    goes_on(back, *(AddUser(ACME, f"u{number}@acme.example", "U") for number in range(5)))  # type: ignore[arg-type] # an address
    journal = remembered.reopened()
    assert back.head().seq > first.head().seq
    assert journal.how(first) is Standing.FOLLOWS
    assert journal.how(back) is Standing.OLDER
    applied = first.head()
    assert journal.parted(back, applied, back.feed(after=applied).macs)
    assert not journal.parted(first, applied, first.feed(after=applied).macs)
    assert journal.parted(back, back.head(), back.feed(after=back.head()).macs), "it is known of an earlier one only"
    done = journal.revived(back, at=Moment(2 * LATER), head=back.head())
    assert [type(one.change.event) for one in done] == [KeyDeactivated]


class Heard:
    """A store that keeps from where its history was read."""

    def __init__(self, store: SqlStore) -> None:
        self._store, self.read_from = store, []  # type: ignore[var-annotated] # numbers

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def feed(self, *, after: Revision, limit: int = 1000) -> Feed:
        self.read_from.append(after.seq)
        return self._store.feed(after=after, limit=limit)


def test_the_end_of_a_history_is_read_where_the_rest_is_known(
    database: Callable[[str], SqlStore], quick_path: Path
) -> None:
    """A switchover keeps nobody waiting for a history that was followed; one that lost something is read whole."""
    first = database("first")
    remembered = Remembered(quick_path / "journal", first)
    remembered.live(*BEFORE, DeactivateKey(ACME, KEY_1))
    known = first.head().seq
    promoted = Heard(repeated(first, database("promoted")))
    goes_on(promoted._store, WithdrawFromKey(ACME, ROLE_1, KEY_1))
    journal = remembered.reopened()
    journal.reapply(promoted, at=Moment(2 * LATER))
    assert promoted.read_from[0] == known
    assert "key_grant" in remembered.path.read_text()
    lost = Heard(repeated(first, database("lost"), known - 1))
    journal.reapply(lost, at=Moment(2 * LATER))
    assert lost.read_from[0] == 0


def test_a_damaged_account_stops_no_other(
    database: Callable[[str], SqlStore], quick_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is changed in it, what is remembered of it stays, it is told once, and the others are revoked again."""
    away = AppKey("away-9")
    first = database("first")
    remembered = Remembered(quick_path / "journal", first)
    remembered.live(*BEFORE, create(OTHER), issue(OTHER, away, 9))
    shared = first.head().seq
    remembered.live(DeactivateKey(ACME, KEY_1), DeactivateKey(OTHER, away), FinishRenewal(ACME, KEY_1))
    promoted = repeated(first, database("promoted"), shared)
    with promoted._database.writing() as connection:
        damaged = update(tables.accounts).where(tables.accounts.c.name == ACME)
        connection.execute(damaged.values(sponsor=BIA))
    journal = remembered.reopened()
    listed = journal.revived(promoted, at=LATER)
    done = journal.reapply(promoted, at=LATER)
    assert [(one.change.account, type(one.change.event)) for one in done] == [(OTHER, KeyDeactivated)]
    assert [one.change for one in listed] == [one.change for one in done]
    assert capsys.readouterr().out.count("journal_account_damaged") == 1
    assert {fact.subject.account for fact in journal._memory.standing} == {ACME, OTHER}


def test_a_damaged_account_s_renewal_is_passed_over(database: Callable[[str], SqlStore], quick_path: Path) -> None:
    """Which token it retired nobody can tell: the changes after it are remembered all the same."""
    store = database("first")
    live(store, [create(), issue(ACME, KEY_1, 1), RenewKey(ACME, KEY_1, digest_of(2)), FinishRenewal(ACME, KEY_1)])
    finished = store.changes()[-1]
    live(store, [create(OTHER)])
    goes_on(store, SuspendAccount(OTHER))
    with store._database.writing() as connection:
        connection.execute(update(tables.accounts).where(tables.accounts.c.name == ACME).values(sponsor=BIA))
    journal = FileJournal.open(quick_path / "journal")
    journal.catch_up(store)
    journal.note(finished, store)
    goes_on(store, ResumeAccount(OTHER))
    journal.follow(store.head(), store)
    assert "account_suspended" in (quick_path / "journal").read_text()
    assert journal._memory.applied == store.head()


def test_links_are_kept(database: Callable[[str], SqlStore], quick_path: Path) -> None:
    """Each fact has its change's MAC, and so has the place up to where all is known; also when read again."""
    store = database("first")
    remembered = Remembered(quick_path / "journal", store)
    remembered.live(*BEFORE, DeactivateKey(ACME, KEY_1))
    chain = {one.seq: one.mac for one in links(store)}
    memory = remembered.reopened()._memory
    assert memory.applied_mac == chain[store.head().seq]
    assert all(fact.mac == chain[fact.revision.seq] for fact in memory.facts.values())
    new = FileJournal.open(quick_path / "new")
    new.catch_up(store)
    assert new._memory.links() == memory.links()


def links(store: SqlStore) -> list[Anchor]:
    return list(store.links(after=store.head()._replace(seq=0)))


def test_any_history_known_by_its_chain(quick_path: Path) -> None:
    """Random histories: one that has all goes on untouched by others' changes; one taken back lets in nothing more."""
    dice = random.Random(23)
    revoked = 0
    for number in range(HISTORIES):
        with ExitStack() as stack:

            def made(name: str, number: int = number, stack: ExitStack = stack) -> SqlStore:
                url = f"sqlite:///{quick_path}/{name}-{number}.db"
                return stack.enter_context(closing(SqlStore.open(url, keys=KEYS)))

            first = made("first")
            remembered = Remembered(quick_path / f"journal-{number}", first)
            remembered.live(create(), *(anything(dice) for _ in range(dice.randint(5, 60))))
            whole = repeated(first, made("whole"))
            goes_on(whole, *(anything(dice) for _ in range(dice.randint(0, 20))))
            assert remembered.reopened().revived(whole, at=Moment(2 * LATER)) == [], number
            back = repeated(first, made("back"), dice.randint(1, first.head().seq))
            done = remembered.reopened().reapply(back, at=LATER)
            revoked += len(done)
            more = let_in(back.keyring(ACME)) - let_in(first.keyring(ACME))
            if any(not one.possible for one in done):
                more = {one for one in more if one.startswith(("key", "external", "hand-over"))}
            assert not more, (number, more)
    assert revoked, "there was nothing to revoke"
