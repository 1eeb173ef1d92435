"""An exception, wherever it comes from, is no allow: one is raised at every single call that is made while deciding."""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from inspect import CO_GENERATOR
from random import Random
from types import FrameType
from typing import Any, TypeVar

import pytest
import structlog
from tests.cases import CASES, PEPPER, WORLD, Case, attempt
from tests.dose import dose
from tests.promises.plugin import Proof

from chaveiro.core.decision import Allowed, decide
from chaveiro.denials import Denials
from chaveiro.node import Node, Verdict
from chaveiro.node.knowledge import NOBODY
from chaveiro.stores.memory import MemoryStore
from chaveiro.stores.port import StoreUnavailable

Result = TypeVar("Result")
# Some are caught somewhere for a reason; none of them may end in an allow.
ERRORS: tuple[type[Exception], ...] = (RuntimeError, ValueError, LookupError, TypeError, StoreUnavailable)
STRUCK = ERRORS[: dose(2, len(ERRORS), len(ERRORS))]
REFUSED_EVERY = dose(8, 2, 1)  # of the cases that are denied, every so manieth is struck in the node


@dataclass(slots=True)
class Strike:
    """Counts the calls that are made, of our functions and of the interpreter's, and raises at one of them."""

    at: int
    error: type[Exception]
    calls: int = 0

    def __call__(self, frame: FrameType, event: str, argument: Any) -> None:
        if event in {"call", "c_call"} and not spared(frame, event, argument):
            self.calls += 1
            if self.calls == self.at:
                raise self.error


def spared(frame: FrameType, event: str, argument: Any) -> bool:
    """What cannot fail: our own end, a lock that is given back, and a generator that goes on or is put away."""
    if event == "c_call":
        return argument is sys.setprofile or argument.__name__ in {"__exit__", "release"}
    return frame.f_code.co_name in {"__exit__", "release"} or bool(frame.f_code.co_flags & CO_GENERATOR)


def struck(act: Callable[[], Result], strike: Strike) -> Result | None:
    """Do it with a strike; None where the exception came through."""
    former = sys.getprofile()
    sys.setprofile(strike)
    try:
        return act()
    except strike.error:
        return None
    finally:
        sys.setprofile(former)


def outcomes(act: Callable[[], Result]) -> Iterator[Result | None]:
    """What comes of it when the first call fails, when the second one does, and so on to the last."""
    act()  # what is done once only is done
    for error in STRUCK:
        counting = Strike(0, error)
        struck(act, counting)
        for at in range(1, counting.calls + 1):
            strike = Strike(at, error)
            outcome = struck(act, strike)
            if strike.calls >= at:  # now and then more is done than otherwise: what was put down is counted
                yield outcome


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Surprises are logged by name; here they are wanted."""
    structlog.configure(processors=[lambda *_: ""], logger_factory=structlog.ReturnLoggerFactory())
    yield
    structlog.reset_defaults()


def test_an_exception_at_any_call_inside_a_decision_allows_nothing(proof: Proof) -> None:
    """In every case of `cases/`, allowed and denied."""
    calls = 0
    for case in CASES:
        keyring = WORLD.keyrings.get(case.account, NOBODY)
        tried = attempt(case, keyring)
        for outcome in outcomes(lambda keyring=keyring, tried=tried: decide(keyring, tried)):  # type: ignore[misc]  # of this round
            assert not isinstance(outcome, Allowed), case.name
            calls += 1
    proof("G1", dose=f"{calls:,} calls inside `decide` that fail, in {len(CASES)} cases", figure="0 allows")


@pytest.fixture
def node() -> Node:
    """A node that knows the world of the cases."""
    store, at, randomness = MemoryStore(), [WORLD.now], Random(1).randbytes
    denials = Denials(store, pepper=PEPPER, clock=lambda: at[0], randomness=randomness)
    made = Node(store, denials, pepper=PEPPER, clock=lambda: at[0], boottime=lambda: 0.0, mint=randomness)
    WORLD.install(lambda command, by: made.carry_out(command, by=by), lambda moment: at.__setitem__(0, moment))
    at[0] = WORLD.now
    return made


def chosen() -> list[Case]:
    """Every case that is allowed, and some of the others."""
    return [case for number, case in enumerate(CASES) if case.expected.status == 200 or number % REFUSED_EVERY == 0]


def test_an_exception_at_any_call_of_a_node_allows_nothing_and_leaves_nothing_behind(node: Node, proof: Proof) -> None:
    """Whatever failed before, the same request is answered afterwards as ever."""
    calls = 0
    for case in chosen():
        expected = node.check(case.account, case.request).verdict

        def verdict(case: Case = case) -> Verdict:
            return node.check(case.account, case.request).verdict

        for outcome in outcomes(verdict):
            assert not isinstance(outcome, Allowed), case.name
            calls += 1
        assert verdict() == expected, case.name
    proof("G1", dose=f"{calls:,} calls inside `Node.check` that fail, in {len(chosen())} cases", figure="0 allows")


def test_whoever_swallows_an_exception_is_found() -> None:
    """The search above can fail: this one would let people in."""

    def careless() -> bool:
        try:
            return len("right") == max(1, 2)
        except ValueError:
            return True

    assert True in outcomes(careless)
