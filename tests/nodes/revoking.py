"""Revokes under load: how long after the acknowledgement of each any node still allows."""

from __future__ import annotations

import asyncio
import itertools
from contextlib import suppress
from dataclasses import dataclass, field
from time import monotonic
from typing import TYPE_CHECKING

from tests.nodes.fleet import Pair, block
from tests.nodes.load import ALLOWED, Caller

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from chaveiro.serve import House

REFUSED = 401, 403


@dataclass
class Revoked:
    """What was seen of revokes, in seconds after each one's acknowledgement."""

    late: list[float] = field(default_factory=list)  # the last allow of each; 0: none came later
    everywhere: list[float] = field(default_factory=list)  # until each node had refused
    answers: int = 0
    seconds: float = 0.0
    wrong: int = 0  # keys that were not revoked, and refused

    def quantile(self, share: float) -> float:
        """Of how late allows came."""
        ordered = sorted(self.late)
        return ordered[min(int(len(ordered) * share), len(ordered) - 1)]

    def __str__(self) -> str:
        return (
            f"{len(self.late)} revokes, {self.answers / self.seconds:.0f} checks/s: latest allow "
            f"{max(self.late) * 1000:.0f} ms after the acknowledgement, p99 {self.quantile(0.99) * 1000:.0f} ms, "
            f"p50 {self.quantile(0.5) * 1000:.0f} ms; {self.wrong} others refused"
        )


async def revoke(
    house: House, ports: Sequence[int], pairs: Sequence[Pair], *, steady: Sequence[Pair], pause_seconds: float = 0.0
) -> Revoked:
    """Block each of *pairs* while every node is asked about it, and about *steady* ones, without pause or with one."""
    found = Revoked()
    watch = _Watch(pairs[0], ports)
    calm = itertools.cycle([pair.question() for pair in steady])

    def heard(_question: bytes, status: int, _asked: float, _at: float) -> None:
        found.wrong += status in REFUSED

    callers = [Caller(port, lambda: next(calm), heard, pause_seconds=pause_seconds) for port in ports]
    callers += [Caller(port, lambda: watch.question, watch.hear(port)) for port in ports]
    began = monotonic()
    tasks = [asyncio.create_task(caller.run()) for caller in callers]
    for pair in pairs:
        watch.turn_to(pair)
        await watch.allowed_everywhere()
        await asyncio.to_thread(block, house, pair)
        acknowledged = monotonic()
        await watch.refused_everywhere()
        found.everywhere.append(max(watch.refused_at.values()) - acknowledged)
        found.late.append(max(0.0, watch.allowed_last - acknowledged))
    for task in tasks:
        task.cancel()
    for task in tasks:
        with suppress(asyncio.CancelledError):
            await task
    found.seconds = monotonic() - began
    found.answers = sum(caller.answers for caller in callers)
    return found


@dataclass
class Cut:
    """What a node said about revoked keys once it heard nothing any more: when each was asked, after the cut."""

    allowed: list[float] = field(default_factory=list)
    unknown: list[float] = field(default_factory=list)
    refused: list[float] = field(default_factory=list)


async def revoke_behind(house: House, port: int, pairs: Sequence[Pair], *, cut: Callable[[], None], wait: float) -> Cut:
    """Cut a node off, block keys that it allows, and go on asking it for so many seconds."""
    found, questions, cut_at = Cut(), itertools.cycle([pair.question() for pair in pairs]), [float("inf")]
    warm = asyncio.Event()

    def heard(_question: bytes, status: int, asked: float, _at: float) -> None:
        warm.set()
        said = found.allowed if status == ALLOWED else found.refused if status in REFUSED else found.unknown
        if asked > cut_at[0]:
            said.append(asked - cut_at[0])

    caller = Caller(port, lambda: next(questions), heard)
    task = asyncio.create_task(caller.run())
    await asyncio.wait_for(warm.wait(), 30)
    await asyncio.to_thread(cut)
    cut_at[0] = monotonic()
    for pair in pairs:
        await asyncio.to_thread(block, house, pair)
    await asyncio.sleep(max(0.0, wait - (monotonic() - cut_at[0])))
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    return found


class _Watch:
    """What the nodes say about one key."""

    def __init__(self, pair: Pair, ports: Sequence[int]) -> None:
        self._ports = ports
        self.turn_to(pair)

    def turn_to(self, pair: Pair) -> None:
        self.question = pair.question()
        self.allowed_last = 0.0
        self._allowed: set[int] = set()
        self.refused_at: dict[int, float] = {}
        self._changed = asyncio.Event()

    def hear(self, port: int) -> Callable[[bytes, int, float, float], None]:
        """What a caller of this node tells."""

        def heard(question: bytes, status: int, _asked: float, at: float) -> None:
            if question is not self.question:
                return
            if status == ALLOWED:
                self.allowed_last = at
                self._allowed.add(port)
            elif status in REFUSED:
                self.refused_at.setdefault(port, at)
            self._changed.set()

        return heard

    async def allowed_everywhere(self) -> None:
        await self._until(lambda: len(self._allowed) == len(self._ports))

    async def refused_everywhere(self) -> None:
        await self._until(lambda: len(self.refused_at) == len(self._ports))

    async def _until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(30):
            while not condition():
                self._changed.clear()
                await self._changed.wait()
