"""Rounds through accounts, made aside: what the last one saw stands for whoever looks, while the next one is made.

A round through thousands of keys takes seconds, and requests of integrations are decided by the same processor.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from threading import Event, Lock, Thread
from time import monotonic, sleep, thread_time
from typing import TYPE_CHECKING, Final, TypeAlias

import structlog

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from chaveiro.core.keyring import Keyring
    from chaveiro.core.names import AccountName, Moment
    from chaveiro.doctor.sight import Seen, Sight

    Look: TypeAlias = "Callable[[Callable[[], None]], tuple[Seen, ...]]"

WAIT_SECONDS: Final = 0.1  # for a round of a small account, so that its page is whole at once
SMALL: Final = 300  # keys
KEEP_SECONDS: Final = 10.0  # a round is made anew after that, or after a change
SHARE_MAX: Final = 0.25  # of one processor's time
_SLICE_SECONDS: Final = 0.02
_AGAIN_SECONDS: Final = 5.0  # after one that could not be made

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Round:
    """What was seen in an account as it was at one moment."""

    keyring: Keyring
    at: Moment
    seen: Mapping[Sight, tuple[Seen, ...]]  # the most urgent first


@dataclass(slots=True)
class _Account:
    """What is known of one account's rounds."""

    last: Round | None = None
    due: float = 0.0  # not before that is the next one made, by a clock that only goes on
    ready: Event | None = None  # of the one that is being made


class Rounds:
    """The last round of each account. A process that stops forgets them: they are made again."""

    def __init__(self) -> None:
        """Begin with none."""
        self._accounts: dict[AccountName, _Account] = {}
        self._lock = Lock()

    def latest(self, keyring: Keyring, at: Moment, look: Look) -> Round | None:
        """The last round, perhaps of an earlier revision; None where the first one is still being made.

        *look* is called in a thread of its own where another one is due, with what it has to call now and then.
        """
        with self._lock:
            account = self._accounts.setdefault(keyring.account, _Account())
            if account.ready is None and self._is_due(account, keyring, at):
                account.ready = Event()
                Thread(
                    target=self._make, args=(account, account.ready, keyring, at, look), name="round", daemon=True
                ).start()
            ready = account.ready
        if ready and len(keyring.keys) <= SMALL:
            ready.wait(WAIT_SECONDS)
        return account.last

    def _is_due(self, account: _Account, keyring: Keyring, at: Moment) -> bool:
        if monotonic() < account.due:
            return False
        last = account.last
        return last is None or last.keyring.revision != keyring.revision or at - last.at >= KEEP_SECONDS

    def _make(self, account: _Account, ready: Event, keyring: Keyring, at: Moment, look: Look) -> None:
        began, rest = monotonic(), _AGAIN_SECONDS
        try:
            seen = look(_Turns())
            alike = {sight: tuple(each) for sight, each in groupby(seen, key=lambda one: one.sight)}
            account.last = Round(keyring, at, alike)
            rest = monotonic() - began  # so that half of the time at most is spent on rounds
        except Exception as surprise:  # noqa: BLE001 - whoever looks is told that there is none yet
            _log.error("round_failed", surprise=type(surprise).__name__, account=keyring.account)
        with self._lock:
            account.due = monotonic() + rest
            account.ready = None
        ready.set()


class _Turns:
    """Called now and then by long work: lets others have their turn."""

    def __init__(self) -> None:
        self._began = thread_time()

    def __call__(self) -> None:
        busy = thread_time() - self._began
        if busy > _SLICE_SECONDS:
            sleep(busy / SHARE_MAX - busy)
            self._began = thread_time()
