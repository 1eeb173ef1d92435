"""What a decision costs, beside what it costs at least: `make bench`.

Both sides answer the same attempts, in the same order, in alternating rounds of one process; each figure is the median
of the rounds. Absolute figures belong to this machine and this minute, the ratio travels.
"""

import gc
import hmac
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b
from statistics import median
from time import perf_counter_ns

from chaveiro.core.attempt import Attempt, Need, presented
from chaveiro.core.credential import DIGEST_BYTES, digest, mint_key, mint_token
from chaveiro.core.decision import Allowed, decide
from chaveiro.core.keyring import Grant, Key, Keyring, Mark, Revision, Role
from chaveiro.core.names import AccountName, AppKey, Email, KeyId, Moment, Resource, RoleId

ACCOUNT = AccountName("bench")
PEPPER = bytes(range(32))
NOW = Moment(1_800_000_000.0)
SIZES = (1_000, 100_000)
ROUNDS = 5
ATTEMPTS = 20_000
RATIO_MAX = 1.3  # the goal: a readable decision, within a third of the floor

NEED = Need((Resource("OMS", "ListOrders"),))


@dataclass(frozen=True, slots=True)
class Pair:
    """What a caller sends."""

    app_key: AppKey
    app_token: str


def floor(digests: dict[AppKey, bytes], pairs: Sequence[Pair]) -> int:
    """Hash, look up, compare: the least that any check of a secret does. No roles, no states, no reasons."""
    allowed = 0
    for pair in pairs:
        presented_digest = blake2b(pair.app_token.encode(), digest_size=DIGEST_BYTES, key=PEPPER).digest()
        allowed += hmac.compare_digest(digests[pair.app_key], presented_digest)
    return allowed


def verification(keyring: Keyring, pairs: Sequence[Pair]) -> int:
    """What every door does once it has read two values: hash, make the attempt, decide."""
    allowed = 0
    for pair in pairs:
        attempt = Attempt(
            account=ACCOUNT,
            app_key=presented(pair.app_key),
            app_token=presented(pair.app_token),
            digest=digest(PEPPER, pair.app_token),
            wanted=NEED,
            at=NOW,
        )
        allowed += isinstance(decide(keyring, attempt), Allowed)
    return allowed


def decision(keyring: Keyring, attempts: Sequence[Attempt]) -> int:
    """`decide` alone, on attempts already made."""
    return sum(isinstance(decide(keyring, attempt), Allowed) for attempt in attempts)


def minted(size: int, rng: random.Random) -> list[Pair]:
    """Make pairs from a seed; they guard nothing."""
    keys = (mint_key(rng.randbytes(10)) for _ in range(size))
    return [Pair(key, mint_token(key, rng.randbytes(33)).reveal()) for key in keys]


def keyring_of(pairs: Sequence[Pair]) -> Keyring:
    """Make an account in which every pair may do what is asked, by one of two roles."""
    made = Mark(NOW, "bench")
    roles = [
        Role(RoleId(1), "reads orders", frozenset({Resource("OMS", "ListOrders"), Resource("OMS", "ViewOrder")})),
        Role(RoleId(2), "reads the catalogue", frozenset({Resource("Catalog", f"View{i}") for i in range(8)})),
    ]
    grants = tuple(Grant(role.id, ACCOUNT, made) for role in roles)
    keys = {
        pair.app_key: Key(
            pair.app_key, KeyId(f"{i:032x}"), "bench", made, digest=digest(PEPPER, pair.app_token), grants=grants
        )
        for i, pair in enumerate(pairs)
    }
    return Keyring(
        ACCOUNT,
        Revision("00000000", 1),
        Email("ana@bench.example"),
        made,
        roles={role.id: role for role in roles},
        keys=keys,
    )


def microseconds(work: Callable[[], int], count: int) -> float:
    """Time one round; every attempt of it must have been allowed."""
    begun = perf_counter_ns()
    allowed = work()
    spent = perf_counter_ns() - begun
    assert allowed == count, "the bench timed refusals"
    return spent / count / 1_000


def measure(size: int) -> dict[str, float]:
    """Give the median cost in microseconds of each side, at *size* keys."""
    rng = random.Random(size)  # noqa: S311 - made-up pairs, the same in every run
    pairs = minted(size, rng)
    keyring = keyring_of(pairs)
    sample = rng.choices(pairs, k=ATTEMPTS)
    attempts = [
        Attempt(ACCOUNT, presented(p.app_key), presented(p.app_token), digest(PEPPER, p.app_token), NEED, NOW)
        for p in sample
    ]
    sides = {
        "floor": partial(floor, {key.app_key: key.digest for key in keyring.keys.values()}, sample),
        "decide": partial(decision, keyring, attempts),
        "verification": partial(verification, keyring, sample),
    }
    rounds: dict[str, list[float]] = {name: [] for name in sides}
    gc.collect()
    gc.disable()  # a pause would fall on whichever side it likes
    try:
        for _ in range(ROUNDS):
            for name, side in sides.items():
                rounds[name].append(microseconds(side, ATTEMPTS))
    finally:
        gc.enable()
    return {name: median(spent) for name, spent in rounds.items()}


def main() -> None:
    """Print one line per size."""
    print(f"an allow, microseconds, median of {ROUNDS} rounds of {ATTEMPTS:,}, garbage collector off")
    print(f"{'keys':>10} {'floor':>8} {'decide':>8} {'hash + attempt + decide':>24} {'of the floor':>13}  goal")
    for size in SIZES:
        cost = measure(size)
        ratio = cost["verification"] / cost["floor"]
        verdict = "reached" if ratio <= RATIO_MAX else "not reached"
        print(
            f"{size:>10,} {cost['floor']:>8.2f} {cost['decide']:>8.2f} {cost['verification']:>24.2f} {ratio:>12.2f}x"
            f"  <= {RATIO_MAX} x, {verdict}",
        )
    print("floor: keyed BLAKE2b, one dictionary, one constant-time compare; no roles, states or reasons")


if __name__ == "__main__":
    main()
