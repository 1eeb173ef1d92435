"""What must hold before anybody believes what is in a database: asked once by a command, until it holds by a server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from chaveiro.serve.pepper import belongs
from chaveiro.serve.refusal import CannotStart
from chaveiro.stores.port import StoreUnavailable
from chaveiro.stores.sql import MacKeys, SqlStore

if TYPE_CHECKING:
    from collections.abc import Callable

    from chaveiro.core.names import Moment
    from chaveiro.serve.pepper import Pepper
    from chaveiro.settings import Settings

CLOCK_SECONDS_MAX: Final = 300.0  # between this machine's clock and the database's


class Opening:
    """A database that is to be opened, with the pepper that belongs to it."""

    def __init__(self, settings: Settings, pepper: Pepper, clock: Callable[[], Moment]) -> None:
        """Name it, and ask nobody. Raises CannotStart for a URL that names none."""
        self._settings = settings
        self._pepper = pepper
        self._clock = clock
        try:
            self.store = SqlStore.at(settings.database_url, keys=MacKeys(pepper.rows, pepper.audit, pepper.check))
        except StoreUnavailable as malformed:
            raise CannotStart(str(malformed)) from None

    def __call__(self) -> None:
        """Open it. Raises StoreUnreachable where that may go by itself, StoreUnavailable where people must act."""
        try:
            self.store.prepare()
            belongs(self._pepper, self.store, self._settings.pepper_path)
            self._tell_same_time()
        except CannotStart as refusal:
            raise StoreUnavailable(str(refusal)) from None

    def _tell_same_time(self) -> None:
        """Raise CannotStart where keys would expire at another time than by the database's clock."""
        if self._settings.is_embedded:
            return
        there, _ = self.store.nodes()
        apart = abs(there - self._clock())
        if apart > CLOCK_SECONDS_MAX:
            raise CannotStart(
                f"this machine's clock and the database's are {round(apart)} seconds apart, so one of them is wrong: "
                "let both be set over the network (NTP)"
            )
