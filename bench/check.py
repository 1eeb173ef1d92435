"""A check over HTTP, beside what the same server and nginx cost with nothing to decide.

A caller in a process of its own asks over 16 connections that stay open; what is counted is the processor time of the
one process that answers, all of its threads included. Each allow must name the
appKey that was asked about.
"""

from __future__ import annotations

from contextlib import ExitStack
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from bench.accounts import PATH, Pair, stock
from bench.caller import Caller, Question
from bench.measure import Figure, interleaved, processor_microseconds, ratio
from bench.serving import Served, chaveiro, empty, mapped, nginx, question, statically

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bench.measure import Dose

TITLE: Final = "A check over HTTP"
SAME_REQUEST: Final = "the same request, head and all"


def figures(dose: Dose) -> Iterator[Figure]:
    """Ask each server the same, in turn."""
    few, many = stock(dose.keys[0]), stock(dose.keys[-1])
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        caller = stack.enter_context(Caller())
        checks, nothing = [question(pair) for pair in few.pairs], [_unjudged(pair) for pair in few.pairs]
        unasked = [one._replace(status=b"204") for one in nothing]
        asked: dict[str, tuple[Served, Sequence[Question]]] = {
            "check": (stack.enter_context(chaveiro(few.folder)), checks),
            "empty": (stack.enter_context(empty()), nothing),
            "static": (stack.enter_context(nginx(folder / "static", statically("return 204;"))), unasked),
            "map": (stack.enter_context(nginx(folder / "map", mapped(few.pairs))), unasked),
        }
        if many.keys > few.keys:
            asked["many"] = (stack.enter_context(chaveiro(many.folder)), [question(pair) for pair in many.pairs])
        sides = {name: partial(_cost, caller, served, questions, dose) for name, (served, questions) in asked.items()}
        assert caller.ask(asked["map"][0].port, [_stranger(few.pairs)], 1).right == 1
        found = interleaved(sides, dose.rounds)
    yield from told(found, few.keys, many.keys)


def told(found: dict[str, tuple[float, ...]], few: int, many: int) -> Iterator[Figure]:
    """The figures, and what they are to each other."""
    check = Figure(
        f"a check by the ASGI callable, {few:,} keys", found["check"], "us", "reading, deciding, counting, answering"
    )
    nothing = Figure("the same server's empty answer", found["empty"], "us", f"{SAME_REQUEST}, read and not looked at")
    static = Figure("nginx, static 204", found["static"], "us", SAME_REQUEST)
    known = Figure(f"nginx, a map of {few:,} pairs", found["map"], "us", "no roles, no reasons, a reload for a change")
    yield from (check, nothing, static, known)
    yield ratio("a check against the empty answer", check, nothing, goal="http-empty")
    yield ratio("nginx's static 204 against a check", static, check, goal="http-asgi", includes="checks per processor")
    yield ratio("nginx's static 204 against nginx's map", static, known)
    if "many" in found:
        larger = Figure(f"a check by the ASGI callable, {many:,} keys", found["many"], "us", "as with fewer keys")
        yield larger
        yield ratio(f"a check with {many:,} keys against {few:,}", larger, check, goal="http-grows")


def _cost(caller: Caller, served: Served, questions: Sequence[Question], dose: Dose) -> float:
    asked = partial(caller.ask, served.port, questions, dose.requests)
    return processor_microseconds([served.pid], lambda: asked().right, dose.requests)


def _unjudged(pair: Pair) -> Question:
    """The question as it is asked of Chaveiro, whatever the answer."""
    return question(pair, holds=b"")


def _stranger(pairs: Sequence[Pair]) -> Question:
    """A pair that the map must refuse, or it would not be looking."""
    one = pairs[0]
    wrong = Pair(one.app_key, one.app_token[::-1])
    return Question(f"GET {PATH} HTTP/1.1\r\nHost: x\r\n{wrong.headers}\r\n".encode(), b"401")
