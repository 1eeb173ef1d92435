"""One request and the account it is asked of: healthy at first, then changed by faults, one after the other."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from random import Random
from typing import TYPE_CHECKING, Any, Final

from msgspec import structs

from chaveiro.catalogue import Catalogue, read_toml
from chaveiro.catalogue.packaged import packaged
from chaveiro.core.attempt import NOTHING, Attempt, Presented, Transport, Wanted
from chaveiro.core.credential import digest
from chaveiro.core.keyring import Grant, Key, Keyring, Mark, Revision, Role
from chaveiro.core.names import AccountName, AppKey, Email, KeyId, Moment, Resource, RoleId
from chaveiro.wire.read import pair as read_pair
from corpus.encoder import Pair, native_pair, vtex_pair

if TYPE_CHECKING:
    from collections.abc import Mapping

PEPPER: Final = bytes(range(64, 96))
ACME: Final = AccountName("acme")
GLOBEX: Final = AccountName("globex")
ANA: Final = Email("ana@acme.example")
BUILT: Final = Moment(1_800_000_000.0)
NOW: Final = Moment(1_800_600_000.0)
MARK: Final = Mark(BUILT, ANA)
ORDERS, PRICES, EMPTY, LOWER, DEAD = map(RoleId, range(1, 6))
LIST: Final = Resource("OMS", "ListOrders")
VIEW: Final = Resource("OMS", "OMSViewer")
HEADERS: Final = ("X-VTEX-API-AppKey", "X-VTEX-API-AppToken")
TARGETS: Final = (
    "/api/oms/pvt/orders", "/api/oms/pvt/orders?page=2", "/api/oms/pvt/orders/v123-01",
    "/api/oms/pvt/orders/order-group/v9", "/api/oms/pvt/orders/v8-01/payment-transaction",
)  # fmt: skip

ROLES: Final = {
    ORDERS: Role(ORDERS, "Pedidos", frozenset({LIST, VIEW})),
    PRICES: Role(PRICES, "Preços", frozenset({Resource("Pricing", "read_prices")})),
    EMPTY: Role(EMPTY, "Vazio", frozenset()),
    LOWER: Role(LOWER, "Minúsculas", frozenset({Resource("OMS", "listorders"), Resource("OMS", "omsviewer")})),
    DEAD: Role(DEAD, "Antigo", frozenset({LIST, VIEW}), Mark(Moment(BUILT + 600), ANA)),
}


@cache
def catalogue() -> Catalogue:
    """The routes that every scene is asked for."""
    return read_toml(packaged("tour"))


def hashed(text: str) -> bytes:
    """The form in which tokens are kept."""
    return digest(PEPPER, text)


def key_of(pair: Pair, name: str, *roles: RoleId, account: AccountName = ACME) -> Key:
    """A working key with these roles."""
    identity = KeyId(hashed(name + pair.key).hex()[:32])
    grants = tuple(Grant(role, account, MARK) for role in roles)
    return Key(AppKey(pair.key), identity, name, MARK, hashed(pair.token), grants=grants)


@dataclass(frozen=True, slots=True)
class Scene:
    """What is sent, and every account that matters to the answer."""

    random: int  # the seed of what faults choose for themselves
    shape: str  # native or vtex
    pair: Pair  # as it was issued
    other: Pair  # of another key of the account
    keyring: Keyring
    key: str | None  # what is sent for the appKey; None: nothing
    token: str | None
    elsewhere: Keyring | None = None  # another account, where it matters
    newest: Keyring | None = None  # the account as the store has it, where the node is behind
    key_count: int = 1
    token_count: int = 1
    names: tuple[str, str] = HEADERS
    query: str = ""  # the credentials sent there
    raw: tuple[tuple[bytes, bytes], ...] | None = None  # headers as a real client sent them
    in_body: bool = False  # asked through `POST /v1/check`, where values are texts
    method: str = "GET"
    target: str = TARGETS[0]
    address: str = "203.0.113.9"
    transport: Transport = Transport.SECURE
    at: Moment = NOW
    always_refused: bool = False
    search: bool = False

    @property
    def headers(self) -> tuple[tuple[bytes, bytes], ...]:
        """The pair as raw headers."""
        if self.raw is not None:
            return self.raw
        sent = zip(self.names, (self.key, self.token), (self.key_count, self.token_count), strict=True)
        return tuple(
            (name.lower().encode(), value.encode("utf-8", "surrogatepass"))
            for name, value, count in sent
            if value is not None
            for _ in range(count)
        )

    @property
    def attempt(self) -> Attempt:
        """The attempt as a node reads it off the wire, or out of a body."""
        found = read_pair(() if self.in_body else self.headers, self.query)
        app_key, app_token = found.app_key, found.app_token
        if self.in_body:
            app_key, app_token = _text(self.key), _text(self.token)
        return Attempt(
            account=self.keyring.account,
            app_key=app_key,
            app_token=app_token,
            digest=hashed(app_token.text),
            wanted=self.wanted,
            at=self.at,
            address=self.address,
            transport=self.transport,
            misplaced=found.misplaced,
        )

    @property
    def wanted(self) -> Wanted:
        """What the request needs, by the catalogue."""
        return catalogue().match(self.method, self.target)

    def sends(self, part: str, text: str | None) -> Scene:
        """The scene with another value for one field."""
        body = self.in_body or (text is not None and not _fits_a_header(text))
        return replace(self, in_body=body, key=text) if part == "key" else replace(self, in_body=body, token=text)

    def sent(self, part: str) -> str:
        """What is sent for a field."""
        return (self.key if part == "key" else self.token) or ""

    def with_key(self, **changes: Any) -> Scene:
        """The scene with another state of its key."""
        name = AppKey(self.pair.key)
        keys = {**self.keyring.keys, name: structs.replace(self.keyring.keys[name], **changes)}
        return self.with_keyring(keys=keys)

    def with_keyring(self, **changes: Any) -> Scene:
        """The scene with another state of its account."""
        return replace(self, keyring=replace(self.keyring, **changes))


def _text(value: str | None) -> Presented:
    return NOTHING if value is None else Presented(value, 1)


def _fits_a_header(text: str) -> bool:
    """Whether HTTP would deliver this value unchanged."""
    return text.strip(" \t") == text and not any(c in text for c in "\r\n\0") and "," not in text


def healthy(seed: int, shape: str = "native") -> Scene:
    """A request that is allowed."""
    random = Random(seed)
    make = native_pair if shape == "native" else vtex_pair
    pair, other = make(random), make(random)
    keys = (key_of(pair, "erp", ORDERS), key_of(other, "crm", PRICES))
    keyring = Keyring(
        account=ACME, revision=Revision("00000001", 40), sponsor=ANA, created=MARK, roles=ROLES,
        keys={key.app_key: key for key in keys}, catalogue=packaged("tour"),
    )  # fmt: skip
    return Scene(
        random=random.getrandbits(32), shape=shape, pair=pair, other=other, keyring=keyring, key=pair.key,
        token=pair.token, in_body=random.random() < 0.3, target=random.choice(TARGETS),
        transport=random.choice((Transport.SECURE, Transport.SECURE, Transport.UNKNOWN)),
    )  # fmt: skip


def neighbour(pair: Pair, roles: Mapping[RoleId, Role] = ROLES) -> Keyring:
    """The sponsor's other account, where *pair* works."""
    key = key_of(pair, "globex erp", ORDERS, account=GLOBEX)
    return Keyring(
        account=GLOBEX, revision=Revision("00000001", 12), sponsor=ANA, created=MARK, roles=roles,
        keys={key.app_key: key}, catalogue=packaged("tour"),
    )  # fmt: skip
