"""What is damaged of the accounts a process has loaded: counted, and told once, loudly."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import structlog

from chaveiro.core.keyring import Damaged, Part
from chaveiro.core.names import NameMalformed, account_name

if TYPE_CHECKING:
    from chaveiro.core.names import AccountName

_log = structlog.get_logger(__name__)


class Quarantine:
    """The damaged parts of each account, as they were when it was loaded."""

    def __init__(self) -> None:
        """Begin with none."""
        self._damaged: dict[AccountName, frozenset[Damaged]] = {}
        self.told = 0  # ever since; it only grows
        self.unreadable = 0  # changes that could not be followed; likewise

    @property
    def now(self) -> int:
        """How many parts are refused now."""
        return sum(map(len, list(self._damaged.values())))

    def lost(self, account: AccountName) -> None:
        """Note that an account cannot be loaded at all."""
        self.note(account, frozenset({Damaged(Part.ACCOUNT, account)}))

    def note(self, account: AccountName, damaged: frozenset[Damaged]) -> None:
        """Note what was found damaged when an account was loaded, and tell what is new of it."""
        new = damaged - self._damaged.get(account, frozenset())
        if damaged:
            self._damaged[account] = damaged
        else:
            self._damaged.pop(account, None)
        self.told += len(new)
        for part, count in Counter(one.part.value for one in new).items():
            # No name of a damaged part: whoever wrote it may have written a token there.
            _log.error("row_refused", account=_plain(account), part=part, count=count)


def _plain(account: AccountName) -> str:
    try:
        return account_name(account)
    except NameMalformed:
        return ""
