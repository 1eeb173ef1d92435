"""A node in the application's own process, opened where it is needed: in each process that serves, after any fork."""

from __future__ import annotations

import asyncio
import atexit
import os
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Protocol

import structlog

from chaveiro.core.decision import Allowed
from chaveiro.doors.decided import decided
from chaveiro.doors.denied import denied
from chaveiro.doors.heard import heard
from chaveiro.node.answer import RETRY_SECONDS
from chaveiro.stores.port import StoreUnavailable
from chaveiro.wire.answer import unavailable
from chaveiro.wire.identity import Identity
from chaveiro.wire.read import pair

if TYPE_CHECKING:
    from collections.abc import Callable

    from chaveiro.doors.heard import Heard
    from chaveiro.doors.middlewares.port import Asked
    from chaveiro.doors.place import Place
    from chaveiro.node import Answer, Node
    from chaveiro.wire.message import Reply

_log = structlog.get_logger(__name__)


class Opened(Protocol):
    """What is opened: a node, and what it needs around it."""

    @property
    def node(self) -> Node:
        """Who decides."""

    def start(self) -> None:
        """Follow other processes' changes."""

    def close(self) -> None:
        """Let go of the store."""


class _Mine:
    """What one process has opened. A child that was forked off has nothing of it but its memory, and opens its own."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.house: Opened | None = None
        self.failed_at = float("-inf")


class Embedded:
    """Decides in the application's process, by a store of its own or one that it shares with others."""

    def __init__(self, opening: Callable[[], Opened], place: Place) -> None:
        """Open nothing yet. *opening* may raise StoreUnavailable."""
        self.place = place
        self._opening = opening
        self._of_process: dict[int, _Mine] = {}

    def start(self) -> None:
        """Open the store and follow it, where that was not done. Raises StoreUnavailable."""
        mine = self._mine()
        with mine.lock:
            if mine.house is None:
                house = self._opening()
                try:
                    house.start()
                except BaseException:
                    house.close()
                    raise
                mine.house = house
                atexit.register(self.close)  # servers without a lifespan tell nobody when they stop

    def close(self) -> None:
        """Write what is left, and let go of the store."""
        mine = self._mine()
        with mine.lock:
            house, mine.house = mine.house, None
        if house is not None:
            atexit.unregister(self.close)
            house.close()

    def check(self, asked: Asked) -> Identity | Reply:
        """Judge a request, and wait for the store where its account is not in memory."""
        house = self._house()
        if house is None:
            return self._cannot_tell(asked)
        found = self._heard(asked, house.node)
        answer = house.node.check(found.account, found.request, at_least=asked.at_least)
        return self._told(answer, asked, house.node)

    async def acheck(self, asked: Asked) -> Identity | Reply:
        """Judge a request. The event loop waits for no store."""
        house = self._mine().house or await asyncio.to_thread(self._house)
        if house is None:
            return self._cannot_tell(asked)
        found = self._heard(asked, house.node)
        answer = await decided(house.node, found.account, found.request, asked.at_least)
        return self._told(answer, asked, house.node)

    def _mine(self) -> _Mine:
        # INVARIANT: no process uses what another one opened: neither its connections nor its threads survive a fork,
        # and a child that closed them would close its parent's.
        pid = os.getpid()
        return self._of_process.get(pid) or self._of_process.setdefault(pid, _Mine())

    def _house(self) -> Opened | None:
        """What was opened here, or is now; None where that fails, which is tried again only after a while."""
        mine = self._mine()
        if mine.house is None and monotonic() - mine.failed_at >= RETRY_SECONDS:
            try:
                self.start()
            except StoreUnavailable as unavailable:
                mine.failed_at = monotonic()
                _log.error("cannot_start", problem=str(unavailable))
        return mine.house

    def _heard(self, asked: Asked, node: Node) -> Heard:
        received = asked.received
        return heard(received, pair(received.headers, received.query), self.place, node.accounts)

    def _told(self, answer: Answer, asked: Asked, node: Node) -> Identity | Reply:
        verdict = answer.verdict
        if not isinstance(verdict, Allowed):
            return denied(answer, asked.message, self.place)
        return Identity(
            account=answer.account,
            app_key=verdict.app_key,
            roles=verdict.roles,
            role_names=node.known.role_names(answer.account, verdict.roles),
            revision=answer.standing.revision,
            user=verdict.user,
        )

    def _cannot_tell(self, asked: Asked) -> Reply:
        told = self.place.cannot_tell(asked.message)
        return unavailable(told, retry_after_seconds=RETRY_SECONDS, causes=self.place.public_url)
