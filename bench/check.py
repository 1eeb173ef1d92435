"""A check over HTTP, beside what the same server and nginx cost with nothing to decide.

A caller in a process of its own asks over 16 connections that stay open; what is counted is the processor time of the
one process that answers, all of its threads included. Each allow must name the
appKey that was asked about.
"""

from __future__ import annotations

from contextlib import ExitStack
from functools import partial
from inspect import signature
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from bench.accounts import PATH, Pair, stock
from bench.caller import Caller, Question
from bench.measure import Figure, interleaved, processor_microseconds, ratio, settled
from bench.serving import Served, asgi, chaveiro, empty, mapped, nginx, question, statically

from chaveiro.serve.listen import server

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bench.measure import Dose

TITLE: Final = "A check over HTTP"
MANY: Final = 1_000_000  # keys, of which the goal speaks


def figures(dose: Dose) -> Iterator[Figure]:
    """Ask each server the same, in turn."""
    few, many = stock(dose.keys[0]), stock(dose.keys[-1])
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        caller = stack.enter_context(Caller())
        checks, nothing = [question(pair) for pair in few.pairs], [_unjudged(pair) for pair in few.pairs]
        unasked = [one._replace(status=b"204") for one in nothing]
        asked: dict[str, tuple[Served, Sequence[Question]]] = {
            "served": (stack.enter_context(chaveiro(few.folder)), checks),
            "asgi": (stack.enter_context(asgi(few.folder)), checks),
            "empty": (stack.enter_context(empty()), nothing),
            "static": (stack.enter_context(nginx(folder / "static", statically("return 204;"))), unasked),
            "map": (stack.enter_context(nginx(folder / "map", mapped(few.pairs))), unasked),
        }
        if many.keys > few.keys:
            asked["many"] = (stack.enter_context(chaveiro(many.folder)), [question(pair) for pair in many.pairs])
        sides = {name: partial(_cost, caller, served, questions, dose) for name, (served, questions) in asked.items()}
        assert caller.ask(asked["map"][0].port, [_stranger(few.pairs)], 1).right == 1
        for served, questions in asked.values():  # alone: who asks meanwhile would read a large account again
            assert caller.ask(served.port, questions, 1, connections=1).right == 1
        at_rest = partial(settled, [served.pid for served, _ in asked.values()])
        found = interleaved(sides, dose.rounds, settle=at_rest)
    yield from _told(found, few.keys, many.keys)


def _told(found: dict[str, tuple[float, ...]], few: int, many: int) -> Iterator[Figure]:
    """The figures, and what they are to each other."""
    served = Figure(f"a check as it is served, {few:,} keys", found["served"], "us", "reading, deciding, counting")
    by_asgi = Figure("the same by the ASGI application alone", found["asgi"], "us", "the same")
    nothing = Figure("the same server's empty answer", found["empty"], "us", "the same request, read, not looked at")
    static = Figure("nginx, static 204", found["static"], "us", "the same request")
    known = Figure(f"nginx, a map of {few:,} pairs", found["map"], "us", "no roles, no reasons, a reload for a change")
    yield from (served, by_asgi, nothing, static, known)
    yield ratio("the ASGI application against the empty answer", by_asgi, nothing, goal="http-empty")
    yield ratio("checks of the ASGI application, of nginx's static 204", static, by_asgi, goal="http-asgi")
    if "at_once" in signature(server).parameters:  # there is a shorter way, and it is served
        yield ratio("checks by the short way, of nginx's static 204", static, served, goal="http-short")
    yield ratio("nginx's map of pairs, of nginx's static 204", static, known)
    if "many" in found:
        larger = Figure(f"a check as it is served, {many:,} keys", found["many"], "us", "as with fewer keys")
        yield larger
        goal = "http-grows" * (many >= MANY)
        yield ratio(f"a check with {many:,} keys against {few:,}", larger, served, goal=goal)


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
