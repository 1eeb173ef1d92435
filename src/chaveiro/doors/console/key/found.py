"""Which key an address means, and what is known of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from chaveiro.core.credential import is_token, public
from chaveiro.core.names import AppKey
from chaveiro.doors.console.keys.listing import KEYS, address_of_key
from chaveiro.doors.console.room import CONSOLE
from chaveiro.doors.keeping.exposure import live
from chaveiro.words.language import N_

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chaveiro.core.denial import Denial, Exposure
    from chaveiro.core.keyring import Key, Tombstone
    from chaveiro.doors.console.visit import Visit
    from chaveiro.doors.keeping.key import Uses

ONE: Final = f"{KEYS}/{{app_key}}"
REFUSALS_SHOWN: Final = 30
_ID = re.compile(r"[0-9a-f]{32}")
_KEYS = N_("Keys")


@dataclass(frozen=True, slots=True)
class Known:
    """A key of the account, when its tokens worked, and what it was refused last."""

    key: Key
    usage: Uses
    denials: Sequence[Denial]  # the newest ones, newest first
    exposures: Sequence[Exposure] = ()  # of the tokens that work


def path_of(key: Key) -> str:
    """Where a key is, below the console."""
    return address_of_key(key).removeprefix(CONSOLE)


def found(visit: Visit) -> Key | None:
    """The key that the visit's address names by its appKey or its id; None where the account has no such key."""
    name, keys = visit.path["app_key"], visit.keyring.keys
    if _ID.fullmatch(name):
        return next((key for key in keys.values() if key.id == name and key.home is None), None)
    return None if is_token(name) else keys.get(AppKey(name))


def buried(visit: Visit) -> Tombstone | None:
    """The deleted key that the visit's address names, likewise."""
    name, stones = visit.path["app_key"], visit.keyring.tombstones
    if _ID.fullmatch(name):
        return next((stone for stone in stones.values() if stone.id == name), None)
    return None if is_token(name) else stones.get(AppKey(name))


def known(visit: Visit, key: Key, *, refusals: int = REFUSALS_SHOWN) -> Known:
    """What the store knows of a key. May raise StoreUnavailable."""
    store, account = visit.console.store, visit.account
    usage = store.usage(account, app_key=key.app_key)
    exposures = live(key, store.exposures(account, app_key=key.app_key))
    return Known(key, usage, store.denials(account, app_key=key.app_key, limit=refusals), exposures)


def named(key: Key) -> str:
    """What a key is called. An external one has no label here."""
    return public(key.label)


def crumbs(visit: Visit, key: Key | None = None) -> list[tuple[str, str]]:
    """What stands above a page about keys, or about what is done with one of them."""
    above = [(visit.text(_KEYS), CONSOLE + KEYS)]
    return [*above, (named(key), CONSOLE + path_of(key))] if key else above
