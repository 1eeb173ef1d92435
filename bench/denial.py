"""A denial with its problem body beside an allow, and beside a denial whose token must be looked at for damage.

Asked one after the other on one connection, about every kind in turn, as its caller waits for it; then by many at once,
for the processor time of the process. Each kind has a process and a database of its own: denials are explained and kept
in the background, for longer than a round lasts, and an allow has nothing to do with that.
"""

from __future__ import annotations

import random
from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING, Final

from bench.accounts import Pair, stock
from bench.caller import Caller, Question
from bench.measure import Figure, interleaved, processor_microseconds, quantile, ratio, settled
from bench.serving import Served, apart, chaveiro, question

from chaveiro.core.credential import mint_token

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bench.measure import Dose

TITLE: Final = "A denial, beside an allow"
_PAIRS: Final = 200
_PLACE: Final = 40  # of the letter that is mistyped


def figures(dose: Dose) -> Iterator[Figure]:
    """Ask about right, wrong and damaged pairs, in turn."""
    known = stock(dose.fewest)
    pairs = known.pairs[:_PAIRS]
    kinds: dict[str, Sequence[Question]] = {
        "allow": [question(pair) for pair in pairs],
        "denial": [question(_other_token(pair), status=b"401", holds=b'"credentials_invalid"') for pair in pairs],
        "damaged": [question(_mistyped(pair), status=b"401", holds=b'"token_one_character_wrong"') for pair in pairs],
    }
    with ExitStack() as stack:
        caller = stack.enter_context(Caller())
        served = {kind: stack.enter_context(chaveiro(stack.enter_context(apart(known)).folder)) for kind in kinds}
        waits = {kind: partial(_wait, caller, served[kind], asked, dose) for kind, asked in kinds.items()}
        works = {kind: partial(_cost, caller, served[kind], asked, dose) for kind, asked in kinds.items()}
        at_rest = partial(settled, [one.pid for one in served.values()])
        waited = interleaved(waits, dose.rounds, settle=at_rest)
        worked = interleaved(works, dose.rounds)
    yield from _told(waited, worked)


def _told(waited: dict[str, tuple[float, ...]], worked: dict[str, tuple[float, ...]]) -> Iterator[Figure]:
    whole, wrong = "one connection, loopback both ways", "a whole token that is not this key's; 401, problem body"
    allow = Figure("an allow, as its caller waits, p50", waited["allow"], "us", whole)
    denial = Figure("a denial, likewise", waited["denial"], "us", wrong)
    mistyped = "one letter mistyped: the body says where"
    damaged = Figure("a denial of a damaged token, likewise", waited["damaged"], "us", mistyped)
    yield from (allow, denial, damaged)
    yield ratio("a denial against an allow", denial, allow, goal="denial", includes="as its caller waits")
    more = tuple((a - b) / 1_000 for a, b in zip(damaged.rounds, denial.rounds, strict=True))
    yield Figure("forensics of a damaged token", more, "ms", "what its caller waits for beside a denial", "forensics")
    work = {kind: Figure(f"{name}, of a processor", worked[kind], "us", BACKGROUND) for kind, name in NAMES.items()}
    yield from work.values()
    yield ratio("a denial against an allow, of a processor", work["denial"], work["allow"])


NAMES: Final = {"allow": "an allow", "denial": "a denial", "damaged": "a denial of a damaged token"}
BACKGROUND: Final = "all threads while it is asked: of explaining denials, a tenth of a processor at most"


def _wait(caller: Caller, served: Served, asked: Sequence[Question], dose: Dose) -> float:
    count = dose.requests // 5
    heard = caller.ask(served.port, asked, count, connections=1)
    assert heard.right == count
    return quantile(heard.seconds, 0.5) * 1_000_000


def _cost(caller: Caller, served: Served, asked: Sequence[Question], dose: Dose) -> float:
    count = dose.requests // 5
    return processor_microseconds([served.pid], lambda: caller.ask(served.port, asked, count).right, count)


def _other_token(pair: Pair) -> Pair:
    """A token of the same key, whole, that was never issued."""
    rng = random.Random(pair.app_key)  # noqa: S311 - the same in every run
    return Pair(pair.app_key, mint_token(pair.app_key, rng.randbytes(33)).reveal())


def _mistyped(pair: Pair) -> Pair:
    """One letter is another one."""
    text = pair.app_token
    wrong = "z" if text[_PLACE] != "z" else "y"
    return Pair(pair.app_key, f"{text[:_PLACE]}{wrong}{text[_PLACE + 1 :]}")
