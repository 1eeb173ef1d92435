"""Faults that only the store shows: who the pair is, whether it is in force, from where, and what for."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_network
from typing import TYPE_CHECKING, Final

from msgspec import structs

from chaveiro.core.attempt import Transport
from chaveiro.core.cause import Cause
from chaveiro.core.keyring import Grant, Key, Mark, Retired, Revision, Tombstone
from chaveiro.core.names import AppKey, KeyId, Moment
from corpus.encoder import letters, native_pair, native_token
from corpus.faults import Fault, fault
from corpus.scene import ACME, ANA, BUILT, DEAD, EMPTY, GLOBEX, LOWER, MARK, NOW, ORDERS, PRICES, hashed, neighbour

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from corpus.faults import Change
    from corpus.scene import Scene

CANCELS: Final = "/api/oms/pvt/orders/v1-01/cancel"
UNKNOWN_PATHS: Final = ("/api/nothing/here", "/api/oms/pvt/orders/", "/API/oms/pvt/orders", "/api/oms/pvt")
AMBIGUOUS: Final = (
    "/api//oms/pvt/orders",
    "/api/oms/../oms/pvt/orders",
    "/api/oms/pvt/orders/a%2Fb",
    "/api/oms/pvt/orders;x=1",
)
_LATER: Final = Mark(Moment(BUILT + 3000), ANA, "moved")


def store_faults() -> Iterator[Fault]:
    """Every fault of this module."""
    yield from _identity()
    yield from _lifecycle()
    yield from _context()
    yield from _authorization()


def _identity() -> Iterator[Fault]:
    yield fault("key deleted", Cause.KEY_DELETED, _deleted)
    yield fault("key unknown", Cause.KEY_UNKNOWN, _forgotten)
    yield fault("token rotated", Cause.TOKEN_ROTATED, _rotated)
    yield fault("token of another key", Cause.TOKEN_OF_ANOTHER_KEY, _of_another)
    yield fault("token never issued", Cause.TOKEN_NEVER_ISSUED, _never_issued)
    yield fault("registered wrongly", Cause.REGISTERED_TOKEN_SUSPECT, _suspect)
    yield fault("registered swapped", Cause.REGISTERED_PAIR_SWAPPED, _crossed)
    yield fault("token unverifiable", Cause.TOKEN_UNVERIFIABLE, _unverifiable)


def _lifecycle() -> Iterator[Fault]:
    yield fault("of the other account", Cause.WRONG_ACCOUNT, _moved)
    yield fault("suspended", Cause.ACCOUNT_SUSPENDED, lambda scene, _: scene.with_keyring(suspended=_LATER))
    yield fault("blocked", Cause.KEY_BLOCKED, lambda scene, _: scene.with_key(blocked=_LATER))
    yield fault("inactive", Cause.KEY_INACTIVE, lambda scene, _: scene.with_key(inactive=_LATER))
    yield fault("expired", Cause.KEY_EXPIRED, lambda scene, random: scene.with_key(expires=_before(random)))
    yield fault("not yet", Cause.KEY_NOT_YET_VALID, lambda scene, _: scene.with_key(valid_from=Moment(NOW + 86400)))


def _context() -> Iterator[Fault]:
    yield fault("plain", Cause.INSECURE_TRANSPORT, _plain)
    yield fault("address", Cause.IP_NOT_ALLOWED, _from_elsewhere)


def _authorization() -> Iterator[Fault]:
    yield fault("no role", Cause.NO_ROLE_LINKED, lambda scene, _: scene.with_key(grants=()))
    yield fault("role deleted", Cause.ROLE_DELETED, _granted(Grant(DEAD, ACME, MARK)))
    yield fault("link expired", Cause.ROLE_LINK_EXPIRED, _granted(Grant(ORDERS, ACME, MARK, Moment(NOW - 3600))))
    yield fault("role of another account", Cause.ROLE_OF_ANOTHER_ACCOUNT, _foreign_role)
    yield fault("role empty", Cause.ROLE_EMPTY, _granted(Grant(EMPTY, ACME, MARK)))
    yield fault("name mismatch", Cause.PERMISSION_NAME_MISMATCH, _granted(Grant(LOWER, ACME, MARK)))
    yield fault("other role", Cause.PERMISSION_MISSING_RESOURCE, _granted(Grant(PRICES, ACME, MARK)))
    yield fault("reads only", Cause.PERMISSION_MISSING_RESOURCE, lambda scene, _: _asks(scene, "POST", CANCELS))
    yield fault("path unknown", Cause.ROUTE_NOT_MAPPED, lambda s, r: _asks(s, "GET", r.choice(UNKNOWN_PATHS)))
    yield fault("method unknown", Cause.METHOD_NOT_MAPPED, _other_method)
    yield fault("path ambiguous", Cause.PATH_AMBIGUOUS, lambda s, r: _asks(s, "GET", r.choice(AMBIGUOUS)))
    yield fault("node behind", Cause.GRANT_NOT_PROPAGATED, _behind)


# ------------------------------------------------------------------------------------------------------------- identity


def _without_key(scene: Scene) -> dict[AppKey, Key]:
    return {name: key for name, key in scene.keyring.keys.items() if name != scene.pair.key}


def _deleted(scene: Scene, _random: Random) -> Scene:
    name = AppKey(scene.pair.key)
    stone = Tombstone(name, KeyId("0" * 32), "erp", _LATER, (hashed(scene.pair.token),))
    return scene.with_keyring(keys=_without_key(scene), tombstones={name: stone})


def _forgotten(scene: Scene, _random: Random) -> Scene:
    return scene.with_keyring(keys=_without_key(scene))


def _fresh_token(scene: Scene, random: Random) -> str:
    """A whole token for the same key that nobody issued."""
    return native_token(scene.pair.key, random.getrandbits(260)) if scene.shape == "native" else letters(random, 128)


def _rotated(scene: Scene, random: Random) -> Scene:
    old = Retired(hashed(scene.pair.token), _LATER)
    return scene.with_key(digest=hashed(_fresh_token(scene, random)), retired=(old,))


def _of_another(scene: Scene, _random: Random) -> Scene | None:
    """Only without a pair tag: a native token tells itself that it belongs to another key."""
    return scene.sends("token", scene.other.token) if scene.shape == "vtex" else None


def _never_issued(scene: Scene, random: Random) -> Scene | None:
    return scene.sends("token", _fresh_token(scene, random)) if scene.shape == "native" else None


def _unverifiable(scene: Scene, random: Random) -> Scene | None:
    return scene.sends("token", letters(random, 128)) if scene.shape == "vtex" else None


def _suspect(scene: Scene, random: Random) -> Scene:
    kept = scene.with_key(registered=True, digest=hashed(_fresh_token(scene, random)))
    return replace(kept, always_refused=True)


def _crossed(scene: Scene, _random: Random) -> Scene:
    key = scene.keyring.keys[AppKey(scene.pair.key)]
    turned = structs.replace(key, app_key=AppKey(scene.pair.token), digest=hashed(scene.pair.key), registered=True)
    return scene.with_keyring(keys={**_without_key(scene), turned.app_key: turned})


# ------------------------------------------------------------------------------------------------ lifecycle and context


def _moved(scene: Scene, _random: Random) -> Scene:
    gone = scene.with_keyring(keys=_without_key(scene))
    return replace(gone, elsewhere=neighbour(scene.pair))


def _before(random: Random) -> Moment:
    return Moment(NOW - random.choice((0, 1, 3600, 86400 * 30)))


def _plain(scene: Scene, _random: Random) -> Scene:
    return replace(scene.with_keyring(https_only=True), transport=Transport.PLAIN)


def _from_elsewhere(scene: Scene, random: Random) -> Scene:
    changed = scene.with_key(networks=(ip_network("192.0.2.0/24"), ip_network("2001:db8::/32")))
    return replace(changed, address=random.choice(("203.0.113.9", "2001:db9::1", "")))


# -------------------------------------------------------------------------------------------------------- authorization


def _granted(*grants: Grant) -> Change:
    return lambda scene, _random: scene.with_key(grants=grants)


def _foreign_role(scene: Scene, random: Random) -> Scene:
    """A link to a role of the sponsor's other account, which counts there and not here."""
    changed = scene.with_key(grants=(Grant(ORDERS, GLOBEX, MARK),))
    return replace(changed, elsewhere=neighbour(native_pair(random)))


def _asks(scene: Scene, method: str, target: str) -> Scene:
    return replace(scene, method=method, target=target)


def _other_method(scene: Scene, random: Random) -> Scene:
    return _asks(scene, random.choice(("DELETE", "PATCH", "get")), "/api/oms/pvt/orders")


def _behind(scene: Scene, _random: Random) -> Scene:
    """The role was granted seconds ago, and the node has not read that yet."""
    later = replace(scene.keyring, revision=Revision("00000001", scene.keyring.revision.seq + 1))
    return replace(scene.with_key(grants=()), newest=later)
