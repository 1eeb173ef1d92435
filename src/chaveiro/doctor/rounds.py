"""A round through all keys, roles and routes of an account: what will break, what is open, what nobody needs."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from chaveiro.core.attempt import Need
from chaveiro.core.command import Command, DeactivateKey, DeleteKey, DeleteRole, FinishRenewal, RenewKey
from chaveiro.core.credential import Format, is_token, key_format, public
from chaveiro.core.names import AppKey, Moment, RoleId
from chaveiro.doctor.futile import futile
from chaveiro.doctor.linking import excess, links
from chaveiro.doctor.renewal import in_use
from chaveiro.doctor.sight import SEVERITY, Seen, Severity, Sight
from chaveiro.doctor.simulation import DAY_SECONDS
from chaveiro.doctor.trial import carried_out
from chaveiro.doctor.unused import over_granted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from chaveiro.catalogue import Catalogue
    from chaveiro.core.denial import Exposure, Usage, Use
    from chaveiro.core.episode import Episode
    from chaveiro.core.keyring import Key, Keyring

__all__ = ["DAY_SECONDS", "SEVERITY", "Records", "Seen", "Severity", "Sight", "rounds"]

SOON_SECONDS: Final = 14 * DAY_SECONDS
OLD_SECONDS: Final = 90 * DAY_SECONDS
UNUSED_DAYS: Final = 30


@dataclass(frozen=True, slots=True)
class Records:
    """What is known of the past of an account's keys."""

    usage: Mapping[tuple[AppKey, int], Usage]
    uses: Sequence[Use] = ()
    episodes: Sequence[Episode] = ()
    exposures: Sequence[Exposure] = ()


def rounds(
    keyring: Keyring,
    records: Records,
    catalogue: Catalogue,
    now: Moment,
    *,
    old_seconds: float = OLD_SECONDS,
    pause: Callable[[], None] = lambda: None,
) -> tuple[Seen, ...]:
    """Everything worth a look in an account, the most urgent first.

    Of a key that is inactive or blocked little is said: that it is refused is what somebody wanted, unless it was
    blocked because its token was found in the open, which its keeper may not have heard of. Each command is told once,
    where it is most urgent, and `plan` would not refuse it to those who may ask for it.

    A round through many keys takes seconds, so *pause* is called again and again, for others to have their turn.
    """
    held = _held(keyring, now)
    seen: list[Seen] = [*_routes(keyring, catalogue), *_unheld(keyring, held), *_equal(keyring)]
    lavish = {one.app_key: one for one in over_granted(keyring, records.uses, now, days=UNUSED_DAYS)}
    episodes, exposures = _by_key(records.episodes), _exposed(records.exposures)
    worked = frozenset(app_key for app_key, _ in records.usage)
    for key in keyring.keys.values():
        pause()
        if is_token(key.app_key):
            seen.append(_swapped(keyring, key))
        elif key.leaked:
            seen.append(_leaked(keyring, key))
        elif not (key.inactive or key.blocked):
            own, alone = episodes.get(key.app_key, ()), _alone(keyring, key)
            seen += links(alone, key, own, now)
            seen += _in_clear(keyring, key, exposures.get(key.app_key, ()))
            seen += _dates(keyring, key, now, old_seconds)
            seen += _tokens(keyring, key, records.usage, now)
            if key.app_key not in worked:
                seen += _unused(alone, key, own, now)
            if key.app_key in lavish:
                seen.append(excess(alone, lavish[key.app_key], UNUSED_DAYS, held, now))
    order = list(Sight)
    seen.sort(key=lambda one: (-one.severity, order.index(one.sight), one.about))
    return tuple(_ready(keyring, seen, now, pause))


def _ready(keyring: Keyring, seen: Iterable[Seen], now: Moment, pause: Callable[[], None]) -> Iterator[Seen]:
    """Leave out commands that would be refused, and those that were told already."""
    told: set[Command] = set()
    for one in seen:
        pause()
        new = tuple(command for command in one.commands if command not in told)
        around = _alone(keyring, keyring.keys[one.key]) if one.key else keyring
        if one.sight is not Sight.PAIR_SWAPPED and carried_out(around, new, now) is None:
            new = ()
        told.update(new)
        yield replace(one, commands=new)


def _alone(keyring: Keyring, key: Key) -> Keyring:
    """The account with one of its keys: what is tried with it concerns no other one, and copies no other one."""
    return replace(keyring, keys={key.app_key: key})


def _by_key(episodes: Iterable[Episode]) -> Mapping[AppKey | None, Sequence[Episode]]:
    found: defaultdict[AppKey | None, list[Episode]] = defaultdict(list)
    for one in episodes:
        found[one.app_key].append(one)
    return found


def _swapped(keyring: Keyring, key: Key) -> Seen:
    """A token where the appKey belongs. Its command names the key by its id: that value is shown to nobody."""
    away = DeleteKey(keyring.account, AppKey(key.id))
    return Seen(Sight.PAIR_SWAPPED, public(key.app_key), {"id": key.id}, (away,), key.app_key)


def _exposed(exposures: Iterable[Exposure]) -> Mapping[AppKey, Sequence[Exposure]]:
    found: defaultdict[AppKey, list[Exposure]] = defaultdict(list)
    for one in exposures:
        found[one.app_key].append(one)
    return found


def _in_clear(keyring: Keyring, key: Key, exposures: Iterable[Exposure]) -> Iterator[Seen]:
    """That a token which works was seen in clear. While a renewal is open, finishing it is what is left to do."""
    own = [one for one in exposures if one.token in key.live_tokens and key.home is None]
    if own:
        facts = {
            "count": float(sum(one.count for one in own)),
            "at": min(one.first for one in own),
            "last": max(one.last for one in own),
        }
        renew = () if key.renewing else (RenewKey(keyring.account, key.app_key, b""),)
        yield Seen(Sight.SEEN_IN_CLEAR, key.app_key, facts, renew, key.app_key)


def _leaked(keyring: Keyring, key: Key) -> Seen:
    """A key whose token was found in the open. A second token is the way back."""
    renew = () if key.renewing else (RenewKey(keyring.account, key.app_key, b""),)
    mark = key.blocked or key.created
    facts: dict[str, float | str | tuple[str, ...]] = {"at": mark.at, "by": mark.by, "place": mark.why or "?"}
    return Seen(Sight.LEAKED, key.app_key, facts, renew, key.app_key)


def _dates(keyring: Keyring, key: Key, now: Moment, old_seconds: float) -> Iterator[Seen]:
    account, app_key = keyring.account, key.app_key
    made = (key.next_created or key.token_created or key.created).at
    if key.expires is not None and key.expires <= now:
        away = (DeactivateKey(account, app_key),)
        yield Seen(Sight.EXPIRED, app_key, {"at": key.expires}, away, app_key)
    elif key.expires is not None and key.expires - now <= SOON_SECONDS:
        yield Seen(Sight.EXPIRES_SOON, app_key, {"at": key.expires}, (), app_key)
    if now - made > old_seconds and not key.renewing:
        yield Seen(Sight.TOKEN_OLD, app_key, {"at": made}, (RenewKey(account, app_key, b""),), app_key)
    if key.registered and key_format(app_key) is Format.VTEX:
        yield Seen(Sight.REGISTERED, app_key, {}, (), app_key)


def _tokens(keyring: Keyring, key: Key, usage: Mapping[tuple[AppKey, int], Usage], now: Moment) -> Iterator[Seen]:
    """When each of two live tokens last worked, and whether the first may be retired."""
    account, app_key = keyring.account, key.app_key
    if key.next_created:  # so that two are live
        old, new = (usage.get((app_key, number)) for number in key.live_tokens)
        facts = {"at": key.next_created.at} | {name: use.last for name, use in (("old", old), ("new", new)) if use}
        if new and not in_use(old, new, now):
            yield Seen(Sight.RENEWAL_OPEN, app_key, facts, (FinishRenewal(account, app_key),), app_key)
        else:
            yield Seen(Sight.RENEWAL_UNSAFE, app_key, facts, (), app_key)


def _unused(keyring: Keyring, key: Key, episodes: Iterable[Episode], now: Moment) -> Iterator[Seen]:
    """Of a key that never worked: that somebody tries in vain, or that nobody uses it."""
    if found := tuple(futile(keyring, key, episodes, now)):
        yield from found
        return
    idle = now - key.created.at > UNUSED_DAYS * DAY_SECONDS
    away = (DeactivateKey(keyring.account, key.app_key),) if idle else ()
    yield Seen(Sight.NEVER_USED, key.app_key, {"at": key.created.at}, away, key.app_key)


def _equal(keyring: Keyring) -> Iterator[Seen]:
    """Keys that share a token: live ones, the second of an open renewal included."""
    live = {
        key.app_key: {key.digest, key.next_digest} if key.renewing else {key.digest} for key in keyring.keys.values()
    }
    shared = Counter(digest for own in live.values() for digest in own)
    for app_key, own in live.items():
        if not is_token(app_key) and any(shared[digest] > 1 for digest in own):
            renew = (RenewKey(keyring.account, app_key, b""),)
            yield Seen(Sight.EQUAL_TOKENS, app_key, {}, renew, app_key)


def _held(keyring: Keyring, now: Moment) -> Counter[RoleId]:
    """By how many keys, external ones too, and users each role is held."""
    keys = (*(one.grants for one in keyring.keys.values()), *(one.grants for one in keyring.external.values()))
    users = (one.grants for one in keyring.users.values())
    return Counter(role for grants in (*keys, *users) for role in keyring.in_force(grants, now))


def _unheld(keyring: Keyring, held: Mapping[RoleId, int]) -> Iterator[Seen]:
    for role in keyring.living_roles:
        if role.id not in held and not role.predefined:
            yield Seen(Sight.ROLE_UNHELD, role.name, {}, (DeleteRole(keyring.account, role.id),))


def _routes(keyring: Keyring, catalogue: Catalogue) -> Iterator[Seen]:
    """Routes whose need no role of the account meets, even with all of them together."""
    alive = tuple(role.id for role in keyring.living_roles)
    given = keyring.resources_of(alive)
    for route in catalogue.routes():
        if isinstance(route.need, Need) and not route.need.met_by(given):
            lacking = tuple(str(one) for one in route.need.resources if one not in given)
            yield Seen(Sight.ROUTE_UNCALLABLE, str(route), {"resources": lacking, "match": route.need.match.value})
