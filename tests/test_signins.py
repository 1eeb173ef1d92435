"""Wrong passwords are bounded by where they come from, and nobody is locked out."""

from __future__ import annotations

import hashlib
import tracemalloc
from itertools import count
from typing import TYPE_CHECKING

import pytest
from tests.promises.plugin import Proof

from chaveiro.core.names import AccountName, Email, Moment
from chaveiro.signins import DEVICE_SECONDS, FAILURES_MAX, REFILL_SECONDS, SOURCES_MAX, SignIns, place_of

if TYPE_CHECKING:
    from collections.abc import Iterator

ACME, OTHER = AccountName("acme"), AccountName("other")
ANA, BIA = Email("ana@acme.example"), Email("bia@acme.example")
PEPPER = bytes(range(32))


def minting() -> Iterator[bytes]:
    for number in count():
        yield hashlib.sha256(str(number).encode()).digest()


class Door:
    """Sign-ins with clocks that stand until a test moves them."""

    def __init__(self, pepper: bytes = PEPPER) -> None:
        self.now = 1_800_000_000.0
        self.since_boot = 0.0
        fresh = minting()
        self.sign_ins = SignIns(
            pepper=pepper,
            clock=lambda: Moment(self.now),
            boottime=lambda: self.since_boot,
            mint=lambda length: next(fresh)[:length],
        )

    def fails(self, source: str, times: int = 1) -> int:
        """Try wrong passwords as long as that is allowed; how many were tried."""
        tried = 0
        for _ in range(times):
            if self.sign_ins.allowed(source) == 0:
                self.sign_ins.failed(source)
                tried += 1
        return tried


def test_nobody_is_locked_out_by_others(proof: Proof) -> None:
    """5,000 failures from 500 addresses: a device known before signs in at once, and a new one elsewhere too."""
    door = Door()
    device = door.sign_ins.known(door.sign_ins.device(ACME, ANA), ACME, ANA)
    assert device is not None
    for number in range(500):
        assert door.fails(f"198.51.{number // 250}.{number % 250}", 30) == FAILURES_MAX
        assert door.sign_ins.allowed("203.0.113.9", device) == 0
        assert door.sign_ins.allowed("203.0.113.10") == 0
    assert door.sign_ins.allowed("198.51.0.0") > 0
    assert door.sign_ins.allowed("198.51.0.0", device) == 0  # from an address that others use up
    proof(
        "G17",
        dose="5,000 failed sign-ins from 500 addresses",
        figure="the owner signs in at once, from a known device and from a new one",
    )


def test_one_source_fails_ten_times_and_then_once_a_minute() -> None:
    """It is told how long to wait, and waiting helps."""
    door = Door()
    assert door.fails("192.0.2.1", 100) == FAILURES_MAX
    assert door.sign_ins.allowed("192.0.2.1") == REFILL_SECONDS
    door.since_boot += REFILL_SECONDS / 2
    assert door.sign_ins.allowed("192.0.2.1") == REFILL_SECONDS / 2
    door.since_boot += REFILL_SECONDS / 2
    assert door.fails("192.0.2.1", 100) == 1
    door.since_boot += 3600
    assert door.fails("192.0.2.1", 100) == FAILURES_MAX


def test_what_was_right_costs_nothing() -> None:
    """Asking alone takes nothing away."""
    door = Door()
    assert all(door.sign_ins.allowed("192.0.2.1") == 0 for _ in range(1000))
    assert door.fails("192.0.2.1", 100) == FAILURES_MAX


def test_attempts_under_way_at_once_are_paid_for() -> None:
    """Up to a bound, so that the wait is never longer than some minutes."""
    door = Door()
    for _ in range(FAILURES_MAX + 5):
        door.sign_ins.failed("192.0.2.1")
    assert door.sign_ins.allowed("192.0.2.1") == 6 * REFILL_SECONDS
    for _ in range(10_000):
        door.sign_ins.failed("192.0.2.1")
    assert door.sign_ins.allowed("192.0.2.1") == (FAILURES_MAX + 1) * REFILL_SECONDS


def test_a_device_has_a_bound_of_its_own() -> None:
    """Its failures are bounded too, and cost no other device and no source anything."""
    door = Door()
    one, other = (door.sign_ins.known(door.sign_ins.device(ACME, ANA), ACME, ANA) for _ in range(2))
    assert one != other
    for _ in range(FAILURES_MAX):
        assert door.sign_ins.allowed("192.0.2.1", one) == 0
        door.sign_ins.failed("192.0.2.1", one)
    assert door.sign_ins.allowed("192.0.2.1", one) == REFILL_SECONDS
    assert door.sign_ins.allowed("192.0.2.2", one) == REFILL_SECONDS
    assert door.sign_ins.allowed("192.0.2.1", other) == 0
    assert door.sign_ins.allowed("192.0.2.1") == 0


def test_a_device_is_known_for_one_user_of_one_account() -> None:
    """Whoever has accounts of their own gets no further tries at others'."""
    door = Door()
    cookie = door.sign_ins.device(ACME, ANA)
    assert door.sign_ins.known(cookie, ACME, ANA)
    assert door.sign_ins.known(cookie, ACME, BIA) is None
    assert door.sign_ins.known(cookie, OTHER, ANA) is None
    assert Door(bytes(32)).sign_ins.known(cookie, ACME, ANA) is None


def test_a_device_is_forgotten_after_400_days() -> None:
    """To the second, and an issue date cannot be written anew."""
    door = Door()
    cookie = door.sign_ins.device(ACME, ANA)
    door.now += DEVICE_SECONDS
    assert door.sign_ins.known(cookie, ACME, ANA)
    door.now += 1
    assert door.sign_ins.known(cookie, ACME, ANA) is None
    id_, issued, mac = cookie.split(".")
    assert door.sign_ins.known(f"{id_}.{int(issued) + 9}.{mac}", ACME, ANA) is None


@pytest.mark.parametrize("text", ["", "..", "\ud800", "a" * 100_000, f"{'0' * 32}.1800000000.{'0' * 64}"])
def test_whatever_else_is_shown_is_no_device(text: str) -> None:
    """Nothing raises."""
    assert Door().sign_ins.known(text, ACME, ANA) is None


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("unix:", ""),
    ],
)
def test_an_address_counts_with_what_one_subscriber_has(address: str, place: str) -> None:
    """One IPv4 address, one IPv6 network of 64 bits, however it is written."""
    assert place_of(address) == place


def test_who_fails_again_is_not_forgotten() -> None:
    """Filling the memory with others does not help whoever goes on."""
    door = Door()
    door.fails("192.0.2.1", FAILURES_MAX)
    for number in range(2 * SOURCES_MAX):
        door.sign_ins.failed(f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}")
        if number % (SOURCES_MAX // 2) == 0:
            door.sign_ins.failed("192.0.2.1")
    assert door.sign_ins.allowed("192.0.2.1") > 0


def test_memory_is_bounded() -> None:
    """Of any number of sources the ones that failed last are remembered."""
    door = Door()
    door.fails("192.0.2.1", FAILURES_MAX)
    tracemalloc.start()
    for number in range(2 * SOURCES_MAX):
        door.sign_ins.failed(f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}")
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(door.sign_ins._sources._known) == SOURCES_MAX
    assert held < 5_000_000
    assert door.sign_ins.allowed("192.0.2.1") == 0
