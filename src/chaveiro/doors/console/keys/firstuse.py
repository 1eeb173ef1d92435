"""What became of a token's first request: nothing yet, refused for a cause, or allowed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chaveiro.core.cause import Audience, Finding
from chaveiro.doors.console.room import CONSOLE
from chaveiro.words.explain import explain

if TYPE_CHECKING:
    from chaveiro.core.denial import Denial, Usage
    from chaveiro.core.keyring import Key
    from chaveiro.core.names import Moment
    from chaveiro.doors.console.visit import Visit


@dataclass(frozen=True, slots=True)
class Refused:
    """Why the newest request was refused, and where more is told."""

    title: str
    remedy: str
    at: Moment
    address: str


@dataclass(frozen=True, slots=True)
class FirstUse:
    """What a token has done since it was made. Neither: nothing yet."""

    used: Usage | None = None
    refused: Refused | None = None


def first_use(visit: Visit, key: Key, number: int, since: Moment) -> FirstUse:
    """What the store knows now. Raises StoreUnavailable."""
    store = visit.console.store
    used = store.usage(visit.account, app_key=key.app_key).get((key.app_key, number))
    newest = next(iter(store.denials(visit.account, app_key=key.app_key, limit=1)), None)
    if newest is None or newest.at < since or (used is not None and used.last >= newest.at):
        return FirstUse(used)
    return FirstUse(used, _refused(visit, newest))


def _refused(visit: Visit, denial: Denial) -> Refused:
    finding = denial.findings[0] if denial.findings else Finding(denial.told)
    told = explain(finding, to=Audience.KEEPER, language=visit.language)
    return Refused(told.title, told.remedy, denial.at, f"{CONSOLE}/denials/{denial.id}")
