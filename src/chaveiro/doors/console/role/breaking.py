"""What keys did lately and could not do any more, if a role were changed."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import chain, islice
from typing import TYPE_CHECKING, Final

from chaveiro.core.ask import DAYS_DEFAULT
from chaveiro.core.credential import public
from chaveiro.core.names import Moment
from chaveiro.doctor.simulation import DAY_SECONDS, previewed
from chaveiro.doors.console.role.holding import page_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from chaveiro.core.command import DeleteRole, EditRole
    from chaveiro.core.denial import Use
    from chaveiro.core.keyring import Key
    from chaveiro.core.names import AppKey
    from chaveiro.doctor.simulation import Loss
    from chaveiro.doors.console.role.compared import Compared
    from chaveiro.doors.console.visit import Visit

DAYS: Final = DAYS_DEFAULT
KEYS_SHOWN: Final = 50
ROUTES_SHOWN: Final = 5
KEYS_COUNTED_MAX: Final = 1_000  # beyond that, that there are more is all that matters


@dataclass(frozen=True, slots=True)
class Refused:
    """A key that did what it could not do any more."""

    name: str
    app_key: str
    href: str
    last: Moment
    uses: Sequence[Use]  # what was done last first
    more: int


@dataclass(frozen=True, slots=True)
class Broken:
    """The keys that would be refused what they did lately."""

    count: int
    at_least: bool  # not all were counted
    keys: Sequence[Refused]  # those that did it last


def broken(visit: Visit, command: EditRole | DeleteRole, keys: Compared) -> Broken:
    """Decide anew what the holders of a role did, where the change can matter. May raise StoreUnavailable."""
    if not (keys.lost or keys.left_without):
        return Broken(0, at_least=False, keys=())
    uses = _in_question(visit, keys)
    counted = dict(islice(uses.items(), KEYS_COUNTED_MAX))
    # Whatever a key did, it is one key: what became of its first use in question is true for the others.
    refused = [loss.app_key for loss in _lost(visit, command, (done[0] for done in counted.values()))]
    shown = _lost(visit, command, chain.from_iterable(uses[one] for one in refused[:KEYS_SHOWN]))
    return Broken(
        len(refused),
        at_least=len(uses) > len(counted),
        keys=[_refused(visit.keyring.keys[one.app_key], one) for one in shown],
    )


def _in_question(visit: Visit, keys: Compared) -> Mapping[AppKey, Sequence[Use]]:
    """What each key did that its roles would not be enough for any more; what was done last first."""
    since = Moment(visit.at - DAYS * DAY_SECONDS)
    found: defaultdict[AppKey, list[Use]] = defaultdict(list)
    for use in visit.console.store.uses(visit.account):
        if use.last >= since and keys.loses(use):
            found[use.app_key].append(use)
    return found


def _lost(visit: Visit, command: EditRole | DeleteRole, uses: Iterable[Use]) -> Sequence[Loss]:
    return previewed(visit.keyring, command, uses, by=visit.actor, since=Moment(0), at=visit.at).losses


def _refused(key: Key, loss: Loss) -> Refused:
    return Refused(
        name=public(key.label),
        app_key=public(key.app_key),
        href=page_of(key),
        last=loss.uses[0].last,
        uses=loss.uses[:ROUTES_SHOWN],
        more=max(0, len(loss.uses) - ROUTES_SHOWN),
    )
