"""What a flood of made-up credentials costs: `python -m bench.flood [PAIRS]`, 200,000 unless told otherwise.

Through a node and its denials on SQLite, twice: as it happens, with a thread that may lose what it cannot keep up with,
and with every denial written, which is the most that disk and memory can be made to hold. In between a right pair is
checked, which must be allowed, and a key without permission, whose episode must be found afterwards.
"""

import random
import resource
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter, time

from tests.keys import KEYS

from chaveiro.core.attempt import Need, Request, presented
from chaveiro.core.command import Command, CreateAccount, CreateRole, GrantToKey
from chaveiro.core.credential import mint_key, mint_token
from chaveiro.core.decision import Allowed
from chaveiro.core.keyring import Actor, ActorKind
from chaveiro.core.names import AccountName, Email, Moment, Resource, RoleId
from chaveiro.denials import Denials
from chaveiro.node import Issued, Node
from chaveiro.stores.port import Limits
from chaveiro.stores.sql import SqlStore

ACCOUNT = AccountName("bench")
ANA = Email("ana@bench.example")
LIST, CANCEL = Resource("OMS", "ListOrders"), Resource("OMS", "CancelAction")
PAIRS = 200_000
RIGHT_EVERY, LACKING_EVERY, DRAIN_EVERY = 100, 1_000, 2_000
QUEUE_MAX = 10_000


@dataclass(frozen=True, slots=True)
class Flooded:
    """What a flood left behind."""

    seconds: float
    allowed: int
    allow_microseconds: float
    lacking: int
    lacking_counted: int
    noted: int
    kept: int
    dropped: int
    denials: int
    episodes: int
    disk_bytes: int
    resident_bytes: int


class House:
    """A node on a database of its own, and the two pairs that are no part of the flood."""

    def __init__(self, folder: Path, limits: Limits, *, queue_max: int = QUEUE_MAX) -> None:
        rng = random.Random(1)  # noqa: S311 - made-up pairs, the same in every run
        self.folder = folder
        self.store = SqlStore.open(f"sqlite:///{folder}/chaveiro.db", keys=KEYS)
        pepper = bytes(range(32))
        self.denials = Denials(
            self.store, pepper=pepper, clock=now, randomness=rng.randbytes, queue_max=queue_max, limits=limits
        )
        self.node = Node(self.store, self.denials, pepper=pepper, clock=now, boottime=perf_counter, mint=rng.randbytes)
        self.carry_out(CreateAccount(ACCOUNT, ANA), Actor(ActorKind.OPERATOR, "bench"))
        self.carry_out(CreateRole(ACCOUNT, "lists", frozenset({LIST})))
        self.right, self.lacking = self.issued(1), self.issued()

    def carry_out(self, command: Command, by: Actor = Actor(ActorKind.USER, ANA)) -> None:  # noqa: B008 - a frozen value
        self.node.carry_out(command, by=by)

    def issued(self, *roles: int) -> Issued:
        made = self.node.issue(ACCOUNT, label="bench", by=Actor(ActorKind.USER, ANA))
        assert isinstance(made, Issued)
        for role in roles:
            self.carry_out(GrantToKey(ACCOUNT, RoleId(role), made.app_key))
        return made

    def asks(self, pair: Issued) -> bool:
        request = Request(presented(pair.app_key), presented(pair.token.reveal()), need=Need((LIST,)))
        return isinstance(self.node.check(ACCOUNT, request).verdict, Allowed)


def now() -> Moment:
    """Tell the time."""
    return Moment(time())


def guesses(count: int, known: str) -> Iterator[Request]:
    """Well-formed pairs nobody issued, noise, and wrong tokens of a key whose public half somebody knows."""
    rng = random.Random(2)  # noqa: S311 - likewise
    for number in range(count):
        key = mint_key(rng.randbytes(10))
        token = mint_token(key, rng.randbytes(33)).reveal()
        kind = number % 10
        if kind in {7, 8}:
            key, token = rng.randbytes(13).hex(), rng.randbytes(32).hex()  # type: ignore[assignment] # no key at all
        elif kind == 9:  # noqa: PLR2004 - the last of ten
            key = known  # type: ignore[assignment] # its text
        path = f"/api/{rng.randbytes(4).hex()}/{number}"
        yield Request(presented(key), presented(token), "GET", path)


def flood(count: int, folder: Path, *, lossless: bool, limits: Limits) -> Flooded:
    """Send a flood to a house of its own in *folder*."""
    house = House(folder, limits)
    house.node.start()
    if not lossless:
        house.denials.start()
    allowed, lacking, waits = 0, 0, []
    begun = perf_counter()
    for number, request in enumerate(guesses(count, house.right.app_key)):
        house.node.check(ACCOUNT, request)
        if number % RIGHT_EVERY == 0:
            asked = perf_counter()
            allowed += house.asks(house.right)
            waits.append(perf_counter() - asked)
        if number % LACKING_EVERY == 0:
            lacking += not house.asks(house.lacking)
        if lossless and number % DRAIN_EVERY == 0:
            house.denials.drain()
    house.node.stop()
    house.denials.stop()
    seconds = perf_counter() - begun
    own = [one for one in house.denials.failures(ACCOUNT, limit=5_000) if one.episode.app_key == house.lacking.app_key]
    left = Flooded(
        seconds=seconds,
        allowed=allowed,
        allow_microseconds=median(waits) * 1e6,
        lacking=lacking,
        lacking_counted=sum(one.episode.count for one in own),
        noted=house.denials.noted,
        kept=house.denials.kept,
        dropped=house.denials.dropped,
        denials=len(house.store.denials(ACCOUNT, limit=10**9)),
        episodes=len(house.store.episodes(ACCOUNT, limit=10**9)),
        disk_bytes=sum(one.stat().st_size for one in folder.iterdir()),
        resident_bytes=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
    )
    house.store.close()
    return left


def main() -> None:
    """Print what a flood left, as it happens and with nothing lost."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else PAIRS
    for lossless in (False, True):
        with tempfile.TemporaryDirectory() as folder:
            left = flood(count, Path(folder), lossless=lossless, limits=Limits())
        print("every denial written" if lossless else "as it happens")
        print(f"  {count:,} guesses in {left.seconds:.0f} s; right pairs allowed: {left.allowed:,},")
        print(f"  median {left.allow_microseconds:.0f} microseconds; the key without permission was refused")
        print(f"  {left.lacking:,} times, its episode counts {left.lacking_counted:,}")
        print(f"  {left.noted:,} noted, {left.kept:,} written, {left.dropped:,} dropped")
        print(
            f"  {left.denials:,} denials, {left.episodes} episodes remain, {left.disk_bytes / 2**20:.1f} MiB on disk,"
        )
        print(f"  {left.resident_bytes / 2**20:.0f} MiB resident at most")


if __name__ == "__main__":
    main()
