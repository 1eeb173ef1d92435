"""A whole verification in process: what a door does once it has read two values, beside the least it could do.

Every side answers the same callers in the same order. Two floors, written for speed alone: the bare one compares a
secret; the other also asks whether the caller's roles hold one resource. Neither has states, dates, networks, a second
token while one is renewed, values sent twice, reasons for a refusal, or an answer that says by which roles.
"""

from __future__ import annotations

import hmac
import random
from functools import partial
from hashlib import blake2b
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

from bench.measure import Figure, interleaved, microseconds, ratio, uncollected

from chaveiro.core.attempt import Attempt, Need, Presented
from chaveiro.core.credential import DIGEST_BYTES, KEY_LENGTH, KEY_PREFIX, TOKEN_LENGTH, TOKEN_PREFIX, digester
from chaveiro.core.decision import Allowed, decide
from chaveiro.core.keyring import Grant, Key, Keyring, Mark, Revision, Role
from chaveiro.core.names import AccountName, AppKey, Email, KeyId, Moment, Resource, RoleId

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from bench.measure import Dose

_T = TypeVar("_T")

TITLE: Final = "A verification in process"
ACCOUNT: Final = AccountName("bench")
PEPPER: Final = bytes(range(32))
NOW: Final = Moment(1_800_000_000.0)
WANTED: Final = Resource("OMS", "ListOrders")
NEED: Final = Need((WANTED,))

digest: Final = digester(PEPPER)


class Pair(NamedTuple):
    """What a caller sends."""

    app_key: AppKey
    app_token: str


def figures(dose: Dose) -> Iterator[Figure]:
    """Each side at each size, then the ratios that have a goal."""
    whole: dict[int, Figure] = {}
    for size in dose.keys:
        bare, floor, ready, done = _measured(size, dose)
        yield from (bare, floor, ready, done)
        yield ratio(f"a verification against the bare floor, {size:,} keys", done, bare)
        yield ratio(
            f"a verification against the hand-tuned floor, {size:,} keys", done, floor, goal=_GOALS.get(size, "")
        )
        whole[size] = done
    smallest, largest = min(whole), max(whole)
    goal = "decision-grows" if largest == _MOST else ""
    yield ratio(f"a verification at {largest:,} keys against {smallest:,}", whole[largest], whole[smallest], goal=goal)


_MOST: Final = 1_000_000
_GOALS: Final = {1_000: "floor-1k", 100_000: "floor-100k"}


def _measured(size: int, dose: Dose) -> Iterator[Figure]:
    rng = random.Random(size)  # noqa: S311 - made-up pairs, the same in every run
    pairs = made_up(size, rng)
    keyring = keyring_of(pairs)
    # Others in each round: keys that were just asked about would be in the processor's cache, however many there are.
    callers = [[_arrived(pair) for pair in rng.choices(pairs, k=dose.checks)] for _ in range(dose.rounds + 1)]
    attempts = [[attempt(caller) for caller in one] for one in callers]
    sides = {
        "bare": _in_turn(partial(bare_floor, {key.app_key: key.digest for key in keyring.keys.values()}), callers),
        "floor": _in_turn(partial(floor, entries_of(keyring)), callers),
        "decide": _in_turn(partial(decisions, keyring), attempts),
        "whole": _in_turn(partial(verifications, keyring), callers),
    }
    with uncollected():
        spent = interleaved(sides, dose.rounds)
    told = {
        "bare": ("the bare floor", "keyed BLAKE2b, one dictionary, one constant-time compare"),
        "floor": ("the hand-tuned floor", "the same, and one resource sought in one frozenset"),
        "decide": ("`decide` alone", "on attempts already made"),
        "whole": ("a verification", "hash, attempt, decision"),
    }
    return (Figure(f"{told[n][0]}, {size:,} keys", spent[n], "us", includes=told[n][1]) for n in sides)


def _in_turn(work: Callable[[Sequence[_T]], int], rounds: Sequence[Sequence[_T]]) -> Callable[[], float]:
    """Do the work for what is asked in one round, and the next time for the next."""
    following = iter(rounds)

    def side() -> float:
        asked = next(following)
        return microseconds(partial(work, asked), len(asked))

    return side


def _arrived(pair: Pair) -> Pair:
    """The same values as they come from a connection: no object that is kept, and none that was hashed before."""
    return Pair(AppKey(pair.app_key.encode().decode()), pair.app_token.encode().decode())


def bare_floor(digests: dict[AppKey, bytes], callers: Sequence[Pair]) -> int:
    """Hash, look up, compare: the least that any check of a secret does."""
    keyed, compare, allowed = blake2b(digest_size=DIGEST_BYTES, key=PEPPER), hmac.compare_digest, 0
    for app_key, app_token in callers:
        state = keyed.copy()
        state.update(app_token.encode())
        if compare(digests[app_key], state.digest()):
            allowed += 1
    return allowed


def floor(entries: dict[AppKey, tuple[bytes, frozenset[Resource]]], callers: Sequence[Pair]) -> int:
    """Hash, look up, compare, and ask whether one set holds one resource."""
    keyed, compare, wanted, allowed = blake2b(digest_size=DIGEST_BYTES, key=PEPPER), hmac.compare_digest, WANTED, 0
    for app_key, app_token in callers:
        state = keyed.copy()
        state.update(app_token.encode())
        kept, granted = entries[app_key]
        if compare(kept, state.digest()) and wanted in granted:
            allowed += 1
    return allowed


def decisions(keyring: Keyring, attempts: Sequence[Attempt]) -> int:
    """`decide` alone."""
    return sum(isinstance(decide(keyring, one), Allowed) for one in attempts)


def verifications(keyring: Keyring, callers: Sequence[Pair]) -> int:
    """What every door does once it has read two values."""
    allowed = 0
    for caller in callers:
        if isinstance(decide(keyring, attempt(caller)), Allowed):
            allowed += 1
    return allowed


def attempt(caller: Pair) -> Attempt:
    """What a caller sends, as it is judged."""
    app_key, app_token = caller
    return Attempt(ACCOUNT, Presented(app_key, 1), Presented(app_token, 1), digest(app_token), NEED, NOW)


def made_up(size: int, rng: random.Random) -> list[Pair]:
    """Pairs as long as real ones. They guard nothing."""
    key, token = (
        f"{{:0{length}x}}".format for length in (KEY_LENGTH - len(KEY_PREFIX), TOKEN_LENGTH - len(TOKEN_PREFIX))
    )
    return [
        Pair(AppKey(KEY_PREFIX + key(number << 64 | rng.getrandbits(64))), TOKEN_PREFIX + token(rng.getrandbits(260)))
        for number in range(size)
    ]


def keyring_of(pairs: Sequence[Pair]) -> Keyring:
    """An account in which every pair may do what is asked, each by two roles that were given to it alone."""
    made = Mark(NOW, "bench")
    roles = [
        Role(RoleId(1), "reads orders", frozenset({WANTED, Resource("OMS", "ViewOrder")})),
        Role(RoleId(2), "reads the catalogue", frozenset({Resource("Catalog", f"View{i}") for i in range(8)})),
    ]
    keys = {
        pair.app_key: Key(
            pair.app_key,
            KeyId(f"{number:032x}"),
            "bench",
            made,
            digest=digest(pair.app_token),
            grants=tuple(Grant(role.id, ACCOUNT, made) for role in roles),
        )
        for number, pair in enumerate(pairs)
    }
    sponsor, revision = Email("ana@bench.example"), Revision("00000000", 1)
    return Keyring(ACCOUNT, revision, sponsor, made, roles={role.id: role for role in roles}, keys=keys)


def entries_of(keyring: Keyring) -> dict[AppKey, tuple[bytes, frozenset[Resource]]]:
    """What the floor keeps of an account: a digest and a set for each key, the set shared by all."""
    held = frozenset().union(*(role.resources for role in keyring.roles.values()))
    return {key.app_key: (key.digest, held) for key in keyring.keys.values()}
