"""A round through all keys, roles and routes of an account: what will break, what is open, what nobody needs."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING, Final

from chaveiro.core.attempt import Need
from chaveiro.core.command import Command, DeactivateKey, DeleteRole, FinishRenewal, GrantToKey, RenewKey
from chaveiro.core.credential import Format, key_format
from chaveiro.core.names import Moment, RoleId

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from chaveiro.catalogue import Catalogue
    from chaveiro.core.denial import Usage
    from chaveiro.core.keyring import Key, Keyring
    from chaveiro.core.names import AppKey

DAY_SECONDS: Final = 86_400.0
SOON_SECONDS: Final = 14 * DAY_SECONDS
OLD_SECONDS: Final = 90 * DAY_SECONDS
_MANAGEMENT: Final = "License Manager"


class Severity(IntEnum):
    """How soon somebody should look."""

    BROKEN = 3  # requests are refused now
    SOON = 2  # or will be
    OPEN = 1  # a door stands wider than it need
    TIDY = 0


class Sight(StrEnum):
    """What a round can see."""

    EXPIRED = "expired"
    UNLINKED = "unlinked"
    GIVES_NOTHING = "gives_nothing"
    EQUAL_TOKENS = "equal_tokens"
    ROUTE_UNCALLABLE = "route_uncallable"
    EXPIRES_SOON = "expires_soon"
    RENEWAL_OPEN = "renewal_open"
    RENEWAL_UNSAFE = "renewal_unsafe"
    TOKEN_OLD = "token_old"  # noqa: S105 - a word for an age
    MANAGES = "manages"
    NEVER_USED = "never_used"
    REGISTERED = "registered"
    ROLE_UNHELD = "role_unheld"


SEVERITY: Final[Mapping[Sight, Severity]] = {
    Sight.EXPIRED: Severity.BROKEN,
    Sight.UNLINKED: Severity.BROKEN,
    Sight.GIVES_NOTHING: Severity.BROKEN,
    Sight.EQUAL_TOKENS: Severity.BROKEN,
    Sight.ROUTE_UNCALLABLE: Severity.TIDY,
    Sight.EXPIRES_SOON: Severity.SOON,
    Sight.RENEWAL_OPEN: Severity.OPEN,
    Sight.RENEWAL_UNSAFE: Severity.OPEN,
    Sight.TOKEN_OLD: Severity.OPEN,
    Sight.MANAGES: Severity.OPEN,
    Sight.NEVER_USED: Severity.TIDY,
    Sight.REGISTERED: Severity.TIDY,
    Sight.ROLE_UNHELD: Severity.TIDY,
}


@dataclass(frozen=True, slots=True)
class Seen:
    """One thing that was seen, about one key, role or route, and the commands that mend it."""

    sight: Sight
    about: str  # an appKey, a role's name, or a route
    facts: Mapping[str, float | str] = field(default_factory=dict)
    commands: tuple[Command, ...] = ()

    @property
    def severity(self) -> Severity:
        """How soon somebody should look."""
        return SEVERITY[self.sight]


def rounds(
    keyring: Keyring,
    usage: Mapping[tuple[AppKey, int], Usage],
    catalogue: Catalogue,
    now: Moment,
    *,
    old_seconds: float = OLD_SECONDS,
) -> tuple[Seen, ...]:
    """Everything worth a look in an account, the most urgent first."""
    shared = Counter(key.digest for key in keyring.keys.values())
    seen: list[Seen] = [*_routes(keyring, catalogue), *_roles(keyring, now)]
    for key in keyring.keys.values():
        seen += _links(keyring, key, now)
        seen += _dates(keyring, key, now, old_seconds)
        seen += _use(keyring, key, usage)
        if shared[key.digest] > 1:
            seen.append(Seen(Sight.EQUAL_TOKENS, key.app_key, {}, (RenewKey(keyring.account, key.app_key, b""),)))
    return tuple(sorted(seen, key=lambda one: (-one.severity, list(Sight).index(one.sight), one.about)))


def _links(keyring: Keyring, key: Key, now: Moment) -> Iterator[Seen]:
    """What the key may do: nothing, or more than most."""
    live = keyring.in_force(key.grants, now)
    given = keyring.resources_of(live)
    useful = (role.id for role in keyring.roles.values() if role.deleted is None and role.resources)
    link = (GrantToKey(keyring.account, first, key.app_key),) if (first := min(useful, default=None)) else ()
    if not key.grants:
        yield Seen(Sight.UNLINKED, key.app_key, {}, link)
    elif not given:
        yield Seen(Sight.GIVES_NOTHING, key.app_key, {}, link)
    if managing := sorted(str(one) for one in given if one.product == _MANAGEMENT):
        yield Seen(Sight.MANAGES, key.app_key, {"resources": ", ".join(managing)})


def _dates(keyring: Keyring, key: Key, now: Moment, old_seconds: float) -> Iterator[Seen]:
    made = (key.next_created or key.token_created or key.created).at
    if key.expires is not None and key.expires <= now:
        away = () if key.inactive or key.blocked else (DeactivateKey(keyring.account, key.app_key),)
        yield Seen(Sight.EXPIRED, key.app_key, {"at": key.expires}, away)
    elif key.expires is not None and key.expires - now <= SOON_SECONDS:
        yield Seen(Sight.EXPIRES_SOON, key.app_key, {"at": key.expires})
    if now - made > old_seconds and not key.renewing:
        yield Seen(Sight.TOKEN_OLD, key.app_key, {"at": made}, (RenewKey(keyring.account, key.app_key, b""),))
    if key.registered and key_format(key.app_key) is Format.VTEX:
        yield Seen(Sight.REGISTERED, key.app_key)


def _use(keyring: Keyring, key: Key, usage: Mapping[tuple[AppKey, int], Usage]) -> Iterator[Seen]:
    """When each live token last worked, and whether the first may be retired."""
    first = len(key.retired) + 1
    old, new = usage.get((key.app_key, first)), usage.get((key.app_key, first + 1))
    if key.renewing:
        facts = {name: use.last for name, use in (("old", old), ("new", new)) if use}
        if new and (old is None or old.last <= new.last):
            yield Seen(Sight.RENEWAL_OPEN, key.app_key, facts, (FinishRenewal(keyring.account, key.app_key),))
        else:
            yield Seen(Sight.RENEWAL_UNSAFE, key.app_key, facts)
    if not any(name == key.app_key for name, _ in usage):
        yield Seen(Sight.NEVER_USED, key.app_key, {"at": key.created.at})


def _roles(keyring: Keyring, now: Moment) -> Iterator[Seen]:
    links = (*(key.grants for key in keyring.keys.values()), *(user.grants for user in keyring.users.values()))
    held: set[RoleId] = {role for grants in links for role in keyring.in_force(grants, now)}
    for role in keyring.roles.values():
        if role.deleted is None and role.id not in held:
            yield Seen(Sight.ROLE_UNHELD, role.name, {}, (DeleteRole(keyring.account, role.id),))


def _routes(keyring: Keyring, catalogue: Catalogue) -> Iterable[Seen]:
    """Routes whose need no role of the account meets, even with all of them together."""
    alive = tuple(role.id for role in keyring.roles.values() if role.deleted is None)
    given = keyring.resources_of(alive)
    return [
        Seen(Sight.ROUTE_UNCALLABLE, str(one))
        for one in catalogue.routes()
        if isinstance(one.need, Need) and not one.need.met_by(given)
    ]
