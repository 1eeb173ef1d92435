"""How many connections there may be: in all, so that files are left for the database, and from one address."""

from __future__ import annotations

from collections import Counter
from ipaddress import IPv6Address, IPv6Network, ip_address
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

TOLD_MAX: Final = 100  # for whom there is no room, and who are told so
_NETWORK_BITS: Final = 64  # of an IPv6 address: whoever has one has all that differ only in the rest


class Crowd:
    """Who is connected to one process, by address. Whoever runs it trusts some, who may be as many as there is room."""

    def __init__(self, *, most: int, most_of_address: int, trusts: Callable[[str], bool]) -> None:
        self.most = most
        self.most_of_address = most_of_address
        self._trusts = trusts
        self._all = 0
        self._of: Counter[str] = Counter()

    @property
    def is_overrun(self) -> bool:
        """Whether there is not even room for telling anybody that there is none."""
        return self._all > self.most + TOLD_MAX

    def enter(self, peer: str) -> bool:
        """Count a connection; whether there is room for it. One that there is no room for leaves, too."""
        self._all += 1
        if self._trusts(peer):
            return self._all <= self.most
        address = _counted(peer)
        self._of[address] += 1
        return self._all <= self.most and self._of[address] <= self.most_of_address

    def leave(self, peer: str) -> None:
        """Count one connection less."""
        self._all -= 1
        if self._trusts(peer):
            return
        address = _counted(peer)
        self._of[address] -= 1
        if self._of[address] <= 0:
            del self._of[address]


def _counted(peer: str) -> str:
    """What addresses count as the same caller's."""
    try:
        address = ip_address(peer.partition("%")[0])
    except ValueError:
        return peer
    if not isinstance(address, IPv6Address):
        return peer
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(IPv6Network((address, _NETWORK_BITS), strict=False))
