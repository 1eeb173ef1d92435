"""Chaveiro's own side of the comparison: `decide` on an attempt that is made, a whole verification, or a check.

A verification is digest, attempt and decision, as every door does them. A check of the node is that with what a running
process adds: whether it is fresh, the catalogue's route, counting the use.
"""

from __future__ import annotations

import random
import sys
from typing import TYPE_CHECKING

from bench.accounts import BENCH, METHOD, PATH, PEPPER, Pair, issue, minted, open_account
from bench.peer.asked import KEYS, RULES, serve

from chaveiro.core.attempt import Attempt, Need, Request, presented
from chaveiro.core.credential import digest
from chaveiro.core.decision import Allowed, decide
from chaveiro.core.keyring import Grant, Key, Keyring, Mark, Revision, Role
from chaveiro.core.names import Email, KeyId, Moment, Resource, RoleId
from chaveiro.serve.house import furnished
from chaveiro.settings import Settings
from chaveiro.stores.memory import MemoryStore

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

NOW = Moment(1_800_000_000.0)
WANTED = Need((Resource("OMS", f"R{RULES // 2}"),))
ANA = Email("ana@bench.example")


def deciding(pairs: Sequence[Pair]) -> Callable[[int], bool]:
    """Answer the role question alone."""
    keyring = _keyring(pairs)
    attempts = [_attempt(pair) for pair in pairs]
    return lambda number: isinstance(decide(keyring, attempts[number]), Allowed)


def verifying(pairs: Sequence[Pair]) -> Callable[[int], bool]:
    """Digest, attempt, decision."""
    keyring = _keyring(pairs)
    return lambda number: isinstance(decide(keyring, _attempt(pairs[number])), Allowed)


def _attempt(pair: Pair) -> Attempt:
    app_key, app_token = presented(pair.app_key), presented(pair.app_token)
    return Attempt(BENCH, app_key, app_token, digest(PEPPER.tokens, pair.app_token), WANTED, NOW)


def _keyring(pairs: Sequence[Pair]) -> Keyring:
    made = Mark(NOW, "bench")
    role = Role(RoleId(1), "orders", frozenset(Resource("OMS", f"R{number}") for number in range(RULES)))
    keys = {
        pair.app_key: Key(
            pair.app_key,
            KeyId(f"{number:032x}"),
            "bench",
            made,
            digest=digest(PEPPER.tokens, pair.app_token),
            grants=(Grant(role.id, BENCH, made),),
        )
        for number, pair in enumerate(pairs)
    }
    return Keyring(BENCH, Revision("00000000", 1), ANA, made, roles={role.id: role}, keys=keys)


def checking() -> Callable[[int], bool]:
    """Ask a running node about a request."""
    house = furnished(Settings(), MemoryStore(), PEPPER)
    open_account(house, BENCH)
    pairs = [issue(house, BENCH) for _ in range(KEYS)]
    house.start()
    requests = [Request(presented(pair.app_key), presented(pair.app_token), METHOD, PATH) for pair in pairs]
    return lambda number: isinstance(house.node.check(BENCH, requests[number]).verdict, Allowed)


def main(side: str) -> None:
    """Be that side."""
    sides: dict[str, Callable[[Sequence[Pair]], Callable[[int], bool]]] = {"decide": deciding, "verify": verifying}
    pairs = list(minted(KEYS, random.Random(KEYS)))  # noqa: S311 - made-up pairs, the same in every run
    serve(sides[side](pairs) if side in sides else checking())


if __name__ == "__main__":
    main(sys.argv[1])
