"""What a door's own configuration says: which account a request is about, whose word on its caller is believed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qsl

from chaveiro.core.attempt import Transport
from chaveiro.core.cause import Audience, Cause, Finding
from chaveiro.core.names import AccountName, NameMalformed, account_name
from chaveiro.words.explain import Explanation, explain
from chaveiro.words.language import Language, language_of

if TYPE_CHECKING:
    from chaveiro.wire.message import Message

LOOPBACK = (IPv4Network("127.0.0.0/8"), IPv6Network("::1/128"))
ACCOUNT_PARAMETER = "an"
SHARED_NAMES = frozenset({"api", "logistics", "portal", "vtexid"})  # VTEX's hosts of all accounts, which say `an`
WORKSPACE = "--"  # `dev--acme.myvtex.com` is the workspace `dev` of `acme`
PEERS_MAX = 10_000  # whose trust is remembered
HOSTS_MAX = 1_000  # of which is remembered what they say
HOST_LENGTH_MAX = 253
FORWARDED_FOR = b"x-forwarded-for"
_PARAMETERS_MAX = 50
_HOST = re.compile(r"[a-z0-9._-]+|\[[0-9a-f:.]+\]")
TRANSPORTS = {"https": Transport.SECURE, "wss": Transport.SECURE, "http": Transport.PLAIN, "ws": Transport.PLAIN}


class _Said(NamedTuple):
    """What a host says of the account."""

    account: AccountName | None
    all: bool  # the query has no say then


@dataclass(frozen=True, slots=True)
class Place:
    """One installation as its doors know it."""

    account: str = ""  # the only account this process decides for
    base_hosts: tuple[str, ...] = ()
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...] = LOOPBACK
    public_url: str = ""
    language: Language = Language.EN
    stale_seconds_max: float = 300.0
    plain: bool = False  # whether this process listens without TLS
    _trusted: dict[str, bool] = field(default_factory=dict, init=False, repr=False, compare=False)
    _hosts: dict[str | None, _Said] = field(default_factory=dict, init=False, repr=False, compare=False)
    _told: set[str] = field(default_factory=set, init=False, repr=False, compare=False)

    def trusts(self, peer: str) -> bool:
        """Say whether a peer's forwarded headers are believed. A Unix socket's peer is whoever may open the file."""
        trusted = self._trusted.get(peer)
        if trusted is None:
            if len(self._trusted) >= PEERS_MAX:
                self._trusted.clear()
            trusted = self._trusted[peer] = self._named(peer)
        return trusted

    def _named(self, peer: str) -> bool:
        if not peer:
            return True
        try:
            address = ip_address(peer)
        except ValueError:
            return False
        if isinstance(address, IPv6Address) and address.ipv4_mapped:
            address = address.ipv4_mapped
        return any(address in network for network in self.trusted_proxies)

    def caller(self, message: Message) -> str:
        """The address of whoever sent a message: the peer's own, unless it is a trusted proxy that says for whom."""
        if self.trusts(message.peer) and message.values(FORWARDED_FOR):
            return self.forwarded_for(message)
        return message.peer

    def forwarded_for(self, message: Message) -> str:
        """The nearest address that is no trusted proxy: what stands left of it, anybody may have written.

        Empty where nobody says, or what is said there is no address. Ask only about a message whose peer is trusted.
        """
        hops = [hop for value in message.values(FORWARDED_FOR) for hop in value.decode("latin-1").split(",")]
        for hop in reversed(hops):
            address = address_of(hop)
            if not address or not self.trusts(address):
                return address
        return address_of(hops[0]) if hops else ""

    def transport(self, message: Message) -> Transport:
        """How a message came to the outermost server, where a trusted proxy says it, or it came to us without one."""
        if self.trusts(message.peer):
            return TRANSPORTS.get((message.one(b"x-forwarded-proto") or "").lower(), Transport.UNKNOWN)
        return Transport.PLAIN if self.plain and not is_loopback(message.peer) else Transport.UNKNOWN

    def is_news(self, what: str) -> bool:
        """Say whether this is the first time that *what* happens, so that nobody can fill the log by repeating it."""
        if what in self._told or len(self._told) >= PEERS_MAX:
            return False
        self._told.add(what)
        return True

    def named_account(self, host: str | None, query: str) -> AccountName | None:
        """The account that this door's configuration, else the host, else the query `an` names."""
        if self.account:
            return AccountName(self.account)
        said = self._hosts.get(host)
        if said is None:
            said = self._remembered(host)
        if said.all or ACCOUNT_PARAMETER not in query:
            return said.account
        return _in_query(query)

    def _remembered(self, host: str | None) -> _Said:
        said = self._said_by(host)
        if len(host or "") <= HOST_LENGTH_MAX:
            if len(self._hosts) >= HOSTS_MAX:
                self._hosts.clear()
            self._hosts[host] = said
        return said

    def _said_by(self, host: str | None) -> _Said:
        if host and not _HOST.fullmatch(host):  # nonsense, in which somebody else may read a host
            return _Said(None, all=True)
        name = self._below_base(host or "")
        if name and name not in SHARED_NAMES:  # the host alone then: whoever sends on to it reads no query
            return _Said(None if "." in name else _account(name.rpartition(WORKSPACE)[2]), all=True)
        return _Said(None, all=False)

    def _below_base(self, host: str) -> str:
        """What stands before the base host, where the host is below one."""
        return min(
            (host[: -len(base) - 1] for base in self.base_hosts if host.endswith(f".{base}")), key=len, default=""
        )

    def language_for(self, message: Message) -> Language:
        """The language a caller asks for, or the installation's where it asks for none."""
        asked = message.values(b"accept-language")
        return language_of(b", ".join(asked).decode("latin-1")) if asked else self.language

    def cannot_tell(self, message: Message) -> Explanation:
        """Say in the caller's language that nobody can tell now."""
        finding = Finding(Cause.AUTHORIZATION_UNAVAILABLE)
        return explain(finding, to=Audience.STRANGER, language=self.language_for(message))


@lru_cache(maxsize=10_000)
def address_of(text: str | None) -> str:
    """An IP address, or nothing: an address nobody knows is in no network."""
    try:
        return str(ip_address((text or "").strip(" \t[]")))
    except ValueError:
        return ""


def is_loopback(address: str) -> bool:
    """Whether an address is of this machine alone."""
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


def only_account(named: AccountName | None, accounts: frozenset[AccountName]) -> AccountName | None:
    """The account that was named, else the only one there is."""
    if named is None and len(accounts) == 1:
        return next(iter(accounts))
    return named


def _in_query(query: str) -> AccountName | None:
    """The one value of `an`. Two of them name nobody: gateway and backend might each take the other one."""
    try:
        parameters = parse_qsl(query, keep_blank_values=True, max_num_fields=_PARAMETERS_MAX)
    except ValueError:
        return None
    named = [value for name, value in parameters if name == ACCOUNT_PARAMETER]
    return _account(named[0]) if len(named) == 1 else None


def _account(text: str) -> AccountName | None:
    try:
        return account_name(text)
    except NameMalformed:
        return None
