"""When the store comes back, so do all nodes: at their own pace, and not all at the same moment."""

import secrets
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import structlog
from tests.core.worlds import ACME, ANA, OPERATOR, PEPPER, SPONSOR
from tests.dose import dose
from tests.promises.plugin import Proof
from tests.test_node import Noted, Switchable

from chaveiro.core.command import AddUser, CreateAccount
from chaveiro.core.names import Email, Moment
from chaveiro.node import Node
from chaveiro.node.follower import POLL_SECONDS
from chaveiro.stores.memory import MemoryStore

NODES = dose(50, 50, 200)
POLLS_EACH = 8  # in each of the two times that are compared
CHANGES = 20  # made by others while the store was away
DEADLINE_SECONDS = 60


class Counted(Switchable):
    """A store that notes when it was asked."""

    def __init__(self) -> None:
        super().__init__(MemoryStore())
        self.asked_at: list[float] = []

    def __getattr__(self, name: str) -> Callable[..., object]:
        self.asked_at.append(time.monotonic())
        return super().__getattr__(name)

    def busiest(self, since: float, until: float) -> int:
        """The most questions in any span of a poll's length."""
        spans = Counter(int((at - since) / POLL_SECONDS) for at in [*self.asked_at] if since <= at < until)
        return max(spans.values())

    def is_asked(self, times: int) -> float:
        """Wait until it was asked so many times more; give the moment."""
        goal, deadline = len(self.asked_at) + times, time.monotonic() + DEADLINE_SECONDS
        while len(self.asked_at) < goal:
            assert time.monotonic() < deadline, "nobody asks any more"
            time.sleep(0.01)  # until others have done their part
        return time.monotonic()


def a_node(store: Any) -> Node:
    return Node(
        store,
        Noted(),
        pepper=PEPPER,
        clock=lambda: Moment(time.time()),
        boottime=time.monotonic,
        mint=secrets.token_bytes,
    )


def test_a_store_that_comes_back_is_asked_no_more_than_usual(proof: Proof) -> None:
    """All nodes lost it at once and have changes to catch up with: at no time are there twice as many questions."""
    structlog.configure(processors=[lambda *_: ""], logger_factory=structlog.ReturnLoggerFactory())
    store = Counted()
    nodes = [a_node(store) for _ in range(NODES)]
    nodes[0].carry_out(CreateAccount(ACME, ANA), by=OPERATOR)
    for node in nodes:
        node.start()
    try:
        began = store.is_asked(NODES * 2)  # all of them are under way
        ended = store.is_asked(NODES * POLLS_EACH)
        usual = store.busiest(began, ended)
        store.out = True
        store.is_asked(NODES * 3)
        other = a_node(store._store)  # by way of what is behind the plug
        other = a_node(store._store)  # by way of what is behind the plug
        for number in range(CHANGES):
            other.carry_out(AddUser(ACME, Email(f"user{number}@acme.example"), "User"), by=SPONSOR)
        store.is_asked(NODES * 2)  # whom the changes woke, too
        back = time.monotonic()
        store.out = False
        after = store.busiest(back, store.is_asked(NODES * POLLS_EACH))
        head = store._store.head()
        deadline = time.monotonic() + DEADLINE_SECONDS
        while not all(node.known.is_at(head) for node in nodes):
            assert time.monotonic() < deadline
            time.sleep(0.01)  # until others have done their part
    finally:
        for node in nodes:
            node.stop()
    assert after <= 2 * usual, (usual, after)
    proof(
        "G14",
        dose=f"{NODES} nodes",
        figure=f"at most {after} questions in {POLL_SECONDS} s after an outage, {usual} before",
    )
