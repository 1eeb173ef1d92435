"""Uses are counted without anybody who waits for an answer waiting for who counts."""

from threading import Thread

from tests.core.worlds import ACME, ERP, LIST, NOW, attempt

from chaveiro.core.attempt import Need
from chaveiro.core.names import Moment
from chaveiro.usage import SEEN_MAX, UsageCounter

THREADS, TIMES = 4, SEEN_MAX * 20 + 7


def test_no_use_is_lost_or_counted_twice_whoever_counts() -> None:
    """Several threads put down what was allowed while another takes what was counted: the sum is what was."""
    counter = UsageCounter()
    one = attempt(route="GET /orders")

    def work() -> None:
        for _ in range(TIMES):
            counter.add(ACME, ERP, 1, one)

    threads = [Thread(target=work) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    taken = []
    while any(thread.is_alive() for thread in threads):
        taken.append(counter.take())
    taken.append(counter.take())
    assert sum(use.count for counted in taken for use in counted.usage) == THREADS * TIMES
    assert sum(use.count for counted in taken for use in counted.uses) == THREADS * TIMES
    assert not counter.take().usage


def test_an_allow_waits_for_nobody_who_counts() -> None:
    """However much was put down: it is counted by whoever comes when nobody else counts."""
    counter = UsageCounter()
    with counter._lock:  # somebody counts, and takes long
        for _ in range(SEEN_MAX + 1):
            counter.add(ACME, ERP, 1, attempt())
    counter.add(ACME, ERP, 1, attempt())
    assert not counter._seen
    assert counter.take().usage[0].count == SEEN_MAX + 2


def test_the_newest_use_is_the_last() -> None:
    """By its moment, and with what it needed then."""
    counter = UsageCounter()
    for second in (5, 9, 7):
        counter.add(ACME, ERP, 1, attempt(at=Moment(NOW + second), route="GET /orders"))
    counted = counter.take()
    assert [(one.last, one.count) for one in counted.usage] == [(NOW + 9, 3)]
    assert [(one.route, one.need, one.last) for one in counted.uses] == [("GET /orders", Need((LIST,)), NOW + 9)]
