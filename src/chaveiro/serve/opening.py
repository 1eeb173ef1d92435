"""What must hold before anybody believes what is in a database: asked once by a command, until it holds by a server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from chaveiro.serve.journal import hold, open_journal
from chaveiro.serve.pepper import belongs
from chaveiro.serve.refusal import CannotStart, CannotStartYet
from chaveiro.stores.port import StoreBusy, StoreUnavailable
from chaveiro.stores.sql import SqlStore

if TYPE_CHECKING:
    from collections.abc import Callable

    from chaveiro.core.names import Moment
    from chaveiro.serve.pepper import Pepper
    from chaveiro.settings import Settings

CLOCK_SECONDS_MAX: Final = 300.0  # between this machine's clock and the database's
_MIB: Final = 1024 * 1024


def cannot_start(unavailable: StoreUnavailable) -> CannotStart:
    """Why nothing starts on a store that is not there, and whether that goes by itself."""
    return (CannotStartYet if isinstance(unavailable, StoreBusy) else CannotStart)(str(unavailable))


class Opening:
    """A database that is to be opened, with the pepper that belongs to it and the journal that it is held against."""

    def __init__(
        self,
        settings: Settings,
        pepper: Pepper,
        clock: Callable[[], Moment],
        *,
        serving: bool = False,
        accept_revived: bool = False,
        managed: bool = False,
    ) -> None:
        """Name it, and ask nobody. Raises CannotStart for a URL that names none, or a journal that cannot be read.

        Who is *serving* holds room on the disk. With *accept_revived* an older database is taken. Who is *managed* by
        another process of this machine leaves the journal's file to that one.
        """
        self._settings = settings
        self._pepper = pepper
        self._clock = clock
        self._serving = serving
        self._accept_revived = accept_revived
        try:
            self.store = SqlStore.at(settings.database_url, keys=pepper.macs, ballast_bytes=settings.ballast_mib * _MIB)
        except StoreUnavailable as unavailable:
            raise cannot_start(unavailable) from None
        try:
            self.journal = open_journal(settings.journal_path, room=self.store.make_room, writes=not managed)
        except BaseException:
            self.store.close()
            raise

    def __call__(self) -> None:
        """Open it. Raises StoreUnreachable where that may go by itself, StoreUnavailable where people must act."""
        try:
            self.store.prepare()
            belongs(self._pepper, self.store, self._settings.pepper_path)
            self._tell_same_time()
            if self._serving:
                self.store.keep_ballast()
            embedded = self._settings.is_embedded
            hold(self.journal, self.store, at=self._clock(), accept_revived=self._accept_revived, embedded=embedded)
        except CannotStart as refusal:
            raise StoreUnavailable(str(refusal)) from None

    def close(self) -> None:
        """Let go of what was opened."""
        self.journal.close()
        self.store.close()

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
