"""A house for an application in Python: opened in each of its processes, when it is first needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chaveiro.doors.middlewares.embedded import Embedded
from chaveiro.serve.house import open_house
from chaveiro.serve.listen import place, refuse_everybody
from chaveiro.serve.refusal import CannotStart
from chaveiro.settings import read_settings
from chaveiro.stores.port import StoreUnavailable

if TYPE_CHECKING:
    from chaveiro.serve.house import House
    from chaveiro.settings import Settings


def embedded(settings: Settings | None = None) -> Embedded:
    """A node in the application's own process, by *settings*, else by the environment's `CHAVEIRO_*`.

    It opens nothing yet. Raises SettingsMalformed, and CannotStart where every caller's word would be believed.
    """
    settings = settings or read_settings()
    refuse_everybody(settings)

    def opening() -> House:
        try:
            return open_house(settings)
        except CannotStart as refusal:
            raise StoreUnavailable(str(refusal)) from None

    return Embedded(opening, place(settings))
