"""Decisions on an event loop: what is in memory, or was just changed, at once; what waits for a store in a thread."""

from __future__ import annotations

import asyncio
from time import perf_counter
from typing import TYPE_CHECKING, Final

from chaveiro.node.decider import WAIT_SECONDS_MAX

if TYPE_CHECKING:
    from chaveiro.core.attempt import Request
    from chaveiro.core.keyring import Revision
    from chaveiro.core.names import AccountName
    from chaveiro.node import Answer, Node

LOOK_SECONDS: Final = 0.01  # between two looks whether a change that somebody insists on is known by now


async def decided(node: Node, account: AccountName | None, request: Request, at_least: Revision | None) -> Answer:
    """Decide one request. The loop waits for no store. Never raises."""
    if at_least is not None and not node.known.is_at(at_least):
        await awaited(node, at_least)
        return await asyncio.to_thread(node.check, account, request, at_least=at_least, wait_seconds=0)
    answer = node.check_at_once(account, request, at_least=at_least)
    if answer is not None:
        return answer
    return await asyncio.to_thread(node.check, account, request, at_least=at_least, wait_seconds=0)


async def awaited(node: Node, revision: Revision) -> None:
    """Wait a little for a revision. On the loop: whoever insists on one that never comes must hold no thread."""
    give_up = perf_counter() + WAIT_SECONDS_MAX
    while node.known.follows and not node.known.is_at(revision) and perf_counter() < give_up:
        node.known.hurry()
        await asyncio.sleep(LOOK_SECONDS)
