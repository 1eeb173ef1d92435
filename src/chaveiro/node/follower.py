"""The threads that keep what a node knows up to date, and write what was used."""

from __future__ import annotations

import math
import random
from contextlib import suppress
from threading import Event, Thread
from typing import TYPE_CHECKING, Final

import structlog

from chaveiro.stores.port import StoreUnavailable, StoreUnreachable

if TYPE_CHECKING:
    from collections.abc import Callable

    from chaveiro.node.knowledge import Knowledge
    from chaveiro.node.ports import Snapshot
    from chaveiro.stores.port import Store

POLL_SECONDS: Final = 0.2  # another process's commit is in force within this and the time it takes to read it
RETURN_SECONDS_MAX: Final = 1.0  # between two attempts to reach a store that is away
USAGE_SECONDS: Final = 2.0
_AWAY: Final = "away"

_log = structlog.get_logger(__name__)


class Follower:
    """Follows other processes' changes, and tells of a store that cannot be followed."""

    def __init__(
        self,
        known: Knowledge,
        store: Store,
        snapshot: Snapshot,
        *,
        flush_usage: Callable[[], None],
    ) -> None:
        """Keep *known* up to date, once it is started, and write usage now and then."""
        self._known = known
        self._store = store
        self._snapshot = snapshot
        self._flush_usage = flush_usage
        self._threads: tuple[Thread, ...] = ()
        self._stopping = Event()
        self._away = ""  # what was last told of a store that cannot be followed

    def start(self) -> None:
        """Begin, and go on until `stop`."""
        # Usage of many keys takes a while to write, and what was revoked meanwhile must not wait for it.
        usage = Thread(target=self._write_usage, name="chaveiro-usage", daemon=True)
        self._threads = Thread(target=self._run, name="chaveiro-node", daemon=True), usage
        self._known.follows = True
        self._follow_on()  # until it could report it decides nothing
        for thread in self._threads:
            thread.start()
        self._snapshot.start(self._known.held)
        self._store.watch(self._known.woken.set)

    def stop(self) -> None:
        """Stop following, and decide no more."""
        self._stopping.set()
        self._known.woken.set()
        for thread in self._threads:
            thread.join()
        # INVARIANT: whoever left decides no more, not even after a start without the store. Who cannot leave, or was
        # killed, is waited for, and may begin with what is left behind.
        leaves = bool(self._threads) and not self._known.cut_off
        self._snapshot.stop(empty=leaves)
        if leaves:
            with suppress(StoreUnavailable):
                self._known.leave()

    def _run(self) -> None:
        while not self._stopping.is_set():
            before = self._known.revision
            self._follow_on()
            if not self._store.keeps_nodes:
                self._rest()
            elif before == self._known.revision:  # else the others wait to hear that it is applied
                # Out of step while a server is away, so that not all ask at once when it is back.
                away = random.uniform(POLL_SECONDS, RETURN_SECONDS_MAX)  # noqa: S311 - nobody gains by guessing it
                self._known.woken.wait(away if self._away else POLL_SECONDS)
                self._known.woken.clear()

    def _rest(self) -> None:
        """Wait until somebody wants to know, or until nobody who decides has looked for a while."""
        wait_seconds = POLL_SECONDS
        while wait_seconds > 0 and not self._known.woken.wait(wait_seconds):
            wait_seconds = 0 if self._known.cut_off else POLL_SECONDS - self._known.stale_seconds()
        self._known.woken.clear()

    def _write_usage(self) -> None:
        while not self._stopping.wait(USAGE_SECONDS):
            try:
                self._flush_usage()
            except StoreUnavailable:
                continue  # nothing is lost: it is added to what comes next
            except Exception as surprise:  # noqa: BLE001 - one surprise must not end the writing
                _log.error("usage_failed", surprise=type(surprise).__name__)

    def _follow_on(self) -> None:
        """Look once for what others committed. Never raises: one surprise must not end the following."""
        try:
            if not self._known.has_begun:
                self._known.begin()
            self._known.refresh()
        except StoreUnavailable as unavailable:
            self._away = self._told_unavailable(unavailable)
        except Exception as surprise:  # noqa: BLE001 - see above
            _log.error("follow_failed", surprise=type(surprise).__name__)
        else:
            if self._away:
                _log.info("store_back")
            self._away = ""

    def _told_unavailable(self, unavailable: StoreUnavailable) -> str:
        """Say it once. A store that answers, and yet was never open to this node, waits for people."""
        waits = not self._known.has_begun and not isinstance(unavailable, StoreUnreachable)
        self._known.problem = str(unavailable) if waits else ""
        if waits and self._away != self._known.problem:
            _log.error("store_unfit", problem=self._known.problem)
        elif not waits and self._away != _AWAY:
            stale_seconds = self._known.stale_seconds()
            told = round(stale_seconds, 1) if math.isfinite(stale_seconds) else None
            _log.warning("store_unavailable", stale_seconds=told)
        return self._known.problem or _AWAY
