"""Questions of what would be: the store says what was refused and used, the doctor supposes and decides."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Final, TypeAlias

from chaveiro.catalogue import Catalogue, Route
from chaveiro.core.attempt import Need
from chaveiro.core.command import DeleteRole, EditRole
from chaveiro.core.names import AppKey, Moment, RoleId
from chaveiro.doctor.simulation import (
    DAY_SECONDS,
    Preview,
    Simulation,
    Wish,
    missing,
    previewed,
    simulate,
    sponsor_of,
)
from chaveiro.stores.port import EPISODES_MAX

if TYPE_CHECKING:
    from chaveiro.core.ask import Ask
    from chaveiro.core.keyring import Key, Keyring
    from chaveiro.stores.port import Store

DENIALS_READ_MAX: Final = 1_000

Supposed: TypeAlias = Simulation | Preview


class NotKnown(Enum):
    """What a question names and the account does not have."""

    KEY = "key"
    DENIAL = "denial"


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question, and the account it is put to."""

    ask: Ask
    keyring: Keyring
    store: Store
    at: Moment

    @property
    def since(self) -> Moment:
        return Moment(self.at - self.ask.days * DAY_SECONDS)


def answered(ask: Ask, keyring: Keyring, catalogue: Catalogue, store: Store, at: Moment) -> Supposed | NotKnown:
    """Answer a question about one account. May raise StoreError."""
    asked = _Asked(ask, keyring, store, at)
    if ask.role is not None:
        return _preview(asked, ask.role)
    if ask.denial is not None:
        return _of_denial(asked)
    key = keyring.keys.get(ask.app_key or AppKey(""))
    if key is None:
        return NotKnown.KEY
    return simulate(keyring, key, _wishes(asked, key, catalogue), at)


def _preview(asked: _Asked, role: RoleId) -> Preview:
    ask, keyring = asked.ask, asked.keyring
    edit = EditRole(keyring.account, role, add=ask.add, remove=ask.remove)
    command = DeleteRole(keyring.account, role) if ask.delete else edit
    uses = asked.store.uses(keyring.account)
    return previewed(keyring, command, uses, by=sponsor_of(keyring), since=asked.since, at=asked.at)


def _of_denial(asked: _Asked) -> Supposed | NotKnown:
    denial = asked.store.denial(asked.ask.denial) if asked.ask.denial else None
    if denial is None or denial.account != asked.keyring.account:
        return NotKnown.DENIAL
    key = asked.keyring.keys.get(denial.app_key) if denial.app_key else None
    if key is None:
        return NotKnown.KEY
    name = denial.route or f"{denial.method} {denial.path}".strip()
    return simulate(asked.keyring, key, [Wish(name, denial.wanted, denial.address)], asked.at)


def _wishes(asked: _Asked, key: Key, catalogue: Catalogue) -> tuple[Wish, ...]:
    ask, account = asked.ask, asked.keyring.account
    if ask.resource is not None:
        return (Wish(str(ask.resource), Need((ask.resource,)), ask.address),)
    if ask.method:
        found = catalogue.find(ask.method, ask.path)
        if isinstance(found, Route):
            return (Wish(found.name, found.need, ask.address),)
        return (Wish(f"{getattr(found, 'method', '')} {getattr(found, 'path', '')}".strip(), found, ask.address),)
    episodes = asked.store.episodes(account, limit=EPISODES_MAX)
    denials = asked.store.denials(account, limit=DENIALS_READ_MAX)
    return missing(asked.keyring, key, episodes, denials, since=asked.since, at=asked.at)
