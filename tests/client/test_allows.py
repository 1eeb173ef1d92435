"""Allows that may be said again: few, for a short while, and only to the very same question."""

import pytest

from chaveiro.client.allows import ALLOW_SECONDS_MAX, Allows
from chaveiro.core.keyring import Revision
from chaveiro.core.names import AccountName, AppKey, RoleId
from chaveiro.wire.identity import Identity

NOW = Revision("5e0fa3c1", 7)


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def allow(revision: Revision = NOW) -> Identity:
    return Identity(AccountName("acme"), AppKey("cvk_1"), (RoleId(1),), ("Orders",), revision)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def allows(clock: Clock) -> Allows:
    return Allows(seconds=2.0, entries_max=3, clock=clock)


def test_an_allow_is_said_again_until_its_time_is_over(allows: Allows, clock: Clock) -> None:
    """Counted from when it was asked for: an answer that took long is old already."""
    name = allows.name([b"a"])
    allows.put(name, allow(), asked_at=clock.now - 1.5)
    clock.now += 0.25
    assert allows.get(name, None) == allow()
    clock.now += 0.25
    assert allows.get(name, None) is None
    allows.put(name, allow(), asked_at=clock.now - 2.0)
    assert len(allows) == 0


def test_no_more_are_kept_than_were_chosen(allows: Allows, clock: Clock) -> None:
    """Whoever was not asked about for longest goes first."""
    names = [allows.name([str(number).encode()]) for number in range(4)]
    for name in names[:3]:
        allows.put(name, allow(), asked_at=clock.now)
    assert allows.get(names[0], None)
    allows.put(names[3], allow(), asked_at=clock.now)
    assert len(allows) == 3
    assert [bool(allows.get(name, None)) for name in names] == [True, False, True, True]


@pytest.mark.parametrize("newer", [Revision("5e0fa3c1", 8), Revision("00000001", 1)])
def test_whatever_was_known_before_something_newer_is_forgotten(allows: Allows, clock: Clock, newer: Revision) -> None:
    """A later change, or another epoch: it may have taken that very key away."""
    name = allows.name([b"a"])
    allows.put(name, allow(), asked_at=clock.now)
    allows.heard(newer)
    assert allows.get(name, None) is None


def test_an_answer_that_was_overtaken_is_not_kept(allows: Allows, clock: Clock) -> None:
    """It was asked for before what is known by now."""
    allows.heard(Revision("5e0fa3c1", 8))
    allows.put(allows.name([b"a"]), allow(), asked_at=clock.now)
    assert len(allows) == 0


def test_who_insists_on_a_revision_is_not_answered_from_before_it(allows: Allows, clock: Clock) -> None:
    """Nor from another epoch."""
    name = allows.name([b"a"])
    allows.put(name, allow(), asked_at=clock.now)
    assert allows.get(name, NOW)
    assert allows.get(name, Revision("5e0fa3c1", 8)) is None
    assert allows.get(name, Revision("00000001", 1)) is None


def test_a_name_says_nothing_and_is_nobody_else_s(allows: Allows, clock: Clock) -> None:
    """Of one length, by a key of its own; where one part ends and the next begins is a part of it."""
    other = Allows(seconds=1, entries_max=1, clock=clock)
    assert len(allows.name([b"token" * 1000])) == len(allows.name([])) == 32
    assert allows.name([b"a"]) != other.name([b"a"])
    assert allows.name([b"ab", b"c"]) != allows.name([b"a", b"bc"])
    assert allows.name([b"a", b""]) != allows.name([b"a"])


@pytest.mark.parametrize(("seconds", "entries_max"), [(ALLOW_SECONDS_MAX + 0.1, 1), (-1, 1), (float("nan"), 1), (1, 0)])
def test_nobody_may_choose_to_keep_them_for_longer(clock: Clock, seconds: float, entries_max: int) -> None:
    """Than it takes connected nodes to follow a revoke."""
    with pytest.raises(ValueError, match=r"kept|cache"):
        Allows(seconds=seconds, entries_max=entries_max, clock=clock)
