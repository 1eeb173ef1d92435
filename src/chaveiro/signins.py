"""How often a wrong password may be tried: bounded by where it comes from, so that nobody can lock anybody out.

Nothing is counted for an account or a user, as anybody may name those. Only failures cost. A device that its user
signed in on before has a bucket of its own, whatever others do from the same address or against the same user.
"""

from __future__ import annotations

import hmac
import re
from collections import OrderedDict
from dataclasses import dataclass
from hashlib import blake2b
from ipaddress import IPv6Address, ip_address, ip_network
from threading import Lock
from typing import TYPE_CHECKING, Final, NewType

from chaveiro.core.credential import DIGEST_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable

    from chaveiro.core.names import AccountName, Email, Moment

FAILURES_MAX: Final = 10  # at once, from one source
REFILL_SECONDS: Final = 60.0  # for one more
SOURCES_MAX: Final = 10_000  # remembered; the one that did not fail for longest is forgotten
DEVICE_SECONDS: Final = 400 * 86_400  # no browser keeps a cookie for longer
IPV6_PREFIX: Final = 64  # what one subscriber has at least

_ID_BYTES: Final = 16
_PURPOSE: Final = b"chaveiro/device/v1"
_DEVICE = re.compile(r"([0-9a-f]{32})\.([0-9]{1,12})\.([0-9a-f]{64})")

Device = NewType("Device", str)  # the id of a device that is known for one user of one account


@dataclass(slots=True)
class _Bucket:
    left: float
    at: float


class _Buckets:
    """A bucket for each of many names, the oldest forgotten. What is unknown is full."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._known: OrderedDict[str, _Bucket] = OrderedDict()

    def wait(self, name: str, now: float) -> float:
        with self._lock:
            left = self._left(name, now)
        return max(0.0, (1 - left) * REFILL_SECONDS)

    def take(self, name: str, now: float) -> None:
        """Take one, also where none is left: attempts that were under way at once are paid for afterwards."""
        with self._lock:
            left = max(self._left(name, now) - 1, -FAILURES_MAX)
            self._known[name] = _Bucket(left, now)
            self._known.move_to_end(name)
            while len(self._known) > SOURCES_MAX:
                self._known.popitem(last=False)

    def _left(self, name: str, now: float) -> float:
        bucket = self._known.get(name)
        if bucket is None:
            return FAILURES_MAX
        return min(FAILURES_MAX, bucket.left + max(0.0, now - bucket.at) / REFILL_SECONDS)


class SignIns:
    """What went wrong lately in this process, by source and by known device."""

    def __init__(
        self,
        *,
        pepper: bytes,
        clock: Callable[[], Moment],
        boottime: Callable[[], float],
        mint: Callable[[int], bytes],
    ) -> None:
        """*boottime* counts seconds that nobody sets back; *mint* gives that many unpredictable bytes."""
        self._key = blake2b(_PURPOSE, key=pepper, digest_size=DIGEST_BYTES).digest()
        self._clock = clock
        self._boottime = boottime
        self._mint = mint
        self._sources = _Buckets()
        self._devices = _Buckets()

    def allowed(self, source: str, device: Device | None = None) -> float:
        """How many seconds must pass before a password is tried from an address; 0: go on."""
        buckets, name = self._of(source, device)
        return buckets.wait(name, self._boottime())

    def failed(self, source: str, device: Device | None = None) -> None:
        """Note that a password was wrong."""
        buckets, name = self._of(source, device)
        buckets.take(name, self._boottime())

    def _of(self, source: str, device: Device | None) -> tuple[_Buckets, str]:
        return (self._sources, place_of(source)) if device is None else (self._devices, device)

    # -- devices

    def device(self, account: AccountName, email: Email) -> str:
        """A new cookie for a device on which somebody's password was right. It opens nothing."""
        id_, issued = self._mint(_ID_BYTES).hex(), str(int(self._clock()))
        return f"{id_}.{issued}.{self._mac(account, email, id_, issued)}"

    def known(self, text: str, account: AccountName, email: Email) -> Device | None:
        """The device of a cookie; None where it was not given for this user of this account, or is too old.

        Each device has a bucket, so one that somebody got for signing in as themselves must not count for others.
        """
        found = _DEVICE.fullmatch(text)
        if found is None:
            return None
        id_, issued, mac = found.groups()
        right = hmac.compare_digest(mac, self._mac(account, email, id_, issued))
        return Device(id_) if right and self._clock() - int(issued) <= DEVICE_SECONDS else None

    def _mac(self, account: AccountName, email: Email, id_: str, issued: str) -> str:
        text = f"{account}\n{email}\n{id_}\n{issued}"
        return hmac.digest(self._key, text.encode("utf-8", "surrogatepass"), "sha256").hex()


def place_of(address: str) -> str:
    """What an address shares a bucket with: itself, an IPv6 address with its network. What is none has one bucket."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped is None:
            return str(ip_network((found, IPV6_PREFIX), strict=False))
        found = found.ipv4_mapped
    return str(found)
