"""Rounds made aside: nobody waits for a long one, everybody sees the last one, and changes bring the next one."""

from __future__ import annotations

from dataclasses import replace
from threading import Event, Thread
from time import monotonic

import pytest
from tests.world import WORLD

from chaveiro.core.keyring import Keyring, Revision
from chaveiro.core.names import AccountName, Moment
from chaveiro.doctor.sight import Seen, Sight
from chaveiro.doors.console.account import rounds
from chaveiro.doors.console.account.rounds import KEEP_SECONDS, Rounds

ACME = WORLD.keyrings[AccountName("acme")]
NOW = WORLD.now


class Looking:
    """A look that can be held up, and counts."""

    def __init__(self) -> None:
        self.go_on = Event()
        self.count = 0

    def __call__(self, pause: object) -> tuple[Seen, ...]:
        self.count += 1
        assert self.go_on.wait(10)
        return (Seen(Sight.UNLINKED, f"key {self.count}"),)


@pytest.fixture
def look(monkeypatch: pytest.MonkeyPatch) -> Looking:
    monkeypatch.setattr(rounds, "WAIT_SECONDS", 0.0)
    return Looking()


def about(made: Rounds, keyring: Keyring, look: Looking, at: Moment = NOW) -> str:
    """What the last round saw; empty where there is none yet."""
    last = made.latest(keyring, at, look)
    return last.seen[Sight.UNLINKED][0].about if last else ""


def until(made: Rounds, keyring: Keyring, look: Looking, wanted: str, at: Moment = NOW) -> None:
    ends = monotonic() + 10
    while about(made, keyring, look, at) != wanted:
        assert monotonic() < ends


def test_nobody_waits_for_a_round_and_only_one_is_made(look: Looking) -> None:
    """While it is made, whoever looks is told that there is none yet, however many look."""
    made = Rounds()
    lookers = [Thread(target=about, args=(made, ACME, look)) for _ in range(8)]
    for one in lookers:
        one.start()
    for one in lookers:
        one.join(5)
    assert not any(one.is_alive() for one in lookers)
    assert about(made, ACME, look) == ""
    look.go_on.set()
    until(made, ACME, look, "key 1")
    assert look.count == 1


def test_a_round_stands_while_nothing_changes(look: Looking) -> None:
    """It is kept for some seconds, and made anew after them, or after a change; the last one is shown meanwhile."""
    made = Rounds()
    look.go_on.set()
    until(made, ACME, look, "key 1")
    assert about(made, ACME, look, Moment(NOW + KEEP_SECONDS - 1)) == "key 1"
    assert look.count == 1
    changed = replace(ACME, revision=Revision(ACME.revision.epoch, ACME.revision.seq + 1))
    until(made, changed, look, "key 2")
    until(made, changed, look, "key 3", Moment(NOW + KEEP_SECONDS))
    last = made.latest(changed, NOW, look)
    assert last
    assert last.keyring is changed


def test_accounts_do_not_see_each_other(look: Looking) -> None:
    """Each has rounds of its own."""
    made = Rounds()
    look.go_on.set()
    until(made, ACME, look, "key 1")
    other = replace(ACME, account=AccountName("globex"))
    until(made, other, look, "key 2")
    assert about(made, ACME, look) == "key 1"


def test_a_round_that_fails_is_made_again(look: Looking, monkeypatch: pytest.MonkeyPatch) -> None:
    """A surprise leaves the last one standing, and the next one is made after a while."""
    monkeypatch.setattr(rounds, "_AGAIN_SECONDS", 0.0)
    made, tries = Rounds(), 0

    def failing(pause: object) -> tuple[Seen, ...]:
        nonlocal tries
        tries += 1
        raise RuntimeError

    ends = monotonic() + 10
    while tries < 2:
        assert made.latest(ACME, NOW, failing) is None
        assert monotonic() < ends
    look.go_on.set()
    until(made, ACME, look, "key 1")


def test_a_page_of_a_small_account_waits_a_moment() -> None:
    """So that it is whole at once; with many keys nobody waits."""
    look = Looking()
    look.go_on.set()
    assert about(Rounds(), ACME, look) == "key 1"
    many = replace(ACME, keys=dict.fromkeys(map(str, range(rounds.SMALL + 1))))  # type: ignore[arg-type] # counted only
    held = Looking()
    began = monotonic()
    assert about(Rounds(), many, held) == ""
    assert monotonic() - began < rounds.WAIT_SECONDS
    held.go_on.set()


def test_long_work_leaves_most_of_the_time_to_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """After each slice of work it sleeps three times as long; without work it never does."""
    slept: list[float] = []
    busy = iter([0.0, 0.01, 0.1, 0.1, 0.11])
    monkeypatch.setattr(rounds, "thread_time", lambda: next(busy))
    monkeypatch.setattr(rounds, "sleep", slept.append)
    turns = rounds._Turns()
    for _ in range(3):
        turns()
    assert slept == [pytest.approx(0.3)]
